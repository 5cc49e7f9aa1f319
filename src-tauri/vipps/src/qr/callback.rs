//! Static codes that tell the shop who scanned them (contract 3.3).
//!
//! A scan comes as a [`CheckIn`](crate::webhooks::CheckIn): register the webhook before a code is put up, or its
//! customers see that the shop can't be reached (contract 8, trap 60).

use std::fmt;

use http::Method;
use serde::{Deserialize, Serialize};

use super::{Format, Qr};
use crate::answer::{nonsense, read, read_list, refuse};
use crate::plain::{fits, segment};
use crate::question::Question;
use crate::redacted::Redacted;
use crate::{Call, Error, lenient};

/// Where a code hangs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// In a shop.
    InStore,
    /// On a vending machine.
    Vending,
    /// Where the age of customers is checked.
    AgeCheck,
}

/// A code that was made.
#[derive(Clone, PartialEq, Eq)]
pub struct CallbackCode {
    /// The shop's own name of it.
    pub id: String,
    /// What the app shows about where it is.
    pub location: Option<String>,
    /// Where its picture is. May change over time: ask for it anew rather than keep it.
    pub image_url: String,
    /// What it holds.
    pub content: Option<String>,
}

impl fmt::Debug for CallbackCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CallbackCode")
            .field("id", &self.id)
            .field("location", &self.location)
            .field("image_url", &Redacted(&self.image_url))
            .field("content", &self.content.as_deref().map(Redacted))
            .finish()
    }
}

impl Qr<'_> {
    /// Makes the code of that name (1 to 128 characters), or describes it anew. `location` is what the app shows
    /// about where it is, 36 characters at most. The picture has to be [asked for](Self::callback).
    pub async fn put_callback(&self, id: &str, location: &str, place: Option<Place>) -> Result<(), Error> {
        let call = Call::CallbackPut;
        let body = PutBody { location_description: location, category: place.map(Place::name) };
        self.put(call, path(call, "", id)?, &body).await
    }

    /// Takes over a code of MobilePay that hangs somewhere already, by its beacon.
    /// [`Meaning::AlreadyThere`](crate::Meaning::AlreadyThere) if it is taken.
    pub async fn put_mobile_pay_callback(&self, beacon_id: &str, location: &str) -> Result<(), Error> {
        let call = Call::CallbackPutMobilePay;
        let body = PutBody { location_description: location, category: None };
        self.put(call, path(call, "mobilepay/", beacon_id)?, &body).await
    }

    /// All codes of the sales unit. [`Format::TargetUrl`] is refused: what they hold is always said.
    pub async fn callbacks(&self, format: Format) -> Result<Vec<CallbackCode>, Error> {
        let call = Call::CallbackList;
        let path = format!("{PATH}{}", query(format).map_err(refuse(call))?);
        let answer = self.vipps.ask(&Question::bare(call, Method::GET, path)).await?;
        let entries: Vec<CodeAnswer> = read_list(call, &answer, "the answer holds no codes")?;
        let codes: Option<Vec<CallbackCode>> = entries.into_iter().map(CodeAnswer::read).collect();
        codes.ok_or_else(|| nonsense(call, &answer)("a code has no id or no picture"))
    }

    /// The code of that name. [`Format::TargetUrl`] is refused: what it holds is always said.
    pub async fn callback(&self, id: &str, format: Format) -> Result<CallbackCode, Error> {
        let call = Call::CallbackGet;
        let path = format!("{}{}", path(call, "", id)?, query(format).map_err(refuse(call))?);
        let answer = self.vipps.ask(&Question::bare(call, Method::GET, path)).await?;
        let code: CodeAnswer = read(call, &answer, "the answer holds no code")?;
        let code = code.read().filter(|code| code.id == id);
        code.ok_or_else(|| nonsense(call, &answer)("the answer is about another code, or holds no picture"))
    }

    /// Takes a code away.
    pub async fn delete_callback(&self, id: &str) -> Result<(), Error> {
        let call = Call::CallbackDelete;
        self.vipps.ask(&Question::bare(call, Method::DELETE, path(call, "", id)?)).await.map(drop)
    }

    async fn put(&self, call: Call, path: String, body: &PutBody<'_>) -> Result<(), Error> {
        if !fits(body.location_description, 1..=36) {
            return Err(refuse(call)("the location of the code is not 1 to 36 characters"));
        }
        self.vipps.ask(&Question::with_body(call, Method::PUT, path, body)?).await.map(drop)
    }
}

const PATH: &str = "/qr/v1/merchant-callback";

fn path(call: Call, kind: &str, id: &str) -> Result<String, Error> {
    let named = segment(id).filter(|_| fits(id, 1..=128));
    let named = named.ok_or_else(|| refuse(call)("the id of the code is not 1 to 128 characters"))?;
    Ok(format!("{PATH}/{kind}{named}"))
}

fn query(format: Format) -> Result<String, &'static str> {
    format.check()?;
    match format {
        Format::Png { size_px } => Ok(format!("?QrImageFormat=PNG&QrImageSize={size_px}")),
        Format::Svg => Ok("?QrImageFormat=SVG".to_owned()),
        Format::TargetUrl => Err("the content of such a code is always said"),
    }
}

impl Place {
    const fn name(self) -> &'static str {
        match self {
            Place::InStore => "IN_STORE",
            Place::Vending => "VENDING",
            Place::AgeCheck => "AGE_CHECK",
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PutBody<'a> {
    location_description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<&'static str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CodeAnswer {
    #[serde(default, deserialize_with = "lenient::text")]
    merchant_qr_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    location_description: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    qr_image_url: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    qr_content: Option<String>,
}

impl CodeAnswer {
    fn read(self) -> Option<CallbackCode> {
        Some(CallbackCode {
            id: self.merchant_qr_id?,
            location: self.location_description,
            image_url: self.qr_image_url?,
            content: self.qr_content,
        })
    }
}
