//! Does what was asked for on the command line.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use vipps::Management;

use crate::arguments::{Access, Command};
use crate::ending::{Ending, Failure};
use crate::follow::follow;
use crate::merchants::Merchants;
use crate::orders::{Orders, Standing};
use crate::result::{self, Outcome};
use crate::sign_up::{Stopped, sign_up, stopped};
use crate::table::{FILE_BYTES_MAX, Form};
use crate::units;
use crate::voice::Voice;

/// Does what was asked for, and says how it went; `json` if a program listens. `now` is the time in Unix milliseconds.
pub fn run(command: &Command, json: bool, now: impl Fn() -> i64) -> ExitCode {
    let voice = Voice { json };
    let ending = done(command, voice, now).unwrap_or_else(|failure| {
        voice.fail(&failure);
        failure.ending
    });
    ExitCode::from(ending as u8)
}

fn done(command: &Command, voice: Voice, now: impl Fn() -> i64) -> Result<Ending, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(Ending::NotDone, error, "Nothing was sent."))?;
    match command {
        Command::Prefill { file, access, production } => {
            let Some(merchants) = read(file, voice)? else { return Ok(Ending::Usage) };
            if access.is_production() && !production {
                return Err(would_be_real(&merchants, file, access)?);
            }
            let mut desk = Desk::open(file, merchants, access, voice)?;
            runtime.block_on(desk.prefill(access, now))
        }
        Command::Status { file, access, wait, every } => {
            let Some(merchants) = read(file, voice)? else { return Ok(Ending::Usage) };
            let mut desk = Desk::open(file, merchants, access, voice)?;
            let pause = wait.then(|| Duration::from_secs(*every));
            runtime.block_on(desk.status(access, pause))
        }
        Command::SalesUnits { access } => {
            let vipps = access.vipps()?;
            runtime.block_on(units::list(vipps.management(), voice))
        }
    }
}

/// The merchants of a table; none if something is wrong with it, which has been said then.
fn read(file: &Path, voice: Voice) -> Result<Option<Merchants>, Failure> {
    let shown = file.display();
    let unread = |why: String| {
        Failure::new(Ending::Usage, format!("{shown} can't be read: {why}"), "Nothing was sent.")
    };
    let text = private_file::read(file, FILE_BYTES_MAX + 1).map_err(|error| unread(error.to_string()))?;
    let text = text.ok_or_else(|| unread("there is no such file".to_owned()))?;
    if u64::try_from(text.len()).is_ok_and(|length| length > FILE_BYTES_MAX) {
        return Err(unread(format!("it has more than {FILE_BYTES_MAX} bytes")));
    }
    let is_json = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let folder = file.parent().unwrap_or(Path::new(""));
    match Merchants::read(&text, if is_json { Form::Json } else { Form::Csv }, folder) {
        Ok(merchants) => Ok(Some(merchants)),
        Err(complaints) => {
            voice.complain(&complaints);
            let what = format!("{shown}: {} to correct", complaints.len());
            voice.fail(&Failure::new(Ending::Usage, what, "Nothing was sent."));
            Ok(None)
        }
    }
}

/// What a run would do for real.
fn would_be_real(merchants: &Merchants, file: &Path, access: &Access) -> Result<Failure, Failure> {
    let orders = Orders::open(&beside(file), access.address()?.as_str())?;
    let missing =
        merchants.iter().filter(|one| !matches!(orders.standing(&one.key()), Some(Standing::Made { .. })));
    let what = format!(
        "the table is right; {} of {} merchants would get a real order at Vipps MobilePay",
        missing.count(),
        merchants.count()
    );
    Ok(Failure::new(Ending::Refused, what, "Nothing was sent. Say --production if that is what you want."))
}

/// The file of what is known of the orders.
fn beside(file: &Path) -> PathBuf {
    file.with_added_extension("orders.json")
}

/// A table and what is known of its orders.
struct Desk {
    merchants: Merchants,
    orders: Orders,
    result: PathBuf,
    voice: Voice,
}

impl Desk {
    fn open(file: &Path, merchants: Merchants, access: &Access, voice: Voice) -> Result<Desk, Failure> {
        let orders = Orders::open(&beside(file), access.address()?.as_str())?;
        Ok(Desk { merchants, orders, result: file.with_extension("result.csv"), voice })
    }

    async fn prefill(&mut self, access: &Access, now: impl Fn() -> i64) -> Result<Ending, Failure> {
        let vipps = access.vipps()?;
        let management = vipps.management();
        if !self.are_priced(management).await? {
            return Ok(Ending::Usage);
        }
        let made = sign_up(&self.merchants, &mut self.orders, management, now).await;
        self.tell()?;
        if let Err(stopped) = made {
            let failure = Failure::from(stopped);
            let ending = if self.orders.any_unclear() { Ending::Unclear } else { failure.ending };
            return Err(Failure { ending, ..failure });
        }
        Ok(worst(self.standings().map(ending_of_making)))
    }

    /// Whether the partner has all price packages that the table names. Own keys of a sales unit can't tell.
    async fn are_priced(&self, management: Management<'_>) -> Result<bool, Failure> {
        if self.merchants.iter().all(|one| one.order.price_package_id.is_none()) {
            return Ok(true);
        }
        let packages = match management.price_packages().await {
            Ok(packages) => packages,
            Err(error) if error.status() == Some(403) => return Ok(true),
            Err(error) => return Err(stopped(error).into()),
        };
        let complaints = self.merchants.not_priced(&packages);
        self.voice.complain(&complaints);
        Ok(complaints.is_empty())
    }

    fn standings(&self) -> impl Iterator<Item = Option<&Standing>> {
        self.merchants.iter().map(|one| self.orders.standing(&one.key()))
    }

    async fn status(&mut self, access: &Access, pause: Option<Duration>) -> Result<Ending, Failure> {
        let vipps = access.vipps()?;
        loop {
            let followed = follow(&self.merchants, &mut self.orders, vipps.management()).await;
            let goes_on = self
                .standings()
                .any(|one| matches!(one, Some(made @ Standing::Made { .. }) if !made.has_ended()));
            let ending = worst(self.standings().map(ending_of_following));
            match (&followed, pause) {
                // It may be there again when it is asked next.
                (Ok(()) | Err(Stopped::Unreachable(_)), Some(pause)) if goes_on => {
                    if let Err(stopped) = &followed {
                        Voice::warn(&stopped.to_string());
                    }
                    self.write()?;
                    tokio::time::sleep(pause).await;
                }
                _ => {
                    self.tell()?;
                    followed?;
                    return Ok(ending);
                }
            }
        }
    }

    /// Says how each stands, and writes it down.
    fn tell(&self) -> Result<(), Failure> {
        for merchant in self.merchants.iter() {
            self.voice.outcome(merchant, &Outcome::of(self.orders.standing(&merchant.key())));
        }
        self.write()
    }

    fn write(&self) -> Result<(), Failure> {
        let table = result::write(&self.merchants, &self.orders);
        private_file::replace(&self.result, table.as_bytes()).map_err(|error| {
            let what = format!("{} can't be written: {error}", self.result.display());
            Failure::new(
                Ending::NotDone,
                what,
                "The orders are noted all the same. Make room, and ask for the status.",
            )
        })
    }
}

fn worst(endings: impl Iterator<Item = Ending>) -> Ending {
    endings.max_by_key(|ending| *ending as u8).unwrap_or(Ending::Done)
}

fn ending_of_making(standing: Option<&Standing>) -> Ending {
    match standing {
        Some(Standing::Made { .. }) => Ending::Done,
        Some(Standing::Asked { .. }) => Ending::Unclear,
        Some(Standing::Refused { .. }) | None => Ending::NotDone,
    }
}

fn ending_of_following(standing: Option<&Standing>) -> Ending {
    match standing {
        Some(made @ Standing::Made { msn: Some(_), .. }) if made.has_ended() => Ending::Done,
        Some(made @ Standing::Made { .. }) if !made.has_ended() => Ending::Unclear,
        Some(Standing::Asked { .. }) => Ending::Unclear,
        _ => Ending::NotDone,
    }
}
