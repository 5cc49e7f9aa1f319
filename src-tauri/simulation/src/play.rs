//! One world from its first morning to its rest.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use crate::breach::{Breach, Law};
use crate::laws::{punctual, rest};
use crate::people;
use crate::plan::{Choice, Life};
use crate::register;
use crate::returns;
use crate::shop::Shop;
use crate::staff;
use crate::tally::Tally;
use crate::wire;
use crate::world::World;

/// What came of a seed.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The law that was broken first, if one was.
    pub breach: Option<Breach>,
    /// The whole trace, if it was to be kept.
    pub trace: String,
    /// What happened how often.
    pub tally: Tally,
    /// How much time passed in the world.
    pub lasted: Duration,
}

/// How long the last life lasts: over the end of the watch over ended payments (`payment::deadline::WATCH`).
const REST: Duration = Duration::from_hours(26);
/// When reservations are looked at, after the weather has cleared.
const LOOKS_AT: Duration = Duration::from_mins(160);

/// Lets the world of `seed` happen and says what came of it.
pub fn play(seed: u64, choice: &Choice) -> Outcome {
    let world = match World::new(seed, choice) {
        Ok(world) => world,
        Err(error) => return nothing(&error.to_string()),
    };
    let happened = catch_unwind(AssertUnwindSafe(|| happens(&world)));
    match happened {
        Ok(Ok(())) => {}
        Ok(Err(error)) => world.breach(Law::NothingForgotten, format!("{error:#}")),
        Err(_) => world.breach(Law::NoPanic, "the program fell over"),
    }
    let tally = world.tally().clone();
    let trace = world.trace().lines();
    Outcome { breach: world.broken(), trace, tally, lasted: world.time.since_morning() }
}

fn nothing(why: &str) -> Outcome {
    let breach = Breach { law: Law::NoPanic, what: format!("there is no world: {why}") };
    let tally = Tally::default();
    Outcome { breach: Some(breach), trace: String::new(), tally, lasted: Duration::ZERO }
}

fn happens(world: &Arc<World>) -> anyhow::Result<()> {
    for life in world.plan.lives.clone() {
        lives(world, &life, false)?;
        if world.is_broken() {
            return Ok(());
        }
        is_dark(world, life.dark)?;
        world.ledger().begins_again();
    }
    let last = Life { lasts: REST, effects: None, dark: Duration::ZERO, clock_off_ms: 0 };
    lives(world, &last, true)
}

/// The power is on, until it goes.
fn lives(world: &Arc<World>, life: &Life, calm: bool) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
    let opened = runtime.block_on(async {
        world.time.begin();
        world.power.on(life.effects);
        world.tally().count("lives of the power");
        if calm {
            world.clears();
        }
        let opened = tokio::select! {
            biased;
            () = world.power.goes() => Ok(()),
            opened = is_open(world, life, calm) => opened,
        };
        world.say(format_args!("the power goes"));
        world.power.cut();
        world.time.end();
        opened
    });
    // Before anything that is closed below can touch the disks once more.
    for till in 0..world.plan.tills.len() {
        world.cabinet(till).power_gone()?;
    }
    // What runs in it is cut off in the middle.
    drop(runtime);
    opened
}

async fn is_open(world: &Arc<World>, life: &Life, calm: bool) -> anyhow::Result<()> {
    tokio::spawn(wire::deliver(world.clone()));
    let mut shops = Vec::new();
    for nth in 0..world.plan.tills.len() {
        shops.push(Shop::open(world, nth, life).await?);
    }
    tokio::spawn(people::live(world.clone(), shops.clone()));
    let mut registers = Vec::new();
    for shop in &shops {
        tokio::spawn(shop.clone().looks_at_screens());
        tokio::spawn(staff::works(shop.clone()));
        registers.push(tokio::spawn(register::keeps_selling(shop.clone())));
    }
    if !calm {
        tokio::time::sleep(life.lasts).await;
        return Ok(());
    }
    for shop in &shops {
        tokio::spawn(punctual::watches(shop.clone()));
    }
    for register in registers {
        register.await?;
    }
    for shop in &shops {
        returns::repeats_itself(shop).await;
    }
    let cleared = world.cleared_at();
    world.time.until(cleared.plus(LOOKS_AT), LOOKS_AT).await;
    rest::reservations(world);
    world.time.until(cleared.plus(REST), REST).await;
    rest::all(world, &shops).await;
    Ok(())
}

/// The shop has no power. Phones work, and what was under way arrives.
fn is_dark(world: &Arc<World>, lasts: Duration) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
    runtime.block_on(async {
        world.time.begin();
        world.power.on(None);
        tokio::spawn(wire::deliver(world.clone()));
        tokio::spawn(people::live(world.clone(), Vec::new()));
        tokio::time::sleep(lasts).await;
        world.time.end();
    });
    Ok(())
}
