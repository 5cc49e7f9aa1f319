//! Things break in the middle of the rush: the database, a hub, the network. What was acknowledged must be there in the end.

use std::time::Duration;

use anyhow::Result;
use own_postgres::Server;
use tokio::time::{Instant, sleep};

use crate::cable::Cable;
use crate::callbacks::{arrived, send};
use crate::figures::{Table, seconds};
use crate::process::{Hub, Premises};
use crate::stories::Teller;
use crate::street::Street;

/// Callbacks a second meanwhile.
const RATE: u32 = 100;
/// How many tills tell what they write down meanwhile.
const TELLERS: usize = 4;
/// How long all may take to be back.
const BACK_TIME: Duration = Duration::from_mins(3);

/// What can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Break {
    /// The database ends as in a crash, and comes back.
    Database,
    /// One of two hubs is killed and stays away; its tills find the other.
    Hub,
    /// The network between one of two hubs and the database falls silent, and comes back.
    Network,
    /// All lines of tills are cut at once.
    Lines,
}

impl Break {
    const ALL: [Break; 4] = [Break::Database, Break::Hub, Break::Network, Break::Lines];

    fn caption(self) -> &'static str {
        match self {
            Break::Database => "database crashes and comes back",
            Break::Hub => "one of two hubs is killed",
            Break::Network => "network between a hub and the database is silent",
            Break::Lines => "all tills lose their line",
        }
    }
}

/// Two hubs on one database, one of them over a cable that can be pulled.
pub(crate) struct Scene<'a> {
    pub(crate) server: &'a mut Server,
    pub(crate) database: String,
    pub(crate) one: Premises,
    pub(crate) two: Premises,
    pub(crate) cable: Cable,
    pub(crate) tills: usize,
    pub(crate) during: Duration,
}

impl Scene<'_> {
    /// Breaks everything in turn. Gives the table, and how much was lost.
    pub(crate) async fn play(mut self) -> Result<(Table, usize)> {
        let headings = [
            "what breaks",
            "sent",
            "acknowledged",
            "told",
            "told to look",
            "lost",
            "entries",
            "told again",
            "missing",
            "all back, s",
        ];
        let (mut table, mut lost) = (Table::new(&headings), 0);
        for (round, what) in Break::ALL.into_iter().enumerate() {
            lost += self.round(round, what, &mut table).await?;
        }
        Ok((table, lost))
    }

    async fn round(&mut self, round: usize, what: Break, table: &mut Table) -> Result<usize> {
        let mut hubs = (self.one.start()?, Some(self.two.start()?));
        let street = Street::open(self.tills, vec![self.one.address, self.two.address]);
        street.until(self.tills, Instant::now(), BACK_TIME).await?;
        let end = Instant::now() + self.during;
        let first = round * TELLERS;
        let tellers: Vec<_> = (first..first + TELLERS)
            .map(|till| tokio::spawn(Teller::new(&street, till, self.tills).tell_until(end)))
            .collect();
        let sending = {
            let (street, during) = (street.clone(), self.during);
            tokio::spawn(async move { send(&street, RATE, during).await })
        };
        sleep(self.during / 3).await;
        self.strike(what, &mut hubs, &street).await?;
        let mended = Instant::now();
        let ledger = sending.await?;
        street.until(self.tills, mended, BACK_TIME).await?;
        let back = street.whole_since().saturating_duration_since(mended);
        let count = arrived(&street, &ledger).await?;
        let (mut entries, mut again, mut missing) = (0, 0, 0);
        for teller in tellers {
            let teller = teller.await?;
            entries += teller.acknowledged;
            again += teller.again;
            missing += usize::from(!teller.is_all_there(&self.database).await?);
        }
        street.close();
        let counts = [count.sent, count.acknowledged, count.heard, count.looked, count.lost];
        let cells = counts.iter().map(ToString::to_string);
        let rest = [entries.to_string(), again.to_string(), missing.to_string(), seconds(back)];
        table.row([what.caption().to_owned()].into_iter().chain(cells).chain(rest));
        Ok(count.lost + missing)
    }

    /// Breaks it, and mends what is mended.
    async fn strike(&mut self, what: Break, hubs: &mut (Hub, Option<Hub>), street: &Street) -> Result<()> {
        let away = self.during / 6;
        match what {
            Break::Database => {
                tokio::task::block_in_place(|| self.server.crash())?;
                sleep(away).await;
                tokio::task::block_in_place(|| self.server.start_again())?;
            }
            Break::Hub => drop(hubs.1.take()),
            Break::Network => {
                self.cable.pull();
                sleep(away).await;
                self.cable.plug();
            }
            Break::Lines => street.cut(),
        }
        Ok(())
    }
}

/// The address of the database over `cable`.
pub(crate) fn over(cable: &Cable, server: &Server, database: &str) -> String {
    let port = |port: u16| format!("127.0.0.1:{port}/");
    server.address(database).replace(&port(server.port()), &port(cable.address().port()))
}

/// Each round needs tills of its own, which have told nothing yet.
pub(crate) const TILLS_MIN: usize = TELLERS * Break::ALL.len();
