//! What a long run may have cost, and whether it did: the bounds, and the table that they are held against.

use std::fmt;
use std::time::Duration;

use super::process_tree::Holding;
use crate::times::{Times, Written};

/// What was measured after so many payments.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    /// Payments so far.
    pub(crate) payments: u32,
    /// Since the first began.
    pub(crate) elapsed: Duration,
    /// What the program and all its processes hold.
    pub(crate) holding: Holding,
    /// The journal and what belongs to it, in bytes.
    pub(crate) journal_bytes: u64,
    /// How long it took to ask for old payments by their references.
    pub(crate) lookup: Times,
    /// How long it took to search; empty where the till can't.
    pub(crate) search: Times,
}

/// What is allowed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Memory after the run, in per cent of that after the warm-up.
    pub(crate) memory_percent: u64,
    /// And so much more, in KiB: collectors of garbage run when they like.
    pub(crate) memory_more_kib: u64,
    /// File descriptors, threads and processes more than after the warm-up, each.
    pub(crate) handles_more: u64,
    /// Of the journal for each payment, in bytes.
    pub(crate) journal_bytes_per_payment: u64,
    /// 95 of 100 lookups of one payment.
    pub(crate) lookup: Duration,
    /// 95 of 100 searches.
    pub(crate) search: Duration,
    /// From the death of the customer's page to the same screen, in the middle.
    pub(crate) page_back: Duration,
}

impl Bounds {
    /// Of a run that is long enough for what leaks to show.
    pub(crate) const LONG: Bounds = Bounds {
        memory_percent: 100,
        // The first sample is taken when the customer's page has just been renewed; so much it may gather until it is
        // renewed again.
        memory_more_kib: 100 * 1024,
        handles_more: 8,
        journal_bytes_per_payment: 8 * 1024,
        lookup: Duration::from_millis(20),
        search: Duration::from_millis(100),
        page_back: Duration::from_millis(500),
    };
    /// Of a short one on a machine that does other things as well: only what is badly wrong.
    pub(crate) const SHORT: Bounds = Bounds {
        memory_percent: 130,
        memory_more_kib: 60 * 1024,
        // Connections that are kept for the next call come and go.
        handles_more: 24,
        // What SQLite writes ahead takes 4 MiB, however few there are.
        journal_bytes_per_payment: 64 * 1024,
        lookup: Duration::from_millis(200),
        search: Duration::from_millis(500),
        page_back: Duration::from_secs(3),
    };
}

/// One thing that was measured, and what was allowed.
#[derive(Debug)]
pub(crate) struct Finding {
    what: &'static str,
    measured: String,
    allowed: String,
    /// Whether it is within.
    pub(crate) good: bool,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.good { '✓' } else { '✗' };
        write!(f, "{mark} {:<24} {:>12}   at most {}", self.what, self.measured, self.allowed)
    }
}

/// Holds the samples after the warm-up and at the end, and the times in which a killed page came back, against
/// `bounds`.
pub(crate) fn judge(warm: &Sample, end: &Sample, back: &Times, bounds: &Bounds) -> Vec<Finding> {
    let (then, now) = (&warm.holding, &end.holding);
    let memory = then.kib() * bounds.memory_percent / 100 + bounds.memory_more_kib;
    let mut findings = vec![Finding {
        what: "memory of all processes",
        measured: mib(now.kib()),
        allowed: format!("{} ({} after the warm-up)", mib(memory), mib(then.kib())),
        good: now.kib() <= memory,
    }];
    for (what, then, now) in [
        ("file descriptors", then.descriptors, now.descriptors),
        ("threads", then.threads, now.threads),
        ("processes", then.processes, now.processes),
    ] {
        let most = then + bounds.handles_more;
        let allowed = format!("{most} ({then} after the warm-up)");
        findings.push(Finding { what, measured: now.to_string(), allowed, good: now <= most });
    }
    let journal = end.journal_bytes / u64::from(end.payments.max(1));
    findings.push(Finding {
        what: "journal for each payment",
        measured: format!("{journal} B"),
        allowed: format!("{} B", bounds.journal_bytes_per_payment),
        good: journal <= bounds.journal_bytes_per_payment,
    });
    for (what, measured, most) in [
        ("lookup, 95 of 100", end.lookup.p95(), bounds.lookup),
        ("search, 95 of 100", end.search.p95(), bounds.search),
        ("dead page is back, median", back.median(), bounds.page_back),
    ] {
        let good = measured.is_none_or(|measured| measured <= most);
        let (measured, allowed) = (Written(measured).to_string(), Written(Some(most)).to_string());
        findings.push(Finding { what, measured, allowed, good });
    }
    findings
}

/// The head of the table of samples.
pub(crate) const HEAD: &str = "payments    time    all MiB   main  pages  other    fds  threads  procs  journal MiB    lookup    search";

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = &self.holding;
        write!(
            f,
            "{:>8} {:>5} s {:>10} {:>6} {:>6} {:>6} {:>6} {:>8} {:>6} {:>12} {:>9} {:>9}",
            self.payments,
            self.elapsed.as_secs(),
            held.kib() / 1024,
            held.main_kib / 1024,
            held.pages_kib / 1024,
            held.others_kib / 1024,
            held.descriptors,
            held.threads,
            held.processes,
            tenths(self.journal_bytes),
            Written(self.lookup.p95()),
            Written(self.search.p95()),
        )
    }
}

/// Bytes in MiB, with one decimal.
fn tenths(bytes: u64) -> String {
    let tenths = bytes * 10 / (1 << 20);
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn mib(kib: u64) -> String {
    format!("{} MiB", kib / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(payments: u32, mib: u64) -> Sample {
        let holding = Holding {
            main_kib: mib * 1024,
            descriptors: 100,
            threads: 40,
            processes: 4,
            ..Holding::default()
        };
        Sample {
            payments,
            elapsed: Duration::from_mins(1),
            holding,
            journal_bytes: u64::from(payments) * 4_000,
            lookup: Times::default(),
            search: Times::default(),
        }
    }

    fn exceeded(end: &Sample) -> Vec<&'static str> {
        let findings = judge(&sample(500, 200), end, &Times::default(), &Bounds::LONG);
        findings.into_iter().filter(|finding| !finding.good).map(|finding| finding.what).collect()
    }

    #[test]
    fn a_till_may_gather_a_hundred_megabytes_until_its_page_is_renewed() {
        assert_eq!(exceeded(&sample(10_000, 300)), Vec::<&str>::new());
        assert_eq!(exceeded(&sample(10_000, 301)), ["memory of all processes"]);
    }

    #[test]
    fn handles_may_not_grow() {
        let mut end = sample(10_000, 200);
        end.holding.descriptors += 9;
        end.holding.threads += 8;
        assert_eq!(exceeded(&end), ["file descriptors"]);
    }

    #[test]
    fn a_slow_lookup_is_named_and_one_that_was_not_measured_is_not() {
        let mut end = sample(10_000, 200);
        end.lookup.add(Duration::from_millis(21));
        assert_eq!(exceeded(&end), ["lookup, 95 of 100"]);
    }

    #[test]
    fn a_large_journal_is_named() {
        let end = Sample { journal_bytes: 10_000 * 8_193, ..sample(10_000, 200) };
        assert_eq!(exceeded(&end), ["journal for each payment"]);
    }
}
