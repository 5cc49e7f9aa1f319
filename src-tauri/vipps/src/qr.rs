//! One-time QR codes of payments, and their pictures (contract 3.1).

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::client::Question;
use crate::redacted::Redacted;
use crate::{Call, Error, Meaning, Vipps, lenient, over_reqwest};

/// The QR calls of a sales unit.
#[derive(Clone, Copy, Debug)]
pub struct Qr<'a> {
    vipps: &'a Vipps,
}

/// A QR code for one payment.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeQr {
    /// Where its picture is. Whoever holds it can pay the order; on which host it is may change (contract
    /// 3.1).
    pub image_url: String,
    /// How long it can be scanned, from now.
    pub expires_in: Duration,
}

/// The smallest side of a picture, in pixels (contract 3.1).
pub const SIZE_PX_MIN: u16 = 100;

/// The largest side of a picture, in pixels (contract 3.1).
pub const SIZE_PX_MAX: u16 = 2000;

/// The largest picture that is accepted, in bytes.
pub const IMAGE_BYTES_MAX: usize = 2 * 1024 * 1024;

impl<'a> Qr<'a> {
    pub(crate) fn new(vipps: &'a Vipps) -> Self {
        Self { vipps }
    }

    /// Asks for a PNG of `size_px` by `size_px` pixels, [`SIZE_PX_MIN`] to [`SIZE_PX_MAX`], that leads to
    /// `payment_url`, which is the URL of [`Initiated`](crate::Initiated), unchanged.
    pub async fn one_time(&self, payment_url: &str, size_px: u16) -> Result<OneTimeQr, Error> {
        let call = Call::OneTimeQr;
        let refused = |detail| Error::refused_here(call, Meaning::BadRequest, detail);
        if !(SIZE_PX_MIN..=SIZE_PX_MAX).contains(&size_px) {
            return Err(refused("the size is not 100 to 2000 pixels"));
        }
        if payment_url.is_empty() {
            return Err(refused("the payment URL is empty"));
        }
        let question = Question {
            // Anything else than a listed picture format is refused, though the answer is JSON (contract 8,
            // trap 37).
            accept: "image/png",
            header: Some((HeaderName::from_static("size"), HeaderValue::from(size_px))),
            ..Question::with_body(call, Method::POST, "/qr/v1".to_owned(), &OneTimeWire { url: payment_url })?
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
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneTimeAnswerWire {
    url: String,
    #[serde(deserialize_with = "lenient::whole")]
    expires_in: u64,
}
