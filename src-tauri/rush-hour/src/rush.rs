//! What is measured, one thing after the other, each on a database of its own.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use own_postgres::{Kind, Server};
use tokio::time::{Instant, sleep};

use crate::beats::Beats;
use crate::breaks::{self, Scene};
use crate::cable::Cable;
use crate::callbacks::{arrived, send};
use crate::chain;
use crate::figures::{Table, Times, per_cent, seconds};
use crate::log::Log;
use crate::process::{Hub, Premises, processor, processor_of_all};
use crate::searches;
use crate::stories::{ENTRIES, Teller};
use crate::street::Street;

/// How long all tills may take to lay their lines.
const CONNECT_TIME: Duration = Duration::from_mins(5);
/// What a hub is left alone with before its memory is read.
const CALM: Duration = Duration::from_secs(2);
/// The fewest tills of a chain that grows.
const TILLS_MIN: usize = 10;
/// How often each search is done for each second that things are done.
const ROUNDS_A_SECOND: u64 = 2;
/// How many tills tell what they write down at the same time.
const TELLERS: usize = 8;
/// How many people search at the same time.
const PEOPLE: [usize; 2] = [1, 10];

/// The measurement.
pub(crate) struct Rush {
    server: Server,
    program: PathBuf,
    folder: PathBuf,
    databases: u32,
    lost: usize,
}

/// A chain on a database of its own, and the premises of a hub for it.
struct Chain {
    premises: Premises,
    address: String,
    name: String,
}

impl Rush {
    /// Starts a PostgreSQL under `folder`. Hubs are the program `program`.
    pub(crate) fn begin(program: PathBuf, folder: PathBuf) -> Result<Rush> {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
        let all = rustix::process::Rlimit { current: limit.maximum, ..limit };
        // Where it can't be had, fewer tills connect, and that is said.
        let _ = rustix::process::setrlimit(rustix::process::Resource::Nofile, all);
        std::fs::create_dir_all(&folder)?;
        let server = Server::start_as(&folder, Kind::ToMeasure)?;
        Ok(Rush { server, program, folder, databases: 0, lost: 0 })
    }

    /// How much was acknowledged and is not there.
    pub(crate) fn lost(&self) -> usize {
        self.lost
    }

    /// What more and more tills cost: 10, 100 … `tills`.
    pub(crate) async fn growth(&mut self, tills: usize, during: Duration) -> Result<()> {
        let headings = [
            "tills",
            "connect, s",
            "MiB",
            "KiB each",
            "hub, % of a core",
            "database",
            "load",
            "tells/s",
            "not answered",
            "all back, s",
        ];
        let mut table = Table::new(&headings);
        let chain = self.chain(tills).await?;
        let mut count = TILLS_MIN;
        while count <= tills {
            progress(&format!("{count} tills"));
            self.grown(&chain, count, during, &mut table).await?;
            count *= 10;
        }
        report("What more and more tills cost", &table);
        Ok(())
    }

    async fn grown(&self, chain: &Chain, count: usize, during: Duration, table: &mut Table) -> Result<()> {
        let hub = chain.premises.start()?;
        sleep(CALM).await;
        let empty = hub.memory()?;
        let street = Street::open(count, vec![chain.premises.address]);
        let connected = street.until(count, Instant::now(), CONNECT_TIME).await?;
        let beats = Beats::begin(&street);
        sleep(CALM).await;
        let before = self.processors(&hub);
        sleep(during).await;
        let after = self.processors(&hub);
        let [ours, database, load] =
            [0, 1, 2].map(|at| per_cent(after[at].saturating_sub(before[at]), during));
        let (good, bad) = beats.counts();
        drop(beats);
        sleep(CALM).await;
        let memory = hub.memory()?;
        // As by a power cut, and begun again at once.
        drop(hub);
        street.until(0, Instant::now(), CONNECT_TIME).await?;
        let _again = chain.premises.start()?;
        let back = street.until(count, Instant::now(), CONNECT_TIME).await?;
        street.close();
        let each = memory.saturating_sub(empty) / u64::try_from(count)?;
        let rate = good / (during + CALM).as_secs().max(1);
        table.row([
            count.to_string(),
            seconds(connected),
            (memory / 1024).to_string(),
            each.to_string(),
            ours,
            database,
            load,
            rate.to_string(),
            bad.to_string(),
            seconds(back),
        ]);
        Ok(())
    }

    /// Callbacks at each of `rates` a second, while `tills` tills listen and say that they live.
    pub(crate) async fn callbacks(&mut self, tills: usize, rates: &[u32], during: Duration) -> Result<()> {
        let headings = [
            "callbacks/s",
            "sent",
            "acknowledged",
            "told",
            "lost",
            "twice",
            "answered in ms, p50",
            "p95",
            "p99",
            "max",
            "at the till in ms, p50",
            "p95",
            "p99",
            "max",
            "hub, % of a core",
            "database",
            "load",
        ];
        let mut table = Table::new(&headings);
        let chain = self.chain(tills).await?;
        let hub = chain.premises.start()?;
        let street = Street::open(tills, vec![chain.premises.address]);
        street.until(tills, Instant::now(), CONNECT_TIME).await?;
        let beats = Beats::begin(&street);
        sleep(CALM).await;
        for rate in rates {
            progress(&format!("{rate} callbacks a second"));
            let before = self.processors(&hub);
            let begun = Instant::now();
            let ledger = send(&street, *rate, during).await;
            let took = begun.elapsed();
            let after = self.processors(&hub);
            let count = arrived(&street, &ledger).await?;
            let (answered, told) = ledger.times();
            let counts = [count.sent, count.acknowledged, count.heard + count.looked, count.lost];
            let counts = counts.map(|count| count.to_string()).into_iter().chain([count.twice.to_string()]);
            let used = [0, 1, 2].map(|at| per_cent(after[at].saturating_sub(before[at]), took));
            table.row(
                [rate.to_string()]
                    .into_iter()
                    .chain(counts)
                    .chain(answered.cells())
                    .chain(told.cells())
                    .chain(used),
            );
            self.lost += count.lost;
        }
        drop(beats);
        street.close();
        report(&format!("Callbacks, {tills} tills listening"), &table);
        Ok(())
    }

    /// Searches among `payments` payments, the sale log of them, and entries that come in beside them.
    pub(crate) async fn search(&mut self, tills: usize, payments: u64, during: Duration) -> Result<()> {
        let chain = self.chain(tills).await?;
        progress(&format!("{payments} payments are written"));
        let begun = Instant::now();
        chain::fill(&chain.address, tills, payments).await?;
        let filled = begun.elapsed();
        let hub = chain.premises.start()?;
        let street = Street::open(TELLERS, vec![chain.premises.address]);
        progress("searches");
        let rounds = u32::try_from(during.as_secs() * ROUNDS_A_SECOND)?;
        let searches = searches::measure(&street, tills, payments, rounds).await?;
        report(&format!("Searches among {payments} payments"), &searches);
        progress("people who search at once");
        let mut crowds = Table::new(&["people at once", "searches/s", "p50 ms", "p95", "p99", "max"]);
        for people in PEOPLE {
            let times = searches::together(&street, tills, payments, people, during).await?;
            let rate = u64::try_from(times.count())? / during.as_secs().max(1);
            crowds.row([people.to_string(), rate.to_string()].into_iter().chain(times.cells()));
        }
        report("People who search at once, each again and again", &crowds);
        progress("the sale log");
        let log = Log { hub: &hub, at: chain.premises.address, payments, stores: chain::stores(tills) };
        report(&format!("Pages of the sale log of {payments} payments"), &log.pages(rounds).await?);
        report("The same as files", &log.files().await?);
        let [whole, table, indexes] = chain::size(&chain.address).await?;
        progress("entries");
        let mut intake =
            Table::new(&["tills at once", "entries/s", "telling of 9 in ms, p50", "p95", "p99", "max"]);
        for tellers in [1, TELLERS] {
            let (times, entries) = self.told(&chain, &street, (tellers, tills), during).await?;
            let rate = entries / during.as_secs().max(1);
            intake.row([tellers.to_string(), rate.to_string()].into_iter().chain(times.cells()));
        }
        street.close();
        report(
            &format!(
                "Entries told beside them (database {whole} MiB, of it payments {table} and their indexes {indexes}; written in \
                 {} s)",
                filled.as_secs()
            ),
            &intake,
        );
        Ok(())
    }

    async fn told(
        &mut self,
        chain: &Chain,
        street: &Street,
        (tellers, tills): (usize, usize),
        during: Duration,
    ) -> Result<(Times, u64)> {
        let end = Instant::now() + during;
        // The first till alone, and then others: each has told nothing before.
        let first = usize::from(tellers > 1);
        let telling: Vec<_> = (first..first + tellers)
            .map(|till| tokio::spawn(Teller::new(street, till, tills).tell_until(end)))
            .collect();
        let (mut times, mut entries) = (Times::default(), 0);
        for teller in telling {
            let teller = teller.await?;
            self.lost += usize::from(!teller.is_all_there(&chain.address).await?);
            entries += u64::try_from(teller.times.count())? * ENTRIES;
            times.append(teller.times);
        }
        Ok((times, entries))
    }

    /// Breaks everything in turn, with as many tills as may all come back at once.
    pub(crate) async fn breaks(&mut self, tills: usize, during: Duration) -> Result<()> {
        progress("things break");
        let tills = tills.clamp(breaks::TILLS_MIN, 1_000);
        let chain = self.chain(tills).await?;
        let cable = Cable::lay(self.server.port()).await?;
        let over = breaks::over(&cable, &self.server, &chain.name);
        let two = Premises::furnish(&self.program, &self.folder, &format!("{}-two", chain.name), &over)?;
        two.share_key(&chain.premises)?;
        let server = &mut self.server;
        let scene = Scene { server, database: chain.address, one: chain.premises, two, cable, tills, during };
        let (table, lost) = scene.play().await?;
        self.lost += lost;
        report(&format!("What breaks while {tills} tills listen to two hubs"), &table);
        Ok(())
    }

    /// A chain of `tills` tills in a new database.
    async fn chain(&mut self, tills: usize) -> Result<Chain> {
        self.databases += 1;
        let name = format!("chain{}", self.databases);
        chain::make_database(&self.server.first_address(), &name).await?;
        let address = self.server.address(&name);
        let premises = Premises::furnish(&self.program, &self.folder, &name, &address)?;
        premises.migrate()?;
        chain::settle(&address, tills).await.context("the chain")?;
        Ok(Chain { premises, address, name })
    }

    /// How long the hub, the database and this program have been on a processor.
    fn processors(&self, hub: &Hub) -> [Duration; 3] {
        let database = self.server.process().map_or(Duration::ZERO, processor_of_all);
        [hub.processor(), database, processor(std::process::id())]
    }
}

#[expect(clippy::print_stderr, reason = "this is where a person looks meanwhile")]
fn progress(text: &str) {
    eprintln!("• {text}");
}

#[expect(clippy::print_stdout, reason = "this is what it is for")]
fn report(caption: &str, table: &Table) {
    println!("{caption}:\n\n{}", table.text());
}
