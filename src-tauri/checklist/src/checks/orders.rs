//! What a customer finds in the app afterwards (contract 1.5, 5.7).

use vipps::orders::{OrderLine, PaymentType, Receipt, Role, TaxRate};

use super::money::WHOLE;
use crate::bench::Bench;
use crate::bench::calls::TEXT;
use crate::item::Rail;
use crate::outcome::{Saw, Stopped, holds};

/// The longest reference that every source allows, in characters (contract 0.6).
const REFERENCE_CHARS_MAX: usize = 50;

/// Order Management is offered in production alone (contract 0.16), and by the simulator.
pub(super) async fn order_details(bench: &mut Bench, rail: Rail) -> Result<Saw, Stopped> {
    if !bench.is_simulated() {
        let what = "Order Management answers in production alone (contract 0.16). Kvitt sends a line of text with every \
                    payment: look at it in the test app, and say whether receipts are sent by another system.";
        return Err(Stopped::ForAPerson(what.to_owned()));
    }
    let reference = bench.reference(rail, "full")?;
    let orders = bench.parts.vipps.orders();
    let receipt = receipt(bench);
    let added = orders.add_receipt(PaymentType::Single, &reference, &receipt).await;
    added.map_err(|error| bench.stop(&error))?;
    let order = orders.get(PaymentType::Single, &reference).await.map_err(|error| bench.stop(&error))?;
    let name =
        order.receipt.as_ref().and_then(|receipt| receipt.lines.first()).map(|line| line.name.as_str());
    holds(name == Some(TEXT), || format!("the receipt is read back with the first line {name:?}"))?;
    Ok(Saw(format!(
        "{reference}: a receipt with one line was sent and read back; a till sends a line of text"
    )))
}

fn receipt(bench: &Bench) -> Receipt {
    let line = OrderLine {
        name: TEXT.to_owned(),
        id: "check-1".to_owned(),
        total: WHOLE,
        tax: 0,
        tax_rate: TaxRate::NONE,
        unit: None,
        discount: 0,
        product_url: None,
        role: Role::Goods,
    };
    Receipt {
        lines: vec![line],
        currency: bench.parts.currency,
        tip: None,
        pos_id: None,
        number: None,
        sources: None,
        barcode: None,
    }
}

pub(super) fn reference(bench: &Bench, rail: Rail) -> Result<Saw, Stopped> {
    let reference = bench.reference(rail, "full")?;
    let right = (8..=REFERENCE_CHARS_MAX).contains(&reference.len())
        && reference.bytes().any(|byte| byte.is_ascii_alphabetic());
    holds(right, || format!("{reference} is too long, too short or a number"))?;
    Ok(Saw(format!("{reference}: readable, and no number alone; in a shop it is the register's own")))
}
