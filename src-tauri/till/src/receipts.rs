//! Stores the receipts of payments: what was sold stands in the customer's app, once and right (contract 1.5).
//!
//! One try at a time; that it is tried on is said in `errand`.

use contract::ReceiptView;
use payment::{Event, Order, ReceiptEnd};
use vipps::orders::{PaymentType, Receipt};
use vipps::{Meaning, Vipps};

use crate::errand::{Errand, Tried};
use crate::problem::Refused;
use crate::receipt::{is_same, receipt_of, receipt_view};
use crate::till::{Till, parsed};

/// How often a receipt that went with the creation of its payment is looked for before it is sent by itself: what is
/// read may lag behind.
const LOOKS_MAX: u32 = 4;

impl Till {
    /// The receipt of a payment: what goes to the customer's app, and how that stands.
    ///
    /// # Errors
    /// When there is no such payment, or the journal can't be read.
    pub async fn receipt(&self, reference: &str) -> Result<ReceiptView, Refused> {
        Ok(receipt_view(&self.known(&parsed(reference)?).await?))
    }
}

/// One try: looks what is stored, stores what is not, and looks again. `with_creation`: it was sent with the payment,
/// which is the try before the first.
///
/// A receipt can be stored once. An answer that got lost, a repeated try and a till that was started again all come to
/// the same: what is there is read and compared, and nothing is sent that may be there.
pub(crate) async fn tried(vipps: &Vipps, order: &Order, tries: u32, with_creation: bool) -> Tried {
    let Some(receipt) = receipt_of(order) else { return Errand::Receipt.impossible() };
    match looked(vipps, order, &receipt).await {
        Ok(Some(end)) => return ended(end),
        Ok(None) if with_creation && tries < LOOKS_MAX => return Tried::not_yet(Meaning::UnknownOrder, None),
        Ok(None) => {}
        Err(error) => return Errand::Receipt.failed(order, &error),
    }
    let sent = vipps.orders().add_receipt(PaymentType::Single, order.reference.as_str(), &receipt).await;
    match sent {
        Ok(_) => {}
        // By an earlier try, or by somebody else.
        Err(error) if error.meaning() == Meaning::AlreadyThere => {}
        Err(error) => return Errand::Receipt.failed(order, &error),
    }
    match looked(vipps, order, &receipt).await {
        Ok(Some(end)) => ended(end),
        Ok(None) => Tried::not_yet(Meaning::UnknownOrder, None),
        Err(error) => Errand::Receipt.failed(order, &error),
    }
}

/// What the receipt that is there says of ours; none if none is there.
async fn looked(vipps: &Vipps, order: &Order, ours: &Receipt) -> Result<Option<ReceiptEnd>, vipps::Error> {
    match vipps.orders().get(PaymentType::Single, order.reference.as_str()).await {
        Ok(found) => Ok(found
            .receipt
            .map(|stored| if is_same(ours, &stored) { ReceiptEnd::Stored } else { ReceiptEnd::Different })),
        Err(error) if error.meaning() == Meaning::UnknownOrder => Ok(None),
        Err(error) => Err(error),
    }
}

fn ended(end: ReceiptEnd) -> Tried {
    Tried::Ended(Event::ReceiptEnded(end))
}
