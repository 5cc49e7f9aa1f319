//! The programs in `docs/examples` do what they say, against the real till.

use std::process::Command;

use crate::repository::root;
use crate::support::premises::Premises;
use crate::support::program::Program;
use crate::support::shop::TestShop;
use crate::support::wait::wait_for;

/// Waits until the program has said that.
fn says(program: &Program, words: &str) {
    wait_for(&format!("{words:?}"), || {
        let said = program.said();
        if said.contains(words) { Ok(()) } else { Err(said) }
    });
}

fn example(name: &str, with: &[&str]) -> Command {
    let program = if name == "pos.py" { "python3" } else { "node" };
    let mut command = Command::new(program);
    command.arg(root().join("docs/examples").join(name)).args(with).env("no_proxy", "127.0.0.1");
    command
}

/// Rings up 249.00, and gives what was said once the customer has done `act`.
fn rings_up(name: &str, act: impl FnOnce(&TestShop, &str)) -> (Option<i32>, String) {
    let shop = TestShop::open_on("epayment");
    let mut command = example(name, &["249.00"]);
    command
        .env("KVITT_POS", shop.pos.origin())
        .env("KVITT_TOKEN_FILE", shop.premises.data().join("pos-token"));
    let mut register = Program::start(name, &command);
    let reference = register.first_line().trim().to_owned();
    shop.pos.sees(&reference, "waiting");
    act(&shop, &reference);
    let ended = register.ended();
    (ended.code(), register.said())
}

fn buys(shop: &TestShop, reference: &str) {
    shop.pos.charge(reference, 24_900);
    shop.pos.sees(reference, "waiting");
    shop.premises.vipps.customer_approves(reference);
    shop.pos.sees(reference, "paid");
}

#[test]
fn a_pos_in_python_and_in_javascript_takes_a_payment() {
    for name in ["pos.py", "pos.mjs"] {
        let (code, said) = rings_up(name, |shop, reference| {
            shop.premises.vipps.customer_approves(reference);
        });
        assert_eq!(code, Some(0), "{name}: {said}");
        assert!(said.contains("\npaid\n") && said.contains("hand over the goods"), "{name}: {said}");
    }
}

#[test]
fn a_pos_in_python_and_in_javascript_says_what_to_do_when_the_customer_does_not_pay() {
    for name in ["pos.py", "pos.mjs"] {
        let (code, said) = rings_up(name, |shop, reference| shop.premises.vipps.customer_cancels(reference));
        assert_eq!(code, Some(1), "{name}: {said}");
        assert!(said.contains("\ncancelled\n") && !said.contains("hand over"), "{name}: {said}");
    }
}

/// The register is away, the till is killed and started again: in the end it has heard of everything, once.
#[test]
fn a_pos_in_javascript_is_called_and_hears_of_everything_although_both_go_down() {
    let premises = Premises::ready_on("epayment");
    let made =
        premises.kvitt(&["webhook-secret", "new", "--json"]).output().expect("it is built with this test");
    let made: serde_json::Value = serde_json::from_slice(&made.stdout).expect("it is JSON");
    let secret = made["secret"].as_str().expect("it has one").to_owned();
    let listen = |port: &str| {
        let mut command = example("webhook.mjs", &[port]);
        command.env("KVITT_WEBHOOK_SECRET", &secret);
        Program::start("webhook.mjs", &command)
    };
    let mut register = listen("0");
    let port = register.first_line().trim().rsplit(' ').next().expect("it names its port").to_owned();
    let mut settings = premises.settings();
    settings["rail"] = "epayment".into();
    settings["pos"]["webhooks"] = serde_json::json!([format!("http://127.0.0.1:{port}/")]);
    premises.write_settings(&settings.to_string());

    let mut shop = TestShop::on(premises);
    buys(&shop, "sale-41-1");
    says(&register, "sale-41-1 paid");
    register.kill();
    buys(&shop, "sale-42-1");
    shop.loses_power();
    let register = listen(&port);
    says(&register, "sale-42-1 paid");
    buys(&shop, "sale-43-1");
    says(&register, "sale-43-1 paid");
    let said = register.said();
    let times = |words: &str| said.matches(words).count();
    assert_eq!((times("sale-42-1 paid"), times("sale-43-1 paid")), (1, 1), "{said}");
    assert!(!said.contains("sale-41-1"), "it had heard of that: {said}");
}
