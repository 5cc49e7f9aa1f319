use std::path::PathBuf;
use std::sync::Arc;

use merchants::{Form, Merchants, Orders, Standing, Stopped};
use simulator::{Options, Simulator};
use tempfile::TempDir;
use vipps::management::ProductOrderState;
use vipps::{Config, Keys, Msn, System, Transport, Url, Vipps};

use crate::wire::{Break, Wire};

pub(crate) const ORIGIN: &str = "http://127.0.0.1:9700";

/// Three shops of two businesses.
pub(crate) const THREE: &str = "businessId,salesUnitName\n\
    974760673,Kaffebaren Oslo\n974760673,Kaffebaren Bergen\n918713867,Bokhandel\n";

pub(crate) struct Desk {
    pub(crate) simulator: Simulator,
    pub(crate) merchants: Merchants,
    folder: TempDir,
}

impl Desk {
    pub(crate) fn with(table: &str) -> Desk {
        Desk::beside(table, &[])
    }

    /// The same, with these files beside the table.
    pub(crate) fn beside(table: &str, files: &[(&str, &[u8])]) -> Desk {
        let origin = Url::parse(ORIGIN).expect("it is a URL");
        let folder = tempfile::tempdir().expect("there is room");
        for (name, bytes) in files {
            std::fs::write(folder.path().join(name), bytes).expect("there is room");
        }
        Desk {
            simulator: Simulator::new(Options::at(origin)),
            merchants: Merchants::read(table, Form::Csv, folder.path()).expect("nothing is wrong with it"),
            folder,
        }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("shops.csv.orders.json")
    }

    pub(crate) fn orders(&self) -> Orders {
        Orders::open(&self.file(), ORIGIN).expect("nobody else has it open")
    }

    /// The partner, at the other end of `wire`.
    pub(crate) fn partner(&self, wire: Arc<dyn Transport>) -> Vipps {
        let keys = self.simulator.partner();
        let config = Config {
            base_url: Url::parse(ORIGIN).expect("it is a URL"),
            msn: Msn::parse("654321").expect("it is one"),
            keys: Keys::new(keys.client_id, keys.client_secret, keys.subscription_key).expect("they are"),
            system: System::default(),
        };
        Vipps::new(wire, config)
    }

    /// A run of the program that ends by itself, or is killed. Gives how many calls it made.
    pub(crate) async fn runs(
        &self,
        breaks: Option<(usize, Break)>,
        now: i64,
    ) -> (usize, Option<Result<(), Stopped>>) {
        let wire = Arc::new(Wire::new(self.simulator.transport(), breaks));
        let ended = self.runs_on(&wire, now).await;
        (wire.calls(), ended)
    }

    pub(crate) async fn runs_on(&self, wire: &Arc<Wire>, now: i64) -> Option<Result<(), Stopped>> {
        let vipps = self.partner(wire.clone());
        let mut orders = self.orders();
        let run = merchants::sign_up(&self.merchants, &mut orders, vipps.management(), || now);
        tokio::select! {
            biased;
            ended = run => Some(ended),
            () = wire.killed.notified() => None,
        }
    }

    /// All orders that there are at Vipps MobilePay.
    pub(crate) async fn truth(&self) -> Vec<ProductOrderState> {
        let vipps = self.partner(Arc::new(self.simulator.transport()));
        vipps.management().product_orders().await.expect("it answers")
    }

    /// How each merchant stands, in the order of the table.
    pub(crate) fn standings(&self) -> Vec<Option<Standing>> {
        let orders = self.orders();
        self.merchants.iter().map(|merchant| orders.standing(&merchant.key()).cloned()).collect()
    }

    /// The ids and addresses of the orders, each of which was made.
    pub(crate) fn made(&self) -> Vec<(String, Option<String>)> {
        let all = self.standings().into_iter();
        all.map(|standing| match standing {
            Some(Standing::Made { id, url, .. }) => (id, url),
            other => panic!("{other:?}"),
        })
        .collect()
    }
}
