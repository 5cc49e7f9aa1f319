//! Answers that are lost on the way: what was asked is asked again under the same key, and done once.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Said, ends, says, typed};
use crate::support::program::Program;
use crate::support::shop::TestShop;
use crate::support::wait::wait_for;

/// A wire to the till that swallows the first answers, and passes everything else.
struct TornWire {
    port: String,
    answers_lost: Arc<AtomicUsize>,
}

impl TornWire {
    fn to(till: &str, answers_lost: usize) -> TornWire {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port().to_string();
        let till = format!("127.0.0.1:{till}");
        let answers_lost = Arc::new(AtomicUsize::new(answers_lost));
        let losing = answers_lost.clone();
        std::thread::spawn(move || {
            for (index, asking) in listener.incoming().enumerate() {
                let (Ok(asking), Ok(till)) = (asking, TcpStream::connect(&till)) else { return };
                join(&asking, &till, index < losing.load(Ordering::SeqCst));
            }
        });
        TornWire { port, answers_lost }
    }

    /// Loses nothing any more.
    fn mend(&self) {
        self.answers_lost.store(0, Ordering::SeqCst);
    }

    /// Starts a command that asks over this wire.
    fn types(&self, shop: &TestShop, arguments: &[&str]) -> Program {
        let arguments = [arguments, &["--pos-port", &self.port]].concat();
        Program::start("kvitt", &shop.premises.kvitt(&arguments))
    }
}

/// Carries both ways; an answer that is lost is read, so that the till has done what it was asked for.
fn join(asking: &TcpStream, till: &TcpStream, lost: bool) {
    let (from, to) = (copy_of(asking), copy_of(till));
    std::thread::spawn(move || carry(from, to));
    let (mut from, to) = (copy_of(till), copy_of(asking));
    std::thread::spawn(move || {
        if lost {
            let _ = from.read(&mut [0; 4096]);
            let _ = to.shutdown(Shutdown::Both);
        } else {
            carry(from, to);
        }
    });
}

fn copy_of(stream: &TcpStream) -> TcpStream {
    stream.try_clone().expect("there is another")
}

fn carry(mut from: TcpStream, mut to: TcpStream) {
    let mut bytes = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut bytes) {
        if to.write_all(&bytes[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

#[test]
fn a_payment_and_a_refund_are_made_once() {
    let shop = TestShop::open_on("epayment");
    let wire = TornWire::to(shop.port(), 2);
    let mut pay =
        wire.types(&shop, &["pay", "249", "--currency", "NOK", "--reference", "sale-1042-1", "--wait"]);
    says(&pay, "waits");
    shop.customer_pays("sale-1042-1");
    ends(&mut pay, 0);
    assert_eq!(shop.premises.vipps.references(), ["sale-1042-1"]);

    let wire = TornWire::to(shop.port(), 2);
    let mut refund = wire.types(&shop, &["refund", "sale-1042-1"]);
    ends(&mut refund, 0);
    assert_eq!(shop.premises.vipps.truth("sale-1042-1").refunds.len(), 1);
    let status: Said = shop.typed(&["status", "sale-1042-1"]);
    status.has(0, &["249.00 NOK of it has been given back"]);
}

#[test]
fn what_may_have_been_started_is_not_called_refused() {
    let shop = TestShop::open_on("epayment");
    let wire = TornWire::to(shop.port(), usize::MAX);
    let mut pay =
        wire.types(&shop, &["pay", "249", "--currency", "NOK", "--reference", "sale-1042-1", "--wait"]);
    wait_for("the payment", || match shop.pos.get("/v1/payments/sale-1042-1").status {
        200 => Ok(()),
        other => Err(other.to_string()),
    });
    typed(&shop.premises, &["token", "new"]).has(0, &["pos-token"]);
    wire.mend();
    ends(&mut pay, 5);
    says(&pay, "Do not charge the sale again yet");
}
