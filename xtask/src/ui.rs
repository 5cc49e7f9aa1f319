//! The front end: installed and built only when something has changed since the last time.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::run::{note, step};
use crate::workspace::Workspace;

/// Where the client library is that the till is tried with.
const CLIENT: &str = "tests/clients/nexo";
/// Folders of `ui/` that are made, not written.
const MADE: [&str; 3] = ["node_modules", "dist", "dist-browser"];

/// Fetches the front end's packages, exactly as locked.
pub(crate) fn install(workspace: &Workspace) -> Result<()> {
    packages(workspace, &workspace.ui(), "npm-ci", "Front end")
}

/// Fetches the client library of somebody else that the till is tried with.
pub(crate) fn install_client(workspace: &Workspace) -> Result<()> {
    packages(workspace, &workspace.root.join(CLIENT), "npm-ci-client", "Published client")
}

fn packages(workspace: &Workspace, folder: &Path, stamp: &str, what: &str) -> Result<()> {
    let asked = [folder.join("package.json"), folder.join("package-lock.json"), folder.join(".npmrc")];
    // npm writes down what it has installed; without it, or with another one, the folder is not ours.
    let made = [folder.join("node_modules/.package-lock.json")];
    let stamp = Stamp::new(workspace.stamps().join(stamp), &asked)?;
    if stamp.holds(&made) {
        note(&format!("{what}: packages as locked"));
        return Ok(());
    }
    let mut install = workspace.command("npm", &["ci"]);
    step(workspace, &format!("{what}: npm ci"), install.current_dir(folder))?;
    stamp.set(&made)
}

/// Builds the pages that the windows show.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    let ui = workspace.ui();
    let pages = [ui.join("dist")];
    let stamp = Stamp::new(workspace.stamps().join("ui-build"), &sources(&ui)?)?;
    if stamp.holds(&pages) {
        note("Front end: pages as built");
        return Ok(());
    }
    script(workspace, "Front end: build the pages", "build")?;
    stamp.set(&pages)
}

/// Builds the pages that a browser shows, with stories in place of a till: `ui/dist-browser`.
pub(crate) fn build_for_browsers(workspace: &Workspace) -> Result<()> {
    script(workspace, "Front end: build the pages for browsers", "build:browser")
}

/// Every check of the front end.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    script(workspace, "Front end: formatting", "format:check")?;
    script(workspace, "Front end: types and markup", "check")?;
    script(workspace, "Front end: tests", "test")
}

fn script(workspace: &Workspace, caption: &str, name: &str) -> Result<()> {
    let mut command = workspace.command("npm", &["run", "--silent", name]);
    step(workspace, caption, command.current_dir(workspace.ui()))
}

/// All that the pages are made from.
fn sources(ui: &Path) -> Result<Vec<PathBuf>> {
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(ui).with_context(|| format!("reading {}", ui.display()))? {
        let entry = entry?;
        if !MADE.iter().any(|made| entry.file_name() == *made) {
            sources.push(entry.path());
        }
    }
    sources.sort();
    Ok(sources)
}

/// Remembers by a fingerprint what something was made from, and what came out.
///
/// Both sides count: pages that somebody else has built since then are not the ones that we know.
struct Stamp {
    file: PathBuf,
    /// Taken before the work begins: what is edited during it is not part of what comes out.
    from: String,
}

impl Stamp {
    fn new(file: PathBuf, from: &[PathBuf]) -> Result<Self> {
        Ok(Self { file, from: fingerprint(from)? })
    }

    fn holds(&self, made: &[PathBuf]) -> bool {
        let known = std::fs::read_to_string(&self.file);
        known.is_ok_and(|known| self.text(made).is_ok_and(|text| text == known))
    }

    fn set(&self, made: &[PathBuf]) -> Result<()> {
        let text = self.text(made)?;
        std::fs::write(&self.file, text).with_context(|| format!("writing {}", self.file.display()))
    }

    fn text(&self, made: &[PathBuf]) -> Result<String> {
        Ok(format!("from {} made {}\n", self.from, fingerprint(made)?))
    }
}

fn fingerprint(paths: &[PathBuf]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        add(&mut hasher, path).with_context(|| format!("reading {}", path.display()))?;
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Adds the names and contents of a file, or of all files under a folder.
fn add(hasher: &mut DefaultHasher, path: &Path) -> std::io::Result<()> {
    path.hash(hasher);
    if path.is_dir() {
        let entries = std::fs::read_dir(path)?.map(|entry| Ok(entry?.path()));
        let mut entries = entries.collect::<std::io::Result<Vec<_>>>()?;
        entries.sort();
        return entries.iter().try_for_each(|entry| add(hasher, entry));
    }
    std::fs::read(path)?.hash(hasher);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Desk {
        ui: tempfile::TempDir,
        stamps: tempfile::TempDir,
    }

    impl Desk {
        fn new() -> Self {
            let desk = Self { ui: tempfile::tempdir().unwrap(), stamps: tempfile::tempdir().unwrap() };
            for path in ["src/deep", "dist", "node_modules"] {
                std::fs::create_dir_all(desk.ui.path().join(path)).unwrap();
            }
            desk.write("src/deep/a.ts", "1");
            desk.write("dist/a.js", "1");
            assert!(!desk.stamp().holds(&desk.made()));
            desk.stamp().set(&desk.made()).unwrap();
            assert!(desk.holds());
            desk
        }

        fn write(&self, path: &str, text: &str) {
            std::fs::write(self.ui.path().join(path), text).unwrap();
        }

        fn stamp(&self) -> Stamp {
            Stamp::new(self.stamps.path().join("stamp"), &sources(self.ui.path()).unwrap()).unwrap()
        }

        fn made(&self) -> [PathBuf; 1] {
            [self.ui.path().join("dist")]
        }

        fn holds(&self) -> bool {
            self.stamp().holds(&self.made())
        }
    }

    #[test]
    fn a_changed_source_breaks_the_stamp() {
        let desk = Desk::new();
        desk.write("src/deep/a.ts", "2");
        assert!(!desk.holds());
        desk.write("src/deep/a.ts", "1");
        assert!(desk.holds());
    }

    #[test]
    fn a_new_source_breaks_the_stamp() {
        let desk = Desk::new();
        desk.write("src/b.ts", "");
        assert!(!desk.holds());
    }

    #[test]
    fn pages_that_somebody_else_built_break_the_stamp() {
        let desk = Desk::new();
        desk.write("dist/a.js", "2");
        assert!(!desk.holds());
        std::fs::remove_dir_all(desk.ui.path().join("dist")).unwrap();
        assert!(!desk.holds());
    }

    #[test]
    fn an_edit_during_the_build_breaks_the_stamp() {
        let desk = Desk::new();
        let stamp = desk.stamp();
        desk.write("src/deep/a.ts", "2");
        stamp.set(&desk.made()).unwrap();
        assert!(!desk.holds());
    }

    #[test]
    fn what_npm_installs_is_no_source() {
        let desk = Desk::new();
        desk.write("node_modules/a.js", "1");
        assert!(desk.holds());
    }
}
