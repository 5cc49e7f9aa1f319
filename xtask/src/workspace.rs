//! Where things are: the repository, and what is made from it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::run;

/// The folders of this repository.
pub(crate) struct Workspace {
    /// The repository itself.
    pub(crate) root: PathBuf,
    /// Where Cargo puts what it builds: `target/`, unless the environment or Cargo's settings say otherwise.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Finds the folders, and makes those that are ours.
    pub(crate) fn find() -> Result<Self> {
        let root =
            Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask/ lies in no folder")?.to_owned();
        let mut ask = Command::new(cargo());
        ask.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).current_dir(&root);
        let facts: serde_json::Value = serde_json::from_str(&run::answer(&mut ask)?)?;
        let target =
            facts["target_directory"].as_str().context("`cargo metadata` names no target_directory")?;
        let workspace = Self { root, target: PathBuf::from(target) };
        for folder in [workspace.logs(), workspace.stamps()] {
            std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        }
        Ok(workspace)
    }

    /// Where the whole output of every step goes.
    pub(crate) fn logs(&self) -> PathBuf {
        self.target.join("xtask").join("logs")
    }

    /// Where we write down what has been done, so that it is not done again.
    pub(crate) fn stamps(&self) -> PathBuf {
        self.target.join("xtask").join("stamps")
    }

    /// The front end's folder.
    pub(crate) fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// A program of ours, built for development.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(name)
    }

    /// The same path as a person would type it, standing in the repository.
    pub(crate) fn short<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }

    /// A command that runs in the repository.
    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.root);
        command
    }

    /// Cargo, in the repository.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        self.command(&cargo(), arguments)
    }
}

/// The Cargo that runs us, so that one toolchain builds everything.
fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}
