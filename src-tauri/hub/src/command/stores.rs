//! `kvitt-hub store`: the stores of the chain, and what their sales units may do.

use std::path::PathBuf;

use clap::Subcommand;
use contract::{Store, UnitSettings};
use hub::{Hub, KeptUnit, NewStore, Which};
use serde_json::json;

use super::currency::CurrencyName;
use super::{KvittHub, Stop, lines};
use crate::import;

#[derive(Debug, Subcommand)]
pub(super) enum StoreCommand {
    /// Adds a store
    Add {
        /// Its short name, such as oslo-1
        id: String,
        /// What people call it
        #[arg(long)]
        name: String,
        /// The Merchant Serial Number of its sales unit
        #[arg(long)]
        msn: String,
        /// The currency of its sales unit
        #[arg(long, value_enum, default_value = "nok")]
        currency: CurrencyName,
        /// With what its references begin, where several stores share one sales unit
        #[arg(long)]
        prefix: Option<String>,
    },
    /// Adds a store for each sales unit that `kvitt merchants` has written down and that has none yet
    Import {
        /// The table, ….result.csv
        file: PathBuf,
    },
    /// Shows all stores, and what their sales units may do as it was read last
    List,
    /// Reads anew what all sales units may do, and shows all stores
    Read,
    /// Keeps a store's own keys, sealed: three lines with client id, client secret and subscription key
    Keys {
        /// The store
        id: String,
    },
}

impl KvittHub {
    pub(super) async fn store(&self, hub: &Hub, command: &StoreCommand) -> Result<(), Stop> {
        match command {
            StoreCommand::Add { id, name, msn, currency, prefix } => {
                let store = Store { id: id.clone(), name: name.clone(), msn: msn.clone() };
                let new = NewStore { store, currency: (*currency).into(), prefix: prefix.clone() };
                hub.add_store(&new).await?;
                self.say(&json!({ "store": id }), &format!("The store {id} sells through sales unit {msn}."));
            }
            StoreCommand::Import { file } => {
                for (store, done) in import::stores(hub, file).await? {
                    let line = format!("{}  {}  {}  {done}", store.id, store.msn, store.name);
                    self.say(&json!({ "store": store, "added": done == import::ADDED }), &line);
                }
            }
            StoreCommand::List => self.list(hub).await?,
            StoreCommand::Read => {
                hub.read_units(Which::All).await?;
                self.list(hub).await?;
            }
            StoreCommand::Keys { id } => {
                let [client_id, client_secret, subscription_key] = lines()?;
                hub.set_keys(id, &client_id, &client_secret, &subscription_key).await?;
                self.say(&json!({ "store": id }), &format!("The keys of {id} are kept, sealed."));
            }
        }
        Ok(())
    }

    async fn list(&self, hub: &Hub) -> Result<(), Stop> {
        let units = hub.units().await?;
        for kept in hub.stores().await? {
            let keys = if kept.has_keys { "keys of its own" } else { "the partner's keys" };
            let Store { id, name, msn } = &kept.store;
            let unit = units.iter().find(|unit| unit.msn == *msn);
            let value = json!({
                "store": kept.store, "ownKeys": kept.has_keys, "prefix": kept.prefix,
                "salesUnit": unit.and_then(|unit| unit.settings.as_ref()),
                "notRead": unit.and_then(|unit| unit.problem.as_ref()),
            });
            self.say(&value, &format!("{id}  {msn}  {name}  {keys}  {}", said(unit)));
        }
        Ok(())
    }
}

/// What is known of a sales unit, in a line for people.
fn said(unit: Option<&KeptUnit>) -> String {
    let Some(unit) = unit else { return "what it may do has not been read".to_owned() };
    let known = unit.settings.as_ref().map_or("what it may do is not known".to_owned(), known);
    match &unit.problem {
        Some(problem) => format!("{known}; it could not be read when it was tried last: {problem}"),
        None => known,
    }
}

fn known(settings: &UnitSettings) -> String {
    let word = |said: Option<bool>| match said {
        Some(true) => "yes",
        Some(false) => "no",
        None => "not said",
    };
    let collects = match settings.direct_capture {
        Some(true) => "at approval",
        Some(false) => "when asked",
        None => "not said",
    };
    // What the hub's own clock said is a moment.
    let read_at = jiff::Timestamp::from_millisecond(settings.read_at).unwrap_or_default();
    format!(
        "payments {}, requests to phones {}, collects {collects}, in parts {}, after 14 days {}; read at {read_at}",
        word(settings.payment_allowed),
        word(settings.skip_landing_page_allowed),
        word(settings.partial_capture_allowed),
        word(settings.late_capture_allowed),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_shown_with_its_time_and_what_was_not_is_not_made_up() {
        let settings = UnitSettings {
            msn: "654321".to_owned(),
            read_at: 1_795_690_000_000,
            payment_allowed: Some(true),
            direct_capture: Some(false),
            skip_landing_page_allowed: Some(false),
            ..UnitSettings::default()
        };
        let unit = KeptUnit { msn: "654321".to_owned(), settings: Some(settings), problem: None };
        let all = "payments yes, requests to phones no, collects when asked, in parts not said, after 14 days not said; \
                   read at 2026-11-26T";
        assert!(said(Some(&unit)).starts_with(all), "{}", said(Some(&unit)));
        let stale = KeptUnit { problem: Some("keys_refused".to_owned()), ..unit };
        assert!(said(Some(&stale)).ends_with("tried last: keys_refused"));
        let none = KeptUnit { settings: None, ..stale };
        assert!(said(Some(&none)).starts_with("what it may do is not known"));
        assert_eq!(said(None), "what it may do has not been read");
    }
}
