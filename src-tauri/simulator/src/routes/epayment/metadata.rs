//! What a merchant hangs on a payment: at most five pairs of texts (contract 1.4).

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use crate::routes::form::Form;
use crate::world::problem::{Code, Problem};

const PAIRS_MAX: usize = 5;
/// Characters.
const KEY_MAX: usize = 100;
const VALUE_MAX: usize = 500;

/// The metadata of a body, if it has any.
pub(super) fn metadata(root: &Form<'_>, body: &Value) -> Result<Option<Value>, Problem> {
    if !root.has("metadata") {
        return Ok(None);
    }
    let metadata = &body["metadata"];
    let pairs = metadata.as_object().ok_or_else(|| root.wrong("metadata", "The field must be an object"))?;
    if pairs.len() > PAIRS_MAX {
        return Err(Code::TooMuchMetadata.into());
    }
    for (name, value) in pairs {
        let value = value.as_str().ok_or_else(|| root.wrong("metadata", "The values must be texts"))?;
        if name.chars().count() > KEY_MAX {
            return Err(Code::MetadataKeyTooLong.into());
        }
        if value.chars().count() > VALUE_MAX {
            return Err(Code::MetadataValueTooLong.into());
        }
    }
    Ok(Some(metadata.clone()))
}

/// Whether a key stands twice in the metadata of a body: parsed JSON does not show it any more.
pub(super) fn has_duplicates(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Raw {
        metadata: Option<Keys>,
    }
    let keys = serde_json::from_slice::<Raw>(body).ok().and_then(|raw| raw.metadata);
    let mut keys = keys.map(|keys| keys.0).unwrap_or_default();
    let all = keys.len();
    keys.sort();
    keys.dedup();
    keys.len() < all
}

/// The names of an object's fields as they stand there.
struct Keys(Vec<String>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Keys;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys = Vec::new();
                while let Some((key, IgnoredAny)) = map.next_entry()? {
                    keys.push(key);
                }
                Ok(Keys(keys))
            }
        }
        from.deserialize_map(Collect)
    }
}
