//! The program is killed again and again, while several registers drive it at once, customers pay or do not, and
//! Vipps MobilePay fails in every way that it knows. Nothing is lost and nothing is doubled.
//!
//! Everything that is drawn by lot comes from one seed. The processes run in real time, so the same seed gives the
//! same deeds and not the same moments: a violation prints its whole story, because it may not come again.
//!
//! `cargo xtask storm` runs the same for as long as one likes.

mod bell;
mod chance;
mod customer;
mod law;
mod ledger;
mod listener;
mod refund;
mod register;
mod report;
mod rest;
mod till;
mod torn;
mod vipps;
mod weather;
mod wire;

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use self::bell::{AtTheEnd, Bell};
use self::chance::Chance;
use self::customer::Customers;
use self::ledger::Ledger;
use self::listener::Listener;
use self::register::{Register, look};
use self::till::Till;
use self::vipps::Vipps;
use self::weather::Weather;
use self::wire::Wire;
use crate::support::program::Program;

/// How many rounds an ordinary test run takes.
const ROUNDS: u64 = 8;
/// How many registers drive the till at once.
const REGISTERS: usize = 3;
/// How long a round lasts at most before the till is killed, in milliseconds.
const ROUND_MS_MAX: u64 = 1_500;
/// How long an approval is waited for at most, in rounds in which the till is killed after one.
const APPROVAL_WITHIN: Duration = Duration::from_millis(2_500);
/// How long after an approval the till is killed at most, where that is waited for, in milliseconds.
const AFTER_APPROVAL_MS_MAX: u64 = 250;
/// How long the till may start before it is killed at most, where it is killed so early, in milliseconds.
const START_MS_MAX: u64 = 900;
/// How many payments are looked at again after each restart, beside those that are open.
const LOOKED_AT_AGAIN: usize = 10;

#[test]
fn the_same_storm_each_time() {
    run(1, ROUNDS, "ecom");
}

/// Also what `cargo xtask storm` runs, with rounds, seed and rail in the environment.
#[test]
fn a_new_storm() {
    let set = |name: &str| std::env::var(name).ok();
    let number = |name: &str| set(name).map(|text| text.parse().expect("it is a number"));
    let seed = number("KVITT_STORM_SEED").unwrap_or_else(|| RandomState::new().hash_one(0) % 1_000_000);
    let rail = set("KVITT_STORM_RAIL").unwrap_or_else(|| "epayment".to_owned());
    run(seed, number("KVITT_STORM_ROUNDS").unwrap_or(ROUNDS), &rail);
}

#[expect(clippy::print_stderr, reason = "a long run says how far it is, and a failed one how to repeat it")]
fn run(seed: u64, rounds: u64, rail: &str) {
    eprintln!("the storm: cargo xtask storm --rounds {rounds} --seed {seed} --rail {rail}");
    let mut storm = Storm::gathers(seed, rail);
    for round in 1..=rounds {
        storm.round(round);
        if round % 10 == 0 {
            eprintln!("round {round} of {rounds}: {}", storm.so_far());
        }
    }
    storm.comes_to_rest();
    eprintln!("at rest after {rounds} rounds: {}", storm.so_far());
    storm.tells();
}

/// Everything and everybody in the storm.
struct Storm {
    // The till goes before what it stands on.
    till: Till,
    vipps: Vipps,
    _simulator: Program,
    wire: Wire,
    ledger: Ledger,
    registers: Vec<Register>,
    customers: Customers,
    listener: Listener,
    weather: Weather,
    chance: Chance,
    seed: u64,
    round: u64,
    /// How often the last write was torn.
    torn: u64,
}

impl Storm {
    fn gathers(seed: u64, rail: &str) -> Storm {
        let mut chance = Chance::of(seed);
        let (vipps, simulator) = Vipps::open(seed);
        let mut till = Till::of(&vipps, rail);
        till.starts();
        till.is_ready();
        let wire = till.wire();
        let epayment = rail == "epayment";
        let registers =
            (0..REGISTERS).map(|_| Register::new(chance.branch(), wire.clone(), epayment)).collect();
        let customers = Customers { chance: chance.branch(), approvals: 0 };
        Storm {
            till,
            vipps,
            _simulator: simulator,
            wire,
            ledger: Ledger::default(),
            registers,
            customers,
            listener: Listener::default(),
            weather: Weather::default(),
            chance,
            seed,
            round: 0,
            torn: 0,
        }
    }

    /// One round: everybody acts until the till is killed.
    fn round(&mut self, round: u64) {
        self.round = round;
        let mut chance = self.chance.branch();
        self.weather.changes(&self.vipps, &mut chance);
        let (over, approved) = (Bell::default(), Bell::default());
        let Storm { till, vipps, wire, ledger, registers, customers, listener, .. } = self;
        let (vipps, ledger, over_bell, approved_bell) = (&*vipps, &*ledger, &over, &approved);
        std::thread::scope(|scope| {
            let _over = AtTheEnd(&over);
            for register in registers {
                scope.spawn(|| register.works(ledger, vipps, over_bell));
            }
            scope.spawn(|| customers.pay(ledger, vipps, over_bell, approved_bell));
            scope.spawn(|| listener.listens(wire, ledger, vipps, over_bell));
            kills(till, &mut chance, &approved);
        });
        if chance.one_in(2) && torn::tear(&self.till.journal(), &mut chance) {
            self.torn += 1;
        }
        self.time_passes(&mut chance);
        self.starts_again(&mut chance);
        self.nothing_is_forgotten(&mut chance);
        self.stops_if_wrong();
    }

    /// Mostly seconds; now and then so long that nobody waits for a code any more, or that nothing old is watched.
    fn time_passes(&self, chance: &mut Chance) {
        match chance.below(40) {
            0 => self.vipps.time_passes(25 * 3_600),
            1..4 => self.vipps.time_passes(12 * 60),
            4..30 => self.vipps.time_passes(10 + chance.below(30)),
            _ => {}
        }
    }

    /// Now and then the power comes and goes before it comes for good.
    fn starts_again(&mut self, chance: &mut Chance) {
        if chance.one_in(4) {
            for _ in 0..=chance.below(2) {
                self.till.starts();
                Bell::default().within(chance.up_to_ms(START_MS_MAX));
                self.till.is_killed();
            }
        }
        self.till.starts();
        self.till.is_ready();
    }

    /// Nobody acts: everything that was open, and some of the rest, is as it was acknowledged; one payment is open.
    fn nothing_is_forgotten(&mut self, chance: &mut Chance) {
        let open = self.ledger.open();
        let all: Vec<String> = self.ledger.pages().payments.keys().cloned().collect();
        let some = (0..LOOKED_AT_AGAIN.min(all.len())).map(|_| chance.pick(&all).clone());
        let mut still_open = Vec::new();
        for reference in open.into_iter().chain(some) {
            match look(&self.wire, &reference, "", &self.ledger, &self.vipps) {
                Some(view) if view["final"] == false => still_open.push(reference.clone()),
                Some(_) => {}
                None => self.ledger.is_wrong(&reference, "the till that is ready does not answer".to_owned()),
            }
            law::compare(&self.ledger, &self.vipps, &reference);
        }
        still_open.sort();
        still_open.dedup();
        if still_open.len() > 1 {
            self.ledger.is_wrong(&still_open[0], format!("these are open at once: {still_open:?}"));
        }
    }
}

/// Kills the till at some moment: any, or soon after a customer has approved. Now and then it is started again at
/// once, while everybody goes on, and killed before or soon after it is ready.
fn kills(till: &mut Till, chance: &mut Chance, approved: &Bell) {
    if chance.one_in(2) {
        approved.within(APPROVAL_WITHIN);
        Bell::default().within(chance.up_to_ms(AFTER_APPROVAL_MS_MAX));
    } else {
        Bell::default().within(chance.up_to_ms(ROUND_MS_MAX));
    }
    till.is_killed();
    while chance.one_in(4) {
        till.starts();
        Bell::default().within(chance.up_to_ms(START_MS_MAX));
        till.is_killed();
    }
}
