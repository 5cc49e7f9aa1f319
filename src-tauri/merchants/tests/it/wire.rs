use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use simulator::InMemory;
use tokio::sync::Notify;
use vipps::{Transport, TransportError};

/// How a call goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    /// The program is killed when the call is about to leave.
    KilledBefore,
    /// The program is killed when the call has been carried out, before its answer arrives.
    KilledAfter,
    /// The call does not arrive; nobody knows.
    LostBefore,
    /// The call is carried out, and its answer is lost.
    LostAfter,
    /// There is nobody to connect to.
    NotSent,
    /// The call is carried out, but only when the test says so.
    Late,
}

pub(crate) const BREAKS: [Break; 5] =
    [Break::KilledBefore, Break::KilledAfter, Break::LostBefore, Break::LostAfter, Break::NotSent];

/// A wire to the simulator, on which one call goes wrong: that of this number.
pub(crate) struct Wire {
    simulator: InMemory,
    breaks: Option<(usize, Break)>,
    calls: AtomicUsize,
    late: Mutex<Option<http::Request<Bytes>>>,
    /// Parts of paths whose answers do not say for whom an order is.
    silent: &'static [&'static str],
    /// Told when the program is to be killed.
    pub(crate) killed: Notify,
}

impl Wire {
    pub(crate) fn new(simulator: InMemory, breaks: Option<(usize, Break)>) -> Wire {
        Wire {
            simulator,
            breaks,
            calls: AtomicUsize::new(0),
            late: Mutex::new(None),
            silent: &[],
            killed: Notify::new(),
        }
    }

    /// The same, but answers from paths that end so do not say for whom an order is.
    pub(crate) fn silent_at(self, silent: &'static [&'static str]) -> Wire {
        Wire { silent, ..self }
    }

    /// Asks the simulator.
    async fn ask(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let is_silent = self.silent.iter().any(|end| request.uri().path().ends_with(end));
        let answer = self.simulator.send(request).await?;
        if !is_silent {
            return Ok(answer);
        }
        let text = String::from_utf8(answer.body().to_vec()).expect("it is JSON");
        let unsaid = text.replace("businessIdentifier", "unsaid").replace("salesUnitName", "unsaid too");
        Ok(answer.map(|_| Bytes::from(unsaid)))
    }

    /// How many calls there were.
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// What was late arrives.
    pub(crate) async fn arrives(&self) {
        let late = self.late.lock().expect("nobody panics with it").take().expect("something is late");
        self.simulator.send(late).await.expect("it arrives");
    }

    async fn dies(&self) -> ! {
        self.killed.notify_one();
        std::future::pending().await
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let number = self.calls.fetch_add(1, Ordering::SeqCst);
        let lost = || TransportError::NoAnswer("the wire broke".to_owned());
        match self.breaks.filter(|(at, _)| *at == number).map(|(_, how)| how) {
            None => self.ask(request).await,
            Some(Break::KilledBefore) => self.dies().await,
            Some(Break::KilledAfter) => {
                let _ = self.simulator.send(request).await;
                self.dies().await
            }
            Some(Break::LostBefore) => Err(lost()),
            Some(Break::LostAfter) => {
                let _ = self.simulator.send(request).await;
                Err(lost())
            }
            Some(Break::NotSent) => Err(TransportError::NotSent("nobody is there".to_owned())),
            Some(Break::Late) => {
                *self.late.lock().expect("nobody panics with it") = Some(request);
                Err(lost())
            }
        }
    }
}
