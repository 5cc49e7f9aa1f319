//! A running till is driven from the command line: by the real program, over the real POS API, without a display.

mod collecting;
mod links;
mod lost_answers;
mod receipts;
mod totals;

use std::process::Output;

use serde_json::Value;

use crate::support::premises::Premises;
use crate::support::program::Program;
use crate::support::shop::TestShop;
use crate::support::wait::wait_for;

/// What a command printed, and how it ended.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    fn of(output: &Output) -> Said {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("it is text");
        Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// What it says to programs: a value a line.
    fn lines(&self) -> Vec<Value> {
        let read = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.out.lines().map(read).collect()
    }

    /// The one line that it says to programs, when it ended with `code`.
    fn line(&self, code: i32) -> Value {
        assert_eq!((self.code, self.out.lines().count()), (Some(code), 1), "{self:?}");
        self.lines().remove(0)
    }

    /// It ended with `code`, and its output and its errors together have all of these.
    fn has(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        for word in words {
            assert!(self.out.contains(word) || self.err.contains(word), "{word} is not in {self:?}");
        }
    }
}

/// Runs `kvitt` on these premises to its end.
fn typed(premises: &Premises, arguments: &[&str]) -> Said {
    let mut command = premises.kvitt(arguments);
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    Said::of(&command.output().expect("it is built with this test"))
}

/// What is to be typed in a manual, without `kvitt`.
fn to_type(manual: &str) -> Vec<Vec<String>> {
    let shells = manual.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let lines = shells.flat_map(str::lines);
    // The quotation marks are for the shell.
    let words = |line: &str| {
        let mut words = Vec::new();
        for (nth, part) in line.split('"').enumerate() {
            if nth % 2 == 1 {
                words.push(part.to_owned());
            } else {
                words.extend(part.split_whitespace().map(str::to_owned));
            }
        }
        words.split_off(1)
    };
    lines.map(words).collect()
}

fn as_words(line: &[String]) -> Vec<&str> {
    line.iter().map(String::as_str).collect()
}

impl TestShop {
    /// The port of the running till.
    fn port(&self) -> &str {
        self.pos.origin().rsplit(':').next().expect("it names its port")
    }

    /// Runs a command to its end.
    fn typed(&self, arguments: &[&str]) -> Said {
        typed(&self.premises, &self.at_its_port(arguments))
    }

    /// Starts a command that goes on.
    fn types(&self, arguments: &[&str]) -> Program {
        let mut command = self.premises.kvitt(&self.at_its_port(arguments));
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        Program::start("kvitt", &command)
    }

    fn at_its_port<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        [arguments, &["--pos-port", self.port()]].concat()
    }

    /// The token as the command shows it.
    fn typed_token(&self) -> String {
        let shown = typed(&self.premises, &["token", "show"]);
        assert_eq!(shown.code, Some(0), "{shown:?}");
        shown.out.trim().to_owned()
    }

    /// The customer pays what the screen shows.
    fn customer_pays(&self, reference: &str) {
        self.pos.sees(reference, "waiting");
        self.premises.vipps.customer_approves(reference);
    }
}

/// Waits until the command has said that.
fn says(program: &Program, words: &str) {
    wait_for(&format!("{words:?}"), || {
        let said = program.said();
        if said.contains(words) { Ok(()) } else { Err(said) }
    });
}

fn ends(program: &mut Program, code: i32) {
    let ended = program.ended();
    assert_eq!(ended.code(), Some(code), "{}", program.said());
}

#[test]
fn a_payment_is_paid_found_and_given_back() {
    let shop = TestShop::open_on("epayment");
    let mut pay =
        shop.types(&["pay", "49,90", "--reference", "sale-1042-1", "--text", "Two coffees", "--wait"]);
    says(&pay, "sale-1042-1  49.90 NOK  waits: the code is on the customer screen");
    assert_eq!(shop.pos.payment("sale-1042-1")["description"], "Two coffees");
    shop.customer_pays("sale-1042-1");
    ends(&mut pay, 0);
    assert!(pay.said().contains("sale-1042-1  49.90 NOK  is paid"), "{}", pay.said());

    shop.typed(&["status", "sale-1042-1"]).has(0, &["sale-1042-1  49.90 NOK  is paid"]);
    let status = shop.typed(&["status", "sale-1042-1", "--json"]).line(0);
    assert_eq!(status, shop.pos.payment("sale-1042-1"), "it is the payment as the API has it");
    shop.typed(&["cancel", "sale-1042-1"]).has(4, &["can't be cancelled", "kvitt refund"]);

    let part = ["refund", "sale-1042-1", "--amount", "10", "--reason", "Cold coffee", "--key", "cold-1"];
    shop.typed(&part).has(0, &["Refund 1 of 10.00 NOK is on its way to the customer"]);
    shop.typed(&part).has(0, &["asked for before", "Refund 1 of 10.00 NOK"]);
    let refused = shop.typed(&["refund", "sale-1042-1", "--amount", "40", "--json"]).line(4);
    assert_eq!(
        (&refused["code"], &refused["reference"]),
        (&"refund_above_captured".into(), &"sale-1042-1".into())
    );
    assert!(refused["problem"].is_string() && refused["next"].is_string(), "{refused}");
    let rest = shop.typed(&["refund", "sale-1042-1", "--json"]).line(0);
    assert_eq!((&rest["refunded"]["value"], &rest["refunds"][1]["status"]), (&4_990.into(), &"made".into()));
    assert_eq!(shop.premises.vipps.truth("sale-1042-1").refunds.len(), 2);
    shop.typed(&["refund", "sale-1042-1"]).has(4, &["nothing to give back"]);
    shop.typed(&["refund", "sale-1042-1", "--amount", "1.5"]).has(2, &["49.90"]);

    let two = shop.typed(&["pay", "7", "--json"]).line(0);
    let two = two["reference"].as_str().expect("it was made").to_owned();
    shop.typed(&["cancel", &two, "--json"]).line(0);
    let found = |arguments: &[&str]| -> Vec<String> {
        let said = shop.typed(&[&["search", "--json"], arguments].concat());
        assert_eq!(said.code, Some(0), "{said:?}");
        said.lines().iter().map(|found| found["reference"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(found(&[]), [two.as_str(), "sale-1042-1"]);
    assert_eq!(found(&["1042"]), ["sale-1042-1"]);
    assert_eq!(found(&["--amount", "7"]), [two.as_str()]);
    assert_eq!(found(&["--limit", "1"]), [two.as_str()]);
    assert_eq!(found(&["--status", "paid"]), ["sale-1042-1"]);
    assert_eq!(found(&["--status", "cancelled"]), [two.as_str()]);
    assert_eq!(found(&["--status", "checking"]), Vec::<String>::new());
    assert_eq!(found(&["--from", "2020-01-01", "--to", "2020-12-31"]), Vec::<String>::new());
    assert_eq!(found(&["--from", "2020-01-01T00:00:00+01:00"]).len(), 2);
    shop.typed(&["search", "nobody"]).has(0, &["Nothing was found."]);
    shop.typed(&["search", "1042"]).has(0, &["sale-1042-1  49.90 NOK  is paid"]);
    shop.typed(&["search", "--limit", "1"]).has(0, &["there may be more"]);
}

#[test]
fn a_payment_is_not_paid() {
    let shop = TestShop::open_on("epayment");
    let mut pay = shop.types(&["pay", "249", "--reference", "sale-1042-1", "--wait", "--json"]);
    shop.pos.screen_shows("scan");
    shop.premises.vipps.customer_cancels("sale-1042-1");
    ends(&mut pay, 1);
    let said: Value = serde_json::from_str(&pay.said()).expect("it is one line of JSON");
    assert_eq!((&said["status"], &said["mayPayAgain"]), (&"cancelled".into(), &true.into()), "{said}");
    shop.typed(&["status", "sale-1042-1"]).has(1, &["was cancelled", "may be charged again"]);

    let mut pay = shop.types(&["pay", "249", "--reference", "sale-1042-2", "--wait"]);
    says(&pay, "waits");
    shop.typed(&["cancel", "sale-1042-2"]).has(0, &["sale-1042-2  249.00 NOK  was cancelled"]);
    ends(&mut pay, 1);
}

#[test]
fn whoever_stops_waiting_leaves_the_payment_as_it_is() {
    let shop = TestShop::open_on("epayment");
    let mut pay = shop.types(&["pay", "249.00", "--reference", "sale-1042-1", "--wait"]);
    says(&pay, "waits");
    pay.interrupt();
    ends(&mut pay, 5);
    says(&pay, "the payment is left as it is");
    says(&pay, "kvitt cancel sale-1042-1");
    shop.typed(&["status", "sale-1042-1"]).has(5, &["waits", "Do not charge the sale again yet"]);

    let open = shop.typed(&["pay", "249", "--json"]).line(4);
    assert_eq!((&open["code"], &open["reference"]), (&"payment_open".into(), &"sale-1042-1".into()));
    assert!(open["next"].as_str().is_some_and(|next| next.contains("kvitt cancel sale-1042-1")), "{open}");
    shop.customer_pays("sale-1042-1");
    shop.pos.sees("sale-1042-1", "paid");
    shop.typed(&["cancel", "sale-1042-1"]).has(4, &["kvitt refund"]);
}

#[test]
fn a_request_is_sent_to_a_phone_and_the_number_is_said_by_nobody() {
    let shop = TestShop::open_on("epayment");
    let said = shop.typed(&["pay", "49", "--phone", "+47 912 34 567", "--json"]);
    let payment = said.line(0);
    assert_eq!(payment["flow"], "push", "{payment}");
    assert!(!format!("{said:?}").contains("912"), "{said:?}");
    let refused = shop.typed(&["pay", "49", "--phone", "12", "--reference", "sale-1042-2"]);
    assert_eq!(refused.code, Some(4), "{refused:?}");
}

#[test]
fn what_is_asked_wrongly_is_said_and_not_done() {
    let shop = TestShop::open_on("epayment");
    for wrong in ["49.9", "4,900.00", "-1", "many"] {
        assert_eq!(shop.typed(&["pay", wrong]).code, Some(2), "{wrong}");
    }
    shop.typed(&["pay", "49.900"]).has(2, &["49.90"]);
    shop.typed(&["pay", "49", "--currency", "usd"]).has(2, &["NOK"]);
    shop.typed(&["status", "../health"]).has(2, &["letters, digits and -"]);
    shop.typed(&["search", "--from", "yesterday"]).has(2, &["2026-11-25"]);
    let refused = shop.typed(&["pay", "49", "--currency", "eur", "--json"]).line(4);
    assert_eq!(refused["code"], "amount_invalid", "{refused}");
    shop.typed(&["status", "sale-9999-9"]).has(4, &["no such payment", "kvitt search"]);
    shop.typed(&["watch", "sale-9999-9"]).has(4, &["no such payment"]);
    assert!(shop.premises.vipps.references().is_empty());
}

#[test]
fn where_no_till_runs_it_says_how_to_start_one() {
    let premises = Premises::ready();
    let unused = {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        socket.local_addr().expect("it is bound").port().to_string()
    };
    typed(&premises, &["pay", "49"]).has(1, &["no POS token", "pos-token", "--data"]);
    std::fs::write(premises.data().join("pos-token"), "0".repeat(64)).expect("there is room");
    for command in [&["pay", "49"][..], &["status", "sale-1042-1"], &["search"], &["totals"], &["watch"]] {
        let command = [command, &["--pos-port", &unused]].concat();
        typed(&premises, &command).has(3, &["no till answers", "Start the till with `kvitt`"]);
        let said = typed(&premises, &[&command[..], &["--json"]].concat()).line(3);
        assert!(said["problem"].is_string() && said["next"].is_string(), "{said}");
    }
}

#[test]
fn another_token_is_refused() {
    let shop = TestShop::open_on("epayment");
    let other = Premises::ready();
    std::fs::write(other.data().join("pos-token"), "0".repeat(64)).expect("there is room");
    let said = typed(&other, &["status", "sale-1042-1", "--json", "--pos-port", shop.port()]).line(4);
    assert_eq!(said["code"], "token_invalid", "{said}");
    assert!(said["next"].as_str().is_some_and(|next| next.contains("--data")), "{said}");
}

#[test]
fn a_running_till_takes_a_new_token_at_once() {
    let shop = TestShop::open_on("epayment");
    let old = shop.typed_token();
    assert_eq!(old, shop.pos.token());
    let mut listening = shop.types(&["watch", "--json"]);
    says(&listening, r#""event":"snapshot""#);

    typed(&shop.premises, &["token", "new"]).has(0, &["is good at once"]);
    let new = shop.typed_token();
    assert_ne!(old, new);
    assert_eq!(shop.pos.get("/v1/health").status, 401, "the old one is good no longer");
    shop.pos.with_token(&new).charge("sale-1042-1", 24_900);
    // The stream of whoever knew the old one ends with the first thing that it must not hear.
    ends(&mut listening, 4);
    assert!(!listening.said().contains("sale-1042-1"), "{}", listening.said());

    let mode = std::fs::metadata(shop.premises.data().join("pos-token")).expect("it is there").permissions();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o600);
    let revoked = typed(&shop.premises, &["token", "revoke", "--json"]).line(0);
    assert_eq!(revoked["revoked"], true, "{revoked}");
    assert_eq!(shop.pos.with_token(&new).get("/v1/health").status, 401);
    shop.typed(&["status", "sale-1042-1"]).has(1, &["no POS token", "kvitt token new"]);
    typed(&shop.premises, &["token", "show"]).has(1, &["no token file", "kvitt token new"]);
    typed(&shop.premises, &["token", "new"]).has(0, &["pos-token"]);
    shop.typed(&["cancel", "sale-1042-1"]).has(0, &["was cancelled"]);
}

#[test]
fn a_token_is_made_where_no_till_runs() {
    let premises = Premises::empty();
    typed(&premises, &["token", "revoke"]).has(0, &["There was no POS token"]);
    let made = typed(&premises, &["token", "new", "--json"]).line(0);
    assert_eq!(made["renewed"], true, "{made}");
    let shown = typed(&premises, &["token", "show", "--json"]).line(0);
    assert_eq!(shown["token"].as_str().map(str::len), Some(64), "{shown}");
}

#[test]
fn everything_that_happens_is_said_as_it_happens() {
    let shop = TestShop::open_on("epayment");
    let watch = shop.types(&["watch", "--json"]);
    says(&watch, r#""event":"snapshot""#);
    shop.pos.charge("sale-1042-1", 24_900);
    says(&watch, r#""status":"waiting""#);
    let mut one = shop.types(&["watch", "sale-1042-1"]);
    says(&one, "sale-1042-1  249.00 NOK  waits");
    shop.customer_pays("sale-1042-1");
    ends(&mut one, 0);
    says(&one, "is paid");
    says(&watch, r#""status":"paid""#);
    let said = watch.said();
    let lines: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert_eq!(lines[0]["screen"]["view"], "idle", "{}", lines[0]);
    let ids: Vec<u64> = lines.iter().filter_map(|line| line["id"].as_u64()).collect();
    assert!(ids.is_sorted() && ids.len() > 2, "{ids:?}");

    // Somebody who has heard the first only hears the last state of what was missed.
    let resumed = shop.types(&["watch", "--json", "--after", &ids[0].to_string()]);
    says(&resumed, r#""event":"payment""#);
    says(&resumed, r#""status":"paid""#);
    // One that has ended is not waited for.
    let mut ended = shop.types(&["watch", "sale-1042-1", "--json"]);
    ends(&mut ended, 0);
}

#[test]
fn a_till_that_loses_power_is_waited_for() {
    let mut shop = TestShop::open_on("epayment");
    // It comes back where it was.
    let mut settings = shop.premises.settings();
    settings["rail"] = "epayment".into();
    settings["pos"]["port"] = shop.port().parse::<u16>().expect("it is a port").into();
    shop.premises.write_settings(&settings.to_string());
    let mut pay = shop.types(&["pay", "249", "--reference", "sale-1042-1", "--wait"]);
    let watch = shop.types(&["watch"]);
    says(&pay, "waits");
    says(&watch, "sale-1042-1  249.00 NOK  waits");
    shop.goes_dark();
    says(&pay, "the till does not answer");
    says(&watch, "the till is gone");
    shop.comes_back();
    shop.customer_pays("sale-1042-1");
    ends(&mut pay, 0);
    says(&watch, "is paid");
}

#[test]
fn the_manual_and_the_completions_have_every_command() {
    let premises = Premises::empty();
    let commands = [
        "pay", "status", "cancel", "capture", "refund", "search", "totals", "watch", "token", "doctor",
        "demo", "keys", "backup",
    ];
    for shell in ["bash", "zsh", "fish"] {
        let script = typed(&premises, &["completions", shell]);
        script.has(0, &commands);
    }
    let page = typed(&premises, &["man"]);
    page.has(0, &commands);
    assert!(page.out.contains(".TH kvitt 1"), "{page:?}");
    for command in commands {
        let page = typed(&premises, &["man", command]);
        page.has(0, &[".TH", command]);
    }
    typed(&premises, &["man", "pay"]).has(0, &["phone", "wait"]);
    typed(&premises, &["man", "dance"]).has(2, &["kvitt help"]);
    typed(&premises, &["completions", "cmd.exe"]).has(2, &["bash"]);
}
