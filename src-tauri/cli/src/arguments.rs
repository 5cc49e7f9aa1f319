//! What can be asked of a running till on the command line.

use clap::{Args, Subcommand, ValueEnum};
use contract::{CaptureMode, Currency, Private};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::amount::Decimal;

mod chain;
mod line;
mod link;

pub(crate) use chain::{Chain, ChainRefundAsked, ChainSearchAsked};
pub(crate) use line::LineText;
pub(crate) use link::LinkText;

/// The longest reference, in characters.
const REFERENCE_MAX: usize = 50;
/// How many characters a day has: `2026-11-25`.
const DAY_LENGTH: usize = 10;

/// What can be asked of a running till.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Starts a payment on the running till
    ///
    /// Ends with 0 when it is started, with 4 when the till refuses it, with 5 when it is not known whether it was started,
    /// and with 3 when no till answers. With --wait it ends with 0 when the payment is paid, with 1 when it was not and
    /// may be paid again, and with 5 when it is not known how it ended.
    Pay(Pay),
    /// Says how a payment is
    ///
    /// Ends as `pay --wait` would, and with 5 while the payment is open.
    Status(Status),
    /// Says what stands on a payment's receipt, with the tax at each rate, and whether the customer's app has it
    ///
    /// Ends with 0 when it is stored, with 1 when there is none or it was not stored as it should be, and with 5 while it
    /// waits.
    Receipt(Status),
    /// Takes back a payment that is open, or lets go what is still reserved, and waits until that is done
    ///
    /// A customer who pays at that moment has paid. Ends with 0 when the payment was taken back or what was reserved is
    /// let go, with 4 when it was paid or can't be cancelled, and with 5 when it is not known.
    Cancel(Cancel),
    /// Collects what is reserved, or a part of it, and waits until that is done
    ///
    /// For what was started with `pay --capture manual`. What will not be collected is let go with `cancel`. Ends with 0
    /// when the money is collected, with 4 when it was refused, and with 5 when it is not known yet.
    Capture(Capture),
    /// Gives back what was paid, or a part of it, and waits until that is made
    ///
    /// Ends with 0 when the money is on its way to the customer, with 4 when it was refused, and with 5 when it is not
    /// known yet.
    Refund(Refund),
    /// Finds payments, newest first
    Search(Search),
    /// Other stores' payments, on a till that belongs to a chain
    #[command(subcommand)]
    Chain(Chain),
    /// Says what was collected and given back on one day, currency by currency
    Totals(Totals),
    /// Says what happens on the till as it happens, or with one payment until it has ended
    ///
    /// When the till is gone for a while, it goes on with what was missed. With a payment it ends as `status` does.
    Watch(Watch),
}

impl Command {
    /// The port that was named, if one was.
    pub(crate) fn port(&self) -> Option<u16> {
        match self {
            Command::Pay(Pay { at, .. })
            | Command::Status(Status { at, .. })
            | Command::Receipt(Status { at, .. })
            | Command::Cancel(Cancel { at, .. })
            | Command::Capture(Capture { at, .. })
            | Command::Refund(Refund { at, .. })
            | Command::Search(Search { at, .. })
            | Command::Chain(
                Chain::Stores(at)
                | Chain::Search(ChainSearchAsked { at, .. })
                | Chain::Refund(ChainRefundAsked { at, .. }),
            )
            | Command::Totals(Totals { at, .. })
            | Command::Watch(Watch { at, .. }) => at.pos_port,
        }
    }
}

/// Where the till is.
#[derive(Debug, Args)]
pub struct At {
    /// The port of the till's POS API; the one in the settings if absent
    #[arg(long, value_name = "PORT")]
    pub(crate) pos_port: Option<u16>,
}

/// A payment to start.
#[derive(Debug, Args)]
pub struct Pay {
    /// What is due: 49, 49.90 or 49,90
    pub(crate) amount: Decimal,
    /// The currency; the till's own if absent
    #[arg(long, value_enum, ignore_case = true)]
    pub(crate) currency: Option<Money>,
    /// Your name for it, never used before: 8 to 50 of letters, digits and -; made if absent
    #[arg(long, value_name = "REF", value_parser = reference)]
    pub(crate) reference: Option<String>,
    /// What the customer reads in the app; the shop's name if absent
    #[arg(long)]
    pub(crate) text: Option<String>,
    /// One line of what is being bought, such as Coffee:2:45.00 or, with its tax, Coffee:2:45.00:15%, or of a discount,
    /// Member:1:-10.00:15%; the lines must add up to the amount
    #[arg(long = "line", value_name = "NAME:QTY:PRICE[:TAX%]")]
    pub(crate) lines: Vec<LineText>,
    /// One line of what the customer brings back in the same sale; it counts against the others
    #[arg(long = "returned", value_name = "NAME:QTY:PRICE[:TAX%]")]
    pub(crate) returned: Vec<LineText>,
    /// Where the customer's app leads to from the payment, such as ticket=https://tickets.example/7; in place of the link that
    /// the settings give every payment
    #[arg(long, value_name = "KIND=URL")]
    pub(crate) link: Option<LinkText>,
    /// Sends the request to the phone with this number; else the customer scans a code
    #[arg(long, value_name = "NUMBER", value_parser = private)]
    pub(crate) phone: Option<Private>,
    /// Waits for the customer to scan the code on the counter, and sends the request to that phone
    #[arg(long, conflicts_with = "phone")]
    pub(crate) counter_code: bool,
    /// Sold by telephone or by mail: goes with --phone, and with lines that all say their tax
    #[arg(long)]
    pub(crate) distance: bool,
    /// When the money is collected: when the customer approves, or when `capture` asks for it
    #[arg(long, value_enum, value_name = "WHEN", default_value = "automatic")]
    pub(crate) capture: Collecting,
    /// Waits until it has ended, or is reserved
    #[arg(long)]
    pub(crate) wait: bool,
    #[command(flatten)]
    pub(crate) at: At,
}

/// A payment to ask about.
#[derive(Debug, Args)]
pub struct Status {
    /// The payment
    #[arg(value_name = "REF", value_parser = reference)]
    pub(crate) reference: String,
    #[command(flatten)]
    pub(crate) at: At,
}

/// When the money of a payment is collected, by the name that the POS API has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Collecting {
    Automatic,
    Manual,
}

impl From<Collecting> for CaptureMode {
    fn from(when: Collecting) -> CaptureMode {
        match when {
            Collecting::Automatic => CaptureMode::Automatic,
            Collecting::Manual => CaptureMode::Manual,
        }
    }
}

/// A payment to take back.
#[derive(Debug, Args)]
pub struct Cancel {
    /// The payment
    #[arg(value_name = "REF", value_parser = reference)]
    pub(crate) reference: String,
    /// Does not wait until it has ended
    #[arg(long)]
    pub(crate) no_wait: bool,
    #[command(flatten)]
    pub(crate) at: At,
}

/// Money to collect.
#[derive(Debug, Args)]
pub struct Capture {
    /// The payment
    #[arg(value_name = "REF", value_parser = reference)]
    pub(crate) reference: String,
    /// How much: 49, 49.90 or 49,90; all that is left if absent
    pub(crate) amount: Option<Decimal>,
    /// Names this capture: asked for again under the same key, nothing more is collected; made if absent
    #[arg(long, value_parser = key)]
    pub(crate) key: Option<String>,
    /// Does not wait until it is made
    #[arg(long)]
    pub(crate) no_wait: bool,
    #[command(flatten)]
    pub(crate) at: At,
}

/// Money to give back.
#[derive(Debug, Args)]
pub struct Refund {
    /// The payment
    #[arg(value_name = "REF", value_parser = reference)]
    pub(crate) reference: String,
    /// How much: 49, 49.90 or 49,90; all that is left if absent
    #[arg(long)]
    pub(crate) amount: Option<Decimal>,
    /// Why, for the shop: the customer does not see it
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Names this refund: asked for again under the same key, nothing more is given back; made if absent
    #[arg(long, value_parser = key)]
    pub(crate) key: Option<String>,
    /// Does not wait until it is made
    #[arg(long)]
    pub(crate) no_wait: bool,
    #[command(flatten)]
    pub(crate) at: At,
}

/// What to look for. Everything that is said must be so.
#[derive(Debug, Args)]
pub struct Search {
    /// A part of the reference, 3 characters or more, or an amount
    #[arg(conflicts_with = "amount")]
    pub(crate) text: Option<String>,
    /// The amount: 49, 49.90 or 49,90
    #[arg(long)]
    pub(crate) amount: Option<Decimal>,
    /// How they are now
    #[arg(long, value_enum)]
    pub(crate) status: Option<Standing>,
    /// Requested then or later: a day, 2026-11-25, or a moment, 2026-11-25T08:00:00+01:00
    #[arg(long, value_name = "TIME", value_parser = first_moment)]
    pub(crate) from: Option<String>,
    /// Requested before that moment, or at the latest on that day
    #[arg(long, value_name = "TIME", value_parser = end_moment)]
    pub(crate) to: Option<String>,
    /// How many at the most
    #[arg(long, default_value_t = 20, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) at: At,
}

/// How a payment is, by the name that the POS API has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Standing {
    Starting,
    Waiting,
    Opened,
    Approved,
    Paid,
    Cancelled,
    Declined,
    Expired,
    Failed,
    Checking,
}

/// A day to add up.
#[derive(Debug, Args)]
pub struct Totals {
    /// Which day, such as 2026-11-25, by the clock of the till; today if absent
    #[arg(long, value_parser = day)]
    pub(crate) day: Option<String>,
    /// Prints a line for each currency, divided by commas, under a line of titles
    #[arg(long)]
    pub(crate) csv: bool,
    #[command(flatten)]
    pub(crate) at: At,
}

/// What to listen to.
#[derive(Debug, Args)]
pub struct Watch {
    /// The payment; everything if absent
    #[arg(value_name = "REF", value_parser = reference)]
    pub(crate) reference: Option<String>,
    /// Begins with what has changed since the event with this id, which --json prints
    #[arg(long, value_name = "ID")]
    pub(crate) after: Option<u64>,
    #[command(flatten)]
    pub(crate) at: At,
}

/// A currency, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
pub(crate) enum Money {
    /// Norwegian krone.
    Nok,
    /// Danish krone.
    Dkk,
    /// Euro.
    Eur,
    /// Swedish krona.
    Sek,
}

impl From<Money> for Currency {
    fn from(money: Money) -> Currency {
        match money {
            Money::Nok => Currency::Nok,
            Money::Dkk => Currency::Dkk,
            Money::Eur => Currency::Eur,
            Money::Sek => Currency::Sek,
        }
    }
}

/// What can stand in an address without meaning something else there. What a good reference is, the till says.
fn reference(text: &str) -> Result<String, String> {
    let good = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if (1..=REFERENCE_MAX).contains(&text.len()) && text.chars().all(good) {
        return Ok(text.to_owned());
    }
    Err(format!("a reference has at most {REFERENCE_MAX} letters, digits and -"))
}

/// What can be sent as a header. What a good key is, the till says.
fn key(text: &str) -> Result<String, String> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(text.to_owned());
    }
    Err("a key has 1 to 128 visible ASCII characters and no spaces".to_owned())
}

#[expect(clippy::unnecessary_wraps, reason = "what reads an argument may fail")]
fn private(text: &str) -> Result<Private, String> {
    Ok(Private::new(text))
}

fn first_moment(text: &str) -> Result<String, String> {
    moment(text, Ok)
}

/// A day is meant to its end.
fn end_moment(text: &str) -> Result<String, String> {
    moment(text, Date::tomorrow)
}

/// A day as the till reads it.
fn day(text: &str) -> Result<String, String> {
    let date = text.parse::<Date>().ok().filter(|_| text.len() == DAY_LENGTH);
    date.map(|date| date.to_string()).ok_or_else(|| "say a day, such as 2026-11-25".to_owned())
}

/// A moment as the till reads it: RFC 3339. A day begins when it does where this machine is.
fn moment(text: &str, day: impl Fn(Date) -> Result<Date, jiff::Error>) -> Result<String, String> {
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Ok(moment.to_string());
    }
    // A date is also read from a longer text, whose time of day would be lost.
    let date = text.parse::<Date>().ok().filter(|_| text.len() == DAY_LENGTH);
    let begins = date.and_then(|date| day(date).and_then(|day| day.to_zoned(TimeZone::system())).ok());
    begins.map(|begins| begins.timestamp().to_string()).ok_or_else(|| {
        "say a day, 2026-11-25, or a moment with its time zone, 2026-11-25T08:00:00+01:00".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_name_how_many_and_a_price() {
        let line = "Coffee: large:2:45,50".parse::<LineText>().expect("it is one");
        assert_eq!((line.name.as_str(), line.quantity), ("Coffee: large", 2));
        assert_eq!(Some(line.price), "45.50".parse().ok());
        for wrong in ["", "Coffee", "Coffee:2", "Coffee:two:45", "Coffee:2:free", "Coffee:-1:45"] {
            assert!(wrong.parse::<LineText>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_reference_can_lead_nowhere_else() {
        assert_eq!(reference("sale-1042-1").as_deref(), Ok("sale-1042-1"));
        for wrong in ["", "..", "../health", "a b", "a%2Fb", "a?wait=1", "blåbær", &"a".repeat(51)] {
            assert!(reference(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_day_is_meant_from_its_beginning_to_its_end() {
        let day = |text: &str| text.parse::<jiff::Timestamp>().expect("it is a moment");
        let (from, to) = (first_moment("2026-11-25"), end_moment("2026-11-25"));
        let length = day(&to.expect("a day")) - day(&from.expect("a day"));
        assert_eq!(length.total(jiff::Unit::Hour).expect("it is short").to_string(), "24");
        assert_eq!(first_moment("2026-11-25T08:00:00+01:00").as_deref(), Ok("2026-11-25T07:00:00Z"));
        for wrong in ["", "yesterday", "25.11.2026", "2026-13-01", "2026-11-25T08:00:00"] {
            assert!(end_moment(wrong).is_err(), "{wrong}");
        }
    }
}
