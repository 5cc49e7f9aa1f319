//! One line of a receipt.

/// One line of a receipt. Amounts are in minor units, of the currency of the receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
    /// What it is.
    pub name: String,
    /// The product, by the shop's own number.
    pub id: String,
    /// What the customer pays for the line: tax included, discount taken off.
    pub total: u64,
    /// The tax in it. [`TaxRate::of`] calculates it for whom has not.
    pub tax: u64,
    /// The rate of the tax.
    pub tax_rate: TaxRate,
    /// How many, of what. One piece if nothing is said.
    pub unit: Option<Unit>,
    /// What was taken off.
    pub discount: u64,
    /// Where the product can be seen; `https`.
    pub product_url: Option<String>,
    /// What the line does to the sum.
    pub role: Role,
}

/// What a line does to the sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Role {
    /// Something that was bought.
    #[default]
    Goods,
    /// Something that came back: counts against the sum.
    Return,
    /// Carriage.
    Shipping,
}

/// A rate of tax, in hundredths of a percent: 2500 is 25 %. At most 100 %.
///
/// A type of its own, because the API has a member in whole percent as well, and 25 where 2500 is meant is a
/// quarter of a percent (contract 8, trap 54).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxRate(u16);

/// The highest rate, in hundredths of a percent.
const RATE_MAX: u16 = 10_000;

impl TaxRate {
    /// No tax.
    pub const NONE: TaxRate = TaxRate(0);

    /// So many hundredths of a percent.
    pub const fn of_hundredths(hundredths: u16) -> Result<Self, TaxRateError> {
        if hundredths <= RATE_MAX { Ok(Self(hundredths)) } else { Err(TaxRateError) }
    }

    /// So many percent.
    pub const fn of_percent(percent: u8) -> Result<Self, TaxRateError> {
        Self::of_hundredths(percent as u16 * 100)
    }

    /// In hundredths of a percent.
    pub const fn hundredths(self) -> u16 {
        self.0
    }

    /// The tax in an amount that includes it, rounded to the nearest minor unit.
    pub fn of(self, total: u64) -> u64 {
        let (rate, whole) = (u128::from(self.0), u128::from(RATE_MAX));
        let tax = (u128::from(total) * rate * 2 + whole + rate) / (2 * (whole + rate));
        // Never more than the total, which fits.
        u64::try_from(tax).unwrap_or(total)
    }
}

/// It is no rate of tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a rate of tax is 0 to 100 percent")]
pub struct TaxRateError;

/// How many, of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// What one costs, tax included, nothing taken off.
    pub price: u64,
    /// How many. Only shown: nothing is multiplied with it.
    pub quantity: Quantity,
    /// Of what.
    pub of: QuantityUnit,
}

/// A quantity: digits, perhaps a point and 1 to 8 more, 10 characters at most.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Quantity(String);

impl Quantity {
    /// The quantity in `text`, with a decimal point.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let fits = text.len() <= 10 && fraction.len() <= 8;
        if fits && digits(whole) && digits(fraction) { Ok(Self(text.to_owned())) } else { Err(QuantityError) }
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<u32> for Quantity {
    fn from(pieces: u32) -> Self {
        Self(pieces.to_string())
    }
}

/// It is no quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a quantity is digits, perhaps with a point and 1 to 8 digits after it, 10 characters at most")]
pub struct QuantityError;

/// What a quantity is counted in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum QuantityUnit {
    /// Pieces.
    #[default]
    Pieces,
    /// Kilograms.
    Kilograms,
    /// Kilometres.
    Kilometres,
    /// Minutes.
    Minutes,
    /// Litres.
    Litres,
    /// Kilowatt-hours.
    KilowattHours,
}

impl QuantityUnit {
    const ALL: [QuantityUnit; 6] = [
        QuantityUnit::Pieces,
        QuantityUnit::Kilograms,
        QuantityUnit::Kilometres,
        QuantityUnit::Minutes,
        QuantityUnit::Litres,
        QuantityUnit::KilowattHours,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            QuantityUnit::Pieces => "PCS",
            QuantityUnit::Kilograms => "KG",
            QuantityUnit::Kilometres => "KM",
            QuantityUnit::Minutes => "MINUTE",
            QuantityUnit::Litres => "LITRE",
            QuantityUnit::KilowattHours => "KWH",
        }
    }

    /// The unit of that name; pieces if it is another.
    pub(super) fn of_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|unit| unit.name().eq_ignore_ascii_case(name)).unwrap_or_default()
    }
}

impl OrderLine {
    /// What is wrong with the line.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        if self.name.is_empty() || self.id.is_empty() {
            return Err("a line of the receipt has no name or no id");
        }
        if self.tax > self.total {
            return Err("a line of the receipt has more tax than it costs");
        }
        // Whoever rounds each piece comes to another sum than whoever rounds the line, but not to a far one.
        let apart = self.tax.abs_diff(self.tax_rate.of(self.total));
        if apart > 1 + self.total / 200 {
            return Err("the tax of a line of the receipt does not fit its rate");
        }
        let product_url = self.product_url.as_deref();
        let shown = product_url.is_none_or(|url| url.starts_with("https://"));
        shown.then_some(()).ok_or("the URL of a product is not https")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tax_in_an_amount_is_rounded_to_the_nearest() {
        let of = |percent, total| TaxRate::of_percent(percent).unwrap().of(total);
        assert_eq!([of(25, 1000), of(25, 5000), of(15, 100), of(0, 100)], [200, 1000, 13, 0]);
        assert_eq!([of(100, 1), of(100, 3), of(25, 0)], [1, 2, 0]);
        assert_eq!(of(25, u64::MAX), u64::MAX / 5);
    }

    #[test]
    fn rates_are_not_percent() {
        assert_eq!(TaxRate::of_percent(25).map(TaxRate::hundredths), Ok(2500));
        assert_eq!(TaxRate::of_hundredths(1110).map(TaxRate::hundredths), Ok(1110));
        assert_eq!(TaxRate::of_percent(101), Err(TaxRateError));
        assert_eq!(TaxRate::of_hundredths(10_001), Err(TaxRateError));
    }

    #[test]
    fn quantities_are_digits_with_a_point() {
        for good in ["1", "0.822", "2.5", "1.12345678", "1234567890"] {
            assert_eq!(Quantity::parse(good).map(|quantity| quantity.0), Ok(good.to_owned()));
        }
        for bad in ["", ".5", "1.", "1,5", "-1", "1.123456789", "12345678901", "1e3", " 1", "1.2.3"] {
            assert_eq!(Quantity::parse(bad), Err(QuantityError), "{bad}");
        }
        assert_eq!(Quantity::from(u32::MAX).as_str().len(), 10);
    }

    #[test]
    fn units_go_by_their_names() {
        for unit in QuantityUnit::ALL {
            assert_eq!(QuantityUnit::of_name(unit.name()), unit);
        }
        assert_eq!(QuantityUnit::of_name("FURLONG"), QuantityUnit::Pieces);
    }
}
