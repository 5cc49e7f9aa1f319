//! The manual for those who speak nexo: what it tells them to type works as it is written.

use serde_json::Value;

use crate::manual::{lines_to_try, shell};
use crate::socket::Served;

const MANUAL: &str = include_str!("../../../../docs/nexo.md");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lines_to_try_work_as_they_are_written() {
    let served = Served::open().await;
    let Some(lines) = lines_to_try(MANUAL, &served) else { return };
    let [diagnosis, payment, status] = lines.as_slice() else { panic!("three lines: {lines:#?}") };
    let said = |line: &str| shell(&served, line);
    let heard =
        |output: std::process::Output| -> Value { serde_json::from_slice(&output.stdout).expect("JSON") };

    let health = heard(said(diagnosis).output().expect("a shell"));
    assert_eq!(health["SaleToPOIResponse"]["DiagnosisResponse"]["Response"]["Result"], "Success", "{health}");

    let paying = said(payment).spawn().expect("a shell");
    served.until_begun("sale-27908").await;
    served.shop.pay("sale-27908").await;
    let paid = heard(paying.wait_with_output().expect("it ends"));
    let told = &paid["SaleToPOIResponse"]["PaymentResponse"];
    assert_eq!(told["Response"]["Result"], "Success", "{paid}");
    assert_eq!(told["PaymentResult"]["AmountsResp"]["AuthorizedAmount"], 249.0);

    let known = heard(said(status).output().expect("a shell"));
    let repeated = &known["SaleToPOIResponse"]["TransactionStatusResponse"]["RepeatedMessageResponse"];
    assert_eq!(repeated["RepeatedResponseMessageBody"]["PaymentResponse"]["Response"]["Result"], "Success");
}

/// The manual's example of an answer is the answer, member by member.
#[test]
fn the_answer_that_is_shown_has_the_members_of_an_answer() {
    let shown =
        MANUAL.split("```json\n").nth(1).and_then(|rest| rest.split("\n```").next()).expect("an example");
    let shown: Value = serde_json::from_str(shown).expect("JSON");
    let payment = &shown["SaleToPOIResponse"]["PaymentResponse"];
    let mut members: Vec<&String> = payment.as_object().expect("an object").keys().collect();
    members.sort();
    assert_eq!(members, ["POIData", "PaymentResult", "Response", "SaleData"]);
}
