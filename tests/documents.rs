//! What the documents promise: their links lead somewhere, what they tell a person to type exists, and the
//! settings that they show are settings.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Deserializer, Value};

use crate::repository::{Text, read, root, texts};
use crate::support::display::Display;
use crate::support::program::Program;

/// What a line to type may begin with.
const COMMANDS: [&str; 8] =
    ["cargo", "curl", "kvitt", "kvitt-hub", "kvitt-simulator", "mkdir", "npm", "printf"];
/// Options that stand before any command of `kvitt-hub`.
const OF_EVERY_HUB_COMMAND: [&str; 2] = ["--config", "--data"];
/// What `cargo` is asked for, beside its aliases.
const CARGO: [&str; 8] = ["build", "clippy", "fmt", "install", "mutants", "nextest", "run", "test"];
/// Paths that documents speak of and that are made, or put there by a person.
const MADE: [&str; 4] = ["ui/dist", "ui/src/look/brand/brand.svg", "target/debug/kvitt", "target/demo"];

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for document in documents() {
        for target in links(&document.text).filter(|target| !target.contains("://")) {
            let (path, heading) = target.split_once('#').unwrap_or((target, ""));
            let folder = document.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let file = match path {
                "" => root().join(&document.path),
                path => root().join(folder).join(path),
            };
            let found = file.exists()
                && (heading.is_empty()
                    || std::fs::read_to_string(&file)
                        .is_ok_and(|text| headings(&text).any(|slug| slug == heading)));
            if !found {
                broken.push(format!("{}: {target}", document.path));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn files_that_are_named_exist() {
    let mut missing = Vec::new();
    for document in documents().filter(|document| !document.path.starts_with("ui/")) {
        let inside =
            ["src-tauri/", "ui/", "tests/", "docs/", "xtask/", "icons/", ".ci/", ".config/", ".cargo/"];
        for path in code_spans(&document.text).filter(|span| inside.iter().any(|top| span.starts_with(top))) {
            let pattern = path.contains(['*', '{', '<', ' ', '…']);
            if !pattern && !MADE.contains(&path) && !root().join(path).exists() {
                missing.push(format!("{}: {path}", document.path));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn what_is_to_be_typed_exists() {
    let mut wrong = Vec::new();
    for document in documents() {
        for line in blocks(&document.text, "sh").flat_map(str::lines).filter(|line| !line.trim().is_empty()) {
            if let Err(why) = check_command(line) {
                wrong.push(format!("{}: {line}: {why}", document.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_command_that_does_not_exist_is_noticed() {
    for line in [
        "kvit demo",
        "kvitt demonstrate",
        "kvitt demo --colour red",
        "kvitt keys lose",
        "cargo xtask demolish",
        "cargo xtask demo --colour red",
        "cargo xtask bench hub --tillz 7",
        "cargo tset",
        "cargo test -p tills",
        "cargo run -p simulator -- --color",
        "npm --prefix ui run biuld",
        "npm --prefix uii ci",
    ] {
        assert!(check_command(line).is_err(), "{line}");
    }
}

#[test]
fn the_settings_that_are_shown_are_settings() {
    let mut shown = 0;
    for document in documents() {
        for text in blocks(&document.text, "json settings") {
            shown += 1;
            let said = kvitt_with_settings(text);
            // The settings have been read when it goes on to look for the keys.
            assert!(said.contains("there are no keys for"), "{}: {text}\n{said}", document.path);
        }
    }
    assert!(shown >= 4, "only {shown} examples were found");
    let said =
        kvitt_with_settings(r#"{ "shop": { "nmae": "Kaffebaren" }, "salesUnit": { "msn": "123456" } }"#);
    assert!(said.contains("nmae"), "a wrong one would not have been noticed: {said}");
}

#[test]
fn every_setting_is_described() {
    let schema: Value =
        serde_json::from_str(&read("src-tauri/shell/settings.schema.json")).expect("the schema is JSON");
    let mut settings = Vec::new();
    collect_settings(&schema, &schema, "", &mut settings);
    settings.sort();
    let document = read("docs/settings.md");
    let table = document.split("## All of them").nth(1).expect("there is the table of all settings");
    let table = table.split("\n## ").next().unwrap_or_default();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let mut described: Vec<String> = rows.map(|(name, _)| name.to_owned()).collect();
    described.sort();
    assert_eq!(described, settings, "docs/settings.md, and the settings that there are");
}

#[test]
fn the_pos_api_works_as_the_readme_says() {
    let readme = read("README.md");
    let block = blocks(&readme, "sh").find(|block| block.contains("curl ")).expect("it shows the POS API");
    let home = tempfile::tempdir().expect("there is room");
    let display = Display::open();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_kvitt"));
    demo.args(["demo", "--json", "--pos-port", "0", "--data"]).arg(home.path().join(".local/share/kvitt"));
    demo.env("TMPDIR", home.path());
    display.lend_to(&mut demo);
    let demo = Program::start("kvitt demo", &demo);
    let ready: Value = serde_json::from_str(&demo.first_line()).expect("it says that it is ready");

    let typed = block.replace("http://127.0.0.1:7650", ready["pos"].as_str().expect("it says where it is"));
    let mut shell = Command::new("sh");
    shell.args(["-euc", &typed]).env("HOME", home.path()).env("no_proxy", "127.0.0.1");
    let said = said(&shell.output().expect("there is a shell"));
    let answers = Deserializer::from_str(&said).into_iter::<Value>();
    let answers: Vec<Value> = answers.map_while(Result::ok).collect();
    assert_eq!(answers.len(), 3, "{said}");
    for answer in answers {
        assert_eq!(answer["reference"], "sale-1042-1", "{said}");
        assert_eq!(answer["amount"]["value"], 24_900, "{said}");
    }
}

/// The documents of this repository.
fn documents() -> impl Iterator<Item = Text> {
    texts().into_iter().filter(|file| file.extension() == "md")
}

/// The targets of all links and pictures.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

/// What the headings are called in links.
fn headings(text: &str) -> impl Iterator<Item = String> {
    let titles = text.lines().filter(|line| line.starts_with('#'));
    titles.map(|line| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    })
}

/// The `code` in running text.
fn code_spans(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.starts_with("```")).flat_map(|line| line.split('`').skip(1).step_by(2))
}

/// The insides of the fenced blocks that are marked as `kind`.
fn blocks<'a>(text: &'a str, kind: &str) -> impl Iterator<Item = &'a str> {
    let opening = format!("```{kind}\n");
    let rest: Vec<&str> = text.split(&opening).skip(1).collect();
    rest.into_iter().filter_map(|rest| rest.split("\n```").next())
}

/// Whether a line to type names a program, a subcommand and options that there are.
fn check_command(line: &str) -> Result<(), String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let words: Vec<&str> = words.into_iter().skip_while(|word| is_assignment(word)).collect();
    let Some((program, rest)) = words.split_first() else { return Ok(()) };
    let program = program.rsplit('/').next().unwrap_or_default();
    match program {
        "kvitt" => check_kvitt(rest),
        "cargo" => check_cargo(rest),
        "npm" => check_npm(rest),
        "kvitt-hub" => check_hub(rest),
        "kvitt-simulator" => check_options(rest, "src-tauri/simulator/src/main.rs"),
        // What they print, `examples::` holds.
        "node" | "python3" => {
            let example = rest.first().copied().unwrap_or_default();
            root().join(example).is_file().then_some(()).ok_or_else(|| format!("there is no {example}"))
        }
        _ if COMMANDS.contains(&program) => Ok(()),
        _ => Err(format!("{program} is none of {COMMANDS:?}")),
    }
}

/// What is about codes and about auditors has a file of its own.
fn check_hub(words: &[&str]) -> Result<(), String> {
    let own = [
        ("auditor", "src-tauri/hub/src/auditor_command.rs"),
        ("codes", "src-tauri/hub/src/command/codes.rs"),
        ("store", "src-tauri/hub/src/command/stores.rs"),
    ];
    let Some((_, source)) = own.into_iter().find(|(subject, _)| words.contains(subject)) else {
        return check_options(words, "src-tauri/hub/src/command.rs");
    };
    let of_it: Vec<&str> =
        words.iter().copied().filter(|word| !OF_EVERY_HUB_COMMAND.contains(word)).collect();
    check_options(&of_it, source)
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        // The rest of `TOKEN=$(cat FILE)`.
        || word.ends_with(')')
}

/// Asks the program itself: a subcommand that it does not know has no help, and help names every option.
fn check_kvitt(words: &[&str]) -> Result<(), String> {
    let subcommands: Vec<&str> = words.iter().copied().take_while(|word| !word.starts_with('-')).collect();
    let help = Command::new(env!("CARGO_BIN_EXE_kvitt")).args(&subcommands).arg("--help").output();
    let help = help.map_err(|error| error.to_string())?;
    if !help.status.success() {
        return Err(said(&help));
    }
    options(words)
        .find(|option| !said(&help).contains(option))
        .map_or(Ok(()), |option| Err(format!("no {option}")))
}

fn check_cargo(words: &[&str]) -> Result<(), String> {
    let (Some(&task), rest) = (words.first(), words.get(1..).unwrap_or_default()) else {
        return Err("nothing to do".to_owned());
    };
    if let Some(at) = rest.iter().position(|word| matches!(*word, "-p" | "--package")) {
        let package = rest.get(at + 1).copied().unwrap_or_default();
        let folder = if package == "xtask" { package.to_owned() } else { format!("src-tauri/{package}") };
        if package != "kvitt" && !root().join(folder).join("Cargo.toml").exists() {
            return Err(format!("no package {package}"));
        }
    }
    match task {
        "xtask" => {
            let subcommand = rest.first().copied().unwrap_or_default();
            // A task of a task, such as `bench hub`, has a file of its own.
            let of_it = rest.get(1).map(|inner| format!("xtask/src/{subcommand}/{inner}.rs"));
            let source = of_it.filter(|source| root().join(source).exists());
            let source = source.unwrap_or_else(|| format!("xtask/src/{}.rs", subcommand.replace('-', "_")));
            check_options(rest, &source)
        }
        "run" => {
            let after = rest.iter().position(|word| *word == "--").map_or(&[][..], |at| &rest[at + 1..]);
            if rest.contains(&"simulator") {
                check_options(after, "src-tauri/simulator/src/main.rs")
            } else {
                check_kvitt(after)
            }
        }
        _ if CARGO.contains(&task) => Ok(()),
        alias if read(".cargo/config.toml").contains(&format!("\n{alias} = ")) => Ok(()),
        _ => Err(format!("cargo knows no {task}")),
    }
}

/// Options are fields of the arguments in the source file `source`.
fn check_options(words: &[&str], source: &str) -> Result<(), String> {
    if !root().join(source).is_file() {
        return Err(format!("there is no {source}"));
    }
    let source = read(source);
    let field = |option: &str| format!("    {}: ", option.trim_start_matches('-').replace('-', "_"));
    options(words)
        .find(|option| !source.contains(&field(option)))
        .map_or(Ok(()), |option| Err(format!("no {option}")))
}

fn check_npm(words: &[&str]) -> Result<(), String> {
    let words = match words {
        ["--prefix", folder, rest @ ..] if root().join(folder).join("package.json").exists() => rest,
        _ => return Err("say where: npm --prefix ui".to_owned()),
    };
    let manifest: Value =
        serde_json::from_str(&read("ui/package.json")).map_err(|error| error.to_string())?;
    match words {
        ["ci" | "test"] => Ok(()),
        ["run", script] if manifest["scripts"][script].is_string() => Ok(()),
        _ => Err(format!("no {words:?}")),
    }
}

fn options<'a>(words: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    words.iter().copied().filter(|word| word.starts_with("--") && word.len() > 2)
}

/// What `kvitt` says when it is asked where the keys are, with these settings.
fn kvitt_with_settings(settings: &str) -> String {
    let folder = tempfile::tempdir().expect("there is room");
    std::fs::write(folder.path().join("settings.json"), settings).expect("it can be written");
    let mut kvitt = Command::new(env!("CARGO_BIN_EXE_kvitt"));
    kvitt.args(["keys", "where", "--config"]).arg(folder.path());
    // Whoever runs the tests may have a keyring; it is not ours.
    kvitt.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", Path::new("nowhere").display()));
    said(&kvitt.output().expect("it can be started"))
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The dotted names of all settings in a JSON Schema.
fn collect_settings(root: &Value, schema: &Value, before: &str, settings: &mut Vec<String>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{before}{name}");
        let referred = property["$ref"].as_str().and_then(|to| root.pointer(to.trim_start_matches('#')));
        let property = referred.unwrap_or(property);
        if property["properties"].is_object() {
            collect_settings(root, property, &format!("{path}."), settings);
        } else {
            settings.push(path);
        }
    }
}
