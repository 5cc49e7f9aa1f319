//! What is covered: each published operation by the client, by the simulator, by the published text, and in
//! the ways in which it fails. The result is checked in as `docs/coverage.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use conformance::{Exceptions, Finding, Operation, PUBLISHED, Specification};
use http::{HeaderValue, Method, Request};
use simulator::{Fault, FaultKind, Options, Simulator};
use vipps::{Call, Config, Keys, Meaning, Msn, System, Transport, Vipps};

use crate::calls::{Ask, CODES, ORDERS, PAYMENTS, Step};
use crate::recorder::{Exchange, Recorder};
use crate::table;

/// The sales unit that may do everything.
const MSN: &str = "654322";

/// What is known about one operation.
#[derive(Default)]
pub(crate) struct Row {
    /// What asks for it in the client.
    pub(crate) asked_by: BTreeSet<&'static str>,
    /// With which statuses the simulator has done it.
    pub(crate) done: BTreeSet<u16>,
    /// How many requests and answers were held against the published text.
    pub(crate) held: usize,
    /// With which statuses the simulator has refused it, each of them understood by the client.
    pub(crate) refused: BTreeSet<u16>,
}

pub(crate) struct Survey {
    published: Vec<Specification>,
    pub(crate) rows: BTreeMap<String, Row>,
    pub(crate) findings: BTreeSet<Finding>,
}

impl Survey {
    fn new() -> Self {
        let published: Vec<_> =
            PUBLISHED.iter().map(|(name, yaml)| Specification::parse(name, yaml).unwrap()).collect();
        let operations = published.iter().flat_map(Specification::operations);
        let rows = operations.map(|operation| (operation.name().to_owned(), Row::default())).collect();
        Self { published, rows, findings: BTreeSet::new() }
    }

    /// Holds an exchange against the published text. Gives the operation, if it was published.
    fn hold(&mut self, exchange: &Exchange, request_too: bool) -> Option<String> {
        let (method, path) = (exchange.request.method().as_str(), exchange.request.uri().path());
        let found = self.published.iter().find_map(|it| Some((it, it.find(method, path)?)));
        let (specification, operation): (&Specification, &Operation) = found?;
        let mut findings = specification.answer_findings(operation, &exchange.answer);
        if request_too {
            findings.extend(specification.request_findings(operation, &exchange.request));
        }
        self.findings.extend(findings);
        let name = operation.name().to_owned();
        self.rows.entry(name.clone()).or_default().held += 1;
        Some(name)
    }
}

/// Lets the client do everything, and everything go wrong.
pub(crate) async fn survey() -> Survey {
    let mut survey = Survey::new();
    let simulator = Simulator::new(Options { no_rate_limits: true, ..Options::default() });
    let recorder = Recorder::new(simulator.transport());
    refuse_keys(&mut survey, &simulator, &recorder).await;
    let vipps = client_of(&simulator, &recorder);
    for step in PAYMENTS.iter().chain(ORDERS).chain(CODES) {
        match step {
            Step::People(act) => act(&simulator),
            Step::Ask(call, ask) => {
                ask(&vipps, &recorder.simulator).await.unwrap_or_else(|error| panic!("{call}: {error}"));
                let exchanges = recorder.take();
                let (last, earlier) = exchanges.split_last().expect("something was sent");
                for exchange in earlier {
                    note_done(&mut survey, None, exchange);
                }
                note_done(&mut survey, Some(*call), last);
                for refusal in refusals(&simulator, &recorder, &last.request).await {
                    note_refused(&mut survey, *ask, &vipps, &recorder, &refusal).await;
                }
            }
        }
    }
    survey
}

/// A key that is wrong.
async fn refuse_keys(survey: &mut Survey, simulator: &Simulator, recorder: &Recorder) {
    let error = client_with(simulator, recorder, Some("wrong")).sign_in().await.expect_err("a wrong key");
    assert_eq!(error.meaning(), Meaning::KeysRefused, "{error}");
    for exchange in recorder.take() {
        let name = survey.hold(&exchange, true).expect("it was published");
        survey.rows.entry(name).or_default().refused.insert(exchange.answer.status().as_u16());
    }
}

/// The client of the sales unit that may do everything.
pub(crate) fn client_of(simulator: &Simulator, recorder: &Recorder) -> Vipps {
    client_with(simulator, recorder, None)
}

/// The client of a partner that the same sales unit is linked to.
pub(crate) fn partner_of(simulator: &Simulator, recorder: &Recorder) -> Vipps {
    let keys = simulator.partner();
    client(recorder, Keys::new(&*keys.client_id, &*keys.client_secret, &*keys.subscription_key).unwrap())
}

fn client_with(simulator: &Simulator, recorder: &Recorder, secret: Option<&str>) -> Vipps {
    let unit = simulator.sales_units().into_iter().find(|unit| unit.msn == MSN).expect("it is ready");
    let secret = secret.unwrap_or(&unit.client_secret);
    client(recorder, Keys::new(&*unit.client_id, secret, &*unit.subscription_key).unwrap())
}

fn client(recorder: &Recorder, keys: Keys) -> Vipps {
    let config = Config {
        base_url: "https://apitest.vipps.no".parse().unwrap(),
        msn: Msn::parse(MSN).unwrap(),
        keys,
        system: System::default(),
    };
    Vipps::new(Arc::new(recorder.clone()), config)
}

fn note_done(survey: &mut Survey, call: Option<Call>, exchange: &Exchange) {
    let status = exchange.answer.status();
    assert!(status.is_success(), "{call:?}: {status}");
    if let Some(name) = survey.hold(exchange, true) {
        let token = name.ends_with("/accesstoken/get").then_some(Call::Token);
        let row = survey.rows.entry(name).or_default();
        row.asked_by.extend(call.or(token).map(Call::name));
        row.done.insert(status.as_u16());
    }
}

async fn note_refused(
    survey: &mut Survey,
    ask: Ask,
    vipps: &Vipps,
    recorder: &Recorder,
    exchange: &Exchange,
) {
    let status = exchange.answer.status();
    assert!(status.is_client_error() || status.is_server_error(), "{:?} was taken", exchange.request);
    let Some(name) = survey.hold(exchange, false) else { return };
    recorder.tell(Some(exchange.answer.clone()));
    let error = ask(vipps, &recorder.simulator).await.expect_err("a refusal is an error");
    recorder.tell(None);
    recorder.take();
    assert_eq!(error.status(), Some(status.as_u16()), "{name}: {error}");
    assert!(!matches!(error.meaning(), Meaning::Nonsense | Meaning::NoAnswer), "{name} {status}: {error}");
    survey.rows.entry(name).or_default().refused.insert(status.as_u16());
}

/// How the simulator refuses the same request when it is wrong, and when it is one too many.
async fn refusals(simulator: &Simulator, recorder: &Recorder, good: &Request<Bytes>) -> Vec<Exchange> {
    let mut refusals = Vec::new();
    for request in mistakes(good) {
        let answer = recorder.simulator.send(request.clone()).await.expect("it answers");
        refusals.push(Exchange { request, answer });
    }
    simulator.set_faults(vec![Fault::new(simulator::Call::Any, FaultKind::TooMany).times(1)]);
    let answer = recorder.simulator.send(good.clone()).await.expect("it answers");
    refusals.push(Exchange { request: good.clone(), answer });
    refusals
}

/// The same request, wrong in each of the usual ways.
fn mistakes(good: &Request<Bytes>) -> Vec<Request<Bytes>> {
    let mut wrong = Vec::new();
    let mut no_token = good.clone();
    no_token.headers_mut().remove("authorization");
    wrong.push(no_token);
    let mut other_key = good.clone();
    other_key.headers_mut().insert("ocp-apim-subscription-key", HeaderValue::from_static("another"));
    wrong.push(other_key);
    if !good.body().is_empty() {
        for body in ["{", "[]", r#"{"nobody":"knows"}"#] {
            let mut broken = good.clone();
            if let Some(key) = broken.headers_mut().get_mut("idempotency-key") {
                *key = HeaderValue::from_static("another-key");
            }
            *broken.body_mut() = Bytes::from_static(body.as_bytes());
            wrong.push(broken);
        }
    }
    wrong.extend(nowhere(good));
    wrong
}

/// The same request about something that is not there; none where that would make it, or where nobody asks
/// whether it is there (contract 8, trap 53).
fn nowhere(good: &Request<Bytes>) -> Option<Request<Bytes>> {
    let uri = good.uri().to_string();
    let makes = good.method() == Method::PUT && uri.contains("/merchant-callback/");
    let known = ["ecom-cover-", "epay-cover-", "/cover-"];
    let reference = known.iter().find(|reference| !makes && uri.contains(**reference))?;
    let elsewhere = if reference.starts_with('/') { "/not-there-" } else { "not-there-" };
    let mut nowhere = good.clone();
    *nowhere.uri_mut() = uri.replace(reference, elsewhere).parse().unwrap();
    Some(nowhere)
}

#[tokio::test(start_paused = true)]
async fn everything_that_passes_is_as_it_was_published() {
    let survey = survey().await;
    let exceptions = Exceptions::listed().unwrap();
    let strange = exceptions.unjustified(survey.findings.clone());
    let lines: Vec<String> = strange.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{} findings:\n{}", lines.len(), lines.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_left_uncovered_and_the_page_is_fresh() {
    const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/coverage.md");
    let survey = survey().await;
    assert_eq!(table::empty_cells(&survey), Vec::<String>::new());
    let page = table::page(&survey);
    let checked_in = std::fs::read_to_string(PAGE).unwrap_or_default();
    if page != checked_in {
        std::fs::write(PAGE, page).unwrap();
        panic!("docs/coverage.md was stale and has been made anew: look at the difference and commit it");
    }
}
