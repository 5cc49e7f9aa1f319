//! The rules of this repository that no compiler knows. To change a rule, change it here and in ARCHITECTURE.md.

use std::collections::{BTreeMap, BTreeSet};

use crate::repository::{Text, names_in, read, root, texts};

/// Who may depend on whom: the crate, what it may use, and what its tests may use as well.
const ARROWS: [(&str, &[&str], &[&str]); 25] = [
    ("payment", &[], &[]),
    ("vipps", &[], &["conformance"]),
    ("private-file", &[], &[]),
    ("typed-secret", &[], &[]),
    ("consents", &["private-file"], &[]),
    ("contract", &[], &[]),
    ("journal", &["payment"], &[]),
    ("till", &["payment", "journal", "vipps", "contract", "consents"], &["simulator"]),
    ("nexo", &["contract"], &[]),
    ("line-display", &[], &[]),
    (
        "pos-api",
        &["till", "contract", "nexo", "link", "private-file"],
        &["payment", "journal", "vipps", "consents", "simulator"],
    ),
    ("webhooks", &["till", "contract", "private-file"], &["payment", "journal", "vipps", "simulator"]),
    ("cli", &["contract"], &[]),
    ("link", &["till", "contract", "journal", "private-file"], &["hub", "payment", "simulator", "vipps"]),
    (
        "hub",
        &["till", "contract", "journal", "payment", "vipps", "private-file", "merchants", "typed-secret"],
        &["simulator", "own-postgres"],
    ),
    ("own-postgres", &[], &[]),
    ("rush-hour", &["own-postgres"], &[]),
    ("merchants", &["vipps", "private-file"], &["simulator"]),
    ("simulator", &["vipps"], &["conformance"]),
    ("simulation", &["till", "payment", "journal", "vipps", "contract", "simulator"], &[]),
    ("checklist", &["vipps", "contract"], &["simulator"]),
    ("conformance", &[], &["vipps", "simulator"]),
    (
        "shell",
        &["till", "contract", "payment", "vipps", "consents", "private-file", "link", "typed-secret"],
        &["journal", "simulator"],
    ),
    ("xtask", &["own-postgres"], &[]),
    (
        "kvitt",
        &[
            "payment",
            "vipps",
            "journal",
            "contract",
            "consents",
            "private-file",
            "till",
            "line-display",
            "link",
            "pos-api",
            "webhooks",
            "cli",
            "merchants",
            "simulator",
            "checklist",
            "shell",
        ],
        &[],
    ),
];

/// Crates that bring the web view with them, and who may.
const WEB_VIEW: [&str; 3] = ["tauri", "webkit2gtk", "wry"];
const WITH_WEB_VIEW: [&str; 2] = ["kvitt", "shell"];

/// What may lie at the top, beside hidden files and what is made.
const TOP: [&str; 17] = [
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "clippy.toml",
    "docs",
    "icons",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "src-tauri",
    "tauri.conf.json",
    "tests",
    "ui",
];
const TOP_TOO: [&str; 3] = ["gen", "target", "xtask"];

/// The most lines of a source file: more is more than one concept.
const LINES_MAX: usize = 400;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 7] = ["manager", "helper", "helpers", "util", "utils", "misc", "common"];

#[test]
fn dependencies_point_one_way() {
    let manifests = manifests();
    let ours: BTreeSet<&str> = manifests.keys().map(String::as_str).collect();
    let known: BTreeSet<&str> = ARROWS.iter().map(|(name, _, _)| *name).collect();
    assert_eq!(ours, known, "the crates, and those whose arrows are drawn here");
    let mut wrong = Vec::new();
    for (name, uses, tests_use) in ARROWS {
        for (kind, dependency) in dependencies(&manifests[name]) {
            let allowed = match kind {
                Kind::Product => uses.contains(&dependency.as_str()),
                Kind::Tests => {
                    uses.contains(&dependency.as_str()) || tests_use.contains(&dependency.as_str())
                }
            };
            if ours.contains(dependency.as_str()) && !allowed {
                wrong.push(format!("{name} must not depend on {dependency} ({kind:?})"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_shell_and_the_program_know_the_web_view() {
    for (name, manifest) in manifests() {
        let web_view = |dependency: &str| WEB_VIEW.iter().any(|known| dependency.starts_with(known));
        let used: Vec<_> = dependencies(&manifest).into_iter().map(|(_, name)| name).collect();
        let knows = used.iter().any(|dependency| web_view(dependency));
        assert_eq!(knows, WITH_WEB_VIEW.contains(&name.as_str()), "{name} depends on {used:?}");
    }
    let pages = texts().into_iter().filter(|file| file.path.starts_with("ui/src/"));
    let knowing: Vec<String> = pages
        .filter(|file| !file.name().contains(".test.") && file.text.contains("from '@tauri-apps/"))
        .map(|file| file.path)
        .collect();
    assert_eq!(knowing, ["ui/src/platform/tauri.ts"]);
}

#[test]
fn the_simulator_shares_no_wire_type_with_the_client() {
    let knowing: Vec<String> = texts()
        .into_iter()
        .filter(|file| file.path.starts_with("src-tauri/simulator/src/") && file.extension() == "rs")
        .filter(|file| {
            code(&file.text).any(|(_, line)| line.contains("vipps::") || line.contains("use vipps"))
        })
        .map(|file| file.path)
        .collect();
    assert_eq!(knowing, ["src-tauri/simulator/src/in_memory.rs"]);
}

#[test]
fn the_top_is_tidy() {
    let strangers: Vec<String> = names_in(root())
        .into_iter()
        .filter(|name| !name.starts_with('.'))
        .filter(|name| !TOP.contains(&name.as_str()) && !TOP_TOO.contains(&name.as_str()))
        .collect();
    assert!(strangers.is_empty(), "{strangers:?}: what is it, and does it have to lie at the top?");
    for name in TOP {
        assert!(root().join(name).exists(), "{name} is gone");
    }
}

#[test]
fn files_are_named_after_what_they_are_about() {
    let bad: Vec<String> = sources()
        .filter(|file| {
            let stem = file.name().split('.').next().unwrap_or_default().to_lowercase();
            stem == "mod" || stem.split(['_', '-']).any(|word| EMPTY_NAMES.contains(&word))
        })
        .map(|file| file.path)
        .collect();
    assert!(bad.is_empty(), "{bad:#?}");
}

#[test]
fn a_file_holds_one_concept() {
    let long: Vec<String> = sources()
        .filter(|file| file.text.lines().count() > LINES_MAX)
        .map(|file| format!("{}: {} lines", file.path, file.text.lines().count()))
        .collect();
    assert!(long.is_empty(), "more than {LINES_MAX} lines: {long:#?}");
}

#[test]
fn every_rust_file_says_what_it_is_for() {
    // Modules of tests may have their caption where they are declared.
    let silent: Vec<String> = sources()
        .filter(|file| is_product(file) && !file.text.starts_with("//! "))
        .map(|file| file.path)
        .collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn nothing_can_panic_without_saying_why() {
    let mut bare = Vec::new();
    for file in sources().filter(is_product) {
        let lines: Vec<&str> = file.text.lines().collect();
        let for_tests = lines.windows(2).position(|two| two[0] == "#[cfg(test)]" && two[1].ends_with('{'));
        let for_tests = for_tests.unwrap_or(lines.len());
        for (index, line) in code(&file.text).take_while(|(index, _)| *index < for_tests) {
            let panics = [".unwrap()", ".expect(", "panic!(", "unreachable!("];
            let reason =
                lines[index.saturating_sub(4)..index].iter().any(|line| line.contains("#[expect(clippy::"));
            if panics.iter().any(|call| line.contains(call)) && !reason {
                bare.push(format!("{}:{}: {}", file.path, index + 1, line.trim()));
            }
        }
    }
    assert!(bare.is_empty(), "{bare:#?}");
}

#[test]
fn lints_are_switched_off_only_with_a_reason() {
    // Written in two parts, or this file would find itself.
    let allow = concat!("#[al", "low(");
    let off: Vec<String> = sources()
        .filter(|file| file.text.contains(allow) || file.text.contains(&allow.replace('#', "#!")))
        .map(|file| file.path)
        .collect();
    assert!(off.is_empty(), "use #[expect(…, reason = …)]: {off:#?}");
    for (name, manifest) in manifests() {
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{name} does not take the lints of the workspace"
        );
    }
}

#[test]
fn nothing_is_left_unfinished() {
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
        concat!("#[ig", "nore]"),
    ];
    assert_eq!(found(&marks), Vec::<String>::new());
}

#[test]
fn nothing_of_one_machine_is_in_the_repository() {
    let marks = [
        concat!("/wo", "rk/"),
        concat!("/fa", "rm/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("static.cra", "tes"),
        concat!("index.cra", "tes"),
        concat!("registry.npm", "js"),
        concat!("files.python", "hosted"),
        concat!("deb.deb", "ian"),
    ];
    assert_eq!(found(&marks), Vec::<String>::new());
}

#[test]
fn the_map_shows_every_crate() {
    let manifest = read("Cargo.toml");
    let map = read("ARCHITECTURE.md");
    for (name, uses, _) in ARROWS {
        if name == "kvitt" {
            continue;
        }
        let folder = if name == "xtask" { name.to_owned() } else { format!("src-tauri/{name}") };
        let member = manifest.lines().find(|line| line.trim().starts_with(&format!("\"{folder}\"")));
        assert!(member.is_some_and(|line| line.contains(" # ")), "{folder} has no caption in Cargo.toml");
        let arrow = map.lines().find(|line| line.trim().starts_with(&format!("{name} ─")));
        let drawn = arrow.and_then(|line| line.split("► ").nth(1)).unwrap_or("none of ours");
        let true_to_life = uses.is_empty() || drawn.starts_with(&uses.join(", "));
        assert!(true_to_life, "ARCHITECTURE.md draws {name} ─► {drawn}; it is {uses:?}");
        assert!(
            map.contains(&format!("| `{name}` |")),
            "ARCHITECTURE.md does not say what {name} does not know"
        );
    }
}

/// What a dependency is for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Product,
    Tests,
}

/// The manifest of every package, by the package's name.
fn manifests() -> BTreeMap<String, String> {
    let mut manifests = BTreeMap::new();
    let files = texts().into_iter().filter(|file| file.name() == "Cargo.toml");
    for file in files {
        let mut package = file.text.lines().skip_while(|line| *line != "[package]");
        let name = package.find_map(|line| line.strip_prefix("name = "));
        let name = name.unwrap_or_else(|| panic!("{} names no package", file.path));
        manifests.insert(name.trim_matches('"').to_owned(), file.text);
    }
    manifests
}

/// What a manifest depends on, and for what.
fn dependencies(manifest: &str) -> Vec<(Kind, String)> {
    let mut kind = None;
    let mut dependencies = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            // `[workspace.dependencies]` only says which versions there are.
            kind = match section {
                _ if section.starts_with("workspace") => None,
                _ if section.ends_with("dev-dependencies") => Some(Kind::Tests),
                _ if section.ends_with("dependencies") => Some(Kind::Product),
                _ => None,
            };
        } else if let Some(kind) = kind
            && let Some(end) = line.find(['.', ' ', '='])
            && !line.starts_with('#')
        {
            dependencies.push((kind, line[..end].to_owned()));
        }
    }
    dependencies
}

/// The files that people write code in.
fn sources() -> impl Iterator<Item = Text> {
    let written = |file: &Text| file.path != "ui/src/contract.ts";
    let kinds = ["rs", "ts", "svelte", "css", "html", "sql", "js"];
    texts().into_iter().filter(move |file| kinds.contains(&file.extension()) && written(file))
}

/// Rust that is shipped: no test, and none of the promises that the journal's stores are put to.
fn is_product(file: &Text) -> bool {
    let in_tests = file.path.split('/').any(|part| part == "tests" || part == "tests.rs");
    let promises = file.path.starts_with("src-tauri/journal/src/contract");
    file.extension() == "rs" && !in_tests && !promises
}

/// The lines of a Rust file that are code, with their index.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// Where any of `marks` stands in a text that is ours.
fn found(marks: &[&str]) -> Vec<String> {
    let mut places = Vec::new();
    for file in texts() {
        let not_ours = file.path.starts_with("src-tauri/vipps/openapi/") || file.name().contains("lock");
        for (index, line) in file.text.lines().enumerate().filter(|_| !not_ours) {
            if marks.iter().any(|mark| line.contains(mark)) {
                places.push(format!("{}:{}: {}", file.path, index + 1, line.trim()));
            }
        }
    }
    places
}
