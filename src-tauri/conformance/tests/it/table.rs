//! The survey, as a page to be read and checked in.

use std::fmt::Write;

use conformance::Exceptions;

use crate::coverage::{Row, Survey};

/// Operations that were published and that nothing of ours needs, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("POST /miami/v1/token", "for accounting and donations only (1.1)"),
    (
        "GET /ecomm/v2/payments/{orderId}/status",
        "deprecated: it tells the last transaction only, and is not to be used (1.2); the simulator answers it",
    ),
    ("GET /order-management/v1/orders/{transactionId}", V1),
    ("PUT /order-management/v1/orders/{transactionId}", V1),
    ("GET /order-management/v1/receipts/{transactionId}", V1),
    ("POST /order-management/v1/receipts/{transactionId}", V1),
    ("GET /partner-api/v0/merchants/{orgno}", PARTNER),
    ("GET /partner-api/v0/salesunits/{msn}", PARTNER),
    ("POST /partner-api/v1/products/orders", PARTNER),
];

const V1: &str = "deprecated; the second version has taken its place (1.5)";
const PARTNER: &str =
    "the Management API has taken its place (0.15, 1.8), of which no specification was published";

const HEAD: &str = "\
# Coverage of the Vipps MobilePay APIs

A test makes this page (`cargo test -p conformance`): the real client speaks to the real simulator, and every request and
every answer is held against the specification that Vipps MobilePay has published. Where that text and the living service
disagree, the service is followed, and the exception is listed below with the section of our summary of the APIs that says
why.

- **client**: the call that sends it.
- **simulator**: the status with which it is done.
- **held**: how many exchanges were held against the published text.
- **refusals**: statuses with which the simulator has refused it, each of which the client has understood.

| operation | client | simulator | held | refusals |
|---|---|---|---|---|
";

/// The page.
pub(crate) fn page(survey: &Survey) -> String {
    let mut page = HEAD.to_owned();
    for (operation, row) in survey.rows.iter().filter(|(name, _)| left_out(name).is_none()) {
        writeln!(page, "{}", line(operation, row)).unwrap();
    }
    page.push_str("\n## Left out\n\n| operation | why |\n|---|---|\n");
    for (operation, why) in LEFT_OUT {
        writeln!(page, "| `{operation}` | {why} |").unwrap();
    }
    exceptions(&mut page);
    page
}

fn exceptions(page: &mut String) {
    let listed = Exceptions::listed().unwrap();
    page.push_str("\n## Exceptions\n\n| where | what | why |\n|---|---|---|\n");
    for exception in &listed.answers {
        let calls = if exception.calls.is_empty() {
            String::new()
        } else {
            format!(": `{}`", exception.calls.join("`, `"))
        };
        let statuses: Vec<_> = exception.statuses.iter().map(u16::to_string).collect();
        writeln!(
            page,
            "| {}{calls} | answers {} | {} |",
            exception.apis.join(", "),
            statuses.join(", "),
            exception.why
        )
        .unwrap();
    }
    for exception in &listed.requests {
        writeln!(
            page,
            "| `{}` | {}: {} | {} |",
            exception.calls.join("`, `"),
            exception.place,
            exception.complaint,
            exception.why
        )
        .unwrap();
    }
}

/// Cells that should say something and do not.
pub(crate) fn empty_cells(survey: &Survey) -> Vec<String> {
    let mut empty = Vec::new();
    for (operation, row) in survey.rows.iter().filter(|(name, _)| left_out(name).is_none()) {
        let cells = [
            ("client", row.asked_by.is_empty()),
            ("simulator", row.done.is_empty()),
            ("held", row.held == 0),
            ("refusals", row.refused.is_empty()),
        ];
        empty.extend(cells.into_iter().filter(|(_, is)| *is).map(|(cell, _)| format!("{operation}: {cell}")));
    }
    empty
}

fn left_out(name: &str) -> Option<&'static str> {
    LEFT_OUT.iter().find(|(operation, _)| *operation == name).map(|(_, why)| *why)
}

fn line(operation: &str, row: &Row) -> String {
    let statuses =
        |of: &std::collections::BTreeSet<u16>| of.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
    let calls: Vec<String> = row.asked_by.iter().map(|call| format!("`{call}`")).collect();
    format!(
        "| `{operation}` | {} | {} | {} | {} |",
        calls.join(", "),
        statuses(&row.done),
        row.held,
        statuses(&row.refused)
    )
}
