//! The manual: what it tells a POS vendor to type works as it is written.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::socket::Served;

const MANUAL: &str = include_str!("../../../../docs/pos-api.md");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lines_to_try_work_as_they_are_written() {
    let served = Served::open().await;
    let Some(lines) = lines_to_try(MANUAL, &served) else { return };
    let lines: Vec<String> = lines.into_iter().map(|line| line.replace("wait=30", "wait=1")).collect();
    let [start, follow, listen, show, linked, find, capture, release, refund, totals, refresh] =
        lines.as_slice()
    else {
        panic!("eleven lines: {lines:#?}")
    };

    let started = shell(&served, start).output().expect("a shell");
    let started = String::from_utf8_lossy(&started.stdout).into_owned();
    assert!(started.starts_with("HTTP/1.1 201 Created"), "{started}");
    assert!(started.contains("location: /v1/payments/sale-1042-1"), "{started}");

    let followed = shell(&served, follow).output().expect("a shell").stdout;
    let followed: serde_json::Value = serde_json::from_slice(&followed).expect("JSON");
    assert_eq!(followed["reference"], "sale-1042-1");
    assert_eq!(followed["amount"]["value"], 24_900);

    // It is kept for when the payment has gone from the screen.
    let shown = shell(&served, &format!("{show} -i")).output().expect("a shell").stdout;
    assert!(String::from_utf8_lossy(&shown).starts_with("HTTP/1.1 204 No Content"), "{shown:?}");

    let found = shell(&served, find).output().expect("a shell").stdout;
    let found: serde_json::Value = serde_json::from_slice(&found).expect("JSON");
    assert_eq!(found["payments"][0]["reference"], "sale-1042-1");

    let mut listening = shell(&served, &format!("exec {listen}")).spawn().expect("a shell");
    let mut said = BufReader::new(listening.stdout.take().expect("it is piped"));
    let mut first = String::new();
    said.read_line(&mut first).expect("it says something");
    listening.kill().expect("it is ours");
    listening.wait().expect("it has ended");
    assert_eq!(first, "event: snapshot\n");

    served.shop.pay("sale-1042-1").await;
    let later = serde_json::json!({
        "amount": { "value": 24_900, "currency": "NOK" }, "reference": "sale-1043-1", "capture": "manual",
    });
    served.shop.start_with(later.to_string(), None).await;
    served.shop.wait_for("sale-1043-1", "waiting").await;
    served.shop.simulator.approve("sale-1043-1").expect("it can be approved");
    served.shop.wait_for("sale-1043-1", "approved").await;
    let captured =
        String::from_utf8(shell(&served, capture).output().expect("a shell").stdout).expect("text");
    assert!(captured.starts_with("HTTP/1.1 201 Created"), "{captured}");
    assert!(captured.contains(r#""captures":[{"number":1"#), "{captured}");
    let released =
        String::from_utf8(shell(&served, release).output().expect("a shell").stdout).expect("text");
    assert!(released.starts_with("HTTP/1.1 200 OK"), "{released}");
    assert!(released.contains(r#""releases":[{"number":1"#), "{released}");
    let refunded = String::from_utf8(shell(&served, refund).output().expect("a shell").stdout).expect("text");
    assert!(refunded.starts_with("HTTP/1.1 201 Created"), "{refunded}");
    assert!(refunded.contains(r#""reason":"Cold coffee""#), "{refunded}");
    let linked = String::from_utf8(shell(&served, linked).output().expect("a shell").stdout).expect("text");
    assert!(linked.contains(r#""link":"waiting""#), "{linked}");
    let day = shell(&served, totals).output().expect("a shell").stdout;
    let day: serde_json::Value = serde_json::from_slice(&day).expect("JSON");
    assert_eq!((&day["totals"][0]["payments"], &day["isToday"]), (&2.into(), &true.into()), "{day}");
    let hinted = String::from_utf8(shell(&served, refresh).output().expect("a shell").stdout).expect("text");
    assert!(hinted.starts_with("HTTP/1.1 202 Accepted"), "{hinted}");
}

/// The lines of a manual that begin with `curl`, for this till; none on a machine without curl.
#[expect(clippy::print_stdout, reason = "a test says what it has skipped")]
pub(crate) fn lines_to_try(manual: &str, served: &Served) -> Option<Vec<String>> {
    if Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("skipped: there is no curl on this machine");
        return None;
    }
    let lines = manual.lines().filter(|line| line.starts_with("curl "));
    Some(lines.map(|line| line.replace("http://127.0.0.1:7650", &served.at)).collect())
}

/// A shell that types one of them.
pub(crate) fn shell(served: &Served, line: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", line]).env("TOKEN", &served.shop.token).env("no_proxy", "127.0.0.1");
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    command
}
