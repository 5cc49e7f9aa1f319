//! A chain whose hubs are processes of their own, side by side on one database, with the simulator on a socket.

use std::sync::Arc;
use std::time::Duration;

use contract::{ChainRefund, Join, Joined};
use payment::Rail;
use simulator::{Fault, FaultKind, Options, Simulator};
use till::Clock;
use url::Url;

use crate::chain::{BERGEN, Chain, OSLO, nok, open_at, refund_of};
use crate::database::Kept;
use crate::process::Process;
use crate::server::Fresh;
use crate::wait::until;

/// How much is given back in these stories.
pub(crate) const BACK: i64 = 4_900;

/// The chain, and a till in Bergen that asks for refunds.
pub(crate) struct Street {
    /// Its hub makes no refunds: it is here to set up and to look.
    pub(crate) chain: Chain,
    pub(crate) asking: Joined,
}

impl Street {
    /// So many customers have paid in Oslo, `sale-1001` and those that follow. `None` when there is no PostgreSQL.
    pub(crate) async fn with_sales(count: usize) -> Option<Street> {
        Some(Street::on(crate::server::fresh().await?, count).await)
    }

    /// The same on a database of the caller's.
    pub(crate) async fn on(fresh: Fresh, count: usize) -> Street {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
        let origin = format!("http://{}", listener.local_addr().expect("it has one"));
        let at = Options::at(Url::parse(&origin).expect("it is a URL"));
        let simulator = Simulator::new(Options { no_rate_limits: true, ..at });
        let serving = simulator.clone();
        tokio::spawn(async move { serving.serve(listener).await });
        let folder = tempfile::tempdir().expect("there is room");
        let settings = serde_json::json!({
            "listen": "127.0.0.1:0",
            "environment": "demo",
            "baseUrl": origin,
            "database": fresh.address,
        });
        std::fs::write(folder.path().join("hub.json"), settings.to_string()).expect("there is room");
        let database = hub::Database::of_server(&fresh.address).await.expect("it can be reached");
        let clock = Arc::new(Clock::of_the_system());
        let hub = open_at(&clock, folder.path(), database, &simulator, false);
        let chain = Chain { simulator, hub, kept: Kept(fresh), folder, clock };
        chain.store("oslo", OSLO, None).await;
        chain.store("bergen", BERGEN, None).await;
        chain.gives_keys("oslo", OSLO).await;
        chain.person("kari", false).await;
        chain.person("ola", true).await;
        let oslo = chain.till("oslo", Rail::Epayment).await;
        for number in 0..count {
            oslo.is_paid(&format!("sale-{}", 1_001 + number)).await;
        }
        oslo.tells(&chain.hub).await;
        let asking = join(&chain, "bergen").await;
        Street { chain, asking }
    }

    /// A hub of this chain in a process of its own.
    pub(crate) fn hub(&self, name: &str) -> Process {
        Process::start(self.chain.folder.path(), name)
    }

    /// What a cashier asks for who sees the payment now.
    pub(crate) async fn refund_of(&self, reference: &str, person: &str) -> ChainRefund {
        refund_of(&self.chain.find(reference).await, Some(BACK), person)
    }

    /// The next call for a refund goes wrong in this way, which takes a while.
    pub(crate) fn fault(&self, kind: FaultKind, delay: Duration) {
        let delay_ms = u64::try_from(delay.as_millis()).ok();
        let fault = Fault { times: Some(1), delay_ms, ..Fault::new(simulator::Call::Refund, kind) };
        self.chain.simulator.set_faults(vec![fault]);
    }

    /// Waits until the simulator has been asked for a refund.
    pub(crate) async fn until_called(&self) {
        until("somebody to ask for a refund", async || {
            if self.keys_used().is_empty() { Err("nobody has".to_owned()) } else { Ok(()) }
        })
        .await;
    }

    /// The idempotency keys that refunds were asked for under, each as often as it came.
    pub(crate) fn keys_used(&self) -> Vec<String> {
        let records = self.chain.simulator.requests().into_iter();
        let refunds = records.filter(|record| record.method == "POST" && record.path.ends_with("/refund"));
        refunds.filter_map(|record| record.headers.get("idempotency-key").cloned()).collect()
    }

    /// The refund has been made once, whoever asked how often.
    pub(crate) fn is_made_once(&self, reference: &str) {
        let mut keys = self.keys_used();
        keys.dedup();
        assert_eq!(keys.len(), 1, "all under one key");
        assert_eq!(self.chain.refunded(OSLO, reference), BACK);
    }

    /// The hubs know what was given back.
    pub(crate) async fn is_known(&self, reference: &str) {
        assert_eq!(self.chain.find(reference).await.refunded, nok(BACK));
    }
}

/// A till of `store` that asks over HTTP.
pub(crate) async fn join(chain: &Chain, store: &str) -> Joined {
    let code = chain.hub.join_code(store, "kasse 2").await.expect("there is such a store").code;
    chain.hub.join(&Join { code, version: "0.1.0".to_owned() }).await.expect("the code is good")
}
