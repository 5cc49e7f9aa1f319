//! Hubs whose talk with Vipps MobilePay about webhooks is overheard, so that a test has the secrets, as a thief would.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::http::{HeaderMap, Request, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::{Environment, Join, Language, Store};
use hmac::{Hmac, Mac};
use hub::{Hub, Limits, NewStore, Partner, Reach, Seal};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use simulator::{InMemory, Options, SalesUnit, Simulator};
use till::Clock;
use tokio::sync::Barrier;
use url::{Position, Url};
use vipps::webhooks::Registration;
use vipps::{Config, Keys, Msn, System, Transport, TransportError, Vipps};

use crate::database::{Kept, database};

const ORIGIN: &str = "http://127.0.0.1:9";
/// Where the world reaches the hub.
pub(crate) const PUBLIC: &str = "https://hub.example.com";
const WEBHOOKS: &str = "/webhooks/v1/webhooks";
/// How many look at the list before any of them goes on, if they are to meet.
const MEETING: usize = 2;

/// Hubs on one database, and what outlives them.
pub(crate) struct House {
    pub(crate) simulator: Simulator,
    pub(crate) ear: Arc<Ear>,
    kept: Kept,
    folder: tempfile::TempDir,
}

/// Client id, client secret and subscription key.
pub(crate) type ThreeKeys = [String; 3];

impl House {
    pub(crate) async fn new() -> House {
        House::with(None).await
    }

    /// In this one, the first two who look at a list go on together.
    pub(crate) async fn where_two_meet() -> House {
        House::with(Some(Barrier::new(MEETING))).await
    }

    async fn with(meeting: Option<Barrier>) -> House {
        let folder = tempfile::tempdir().expect("there is room");
        let simulator = Simulator::new(Options::at(Url::parse(ORIGIN).expect("it is a URL")));
        let (_, kept) = database(folder.path()).await;
        let ear = Arc::new(Ear {
            inside: simulator.transport(),
            registered: Mutex::default(),
            lists: AtomicUsize::new(0),
            meeting,
        });
        House { simulator, ear, kept, folder }
    }

    /// A hub on the database of all others.
    pub(crate) async fn hub(&self) -> Hub {
        self.hub_at(PUBLIC).await
    }

    /// The same, where the world reaches it elsewhere.
    pub(crate) async fn hub_at(&self, public: &str) -> Hub {
        Hub::new(hub::Parts {
            clock: Arc::new(Clock::of_the_system()),
            database: self.kept.again(self.folder.path()).await,
            seal: self.seal(),
            reach: Reach {
                transport: self.ear.clone(),
                base_url: Url::parse(ORIGIN).expect("it is a URL"),
                partner: Partner::InFile { seal: self.seal(), path: self.partner_file() },
                environment: Environment::Demo,
            },
            limits: Limits::default(),
            language: Language::Nb,
            public: Some(Url::parse(public).expect("it is a URL")),
        })
    }

    fn seal(&self) -> Seal {
        Seal::from_file_or_new(&self.folder.path().join("hub-key")).expect("it can be made")
    }

    fn partner_file(&self) -> PathBuf {
        self.folder.path().join("partner-keys")
    }

    /// The operator gives the hubs these keys as those of the partner.
    pub(crate) fn gives_partner_keys(&self, keys: &ThreeKeys) {
        Partner::keep(&self.seal(), &self.partner_file(), keys).expect("they can be kept");
    }

    /// The operator takes them away.
    pub(crate) fn takes_partner_keys(&self) {
        std::fs::remove_file(self.partner_file()).expect("they were there");
    }

    /// Changes the database behind the hubs' back.
    pub(crate) async fn change(&self, statement: &'static str) {
        self.kept.change(self.folder.path(), statement).await;
    }

    /// Every byte of the database.
    pub(crate) async fn everything(&self) -> Vec<u8> {
        self.kept.everything(self.folder.path()).await
    }

    /// The partner of the simulator.
    pub(crate) fn partner_keys(&self) -> ThreeKeys {
        let keys = self.simulator.partner();
        [keys.client_id, keys.client_secret, keys.subscription_key]
    }

    /// Asks as whoever has `keys`, for all that they stand for.
    pub(crate) fn as_partner(&self, keys: &ThreeKeys) -> vipps::Partner {
        let base_url = Url::parse(ORIGIN).expect("it is a URL");
        let transport = Arc::new(self.simulator.transport());
        vipps::Partner::new(transport, base_url, parsed(keys), System::default())
    }

    /// Asks for the sales unit `msn` with its own keys.
    pub(crate) fn as_sales_unit(&self, msn: &str) -> Vipps {
        let config = Config {
            base_url: Url::parse(ORIGIN).expect("it is a URL"),
            msn: Msn::parse(msn).expect("it is one"),
            keys: parsed(&keys_of(msn)),
            system: System::default(),
        };
        Vipps::new(Arc::new(self.simulator.transport()), config)
    }

    /// What is registered for all sales units of the partner.
    pub(crate) async fn of_partner(&self) -> Vec<Registration> {
        self.as_partner(&self.partner_keys()).webhooks().list().await.expect("it can be read")
    }

    /// What is registered for the sales unit `msn`.
    pub(crate) async fn of_sales_unit(&self, msn: &str) -> Vec<Registration> {
        self.as_sales_unit(msn).webhooks().list().await.expect("it can be read")
    }
}

/// Adds a store that sells through `msn`.
pub(crate) async fn adds(hub: &Hub, id: &str, msn: &str) {
    let store = Store { id: id.to_owned(), name: format!("Butikken {id}"), msn: msn.to_owned() };
    let new = NewStore { store, currency: payment::Currency::Nok, prefix: None };
    hub.add_store(&new).await.expect("it can be added");
}

/// The store gives the hub the keys of its sales unit.
pub(crate) async fn gives_keys(hub: &Hub, id: &str, msn: &str) {
    let [client_id, client_secret, subscription_key] = keys_of(msn);
    hub.set_keys(id, &client_id, &client_secret, &subscription_key).await.expect("they can be kept");
}

/// A till joins. Gives its name.
pub(crate) async fn joins(hub: &Hub, store: &str) -> String {
    let code = hub.join_code(store, "kasse 1").await.expect("there is such a store").code;
    hub.join(&Join { code, version: "0.1.0".to_owned() }).await.expect("the code is good").till
}

pub(crate) fn keys_of(msn: &str) -> ThreeKeys {
    let unit = SalesUnit::ready().into_iter().find(|unit| unit.msn == msn).expect("there is such a unit");
    [unit.client_id, unit.client_secret, unit.subscription_key]
}

fn parsed([client_id, client_secret, subscription_key]: &ThreeKeys) -> Keys {
    let (client_secret, subscription_key) = (client_secret.as_str(), subscription_key.as_str());
    Keys::new(client_id, client_secret, subscription_key).expect("they are good")
}

/// A registration whose secret was overheard.
#[derive(Clone, Debug)]
pub(crate) struct Overheard {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) url: Url,
    /// The sales unit that was named.
    pub(crate) msn: Option<String>,
}

impl Overheard {
    /// The headers of a delivery of `body`, signed as Vipps MobilePay signs it (contract 4.4).
    pub(crate) fn signs(&self, body: &[u8]) -> HeaderMap {
        let (url, date) = (&self.url, "Thu, 26 Nov 2026 08:00:00 GMT");
        let content = STANDARD.encode(Sha256::digest(body));
        let path_and_query = &url[Position::BeforePath..Position::AfterQuery];
        let host = &url[Position::BeforeHost..Position::AfterPort];
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).expect("any length will do");
        mac.update(format!("POST\n{path_and_query}\n{date};{host};{content}").as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        let signed =
            format!("HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}");
        let mut headers = HeaderMap::new();
        for (name, value) in
            [("x-ms-date", date), ("x-ms-content-sha256", &content), ("authorization", &signed)]
        {
            headers.insert(name, value.parse().expect("it is a value"));
        }
        headers
    }
}

/// Stands between the hubs and the simulator.
pub(crate) struct Ear {
    inside: InMemory,
    registered: Mutex<Vec<Overheard>>,
    lists: AtomicUsize,
    meeting: Option<Barrier>,
}

impl Ear {
    /// All that was registered, the newest last.
    pub(crate) fn registered(&self) -> Vec<Overheard> {
        self.registered.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The newest that was registered for the sales unit `msn`, or for the partner.
    pub(crate) fn newest(&self, msn: Option<&str>) -> Overheard {
        let registered = self.registered();
        let newest = registered.into_iter().rfind(|registered| registered.msn.as_deref() == msn);
        newest.expect("it was registered")
    }
}

#[async_trait::async_trait]
impl Transport for Ear {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let (is_webhooks, method) = (request.uri().path() == WEBHOOKS, request.method().clone());
        let asked: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let msn = request.headers().get("merchant-serial-number");
        let msn = msn.and_then(|msn| msn.to_str().ok()).map(ToOwned::to_owned);
        let answer = self.inside.send(request).await?;
        if is_webhooks && method == "POST" && answer.status() == 201 {
            let told: Value = serde_json::from_slice(answer.body()).expect("it is JSON");
            let text = |value: &Value| value.as_str().expect("it is text").to_owned();
            let url = Url::parse(&text(&asked["url"])).expect("it is a URL");
            let (id, secret) = (text(&told["id"]), text(&told["secret"]));
            let mut registered = self.registered.lock().unwrap_or_else(PoisonError::into_inner);
            registered.push(Overheard { id, secret, url, msn });
        }
        if is_webhooks && method == "GET" && self.lists.fetch_add(1, Ordering::Relaxed) < MEETING {
            // Both have seen the list as it was before either has changed anything.
            if let Some(meeting) = &self.meeting {
                meeting.wait().await;
            }
        }
        Ok(answer)
    }
}

/// An event of a payment of the sales unit `msn`, as it is delivered.
pub(crate) fn event(msn: &str, reference: &str) -> Vec<u8> {
    let body = json!({
        "msn": msn, "reference": reference, "pspReference": "c1b2a3", "name": "AUTHORIZED",
        "amount": { "currency": "NOK", "value": 24_900 }, "timestamp": "2026-11-26T08:00:00Z", "success": true,
    });
    body.to_string().into_bytes()
}

/// A scan of the code `id` of the sales unit `msn`, as it is delivered.
pub(crate) fn scan(msn: &str, id: &str) -> Vec<u8> {
    let body = json!({
        "customerToken": "3f0a-customer-token", "merchantQrId": id, "msn": msn,
        "initiatedAt": "2026-11-26T08:00:00Z",
    });
    body.to_string().into_bytes()
}
