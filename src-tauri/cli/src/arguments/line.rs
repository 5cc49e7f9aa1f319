//! A line of what is being bought, as it is typed.

use std::str::FromStr;

use crate::amount::Decimal;

/// The highest rate of tax, in hundredths of a percent.
const TAX_RATE_MAX: u16 = 10_000;

/// One line of what is being bought, as it is typed: `Coffee:2:45.00`, or with its tax `Coffee:2:45.00:15%`. With a minus
/// before the price it is a discount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LineText {
    pub(crate) name: String,
    pub(crate) quantity: u32,
    pub(crate) price: Decimal,
    /// There was a minus before the price.
    pub(crate) negative: bool,
    /// In hundredths of a percent.
    pub(crate) tax_rate: Option<u16>,
}

impl FromStr for LineText {
    type Err = String;

    fn from_str(text: &str) -> Result<LineText, String> {
        // What is bought may have a colon in its name, so only the percent sign tells a tax from a price.
        let (text, tax_rate) = match text.strip_suffix('%').and_then(|text| text.rsplit_once(':')) {
            Some((text, percent)) => (text, Some(hundredths(percent)?)),
            None => (text, None),
        };
        let mut parts = text.rsplitn(3, ':');
        let (price, quantity, name) = (parts.next(), parts.next(), parts.next());
        let (Some(price), Some(quantity), Some(name)) = (price, quantity, name) else {
            return Err(
                "a line is NAME:QTY:PRICE, such as Coffee:2:45.00, or with its tax Coffee:2:45.00:15%"
                    .to_owned(),
            );
        };
        let quantity = quantity.parse().map_err(|_| format!("{quantity} is not how many"))?;
        let unsigned = price.strip_prefix('-');
        let price: Decimal = unsigned.unwrap_or(price).parse()?;
        Ok(LineText { name: name.to_owned(), quantity, price, negative: unsigned.is_some(), tax_rate })
    }
}

/// A percentage with at most two decimals, in hundredths.
fn hundredths(percent: &str) -> Result<u16, String> {
    let wrong = || format!("{percent}% is no rate of tax; write it as 25% or 11.11%, 100% at most");
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, decimals) = percent.split_once(['.', ',']).unwrap_or((percent, "0"));
    if whole.is_empty() || !(1..=2).contains(&decimals.len()) || !digits(whole) || !digits(decimals) {
        return Err(wrong());
    }
    let whole: u16 = whole.parse().map_err(|_| wrong())?;
    let of_decimals: u16 = format!("{decimals:0<2}").parse().map_err(|_| wrong())?;
    let rate = whole.checked_mul(100).and_then(|whole| whole.checked_add(of_decimals));
    rate.filter(|rate| *rate <= TAX_RATE_MAX).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Result<(String, u32, Option<u16>), String> {
        text.parse::<LineText>().map(|line| (line.name, line.quantity, line.tax_rate))
    }

    #[test]
    fn a_line_may_say_its_tax() {
        assert_eq!(line("Coffee:2:45.00"), Ok(("Coffee".into(), 2, None)));
        assert_eq!(line("Coffee:2:45.00:15%"), Ok(("Coffee".into(), 2, Some(1_500))));
        assert_eq!(line("Set: cup:1:45:11.1%"), Ok(("Set: cup".into(), 1, Some(1_110))));
        assert_eq!(line("Book:1:45,50:0%"), Ok(("Book".into(), 1, Some(0))));
        assert_eq!(line("Half:1:50%:1:45:100,00%"), Ok(("Half:1:50%".into(), 1, Some(10_000))));
    }

    #[test]
    fn a_discount_has_a_minus_before_its_price() {
        let negative = |text: &str| text.parse::<LineText>().map(|line| (line.negative, line.price));
        assert_eq!(negative("Member:1:-10.00:15%"), Ok((true, "10.00".parse().expect("a price"))));
        assert_eq!(negative("A-1:1:10"), Ok((false, "10".parse().expect("a price"))));
        for bad in ["x:1:--10", "x:1:-", "x:-1:10"] {
            assert!(negative(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        let bad = [
            "x:1:45:%",
            "x:1:45:.5%",
            "x:1:45:5.%",
            "x:1:45:1.234%",
            "x:1:45:100.01%",
            "x:1:45:-5%",
            "x:1:45:99999%",
        ];
        for bad in bad {
            assert!(line(bad).is_err_and(|why| why.contains("no rate of tax")), "{bad}");
        }
        assert!(line("x:1:25%").is_err(), "a tax in place of a price");
    }
}
