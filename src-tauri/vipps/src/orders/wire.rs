//! Order Management as it stands on the wire (contract 1.5).

mod read;
mod write;

use serde::Deserialize;
use serde_json::Value;

use super::{Category, Kind, Link};
use crate::lenient;

pub(super) use read::order;
pub(crate) use write::receipt;
pub(super) use write::{category, image, link};

/// The id of a receipt, which is a string and has been seen bare.
pub(super) fn id(body: &[u8]) -> Option<String> {
    let text = match serde_json::from_slice(body) {
        Ok(Value::String(text)) => text,
        Ok(_) => return None,
        Err(_) => std::str::from_utf8(body).ok()?.trim().to_owned(),
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    ((1..=64).contains(&text.len()) && text.bytes().all(plain)).then_some(text)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImageAnswer {
    #[serde(default, deserialize_with = "lenient::text")]
    pub image_id: Option<String>,
}

/// Version 3 of a link.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CategoryAnswer {
    #[serde(default, deserialize_with = "lenient::text")]
    pub category_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    order_id: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "lenient::text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    url: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    image_id: Option<String>,
}

impl CategoryAnswer {
    /// The link, if it has an id.
    pub(super) fn read(self) -> Option<Category> {
        let link =
            |(kind, url): (String, String)| Link { kind: Kind::read(&kind), url, image_id: self.image_id };
        let link = self.kind.zip(self.url).map(link);
        Some(Category { id: self.category_id?, reference: self.order_id, link })
    }
}

#[cfg(test)]
mod tests;
