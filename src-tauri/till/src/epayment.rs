//! The ePayment rail. The only file beside `ecom` that maps the words of `vipps` to those of a payment.

use std::collections::BTreeMap;

use async_trait::async_trait;
use payment::{Ask, Cause, Event, Flow, Knowledge, Moment, Money, Order, Reading, Standing, Trouble};
use tokio::time::Instant;
use vipps::epayment::{Create, Customer, EventName, Extent, Interaction, Payment, QrFormat, State};
use vipps::{IdempotencyKey, Meaning, Personal, Vipps};

use crate::code::{self, QR_SIDE_PX};
use crate::errand::Tried;
use crate::link_picture::LinkPicture;
use crate::links;
use crate::payer::Payer;
use crate::picture::QrHosts;
use crate::problem::trouble_of;
use crate::rail::{Answer, Rail};
use crate::receipt::{currency_of, receipt_of};
use crate::receipts;

/// What our tag is called in the metadata of a payment (contract 1.4).
const TAG: &str = "kvitt";

/// What the ePayment API must be told beside the payment itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpaymentSettings {
    /// Where the customer's phone goes after a code was scanned (`returnUrl`).
    pub return_url: String,
    /// Where a code may lead.
    pub qr_hosts: QrHosts,
}

/// A rail over ePayment.
pub struct Epayment {
    vipps: Vipps,
    settings: EpaymentSettings,
}

impl Epayment {
    /// A rail over `vipps`.
    pub fn new(vipps: Vipps, settings: EpaymentSettings) -> Epayment {
        Epayment { vipps, settings }
    }

    async fn create(
        &self,
        order: &Order,
        (key, flow): (&str, Flow),
        payer: Option<&Payer>,
    ) -> Result<Event, vipps::Error> {
        let (Ok(key), Some(flow)) = (IdempotencyKey::parse(key), self.flow(flow, payer)) else {
            return Ok(refused_here());
        };
        let create = Create {
            reference: order.reference.to_string(),
            amount: money(order, order.amount.minor()),
            flow,
            // Mandatory at physical points of sale (contract 1.4).
            interaction: if order.distance { Interaction::NotPresent } else { Interaction::Present },
            description: Some(order.description.clone()),
            receipt: receipt_of(order),
            // A link of the shop goes to Order Management on either rail: an address that is refused here would cost
            // the payment, has no kind and no picture, and can't be corrected.
            receipt_url: None,
            metadata: tag_of(order),
            expires_at: None,
            minimum_user_age: None,
            scope: Vec::new(),
            legal_links: None,
        };
        let created = self.vipps.epayment().create(&create, &key).await?;
        Ok(Event::Created { url: created.redirect_url })
    }

    /// How the customer is reached, in the API's words; `None` when it must be said whom, and is not.
    fn flow(&self, flow: Flow, payer: Option<&Payer>) -> Option<vipps::epayment::Flow> {
        let customer = match (flow, payer) {
            (Flow::Qr, _) => {
                let format = QrFormat::Png { size_px: QR_SIDE_PX };
                let return_url = Some(self.settings.return_url.clone());
                return Some(vipps::epayment::Flow::Qr { format, return_url });
            }
            (Flow::Push | Flow::PersonalQr | Flow::CallbackQr, None) => return None,
            (_, Some(Payer::Phone(number))) => Customer::PhoneNumber(Personal::new(number.msisdn())),
            (_, Some(Payer::PersonalQr(code))) => Customer::PersonalQr(Personal::new(code.reveal())),
            (_, Some(Payer::CheckedIn(token))) => Customer::Token(Personal::new(token.reveal())),
        };
        Some(vipps::epayment::Flow::PushMessage { customer })
    }

    /// The creation answered with a link to the picture; nothing says how long the code lives (contract 1.4).
    async fn code(&self, url: &str) -> Result<Answer, vipps::Error> {
        let png = self.vipps.qr().image(url).await?.to_vec();
        Ok(code::checked(png, None, self.settings.qr_hosts))
    }

    async fn read(&self, order: &Order, dated: bool) -> Result<Event, vipps::Error> {
        let epayment = self.vipps.epayment();
        let payment = match epayment.get(order.reference.as_str()).await {
            Ok(payment) => payment,
            Err(error) if error.meaning() == Meaning::UnknownOrder => {
                let (standing, money) = (Standing::Unknown, Money::default());
                let (created_at, tagged) = (None, None);
                let unknown = Reading { standing, money, released: 0, created_at, differs: false, tagged };
                return Ok(Event::Read(unknown));
            }
            Err(error) => return Err(error),
        };
        let Some(reading) = reading_of(order, &payment) else {
            tracing::error!(payment.reference = %order.reference, state = ?payment.state, "an unknown state");
            return Ok(unclear());
        };
        let created_at = if dated { self.created_at(order).await? } else { None };
        Ok(Event::Read(Reading { created_at, ..reading }))
    }

    /// When the payment was created. Only its events say that.
    async fn created_at(&self, order: &Order) -> Result<Option<Moment>, vipps::Error> {
        let events = self.vipps.epayment().events(order.reference.as_str()).await?;
        let created = events.iter().find(|event| event.name == EventName::Created);
        Ok(created.and_then(|event| event.at).map(|at| Moment(at.as_millisecond())))
    }

    async fn capture(&self, order: &Order, key: &str, amount: u64) -> Result<Event, vipps::Error> {
        let Ok(key) = IdempotencyKey::parse(key) else { return Ok(refused_here()) };
        let amount = money(order, amount);
        let captured = self.vipps.epayment().capture(order.reference.as_str(), amount, &key).await?;
        Ok(Event::Captured { captured: captured.aggregate.captured })
    }

    async fn refund(&self, order: &Order, key: &str, amount: u64) -> Result<Event, vipps::Error> {
        let Ok(key) = IdempotencyKey::parse(key) else { return Ok(refused_here()) };
        let amount = money(order, amount);
        let refunded = self.vipps.epayment().refund(order.reference.as_str(), amount, &key).await?;
        Ok(Event::Refunded { refunded: refunded.aggregate.refunded })
    }

    async fn cancel(&self, order: &Order, key: &str, unapproved_only: bool) -> Result<Event, vipps::Error> {
        let Ok(key) = IdempotencyKey::parse(key) else { return Ok(refused_here()) };
        let extent = if unapproved_only { Extent::Unapproved } else { Extent::Everything };
        self.vipps.epayment().cancel(order.reference.as_str(), extent, &key).await?;
        Ok(Event::CancelAcknowledged)
    }
}

#[async_trait]
impl Rail for Epayment {
    fn kind(&self) -> payment::Rail {
        payment::Rail::Epayment
    }

    async fn ask(&self, order: &Order, ask: &Ask, payer: Option<&Payer>) -> Answer {
        let answer = match ask {
            Ask::Create { key, flow } => self.create(order, (key, *flow), payer).await.map(Answer::from),
            Ask::Code { url } => self.code(url).await,
            Ask::Read { dated } => self.read(order, *dated).await.map(Answer::from),
            Ask::Capture { key, amount } => self.capture(order, key, *amount).await.map(Answer::from),
            Ask::Cancel { key, unapproved_only, .. } => {
                self.cancel(order, key, *unapproved_only).await.map(Answer::from)
            }
            Ask::Release { key, .. } => self.cancel(order, key, false).await.map(Answer::from),
            Ask::Refund { key, amount } => self.refund(order, key, *amount).await.map(Answer::from),
        };
        answer.unwrap_or_else(|error| {
            tracing::warn!(payment.reference = %order.reference, ask = ?ask.kind(), %error, "a call failed");
            let trouble = trouble_at_counter(ask, &error).unwrap_or_else(|| trouble_of(&error));
            let spent = matches!(ask, Ask::Cancel { .. } | Ask::Release { .. }) && is_sticky(&error);
            let knowledge = if spent { Knowledge::Refused } else { trouble.knowledge };
            Event::Troubled(Trouble { knowledge, ..trouble }).into()
        })
    }

    async fn receipt(&self, order: &Order, tries: u32) -> Tried {
        receipts::tried(&self.vipps, order, tries, true).await
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

/// Tells our payment from another one of the same reference, whoever made that.
fn tag_of(order: &Order) -> BTreeMap<String, String> {
    let tagged = order.tagged.then(|| (TAG.to_owned(), order.tag().to_owned()));
    tagged.into_iter().collect()
}

/// Of a customer who has scanned the code on the counter nobody has seen a number or a code: what is refused is the scan.
fn trouble_at_counter(ask: &Ask, error: &vipps::Error) -> Option<Trouble> {
    let at_counter = matches!(ask, Ask::Create { flow: Flow::CallbackQr, .. });
    let refused = matches!(error.meaning(), Meaning::PersonalQrRefused | Meaning::NumberRefused);
    let cause = Cause::named("check_in_refused");
    (at_counter && refused).then(|| Trouble { cause, ..trouble_of(error) })
}

/// A 4xx stays what it is for its key, except those that come before anything is processed (contract 1.9).
fn is_sticky(error: &vipps::Error) -> bool {
    error.status().is_some_and(|status| (400..500).contains(&status) && !matches!(status, 401 | 423 | 429))
}

fn refused_here() -> Event {
    let cause = Cause::named("bad_request");
    Event::Troubled(Trouble { cause, knowledge: Knowledge::Refused, pause: None, support_id: None })
}

fn unclear() -> Event {
    let cause = Cause::named("unclear");
    Event::Troubled(Trouble { cause, knowledge: Knowledge::Unknown, pause: None, support_id: None })
}

fn money(order: &Order, value: u64) -> vipps::Money {
    vipps::Money { value, currency: currency_of(order.amount.currency()) }
}

/// What a payment says: contract 2.3. The state never tells of a capture, so the aggregate does (trap 28).
/// `None` for a state that is not known: that is no end and no truth.
fn reading_of(order: &Order, payment: &Payment) -> Option<Reading> {
    let aggregate = &payment.aggregate;
    let standing = match payment.state {
        State::Created => Standing::Waiting,
        State::Authorized if aggregate.captured > 0 => Standing::Captured,
        State::Authorized if aggregate.cancelled > 0 && aggregate.cancelled >= aggregate.authorized => {
            Standing::Voided
        }
        State::Authorized => Standing::Approved,
        State::Aborted => Standing::Cancelled,
        State::Expired => Standing::Expired,
        State::Terminated => Standing::Terminated,
        State::Other(_) => return None,
    };
    let due = money(order, order.amount.minor());
    Some(Reading {
        standing,
        money: Money {
            reserved: aggregate.authorized,
            captured: aggregate.captured,
            refunded: aggregate.refunded,
        },
        released: aggregate.cancelled,
        created_at: None,
        differs: payment.amount != due || aggregate.currency != due.currency,
        tagged: Some(payment.metadata.get(TAG).is_some_and(|tag| tag == order.tag())),
    })
}

#[cfg(test)]
mod tests {
    use payment::{Amount, Reference};
    use vipps::epayment::Aggregate;

    use super::*;
    use vipps::Currency;

    fn order() -> Order {
        Order {
            reference: Reference::parse("sale-42-1").expect("it is one"),
            amount: Amount::new(24_900, payment::Currency::Dkk).expect("it is one"),
            msn: "123456".into(),
            rail: payment::Rail::Epayment,
            flow: Flow::Qr,
            description: "Kaffe".into(),
            key_seed: "5eed".into(),
            tagged: true,
            capture_later: false,
            distance: false,
            lines: Vec::new(),
            link: None,
        }
    }

    fn paid(state: State, [authorized, cancelled, captured, refunded]: [u64; 4]) -> Payment {
        let currency = Currency::Dkk;
        Payment {
            reference: "sale-42-1".into(),
            state,
            amount: vipps::Money { value: 24_900, currency },
            aggregate: Aggregate { currency, authorized, cancelled, captured, refunded },
            psp_reference: None,
            method: None,
            card_bin: None,
            sub: None,
            redirect_url: None,
            metadata: BTreeMap::new(),
            capture_guaranteed_until: None,
        }
    }

    #[test]
    fn the_state_and_the_aggregate_decide_as_the_table_says() {
        let standing = |state, money| reading_of(&order(), &paid(state, money)).map(|read| read.standing);
        let approved = |money| standing(State::Authorized, money);
        assert_eq!(standing(State::Created, [0; 4]), Some(Standing::Waiting));
        assert_eq!(standing(State::Aborted, [0; 4]), Some(Standing::Cancelled));
        assert_eq!(standing(State::Expired, [0; 4]), Some(Standing::Expired));
        assert_eq!(standing(State::Terminated, [0, 24_900, 0, 0]), Some(Standing::Terminated));
        assert_eq!(approved([24_900, 0, 0, 0]), Some(Standing::Approved));
        assert_eq!(approved([24_900, 0, 24_900, 0]), Some(Standing::Captured));
        assert_eq!(approved([24_900, 0, 24_900, 24_900]), Some(Standing::Captured));
        assert_eq!(approved([24_900, 10_000, 14_900, 0]), Some(Standing::Captured));
        assert_eq!(approved([24_900, 24_900, 0, 0]), Some(Standing::Voided));
        // A part that was let go lets nothing else go, and nothing is no part.
        assert_eq!(approved([24_900, 100, 0, 0]), Some(Standing::Approved));
        assert_eq!(approved([0; 4]), Some(Standing::Approved));
    }

    #[test]
    fn a_payment_without_our_tag_is_not_ours() {
        let tagged = |payment: &Payment| reading_of(&order(), payment).expect("it is known").tagged;
        let theirs = paid(State::Created, [0; 4]);
        assert_eq!(tagged(&theirs), Some(false));
        let of = |tag: &str| BTreeMap::from([(TAG.to_owned(), tag.to_owned())]);
        assert_eq!(tagged(&Payment { metadata: of("another"), ..theirs.clone() }), Some(false));
        assert_eq!(tagged(&Payment { metadata: of("5eed"), ..theirs }), Some(true));
    }

    #[test]
    fn an_unknown_state_is_no_truth() {
        assert_eq!(reading_of(&order(), &paid(State::Other("PAUSED".into()), [0; 4])), None);
    }

    #[test]
    fn another_amount_or_currency_is_noticed() {
        let differs = |payment: &Payment| reading_of(&order(), payment).expect("it is known").differs;
        let good = || paid(State::Created, [0; 4]);
        assert!(!differs(&good()));
        let money = |value, currency| vipps::Money { value, currency };
        assert!(differs(&Payment { amount: money(24_901, Currency::Dkk), ..good() }));
        assert!(differs(&Payment { amount: money(24_900, Currency::Nok), ..good() }));
        let elsewhere = Aggregate { currency: Currency::Sek, ..good().aggregate };
        assert!(differs(&Payment { aggregate: elsewhere, ..good() }));
    }
}
