//! A shop with a till, a simulated Vipps MobilePay and a POS that speaks HTTP by hand.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use consents::Consents;
use contract::{Code, Environment, Language};
use journal::{Journal, MemoryJournal};
use payment::{Moment, Rail};
use pos_api::{PosApi, Token};
use serde_json::{Value, json};
use simulator::{Options, Simulator};
use tempfile::TempDir;
use till::{
    Clock, Ecom, EcomSettings, Epayment, EpaymentSettings, Parts, QrHosts, Rails, Randomness, ShopLinks,
    THANK_YOU_PAGE, Till, TillSettings,
};
use tokio::time::Instant;
use tower::ServiceExt;
use vipps::{Config, Keys, Msn, System, Url, Vipps};

/// 2018-11-14T15:21:22.126Z.
const START: i64 = 1_542_208_882_126;
/// Where a till that runs in a browser comes from.
pub(crate) const WEB_TILL: &str = "https://till.example";
/// A sales unit that may not send requests to phones.
const USUAL: &str = "654321";
/// Far more than any answer has.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

pub(crate) struct Shop {
    pub(crate) simulator: Simulator,
    pub(crate) till: Till,
    pub(crate) api: PosApi,
    pub(crate) token: String,
    router: Router,
    _folder: TempDir,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    /// Status and code, after a look at everything that a problem must have.
    pub(crate) fn problem(&self) -> (u16, &str) {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.body);
        let code = self.body["code"].as_str().expect("a code");
        assert_eq!(self.body["type"], format!("urn:kvitt:problem:{code}"));
        assert_eq!(self.body["status"], self.status.as_u16());
        for words in ["title", "detail", "cashier", "customer"] {
            assert!(
                self.body[words].as_str().is_some_and(|words| !words.is_empty()),
                "{words}: {}",
                self.body
            );
        }
        (self.status.as_u16(), code)
    }

    pub(crate) fn detail(&self) -> &str {
        self.body["detail"].as_str().expect("a detail")
    }

    pub(crate) fn status_of_payment(&self) -> &str {
        self.body["status"].as_str().expect("a payment")
    }
}

impl Shop {
    /// A shop where time stands still until somebody waits.
    pub(crate) async fn open() -> Shop {
        Shop::over(Arc::new(MemoryJournal::new())).await
    }

    pub(crate) async fn over(journal: Arc<dyn Journal>) -> Shop {
        let began = Instant::now();
        let since = move || i64::try_from(began.elapsed().as_millis()).expect("not that long");
        let clock = Box::new(move || START + since());
        Shop::with(USUAL, journal, clock, Clock::beginning_at(Moment(START))).await
    }

    /// A shop in real time, for real sockets.
    pub(crate) async fn in_real_time() -> Shop {
        let clock = Options::at(api_url()).clock;
        Shop::with(USUAL, Arc::new(MemoryJournal::new()), clock, Clock::of_the_system()).await
    }

    /// A shop in real time that may send requests to phones.
    pub(crate) async fn that_may_push(rail: Rail, journal: Arc<dyn Journal>) -> Shop {
        let clock = Options::at(api_url()).clock;
        Shop::on(rail, "654322", journal, clock, Clock::of_the_system(), None).await
    }

    /// The same, which keeps the numbers of those who agree.
    pub(crate) async fn that_keeps(consents: Arc<Consents>, journal: Arc<dyn Journal>) -> Shop {
        let (clock, ours) = (Options::at(api_url()).clock, Clock::of_the_system());
        Shop::on(Rail::Epayment, "654322", journal, clock, ours, Some(consents)).await
    }

    async fn with(msn: &str, journal: Arc<dyn Journal>, theirs: simulator::Clock, ours: Clock) -> Shop {
        Shop::on(Rail::Ecom, msn, journal, theirs, ours, None).await
    }

    async fn on(
        rail: Rail,
        msn: &str,
        journal: Arc<dyn Journal>,
        theirs: simulator::Clock,
        ours: Clock,
        consents: Option<Arc<Consents>>,
    ) -> Shop {
        let simulator = Simulator::new(Options { clock: theirs, ..Options::at(api_url()) });
        let unit = simulator.sales_units().into_iter().find(|unit| unit.msn == msn).expect("there is one");
        let config = Config {
            base_url: api_url(),
            msn: Msn::parse(&unit.msn).expect("an MSN"),
            keys: Keys::new(&unit.client_id, unit.client_secret, unit.subscription_key).expect("keys"),
            system: System::default(),
        };
        let vipps = Vipps::new(Arc::new(simulator.transport()), config);
        let (page, qr_hosts) = (THANK_YOU_PAGE.to_owned(), QrHosts::for_api(&api_url()));
        let rail: Arc<dyn till::Rail> = match rail {
            Rail::Ecom => {
                let settings = EcomSettings {
                    fall_back: page.clone(),
                    callback_prefix: page,
                    auth_token: None,
                    qr_hosts,
                };
                Arc::new(Ecom::new(vipps, settings))
            }
            Rail::Epayment => Arc::new(Epayment::new(vipps, EpaymentSettings { return_url: page, qr_hosts })),
        };
        let settings = TillSettings { msn: msn.to_owned(), ..settings() };
        let randomness = Randomness::of_the_system();
        let parts =
            Parts { settings, journal, rails: Rails::of(rail), clock: Arc::new(ours), randomness, consents };
        let till = Till::open(parts).await.expect("the journal is empty");
        Shop::of(simulator, till)
    }

    /// A shop whose till can't be used.
    pub(crate) fn stopped(code: Code) -> Shop {
        Shop::of(Simulator::new(Options::default()), Till::stopped(settings(), code, "it is not there"))
    }

    fn of(simulator: Simulator, till: Till) -> Shop {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("token");
        let token = Token::from_file_or_new(&path).expect("a token");
        let origins = vec![WEB_TILL.parse().expect("is an origin")];
        let api = PosApi::new(till.clone(), link::Link::none(), &path, token, origins);
        let token = std::fs::read_to_string(&path).expect("a file").trim().to_owned();
        Shop { simulator, till, router: api.router(), api, token, _folder: folder }
    }

    /// A request with everything that it needs; tests change what they are about.
    pub(crate) fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header("host", "127.0.0.1:7650")
            .header("authorization", format!("Bearer {}", self.token))
    }

    pub(crate) async fn open_stream(&self, request: Request<Body>) -> axum::response::Response {
        match self.router.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.open_stream(request).await.into_parts();
        let bytes = to_bytes(body, ANSWER_BYTES_MAX).await.expect("a body");
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).expect("JSON") };
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path).body(Body::empty()).expect("a request")).await
    }

    pub(crate) async fn post(&self, path: &str) -> Answer {
        self.send(self.request("POST", path).body(Body::empty()).expect("a request")).await
    }

    /// Starts a payment with exactly this text as body, and a key if there is one.
    pub(crate) async fn start_with(&self, text: impl Into<Body>, key: Option<&str>) -> Answer {
        let mut request = self.request("POST", "/v1/payments").header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.send(request.body(text.into()).expect("a request")).await
    }

    pub(crate) async fn start(&self, reference: &str) -> Answer {
        self.start_with(asked(reference).to_string(), None).await
    }

    /// Asks, waiting for changes, until the payment has that status.
    pub(crate) async fn wait_for(&self, reference: &str, status: &str) -> Answer {
        for wait in [0].into_iter().chain(std::iter::repeat_n(60, 20)) {
            let answer = self.get(&format!("/v1/payments/{reference}?wait={wait}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
            if answer.status_of_payment() == status {
                return answer;
            }
        }
        panic!("{reference} did not become {status}");
    }

    /// Asks for a refund with this body, and a key if there is one.
    pub(crate) async fn refund(&self, reference: &str, body: &Value, key: Option<&str>) -> Answer {
        self.post_json(&format!("/v1/payments/{reference}/refunds"), body, key).await
    }

    /// Posts this body, and a key if there is one.
    pub(crate) async fn post_json(&self, path: &str, body: &Value, key: Option<&str>) -> Answer {
        let mut request = self.request("POST", path).header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.send(request.body(body.to_string().into()).expect("a request")).await
    }

    /// Asks, for a minute, until no refund is open.
    pub(crate) async fn until_refunded(&self, reference: &str) -> Value {
        let (_, mut changes) = self.till.listen().await.expect("the journal works");
        loop {
            let payment = self.get(&format!("/v1/payments/{reference}")).await.body;
            let refunds = payment["refunds"].as_array().expect("a list");
            if refunds.iter().all(|refund| refund["status"] != "asked") {
                return payment;
            }
            let change = tokio::time::timeout(std::time::Duration::from_mins(1), changes.recv());
            change.await.expect("something happens").expect("the till goes on");
        }
    }

    /// A customer comes, scans and pays.
    pub(crate) async fn pay(&self, reference: &str) -> Answer {
        self.wait_for(reference, "waiting").await;
        self.simulator.approve(reference).expect("it can be approved");
        self.wait_for(reference, "paid").await
    }
}

/// 249.00 kroner under that reference.
pub(crate) fn asked(reference: &str) -> Value {
    json!({ "amount": { "value": 24_900, "currency": "NOK" }, "reference": reference })
}

fn api_url() -> Url {
    Url::parse("http://127.0.0.1:9").expect("a URL")
}

fn settings() -> TillSettings {
    TillSettings {
        shop: "Kaffebaren Oslo".into(),
        language: Language::En,
        msn: "654321".into(),
        currency: payment::Currency::Nok,
        environment: Environment::Demo,
        result_stays: TillSettings::RESULT_STAYS,
        tax_rates: Vec::new(),
        links: ShopLinks::default(),
    }
}
