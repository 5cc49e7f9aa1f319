//! What a seed decides before anything happens: the shops, the weather, the power, and how long it all lasts.

use std::time::Duration;

use payment::Rail;
use simulator::{QrLife, SalesUnit};

use crate::dice::Dice;
use crate::plant::Plant;

/// How a world is to be made.
#[derive(Clone, Debug)]
pub struct Choice {
    /// All tills run on this rail; drawn for each if absent.
    pub rail: Option<Rail>,
    /// All journals are kept here; mostly in memory if absent.
    pub store: Option<Store>,
    /// A fault that is planted into every till.
    pub plant: Option<Plant>,
    /// Keeps every line of the trace.
    pub trace: bool,
}

impl Choice {
    /// Everything is drawn, nothing is planted.
    pub const DRAWN: Choice = Choice { rail: None, store: None, plant: None, trace: false };
}

/// Where a journal is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// In memory: survives the power because the world keeps it.
    Memory,
    /// In a file, read back by SQLite after every power cut; the last write may be torn.
    Sqlite,
}

/// What the seed has decided.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn by itself")]
pub(crate) struct Plan {
    pub(crate) tills: Vec<TillPlan>,
    pub(crate) qr_life: QrLife,
    /// How many of a thousand calls the network spoils, while the weather is bad.
    pub(crate) spoilt_permille: u32,
    /// Nothing gets through in these times, counted from the beginning.
    pub(crate) outages: Vec<(Duration, Duration)>,
    /// How many of a thousand writes the disk spoils.
    pub(crate) disk_permille: u32,
    /// The power is on for so long at most, then off for so long.
    pub(crate) lives: Vec<Life>,
    /// Vipps MobilePay can't cancel: it answers 500, as it has done (trap 21).
    pub(crate) cancels_fail: bool,
    /// Whether the shop hears callbacks, which come late, twice, too early or about nothing.
    pub(crate) hints: bool,
    /// A till by another maker uses the same sales unit, and now and then the same reference.
    pub(crate) stranger: bool,
    /// Whether people act in the portal behind the till's back.
    pub(crate) portal: bool,
}

/// One till and its sales unit.
#[derive(Clone, Debug)]
pub(crate) struct TillPlan {
    pub(crate) unit: SalesUnit,
    pub(crate) rail: Rail,
    pub(crate) store: Store,
    /// How many sales it has before the weather clears.
    pub(crate) sales: u64,
}

/// One life of the power, and the dark after it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Life {
    pub(crate) lasts: Duration,
    /// It ends when so many effects have begun or ended, if it is still on.
    pub(crate) effects: Option<u64>,
    pub(crate) dark: Duration,
    /// How wrong the machine's clock is when it wakes up, in milliseconds.
    pub(crate) clock_off_ms: i64,
}

/// One seed in so many keeps its journals in files, which costs ten times as much.
const SQLITE_IN: u64 = 25;
/// One world in so many has a second till, with a sales unit of its own.
const SECOND_TILL_IN: u64 = 8;
const HOUR_MS: i64 = 3_600_000;

impl Plan {
    pub(crate) fn of(seed: u64, choice: &Choice) -> Plan {
        let mut dice = Dice::of(seed, "plan");
        let on_disk = dice.number(1..=SQLITE_IN) == 1;
        let store = choice.store.unwrap_or(if on_disk { Store::Sqlite } else { Store::Memory });
        let count = if dice.number(1..=SECOND_TILL_IN) == 1 { 2 } else { 1 };
        let tills = (0..count).map(|_| till(&mut dice, choice.rail, store)).collect();
        let spoilt = [(2, 0), (3, 30), (4, 150), (2, 400)];
        Plan {
            tills,
            qr_life: if dice.chance(250) { QrLife::FiveAndFive } else { QrLife::TenMinutes },
            spoilt_permille: dice.weighed(&spoilt).unwrap_or(0),
            outages: outages(&mut dice),
            disk_permille: dice.weighed(&[(6, 0), (2, 20), (1, 150)]).unwrap_or(0),
            lives: lives(&mut dice),
            cancels_fail: dice.chance(120),
            hints: dice.chance(500),
            stranger: dice.chance(150),
            portal: dice.chance(200),
        }
    }

    /// Whether nothing gets through now.
    pub(crate) fn is_outage(&self, since: Duration) -> bool {
        self.outages.iter().any(|(from, to)| (*from..*to).contains(&since))
    }
}

/// One of the ready sales units that captures when it is told to; eCom is Norway's alone.
fn till(dice: &mut Dice, rail: Option<Rail>, store: Store) -> TillPlan {
    let drawn = if dice.chance(500) { Rail::Ecom } else { Rail::Epayment };
    let rail = rail.unwrap_or(drawn);
    let units: Vec<SalesUnit> = SalesUnit::ready()
        .into_iter()
        .filter(|unit| !unit.direct_capture && (rail == Rail::Epayment || unit.currency == "NOK"))
        .collect();
    let last = u64::try_from(units.len()).unwrap_or(1).saturating_sub(1);
    let nth = usize::try_from(dice.number(0..=last)).unwrap_or(0);
    TillPlan {
        unit: units[nth].clone(),
        rail,
        store,
        sales: dice.weighed(&[(7, 1), (2, 2), (1, 3)]).unwrap_or(1),
    }
}

fn outages(dice: &mut Dice) -> Vec<(Duration, Duration)> {
    let count = dice.weighed(&[(5, 0), (3, 1), (1, 2)]).unwrap_or(0_u64);
    let one = |dice: &mut Dice| {
        let from = dice.seconds(0..=120);
        let lasts = if dice.chance(100) { dice.seconds(60..=900) } else { dice.seconds(2..=60) };
        (from, from + lasts)
    };
    (0..count).map(|_| one(dice)).collect()
}

fn lives(dice: &mut Dice) -> Vec<Life> {
    let count = dice.weighed(&[(3, 1), (3, 2), (1, 3), (1, 5)]).unwrap_or(1_u64);
    (0..count).map(|_| life(dice)).collect()
}

fn life(dice: &mut Dice) -> Life {
    let by_effect = dice.chance(600);
    let long_dark = dice.chance(80);
    Life {
        lasts: if dice.chance(300) { dice.seconds(1..=60) } else { dice.seconds(60..=900) },
        effects: by_effect.then(|| dice.number(1..=90)),
        dark: if long_dark { dice.seconds(600..=90_000) } else { dice.seconds(1..=120) },
        clock_off_ms: match dice.number(0..=3) {
            0 => 0,
            1 => -HOUR_MS,
            2 => HOUR_MS,
            _ => -10 * 365 * 24 * HOUR_MS,
        },
    }
}
