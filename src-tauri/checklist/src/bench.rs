//! What checks are made on: the client, the customer, and the payments that were made so far.

pub(crate) mod calls;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use contract::Code;
use tokio::time::Instant;
use vipps::{Currency, Initiate, Meaning, Repeat, Vipps};

use crate::customer::{Customer, Deed, Shown};
use crate::item::Rail;
use crate::outcome::Stopped;
use crate::recorder::Recorder;
use crate::standing::Standing;

/// Between two reads of a payment (contract 4.1: every second for a code in a shop).
const PACE: Duration = Duration::from_secs(1);
/// The longest name of a run, in characters.
const RUN_CHARS_MAX: usize = 17;
/// How long a person may take: ten minutes to pay, and one of grace (contract 2.4).
const PERSON_TAKES: Duration = Duration::from_mins(11);
/// A customer has ten minutes (contract 2.4), in milliseconds.
const WINDOW_MS: i64 = 600_000;
/// How long the simulator may take for anything.
const SIMULATOR_TAKES: Duration = Duration::from_secs(20);

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// The test environment of Vipps MobilePay: no real money, real apps.
    Test,
    /// A simulator on this machine.
    Simulator,
}

/// What a bench is made of.
pub struct Parts {
    /// The client, over the recorder.
    pub vipps: Vipps,
    /// What sees its requests.
    pub recorder: Arc<Recorder>,
    /// Whoever pays.
    pub customer: Arc<dyn Customer>,
    /// What is asked.
    pub environment: Environment,
    /// Of the sales unit.
    pub currency: Currency,
    /// The product's own name for what a failed call means, by which people are told of it.
    pub codes: fn(Meaning) -> Code,
    /// A name that no run before had: 17 letters or digits at most.
    pub run: String,
    /// A page that the customer's phone may open afterwards; `https`.
    pub page: String,
}

/// What checks are made on.
pub struct Bench {
    pub(crate) parts: Parts,
    pub(crate) made: BTreeMap<(Rail, &'static str), Made>,
    /// All words for states and events that were seen, by rail.
    pub(crate) seen: BTreeSet<(Rail, String)>,
    /// How often payments were read while they were waited for.
    pub(crate) polls: BTreeMap<Rail, u32>,
}

/// A payment that was made.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) reference: String,
    /// Where its code is, and on eCom where it is paid. Never printed.
    code: String,
    url: Option<String>,
    /// When it was made, in the time of Vipps MobilePay: Unix milliseconds.
    begun_ms: i64,
    /// Whether what is missing for it can only be done by a person.
    blocked: bool,
}

impl Bench {
    /// One on which nothing has been made yet.
    pub fn new(mut parts: Parts) -> Bench {
        // References and keys are made of it, and must stay short and plain.
        let plain = parts.run.chars().filter(char::is_ascii_alphanumeric);
        parts.run = plain.take(RUN_CHARS_MAX).collect();
        Bench { parts, made: BTreeMap::new(), seen: BTreeSet::new(), polls: BTreeMap::new() }
    }

    pub(crate) fn is_simulated(&self) -> bool {
        self.parts.environment == Environment::Simulator
    }

    /// What the payment of a story is called. It says what it is for, and is never only digits (trap 17).
    pub(crate) fn name_of(&self, rail: Rail, story: &str) -> String {
        format!("check-{}-{}-{story}", self.parts.run, rail.either("e", "p"))
    }

    /// The payment of a story that an earlier item has made.
    pub(crate) fn reference(&self, rail: Rail, story: &'static str) -> Result<String, Stopped> {
        match self.made.get(&(rail, story)) {
            Some(made) if made.blocked => {
                let what = "Needs a payment above that waits for a person as well.";
                Err(Stopped::ForAPerson(what.to_owned()))
            }
            Some(made) => Ok(made.reference.clone()),
            None => Err(Stopped::failed(
                "the payment that this needs was not made",
                "look at the items above; this one may pass when they do",
            )),
        }
    }

    /// What needs the payment of this story waits for a person too.
    pub(crate) fn block(&mut self, rail: Rail, story: &'static str) {
        if let Some(made) = self.made.get_mut(&(rail, story)) {
            made.blocked = true;
        }
    }

    /// Whether something on a rail waits for a person.
    pub(crate) fn is_blocked(&self, rail: Rail) -> bool {
        self.made.iter().any(|((on, _), made)| *on == rail && made.blocked)
    }

    /// Makes a payment that waits for its customer.
    pub(crate) async fn begin(
        &mut self,
        rail: Rail,
        story: &'static str,
        amount: u64,
    ) -> Result<String, Stopped> {
        let reference = self.name_of(rail, story);
        match rail {
            Rail::Ecom => self.initiate(story, &self.order(&reference, amount)).await,
            Rail::Epayment => {
                let (create, key) = self.creation(&reference, amount)?;
                let created =
                    self.parts.vipps.epayment().create(&create, &key).await.map_err(|e| self.stop(&e))?;
                let code = created.redirect_url.unwrap_or_default();
                let made = Made {
                    reference: reference.clone(),
                    code,
                    url: None,
                    begun_ms: self.server_ms(),
                    blocked: false,
                };
                self.made.insert((rail, story), made);
                Ok(reference)
            }
        }
    }

    /// Makes this order, and asks for its code.
    pub(crate) async fn initiate(
        &mut self,
        story: &'static str,
        order: &Initiate,
    ) -> Result<String, Stopped> {
        let vipps = self.parts.vipps.clone();
        let initiated = vipps.ecom().initiate(order).await.map_err(|error| self.stop(&error))?;
        let reference = initiated.order_id;
        // Kept before anything else can fail, so that it is given up at the end.
        let begun_ms = self.server_ms();
        let made = Made {
            reference: reference.clone(),
            code: String::new(),
            url: Some(initiated.url),
            begun_ms,
            blocked: false,
        };
        self.made.insert((Rail::Ecom, story), made);
        let code = self.ask_code(story).await.map_err(|error| self.stop(&error))?;
        if let Some(made) = self.made.get_mut(&(Rail::Ecom, story)) {
            made.code = code;
        }
        Ok(reference)
    }

    /// Asks for the code of an order, and gives where its picture is.
    pub(crate) async fn ask_code(&self, story: &'static str) -> Result<String, vipps::Error> {
        let url = self.made.get(&(Rail::Ecom, story)).and_then(|made| made.url.clone()).unwrap_or_default();
        Ok(self.parts.vipps.qr().one_time(&url, calls::CODE_PX).await?.image_url)
    }

    /// What time it was in the newest answer, in Unix milliseconds.
    fn server_ms(&self) -> i64 {
        self.parts.vipps.server_date().map(|date| date.unix_ms).unwrap_or_default()
    }

    /// Lets nobody do anything until ten minutes have gone by at Vipps MobilePay.
    pub(crate) async fn time_runs_out(
        &mut self,
        rail: Rail,
        story: &'static str,
    ) -> Result<Standing, Stopped> {
        let vipps = self.parts.vipps.clone();
        let begun_ms = self.made.get(&(rail, story)).map(|made| made.begun_ms).unwrap_or_default();
        let over = move |standing: &Standing| match rail {
            // The log of eCom has no word for it (contract 2.1).
            Rail::Ecom => vipps.server_date().is_some_and(|date| date.unix_ms - begun_ms >= WINDOW_MS),
            Rail::Epayment => standing.state == "EXPIRED",
        };
        self.played(rail, story, Deed::WalkAway, over).await
    }

    /// The picture of a payment's code: its size in bytes.
    pub(crate) async fn picture(&self, rail: Rail, story: &'static str) -> Result<usize, Stopped> {
        let made = self.made.get(&(rail, story)).map(|made| made.code.clone()).unwrap_or_default();
        let picture = self.parts.vipps.qr().image(&made).await.map_err(|error| self.stop(&error))?;
        Ok(picture.len())
    }

    /// Makes a payment that its customer has approved.
    pub(crate) async fn paid_for(
        &mut self,
        rail: Rail,
        story: &'static str,
        amount: u64,
    ) -> Result<String, Stopped> {
        self.begin(rail, story, amount).await?;
        self.played(rail, story, Deed::Approve, Standing::is_approved).await?;
        self.reference(rail, story)
    }

    /// Lets the customer do it, and reads the payment until it `is` so.
    pub(crate) async fn played(
        &mut self,
        rail: Rail,
        story: &'static str,
        deed: Deed,
        is: impl Fn(&Standing) -> bool + Send + Sync,
    ) -> Result<Standing, Stopped> {
        let reference = self.reference(rail, story)?;
        if let Some(made) = self.made.get(&(rail, story)) {
            let shown = Shown { rail, reference: &reference, code: &made.code, url: made.url.as_deref() };
            self.parts.customer.does(deed, shown).await?;
        }
        let takes = if self.is_simulated() { SIMULATOR_TAKES } else { PERSON_TAKES };
        let until = Instant::now() + takes;
        loop {
            *self.polls.entry(rail).or_default() += 1;
            let wait = match self.read(rail, &reference).await {
                Ok(standing) if is(&standing) => return Ok(standing),
                Ok(_) => PACE,
                Err(error) => match error.repeat() {
                    Repeat::Later(wait) => wait,
                    Repeat::Now => PACE,
                    _ => return Err(self.stop(&error)),
                },
            };
            if Instant::now() >= until {
                return Err(self.waited_in_vain((rail, story), deed));
            }
            tokio::time::sleep(wait).await;
        }
    }

    fn waited_in_vain(&mut self, (rail, story): (Rail, &'static str), deed: Deed) -> Stopped {
        if self.is_simulated() {
            let why = format!("the customer did it ({deed:?}), and the payment does not say so");
            Stopped::failed(why, "see what the simulator was sent: GET /simulator/requests")
        } else {
            self.block(rail, story);
            let deed = match deed {
                Deed::Approve => "Approve the payment",
                Deed::Refuse => "Cancel the payment",
                Deed::WalkAway => "Let the payment's time run out",
            };
            Stopped::ForAPerson(format!("{deed} in the test app within ten minutes, in another run."))
        }
    }

    /// What the failure of a call means for a check: what was wrong, and the cashier's words about it.
    pub(crate) fn stop(&self, error: &vipps::Error) -> Stopped {
        let words = contract::words::words((self.parts.codes)(error.meaning()), contract::Language::En);
        Stopped::failed(error.to_string(), &words.cashier)
    }
}
