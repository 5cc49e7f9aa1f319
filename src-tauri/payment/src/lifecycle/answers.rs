//! What the answers to our asks mean.

use std::time::Duration;

use crate::deadline::{
    BACK_OFF_MAX, CAPTURE_REFUSALS_MAX, CAPTURE_TRIES_MAX, CODE_TRIES_MAX, POLL, READ_BACK_OFF_MAX,
    WATCH_PAUSE_MAX, back_off, next_watch,
};
use crate::{AskKind, Cause, End, Event, Fact, Knowledge, Moment, Payment, Refusal, Trouble, Why};

impl Payment {
    /// The facts that `event` adds. Changes nothing but the desk.
    pub(super) fn facts_of(&mut self, event: Event, now: Moment) -> Result<Vec<Fact>, Refusal> {
        match event {
            Event::Woken => Ok(self.woken(now)),
            Event::Hinted => {
                self.desk.hinted = true;
                Ok(Vec::new())
            }
            Event::CheckedIn => self.checked_in(),
            Event::CancelAsked => self.cancel_asked(),
            Event::CaptureAsked { amount, request } => self.capture_asked(amount, request),
            Event::RefundAsked { amount, reason, request } => self.refund_asked(amount, reason, request),
            Event::Created { url } => {
                self.answered(AskKind::Create)?;
                Ok(vec![Fact::Created { url }])
            }
            Event::CodeMade { content, picture, lives } => {
                self.answered(AskKind::Code)?;
                self.pause(now, POLL);
                let paid_until = self.window_end().unwrap_or(now);
                let until = lives.map_or(paid_until, |lives| now.plus(lives));
                Ok(vec![Fact::CodeShown { content, picture, until }])
            }
            Event::TimedOutAtVipps => {
                self.answered(AskKind::Code)?;
                Ok(self.begin_ending(Why::TimedOut))
            }
            Event::Read(reading) => {
                self.answered(AskKind::Read)?;
                Ok(self.read(&reading, now))
            }
            Event::CancelAcknowledged if self.desk.out == Some(AskKind::Release) => {
                self.answered(AskKind::Release)?;
                Ok(self.release_acknowledged(now))
            }
            Event::CancelAcknowledged => {
                self.answered(AskKind::Cancel)?;
                self.desk.must_read = true;
                Ok(vec![Fact::CancelAcknowledged])
            }
            Event::Captured { captured } => {
                self.answered(AskKind::Capture)?;
                Ok(if self.end.is_some() { self.modified(captured) } else { self.captured(captured) })
            }
            Event::Refunded { refunded } => {
                self.answered(AskKind::Refund)?;
                Ok(self.modified(refunded))
            }
            Event::ReceiptEnded(end) => Ok(self.receipt_ended(end)),
            Event::LinkEnded(end) => Ok(self.link_ended(end)),
            Event::Troubled(trouble) => self.troubled(trouble, now),
        }
    }

    /// Begins to end the payment. Before the cancel goes out, a fresh read tells whether the customer was faster.
    pub(super) fn begin_ending(&mut self, why: Why) -> Vec<Fact> {
        self.desk.must_read = true;
        self.desk.not_before = None;
        vec![Fact::EndingBegun { why }]
    }

    pub(super) fn fail(&mut self, cause: Cause) -> Vec<Fact> {
        self.begin_ending(Why::Fault { cause })
    }

    /// A good answer to what is out.
    fn answered(&mut self, kind: AskKind) -> Result<(), Refusal> {
        if self.desk.out != Some(kind) {
            return Err(Refusal::NotAsked);
        }
        self.desk.out = None;
        self.desk.unanswered_since = None;
        self.desk.not_before = None;
        self.desk.failures = 0;
        self.desk.trouble = None;
        Ok(())
    }

    fn woken(&mut self, now: Moment) -> Vec<Fact> {
        if self.awaits_scan() {
            return self.scan_waited(now);
        }
        let over = self.window_end().is_some_and(|end| end <= now);
        let open = self.end.is_none() && !self.approved && self.ending.is_none();
        if !over || !open || self.desk.out.is_some() || self.desk.must_read {
            Vec::new()
        } else if self.card_declined {
            self.begin_ending(Why::Declined)
        } else {
            self.begin_ending(Why::TimedOut)
        }
    }

    fn cancel_asked(&mut self) -> Result<Vec<Fact>, Refusal> {
        if matches!(self.end(), Some(End::Reserved { .. })) {
            self.release_asked()
        } else if self.end.is_some() {
            Err(Refusal::EndedAlready)
        } else if self.approved {
            Err(Refusal::ApprovedAlready)
        } else if self.ending.is_some() {
            Ok(Vec::new())
        } else if !self.exists && !self.create_open {
            let end = End::Cancelled { by: crate::CancelledBy::Shop };
            Ok(vec![Fact::Ended { end, proven: !self.strayed }])
        } else {
            Ok(self.begin_ending(Why::Shop))
        }
    }

    /// The capture was acknowledged. Less than what is due is not believed before it has been read.
    fn captured(&mut self, captured: u64) -> Vec<Fact> {
        if captured == self.order.amount.minor() {
            vec![Fact::Ended { end: End::Paid { captured }, proven: true }]
        } else {
            self.desk.must_read = true;
            Vec::new()
        }
    }

    fn troubled(&mut self, trouble: Trouble, now: Moment) -> Result<Vec<Fact>, Refusal> {
        let kind = self.desk.out.take().ok_or(Refusal::NotAsked)?;
        self.desk.failures = self.desk.failures.saturating_add(1);
        self.note_trouble(&trouble);
        let wait = match kind {
            AskKind::Read | AskKind::Code => back_off(self.desk.failures, READ_BACK_OFF_MAX),
            // Writes are spared: from 2 s on (contract 1.9).
            _ => back_off(self.desk.failures.saturating_add(1), BACK_OFF_MAX),
        };
        let wait = wait.max(trouble.pause.unwrap_or(Duration::ZERO));
        self.pause(now, wait);
        Ok(match kind {
            AskKind::Create => self.create_troubled(trouble),
            AskKind::Code => self.code_troubled(trouble),
            AskKind::Read if self.modification_to_make().is_some() => {
                self.modification_read_troubled(wait, now)
            }
            AskKind::Read => self.read_troubled(now),
            AskKind::Cancel => {
                self.desk.must_read = true;
                self.desk.cancel_answered = trouble.knowledge != Knowledge::Later;
                let refused = trouble.knowledge == Knowledge::Refused;
                if refused { vec![Fact::CancelRefused] } else { Vec::new() }
            }
            AskKind::Capture if self.end.is_none() => self.capture_troubled(&trouble),
            AskKind::Capture | AskKind::Release | AskKind::Refund => self.modification_troubled(trouble, now),
        })
    }

    /// The trouble of a modification is not that of the payment.
    fn note_trouble(&mut self, trouble: &Trouble) {
        if self.modification_to_make().is_some() {
            self.desk.modifying.trouble = Some((trouble.cause.clone(), trouble.support_id.clone()));
        } else {
            self.desk.trouble = Some(trouble.cause.clone());
            self.desk.support_id.clone_from(&trouble.support_id);
        }
    }

    pub(super) fn read_back(&mut self) -> Vec<Fact> {
        self.desk.must_read = true;
        Vec::new()
    }

    /// A code moves no money, so it may simply be asked for again, for a while.
    fn code_troubled(&mut self, trouble: Trouble) -> Vec<Fact> {
        let enough = self.desk.failures >= CODE_TRIES_MAX;
        if enough || trouble.knowledge == Knowledge::Refused { self.fail(trouble.cause) } else { Vec::new() }
    }

    /// A read that fails is repeated. The watch over an ended payment is not hurried, and does not end with a read that
    /// failed: the till may have been off, and an approval may have come to light meanwhile.
    fn read_troubled(&mut self, now: Moment) -> Vec<Fact> {
        let Some(ended_at) = self.ended_at() else {
            return self.not_found_out(now);
        };
        let at = next_watch(ended_at, now).unwrap_or(now.plus(WATCH_PAUSE_MAX));
        self.desk.not_before = Some(at);
        Vec::new()
    }

    fn capture_troubled(&mut self, trouble: &Trouble) -> Vec<Fact> {
        match trouble.knowledge {
            // The same key again, when it may be; nothing was done, so there is nothing to read.
            Knowledge::NotSent | Knowledge::Later => Vec::new(),
            Knowledge::Unknown => {
                self.desk.capture_failures = self.desk.capture_failures.saturating_add(1);
                self.read_back()
            }
            // The reservation is gone, and no other key will bring it back (contract 1.4, 6260).
            Knowledge::Refused if trouble.cause.name() == "funds_gone" => {
                let mut facts = vec![Fact::CaptureRefused];
                facts.extend(self.fail(trouble.cause.clone()));
                facts
            }
            Knowledge::Refused => {
                self.desk.must_read = true;
                vec![Fact::CaptureRefused]
            }
        }
    }

    /// How many captures were not answered well.
    pub(super) fn failed_captures(&self) -> u32 {
        self.capture_refusals.saturating_add(self.desk.capture_failures)
    }

    /// The money can't be collected: give the customer's reservation back.
    pub(super) fn is_capture_hopeless(&self) -> bool {
        self.capture_refusals >= CAPTURE_REFUSALS_MAX || self.desk.capture_failures >= CAPTURE_TRIES_MAX
    }
}
