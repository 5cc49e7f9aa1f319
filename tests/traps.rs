//! The page of traps: all sixty-four are there, and the tests that it names exist.

use crate::repository::{read, texts};

/// How many traps have been collected.
const TRAPS: usize = 64;

#[test]
fn every_trap_has_its_line() {
    let page = read("docs/traps.md");
    let lines: Vec<Vec<&str>> = lines(&page).collect();
    let numbers: Vec<String> = lines.iter().map(|cells| cells[0].to_owned()).collect();
    assert_eq!(numbers, (1..=TRAPS).map(|number| number.to_string()).collect::<Vec<_>>());
    for cells in lines {
        assert_eq!(cells.len(), 4, "{cells:?}");
        assert!(cells.iter().all(|cell| !cell.is_empty()), "{cells:?}");
    }
}

#[test]
fn every_test_that_is_named_exists() {
    let texts = texts();
    let exists = |name: &str| {
        let (place, test) = name.split_once(':').unwrap_or_else(|| panic!("{name} names no crate"));
        let test = test.trim_start_matches([':', ' ']);
        let (folder, start) = match place {
            "ui" => ("ui/src/".to_owned(), format!("it('{test}'")),
            krate => (format!("src-tauri/{krate}/"), test.to_owned()),
        };
        texts.iter().any(|file| file.path.starts_with(&folder) && file.text.contains(&start))
    };
    let page = read("docs/traps.md");
    let named: Vec<&str> = lines(&page).flat_map(|cells| cells[3].split('`').skip(1).step_by(2)).collect();
    assert!(named.len() > TRAPS / 2, "only {} tests are named", named.len());
    let missing: Vec<_> = named.into_iter().filter(|name| !exists(name)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

/// The cells of the table's lines, without its head.
fn lines(page: &str) -> impl Iterator<Item = Vec<&str>> {
    let rows = page.lines().filter(|line| line.starts_with("| ")).skip(1);
    rows.map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
}
