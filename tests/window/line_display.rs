//! The customer reads on the big screen what a register writes to its line display.

use std::io::Write;

use serde_json::{Value, json};

use crate::line_display::{register, stands};
use crate::support::driver::Window;
use crate::support::premises::Premises;

/// The rows as they are painted, how wide each letter of one is, and how high against the window.
const ROWS: &str = r"
    const rows = [...document.querySelectorAll('[data-testid=rows] p')];
    const width = (row) => {
        const range = document.createRange();
        range.selectNodeContents(row);
        return range.getBoundingClientRect().width / row.textContent.length;
    };
    return {
        texts: rows.map((row) => row.textContent),
        widths: rows.map(width),
        height: parseFloat(getComputedStyle(rows[0]).fontSize) / window.innerHeight,
        overflows: document.documentElement.scrollWidth > window.innerWidth,
    };";

#[test]
fn the_columns_of_a_register_stand_as_it_has_set_them() {
    let window = Window::on(Premises::with_a_line_display());
    let mut register = register(&window.ready);
    register.write_all(b"\x0cFilterkaffe  2x45,00\r\nIIIIIIIIIIIIIIIIIIII").expect("it reads");
    stands(&window.pos, ["Filterkaffe  2x45,00", "IIIIIIIIIIIIIIIIIIII"]);
    assert_eq!(window.shows("text")["headline"], "Kassen viser");
    window.pos.screen_shows("text");
    let painted = window.run(ROWS);
    assert_eq!(painted["texts"], json!(["Filterkaffe  2x45,00", "IIIIIIIIIIIIIIIIIIII"]));
    let widths: Vec<f64> =
        painted["widths"].as_array().expect("two").iter().filter_map(Value::as_f64).collect();
    assert!((widths[0] - widths[1]).abs() < 0.5, "each letter is as wide as the others: {painted}");
    let height = painted["height"].as_f64().expect("a number");
    assert!(height > 0.08, "it can be read from three metres: {painted}");
    assert_eq!(painted["overflows"], false);
    window.screenshot("line-display");

    window.pos.charge("sale-1042-1", 9_000);
    window.shows("scan");
}
