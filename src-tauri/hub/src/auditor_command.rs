//! What the program can be asked for about auditors, who look at the sale log.

use std::io::IsTerminal;

use clap::Subcommand;
use contract::Private;
use hub::{Hub, KeptAuditor};
use jiff::civil::Date;
use serde_json::json;

use crate::command::{Stop, lines};

#[derive(Debug, Subcommand)]
pub(crate) enum AuditorCommand {
    /// Adds an auditor and shows a password that is made for them, once
    Add {
        /// The short name that is typed
        id: String,
        /// A store whose sales may be seen; all of them if none is named
        #[arg(long)]
        store: Vec<String>,
        /// The first day whose sales may be seen, 2026-01-01
        #[arg(long)]
        from: Option<Date>,
        /// The last day whose sales may be seen
        #[arg(long)]
        until: Option<Date>,
        /// The last day on which they are let in
        #[arg(long)]
        expires: Option<Date>,
        /// Asks for a password instead of making one; not at a terminal, it reads one line
        #[arg(long)]
        ask: bool,
    },
    /// Makes a token for the programs of an auditor, in place of the one before, and shows it once
    Token {
        /// The short name
        id: String,
    },
    /// Shows all auditors
    List,
    /// Lets an auditor in no more
    Remove {
        /// The short name
        id: String,
    },
}

impl AuditorCommand {
    /// Does it. Gives what is said about each thing: for programs, and for people.
    pub(crate) async fn run(&self, hub: &Hub) -> Result<Vec<(serde_json::Value, String)>, Stop> {
        match self {
            AuditorCommand::Add { id, store, from, until, expires, ask } => {
                let auditor = KeptAuditor {
                    id: id.clone(),
                    stores: store.clone(),
                    since: *from,
                    until: *until,
                    expires: *expires,
                    has_token: false,
                };
                let asked = if *ask { Some(asked()?) } else { None };
                let password = hub.add_auditor(&auditor, asked).await?;
                Ok(vec![added(&auditor, &password, *ask)])
            }
            AuditorCommand::Token { id } => {
                let token = hub.auditor_token(id).await?;
                // Nothing but the token: it goes into a file as it is.
                Ok(vec![(json!({ "auditor": id, "token": token.reveal() }), token.reveal().to_owned())])
            }
            AuditorCommand::List => Ok(hub.auditors().await?.iter().map(listed).collect()),
            AuditorCommand::Remove { id } => {
                hub.remove_auditor(id).await?;
                Ok(vec![(json!({ "auditor": id, "removed": true }), format!("{id} is let in no more."))])
            }
        }
    }
}

fn added(auditor: &KeptAuditor, password: &Private, chosen: bool) -> (serde_json::Value, String) {
    let id = &auditor.id;
    if chosen {
        return (json!({ "auditor": id }), format!("{id} may look at the sale log at /log."));
    }
    let password = password.reveal();
    let line = format!("{password}\n{id} logs in with it at /log. Keep it: it is shown this once.");
    (json!({ "auditor": id, "password": password }), line)
}

fn listed(auditor: &KeptAuditor) -> (serde_json::Value, String) {
    let KeptAuditor { id, stores, since, until, expires, has_token } = auditor;
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    let value = json!({
        "auditor": id, "stores": stores, "from": day(*since), "until": day(*until), "expires": day(*expires),
        "token": has_token,
    });
    let shown =
        |what: &str, limit: Option<Date>| limit.map(|day| format!("  {what} {day}")).unwrap_or_default();
    let stores = if stores.is_empty() { "all stores".to_owned() } else { stores.join(", ") };
    let (from, until) = (shown("sales from", *since), shown("sales until", *until));
    let token = if *has_token { "  a token" } else { "" };
    (value, format!("{id}  {stores}{from}{until}{}{token}", shown("let in until", *expires)))
}

/// A password that somebody chooses: typed twice at a terminal without being shown, or one line that is piped in.
fn asked() -> Result<Private, Stop> {
    if !std::io::stdin().is_terminal() {
        let [password] = lines()?;
        return Ok(Private::new(password));
    }
    let first = rpassword::prompt_password("The password, at least 12 characters (it is not shown): ")?;
    if first != rpassword::prompt_password("The same again: ")? {
        return Err("the two are not the same; nobody was added".into());
    }
    Ok(Private::new(first))
}
