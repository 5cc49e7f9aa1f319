//! Stores the links of payments: the customer's app leads to a page of the shop (contract 1.5).
//!
//! One try at a time; that it is tried on is said in `errand`. A link overwrites the one before, so a lost answer, a
//! repeated try and a till that was started again all come to the same: it is stored once more.

use payment::{Event, Link, LinkEnd, LinkKind, Order};
use vipps::Vipps;
use vipps::orders::{Kind, PaymentType};

use crate::errand::{Errand, Tried, is_refusal};
use crate::link_picture::LinkPicture;

/// One try: stores the picture if it is not there yet, then the link. A picture that is refused never costs the link.
pub(crate) async fn tried(vipps: &Vipps, order: &Order, tries: u32, picture: Option<&LinkPicture>) -> Tried {
    let Some(link) = &order.link else { return Errand::Link.impossible() };
    let image_id = match picture {
        Some(picture) => match picture.ready(vipps, order, tries).await {
            Ok(id) => id,
            Err(error) => return Errand::Link.failed(order, &error),
        },
        None => None,
    };
    let shown = picture.filter(|_| image_id.is_some());
    let mut set = store(vipps, order, link, image_id).await;
    match (&set, shown) {
        (Ok(()), Some(picture)) => picture.is_stored(),
        (Err(error), Some(picture)) if is_refusal(error) => {
            // The link is refused or its picture: only the link by itself can tell.
            let alone = store(vipps, order, link, None).await;
            if alone.is_ok() {
                picture.is_refused(error);
            }
            set = alone;
        }
        _ => {}
    }
    match set {
        Ok(()) => Tried::Ended(Event::LinkEnded(LinkEnd::Stored)),
        Err(error) => Errand::Link.failed(order, &error),
    }
}

async fn store(
    vipps: &Vipps,
    order: &Order,
    link: &Link,
    image_id: Option<String>,
) -> Result<(), vipps::Error> {
    let link = vipps::orders::Link { kind: kind_of(link.kind), url: link.url.clone(), image_id };
    vipps.orders().set_link(PaymentType::Single, order.reference.as_str(), &link).await
}

fn kind_of(kind: LinkKind) -> Kind {
    match kind {
        LinkKind::General => Kind::General,
        LinkKind::Receipt => Kind::Receipt,
        LinkKind::OrderConfirmation => Kind::OrderConfirmation,
        LinkKind::Delivery => Kind::Delivery,
        LinkKind::Ticket => Kind::Ticket,
        LinkKind::Booking => Kind::Booking,
    }
}
