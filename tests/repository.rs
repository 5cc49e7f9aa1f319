//! The repository itself, as text: what the tests of rules and documents read.

use std::path::{Path, PathBuf};

/// Folders that are made, not written.
const MADE: [&str; 6] = ["target", "gen", "node_modules", "dist", "dist-browser", ".git"];

/// A file of this repository that is text.
pub(crate) struct Text {
    /// Its path from the top of the repository, with `/` on every system.
    pub(crate) path: String,
    /// What is in it.
    pub(crate) text: String,
}

impl Text {
    /// What it ends with, without the dot.
    pub(crate) fn extension(&self) -> &str {
        self.name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Its name without folders.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

/// The top of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of one file.
pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every text in the repository, in the order of their paths.
pub(crate) fn texts() -> Vec<Text> {
    let mut texts = Vec::new();
    collect(root(), &mut texts);
    texts.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(texts.len() > 200, "only {} files were found, so nothing has been tested", texts.len());
    texts
}

/// The names in a folder, in order.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("the folder can be read").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn collect(folder: &Path, texts: &mut Vec<Text>) {
    for name in names_in(folder) {
        let path: PathBuf = folder.join(&name);
        if path.is_dir() {
            if !MADE.contains(&name.as_str()) {
                collect(&path, texts);
            }
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            // What is not UTF-8 is a picture.
            let inside = path.strip_prefix(root()).expect("it was found below the top");
            let path = inside.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>();
            texts.push(Text { path: path.join("/"), text });
        }
    }
}
