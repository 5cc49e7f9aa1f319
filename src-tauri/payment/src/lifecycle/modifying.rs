//! How captures, releases and refunds are made that were asked for: one after the other, each under one key for ever
//! (laws 1, 2, 3, 6 and 8).

use std::time::Duration;

use crate::deadline::{MODIFICATION_READS_MAX, READ_BACK_OFF_MAX, back_off, modification_pause};
use crate::lifecycle::Modifying;
use crate::{
    Ask, CancelledBy, Cause, End, Fact, Knowledge, Modification, ModificationKind, Moment, Payment, Reading,
    Standing, Trouble,
};

/// It has been done already, says Vipps MobilePay (contract 1.4, 6180): true if a read agrees.
const ALREADY: &str = "already_processed";

impl Payment {
    /// Each try is made right after a fresh read: somebody in the portal may have been faster.
    pub(super) fn wants_modification(&self, now: Moment) -> Option<(Ask, Moment)> {
        let modification = self.modification_to_make()?;
        let ask = if self.desk.must_read { self.look() } else { self.ask_of(modification) };
        Some((ask, self.not_before(now)))
    }

    fn ask_of(&self, modification: &Modification) -> Ask {
        let Modification { kind, number, amount, .. } = *modification;
        match kind {
            ModificationKind::Capture => Ask::Capture { key: self.order.capture_key(number), amount },
            ModificationKind::Release => {
                let key = self.order.release_key(number);
                Ask::Release { key, after_capture: self.money.captured > 0 }
            }
            ModificationKind::Refund => Ask::Refund { key: self.order.refund_key(number), amount },
        }
    }

    /// What must be on disk before the first try.
    pub(super) fn modification_intent(&self, ask: &Ask) -> Vec<Fact> {
        let first = self.modification_to_make().filter(|modification| modification.intended_after.is_none());
        let intent = first.and_then(|modification| match ask {
            Ask::Capture { key, amount } => Some(Fact::CaptureIntended { key: key.clone(), amount: *amount }),
            Ask::Release { key, .. } => {
                Some(Fact::CancelIntended { key: key.clone(), unapproved_only: false })
            }
            Ask::Refund { key, .. } => {
                Some(Fact::RefundIntended { number: modification.number, key: key.clone() })
            }
            _ => None,
        });
        intent.into_iter().collect()
    }

    /// Acknowledged. A repeated answer may tell an older total than we know by now.
    pub(super) fn modified(&mut self, in_all: u64) -> Vec<Fact> {
        let Some(modification) = self.modification_to_make().cloned() else { return Vec::new() };
        let least = modification.intended_after.unwrap_or(0).saturating_add(modification.amount);
        self.made(&modification, in_all.max(least), self.money.captured)
    }

    /// The answer says nothing of the money; a read does.
    pub(super) fn release_acknowledged(&mut self, now: Moment) -> Vec<Fact> {
        let modifying = &mut self.desk.modifying;
        modifying.doubtful = true;
        let pause = (modifying.failures > 0).then(|| modification_pause(modifying.failures));
        modifying.failures = modifying.failures.saturating_add(1);
        self.desk.must_read = true;
        self.desk.not_before = pause.map(|pause| now.plus(pause));
        Vec::new()
    }

    /// It has been made, and so much has been moved that way in all. What was reserved for later and is all collected
    /// or let go has found its end.
    fn made(&mut self, modification: &Modification, in_all: u64, captured: u64) -> Vec<Fact> {
        let (number, reserved) = (modification.number, self.money.reserved);
        self.next_modification();
        match modification.kind {
            ModificationKind::Capture => {
                let captured = in_all.max(captured);
                let mut facts = vec![Fact::CaptureMade { number, captured }];
                facts.extend((captured >= reserved).then(|| ended(captured)));
                facts
            }
            ModificationKind::Release => vec![Fact::ReleaseMade { number }, ended(captured)],
            ModificationKind::Refund => {
                vec![Fact::RefundMade { number, refunded: in_all.max(self.money.refunded) }]
            }
        }
    }

    /// A refusal is believed at once only if no earlier try can have been made.
    pub(super) fn modification_troubled(&mut self, trouble: Trouble, now: Moment) -> Vec<Fact> {
        let modifying = &mut self.desk.modifying;
        modifying.failures = modifying.failures.saturating_add(1);
        let wait = modification_pause(modifying.failures).max(trouble.pause.unwrap_or(Duration::ZERO));
        match trouble.knowledge {
            Knowledge::NotSent | Knowledge::Later => {}
            Knowledge::Refused if !modifying.doubtful => return self.denied(trouble.cause),
            Knowledge::Refused => modifying.refused = Some(trouble.cause),
            Knowledge::Unknown => {
                modifying.doubtful = true;
                modifying.refused = Some(trouble.cause).filter(|cause| cause.name() == ALREADY);
            }
        }
        self.desk.must_read = true;
        self.pause(now, wait);
        Vec::new()
    }

    fn denied(&mut self, cause: Cause) -> Vec<Fact> {
        let Some(Modification { kind, number, .. }) = self.modification_to_make().cloned() else {
            return Vec::new();
        };
        self.next_modification();
        vec![match kind {
            ModificationKind::Capture => Fact::CaptureDenied { number, cause },
            ModificationKind::Release => Fact::ReleaseDenied { number, cause },
            ModificationKind::Refund => Fact::RefundRefused { number, cause },
        }]
    }

    /// A read that fails is repeated for as long as it takes.
    pub(super) fn modification_read_troubled(&mut self, wait: Duration, now: Moment) -> Vec<Fact> {
        self.desk.must_read = true;
        self.pause(now, wait.max(modification_pause(self.desk.failures)));
        Vec::new()
    }

    /// The read before a try, and after one that was not answered well. What has been moved since the modification was
    /// about to be made proves that it was: then it is never sent again.
    pub(super) fn read_for_modification(&mut self, reading: &Reading, now: Moment) -> Vec<Fact> {
        let Some(modification) = self.modification_to_make().cloned() else { return Vec::new() };
        let money = reading.money;
        if money.captured < self.money.captured || money.refunded < self.money.refunded {
            return self.read_behind(reading, now);
        }
        self.desk.modifying.behind = 0;
        let mut facts = self.moved(reading);
        let Modifying { doubtful, refused, .. } = self.desk.modifying.clone();
        let (moved, left) = moved_and_left(modification.kind, reading);
        let since = modification.intended_after.map(|before| moved.saturating_sub(before));
        if doubtful && since.is_some_and(|since| since >= modification.amount) {
            facts.extend(self.made(&modification, moved, money.captured));
        } else if let Some(cause) = refused {
            facts.extend(self.denied(cause));
        } else if modification.kind == ModificationKind::Release {
            if left == 0 {
                facts.extend(self.nothing_to_release(&modification, reading));
            }
        } else if !doubtful && left < modification.amount {
            facts.extend(self.denied(Cause::named(above(modification.kind))));
            facts.extend(self.end_of_reserved(reading));
        }
        facts
    }

    /// Another hand has let it go before us, or collected it.
    fn nothing_to_release(&mut self, release: &Modification, reading: &Reading) -> Vec<Fact> {
        if reading.released > 0 || reading.standing != Standing::Captured {
            return self.made(release, reading.released, reading.money.captured);
        }
        let mut facts = self.denied(Cause::named("already_captured"));
        facts.extend(self.end_of_reserved(reading));
        facts
    }

    /// Nothing is left of what was reserved for later: another hand has collected it or let it go.
    fn end_of_reserved(&self, reading: &Reading) -> Option<Fact> {
        let (_, left) = moved_and_left(ModificationKind::Capture, reading);
        let reserved = matches!(self.end(), Some(End::Reserved { .. }));
        (reserved && left == 0).then(|| ended(reading.money.captured))
    }

    /// The read knows less than we have been told: it lags behind, or is of another sales unit. What can't have been
    /// made is not waited for long.
    fn read_behind(&mut self, reading: &Reading, now: Moment) -> Vec<Fact> {
        let Some(kind) = self.modification_to_make().map(|modification| modification.kind) else {
            return Vec::new();
        };
        let modifying = &mut self.desk.modifying;
        modifying.behind = modifying.behind.saturating_add(1);
        if modifying.behind >= MODIFICATION_READS_MAX && !modifying.doubtful {
            let unknown = reading.standing == Standing::Unknown;
            return self.denied(Cause::named(if unknown { "unknown_order" } else { above(kind) }));
        }
        let leisurely = modification_pause(modifying.behind);
        let quick = back_off(modifying.behind, READ_BACK_OFF_MAX);
        let wait = if modifying.doubtful { leisurely } else { quick };
        self.desk.must_read = true;
        self.pause(now, wait);
        Vec::new()
    }
}

/// Minor units that have been moved that way, and that still can be.
fn moved_and_left(kind: ModificationKind, reading: &Reading) -> (u64, u64) {
    let money = reading.money;
    let reserved = money.reserved.saturating_sub(money.captured).saturating_sub(reading.released);
    match kind {
        ModificationKind::Capture => (money.captured, reserved),
        ModificationKind::Release => (reading.released, reserved),
        ModificationKind::Refund => (money.refunded, money.captured.saturating_sub(money.refunded)),
    }
}

/// More than is left.
fn above(kind: ModificationKind) -> &'static str {
    match kind {
        ModificationKind::Capture | ModificationKind::Release => "above_reserved",
        ModificationKind::Refund => "refund_above_captured",
    }
}

/// How what was reserved for later ends when `captured` minor units of it were collected.
fn ended(captured: u64) -> Fact {
    let paid = End::Paid { captured };
    let end = if captured > 0 { paid } else { End::Cancelled { by: CancelledBy::Shop } };
    Fact::Ended { end, proven: true }
}
