//! All tills of the chain, each with the line to its hub that a real one keeps, and what each has heard.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};

use crate::chain;
use crate::ledger::Ledger;
use crate::wire;

/// What a till waits before it lays its line anew: doubled with every time, up to `LONGEST`, and up to half of it less, as
/// a real one does.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_mins(1);
/// So long without a word means that the line is dead, as for a real till.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// How often it is looked whether all are there.
const LOOK_TIME: Duration = Duration::from_millis(10);
/// The most bytes of one event.
const EVENT_BYTES_MAX: usize = 64 * 1024;

/// The tills. Clones are the same.
#[derive(Clone)]
pub(crate) struct Street(Arc<Inner>);

struct Inner {
    /// Where hubs are; a till that finds none at one tries the next.
    hubs: RwLock<Vec<SocketAddr>>,
    /// When each till last heard that it is to look: it then reads whatever it may have missed. Microseconds since
    /// `ledger` was begun.
    looked: Vec<AtomicU64>,
    listening: AtomicUsize,
    /// When the last of all that were missing was back.
    whole: Mutex<Instant>,
    ledger: RwLock<Arc<Ledger>>,
    open: AtomicBool,
    cut: Notify,
}

impl Street {
    /// `tills` tills that lay their lines to `hubs` from now on.
    pub(crate) fn open(tills: usize, hubs: Vec<SocketAddr>) -> Street {
        let looked = (0..tills).map(|_| AtomicU64::new(0)).collect();
        let street = Street(Arc::new(Inner {
            hubs: RwLock::new(hubs),
            looked,
            listening: AtomicUsize::new(0),
            whole: Mutex::new(Instant::now()),
            ledger: RwLock::new(Arc::new(Ledger::new(0, tills))),
            open: AtomicBool::new(true),
            cut: Notify::new(),
        }));
        for till in 0..tills {
            let street = street.clone();
            tokio::spawn(async move { street.live(till).await });
        }
        street
    }

    /// How many tills there are.
    pub(crate) fn tills(&self) -> usize {
        self.0.looked.len()
    }

    /// The hub that the `attempt`th try goes to.
    pub(crate) fn hub(&self, attempt: usize) -> SocketAddr {
        let hubs = self.0.hubs.read().unwrap_or_else(PoisonError::into_inner);
        hubs[attempt % hubs.len()]
    }

    /// Where what is heard is written down from now on.
    pub(crate) fn listen_for(&self, ledger: &Arc<Ledger>) {
        *self.0.ledger.write().unwrap_or_else(PoisonError::into_inner) = ledger.clone();
        self.0.looked.iter().for_each(|moment| moment.store(0, Ordering::Relaxed));
    }

    /// When `till` last heard that it is to look, by the ledger's clock.
    pub(crate) fn looked(&self, till: usize) -> u64 {
        self.0.looked[till].load(Ordering::Relaxed)
    }

    /// How many hear their hub now.
    pub(crate) fn listening(&self) -> usize {
        self.0.listening.load(Ordering::Relaxed)
    }

    /// Since when all hear their hub, if they do.
    pub(crate) fn whole_since(&self) -> Instant {
        *self.0.whole.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `count` tills hear their hub. Gives how long that took from `since` on.
    pub(crate) async fn until(&self, count: usize, since: Instant, limit: Duration) -> Result<Duration> {
        while self.listening() != count {
            if since.elapsed() > limit {
                bail!("after {} s {} tills listen, not {count}", limit.as_secs(), self.listening());
            }
            sleep(LOOK_TIME).await;
        }
        Ok(since.elapsed())
    }

    /// Cuts all lines at once; the tills lay them anew.
    pub(crate) fn cut(&self) {
        self.0.cut.notify_waiters();
    }

    /// Ends it.
    pub(crate) fn close(&self) {
        self.0.open.store(false, Ordering::Relaxed);
        self.cut();
    }

    async fn live(&self, till: usize) {
        let (mut failures, mut attempt) = (0_u32, till);
        while self.0.open.load(Ordering::Relaxed) {
            let mut heard = false;
            let _ = self.follow(till, self.hub(attempt), &mut heard).await;
            if heard {
                self.0.listening.fetch_sub(1, Ordering::Relaxed);
                failures = 0;
            }
            (failures, attempt) = (failures + 1, attempt + 1);
            let pause = PAUSE.saturating_mul(1 << (failures - 1).min(6)).min(LONGEST);
            let whole = u64::try_from(pause.as_micros()).unwrap_or(u64::MAX);
            sleep(Duration::from_micros(fastrand::u64(whole / 2..=whole))).await;
        }
    }

    /// One more hears its hub.
    fn arrive(&self) {
        if self.0.listening.fetch_add(1, Ordering::Relaxed) + 1 == self.tills() {
            *self.0.whole.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        }
    }

    /// Listens until the line breaks, or is cut.
    async fn follow(&self, till: usize, hub: SocketAddr, heard: &mut bool) -> Result<()> {
        let cut = self.0.cut.notified();
        let listen = async {
            let mut stream = wire::connect(hub, till).await?;
            let ask = wire::request("GET", "/v1/news", &format!("Bearer {}", chain::key(till)), "");
            stream.write_all(ask.as_bytes()).await?;
            self.hear(till, &mut stream, heard).await
        };
        tokio::select! {
            ended = listen => ended,
            () = cut => Ok(()),
        }
    }

    async fn hear(&self, till: usize, stream: &mut TcpStream, heard: &mut bool) -> Result<()> {
        let mut bytes = Vec::new();
        loop {
            if timeout(SILENCE_MAX, stream.read_buf(&mut bytes)).await?? == 0 {
                bail!("the line broke");
            }
            while let Some(end) = bytes.windows(2).position(|two| two == b"\n\n") {
                let event = String::from_utf8_lossy(&bytes[..end]);
                let is = |name: &str| event.lines().any(|line| line.strip_prefix("event: ") == Some(name));
                if is("hello") && !std::mem::replace(heard, true) {
                    self.arrive();
                }
                let ledger = self.0.ledger.read().unwrap_or_else(PoisonError::into_inner).clone();
                if is("hello") || is("missed") {
                    self.0.looked[till].store(ledger.now(), Ordering::Relaxed);
                } else if is("news") {
                    ledger.hear(till, &event);
                }
                bytes.drain(..end + 2);
            }
            if bytes.len() > EVENT_BYTES_MAX {
                bail!("an event is too long");
            }
            // Ten thousand lines rest most of the time.
            if bytes.is_empty() {
                bytes = Vec::new();
            }
        }
    }
}
