//! The program starts, says where it is, and ends.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::kvitt::Kvitt;
use crate::support::pos::Pos;
use crate::support::premises::Premises;
use crate::support::program::Program;
use crate::support::shop::TestShop;
use crate::support::wait::wait_for;

#[test]
fn the_line_for_programs() {
    let mut shop = TestShop::open();
    let ready = &shop.kvitt.ready;
    let token_file = shop.premises.data().join("pos-token");
    assert_eq!(
        *ready,
        json!({ "ready": true, "pos": shop.pos.origin(), "tokenFile": token_file.to_str().expect("it is text") })
    );
    assert!(shop.pos.origin().starts_with("http://127.0.0.1:"), "{ready}");
    let mode = std::fs::metadata(&token_file).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "others can read the token");
    shop.pos.screen_shows("idle");
    let health = shop.pos.get("/v1/health").good();
    assert_eq!((&health["ready"], &health["display"]), (&json!(true), &json!(true)), "{health}");
    assert_eq!(health["msn"], "654321");

    // Who knows the token keeps it over a restart, and the till takes any free port again.
    let token = shop.pos.token().to_owned();
    shop.kvitt.program.terminate();
    let status = shop.kvitt.program.ended();
    assert_eq!(status.code(), Some(0), "{status}");
    let said = shop.kvitt.program.said();
    assert_eq!(said.lines().filter(|line| line.starts_with('{')).count(), 1, "one line only: {said}");
    shop.comes_back();
    assert_eq!(shop.pos.token(), token);
}

#[test]
fn a_port_that_is_taken() {
    let premises = Premises::ready();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = taken.local_addr().expect("it is bound").port();
    let mut settings = premises.settings();
    settings["pos"]["port"] = json!(port);
    premises.write_settings(&settings.to_string());
    let mut command = premises.kvitt(&["--json"]);
    premises.display().lend_to(&mut command);
    let mut program = Program::start("kvitt", &command);
    let status = program.ended();
    assert_eq!(status.code(), Some(3), "{status}");
    wait_for("the reason", || {
        let said = program.said();
        let clear = said.contains(&format!("port {port} can't be had")) && said.contains("pos.port");
        if clear { Ok(()) } else { Err(said) }
    });
}

#[test]
fn no_display() {
    let premises = Premises::ready();
    let mut command = premises.kvitt(&["--json"]);
    command.env("DISPLAY", ":no-such-display").env_remove("WAYLAND_DISPLAY").env("GDK_BACKEND", "x11");
    let mut program = Program::start("kvitt", &command);
    let status = program.ended();
    assert_eq!(status.code(), Some(3), "{status}: {}", program.said());
    wait_for("the reason", || {
        let said = program.said();
        if said.contains("there is no display to open a window on") { Ok(()) } else { Err(said) }
    });
}

#[test]
fn what_is_not_a_command() {
    let premises = Premises::empty();
    for arguments in [["--colour", "blue"], ["pay", "now"], ["demo", "--lang=tlh"]] {
        let output = premises.kvitt(&arguments).output().expect("it is built with this test");
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(!output.stderr.is_empty());
    }
}

/// The whole demo: a payment from beginning to end, nothing stored, and an orderly end.
#[test]
fn the_demo() {
    let premises = Premises::empty();
    let mut demo = Kvitt::start_demo(&premises, 0);
    assert_eq!(demo.ready["ready"], true, "{}", demo.ready);
    let simulator = demo.ready["simulator"].as_str().expect("it says where the simulator is").to_owned();
    let token_file = demo.ready["tokenFile"].as_str().expect("it says where the token is").to_owned();
    assert!(simulator.starts_with("http://127.0.0.1:"), "{simulator}");
    let pos = Pos::of(&demo.ready);
    pos.screen_shows("idle");
    pos.charge("sale-1042-1", 24_900);
    let screen = pos.screen_shows("scan");
    assert_eq!(screen["environment"], "demo");
    approve(&simulator, "sale-1042-1");
    pos.sees("sale-1042-1", "paid");
    pos.screen_shows("paid");

    demo.program.terminate();
    let status = demo.program.ended();
    assert_eq!(status.code(), Some(0), "{status}");
    assert!(!Path::new(&token_file).exists(), "the token outlived the demo");
    let ours = ["settings.json", "keys.json", "journal.sqlite", "pos-token"];
    let left = premises.files().into_iter().filter(|file| {
        let name = file.file_name().unwrap_or_default();
        ours.iter().any(|ours| name == *ours) || file.extension().is_some_and(|kind| kind == "log")
    });
    assert_eq!(left.collect::<Vec<_>>(), Vec::<PathBuf>::new(), "something was stored");
}

/// A demo must not fail in front of people because a till is running already.
#[test]
fn a_demo_takes_another_port() {
    let premises = Premises::empty();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = taken.local_addr().expect("it is bound").port();
    let demo = Kvitt::start_demo(&premises, port);
    let pos = Pos::of(&demo.ready);
    assert_ne!(pos.origin(), format!("http://127.0.0.1:{port}"));
    pos.screen_shows("idle");
}

fn approve(simulator: &str, reference: &str) {
    let approved = ureq::post(format!("{simulator}/simulator/payments/{reference}/approve")).send_empty();
    let truth: Value = approved.expect("it can be approved").body_mut().read_json().expect("it is JSON");
    assert_eq!(truth["state"], "approved");
}
