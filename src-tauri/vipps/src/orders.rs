//! Receipts and links that the customer's app shows with a payment (contract 1.5).
//!
//! The API never checks that a payment exists; what is sent for a reference that is wrong is accepted and lost.
//! It is offered in production only (contract 0.16).

mod category;
mod image;
mod line;
mod receipt;
mod wire;

use http::Method;

use crate::answer::{nonsense, read, read_list, refuse};
use crate::plain::is_plain;
use crate::question::Question;
use crate::{Call, Error, Vipps};

pub use category::{Category, Kind, Link};
pub use image::{IMAGE_BYTES_MAX, IMAGE_HEIGHT_PX_MIN, check_image};
pub use line::{OrderLine, Quantity, QuantityError, QuantityUnit, Role, TaxRate, TaxRateError, Unit};
pub use receipt::{Barcode, BarcodeFormat, PaymentSources, Receipt};
pub(crate) use wire::receipt as receipt_body;

/// The calls that give payments their receipts and links.
#[derive(Clone, Copy, Debug)]
pub struct Orders<'a> {
    vipps: &'a Vipps,
}

/// What kind of payment a reference belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PaymentType {
    /// Made through eCom or ePayment.
    #[default]
    Single,
    /// Made through Recurring.
    Recurring,
}

/// What a payment has been given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its link.
    pub link: Option<Link>,
    /// Its receipt; also the one that went with the creation of an ePayment.
    pub receipt: Option<Receipt>,
}

impl<'a> Orders<'a> {
    pub(crate) fn new(vipps: &'a Vipps) -> Self {
        Self { vipps }
    }

    /// Gives a payment its receipt, and answers its id. Once only: what was sent stays, so send it when the sale
    /// is complete.
    ///
    /// # Errors
    /// [`Meaning::AlreadyThere`](crate::Meaning::AlreadyThere) if there is one, perhaps sent by an earlier try
    /// of this very call: [read](Self::get) and compare.
    pub async fn add_receipt(
        &self,
        kind: PaymentType,
        reference: &str,
        receipt: &Receipt,
    ) -> Result<String, Error> {
        let call = Call::ReceiptAdd;
        let path = path(call, kind, "receipts/", reference)?;
        receipt.check().map_err(refuse(call))?;
        let question = Question::with_body(call, Method::POST, path, &wire::receipt(receipt))?;
        let answer = self.vipps.ask(&question).await?;
        wire::id(answer.body()).ok_or_else(|| nonsense(call, &answer)("the answer holds no id"))
    }

    /// Gives a payment its link, in place of the one that it may have.
    pub async fn set_link(&self, kind: PaymentType, reference: &str, link: &Link) -> Result<(), Error> {
        let call = Call::CategorySet;
        let path = path(call, kind, "categories/", reference)?;
        link.check().map_err(refuse(call))?;
        let question = Question::with_body(call, Method::PUT, path, &wire::link(link))?;
        self.vipps.ask(&question).await.map(drop)
    }

    /// Reads what a payment has been given.
    pub async fn get(&self, kind: PaymentType, reference: &str) -> Result<Order, Error> {
        let call = Call::OrderGet;
        let question = Question::bare(call, Method::GET, path(call, kind, "", reference)?);
        let answer = self.vipps.ask(&question).await?;
        wire::order(answer.body()).map_err(nonsense(call, &answer))
    }

    /// Stores a picture under an id that is then taken for ever. PNG or JPEG, [`IMAGE_BYTES_MAX`] at most and at
    /// least [`IMAGE_HEIGHT_PX_MIN`] high.
    pub async fn add_image(&self, id: &str, picture: &[u8]) -> Result<(), Error> {
        let call = Call::ImageAdd;
        image::check_id(id).map_err(refuse(call))?;
        check_image(picture).map_err(refuse(call))?;
        let path = "/order-management/v1/images".to_owned();
        let question = Question::with_body(call, Method::POST, path, &wire::image(id, picture))?;
        let answer = self.vipps.ask(&question).await?;
        let stored: wire::ImageAnswer = read(call, &answer, "the answer holds no id of an image")?;
        let same = stored.image_id.as_deref() == Some(id);
        same.then_some(()).ok_or_else(|| nonsense(call, &answer)("the answer is about another image"))
    }

    /// Gives a payment one more link, and answers its id.
    pub async fn add_link(&self, kind: PaymentType, reference: &str, link: &Link) -> Result<String, Error> {
        let call = Call::CategoryAdd;
        of_reference(reference).map_err(refuse(call))?;
        link.check().map_err(refuse(call))?;
        let body = wire::category(kind, reference, link);
        let question = Question::with_body(call, Method::POST, CATEGORIES.to_owned(), &body)?;
        let answer = self.vipps.ask(&question).await?;
        let added: wire::CategoryAnswer = read(call, &answer, "the answer holds no id of a link")?;
        added.category_id.ok_or_else(|| nonsense(call, &answer)("the id of the link is empty"))
    }

    /// All links of a payment.
    pub async fn links(&self, reference: &str) -> Result<Vec<Category>, Error> {
        let call = Call::CategoryList;
        of_reference(reference).map_err(refuse(call))?;
        let path = format!("{CATEGORIES}?orderId={reference}");
        let answer = self.vipps.ask(&Question::bare(call, Method::GET, path)).await?;
        let entries: Vec<wire::CategoryAnswer> = read_list(call, &answer, "the answer holds no links")?;
        let links: Option<Vec<Category>> = entries.into_iter().map(wire::CategoryAnswer::read).collect();
        let links = links.ok_or_else(|| nonsense(call, &answer)("a link has no id"))?;
        let foreign = |link: &Category| link.reference.as_deref().is_some_and(|given| given != reference);
        if links.iter().any(foreign) {
            return Err(nonsense(call, &answer)("the answer is about another payment"));
        }
        Ok(links)
    }

    /// One link, by its id.
    pub async fn link(&self, id: &str) -> Result<Category, Error> {
        let call = Call::CategoryGet;
        let question = Question::bare(call, Method::GET, category_path(call, id)?);
        let answer = self.vipps.ask(&question).await?;
        let link: wire::CategoryAnswer = read(call, &answer, "the answer holds no link")?;
        let link = link.read().filter(|link| link.id == id);
        link.ok_or_else(|| nonsense(call, &answer)("the answer is about another link"))
    }

    /// Takes one link away.
    pub async fn delete_link(&self, id: &str) -> Result<(), Error> {
        let call = Call::CategoryDelete;
        let question = Question::bare(call, Method::DELETE, category_path(call, id)?);
        self.vipps.ask(&question).await.map(drop)
    }
}

const CATEGORIES: &str = "/order-management/v3/categories";

fn path(call: Call, kind: PaymentType, what: &str, reference: &str) -> Result<String, Error> {
    of_reference(reference).map_err(refuse(call))?;
    Ok(format!("/order-management/v2/{}/{what}{reference}", kind.name()))
}

fn category_path(call: Call, id: &str) -> Result<String, Error> {
    if !is_plain(id, 1..=64) {
        return Err(refuse(call)("the id of a link is 1 to 64 letters, digits and -"));
    }
    Ok(format!("{CATEGORIES}/{id}"))
}

/// More than eCom and ePayment take. Dots alone would lead to another path.
fn of_reference(reference: &str) -> Result<(), &'static str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let fits = (1..=64).contains(&reference.len()) && reference.bytes().all(plain);
    let dots = reference.bytes().all(|byte| byte == b'.');
    (fits && !dots).then_some(()).ok_or("the reference is not 1 to 64 letters, digits, - _ and .")
}

impl PaymentType {
    const fn name(self) -> &'static str {
        match self {
            PaymentType::Single => "ECOM",
            PaymentType::Recurring => "RECURRING",
        }
    }
}
