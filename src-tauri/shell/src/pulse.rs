//! How one page does, from what is heard of it: pure, with time passed in. What is done about it, `pages` does.
//!
//! A page says about every two seconds that it runs and paints, or every ten where nobody pays: each time wakes a processor
//! that has nothing else to do. When it is told that there is something newer it is back at two. One that is silent for too
//! long hangs; one whose process has ended is dead. Both are loaded again at once; one that does not keep well is given
//! ever more rest between the tries, and now and then a whole new window.

use std::time::Duration;

/// So long a page that paints may be silent. It says something every two seconds.
pub(crate) const SILENT_MAX: Duration = Duration::from_secs(5);
/// So long a page that was let rest may be silent, unless it is told something. It says something every ten seconds.
const RESTING_SILENT_MAX: Duration = Duration::from_secs(25);
/// So long a page may be silent that nobody can see: the web view lets its timers run rarely.
const HIDDEN_SILENT_MAX: Duration = Duration::from_mins(1);
/// So long a page may take until it first says something.
const LOADING_MAX: Duration = Duration::from_secs(20);
/// A page that has been heard for so long is well again, and its earlier troubles are forgotten.
const WELL_AFTER: Duration = Duration::from_secs(10);
/// The rest after the first try. It doubles with each, up to the longest.
const REST: Duration = Duration::from_secs(1);
const REST_MAX: Duration = Duration::from_mins(1);
/// Every so many tries the window itself is opened anew: loading the page has not helped.
const TRIES_IN_A_WINDOW: u32 = 4;
/// A page that has drawn so many codes is renewed as soon as nobody pays. What the web view keeps of each, some 70 KiB
/// that it does not count and rarely collects, would fill a small machine in a month.
const CODES_MAX: u32 = 500;

/// What to do about a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// End its process, if it still has one, and load it again.
    Reload,
    /// Open a new window in place of the old one.
    OpenAnew,
}

/// How one page does.
#[derive(Debug)]
pub(crate) struct Pulse {
    state: State,
    /// Since it last said something, or since it began to be loaded.
    silent: Duration,
    /// Since when it has been heard without a break.
    heard: Duration,
    /// How often something was done about it since it was last well.
    tries: u32,
    /// Until something may be done about it again.
    rest: Duration,
    /// How many codes it has drawn since it began to be loaded.
    codes: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Loading,
    Painting,
    Resting,
    Hidden,
    Lost,
}

impl State {
    fn silent_max(self) -> Duration {
        match self {
            State::Loading => LOADING_MAX,
            State::Painting => SILENT_MAX,
            State::Resting => RESTING_SILENT_MAX,
            State::Hidden => HIDDEN_SILENT_MAX,
            State::Lost => Duration::MAX,
        }
    }
}

impl Pulse {
    /// Of a page that begins to be loaded.
    pub(crate) fn loading() -> Pulse {
        Pulse {
            state: State::Loading,
            silent: Duration::ZERO,
            heard: Duration::ZERO,
            tries: 0,
            rest: Duration::ZERO,
            codes: 0,
        }
    }

    /// Whether people can see what the page shows, as far as is known.
    pub(crate) fn is_painting(&self) -> bool {
        matches!(self.state, State::Painting | State::Resting)
    }

    /// The page says that it runs, and whether it paints. It is told whether it may rest.
    pub(crate) fn beats(&mut self, painting: bool, may_rest: bool) {
        self.state = match (painting, may_rest) {
            (true, true) => State::Resting,
            (true, false) => State::Painting,
            (false, _) => State::Hidden,
        };
        self.silent = Duration::ZERO;
    }

    /// The page is told that there is something newer, which ends its rest.
    pub(crate) fn told(&mut self) {
        if self.state == State::Resting {
            (self.state, self.silent) = (State::Painting, Duration::ZERO);
        }
    }

    /// The page draws another code.
    pub(crate) fn draws(&mut self) {
        self.codes = self.codes.saturating_add(1);
    }

    /// Nobody pays now, so it may be renewed if it is time for that. Nothing is wrong with it.
    pub(crate) fn idles(&mut self) -> Option<Remedy> {
        if self.codes < CODES_MAX || !self.is_there() {
            return None;
        }
        self.state = State::Loading;
        (self.silent, self.codes, self.rest) = (Duration::ZERO, 0, REST);
        Some(Remedy::Reload)
    }

    /// The page's process has ended.
    pub(crate) fn dies(&mut self) -> Option<Remedy> {
        self.state = State::Lost;
        self.remedy()
    }

    /// So much time has passed in which the page could have been heard.
    pub(crate) fn passes(&mut self, time: Duration) -> Option<Remedy> {
        self.silent = self.silent.saturating_add(time);
        self.rest = self.rest.saturating_sub(time);
        if self.silent >= self.state.silent_max() {
            self.state = State::Lost;
        }
        if self.is_there() {
            self.heard = self.heard.saturating_add(time);
        }
        if self.heard >= WELL_AFTER {
            (self.tries, self.rest) = (0, Duration::ZERO);
        }
        self.remedy()
    }

    fn is_there(&self) -> bool {
        self.is_painting() || self.state == State::Hidden
    }

    fn remedy(&mut self) -> Option<Remedy> {
        if self.state != State::Lost || !self.rest.is_zero() {
            return None;
        }
        self.rest = REST.saturating_mul(1 << self.tries.min(u32::BITS - 1)).min(REST_MAX);
        self.tries = self.tries.saturating_add(1);
        self.state = State::Loading;
        (self.silent, self.heard, self.codes) = (Duration::ZERO, Duration::ZERO, 0);
        Some(if self.tries.is_multiple_of(TRIES_IN_A_WINDOW) { Remedy::OpenAnew } else { Remedy::Reload })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// A page that has been painting for long enough to be well.
    fn well() -> Pulse {
        let mut pulse = Pulse::loading();
        beats_for(&mut pulse, WELL_AFTER);
        pulse
    }

    fn beats_for(pulse: &mut Pulse, time: Duration) {
        for _ in 0..time.as_secs() {
            pulse.beats(true, false);
            assert_eq!(pulse.passes(SECOND), None, "{pulse:?}");
        }
    }

    /// The seconds until something is done about it, and what. It says nothing meanwhile.
    fn silent_until_remedy(pulse: &mut Pulse) -> (u64, Remedy) {
        let found = (1..=1_000).find_map(|second| pulse.passes(SECOND).map(|remedy| (second, remedy)));
        found.expect("something is done at last")
    }

    #[test]
    fn a_page_that_is_heard_is_left_alone() {
        let mut pulse = well();
        beats_for(&mut pulse, Duration::from_hours(10));
        assert!(pulse.is_painting());
    }

    #[test]
    fn a_page_that_hangs_is_loaded_again_after_five_silent_seconds() {
        let mut pulse = well();
        pulse.beats(true, false);
        assert_eq!(silent_until_remedy(&mut pulse), (5, Remedy::Reload));
        assert!(!pulse.is_painting());
        pulse.beats(true, false);
        assert!(pulse.is_painting());
    }

    #[test]
    fn a_page_that_rests_may_be_silent_for_longer_until_it_is_told_something() {
        let mut pulse = well();
        pulse.beats(true, true);
        assert!(pulse.is_painting());
        assert_eq!(silent_until_remedy(&mut pulse), (25, Remedy::Reload));

        let mut pulse = well();
        pulse.beats(true, true);
        for _ in 0..20 {
            assert_eq!(pulse.passes(SECOND), None);
        }
        pulse.told();
        assert_eq!(silent_until_remedy(&mut pulse), (5, Remedy::Reload));
    }

    /// News come again and again, and a page that hangs does not live of it.
    #[test]
    fn a_page_that_is_told_more_and_more_is_not_given_more_time() {
        let mut pulse = well();
        pulse.beats(true, true);
        for second in 1..5 {
            pulse.told();
            assert_eq!(pulse.passes(SECOND), None, "{second}");
        }
        pulse.told();
        assert_eq!(pulse.passes(SECOND), Some(Remedy::Reload));
        pulse.told();
        assert!(!pulse.is_painting(), "it is being loaded");
    }

    #[test]
    fn a_page_that_dies_is_loaded_again_at_once() {
        let mut pulse = well();
        assert_eq!(pulse.dies(), Some(Remedy::Reload));
        assert!(!pulse.is_painting());
    }

    #[test]
    fn a_page_that_nobody_sees_may_be_silent_for_longer() {
        let mut pulse = well();
        pulse.beats(false, true);
        assert!(!pulse.is_painting());
        assert_eq!(silent_until_remedy(&mut pulse), (60, Remedy::Reload));
    }

    #[test]
    fn a_page_that_never_comes_is_loaded_again() {
        assert_eq!(silent_until_remedy(&mut Pulse::loading()), (20, Remedy::Reload));
    }

    /// Each try is followed by more rest, up to a minute, and every fourth opens a new window.
    #[test]
    fn a_page_that_dies_again_and_again_makes_no_storm() {
        let mut pulse = well();
        assert_eq!(pulse.dies(), Some(Remedy::Reload));
        let mut tries = Vec::new();
        for _ in 0..8 {
            pulse.beats(true, false);
            assert_eq!(pulse.dies(), None, "it rests");
            tries.push(silent_until_remedy(&mut pulse));
        }
        let rests: Vec<u64> = tries.iter().map(|(seconds, _)| *seconds).collect();
        assert_eq!(rests, [1, 2, 4, 8, 16, 32, 60, 60]);
        let anew: Vec<bool> = tries.iter().map(|(_, remedy)| *remedy == Remedy::OpenAnew).collect();
        assert_eq!(anew, [false, false, true, false, false, false, true, false]);
    }

    #[test]
    fn a_page_that_keeps_well_is_forgiven() {
        let mut pulse = well();
        for _ in 0..3 {
            assert_eq!(pulse.dies(), Some(Remedy::Reload));
            beats_for(&mut pulse, WELL_AFTER);
        }
        assert_eq!(pulse.dies(), Some(Remedy::Reload), "the fourth in all, and not of one trouble");
    }

    #[test]
    fn a_page_that_has_drawn_many_codes_is_renewed_once_while_nobody_pays() {
        let mut pulse = well();
        for _ in 1..CODES_MAX {
            pulse.draws();
        }
        assert_eq!(pulse.idles(), None);
        pulse.draws();
        assert_eq!(pulse.idles(), Some(Remedy::Reload));
        assert!(!pulse.is_painting());
        assert_eq!((pulse.idles(), pulse.dies()), (None, None), "its end was wanted");
        pulse.beats(true, false);
        assert_eq!(pulse.idles(), None);
        assert!(pulse.is_painting());
    }

    #[test]
    fn a_page_that_is_being_loaded_is_not_renewed() {
        let mut pulse = Pulse::loading();
        (0..CODES_MAX).for_each(|_| pulse.draws());
        assert_eq!(pulse.idles(), None);
    }

    /// A machine that was only too slow: the page is heard while it was given up and rested.
    #[test]
    fn a_page_that_comes_back_by_itself_is_left_alone() {
        let mut pulse = well();
        assert_eq!(pulse.dies(), Some(Remedy::Reload));
        assert_eq!(pulse.dies(), None);
        beats_for(&mut pulse, WELL_AFTER);
    }
}
