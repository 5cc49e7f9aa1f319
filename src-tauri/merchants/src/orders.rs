//! What is known of the order of each merchant, in a file beside the table.
//!
//! It is written before and after each call that makes an order, so that a break in the middle leaves a trace: an order
//! that was asked for and of which nobody knows whether it was made.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use vipps::Msn;
use vipps::management::OrderStatus;

/// The form of the file that this program writes.
const VERSION: u32 = 1;
/// The most that is read of it, in bytes.
const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// How the order of one merchant stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "camelCase")]
pub enum Standing {
    /// It was asked for, and nobody knows whether it was made.
    Asked {
        /// When, in Unix milliseconds.
        at: i64,
    },
    /// It was made.
    Made {
        /// By this it is read.
        id: String,
        /// Where the merchant signs it, within 14 days, if that is known.
        url: Option<String>,
        /// How far it has come, as the API spells it.
        status: String,
        /// The number of the sales unit that came of it.
        msn: Option<String>,
    },
    /// It was refused, or is not there any more. Another one may be asked for.
    Refused {
        /// Why.
        problem: String,
    },
}

/// The orders of one table. While it is open nobody else can open it.
#[derive(Debug)]
pub struct Orders {
    path: PathBuf,
    kept: Kept,
    /// Locked for as long as it is open.
    _lock: File,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    version: u32,
    /// Where the orders were made: those of a simulator count for nothing elsewhere.
    origin: String,
    /// Orders that were on the list before any of these was asked for, and of which the list says nothing but their ids.
    silent: BTreeSet<String>,
    /// By [`Merchant::key`](crate::Merchant::key).
    merchants: BTreeMap<String, Standing>,
}

/// Why the file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum OrdersError {
    /// It can't be read or written.
    #[error("{} can't be used", .0.display())]
    Disk(PathBuf, #[source] io::Error),
    /// It is not what this program writes.
    #[error("{} is not what `kvitt merchants` writes; was it changed by hand?", .0.display())]
    Strange(PathBuf),
    /// Its orders were made somewhere else.
    #[error("the orders in {} were made at {origin}", .path.display())]
    Elsewhere {
        /// The file.
        path: PathBuf,
        /// Where.
        origin: String,
    },
    /// Another program has it open.
    #[error("another `kvitt merchants` is at work with this file")]
    InUse,
}

impl Standing {
    /// Whether the merchant has a sales unit now, or never will by this order.
    pub fn has_ended(&self) -> bool {
        let Standing::Made { status, msn, .. } = self else { return false };
        match OrderStatus::read(status) {
            OrderStatus::Completed => msn.is_some(),
            OrderStatus::Rejected | OrderStatus::Expired => true,
            _ => false,
        }
    }
}

impl Orders {
    /// Opens the file `path`, or begins it, for orders at `origin`.
    ///
    /// # Errors
    /// When it can't be used; see [`OrdersError`].
    pub fn open(path: &Path, origin: &str) -> Result<Orders, OrdersError> {
        let on_disk = |error| OrdersError::Disk(path.to_owned(), error);
        let lock = File::create(path.with_added_extension("lock")).map_err(on_disk)?;
        lock.try_lock().map_err(|_| OrdersError::InUse)?;
        let kept = match private_file::read(path, FILE_BYTES_MAX).map_err(on_disk)? {
            None => Kept {
                version: VERSION,
                origin: origin.to_owned(),
                silent: BTreeSet::new(),
                merchants: BTreeMap::new(),
            },
            Some(text) => {
                let kept: Option<Kept> = serde_json::from_str(&text).ok();
                kept.filter(|kept| kept.version == VERSION)
                    .ok_or_else(|| OrdersError::Strange(path.to_owned()))?
            }
        };
        if kept.origin != origin {
            return Err(OrdersError::Elsewhere { path: path.to_owned(), origin: kept.origin });
        }
        Ok(Orders { path: path.to_owned(), kept, _lock: lock })
    }

    /// How the order of this merchant stands; none if it was never asked for.
    pub fn standing(&self, key: &str) -> Option<&Standing> {
        self.kept.merchants.get(key)
    }

    /// Whether there is an order of which nobody knows whether it was made.
    pub fn any_unclear(&self) -> bool {
        self.kept.merchants.values().any(|standing| matches!(standing, Standing::Asked { .. }))
    }

    /// Whether the order of this id is known to be one of these.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.kept
            .merchants
            .values()
            .any(|standing| matches!(standing, Standing::Made { id: known, .. } if known == id))
    }

    /// Whether the order of this id was there before, and said nothing of itself.
    pub(crate) fn was_silent(&self, id: &str) -> bool {
        self.kept.silent.contains(id)
    }

    /// Remembers orders of which nothing but their ids is known.
    pub(crate) fn note_silent(&mut self, silent: BTreeSet<String>) -> Result<(), OrdersError> {
        if self.kept.silent == silent {
            return Ok(());
        }
        self.write(Kept { silent, ..self.kept.clone() })
    }

    /// Remembers how the order of this merchant stands. It is on disk before this returns.
    pub(crate) fn note(&mut self, key: &str, standing: Option<Standing>) -> Result<(), OrdersError> {
        if self.kept.merchants.get(key) == standing.as_ref() {
            return Ok(());
        }
        let mut kept = self.kept.clone();
        match standing {
            Some(standing) => kept.merchants.insert(key.to_owned(), standing),
            None => kept.merchants.remove(key),
        };
        self.write(kept)
    }

    fn write(&mut self, kept: Kept) -> Result<(), OrdersError> {
        let on_disk = |error| OrdersError::Disk(self.path.clone(), error);
        let bytes = serde_json::to_vec_pretty(&kept).map_err(|error| on_disk(error.into()))?;
        private_file::replace(&self.path, &bytes).map_err(on_disk)?;
        self.kept = kept;
        Ok(())
    }
}

/// An order that was made.
pub(crate) fn made(id: &str, url: Option<&str>, status: &OrderStatus, msn: Option<&Msn>) -> Standing {
    Standing::Made {
        id: id.to_owned(),
        url: url.map(ToOwned::to_owned),
        status: status.name().to_owned(),
        msn: msn.map(ToString::to_string),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "http://127.0.0.1:9700";

    #[test]
    fn what_was_noted_is_there_after_a_break_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().expect("there is room");
        let path = folder.path().join("shops.csv.orders.json");
        let mut orders = Orders::open(&path, ORIGIN).expect("there is none");
        orders.note("a", Some(Standing::Asked { at: 7 })).expect("there is room");
        let id = made("o-1", Some("https://example.com"), &OrderStatus::Received, None);
        orders.note("b", Some(id.clone())).expect("there is room");
        assert!(matches!(Orders::open(&path, ORIGIN), Err(OrdersError::InUse)));
        drop(orders);
        assert!(!private_file::is_open_to_others(&path));
        let mut orders = Orders::open(&path, ORIGIN).expect("ours");
        assert_eq!(
            (orders.standing("a"), orders.standing("b")),
            (Some(&Standing::Asked { at: 7 }), Some(&id))
        );
        assert!(orders.any_unclear() && orders.has("o-1") && !orders.has("o-2"));
        orders.note("a", None).expect("there is room");
        assert!(!orders.any_unclear());
    }

    #[test]
    fn orders_of_another_place_or_form_are_left_alone() {
        let folder = tempfile::tempdir().expect("there is room");
        let path = folder.path().join("orders");
        let mut orders = Orders::open(&path, ORIGIN).expect("there is none");
        orders.note("a", Some(Standing::Asked { at: 7 })).expect("there is room");
        drop(orders);
        assert!(matches!(Orders::open(&path, "https://api.vipps.no"), Err(OrdersError::Elsewhere { .. })));
        let text = std::fs::read_to_string(&path).expect("it is there");
        for strange in [text.replace("\"version\": 1", "\"version\": 2"), "{}".to_owned(), String::new()] {
            std::fs::write(&path, strange).expect("there is room");
            assert!(matches!(Orders::open(&path, ORIGIN), Err(OrdersError::Strange(_))));
        }
    }
}
