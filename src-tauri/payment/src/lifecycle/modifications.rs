//! What can be asked to be done with the money of a payment that has ended: captures and releases of what was reserved
//! for later, and refunds.

use crate::lifecycle::Modifying;
use crate::modification::MODIFICATIONS_MAX;
use crate::{
    Cause, End, Fact, Modification, ModificationKind, ModificationRequest, ModificationState, Moment,
    Payment, Refusal,
};

impl Payment {
    /// Its captures, releases and refunds, in the order in which they were asked for.
    pub fn modifications(&self) -> &[Modification] {
        &self.modifications
    }

    /// Its refunds, in the order in which they were asked for.
    pub fn refunds(&self) -> impl Iterator<Item = &Modification> {
        self.of_kind(ModificationKind::Refund)
    }

    /// What may still be asked to be collected, in minor units: what was reserved for later without what has been
    /// collected and what is about to be. Nothing once it is being let go.
    pub fn capturable(&self) -> u64 {
        let reserved = matches!(self.end(), Some(End::Reserved { .. })) && !self.rest_released;
        let releasing = self.open(ModificationKind::Release) > 0;
        let left = self.money.reserved.saturating_sub(self.money.captured);
        if reserved && !releasing { left.saturating_sub(self.open(ModificationKind::Capture)) } else { 0 }
    }

    /// What may still be asked back, in minor units: what was captured without what has been given back and what is
    /// about to be. Nothing before the payment has ended.
    pub fn refundable(&self) -> u64 {
        let kept = self.money.captured.saturating_sub(self.money.refunded);
        if self.end.is_some() { kept.saturating_sub(self.open(ModificationKind::Refund)) } else { 0 }
    }

    /// What hinders the oldest open modification, and under what id Vipps MobilePay's support finds that.
    pub fn modification_trouble(&self) -> Option<(&Cause, Option<&str>)> {
        self.desk.modifying.trouble.as_ref().map(|(cause, id)| (cause, id.as_deref()))
    }

    /// Whether money is still to be collected, let go or given back because somebody asked for it.
    pub fn has_open_modification(&self) -> bool {
        self.open_modifications().next().is_some()
    }

    fn of_kind(&self, kind: ModificationKind) -> impl Iterator<Item = &Modification> {
        self.modifications.iter().filter(move |modification| modification.kind == kind)
    }

    fn open_modifications(&self) -> impl Iterator<Item = &Modification> {
        self.modifications.iter().filter(|modification| modification.state == ModificationState::Asked)
    }

    /// Minor units that are asked for and not moved yet.
    fn open(&self, kind: ModificationKind) -> u64 {
        let open = self.open_modifications().filter(|modification| modification.kind == kind);
        open.fold(0, |sum: u64, modification| sum.saturating_add(modification.amount))
    }

    /// The modification whose turn it is. There is none before the end, and none while a late approval is being released:
    /// nothing can be collected or given back then.
    pub(super) fn modification_to_make(&self) -> Option<&Modification> {
        self.open_modifications().next()
    }

    /// The release whose turn it is.
    pub(super) fn release_to_make(&self) -> Option<&Modification> {
        self.modification_to_make().filter(|modification| modification.kind == ModificationKind::Release)
    }

    /// Whether the oldest open modification may have gone out.
    pub(super) fn is_modification_intended(&self) -> bool {
        self.open_modifications().next().is_some_and(|modification| modification.intended_after.is_some())
    }

    pub(super) fn capture_asked(
        &mut self,
        amount: Option<u64>,
        request: Option<ModificationRequest>,
    ) -> Result<Vec<Fact>, Refusal> {
        if self.is_asked_before(ModificationKind::Capture, request.as_ref())? {
            return Ok(Vec::new());
        }
        let left = self.capturable();
        let amount = amount.unwrap_or(left);
        if left == 0 {
            return Err(Refusal::NothingToCapture);
        }
        if amount == 0 || amount > left {
            return Err(Refusal::AboveCapturable);
        }
        let number = self.number_of_next(ModificationKind::Capture)?;
        Ok(vec![Fact::CaptureAsked { number, amount, request }])
    }

    /// Asked again while it is under way, it is the same release.
    pub(super) fn release_asked(&mut self) -> Result<Vec<Fact>, Refusal> {
        if self.open(ModificationKind::Release) > 0 {
            return Ok(Vec::new());
        }
        let amount = self.capturable();
        if amount == 0 {
            return Err(Refusal::ApprovedAlready);
        }
        let number = self.number_of_next(ModificationKind::Release)?;
        Ok(vec![Fact::ReleaseAsked { number, amount }])
    }

    pub(super) fn refund_asked(
        &mut self,
        amount: Option<u64>,
        reason: Option<String>,
        request: Option<ModificationRequest>,
    ) -> Result<Vec<Fact>, Refusal> {
        if self.is_asked_before(ModificationKind::Refund, request.as_ref())? {
            return Ok(Vec::new());
        }
        let left = self.refundable();
        let amount = amount.unwrap_or(left);
        if left == 0 {
            return Err(Refusal::NothingToRefund);
        }
        if amount == 0 || amount > left {
            return Err(Refusal::AboveRefundable);
        }
        let number = self.number_of_next(ModificationKind::Refund)?;
        Ok(vec![Fact::RefundAsked { number, amount, reason, request }])
    }

    fn is_asked_before(
        &self,
        kind: ModificationKind,
        request: Option<&ModificationRequest>,
    ) -> Result<bool, Refusal> {
        let Some(request) = request else { return Ok(false) };
        let known = self
            .modifications
            .iter()
            .find(|modification| modification.request.as_ref().is_some_and(|known| known.key == request.key));
        match known {
            None => Ok(false),
            Some(known) if known.kind == kind && known.request.as_ref() == Some(request) => Ok(true),
            Some(_) => Err(Refusal::RequestDiffers),
        }
    }

    /// The number of one that is about to be asked for. If it is the next to be made, it begins with a fresh read.
    fn number_of_next(&mut self, kind: ModificationKind) -> Result<u32, Refusal> {
        let before = u32::try_from(self.of_kind(kind).count()).unwrap_or(u32::MAX);
        if before >= MODIFICATIONS_MAX {
            return Err(Refusal::TooManyModifications);
        }
        if !self.has_open_modification() {
            self.next_modification();
        }
        Ok(before.saturating_add(1))
    }

    /// Whichever comes next begins with a fresh read.
    pub(super) fn next_modification(&mut self) {
        self.desk.modifying = Modifying::default();
        self.desk.must_read = true;
        self.desk.not_before = None;
    }

    pub(super) fn apply_modification(&mut self, fact: &Fact, at: Moment) {
        use ModificationKind::{Capture, Refund, Release};
        use ModificationState::{Made, Refused};
        match fact {
            Fact::CaptureAsked { number, amount, request } => {
                self.now_asked((Capture, *number), *amount, None, request.as_ref(), at);
            }
            Fact::ReleaseAsked { number, amount } => {
                self.now_asked((Release, *number), *amount, None, None, at);
            }
            Fact::RefundAsked { number, amount, reason, request } => {
                self.now_asked((Refund, *number), *amount, reason.clone(), request.as_ref(), at);
            }
            Fact::CaptureIntended { .. } | Fact::CancelIntended { .. } | Fact::RefundIntended { .. } => {
                self.now_intended();
            }
            Fact::CaptureMade { number, captured } => {
                self.money.captured = *captured;
                self.now_is((Capture, *number), Made, at);
            }
            Fact::ReleaseMade { number } => {
                self.rest_released = true;
                self.now_is((Release, *number), Made, at);
            }
            Fact::RefundMade { number, refunded } => {
                self.money.refunded = *refunded;
                self.now_is((Refund, *number), Made, at);
            }
            Fact::CaptureDenied { number, cause } => {
                self.now_is((Capture, *number), Refused(cause.clone()), at);
            }
            Fact::ReleaseDenied { number, cause } => {
                self.now_is((Release, *number), Refused(cause.clone()), at);
            }
            Fact::RefundRefused { number, cause } => {
                self.now_is((Refund, *number), Refused(cause.clone()), at);
            }
            _ => {}
        }
    }

    fn now_asked(
        &mut self,
        (kind, number): (ModificationKind, u32),
        amount: u64,
        reason: Option<String>,
        request: Option<&ModificationRequest>,
        at: Moment,
    ) {
        let (request, state) = (request.cloned(), ModificationState::Asked);
        let asked = Modification { kind, number, amount, reason, request, state, at, intended_after: None };
        self.modifications.push(asked);
    }

    /// They are made one after the other, so it is the oldest one that is open.
    fn now_intended(&mut self) {
        let (captured, refunded) = (self.money.captured, self.money.refunded);
        let open = self.modifications.iter_mut().find(|known| known.state == ModificationState::Asked);
        if let Some(modification) = open {
            let before = match modification.kind {
                ModificationKind::Capture => captured,
                ModificationKind::Release => 0,
                ModificationKind::Refund => refunded,
            };
            modification.intended_after.get_or_insert(before);
        }
    }

    fn now_is(&mut self, (kind, number): (ModificationKind, u32), state: ModificationState, at: Moment) {
        let known = self.modifications.iter_mut().find(|known| (known.kind, known.number) == (kind, number));
        if let Some(modification) = known {
            modification.state = state;
            modification.at = at;
        }
    }
}
