//! The binary and real sockets.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use simulator::{Call, Fault, FaultKind, Options, Simulator};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

const PROGRAM: &str = env!("CARGO_BIN_EXE_kvitt-simulator");

/// Sends a request and reads until the other side closes.
async fn exchange(address: &str, request: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await??;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

async fn get(address: &str, path: &str) -> std::io::Result<String> {
    exchange(address, &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")).await
}

#[tokio::test]
async fn faults_end_connections_and_stop_ends_serving() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let simulator = Simulator::new(Options::at(Url::parse(&format!("http://{address}")).expect("a URL")));
    let serving = simulator.clone();
    let served = tokio::spawn(async move { serving.serve(listener).await });

    let answer = get(&address, "/qr-image/v1?token=none").await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 404 ") && answer.matches("date: ").count() == 1, "{answer}");

    for kind in [FaultKind::Lost, FaultKind::Refused] {
        simulator.set_faults(vec![Fault::new(Call::Image, kind).times(1)]);
        let answer = get(&address, "/qr-image/v1?token=none").await.unwrap_or_default();
        assert_eq!(answer, "", "{kind:?}: closed without a byte");
    }
    simulator.set_faults(vec![Fault::new(Call::Image, FaultKind::Cut).times(1)]);
    let answer = get(&address, "/qr-image/v1?token=none").await.expect("half an answer");
    assert!(answer.contains("content-length: 9") && answer.ends_with("\r\n\r\nnot "), "{answer}");

    // A silent call is held, and a stop does not wait for it.
    simulator.set_faults(vec![Fault::new(Call::Image, FaultKind::Silent)]);
    let held = tokio::spawn({
        let address = address.clone();
        async move { get(&address, "/qr-image/v1?token=none").await.unwrap_or_default() }
    });
    while simulator.requests().len() < 5 {
        tokio::task::yield_now().await;
    }
    simulator.stop();
    let ended =
        tokio::time::timeout(Duration::from_secs(5), served).await.expect("in time").expect("no panic");
    assert!(ended.is_ok());
    assert_eq!(held.await.expect("no panic"), "");
}

/// Ends with the test, however that ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn the_program_says_when_it_is_ready_and_where() {
    let arguments = ["--port", "0", "--json", "--qr-life", "300", "--seed", "7"];
    let mut running =
        Running(Command::new(PROGRAM).args(arguments).stdout(Stdio::piped()).spawn().expect("starts"));
    let mut out = BufReader::new(running.0.stdout.take().expect("a pipe"));
    let mut line = String::new();
    out.read_line(&mut line).expect("a line");
    let ready: Value = serde_json::from_str(&line).expect("JSON");
    let origin = ready["simulator"].as_str().expect("an address");
    let address = origin.strip_prefix("http://").expect("http").to_owned();
    assert_eq!(ready["ready"], true);
    let markets: Vec<_> =
        ready["salesUnits"].as_array().expect("a list").iter().map(|unit| &unit["market"]).collect();
    for market in ["no", "dk", "fi", "se"] {
        assert!(markets.contains(&&json!(market)), "{market}");
    }
    assert_eq!(
        ready["salesUnits"][0],
        json!({
            "market": "no", "msn": "654321", "clientId": "5a1e5a1e-0000-4000-8000-000000654321",
            "clientSecret": "simulated-secret-654321", "subscriptionKey": "51b5c21b000000000000000065432100",
            "currency": "NOK", "name": "Kaffebaren Oslo",
        })
    );
    let answer = get(&address, "/simulator/clock").await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");

    // The port is taken: a second one says so and ends with its own code.
    let (_, port) = address.rsplit_once(':').expect("a port");
    let second = Command::new(PROGRAM).args(["--port", port]).output().expect("runs");
    assert_eq!(second.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&second.stderr).contains("can't listen on 127.0.0.1:"));

    let id = running.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().expect("runs").success());
    assert_eq!(running.0.wait().expect("ends").code(), Some(0));
}

#[test]
fn wrong_usage_has_its_code() {
    let output = Command::new(PROGRAM).args(["--qr-life", "5"]).output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
}
