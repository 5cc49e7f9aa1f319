//! `kvitt-hub codes`: makes codes, and prints them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use hub::{Hub, KeptCode, NewCode, Printable};
use payment::Currency;
use serde_json::{Value, json};

use super::{KvittHub, Stop};
use crate::sheet::{Language, Paper, Sheet};

#[derive(Debug, Subcommand)]
pub(super) enum CodesCommand {
    /// Makes a code for the counter of a till: whoever scans it is sent what that till charges
    Make {
        /// The till, t-…
        till: String,
        /// What the customer's app shows about where it is, 1 to 36 characters
        #[arg(long)]
        location: String,
        /// The code's own name; that of the till unless given
        #[arg(long, value_name = "NAME")]
        id: Option<String>,
    },
    /// Shows all codes on counters
    List,
    /// Moves a code to another till, or says anew where it is; what is printed stays good
    Change {
        /// The code
        id: String,
        /// The till that hears of its scans from now on
        #[arg(long)]
        till: Option<String>,
        /// What the customer's app shows about where it is
        #[arg(long)]
        location: Option<String>,
    },
    /// Takes a code away: what is printed of it never works again
    Delete {
        /// The code
        id: String,
    },
    /// Writes a sheet with the code to a file: .pdf, .svg, or .png for the bare picture
    Print {
        /// The code
        id: String,
        #[command(flatten)]
        how: Printing,
    },
    /// The codes that lead to a page of the shop
    #[command(subcommand)]
    Redirect(RedirectCommand),
}

#[derive(Debug, Subcommand)]
pub(super) enum RedirectCommand {
    /// Makes a code that leads to a page
    Make {
        /// The store whose sales unit it is of
        store: String,
        /// The code's name: letters, digits, spaces and -_+%
        id: String,
        /// The page, https://…
        url: String,
        /// How many days it works; for ever unless given
        #[arg(long, value_parser = clap::value_parser!(u64).range(1..=24_000))]
        days: Option<u64>,
    },
    /// Makes a code lead to another page, at once; what is printed stays good
    Change {
        /// The store
        store: String,
        /// The code
        id: String,
        /// The page, https://…
        url: String,
    },
    /// Takes a code away: what is printed of it never works again
    Delete {
        /// The store
        store: String,
        /// The code
        id: String,
    },
    /// Shows all codes of a store that lead to a page
    List {
        /// The store
        store: String,
    },
    /// Writes a sheet with the code to a file: .pdf, .svg, or .png for the bare picture
    Print {
        /// The store
        store: String,
        /// The code
        id: String,
        #[command(flatten)]
        how: Printing,
    },
}

#[derive(Debug, Args)]
pub(super) struct Printing {
    /// The file
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// How large the sheet is
    #[arg(long, value_enum, default_value = "a6")]
    paper: Paper,
    /// The language of what stands on it
    #[arg(long, value_enum, default_value = "nb")]
    language: Language,
}

/// What is written to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Pdf,
    Svg,
    Png,
}

impl Printing {
    fn write(&self, sheet: &Sheet) -> Result<(), Stop> {
        let bytes = match kind_of(&self.to)? {
            Kind::Pdf => sheet.pdf()?,
            Kind::Svg => sheet.svg().into_bytes(),
            Kind::Png => sheet.png.clone(),
        };
        std::fs::write(&self.to, bytes)
            .map_err(|error| format!("{} can't be written: {error}", self.to.display()).into())
    }
}

/// What a file of that name is to hold.
fn kind_of(path: &Path) -> Result<Kind, Stop> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    Kind::from_str(ending, true)
        .map_err(|_| format!("{} must end in .pdf, .svg or .png", path.display()).into())
}

impl KvittHub {
    pub(super) async fn codes(&self, hub: &Hub, command: &CodesCommand) -> Result<(), Stop> {
        match command {
            CodesCommand::Make { till, location, id } => {
                let new = NewCode { id: id.clone(), till: till.clone(), location: location.clone() };
                self.say_code(&hub.make_code(&new).await?);
            }
            CodesCommand::List => hub.codes().await?.iter().for_each(|code| self.say_code(code)),
            CodesCommand::Change { id, till, location } => {
                self.say_code(&hub.change_code(id, till.as_deref(), location.as_deref()).await?);
            }
            CodesCommand::Delete { id } => {
                hub.delete_code(id).await?;
                self.say(&json!({ "code": id, "deleted": true }), &format!("The code {id} works no more."));
            }
            CodesCommand::Print { id, how } => {
                let (code, printable) = hub.print_code(id).await?;
                let currency = currency_of(hub, &code.store.id).await?;
                let names = [code.store.name, code.location];
                how.write(&Sheet::of_payment(how.paper, how.language, currency, names, printable.png))?;
                self.say_printed(&printable.content, how);
            }
            CodesCommand::Redirect(command) => self.redirects(hub, command).await?,
        }
        Ok(())
    }

    async fn redirects(&self, hub: &Hub, command: &RedirectCommand) -> Result<(), Stop> {
        let leads = |id: &str, url: Option<&str>| {
            let url = url.unwrap_or("where nobody says");
            self.say(&json!({ "code": id, "leadsTo": url }), &format!("{id}  leads to {url}"));
        };
        match command {
            RedirectCommand::Make { store, id, url, days } => {
                let life = days.map(|days| Duration::from_hours(24 * days));
                hub.make_redirect(store, id, url, life).await?;
                leads(id, Some(url));
            }
            RedirectCommand::Change { store, id, url } => {
                hub.change_redirect(store, id, url).await?;
                leads(id, Some(url));
            }
            RedirectCommand::Delete { store, id } => {
                hub.delete_redirect(store, id).await?;
                self.say(&json!({ "code": id, "deleted": true }), &format!("The code {id} works no more."));
            }
            RedirectCommand::List { store } => {
                for code in hub.redirects(store).await? {
                    leads(&code.id, code.target_url.as_deref());
                }
            }
            RedirectCommand::Print { store, id, how } => {
                let (_, Printable { content, png }) = hub.print_redirect(store, id).await?;
                let kept = hub.stores().await?.into_iter().find(|kept| kept.store.id == *store);
                let name = kept.map(|kept| kept.store.name).unwrap_or_default();
                how.write(&Sheet::of_page(how.paper, how.language, [name, id.clone()], png))?;
                self.say_printed(&content, how);
            }
        }
        Ok(())
    }

    fn say_code(&self, code: &KeptCode) {
        let heard = if code.is_heard { "" } else { "  (not let in any more: move the code to another till)" };
        let value = json!({
            "code": code.id, "till": code.till, "store": code.store.id, "location": code.location, "heard": code.is_heard,
        });
        let line = format!("{}  {}  {}  {}{heard}", code.id, code.store.id, code.till, code.location);
        self.say(&value, &line);
    }

    fn say_printed(&self, content: &str, how: &Printing) {
        let value: Value = json!({ "content": content, "file": how.to.display().to_string() });
        self.say(&value, &format!("{} says {content}", how.to.display()));
    }
}

/// The currency of a store decides what the customers' app is called.
async fn currency_of(hub: &Hub, store: &str) -> Result<Currency, Stop> {
    let kept = hub.stores().await?.into_iter().find(|kept| kept.store.id == store);
    Ok(kept.map(|kept| kept.currency).ok_or_else(|| format!("there is no store {store}"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_says_what_is_written() {
        assert_eq!(kind_of(Path::new("a/code.pdf")).ok(), Some(Kind::Pdf));
        assert_eq!(kind_of(Path::new("code.SVG")).ok(), Some(Kind::Svg));
        assert_eq!(kind_of(Path::new("code.png")).ok(), Some(Kind::Png));
        assert!(kind_of(Path::new("code.docx")).is_err() && kind_of(Path::new("code")).is_err());
    }
}
