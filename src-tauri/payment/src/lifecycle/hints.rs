//! What a hint does: it hurries the next read, and nothing else (law 3).

use crate::deadline::HINT_PAUSE;
use crate::{Ask, Moment, Payment};

impl Payment {
    /// If there is said to be news, the next read is made at once, but never so soon after the last that hints could
    /// flood Vipps MobilePay. What is being asked is waited for; what failed keeps its pause.
    pub(super) fn heed_hint(&mut self, now: Moment) {
        if !self.desk.hinted || self.desk.out.is_some() {
            return;
        }
        self.desk.hinted = false;
        let reads_later = matches!(self.wants(now), Some((Ask::Read { .. }, at)) if at > now);
        if reads_later && self.desk.failures == 0 && self.desk.modifying.behind == 0 {
            let soonest = self.desk.read_at.map_or(now, |at| at.plus(HINT_PAUSE));
            let planned = self.not_before(now);
            self.desk.not_before = Some(soonest.max(now).min(planned));
        }
    }
}
