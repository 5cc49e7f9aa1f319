//! What is measured of whom, and what came of it.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::times::Times;

/// Who is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    /// The program, with the customer's and the cashier's window, its till, its journal and its POS API.
    Kvitt,
    /// The customer's page in Chromium's kiosk mode.
    Chromium,
    /// The customer's page in a bare WebKitGTK window.
    BareWebKit,
    /// Both pages in one Chromium.
    ChromiumBoth,
}

impl Who {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Who::Kvitt => "kvitt",
            Who::Chromium => "chromium",
            Who::BareWebKit => "bareWebKit",
            Who::ChromiumBoth => "chromiumBoth",
        }
    }
}

/// What takes time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    Cart,
    Code,
    Outcome,
    ApprovalPolled,
    ApprovalHinted,
    Killed,
    FirstPaint,
}

impl What {
    pub(crate) const ALL: [What; 7] = [
        What::Cart,
        What::Code,
        What::Outcome,
        What::ApprovalPolled,
        What::ApprovalHinted,
        What::Killed,
        What::FirstPaint,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            What::Cart => "cart change → painted",
            What::Code => "start → QR painted, beyond the API's answers",
            What::Outcome => "status known → result painted",
            What::ApprovalPolled => "approval → paid painted, polling every second",
            What::ApprovalHinted => "approval → paid painted, with a hint",
            What::Killed => "web view killed → same screen painted",
            What::FirstPaint => "process start → first paint",
        }
    }

    /// What 95 of 100 should stay within, where that is a fixed time.
    pub(crate) fn target(self) -> Option<Duration> {
        match self {
            What::Cart => Some(Duration::from_millis(16)),
            What::Code => Some(Duration::from_millis(50)),
            What::Outcome => Some(Duration::from_millis(30)),
            What::Killed => Some(Duration::from_millis(500)),
            What::ApprovalPolled | What::ApprovalHinted | What::FirstPaint => None,
        }
    }
}

/// What a program costs while nothing happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rest {
    /// Memory of all its processes (PSS), in KiB.
    pub(crate) kib: u64,
    /// Of that, what the processes hold that paint pages of WebKitGTK, in KiB.
    pub(crate) pages_kib: u64,
    /// How many processes there are.
    pub(crate) processes: u64,
    /// Time on processors.
    pub(crate) busy: Duration,
    /// While so much time passed.
    pub(crate) passed: Duration,
}

impl Rest {
    /// Of one processor core, in per cent.
    pub(crate) fn busy_percent(&self) -> f64 {
        100.0 * self.busy.as_secs_f64() / self.passed.as_secs_f64().max(f64::EPSILON)
    }
}

/// Everything that was measured in one run.
#[derive(Debug, Default)]
pub(crate) struct Results {
    pub(crate) times: BTreeMap<(What, Who), Times>,
    pub(crate) rests: BTreeMap<Who, Rest>,
    /// Those whose killed page was not back within ten seconds.
    pub(crate) stay_dead: Vec<Who>,
    /// From one look at the display to the next.
    pub(crate) between_looks: Times,
}

impl Results {
    pub(crate) fn add(&mut self, what: What, who: Who, time: Duration) {
        self.times.entry((what, who)).or_default().add(time);
    }

    pub(crate) fn looked(&mut self, pauses: &Times) {
        pauses.all().iter().for_each(|pause| self.between_looks.add(*pause));
    }
}
