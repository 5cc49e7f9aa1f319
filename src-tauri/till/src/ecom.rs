//! The eCom rail: eCom v2 and the QR API. The only file that maps their words to those of a payment.

use async_trait::async_trait;
use payment::{Ask, Cause, Event, Knowledge, Moment, Money, Order, Reading, Standing, Trouble};
use tokio::time::Instant;
use vipps::{
    Cancellation, Details, Initiate, LogEntry, Meaning, Modification, Operation, RequestId, SecretString,
    Vipps,
};

use crate::code::{self, QR_SIDE_PX};
use crate::errand::Tried;
use crate::link_picture::LinkPicture;
use crate::links;
use crate::payer::Payer;
use crate::picture::QrHosts;
use crate::problem::trouble_of;
use crate::rail::{Answer, Rail};
use crate::receipts;

/// What the eCom API must be told beside the payment itself.
#[derive(Clone, Debug)]
pub struct EcomSettings {
    /// Where the customer's phone goes afterwards (`fallBack`).
    pub fall_back: String,
    /// Where callbacks would go (`callbackPrefix`). A till without a public address never hears them; it polls.
    pub callback_prefix: String,
    /// What callbacks are to prove themselves with (`authToken`), where somebody hears them.
    pub auth_token: Option<SecretString>,
    /// Where a code may lead.
    pub qr_hosts: QrHosts,
}

/// A rail over eCom v2 and the QR API.
pub struct Ecom {
    vipps: Vipps,
    settings: EcomSettings,
}

impl Ecom {
    /// A rail over `vipps`.
    pub fn new(vipps: Vipps, settings: EcomSettings) -> Ecom {
        Ecom { vipps, settings }
    }

    /// Without a payer there is a code to scan; with one the request goes to that phone.
    async fn create(&self, order: &Order, payer: Option<&Payer>) -> Result<Event, vipps::Error> {
        let number = match payer {
            Some(Payer::Phone(number)) => number.norwegian().map(ToOwned::to_owned),
            Some(Payer::PersonalQr(_) | Payer::CheckedIn(_)) | None => None,
        };
        let initiate = Initiate {
            order_id: order.reference.to_string(),
            amount: order.amount.minor(),
            text: order.description.clone(),
            fall_back: self.settings.fall_back.clone(),
            callback_prefix: self.settings.callback_prefix.clone(),
            auth_token: self.settings.auth_token.clone(),
            // Must be false for the QR flow (contract 1.2).
            skip_landing_page: number.is_some(),
            mobile_number: number,
        };
        let scanned = !initiate.skip_landing_page;
        let initiated = self.vipps.ecom().initiate(&initiate).await?;
        Ok(Event::Created { url: scanned.then_some(initiated.url) })
    }

    async fn code(&self, url: &str) -> Result<Answer, vipps::Error> {
        let code = self.vipps.qr().one_time(url, QR_SIDE_PX).await?;
        let png = self.vipps.qr().image(&code.image_url).await?.to_vec();
        Ok(code::checked(png, Some(code.expires_in), self.settings.qr_hosts))
    }

    async fn read(&self, order: &Order) -> Result<Event, vipps::Error> {
        match self.vipps.ecom().details(order.reference.as_str()).await {
            Ok(details) => Ok(Event::Read(reading_of(&details))),
            Err(error) if error.meaning() == Meaning::UnknownOrder => {
                let money = Money::default();
                let (standing, created_at, tagged) = (Standing::Unknown, None, None);
                Ok(Event::Read(Reading { standing, money, released: 0, created_at, differs: false, tagged }))
            }
            Err(error) => Err(error),
        }
    }

    async fn capture(&self, order: &Order, key: &str, amount: u64) -> Result<Event, vipps::Error> {
        let Some(capture) = modification(order, key, amount) else { return Ok(refused_here()) };
        let summary = self.vipps.ecom().capture(order.reference.as_str(), &capture).await?;
        Ok(Event::Captured { captured: summary.captured })
    }

    /// The text is that of the payment, so that a repeated refund is the same to the last letter (contract 1.9).
    async fn refund(&self, order: &Order, key: &str, amount: u64) -> Result<Event, vipps::Error> {
        let Some(refund) = modification(order, key, amount) else { return Ok(refused_here()) };
        let summary = self.vipps.ecom().refund(order.reference.as_str(), &refund).await?;
        Ok(Event::Refunded { refunded: summary.refunded })
    }

    /// What a part has been captured of must be asked to let go the rest (contract 1.2).
    async fn cancel(&self, order: &Order, release_remaining: bool) -> Result<Event, vipps::Error> {
        let cancellation = Cancellation { text: order.description.clone(), release_remaining };
        self.vipps.ecom().cancel(order.reference.as_str(), &cancellation).await?;
        Ok(Event::CancelAcknowledged)
    }
}

#[async_trait]
impl Rail for Ecom {
    fn kind(&self) -> payment::Rail {
        payment::Rail::Ecom
    }

    async fn ask(&self, order: &Order, ask: &Ask, payer: Option<&Payer>) -> Answer {
        let answer = match ask {
            Ask::Create { flow, .. } => {
                let payer = payer.filter(|_| flow.reaches_phone());
                self.create(order, payer).await.map(Answer::from)
            }
            Ask::Code { url } => self.code(url).await,
            Ask::Read { .. } => self.read(order).await.map(Answer::from),
            Ask::Capture { key, amount } => self.capture(order, key, *amount).await.map(Answer::from),
            Ask::Cancel { after_capture, .. } | Ask::Release { after_capture, .. } => {
                self.cancel(order, *after_capture).await.map(Answer::from)
            }
            Ask::Refund { key, amount } => self.refund(order, key, *amount).await.map(Answer::from),
        };
        answer.unwrap_or_else(|error| {
            tracing::warn!(payment.reference = %order.reference, ask = ?ask.kind(), %error, "a call failed");
            match (error.meaning(), ask) {
                (Meaning::PaymentTimedOut, Ask::Code { .. }) => Event::TimedOutAtVipps.into(),
                _ => Event::Troubled(trouble_of(&error)).into(),
            }
        })
    }

    async fn receipt(&self, order: &Order, tries: u32) -> Tried {
        receipts::tried(&self.vipps, order, tries, false).await
    }

    async fn link(&self, order: &Order, tries: u32, picture: Option<&LinkPicture>) -> Tried {
        links::tried(&self.vipps, order, tries, picture).await
    }

    fn server_time(&self) -> Option<(Moment, Instant)> {
        self.vipps.server_date().map(|date| (Moment(date.unix_ms), date.heard))
    }

    async fn warm_up(&self) {
        if let Err(error) = self.vipps.sign_in().await {
            tracing::warn!(%error, "no access token yet");
        }
    }
}

/// `None` when the key does not fit the API.
fn modification(order: &Order, key: &str, amount: u64) -> Option<Modification> {
    let request_id = RequestId::parse(key).ok()?;
    Some(Modification { amount, text: order.description.clone(), request_id })
}

fn refused_here() -> Event {
    let cause = Cause::named("bad_request");
    Event::Troubled(Trouble { cause, knowledge: Knowledge::Refused, pause: None, support_id: None })
}

/// What the log of an order says: contract 2.2, first match wins. `operationSuccess` decides whether an entry
/// counts (trap 22); amounts come from the summary where there is one (trap 24).
fn reading_of(details: &Details) -> Reading {
    let done = |operation: &Operation| {
        details.log.iter().any(|entry| entry.success && entry.operation == *operation)
    };
    let opened = details.log.iter().any(|entry| entry.transaction_id.is_some());
    let standing = if done(&Operation::Capture) || done(&Operation::Sale) {
        Standing::Captured
    } else if done(&Operation::Void) {
        Standing::Voided
    } else if done(&Operation::Cancel) {
        Standing::Cancelled
    } else if done(&Operation::Reserve) {
        Standing::Approved
    } else if !done(&Operation::Initiate) {
        Standing::Refused
    } else if details.log.iter().any(is_declined_card) {
        Standing::Declined
    } else if opened {
        Standing::Opened
    } else {
        Standing::Waiting
    };
    let money = money_of(details);
    let initiated = details.log.iter().find(|entry| entry.operation == Operation::Initiate);
    Reading {
        standing,
        money,
        released: released_of(details, money),
        created_at: initiated.and_then(|entry| entry.at).map(|at| Moment(at.as_millisecond())),
        // The log of eCom says only what was reserved; that is compared later.
        differs: false,
        // What was said at the creation is not told again.
        tagged: None,
    }
}

fn is_declined_card(entry: &LogEntry) -> bool {
    !entry.success && matches!(entry.operation, Operation::Reserve | Operation::Sale)
}

/// What was reserved, has not been captured and can't be any more. After a partial capture the summary says so; whether
/// the log does too is not known (contract 2.2).
fn released_of(details: &Details, money: Money) -> u64 {
    let uncaptured = money.reserved.saturating_sub(money.captured);
    let voided = details.log.iter().any(|entry| entry.success && entry.operation == Operation::Void);
    match &details.summary {
        _ if voided => uncaptured,
        Some(summary) if money.captured > 0 => uncaptured.saturating_sub(summary.remaining_to_capture),
        _ => 0,
    }
}

fn money_of(details: &Details) -> Money {
    let sum = |wanted: &[Operation]| {
        let counted = details.log.iter().filter(|entry| entry.success && wanted.contains(&entry.operation));
        counted.fold(0_u64, |sum, entry| sum.saturating_add(entry.amount))
    };
    let reserved = sum(&[Operation::Reserve, Operation::Sale]);
    match &details.summary {
        Some(summary) => Money { reserved, captured: summary.captured, refunded: summary.refunded },
        None => Money {
            reserved,
            captured: sum(&[Operation::Capture, Operation::Sale]),
            refunded: sum(&[Operation::Refund]),
        },
    }
}

#[cfg(test)]
mod tests {
    use vipps::Summary;

    use super::*;

    fn entry(operation: Operation, success: bool, transaction: bool) -> LogEntry {
        LogEntry {
            operation,
            amount: 24_900,
            success,
            at: Some(jiff::Timestamp::from_second(1_800_000_000).expect("it is a time")),
            transaction_id: transaction.then(|| "5001420062".to_owned()),
            request_id: None,
        }
    }

    fn standing(log: Vec<LogEntry>) -> Standing {
        reading_of(&Details { order_id: "sale-42-1".into(), log, summary: None }).standing
    }

    #[test]
    fn the_log_decides_as_the_table_says() {
        use Operation::{Cancel, Capture, Initiate, Refund, Reserve, Sale, Void};
        let begun = || entry(Initiate, true, false);
        let open = || entry(Initiate, true, true);
        assert_eq!(standing(vec![]), Standing::Refused);
        assert_eq!(standing(vec![entry(Initiate, false, false)]), Standing::Refused);
        assert_eq!(standing(vec![begun()]), Standing::Waiting);
        assert_eq!(standing(vec![open()]), Standing::Opened);
        assert_eq!(standing(vec![open(), entry(Reserve, false, true)]), Standing::Declined);
        assert_eq!(standing(vec![open(), entry(Sale, false, true)]), Standing::Declined);
        assert_eq!(
            standing(vec![open(), entry(Reserve, false, true), entry(Reserve, true, true)]),
            Standing::Approved
        );
        assert_eq!(
            standing(vec![open(), entry(Reserve, true, true), entry(Capture, false, true)]),
            Standing::Approved
        );
        assert_eq!(
            standing(vec![open(), entry(Reserve, true, true), entry(Capture, true, true)]),
            Standing::Captured
        );
        assert_eq!(standing(vec![open(), entry(Sale, true, true)]), Standing::Captured);
        assert_eq!(
            standing(vec![open(), entry(Sale, true, true), entry(Refund, true, true)]),
            Standing::Captured
        );
        assert_eq!(
            standing(vec![open(), entry(Reserve, true, true), entry(Void, true, true)]),
            Standing::Voided
        );
        assert_eq!(
            standing(vec![open(), entry(Reserve, true, true), entry(Void, false, true)]),
            Standing::Approved
        );
        assert_eq!(standing(vec![begun(), entry(Cancel, true, false)]), Standing::Cancelled);
        assert_eq!(standing(vec![begun(), entry(Cancel, false, false)]), Standing::Waiting);
        assert_eq!(
            standing(vec![begun(), entry(Operation::Other("AUDIT".into()), true, false)]),
            Standing::Waiting
        );
    }

    /// By its age it is told from somebody else's, so no later entry may make it younger.
    #[test]
    fn it_is_as_old_as_its_first_entry() {
        let begun = entry(Operation::Initiate, true, true);
        let later = begun.at.map(|at| at + jiff::SignedDuration::from_hours(1));
        let reserved = LogEntry { at: later, ..entry(Operation::Reserve, true, true) };
        // The newest stands first in the log.
        let log = vec![reserved, begun];
        let reading = reading_of(&Details { order_id: "sale-42-1".into(), log, summary: None });
        assert_eq!(reading.created_at, Some(Moment(1_800_000_000_000)));
    }

    #[test]
    fn the_summary_knows_the_money_and_the_log_does_without_it() {
        let log = vec![
            entry(Operation::Initiate, true, true),
            entry(Operation::Reserve, true, true),
            entry(Operation::Capture, true, true),
            entry(Operation::Refund, false, true),
        ];
        let mut details = Details { order_id: "sale-42-1".into(), log, summary: None };
        let by_log = Money { reserved: 24_900, captured: 24_900, refunded: 0 };
        assert_eq!(reading_of(&details).money, by_log);
        details.summary = Some(Summary {
            captured: 24_900,
            refunded: 5_000,
            remaining_to_capture: 0,
            remaining_to_refund: 19_900,
        });
        assert_eq!(reading_of(&details).money, Money { refunded: 5_000, ..by_log });
    }

    #[test]
    fn what_was_let_go_is_told_by_a_void_or_by_the_summary_after_a_capture() {
        use Operation::{Capture, Reserve, Void};
        let log = |operations: &[Operation]| -> Vec<LogEntry> {
            operations.iter().map(|operation| entry(operation.clone(), true, true)).collect()
        };
        let released = |operations: &[Operation], captured_and_left: Option<(u64, u64)>| {
            let summary = captured_and_left.map(|(captured, remaining_to_capture)| Summary {
                captured,
                refunded: 0,
                remaining_to_capture,
                remaining_to_refund: captured,
            });
            reading_of(&Details { order_id: "sale-42-1".into(), log: log(operations), summary }).released
        };
        assert_eq!(released(&[Reserve], None), 0);
        assert_eq!(released(&[Reserve], Some((0, 0))), 0, "nobody has let it go");
        assert_eq!(released(&[Reserve, Void], None), 24_900);
        assert_eq!(released(&[Reserve, Capture], Some((10_000, 14_900))), 0);
        assert_eq!(released(&[Reserve, Capture], Some((10_000, 0))), 14_900);
        assert_eq!(released(&[Reserve, Capture, Void], Some((10_000, 0))), 14_900);
    }
}
