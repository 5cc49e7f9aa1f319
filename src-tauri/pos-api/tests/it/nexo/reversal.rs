//! Money that goes back at the word of those who speak nexo.

use serde_json::{Value, json};
use simulator::{Call, Fault, FaultKind};

use super::{about, about_a, carried, message, paid, result, say};
use crate::support::Shop;

fn reversal(service: &str, reference: &str, amount: Option<f64>) -> Value {
    let transaction = json!({ "TransactionID": reference, "TimeStamp": "2026-11-26T08:00:00.000Z" });
    let mut body = json!({
        "OriginalPOITransaction": { "POITransactionID": transaction }, "ReversalReason": "MerchantCancel",
    });
    if let Some(amount) = amount {
        body["ReversedAmount"] = json!(amount);
    }
    message("Reversal", service, &body)
}

#[tokio::test(start_paused = true)]
async fn money_goes_back_once_for_each_message() {
    let shop = Shop::open().await;
    let early = say(&shop, &reversal("0000", "sale-27908", None)).await;
    assert_eq!(result(&carried(&early, "Reversal")), ("Failure", "NotFound"));
    paid(&shop, "0001", "27908", "sale-27908").await;
    let part = reversal("0002", "sale-27908", Some(49.0));
    for _ in 0..2 {
        let made = carried(&say(&shop, &part).await, "Reversal");
        assert_eq!(result(&made), ("Success", ""), "{made}");
        assert_eq!(made["ReversedAmount"], json!(49.0));
        assert_eq!(made["POIData"]["POITransactionID"]["TransactionID"], "sale-27908");
    }
    assert_eq!(shop.simulator.payment("sale-27908").map(|truth| truth.refunded), Some(4_900));
    let other = carried(&say(&shop, &reversal("0002", "sale-27908", Some(50.0))).await, "Reversal");
    assert_eq!(result(&other), ("Failure", "NotAllowed"));
    let rest = carried(&say(&shop, &reversal("0003", "sale-27908", None)).await, "Reversal");
    assert_eq!((result(&rest), &rest["ReversedAmount"]), (("Success", ""), &json!(200.0)));
    let more = carried(&say(&shop, &reversal("0004", "sale-27908", None)).await, "Reversal");
    assert_eq!(result(&more), ("Failure", "NotAllowed"));
    assert_eq!(shop.simulator.payment("sale-27908").map(|truth| truth.refunded), Some(24_900));
}

#[tokio::test(start_paused = true)]
async fn a_refund_is_asked_after_by_its_message() {
    let shop = Shop::open().await;
    paid(&shop, "0001", "27908", "sale-27908").await;
    let ask = |service: &'static str, of: &str| about_a("Reversal", "TransactionStatus", service, of);
    for amount in [49.0, 51.0] {
        let service = if amount < 50.0 { "0002" } else { "0003" };
        say(&shop, &reversal(service, "sale-27908", Some(amount))).await;
    }
    let known = carried(&say(&shop, &ask("0004", "0002")).await, "TransactionStatus");
    assert_eq!(result(&known), ("Success", ""), "{known}");
    assert_eq!(known["MessageReference"]["MessageCategory"], "Reversal");
    let repeated = &known["RepeatedMessageResponse"];
    let header = &repeated["MessageHeader"];
    assert_eq!((&header["MessageCategory"], &header["ServiceID"]), (&json!("Reversal"), &json!("0002")));
    let told = &repeated["RepeatedResponseMessageBody"]["ReversalResponse"];
    assert_eq!((result(told), &told["ReversedAmount"]), (("Success", ""), &json!(49.0)));

    // A register that were told that there is no refund would ask for another.
    let unknown = carried(&say(&shop, &ask("0005", "9999")).await, "TransactionStatus");
    assert_eq!(result(&unknown), ("Failure", "UnavailableService"), "{unknown}");
    assert_eq!(unknown["RepeatedMessageResponse"], Value::Null);
    // The two kinds are not taken for one another.
    let payment = carried(&say(&shop, &ask("0006", "0001")).await, "TransactionStatus");
    assert_eq!(result(&payment), ("Failure", "UnavailableService"));
    let refund = carried(&say(&shop, &about("TransactionStatus", "0007", "0002")).await, "TransactionStatus");
    assert_eq!(result(&refund), ("Failure", "NotFound"));
}

#[tokio::test(start_paused = true)]
async fn a_refund_that_is_not_made_yet_is_under_way() {
    let shop = Shop::open().await;
    paid(&shop, "0001", "27908", "sale-27908").await;
    shop.simulator.set_faults(vec![Fault::new(Call::Refund, FaultKind::Silent)]);
    let asked = carried(&say(&shop, &reversal("0002", "sale-27908", None)).await, "Reversal");
    assert_eq!(result(&asked), ("Success", ""), "it is on disk: {asked}");
    let ask = || about_a("Reversal", "TransactionStatus", "0003", "0002");
    let open = carried(&say(&shop, &ask()).await, "TransactionStatus");
    assert_eq!(result(&open), ("Failure", "InProgress"), "{open}");
    shop.simulator.set_faults(Vec::new());
    // The pauses between the tries have grown; each message is held for a while.
    for _ in 0..30 {
        let again = carried(&say(&shop, &reversal("0002", "sale-27908", None)).await, "Reversal");
        assert_eq!(result(&again), ("Success", ""), "{again}");
        if again["Response"]["AdditionalResponse"].is_null() {
            break;
        }
    }
    let known = carried(&say(&shop, &ask()).await, "TransactionStatus");
    assert_eq!(result(&known), ("Success", ""), "{known}");
    assert_eq!(shop.simulator.payment("sale-27908").map(|truth| truth.refunded), Some(24_900));
}
