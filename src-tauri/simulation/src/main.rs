//! `simulation`: plays many seeds and says how it went, or one and says everything.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use clap::{Parser, ValueEnum};
use payment::Rail;
use simulation::{Choice, Outcome, Plant, Store, Tally, play};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Plays worlds in which everything goes wrong, and holds the till to the laws.
#[derive(Parser)]
#[command(name = "simulation")]
struct Arguments {
    /// How many seeds to play.
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first seed; a fresh one if absent.
    #[arg(long)]
    from: Option<u64>,
    /// All payments on this rail.
    #[arg(long)]
    rail: Option<RailName>,
    /// All journals kept here.
    #[arg(long)]
    store: Option<StoreName>,
    /// A fault to plant into every till.
    #[arg(long)]
    plant: Option<Plant>,
    /// How many worlds at the same time; as many as the machine has cores if absent.
    #[arg(long)]
    threads: Option<usize>,
    /// Prints the whole trace. Best with one seed.
    #[arg(long)]
    trace: bool,
    /// Goes on after a breach, and names every seed that broke a law.
    #[arg(long)]
    all: bool,
    /// Plants every fault in turn and says what catches it, after how many of the seeds.
    #[arg(long, conflicts_with_all = ["plant", "trace"])]
    plants: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum RailName {
    Ecom,
    Epayment,
}

#[derive(Clone, Copy, ValueEnum)]
enum StoreName {
    Memory,
    Sqlite,
}

impl Arguments {
    fn choice(&self) -> Choice {
        Choice {
            rail: self.rail.map(|rail| match rail {
                RailName::Ecom => Rail::Ecom,
                RailName::Epayment => Rail::Epayment,
            }),
            store: self.store.map(|store| match store {
                StoreName::Memory => Store::Memory,
                StoreName::Sqlite => Store::Sqlite,
            }),
            plant: self.plant,
            trace: self.trace,
        }
    }

    /// The command that plays `seed` again, line by line.
    fn again(&self, seed: u64) -> String {
        let mut command = format!("cargo xtask simulate --seeds 1 --from {seed} --trace");
        let mut add = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                command.push_str(" --");
                command.push_str(name);
                command.push(' ');
                command.push_str(&value);
            }
        };
        add("rail", self.rail.and_then(|rail| rail.to_possible_value()).map(|value| value.get_name().into()));
        add(
            "store",
            self.store.and_then(|store| store.to_possible_value()).map(|value| value.get_name().into()),
        );
        add("plant", self.plant.map(Plant::name));
        command
    }
}

/// How long it really takes: the only clock in here, and it decides nothing.
#[expect(clippy::disallowed_methods, reason = "the rate is told to a person")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

#[expect(clippy::print_stderr, reason = "progress is for the eye, not for what reads the output")]
fn eprint_progress(count: u64, seeds: u64, seconds: f64) {
    eprint!("\r{count} of {seeds} seeds, {:.0} a second ", rate(count, seconds));
}

#[expect(clippy::cast_precision_loss, reason = "nobody reads the fifteenth digit of a rate")]
fn rate(count: u64, seconds: f64) -> f64 {
    count as f64 / seconds.max(0.001)
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let from = arguments.from.unwrap_or_else(|| fastrand::u64(0..1 << 40));
    let mut out = std::io::stdout();
    let done =
        if arguments.plants { plants(&arguments, from, &mut out) } else { seeds(&arguments, from, &mut out) };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        // A breach, or nobody listens any more.
        Ok(false) | Err(_) => ExitCode::FAILURE,
    }
}

/// A seed and what came of it.
type Played = (u64, Outcome);

/// Plays the seeds on all cores, in no particular order; stops soon after the first breach.
fn played(arguments: &Arguments, choice: &Choice, from: u64) -> Receiver<Played> {
    let (sender, receiver) = channel();
    let next = std::sync::Arc::new(AtomicU64::new(0));
    let stop = std::sync::Arc::new(AtomicBool::new(false));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    for _ in 0..arguments.threads.unwrap_or(cores) {
        let (sender, next, stop) = (sender.clone(), next.clone(), stop.clone());
        let (choice, seeds, all) = (choice.clone(), arguments.seeds, arguments.all);
        thread::spawn(move || plays(&sender, &next, &stop, (seeds, from, all), &choice));
    }
    receiver
}

fn plays(
    sender: &Sender<Played>,
    next: &AtomicU64,
    stop: &AtomicBool,
    (seeds, from, all): (u64, u64, bool),
    choice: &Choice,
) {
    while !stop.load(Ordering::Relaxed) {
        let nth = next.fetch_add(1, Ordering::Relaxed);
        if nth >= seeds {
            return;
        }
        let seed = from.wrapping_add(nth);
        let outcome = play(seed, choice);
        if outcome.breach.is_some() && !all {
            stop.store(true, Ordering::Relaxed);
        }
        if sender.send((seed, outcome)).is_err() {
            return;
        }
    }
}

/// Plays the seeds and says how it went; true if no law was broken.
fn seeds(arguments: &Arguments, from: u64, out: &mut impl Write) -> std::io::Result<bool> {
    let began = now();
    let mut tally = Tally::default();
    let (mut count, mut hours, mut told) = (0_u64, 0.0, 0.0);
    let mut good = true;
    for (seed, outcome) in played(arguments, &arguments.choice(), from) {
        count += 1;
        hours += outcome.lasted.as_secs_f64() / 3600.0;
        tally.add(&outcome.tally);
        out.write_all(outcome.trace.as_bytes())?;
        if let Some(breach) = outcome.breach {
            good = false;
            writeln!(out, "\nseed {seed} breaks {}: {}", breach.law, breach.what)?;
            writeln!(out, "play it again: {}", arguments.again(seed))?;
        }
        let seconds = began.elapsed().as_secs_f64();
        if std::io::stderr().is_terminal() && seconds - told > 0.5 {
            told = seconds;
            eprint_progress(count, arguments.seeds, seconds);
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    writeln!(out, "\nwhat went wrong, and what people did:")?;
    for (what, times) in tally.counts() {
        writeln!(out, "{times:>14}  {what}")?;
    }
    let rate = rate(count, seconds);
    let verdict = if good { "no law was broken" } else { "a law was broken" };
    writeln!(
        out,
        "\n{count} seeds from {from} in {seconds:.1} s, {rate:.0} a second, {hours:.0} hours of shop: {verdict}"
    )?;
    Ok(good)
}

/// Plants every fault in turn; true if each is caught.
fn plants(arguments: &Arguments, from: u64, out: &mut impl Write) -> std::io::Result<bool> {
    let mut all = true;
    writeln!(out, "| planted fault | caught by | after seeds |\n|---|---|---|")?;
    for plant in Plant::all() {
        let choice = Choice { plant: Some(plant), ..arguments.choice() };
        let caught = (0..arguments.seeds).find_map(|nth| {
            let breach = play(from.wrapping_add(nth), &choice).breach?;
            Some((nth + 1, breach))
        });
        if let Some((after, breach)) = caught {
            writeln!(out, "| {} | {} | {after} |", plant.name(), breach.law)?;
        } else {
            all = false;
            writeln!(out, "| {} | nothing | more than {} |", plant.name(), arguments.seeds)?;
        }
        out.flush()?;
    }
    Ok(all)
}
