//! What becomes of waiting when the clock is set back. Cheap machines wake up in the wrong year and are set right by
//! the first answer from Vipps MobilePay; what was to be in two seconds must not be in ten hours then.

use crate::{Moment, Payment};

impl Payment {
    /// It is `now`. If it has been later before, the clock has been set back, and every pause is moved with it.
    pub(super) fn notice_the_time(&mut self, now: Moment) {
        let latest = self.desk.noticed_at.replace(now).filter(|latest| *latest > now);
        let Some(back) = latest.map(|latest| now.until(latest)) else { return };
        let desk = &mut self.desk;
        let pauses = [
            &mut desk.not_before,
            &mut desk.unanswered_since,
            &mut desk.read_at,
            &mut desk.scan.until,
            &mut self.last_create_at,
            &mut self.cancelled_at,
        ];
        for moment in pauses.into_iter().flatten() {
            *moment = moment.minus(back);
        }
    }
}
