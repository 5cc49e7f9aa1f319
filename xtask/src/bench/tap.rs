//! A proxy between the till and the simulator that notes when each call was asked and when it was answered.
//!
//! The till speaks HTTP/1.1 here and asks nothing on a connection before the last answer has come, so whatever follows
//! an answer is another call. Times are those at the till's side: what the proxy itself costs counts as the API's.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::run::instant;

/// As much as is passed on at once, in bytes.
const CHUNK_BYTES: usize = 65_536;

/// A call of the till.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// `POST /epayment/v1/payments`.
    pub(crate) what: String,
    /// When its first byte came.
    pub(crate) asked: Instant,
    /// When the last of its answer was handed on.
    pub(crate) answered: Option<Instant>,
}

type Calls = Arc<Mutex<Vec<Call>>>;

/// The proxy. It ends with the program.
pub(crate) struct Tap {
    listener: TcpListener,
    /// Where the till finds it.
    pub(crate) address: String,
    calls: Calls,
}

impl Tap {
    /// Takes an address. Nothing is passed on yet.
    pub(crate) fn open() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("opening a port for the proxy")?;
        let address = format!("http://{}", listener.local_addr()?);
        Ok(Self { listener, address, calls: Calls::default() })
    }

    /// Passes everything on to `origin` from now on.
    pub(crate) fn lead_to(&self, origin: &str) -> Result<()> {
        let to: SocketAddr = origin.trim_start_matches("http://").parse().with_context(|| {
            format!("the simulator must be at an IP address and a port, and is at {origin}")
        })?;
        let (listener, calls) = (self.listener.try_clone()?, self.calls.clone());
        std::thread::spawn(move || {
            for till in listener.incoming().flatten() {
                // A connection that breaks is the till's to notice; so it would be without us.
                let _ = join(till, to, &calls);
            }
        });
        Ok(())
    }

    /// The calls that were asked since `begun`, oldest first.
    pub(crate) fn calls_since(&self, begun: Instant) -> Vec<Call> {
        lock(&self.calls).iter().filter(|call| call.asked >= begun).cloned().collect()
    }
}

/// How long `calls` were waited for until the answer to the first one about `last` had come, and when that was.
pub(crate) fn waited_for(calls: &[Call], last: &str) -> Option<(Duration, Instant)> {
    let end = calls.iter().find(|call| call.what.contains(last))?;
    let until = calls.iter().filter(|call| call.asked <= end.asked);
    let waited = until.map(|call| Some(call.answered? - call.asked)).sum::<Option<Duration>>()?;
    Some((waited, end.answered?))
}

fn join(till: TcpStream, to: SocketAddr, calls: &Calls) -> Result<()> {
    let vipps = TcpStream::connect(to)?;
    till.set_nodelay(true)?;
    vipps.set_nodelay(true)?;
    // Which call is out on this connection.
    let out = Arc::new(Mutex::new(None::<usize>));
    let (from, into) = (till.try_clone()?, vipps.try_clone()?);
    let (asked, asked_calls) = (out.clone(), calls.clone());
    std::thread::spawn(move || {
        pass(from, into, |bytes| {
            let mut out = lock(&asked);
            // Bytes that come before any of the answer belong to the same call.
            if out.is_none() {
                let mut calls = lock(&asked_calls);
                *out = Some(calls.len());
                calls.push(Call { what: first_words(bytes), asked: instant(), answered: None });
            }
        });
    });
    let (answered_calls, mut answering) = (calls.clone(), None);
    std::thread::spawn(move || {
        pass(vipps, till, |_| {
            answering = lock(&out).take().or(answering);
            let mut calls = lock(&answered_calls);
            if let Some(call) = answering.and_then(|call: usize| calls.get_mut(call)) {
                call.answered = Some(instant());
            }
        });
    });
    Ok(())
}

/// Passes on what comes, after `note` has been told of it.
fn pass(mut from: TcpStream, mut to: TcpStream, mut note: impl FnMut(&[u8])) {
    let mut chunk = vec![0; CHUNK_BYTES];
    while let Ok(length @ 1..) = from.read(&mut chunk) {
        note(&chunk[..length]);
        if to.write_all(&chunk[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

/// Method and path of a request.
fn first_words(bytes: &[u8]) -> String {
    let line = bytes.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    line.rsplit_once(' ').map_or_else(|| line.clone().into_owned(), |(words, _)| words.to_owned())
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each is whole between any two changes.
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_apis_own_time_is_that_of_all_calls_up_to_the_last() {
        let begun = instant();
        let after = |millis| begun + Duration::from_millis(millis);
        let call = |what: &str, asked, answered| Call {
            what: what.to_owned(),
            asked: after(asked),
            answered: Some(after(answered)),
        };
        let mut calls = vec![call("POST /pay", 5, 9), call("GET /image", 12, 13), call("GET /pay", 20, 90)];
        assert_eq!(waited_for(&calls, "/image"), Some((Duration::from_millis(5), after(13))));
        assert_eq!(waited_for(&calls, "/capture"), None);
        calls[0].answered = None;
        assert_eq!(waited_for(&calls, "/image"), None);
    }

    #[test]
    fn it_passes_on_and_notes_every_call_of_a_connection() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let tap = Tap::open().unwrap();
        tap.lead_to(&format!("http://{}", server.local_addr().unwrap())).unwrap();
        let begun = instant();
        let mut till = TcpStream::connect(tap.address.trim_start_matches("http://")).unwrap();
        let (mut vipps, _) = server.accept().unwrap();
        let mut heard = [0; 64];
        for what in ["GET /a", "POST /b"] {
            till.write_all(format!("{what} HTTP/1.1\r\n\r\n").as_bytes()).unwrap();
            let length = vipps.read(&mut heard).unwrap();
            assert!(heard[..length].starts_with(what.as_bytes()));
            vipps.write_all(b"yes").unwrap();
            assert_eq!(till.read(&mut heard).unwrap(), 3);
        }
        let calls = tap.calls_since(begun);
        assert_eq!(calls.iter().map(|call| call.what.as_str()).collect::<Vec<_>>(), ["GET /a", "POST /b"]);
        assert!(calls[0].answered.unwrap() <= calls[1].asked);
    }
}
