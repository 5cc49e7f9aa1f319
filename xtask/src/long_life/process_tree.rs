//! A running program and all that it has started, as the kernel sees them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// What a tree of processes holds at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Holding {
    /// Memory of the program itself, in KiB: what is shared with others counts in part (PSS).
    pub(crate) main_kib: u64,
    /// Memory of the processes that paint the pages, in KiB.
    pub(crate) pages_kib: u64,
    /// Memory of all other processes, in KiB. It is one: the web view's own for the network.
    pub(crate) others_kib: u64,
    /// Open file descriptors of all.
    pub(crate) descriptors: u64,
    /// Threads of all.
    pub(crate) threads: u64,
    /// Processes, the program itself included.
    pub(crate) processes: u64,
}

impl Holding {
    /// Memory of all together, in KiB.
    pub(crate) fn kib(&self) -> u64 {
        self.main_kib + self.pages_kib + self.others_kib
    }
}

/// One process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Process {
    /// Its id.
    pub(crate) id: u32,
    parent: u32,
    /// What the kernel calls it: the first 15 bytes of its file name.
    name: String,
    threads: u64,
    /// Time on a processor so far, in ticks of the kernel.
    ticks: u64,
}

impl Process {
    /// Whether it paints a page.
    pub(crate) fn is_page(&self) -> bool {
        self.name.starts_with("WebKitWebProces")
    }
}

/// What the program `id` and all that it has started hold now.
///
/// # Errors
///
/// When the program is not there, or may not be looked into.
pub(crate) fn holding(id: u32) -> Result<Holding> {
    let tree = tree(id)?;
    let mut holding = Holding { processes: tree.len() as u64, ..Holding::default() };
    for process in &tree {
        let kib = memory_kib(process.id)?;
        match process {
            _ if process.id == id => holding.main_kib += kib,
            page if page.is_page() => holding.pages_kib += kib,
            _ => holding.others_kib += kib,
        }
        let descriptors = std::fs::read_dir(folder(process.id).join("fd"));
        holding.descriptors += descriptors.with_context(|| process.name.clone())?.count() as u64;
        holding.threads += process.threads;
    }
    Ok(holding)
}

/// How long the program `id` and all that it has started have been on a processor until now, each by its id.
pub(crate) fn processor_times(id: u32) -> Result<BTreeMap<u32, Duration>> {
    let second = rustix::param::clock_ticks_per_second();
    let time = |process: &Process| Duration::from_nanos(process.ticks * (1_000_000_000 / second));
    Ok(tree(id)?.iter().map(|process| (process.id, time(process))).collect())
}

/// The program `id` and all that it has started, oldest first.
pub(crate) fn tree(id: u32) -> Result<Vec<Process>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir("/proc")?.flatten() {
        let id = entry.file_name().to_str().and_then(|name| name.parse().ok());
        // Processes come and go while we look.
        if let Some(process) = id.and_then(read) {
            all.insert(process.id, process);
        }
    }
    let tree = below(&all, id);
    if tree.is_empty() {
        bail!("there is no process {id}");
    }
    Ok(tree)
}

/// Those of `all` that `id` has started, and itself.
fn below(all: &BTreeMap<u32, Process>, id: u32) -> Vec<Process> {
    let is_below = |process: &Process| {
        let parents = std::iter::successors(Some(process), |process| all.get(&process.parent));
        parents.take(all.len()).any(|process| process.id == id)
    };
    all.values().filter(|process| is_below(process)).cloned().collect()
}

fn read(id: u32) -> Option<Process> {
    parse(id, &std::fs::read_to_string(folder(id).join("stat")).ok()?)
}

/// Reads `/proc/ID/stat`. One that has ended and only waits to be noticed is none.
fn parse(id: u32, stat: &str) -> Option<Process> {
    // The name may hold anything, also spaces and parentheses.
    let (before, after) = stat.rsplit_once(')')?;
    let (_, name) = before.split_once('(')?;
    let fields: Vec<&str> = after.split_whitespace().collect();
    let alive = *fields.first()? != "Z";
    let process = Process {
        id,
        parent: fields.get(1)?.parse().ok()?,
        name: name.to_owned(),
        ticks: fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?,
        threads: fields.get(17)?.parse().ok()?,
    };
    alive.then_some(process)
}

fn memory_kib(id: u32) -> Result<u64> {
    let file = folder(id).join("smaps_rollup");
    let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    let pss = text.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kib = pss.and_then(|pss| pss.trim().strip_suffix(" kB")?.parse().ok());
    kib.with_context(|| format!("no Pss in {}", file.display()))
}

fn folder(id: u32) -> PathBuf {
    PathBuf::from(format!("/proc/{id}"))
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    fn process(id: u32, parent: u32) -> Process {
        Process { id, parent, name: format!("process {id}"), threads: 1, ticks: 0 }
    }

    #[test]
    fn a_tree_is_whoever_was_started_by_whoever_was_started() {
        let all = [process(1, 0), process(10, 1), process(11, 10), process(12, 11), process(20, 1)];
        let all = all.into_iter().map(|process| (process.id, process)).collect();
        let ids = |id| below(&all, id).iter().map(|process| process.id).collect::<Vec<_>>();
        assert_eq!(ids(10), [10, 11, 12]);
        assert_eq!(ids(20), [20]);
        assert_eq!(ids(99), Vec::<u32>::new());
    }

    #[test]
    fn a_name_may_hold_anything() {
        let stat = "7 (a) b) S 3 7 7 0 -1 4194560 1 0 0 0 30 12 0 0 20 0 5 0 100";
        let found = parse(7, stat).unwrap();
        assert_eq!((found.parent, found.name.as_str(), found.threads, found.ticks), (3, "a) b", 5, 42));
        assert_eq!(parse(7, &stat.replace(" S ", " Z ")), None);
    }

    #[test]
    fn we_hold_what_our_children_hold() {
        let ours = std::process::id();
        let before = holding(ours).unwrap();
        assert!(before.main_kib > 0 && before.descriptors >= 3 && before.threads >= 1, "{before:?}");
        let mut child = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let seen = tree(ours).unwrap();
        assert!(seen.iter().any(|process| process.id == child.id()), "{seen:?}");
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
