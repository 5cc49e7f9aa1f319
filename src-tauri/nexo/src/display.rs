//! What a register wants people to read.

use contract::screen::{TEXT_COLUMNS, TEXT_ROWS};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::condition::{Condition, Fault};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DisplayRequest {
    display_output: Vec<DisplayOutput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DisplayOutput {
    device: String,
    info_qualify: String,
    output_content: OutputContent,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OutputContent {
    output_format: String,
    output_text: Option<Vec<OutputText>>,
    predefined_content: Option<PredefinedContent>,
    #[serde(rename = "OutputXHTML")]
    _xhtml: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OutputText {
    text: Option<String>,
    alignment: Option<String>,
    end_of_line_flag: Option<bool>,
}

#[derive(Deserialize)]
struct PredefinedContent {
    #[serde(rename = "ReferenceID")]
    reference: String,
}

/// One thing that is to be shown, and where.
#[derive(Clone, Debug)]
pub struct Output {
    /// `CustomerDisplay` and the like; echoed.
    pub device: String,
    /// What it is for; echoed.
    pub info_qualify: String,
    /// What, or why it can't be.
    pub show: Result<Show, Fault>,
}

/// What the customer screen can be asked to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Show {
    /// These rows, at most [`TEXT_ROWS`] of at most [`TEXT_COLUMNS`] characters.
    Text(Vec<String>),
    /// Nothing of the sale.
    Idle,
}

impl DisplayRequest {
    pub(crate) fn outputs(self) -> Vec<Output> {
        let output = |output: DisplayOutput| Output {
            show: shown(&output),
            device: output.device,
            info_qualify: output.info_qualify,
        };
        self.display_output.into_iter().map(output).collect()
    }
}

fn shown(output: &DisplayOutput) -> Result<Show, Fault> {
    if output.device != "CustomerDisplay" {
        let detail = "Kvitt has one display for registers, CustomerDisplay";
        return Err(Fault::new(Condition::UnavailableDevice, detail));
    }
    let content = &output.output_content;
    match (content.output_format.as_str(), &content.predefined_content, &content.output_text) {
        ("Text", _, Some(pieces)) => rows_of(pieces).map(Show::Text),
        ("Text", _, None) => Err(Fault::format("OutputContent.OutputText is missing")),
        ("MessageRef", Some(content), _) if content.reference.eq_ignore_ascii_case("idle") => Ok(Show::Idle),
        ("MessageRef", _, _) => Err(Fault::format("PredefinedContent.ReferenceID must be Idle")),
        _ => {
            let detail = "OutputFormat must be Text, or MessageRef with Idle; show a sale with its lines by the POS \
                          API, PUT /v1/cart";
            Err(Fault::new(Condition::UnavailableService, detail))
        }
    }
}

/// The text as rows: broken between words where it is too long, and set where it is to stand.
fn rows_of(pieces: &[OutputText]) -> Result<Vec<String>, Fault> {
    let mut rows = Vec::new();
    let mut line = String::new();
    for (nth, piece) in pieces.iter().enumerate() {
        line.push_str(piece.text.as_deref().unwrap_or_default());
        if piece.end_of_line_flag.unwrap_or(true) || nth + 1 == pieces.len() {
            let alignment = piece.alignment.as_deref().unwrap_or("Left");
            for part in line.lines().flat_map(broken) {
                rows.push(aligned(&part, alignment));
            }
            line.clear();
        }
        if rows.len() > TEXT_ROWS {
            let detail = format!("the text has more than {TEXT_ROWS} lines of {TEXT_COLUMNS} characters");
            return Err(Fault::format(detail));
        }
    }
    Ok(rows)
}

/// A line in pieces that fit, broken between words where there are any.
fn broken(line: &str) -> Vec<String> {
    let mut left: Vec<char> = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut parts = Vec::new();
    while left.len() > TEXT_COLUMNS && parts.len() <= TEXT_ROWS {
        let space = left[..=TEXT_COLUMNS].iter().rposition(|c| *c == ' ').filter(|at| *at > 0);
        let rest = left.split_off(space.unwrap_or(TEXT_COLUMNS));
        parts.push(left.iter().collect());
        left = rest.into_iter().skip_while(|c| *c == ' ').collect();
    }
    parts.push(left.iter().collect());
    parts
}

fn aligned(row: &str, alignment: &str) -> String {
    match alignment {
        "Centred" => format!("{:^TEXT_COLUMNS$}", row.trim()).trim_end().to_owned(),
        "Right" => format!("{:>TEXT_COLUMNS$}", row.trim()),
        _ => row.trim_end().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn show(device: &str, content: &Value) -> Result<Show, Fault> {
        let request = json!({ "DisplayOutput": [
            { "Device": device, "InfoQualify": "Display", "OutputContent": content }
        ] });
        let request: DisplayRequest = serde_json::from_value(request).expect("a request");
        request.outputs().remove(0).show
    }

    fn rows(pieces: &Value) -> Result<Vec<String>, Condition> {
        match show("CustomerDisplay", &json!({ "OutputFormat": "Text", "OutputText": pieces })) {
            Ok(Show::Text(rows)) => Ok(rows),
            Ok(Show::Idle) => panic!("it is a text"),
            Err(fault) => Err(fault.condition),
        }
    }

    #[test]
    fn text_is_set_in_rows() {
        let pieces = json!([
            { "Text": "Kaffe", "EndOfLineFlag": false },
            { "Text": "      2 x 45,00" },
            { "Text": "Velkommen", "Alignment": "Centred" },
            { "Text": "90,00", "Alignment": "Right" },
            { "Text": "Takk for handelen, og velkommen igjen" },
        ]);
        let expected = [
            "Kaffe      2 x 45,00",
            "     Velkommen",
            "               90,00",
            "Takk for handelen,",
            "og velkommen igjen",
        ];
        assert_eq!(rows(&pieces).expect("it fits"), expected);
        assert_eq!(rows(&json!([{ "Text": "x".repeat(25) }])).expect("it fits").len(), 2);
        assert_eq!(rows(&json!([{ "Text": "to\nlinjer" }])).expect("it fits"), ["to", "linjer"]);
        assert_eq!(rows(&json!([{ "Text": "x".repeat(200) }])), Err(Condition::MessageFormat));
    }

    #[test]
    fn what_can_not_be_shown_is_refused() {
        let idle = json!({ "OutputFormat": "MessageRef", "PredefinedContent": { "ReferenceID": "Idle" } });
        assert_eq!(show("CustomerDisplay", &idle), Ok(Show::Idle));
        let condition = |device: &str, content: &Value| show(device, content).expect_err("refused").condition;
        assert_eq!(condition("CashierDisplay", &idle), Condition::UnavailableDevice);
        let receipt = json!({ "OutputFormat": "XHTML", "OutputXHTML": "PGh0bWwvPg==" });
        assert_eq!(condition("CustomerDisplay", &receipt), Condition::UnavailableService);
        let code = json!({ "OutputFormat": "BarCode", "OutputBarcode": { "BarcodeValue": "1" } });
        assert_eq!(condition("CustomerDisplay", &code), Condition::UnavailableService);
        let other = json!({ "OutputFormat": "MessageRef", "PredefinedContent": { "ReferenceID": "Pin" } });
        assert_eq!(condition("CustomerDisplay", &other), Condition::MessageFormat);
    }

    proptest! {
        #[test]
        fn whatever_is_shown_fits(
            pieces in prop::collection::vec(("(?s).{0,60}", "Left|Centred|Right|Justified", any::<bool>()), 0..8),
        ) {
            let pieces: Vec<Value> = pieces
                .into_iter()
                .map(|(text, at, ends)| json!({ "Text": text, "Alignment": at, "EndOfLineFlag": ends }))
                .collect();
            if let Ok(rows) = rows(&Value::Array(pieces)) {
                prop_assert!(rows.len() <= TEXT_ROWS, "{:?}", rows);
                prop_assert!(rows.iter().all(|row| row.chars().count() <= TEXT_COLUMNS), "{:?}", rows);
                prop_assert!(!rows.iter().any(|row| row.chars().any(char::is_control)), "{:?}", rows);
            }
        }
    }
}
