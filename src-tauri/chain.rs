//! `kvitt join` and `kvitt leave`: to which chain this till belongs.

use contract::Private;
use link::{HubAddress, Membership, MembershipError};
use serde_json::{Value, json};

use crate::command::{Exit, Join, Kvitt, Stop};

/// Joins a chain. A till that runs belongs to it from its next start on.
pub(crate) fn join(kvitt: &Kvitt, join: &Join) -> Result<(), Stop> {
    let config = kvitt.config_folder();
    let hub = HubAddress::parse(&join.hub).map_err(|error| Stop::new(Exit::Usage, error))?;
    if let Some(known) = Membership::read(&config).map_err(told)? {
        let why = format!("this till is {} of {} already; `kvitt leave` first", known.till, known.store.name);
        return Err(Stop::new(Exit::Usage, why));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Stop::failed)?;
    let joining = Membership::join(&config, hub, Private::new(join.code.as_str()));
    let joined = runtime.block_on(joining).map_err(told)?;
    let words = format!(
        "This till is {} of {} now. What it writes down is told to the hub from its next start on.",
        joined.till, joined.store.name
    );
    say(kvitt.json, &words, &json!({ "till": joined.till, "store": joined.store }));
    Ok(())
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
