//! What the cashier keys in by hand.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What the cashier keys in by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sale {
    /// The rates of tax that the cashier chooses from for each item, in percent, such as `[25, 15, 12, 0]`; the usual one
    /// first, at most 6. Without them items are keyed in without their tax, and then there is no receipt in the
    /// customer's app.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 6))]
    pub tax_rates: Vec<TaxRate>,
}

impl Sale {
    /// The most rates that there is room for.
    const RATES_MAX: usize = 6;

    /// The rates in hundredths of a percent.
    pub(super) fn rates(&self) -> Vec<u16> {
        self.tax_rates.iter().map(|rate| rate.0).collect()
    }

    /// What the types cannot say.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        let rates = &self.tax_rates;
        if rates.len() > Self::RATES_MAX {
            return Err(("sale.taxRates", format!("must be {} at most", Self::RATES_MAX)));
        }
        let twice = rates.iter().enumerate().any(|(at, rate)| rates[..at].contains(rate));
        if twice { Err(("sale.taxRates", "must name each rate once".to_owned())) } else { Ok(()) }
    }
}

/// A rate of tax, kept in hundredths of a percent; written as a number of percent with at most two decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaxRate(u16);

impl TaxRate {
    fn of(percent: f64) -> Option<TaxRate> {
        let hundredths = (percent * 100.0).round();
        let is_whole = (percent * 100.0 - hundredths).abs() < 1e-6;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 10 000, and whole")]
        ((0.0..=f64::from(payment::Line::TAX_RATE_MAX)).contains(&hundredths) && is_whole)
            .then_some(TaxRate(hundredths as u16))
    }
}

impl<'de> Deserialize<'de> for TaxRate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<TaxRate, D::Error> {
        let percent = f64::deserialize(from)?;
        let wrong =
            || de::Error::custom("must be 0 to 100 percent, with at most two decimals, such as 25 or 11.11");
        TaxRate::of(percent).ok_or_else(wrong)
    }
}

impl Serialize for TaxRate {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(f64::from(self.0) / 100.0)
    }
}

impl JsonSchema for TaxRate {
    fn schema_name() -> Cow<'static, str> {
        "TaxRate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A rate of tax in percent, with at most two decimals.",
            "type": "number",
            "minimum": 0,
            "maximum": 100,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Sale, String> {
        let sale: Sale = serde_json::from_str(text).map_err(|error| error.to_string())?;
        sale.check().map_err(|(place, why)| format!("{place} {why}"))?;
        Ok(sale)
    }

    #[test]
    fn rates_are_read_as_people_write_them() {
        let sale = read(r#"{"taxRates": [25, 15.0, 11.11, 0]}"#).expect("they are rates");
        assert_eq!(sale.rates(), [2_500, 1_500, 1_111, 0]);
        assert_eq!(read("{}").expect("there need be none").rates(), [] as [u16; 0]);
    }

    #[test]
    fn what_is_no_rate_is_named() {
        for bad in ["-1", "100.01", "11.111", "1e300", "\"25\"", "null"] {
            let why = read(&format!("{{\"taxRates\": [{bad}]}}")).expect_err(bad);
            assert!(why.contains("percent") || why.contains("expected f64"), "{bad}: {why}");
        }
        assert!(read(r#"{"taxRates": [25, 25.0]}"#).is_err_and(|why| why.contains("each rate once")));
        assert!(read(r#"{"taxRates": [1, 2, 3, 4, 5, 6, 7]}"#).is_err_and(|why| why.contains("6 at most")));
    }

    #[test]
    fn every_rate_comes_back_as_it_was_written() {
        for hundredths in 0..=payment::Line::TAX_RATE_MAX {
            let text = serde_json::to_string(&TaxRate(hundredths)).expect("it is written");
            assert_eq!(serde_json::from_str::<TaxRate>(&text).ok(), Some(TaxRate(hundredths)), "{text}");
        }
    }
}
