//! What was sold.

use super::{OrderLine, Role};
use crate::money::{Currency, Money};

/// What was sold. The sums are those of its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// What was sold, one line at least.
    pub lines: Vec<OrderLine>,
    /// Of all amounts in it.
    pub currency: Currency,
    /// What the customer added.
    pub tip: Option<u64>,
    /// At which till.
    pub pos_id: Option<String>,
    /// The shop's own number of the receipt.
    pub number: Option<String>,
    /// What was paid in another way.
    pub sources: Option<PaymentSources>,
    /// What can be scanned when goods come back.
    pub barcode: Option<Barcode>,
}

/// What was paid in which way besides, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PaymentSources {
    /// With a gift card.
    pub gift_card: u64,
    /// With a card.
    pub card: u64,
    /// With a voucher.
    pub voucher: u64,
    /// In cash.
    pub cash: u64,
}

/// Something to be scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Barcode {
    /// How it is drawn.
    pub format: BarcodeFormat,
    /// What it says.
    pub data: String,
}

/// How a bar code is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BarcodeFormat {
    /// Thirteen digits, of which the last checks the others.
    Ean13,
    /// Code 39.
    Code39,
    /// Code 128.
    Code128,
}

impl BarcodeFormat {
    pub(super) const ALL: [BarcodeFormat; 3] =
        [BarcodeFormat::Ean13, BarcodeFormat::Code39, BarcodeFormat::Code128];

    pub(super) const fn name(self) -> &'static str {
        match self {
            BarcodeFormat::Ean13 => "EAN-13",
            BarcodeFormat::Code39 => "CODE 39",
            BarcodeFormat::Code128 => "CODE 128",
        }
    }
}

impl Receipt {
    /// What the lines come to, returns taken off; nothing if that is less than nothing or more than can be
    /// counted.
    pub fn total(&self) -> Option<u64> {
        let (mut bought, mut returned) = (0_u64, 0_u64);
        for line in &self.lines {
            let sum = if line.role == Role::Return { &mut returned } else { &mut bought };
            *sum = sum.checked_add(line.total)?;
        }
        bought.checked_sub(returned)
    }

    /// What is wrong with the receipt.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        if self.lines.is_empty() {
            return Err("the receipt has no lines");
        }
        self.lines.iter().try_for_each(OrderLine::check)?;
        let total = self.total().ok_or("the receipt comes to less than nothing")?;
        if let Some(barcode) = &self.barcode {
            barcode.check()?;
        }
        let PaymentSources { gift_card, card, voucher, cash } = self.sources.unwrap_or_default();
        let paid =
            [gift_card, card, voucher, cash].iter().try_fold(0_u64, |sum, part| sum.checked_add(*part));
        let due = total.saturating_add(self.tip.unwrap_or_default());
        let covered = paid.is_some_and(|paid| paid <= due);
        covered.then_some(()).ok_or("more was paid in other ways than the receipt comes to")
    }

    /// What is wrong with the receipt of a payment of `amount`: other sums show the customer another price.
    pub(crate) fn check_against(&self, amount: Money) -> Result<(), &'static str> {
        self.check()?;
        if self.currency != amount.currency {
            return Err("the receipt is in another currency than the payment");
        }
        let total = self.total().unwrap_or_default();
        let with_tip = total.saturating_add(self.tip.unwrap_or_default());
        // What other ways of paying leave over is not documented, so only a sum with nothing else is compared.
        let same = self.sources.is_some() || amount.value == total || amount.value == with_tip;
        same.then_some(()).ok_or("the lines of the receipt do not come to the amount of the payment")
    }
}

impl Barcode {
    fn check(&self) -> Result<(), &'static str> {
        let fits = match self.format {
            BarcodeFormat::Ean13 => {
                (1..=13).contains(&self.data.len()) && self.data.bytes().all(|byte| byte.is_ascii_digit())
            }
            BarcodeFormat::Code39 | BarcodeFormat::Code128 => !self.data.is_empty() && self.data.is_ascii(),
        };
        fits.then_some(()).ok_or("the bar code can't hold what it should say")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::TaxRate;

    fn line(total: u64, role: Role) -> OrderLine {
        let tax_rate = TaxRate::of_percent(25).unwrap();
        OrderLine {
            name: "Socks".into(),
            id: "socks-1".into(),
            total,
            tax: tax_rate.of(total),
            tax_rate,
            unit: None,
            discount: 0,
            product_url: None,
            role,
        }
    }

    fn receipt(lines: Vec<OrderLine>) -> Receipt {
        Receipt {
            lines,
            currency: Currency::Nok,
            tip: None,
            pos_id: None,
            number: None,
            sources: None,
            barcode: None,
        }
    }

    #[test]
    fn returns_count_against_the_sum() {
        let mixed = vec![line(5000, Role::Goods), line(1000, Role::Shipping), line(2000, Role::Return)];
        assert_eq!(receipt(mixed).total(), Some(4000));
        assert_eq!(receipt(vec![line(1, Role::Return)]).total(), None);
        assert_eq!(receipt(vec![line(u64::MAX, Role::Goods), line(1, Role::Goods)]).total(), None);
    }

    #[test]
    fn sums_that_do_not_fit_are_refused() {
        let good = receipt(vec![line(5000, Role::Goods)]);
        assert_eq!(good.check(), Ok(()));
        let sources = |cash| Some(PaymentSources { cash, ..PaymentSources::default() });
        let wrong_rate =
            OrderLine { tax_rate: TaxRate::of_hundredths(25).unwrap(), ..line(5000, Role::Goods) };
        let broken = [
            receipt(Vec::new()),
            receipt(vec![line(1, Role::Return)]),
            receipt(vec![OrderLine { tax: 5001, ..line(5000, Role::Goods) }]),
            receipt(vec![wrong_rate]),
            receipt(vec![OrderLine { tax: 0, ..line(5000, Role::Goods) }]),
            receipt(vec![OrderLine { name: String::new(), ..line(5000, Role::Goods) }]),
            receipt(vec![OrderLine { product_url: Some("socks".into()), ..line(5000, Role::Goods) }]),
            Receipt { sources: sources(5001), ..good.clone() },
            Receipt {
                sources: sources(u64::MAX),
                tip: Some(u64::MAX),
                barcode: Some(Barcode { format: BarcodeFormat::Ean13, data: "12a".into() }),
                ..good.clone()
            },
            Receipt {
                barcode: Some(Barcode { format: BarcodeFormat::Code39, data: String::new() }),
                ..good.clone()
            },
        ];
        for receipt in broken {
            assert!(receipt.check().is_err(), "{receipt:?}");
        }
        assert_eq!(Receipt { sources: sources(5000), ..good }.check(), Ok(()));
    }

    #[test]
    fn a_receipt_comes_to_what_is_paid() {
        let nok = |value| Money { value, currency: Currency::Nok };
        let plain = receipt(vec![line(5000, Role::Goods)]);
        let tipped = Receipt { tip: Some(500), ..plain.clone() };
        assert_eq!(plain.check_against(nok(5000)), Ok(()));
        assert_eq!(tipped.check_against(nok(5500)), Ok(()));
        assert!(plain.check_against(nok(4999)).is_err());
        assert!(tipped.check_against(nok(5001)).is_err());
        assert!(plain.check_against(Money { value: 5000, currency: Currency::Dkk }).is_err());
    }
}
