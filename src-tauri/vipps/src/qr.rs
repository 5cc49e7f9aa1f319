//! QR codes (contract 3): those of one payment, static ones that lead somewhere, static ones that tell the shop
//! who scanned them, and those that the customer shows.

mod callback;
mod exchange;
mod format;
mod redirect;

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::answer::refuse;
use crate::question::Question;
use crate::redacted::Redacted;
use crate::{Call, Error, Meaning, Vipps, lenient, over_reqwest};

pub use callback::{CallbackCode, Place};
pub use exchange::Exchanged;
pub use format::{Format, SIZE_PX_MAX, SIZE_PX_MIN, SizeIn};
pub use redirect::{Redirect, RedirectCode};

/// The QR calls of a sales unit.
#[derive(Clone, Copy, Debug)]
pub struct Qr<'a> {
    vipps: &'a Vipps,
    size_in: SizeIn,
}

/// A QR code for one payment.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeQr {
    /// Where its picture is, or what the code holds if that was [asked for](Format::TargetUrl). Whoever holds it can pay the order; on which host it is may change (contract
    /// 3.1).
    pub image_url: String,
    /// How long it can be scanned, from now.
    pub expires_in: Duration,
}

/// The largest picture that is accepted, in bytes.
pub const IMAGE_BYTES_MAX: usize = 2 * 1024 * 1024;

impl<'a> Qr<'a> {
    pub(crate) fn new(vipps: &'a Vipps) -> Self {
        Self { vipps, size_in: SizeIn::Header }
    }

    /// The same calls, saying the size of one-time codes in another place (contract 0.5).
    #[must_use]
    pub fn with_size_in(self, size_in: SizeIn) -> Self {
        Self { size_in, ..self }
    }

    /// Asks for a PNG of `size_px` by `size_px` pixels that leads to `payment_url`: [`Self::one_time_as`].
    pub async fn one_time(&self, payment_url: &str, size_px: u16) -> Result<OneTimeQr, Error> {
        self.one_time_as(payment_url, Format::Png { size_px }).await
    }

    /// Asks for a code that leads to `payment_url`, which is the URL of [`Initiated`](crate::Initiated),
    /// unchanged.
    pub async fn one_time_as(&self, payment_url: &str, format: Format) -> Result<OneTimeQr, Error> {
        let call = Call::OneTimeQr;
        format.check().map_err(refuse(call))?;
        self.size_in.check().map_err(refuse(call))?;
        if payment_url.is_empty() {
            return Err(refuse(call)("the payment URL is empty"));
        }
        let (in_body, white_border) = self.size_in.in_body();
        let size = format.size_px().filter(|_| in_body);
        let body = OneTimeWire { url: payment_url, size, white_border };
        let question = Question {
            accept: format.accept(),
            header: if in_body { None } else { format.size_header() },
            ..Question::with_body(call, Method::POST, "/qr/v1".to_owned(), &body)?
        };
        let answer = self.vipps.ask(&question).await?;
        let nonsense = |detail| Error::nonsense(call, answer.status().as_u16(), detail);
        let wire: OneTimeAnswerWire =
            serde_json::from_slice(answer.body()).map_err(|_| nonsense("the answer holds no QR code"))?;
        if wire.url.is_empty() {
            return Err(nonsense("the image URL is empty"));
        }
        Ok(OneTimeQr { image_url: wire.url, expires_in: Duration::from_secs(wire.expires_in) })
    }

    /// Fetches the picture of a code from whatever host it is on: `https`, or `http` on this machine, and
    /// [`IMAGE_BYTES_MAX`] at most. The host is given no key, no token and no serial number.
    /// [`Meaning::ImageGone`] once the code can't be scanned any more (contract 2.4).
    pub async fn image(&self, url: &str) -> Result<Bytes, Error> {
        let call = Call::QrImage;
        let refused = |detail| Error::refused_here(call, Meaning::BadRequest, detail);
        let mut url = Url::parse(url).map_err(|_| refused("the image URL is not absolute"))?;
        if !over_reqwest::may_be_sent(&url) {
            return Err(refused("the image URL is neither https nor on this machine"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("the image URL holds a user name"));
        }
        url.set_fragment(None);
        let answer = self.vipps.fetch(call, &url).await?;
        let status = answer.status().as_u16();
        match answer.body().len() {
            0 => Err(Error::nonsense(call, status, "the image is empty")),
            1..=IMAGE_BYTES_MAX => Ok(answer.into_body()),
            _ => Err(Error::nonsense(call, status, "the image is too large")),
        }
    }
}

impl fmt::Debug for OneTimeQr {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OneTimeQr")
            .field("image_url", &Redacted(&self.image_url))
            .field("expires_in", &self.expires_in)
            .finish()
    }
}

#[derive(Serialize)]
struct OneTimeWire<'a> {
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u16>,
    #[serde(rename = "whiteBorder", skip_serializing_if = "Option::is_none")]
    white_border: Option<u8>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneTimeAnswerWire {
    url: String,
    #[serde(deserialize_with = "lenient::whole")]
    expires_in: u64,
}
