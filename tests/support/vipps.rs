//! The pretended Vipps MobilePay, at the other end of a wire that can be cut.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use simulator::{Act, Fault, Options, Record, SalesUnit, Simulator, Truth};
use tokio::runtime::Runtime;
use url::Url;

use super::wait::wait_for;

/// So much of the second part of an access token is the same in all: `{"aud":"00000002-0000-…`, in base64.
const CLAIMS_THAT_NEVER_DIFFER: usize = 40;

/// A simulator on a socket of this machine.
pub(crate) struct PretendVipps {
    simulator: Simulator,
    address: SocketAddr,
    /// What answers on the socket; without it there is nobody to connect to.
    wire: Option<Runtime>,
}

impl PretendVipps {
    /// A fresh one, on any free port.
    pub(crate) fn open() -> PretendVipps {
        PretendVipps::started(false)
    }

    /// One that calls back on this machine too.
    pub(crate) fn that_calls_back() -> PretendVipps {
        PretendVipps::started(true)
    }

    fn started(allow_loopback_callbacks: bool) -> PretendVipps {
        let wire = runtime();
        let listener = wire.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let origin = Url::parse(&format!("http://{address}")).expect("it is a URL");
        let simulator = Simulator::new(Options { allow_loopback_callbacks, ..Options::at(origin) });
        let serving = simulator.clone();
        wire.spawn(async move { serving.serve(listener).await });
        PretendVipps { simulator, address, wire: Some(wire) }
    }

    /// Where it is reached.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The shop's sales unit.
    pub(crate) fn sales_unit(&self) -> SalesUnit {
        self.simulator.sales_units().into_iter().next().expect("it comes with sales units")
    }

    /// The sales unit with this number.
    pub(crate) fn sales_unit_of(&self, msn: &str) -> SalesUnit {
        self.simulator.sales_units().into_iter().find(|unit| unit.msn == msn).expect("there is such a unit")
    }

    /// The keys of the partner, as a person types them.
    pub(crate) fn partner_keys(&self) -> String {
        let keys = self.simulator.partner();
        format!("{}\n{}\n{}\n", keys.client_id, keys.client_secret, keys.subscription_key)
    }

    /// A customer scans the code `id` on a counter of the sales unit `msn`.
    pub(crate) fn customer_checks_in(&self, msn: &str, id: &str) {
        self.simulator.check_in(msn, id, "4791234567").expect("the shop is told");
    }

    /// The names of the sales units that the partner has ordered, in the order of the alphabet.
    pub(crate) fn ordered(&self) -> Vec<String> {
        let keys = self.simulator.partner();
        let token = ureq::post(format!("{}/accesstoken/get", self.origin()))
            .header("client_id", &keys.client_id)
            .header("client_secret", &keys.client_secret)
            .header("Ocp-Apim-Subscription-Key", &keys.subscription_key)
            .send_empty();
        let token: Value = token.expect("the keys are good").body_mut().read_json().expect("it is JSON");
        let list = ureq::get(format!("{}/management/v2/product-orders", self.origin()))
            .header("Authorization", format!("Bearer {}", token["access_token"].as_str().unwrap_or_default()))
            .header("Ocp-Apim-Subscription-Key", &keys.subscription_key)
            .call();
        let list: Value = list.expect("the token is good").body_mut().read_json().expect("it is JSON");
        let orders = list.as_array().expect("it is a list").iter();
        let mut names: Vec<String> =
            orders.map(|order| order["salesUnitName"].as_str().unwrap_or_default().to_owned()).collect();
        names.sort();
        names
    }

    /// The customer approves a payment of this sales unit.
    pub(crate) fn approves_at(&self, msn: &str, reference: &str) {
        self.simulator.perform(reference, Some(msn), Act::Approve).expect("it can be approved");
    }

    /// A payment of this sales unit as it really is.
    pub(crate) fn truth_at(&self, msn: &str, reference: &str) -> Truth {
        self.simulator.payment_at(msn, reference).expect("there is such a payment")
    }

    /// The sales unit that may send requests to phones.
    pub(crate) fn pushing_unit(&self) -> SalesUnit {
        let of_norway = |unit: &SalesUnit| unit.may_skip_landing_page && unit.currency == "NOK";
        self.simulator.sales_units().into_iter().find(of_norway).expect("there is one")
    }

    /// Cuts the wire: every connection breaks off, and none can be made.
    pub(crate) fn cut(&mut self) {
        self.wire.take().expect("it was whole").shutdown_background();
        wait_for("the wire to be dead", || match std::net::TcpStream::connect(self.address) {
            Err(_) => Ok(()),
            Ok(_) => Err("somebody answers".to_owned()),
        });
    }

    /// Mends the wire.
    pub(crate) fn mend(&mut self) {
        let wire = runtime();
        let address = self.address;
        let listener = wait_for("the port", || {
            wire.block_on(tokio::net::TcpListener::bind(address)).map_err(|error| error.to_string())
        });
        let serving = self.simulator.clone();
        wire.spawn(async move { serving.serve(listener).await });
        self.wire = Some(wire);
    }

    /// Makes these things go wrong, and no others.
    pub(crate) fn goes_wrong(&self, faults: impl IntoIterator<Item = Fault>) {
        self.simulator.set_faults(faults.into_iter().collect());
    }

    /// So much time passes at once. The till learns it from the next answer.
    pub(crate) fn time_passes(&self, time: Duration) {
        self.simulator.advance(time);
    }

    /// What its clock shows, in Unix milliseconds.
    pub(crate) fn now(&self) -> i64 {
        self.simulator.now()
    }

    /// The customer points a phone at a code. Gives the reference of what opened.
    pub(crate) fn customer_scans(&self, content: &str) -> String {
        self.simulator.scan_content(content).expect("the code leads somewhere")
    }

    /// The customer opens the payment on a phone.
    pub(crate) fn customer_opens(&self, reference: &str) {
        self.simulator.scan(reference).expect("it can be opened");
    }

    /// The customer approves the payment.
    pub(crate) fn customer_approves(&self, reference: &str) {
        self.simulator.approve(reference).expect("it can be approved");
    }

    /// The customer approves with a card that the bank declines.
    pub(crate) fn bank_declines(&self, reference: &str) {
        self.simulator.decline(reference).expect("it can be declined");
    }

    /// The customer cancels in the app.
    pub(crate) fn customer_cancels(&self, reference: &str) {
        self.simulator.cancel(reference).expect("it can be cancelled");
    }

    /// The payment as it really is.
    pub(crate) fn truth(&self, reference: &str) -> Truth {
        self.simulator.payment(reference).expect("there is such a payment")
    }

    /// The references of all payments that it knows.
    pub(crate) fn references(&self) -> Vec<String> {
        self.simulator.payments().into_iter().map(|truth| truth.reference).collect()
    }

    /// The calls that it was sent whose path contains `part`, oldest first.
    pub(crate) fn calls(&self, part: &str) -> Vec<Record> {
        self.simulator.requests().into_iter().filter(|record| record.path.contains(part)).collect()
    }

    /// What all its access tokens begin with: the header, and the claims that never differ.
    pub(crate) fn beginning_of_access_tokens(&self) -> String {
        let unit = self.sales_unit();
        let answer = ureq::post(format!("{}/accesstoken/get", self.origin()))
            .header("client_id", &unit.client_id)
            .header("client_secret", &unit.client_secret)
            .header("Ocp-Apim-Subscription-Key", &unit.subscription_key)
            .send_empty();
        let body: Value = answer.expect("the keys are good").body_mut().read_json().expect("it is JSON");
        let token = body["access_token"].as_str().expect("there is a token");
        let claims = token.find('.').expect("it is a JSON Web Token") + 1;
        token[..claims + CLAIMS_THAT_NEVER_DIFFER].to_owned()
    }

    /// Waits for the first call whose path contains `part`.
    pub(crate) fn hears(&self, part: &str) {
        wait_for(&format!("a call to {part}"), || match self.calls(part).len() {
            0 => Err("none".to_owned()),
            _ => Ok(()),
        });
    }
}

impl Drop for PretendVipps {
    fn drop(&mut self) {
        // A call that is held on purpose must not hold up the end of the test.
        if let Some(wire) = self.wire.take() {
            wire.shutdown_background();
        }
    }
}

fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build().expect("the system has a thread to spare")
}
