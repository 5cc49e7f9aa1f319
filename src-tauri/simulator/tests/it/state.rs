//! The state on disk.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use simulator::{Options, Simulator};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{MSN, Shop, options};

fn open(file: &Path) -> Simulator {
    Simulator::open(options(), file).expect("opens")
}

#[tokio::test]
async fn a_restart_goes_on_with_everything() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state.json");
    let shop = Shop::at(open(&file), MSN).await;
    let picture = shop.create("order-0001", 20_000).await;
    shop.initiate("order-1", 20_000).await;
    shop.simulator.approve("order-0001").expect("approves");
    shop.modify("order-0001", "capture", "c-1", 5_000).await;
    let hook = json!({ "url": "https://example.com/hook", "events": ["epayments.payment.created.v1"] });
    shop.post("/webhooks/v1/webhooks", &hook).await;
    shop.post("/simulator/clock", &json!({ "advanceSeconds": 60 })).await;
    let before = shop.look("order-0001").await;

    // The same keys and the same token, and another process.
    let after = Shop { simulator: open(&file), ..shop };
    assert_eq!(after.look("order-0001").await, before);
    assert_eq!(after.simulator.now(), crate::support::START + 60_000);
    assert_eq!(
        after.modify("order-0001", "capture", "c-1", 5_000).await.json()["aggregate"],
        before["aggregate"]
    );
    assert_eq!(after.details("order-1").await["orderId"], "order-1");
    assert_eq!(after.create("order-0001", 20_000).await, picture, "the key still has its answer");
    let registered = after.get("/webhooks/v1/webhooks").await.json();
    assert_eq!(registered["webhooks"][0]["url"], "https://example.com/hook");
    after.wait(600);
    assert_eq!(after.simulator.payment("order-1").map(|truth| truth.state), Some(simulator::State::TimedOut));
}

#[tokio::test]
async fn a_file_that_is_no_state_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state.json");
    for content in ["", "{}", r#"{"version":2,"world":{}}"#] {
        std::fs::write(&file, content).expect("writes");
        assert!(Simulator::open(Options::default(), &file).is_err(), "{content}");
        assert_eq!(std::fs::read_to_string(&file).expect("reads"), content);
    }
}

/// Starts the program and gives it with its address.
fn start(file: &Path) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kvitt-simulator"))
        .args(["--port", "0", "--json", "--state"])
        .arg(file)
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    let ready: Value = serde_json::from_str(&line).expect("JSON");
    let origin = ready["simulator"].as_str().expect("an address");
    (child, origin.strip_prefix("http://").expect("http").to_owned())
}

async fn clock(address: &str, request: &str) -> Value {
    let mut stream = TcpStream::connect(address).await.expect("connects");
    stream.write_all(request.as_bytes()).await.expect("writes");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("reads");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    serde_json::from_str::<Value>(body).expect("JSON")["now"].clone()
}

#[tokio::test]
async fn what_was_answered_outlives_a_kill() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state.json");
    let (mut first, address) = start(&file);
    let body = r#"{"advanceSeconds":315360000}"#;
    let head = format!("Host: {address}\r\nConnection: close\r\nContent-Type: application/json\r\n");
    let request =
        format!("POST /simulator/clock HTTP/1.1\r\n{head}Content-Length: {}\r\n\r\n{body}", body.len());
    let moved = clock(&address, &request).await;
    first.kill().expect("is killed");
    first.wait().expect("ends");
    let (mut second, address) = start(&file);
    let request = format!("GET /simulator/clock HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let found = clock(&address, &request).await;
    second.kill().expect("is killed");
    second.wait().expect("ends");
    assert!(found.as_str() >= moved.as_str(), "{found} is ten years ahead, as {moved} was");
}
