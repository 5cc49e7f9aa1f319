//! A running demo, spoken to as a POS would, and its simulator, where the customer is played.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::wait::{self, Look};

/// How long one call may take.
const CALL: Duration = Duration::from_secs(10);
/// How long a screen may take to be painted. The longest way is to *checking*: six seconds of silence, and the
/// calls that are given up before.
const SCREEN: Duration = Duration::from_secs(30);

/// The till and the simulator of one `kvitt demo`.
pub(crate) struct Till {
    agent: ureq::Agent,
    pos: String,
    simulator: String,
    token: String,
}

impl Till {
    /// Reads the line that `kvitt demo --json` prints when it is ready.
    pub(crate) fn at(ready_line: &str) -> Result<Self> {
        let ready: Value = serde_json::from_str(ready_line)
            .with_context(|| format!("the first line must be JSON, and is: {ready_line}"))?;
        let named = |name: &str| {
            ready[name].as_str().map(str::to_owned).with_context(|| format!("no `{name}` in {ready_line}"))
        };
        if ready["ready"] != json!(true) {
            bail!("the demo is not ready: {ready_line}");
        }
        let token_file = named("tokenFile")?;
        let token = std::fs::read_to_string(Path::new(&token_file))
            .with_context(|| format!("reading the token from {token_file}"))?;
        let config =
            ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(CALL)).proxy(None);
        Ok(Self {
            agent: config.build().new_agent(),
            pos: named("pos")?,
            simulator: named("simulator")?,
            token: format!("Bearer {}", token.trim()),
        })
    }

    /// Asks for a payment. Its reference is its idempotency key too.
    pub(crate) fn charge(&self, reference: &str, amount: &Value) -> Result<()> {
        self.start(reference, &json!({ "reference": reference, "amount": amount }))
    }

    /// The same, with the request sent to the phone that has `number`.
    pub(crate) fn charge_by_phone(&self, reference: &str, amount: &Value, number: &str) -> Result<()> {
        let whom = json!({ "reference": reference, "amount": amount, "flow": "push", "phoneNumber": number });
        self.start(reference, &whom)
    }

    /// The same, with the money only reserved when the customer approves.
    pub(crate) fn reserve(&self, reference: &str, amount: &Value) -> Result<()> {
        self.start(reference, &json!({ "reference": reference, "amount": amount, "capture": "manual" }))
    }

    fn start(&self, reference: &str, request: &Value) -> Result<()> {
        let answer = self
            .agent
            .post(format!("{}/v1/payments", self.pos))
            .header("Authorization", &self.token)
            .header("Idempotency-Key", reference)
            .send_json(request);
        good("starting a payment", answer).map(drop)
    }

    /// Shows the sale as it is rung up.
    pub(crate) fn ring_up(&self, cart: &Value) -> Result<()> {
        let call = self.agent.put(format!("{}/v1/cart", self.pos)).header("Authorization", &self.token);
        good("showing a cart", call.send_json(cart)).map(drop)
    }

    /// What the POS may do with a payment: `cancel` it, or `dismiss` what is left of it on the screen.
    pub(crate) fn shop(&self, reference: &str, act: &str) -> Result<()> {
        let call = self.agent.post(format!("{}/v1/payments/{reference}/{act}", self.pos));
        good(act, call.header("Authorization", &self.token).send_empty()).map(drop)
    }

    /// The payment as the POS sees it.
    pub(crate) fn payment(&self, reference: &str) -> Result<Value> {
        self.read(&format!("/v1/payments/{reference}"))
    }

    /// What the customer does with the phone: `scan`, `approve`, `decline`, `cancel`.
    pub(crate) fn customer(&self, reference: &str, act: &str) -> Result<()> {
        let call = self.agent.post(format!("{}/simulator/payments/{reference}/{act}", self.simulator));
        good(act, call.send_empty()).map(drop)
    }

    /// What the payment's code must say.
    pub(crate) fn qr_content(&self, reference: &str) -> Result<String> {
        let call = self.agent.get(format!("{}/simulator/payments/{reference}", self.simulator));
        let truth = good("looking behind the API", call.call())?;
        truth["qrContent"].as_str().map(str::to_owned).with_context(|| format!("no qrContent in {truth}"))
    }

    /// Lets time pass at once.
    pub(crate) fn advance(&self, seconds: u64) -> Result<()> {
        let call = self.agent.post(format!("{}/simulator/clock", self.simulator));
        good("moving the clock", call.send_json(json!({ "advanceSeconds": seconds }))).map(drop)
    }

    /// Makes things go wrong; an empty list heals.
    pub(crate) fn faults(&self, faults: &Value) -> Result<()> {
        let call = self.agent.put(format!("{}/simulator/faults", self.simulator));
        good("setting faults", call.send_json(faults)).map(drop)
    }

    /// Waits until the customer really sees `view`: it is the newest screen, and it has been painted.
    pub(crate) fn screen(&self, view: &str) -> Result<Value> {
        self.screen_within(SCREEN, view)
    }

    fn screen_within(&self, limit: Duration, view: &str) -> Result<Value> {
        wait::closely(&format!("the screen `{view}` to be painted"), limit, || {
            let screen = self.read("/v1/screen")?;
            let painted = screen["number"].is_u64() && screen["number"] == screen["shown"];
            let there = painted && screen["view"] == view;
            Ok(if there { Look::Found(screen) } else { Look::NotYet(screen.to_string()) })
        })
    }

    /// Waits until the newest screen has been painted, whatever it is.
    pub(crate) fn painted(&self) -> Result<Value> {
        wait::closely("the newest screen to be painted", SCREEN, || {
            let screen = self.read("/v1/screen")?;
            let painted = screen["number"].is_u64() && screen["number"] == screen["shown"];
            Ok(if painted { Look::Found(screen) } else { Look::NotYet(screen.to_string()) })
        })
    }

    /// Waits until the till says that the customer sees nothing, for at most `limit`.
    pub(crate) fn display_goes(&self, limit: Duration) -> Result<()> {
        wait::closely("the customer to see nothing", limit, || {
            let health = self.read("/v1/health")?;
            Ok(if health["display"] == false { Look::Found(()) } else { Look::NotYet(health.to_string()) })
        })
    }

    /// Gives back all of a payment, and waits until it is made.
    pub(crate) fn give_back(&self, reference: &str) -> Result<()> {
        let call = self.agent.post(format!("{}/v1/payments/{reference}/refunds", self.pos));
        let call = call.header("Authorization", &self.token).header("Idempotency-Key", reference);
        good("giving back", call.send_json(json!({})))?;
        wait::closely(&format!("the refund of {reference}"), SCREEN, || {
            let payment = self.payment(reference)?;
            let made = payment["refunds"][0]["status"] == "made";
            Ok(if made { Look::Found(()) } else { Look::NotYet(payment.to_string()) })
        })
    }

    /// What the POS reads at `path`.
    pub(crate) fn read(&self, path: &str) -> Result<Value> {
        let call = self.agent.get(format!("{}{path}", self.pos)).header("Authorization", &self.token);
        good(path, call.call())
    }
}

/// The body of an answer that says yes; `null` where it has none.
fn good(what: &str, answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Value> {
    let mut answer = answer.with_context(|| what.to_owned())?;
    let text = answer.body_mut().read_to_string().with_context(|| what.to_owned())?;
    if !answer.status().is_success() {
        bail!("{what}: HTTP {}: {text}", answer.status().as_u16());
    }
    if text.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(&text).with_context(|| format!("{what}: not JSON: {text}"))
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;
    use std::thread::JoinHandle;

    use super::*;

    /// Answers one request after the other with `answers`, each a status and a body, and gives what it was sent.
    fn play(answers: Vec<(u16, &'static str)>) -> (tempfile::TempDir, Till, JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let heard = std::thread::spawn(move || {
            let one = |(status, body): (u16, &str)| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut request, mut length) = (String::new(), 0);
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).unwrap();
                    if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    if line == "\r\n" {
                        break;
                    }
                    request += &line;
                }
                let mut sent = vec![0; length];
                reader.read_exact(&mut sent).unwrap();
                let head = format!(
                    "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                stream.write_all((head + body).as_bytes()).unwrap();
                request + &String::from_utf8(sent).unwrap()
            };
            answers.into_iter().map(one).collect()
        });
        let folder = tempfile::tempdir().unwrap();
        let token_file = folder.path().join("token");
        std::fs::write(&token_file, "secret\n").unwrap();
        let line = json!({ "ready": true, "pos": origin, "simulator": origin, "tokenFile": token_file });
        let till = Till::at(&line.to_string()).unwrap();
        (folder, till, heard)
    }

    #[test]
    fn a_screen_counts_only_when_it_is_painted() {
        let (_folder, till, heard) = play(vec![
            (200, r#"{"number":1,"view":"idle","shown":1}"#),
            (200, r#"{"number":2,"view":"scan"}"#),
            (200, r#"{"number":2,"view":"scan","shown":1}"#),
            (200, r#"{"number":2,"view":"scan","shown":2,"qr":"a"}"#),
        ]);
        assert_eq!(till.screen("scan").unwrap()["qr"], "a");
        let requests = heard.join().unwrap();
        assert_eq!(requests.len(), 4);
        assert!(requests[0].starts_with("GET /v1/screen HTTP/1.1\r\n"), "{}", requests[0]);
        assert!(requests[0].to_lowercase().contains("authorization: bearer secret\r\n"), "{}", requests[0]);
    }

    #[test]
    fn a_screen_that_does_not_come_is_told_with_the_one_that_did() {
        let (_folder, till, _heard) = play(vec![(200, r#"{"number":1,"view":"idle","shown":1}"#)]);
        let error = till.screen_within(Duration::ZERO, "paid").unwrap_err().to_string();
        assert!(error.contains("`paid`") && error.contains(r#""view":"idle""#), "{error}");
    }

    #[test]
    fn a_payment_is_asked_for_under_its_own_key() {
        let (_folder, till, heard) = play(vec![(201, "{}")]);
        till.charge("demo-payment-1", &json!({"value": 24900, "currency": "NOK"})).unwrap();
        let request = heard.join().unwrap().remove(0);
        assert!(request.starts_with("POST /v1/payments HTTP/1.1\r\n"), "{request}");
        assert!(request.to_lowercase().contains("idempotency-key: demo-payment-1\r\n"), "{request}");
        let body: Value = serde_json::from_str(&request[request.find('{').unwrap()..]).unwrap();
        let amount = json!({"value": 24900, "currency": "NOK"});
        assert_eq!(body, json!({ "reference": "demo-payment-1", "amount": amount }));
    }

    #[test]
    fn a_refusal_is_told_in_its_own_words() {
        let (_folder, till, _heard) = play(vec![(409, r#"{"error":"not possible: already paid"}"#)]);
        let error = till.customer("demo-payment-1", "cancel").unwrap_err().to_string();
        assert_eq!(error, r#"cancel: HTTP 409: {"error":"not possible: already paid"}"#);
    }

    #[test]
    fn a_ready_line_must_name_everything() {
        assert!(Till::at("starting …").is_err());
        let error = Till::at(r#"{"ready":true,"pos":"http://127.0.0.1:1"}"#).err().unwrap();
        assert!(error.to_string().contains("no `tokenFile`"), "{error}");
    }
}
