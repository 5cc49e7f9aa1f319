//! The programs of PostgreSQL, and whom they are run as.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian puts them, one folder for each version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// Users that root may run it as, the best first.
const USERS: [&str; 2] = ["postgres", "nobody"];

/// The programs of PostgreSQL.
#[derive(Debug)]
pub(crate) struct Programs {
    folder: PathBuf,
    user: Option<User>,
}

/// Whom root runs them as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) id: u32,
    pub(crate) group: u32,
}

impl Programs {
    /// The newest version that is installed.
    pub(crate) fn find() -> Option<Programs> {
        let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir(DEBIAN)
            .into_iter()
            .flatten()
            .filter_map(|entry| {
                let entry = entry.ok()?;
                Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))
            })
            .collect();
        versions.sort();
        let debian = versions.into_iter().rev().map(|(_, folder)| folder);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folder = debian.chain(std::env::split_paths(&path)).find(|folder| has_all(folder))?;
        let is_root = rustix::process::geteuid().is_root();
        let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let user = if is_root { Some(USERS.iter().find_map(|name| User::of(&users, name))?) } else { None };
        Some(Programs { folder, user })
    }

    /// Whom they are run as, if not as whoever asks.
    pub(crate) fn user(&self) -> Option<User> {
        self.user
    }

    /// One of them, run as somebody who may run it, and ended by the kernel when we are.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = self.guarded();
        command.arg(self.folder.join(program)).current_dir("/").env("LC_ALL", "C.UTF-8");
        command
    }

    /// Whether whom they are run as comes to `folder`.
    pub(crate) fn come_to(&self, folder: &Path) -> bool {
        let mut test = self.guarded();
        test.args(["test", "-w"]).arg(folder);
        test.status().is_ok_and(|status| status.success())
    }

    fn guarded(&self) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "INT"]);
        if let Some(User { id, group }) = self.user {
            command.args([format!("--reuid={id}"), format!("--regid={group}"), "--clear-groups".to_owned()]);
        }
        command.arg("--");
        command
    }
}

impl User {
    /// The user `name` of a file like `/etc/passwd`.
    fn of(users: &str, name: &str) -> Option<User> {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2).map(|field| field.parse().ok());
        Some(User { id: fields.next()??, group: fields.next()?? })
    }
}

fn has_all(folder: &Path) -> bool {
    let runs = |name| {
        let program = std::fs::metadata(folder.join(name));
        program.is_ok_and(|program| program.is_file() && program.permissions().mode() & 0o111 != 0)
    };
    ["initdb", "postgres", "pg_isready"].into_iter().all(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_not_taken_for_another_that_begins_like_it() {
        let users =
            "root:x:0:0:root:/root:/bin/sh\npostgres2:x:7:8::/:\npostgres:x:101:104:,,,:/var/lib:/bin/sh\n";
        assert_eq!(User::of(users, "postgres"), Some(User { id: 101, group: 104 }));
        assert_eq!(User::of(users, "nobody"), None);
    }
}
