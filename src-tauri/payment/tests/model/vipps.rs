//! A small Vipps MobilePay that knows the truth.

use std::collections::BTreeSet;
use std::time::Duration;

use payment::deadline::WINDOW;
use payment::{Ask, Cause, Event, Knowledge, Moment, Money, Reading, Standing, Trouble};

use crate::bench::DUE;
use crate::steps::Step;

/// The truth.
pub(crate) struct Vipps {
    pub(crate) standing: Standing,
    pub(crate) created_at: Moment,
    pub(crate) captured: u64,
    pub(crate) captures: BTreeSet<String>,
    pub(crate) short: bool,
}

impl Vipps {
    pub(crate) fn reserved(&self) -> u64 {
        if self.short { DUE - 100 } else { DUE }
    }

    pub(crate) fn reading(&self) -> Reading {
        let reserved = matches!(self.standing, Standing::Approved | Standing::Captured | Standing::Voided);
        Reading {
            standing: self.standing,
            money: Money {
                reserved: if reserved { self.reserved() } else { 0 },
                captured: self.captured,
                refunded: 0,
            },
            created_at: (self.standing != Standing::Unknown).then_some(self.created_at),
        }
    }

    /// Does what is asked, and answers it.
    pub(crate) fn process(&mut self, ask: &Ask, now: Moment) -> Event {
        let refused = |name: &str, knowledge| {
            Event::Troubled(Trouble { cause: Cause::named(name), knowledge, pause: None, support_id: None })
        };
        match ask {
            Ask::Create if self.standing == Standing::Unknown => {
                self.standing = Standing::Waiting;
                self.created_at = now;
                Event::Created { url: "https://example.com/pay".into() }
            }
            Ask::Create => refused("duplicate_order", Knowledge::Refused),
            Ask::Code { .. } if now >= self.created_at.plus(WINDOW) => Event::TimedOutAtVipps,
            Ask::Code { .. } => Event::CodeMade {
                content: "https://qr.example.com/x".into(),
                picture: "x".into(),
                lives: Duration::from_mins(5),
            },
            Ask::Read => Event::Read(self.reading()),
            Ask::Capture { key, amount } => match self.standing {
                Standing::Approved | Standing::Captured if self.captures.contains(key) => {
                    Event::Captured { captured: self.captured }
                }
                Standing::Approved if *amount <= self.reserved() => {
                    self.captures.insert(key.clone());
                    self.captured += amount;
                    self.standing = Standing::Captured;
                    Event::Captured { captured: self.captured }
                }
                _ => refused("not_allowed", Knowledge::Refused),
            },
            Ask::Cancel => match self.standing {
                Standing::Waiting | Standing::Opened | Standing::Declined => {
                    self.standing = Standing::Cancelled;
                    Event::CancelAcknowledged
                }
                Standing::Approved => {
                    self.standing = Standing::Voided;
                    Event::CancelAcknowledged
                }
                Standing::Cancelled | Standing::Voided => Event::CancelAcknowledged,
                _ => refused("already_captured", Knowledge::Refused),
            },
        }
    }

    pub(crate) fn person(&mut self, step: &Step, now: Moment) {
        let alive = now < self.created_at.plus(WINDOW);
        let payable = matches!(self.standing, Standing::Waiting | Standing::Opened | Standing::Declined);
        self.standing = match step {
            Step::Scan if alive && self.standing == Standing::Waiting => Standing::Opened,
            Step::Approve if alive && payable => Standing::Approved,
            Step::Decline if alive && payable => Standing::Declined,
            Step::CancelInApp | Step::CancelInThePortal if payable => Standing::Cancelled,
            Step::CancelInThePortal if self.standing == Standing::Approved => Standing::Voided,
            _ => self.standing,
        };
    }
}
