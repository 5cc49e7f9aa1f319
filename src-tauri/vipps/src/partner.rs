//! A partner of Vipps MobilePay, and what it may ask for all of its sales units at once (contract 1.6, 5.4).
//!
//! What is about one sales unit is asked by [`Vipps`](crate::Vipps), with the partner's keys and that sales unit's number.

use std::sync::Arc;

use url::Url;

use crate::line::Line;
use crate::webhooks::Webhooks;
use crate::{Keys, System, Transport};

/// A partner of Vipps MobilePay. Clones share its access token. No call names a sales unit.
#[derive(Clone, Debug)]
pub struct Partner {
    line: Line,
}

impl Partner {
    /// Whoever the partner keys `keys` belong to. Sends nothing yet.
    pub fn new(transport: Arc<dyn Transport>, base_url: Url, keys: Keys, system: System) -> Self {
        Self { line: Line::new(transport, base_url, None, keys, system) }
    }

    /// Being told about events of all sales units of the partner. These registrations are apart from those of its sales
    /// units: neither are they in one list, nor can one be deleted as the other.
    pub fn webhooks(&self) -> Webhooks<'_> {
        Webhooks::new(&self.line)
    }
}
