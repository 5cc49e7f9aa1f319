//! The checklists as they run in the test environment: with a test user, or with a person who does not come.
//!
//! All in memory, on a simulator that takes the place of the test environment.

#![expect(clippy::expect_used, reason = "a test that can't go on ends there")]

use std::sync::Arc;

use async_trait::async_trait;
use checklist::{
    Bench, Checked, Customer, Deed, Environment, Outcome, Parts, Person, Rail, Recorder, Shown, Simulated,
    Stopped, items,
};
use jiff::Timestamp;
use simulator::{Options, Simulator};
use vipps::{Config, Currency, Keys, Msn, Personal, System, Url, Vipps};

/// Nothing listens there: the simulator is asked in memory.
const ORIGIN: &str = "http://localhost:1";

fn simulator() -> Simulator {
    let origin = ORIGIN.parse().expect("it is a URL");
    Simulator::new(Options { no_rate_limits: true, ..Options::at(origin) })
}

/// A test user for approvals, and somebody at the simulator for what only a person can do.
struct TestUser {
    user: Person,
    somebody: Simulated,
}

#[async_trait]
impl Customer for TestUser {
    async fn does(&self, deed: Deed, payment: Shown<'_>) -> Result<(), Stopped> {
        match deed {
            Deed::Approve => self.user.does(deed, payment).await,
            Deed::Refuse | Deed::WalkAway => self.somebody.does(deed, payment).await,
        }
    }
}

/// Runs a checklist with the customer that `customer` makes, and gives how each item ended.
async fn run(
    simulator: &Simulator,
    rail: Rail,
    customer: impl FnOnce(Vipps) -> Arc<dyn Customer>,
) -> Vec<Checked> {
    let api: Url = ORIGIN.parse().expect("it is a URL");
    let now = || Timestamp::UNIX_EPOCH;
    let recorder = Arc::new(Recorder::new(Arc::new(simulator.transport()), api.clone(), now));
    let unit = simulator.sales_units().remove(0);
    let keys = Keys::new(unit.client_id, unit.client_secret, unit.subscription_key);
    let config = Config {
        base_url: api,
        msn: Msn::parse(&unit.msn).expect("it is one"),
        keys: keys.expect("they are good"),
        system: System::default(),
    };
    let vipps = Vipps::new(recorder.clone(), config);
    let mut bench = Bench::new(Parts {
        customer: customer(vipps.clone()),
        vipps,
        recorder,
        environment: Environment::Test,
        currency: Currency::Nok,
        codes: |_| contract::Code::Unclear,
        run: "20261125204115801".to_owned(),
        page: "https://example.com/thanks".to_owned(),
    });
    let mut checked = Vec::new();
    let left_open = checklist::run(&mut bench, items(rail), |one| checked.push(one)).await;
    assert_eq!(left_open, Vec::<String>::new());
    checked
}

fn word(checked: &[Checked], id: &str) -> &'static str {
    checked.iter().find(|one| one.item.id == id).expect("it is an item").outcome.word()
}

fn failed(checked: &[Checked]) -> Vec<&Checked> {
    checked.iter().filter(|one| matches!(one.outcome, Outcome::Failed { .. })).collect()
}

#[tokio::test(start_paused = true)]
async fn a_test_user_approves_and_what_needs_the_world_is_for_a_person() {
    for (rail, told) in [(Rail::Ecom, "ecom.callback"), (Rail::Epayment, "epayment.webhooks")] {
        let simulator = simulator();
        let checked = run(&simulator, rail, |vipps| {
            let transport = Arc::new(simulator.transport());
            let somebody = Simulated::at(ORIGIN.parse().expect("it is a URL"), transport);
            let user = Person::new(vipps, Some(Personal::new("4791234567")), |text| panic!("asked: {text}"));
            Arc::new(TestUser { user, somebody })
        });
        let checked = checked.await;
        assert!(failed(&checked).is_empty(), "{:#?}", failed(&checked));
        let details = format!("{}.order-details", rail.name());
        let states = format!("{}.states", rail.name());
        assert_eq!(
            [told, &details, &states].map(|id| word(&checked, id)),
            ["for a person", "for a person", "passed"]
        );
        assert!(!format!("{checked:?}").contains("91234567"), "the number of the test user is kept");
    }
}

/// Nobody takes the phone: nothing has failed, everything that needs an approval waits for a person, and no payment is
/// left open.
#[tokio::test(start_paused = true)]
async fn a_person_who_does_not_come_fails_nothing() {
    let simulator = simulator();
    let checked = run(&simulator, Rail::Ecom, |vipps| Arc::new(Person::new(vipps, None, |_| {}))).await;
    assert_eq!(word(&checked, "ecom.initiate"), "passed");
    assert_eq!(word(&checked, "ecom.cancel"), "passed");
    for id in ["capture-full", "capture-partial", "refund-full", "ends-in-refund", "ends-in-void", "states"] {
        assert_eq!(word(&checked, &format!("ecom.{id}")), "for a person", "{id}");
    }
    assert!(failed(&checked).is_empty(), "{:#?}", failed(&checked));
    let open = simulator.payments().into_iter().filter(|truth| truth.state == simulator::State::Waiting);
    assert_eq!(open.count(), 0);
}
