//! `kvitt join` and `kvitt leave`: to which chain this till belongs.

use contract::Private;
use link::{HubAddress, Membership, MembershipError};
use serde_json::{Value, json};

use crate::command::{Exit, Join, Kvitt, Stop};

/// Joins a chain. A till that runs belongs to it from its next start on.
pub(crate) fn join(kvitt: &Kvitt, join: &Join) -> Result<(), Stop> {
    let config = kvitt.config_folder();
    let (address, code) = said(&join.code, join.hub.as_deref()).ok_or_else(|| {
        Stop::new(Exit::Usage, "say where the hub is with --hub, or give the whole of the code that it shows")
    })?;
    let hub = HubAddress::parse(address).map_err(|error| Stop::new(Exit::Usage, error))?;
    if let Some(known) = Membership::read(&config).map_err(told)? {
        let why = format!("this till is {} of {} already; `kvitt leave` first", known.till, known.store.name);
        return Err(Stop::new(Exit::Usage, why));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Stop::failed)?;
    let joining = Membership::join(&config, hub, Private::new(code));
    let joined = runtime.block_on(joining).map_err(told)?;
    let words = format!(
        "This till is {} of {} now. What it writes down is told to the hub from its next start on.",
        joined.till, joined.store.name
    );
    say(kvitt.json, &words, &json!({ "till": joined.till, "store": joined.store }));
    Ok(())
}

/// Where the hub is, and its code: what a scanner reads from the picture that the hub shows has both.
fn said<'a>(code: &'a str, hub: Option<&'a str>) -> Option<(&'a str, &'a str)> {
    match (code.rsplit_once('#'), hub) {
        (Some((address, code)), None) => Some((address, code)),
        (None, Some(hub)) => Some((hub, code)),
        (Some((_, code)), Some(hub)) => Some((hub, code)),
        (None, None) => None,
    }
}

/// Leaves it.
pub(crate) fn leave(kvitt: &Kvitt) -> Result<(), Stop> {
    let was_there = Membership::leave(&kvitt.config_folder()).map_err(told)?;
    let words = if was_there {
        "This till belongs to no chain from its next start on. Revoke it at the hub too: kvitt-hub till revoke."
    } else {
        "This till belonged to no chain."
    };
    say(kvitt.json, words, &json!({ "left": was_there }));
    Ok(())
}

fn told(error: MembershipError) -> Stop {
    let exit = match &error {
        MembershipError::Refused(refused) if refused.code == contract::Code::HubUnreachable => {
            Exit::Unreachable
        }
        MembershipError::Refused(_) => Exit::Refused,
        _ => Exit::Failed,
    };
    Stop::new(exit, error)
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
fn say(json: bool, words: &str, said: &Value) {
    if json {
        println!("{said}");
    } else {
        println!("{words}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_typed_or_scanned() {
        let hub = "https://hub.example.com";
        assert_eq!(said("7G2K-9QXM", Some(hub)), Some((hub, "7G2K-9QXM")));
        assert_eq!(said("https://hub.example.com#7G2K-9QXM", None), Some((hub, "7G2K-9QXM")));
        assert_eq!(said("https://old.example.com#7G2K-9QXM", Some(hub)), Some((hub, "7G2K-9QXM")));
        assert_eq!(said("7G2K-9QXM", None), None);
    }
}
