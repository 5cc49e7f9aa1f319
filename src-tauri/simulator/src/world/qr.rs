//! One-time QR codes and the links to their pictures (contract 3.1).

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::World;
use super::payment::Phase;

/// Links to pictures that are alive at the same time, at most.
const IMAGES_MAX: usize = 10_000;

/// The pictures that can be fetched, by the token in their link.
pub(crate) type Images = HashMap<String, Image>;

/// One picture, not drawn yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Image {
    /// Of the payment.
    pub(crate) reference: String,
    pub(crate) content: String,
    pub(crate) format: Format,
    /// Width and height in pixels.
    pub(crate) size: u32,
    /// White on each side, in pixels.
    pub(crate) white_border: u32,
    pub(crate) expires_at: i64,
}

/// How a picture is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Format {
    Png,
    Svg,
}

/// A code, and for how much longer it can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    /// Of the payment.
    pub(crate) reference: String,
    pub(crate) content: String,
    /// Unix milliseconds.
    pub(crate) expires_at: i64,
}

/// Why there is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoCode {
    TimedOut,
    TokenNotValid,
}

impl World {
    /// The code for a payment, by the `token` of the URL that initiate gave.
    pub(crate) fn offer_code(&mut self, token: &str, now: i64) -> Result<Offer, NoCode> {
        self.settle(now);
        let payment = self.by_landing_token(token).ok_or(NoCode::TokenNotValid)?;
        if payment.particulars().is_some() {
            return Err(NoCode::TokenNotValid);
        }
        let expires_at = self.deadline(payment);
        if payment.phase == Phase::TimedOut || expires_at <= now {
            return Err(NoCode::TimedOut);
        }
        Ok(Offer { reference: payment.key.reference.clone(), content: self.qr_content(payment), expires_at })
    }

    /// Makes a picture fetchable and gives the token for its link, of the kind seen live (contract 3.1).
    pub(crate) fn publish(&mut self, image: Image, now: i64) -> String {
        if self.images.len() >= IMAGES_MAX {
            self.images.retain(|_, image| image.expires_at > now);
        }
        if self.images.len() >= IMAGES_MAX {
            self.images.clear();
        }
        let format = match image.format {
            Format::Png => "image/png",
            Format::Svg => "image/svg+xml",
        };
        let token = self.dice.jwt(&serde_json::json!({
            "format": format, "size": image.size.to_string(), "url": image.content, "iss": "Qr-Api",
            "nbf": now / 1000, "exp": image.expires_at / 1000, "iat": now / 1000,
        }));
        self.images.insert(token.clone(), image);
        token
    }

    /// The payment whose code the picture behind a link shows, or showed.
    pub(crate) fn image_reference(&self, token: &str) -> Option<String> {
        self.images.get(token).map(|image| image.reference.clone())
    }

    /// What the picture behind a link says.
    pub(crate) fn image_content(&self, token: &str) -> Option<String> {
        self.images.get(token).map(|image| image.content.clone())
    }

    /// The picture behind a link, until it expires.
    pub(crate) fn image(&self, token: &str, now: i64) -> Option<&Image> {
        self.images.get(token).filter(|image| image.expires_at > now)
    }
}
