//! Orders of products, filled in for a merchant.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{BusinessId, BusinessWire};
use crate::plain::{cut, fits};
use crate::{Msn, lenient};

/// The order of a product, filled in for a merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductOrder {
    /// For whom.
    pub business: BusinessId,
    /// What.
    pub product: ProductType,
    /// What customers will see; 1 to 30 characters.
    pub sales_unit_name: Option<String>,
    /// What customers will see beside it: PNG, 100 to 1000 pixels.
    pub logo: Option<Vec<u8>>,
    /// Where the money goes.
    pub account: Option<BankAccount>,
    /// At what price: [`PricePackage::id`](super::PricePackage::id).
    pub price_package_id: Option<String>,
    /// Where it will be used.
    pub use_case: Option<String>,
    /// What will be taken in a year, in whole kroner or euros.
    pub annual_turnover: Option<u64>,
    /// What for. Say "POS integration", so that payments may be sent straight to phones (contract 1.8).
    pub intended_purpose: Option<String>,
    /// The shop's pages.
    pub website: Option<Website>,
    /// Whether payments will recur.
    pub has_recurring: Option<bool>,
    /// The kind of trade, by its four digits.
    pub merchant_category_code: Option<String>,
}

/// What can be ordered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum ProductType {
    /// Payments through an integration, which is what a till is.
    #[default]
    PaymentIntegration,
    /// Another one, by its name.
    Other(String),
}

/// An account at a bank.
#[derive(Clone, PartialEq, Eq)]
pub struct BankAccount {
    /// How accounts are numbered: `BBAN:NO`, for example.
    pub scheme: String,
    /// The number.
    pub id: String,
}

impl std::fmt::Debug for BankAccount {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("BankAccount").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}

/// The pages of a shop; all `https`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Website {
    /// The shop.
    pub url: String,
    /// Its terms.
    pub terms_url: String,
}

/// An order that waits for its merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefill {
    /// By this it is read and taken back.
    pub id: String,
    /// Where the merchant signs it, within 14 days.
    pub url: String,
}

/// How far an order has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductOrderState {
    /// The order.
    pub id: String,
    /// How far it has come.
    pub status: OrderStatus,
    /// The sales unit that came of it.
    pub msn: Option<Msn>,
    /// For whom it is, if that was said.
    pub business: Option<BusinessId>,
    /// What customers will see, if that was said.
    pub sales_unit_name: Option<String>,
}

/// How far an order has come.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum OrderStatus {
    /// It is filled in.
    Received,
    /// The merchant has looked at it.
    MerchantViewed,
    /// The merchant has sent it.
    OrderSubmitted,
    /// The sales unit is there.
    Completed,
    /// It was refused; why is not told.
    Rejected,
    /// The merchant did nothing for 14 days.
    Expired,
    /// Something that is not documented; 64 characters at most.
    Other(String),
}

impl OrderStatus {
    /// How the API spells it.
    pub fn name(&self) -> &str {
        match self {
            OrderStatus::Received => "RECEIVED",
            OrderStatus::MerchantViewed => "MERCHANT_VIEWED",
            OrderStatus::OrderSubmitted => "ORDER_SUBMITTED",
            OrderStatus::Completed => "COMPLETED",
            OrderStatus::Rejected => "REJECTED",
            OrderStatus::Expired => "EXPIRED",
            OrderStatus::Other(text) => text,
        }
    }

    /// The status that the API spells so; one that is not documented is [`OrderStatus::Other`].
    pub fn read(text: &str) -> Self {
        match text.to_ascii_uppercase().as_str() {
            "RECEIVED" => OrderStatus::Received,
            "MERCHANT_VIEWED" => OrderStatus::MerchantViewed,
            "ORDER_SUBMITTED" => OrderStatus::OrderSubmitted,
            "COMPLETED" => OrderStatus::Completed,
            "REJECTED" => OrderStatus::Rejected,
            "EXPIRED" => OrderStatus::Expired,
            _ => OrderStatus::Other(cut(text, 64)),
        }
    }
}

impl ProductOrder {
    /// Whether the order breaks one of the rules that are known (contract 1.8).
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn check(&self) -> Result<(), &'static str> {
        if self.business.scheme.is_empty() || self.business.id.is_empty() {
            return Err("the business has no scheme or no id");
        }
        if self.sales_unit_name.as_deref().is_some_and(|name| !fits(name, 1..=30)) {
            return Err("the name of the sales unit is not 1 to 30 characters");
        }
        if self.logo.as_deref().is_some_and(|logo| !is_logo(logo)) {
            return Err("the logo is not a PNG of 100 to 1000 pixels");
        }
        let https = |url: &str| Url::parse(url).is_ok_and(|url| url.scheme() == "https" && url.has_host());
        if self.website.as_ref().is_some_and(|site| !https(&site.url) || !https(&site.terms_url)) {
            return Err("the pages of the shop are not https");
        }
        Ok(())
    }
}

/// The first chunk of a PNG holds its width and height.
fn is_logo(picture: &[u8]) -> bool {
    let sides = picture.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR").and_then(|chunk| chunk.get(..8));
    sides.is_some_and(|sides| {
        let side = |bytes: &[u8]| bytes.iter().fold(0_u32, |side, byte| side << 8 | u32::from(*byte));
        sides.chunks(4).all(|bytes| (100..=1000).contains(&side(bytes)))
    })
}

/// The body of an order.
pub(super) fn body(order: &ProductOrder) -> impl Serialize + use<'_> {
    Body {
        business_identifier: Numbered { scheme: &order.business.scheme, id: &order.business.id },
        product_type: match &order.product {
            ProductType::PaymentIntegration => "PAYMENT_INTEGRATION",
            ProductType::Other(name) => name,
        },
        sales_unit_name: order.sales_unit_name.as_deref(),
        sales_unit_logo: order.logo.as_ref().map(|logo| STANDARD.encode(logo)),
        settlement_bank_account: order
            .account
            .as_ref()
            .map(|account| Numbered { scheme: &account.scheme, id: &account.id }),
        price_package_id: order.price_package_id.as_deref(),
        product_use_case: order.use_case.as_deref(),
        annual_turnover: order.annual_turnover,
        intended_purpose: order.intended_purpose.as_deref(),
        website: order.website.as_ref().map(|site| Site { url: &site.url, terms_url: &site.terms_url }),
        has_recurring: order.has_recurring,
        merchant_category_code: order.merchant_category_code.as_deref(),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    business_identifier: Numbered<'a>,
    product_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sales_unit_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sales_unit_logo: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settlement_bank_account: Option<Numbered<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price_package_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product_use_case: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    annual_turnover: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    intended_purpose: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    website: Option<Site<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    has_recurring: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_category_code: Option<&'a str>,
}

#[derive(Serialize)]
struct Numbered<'a> {
    scheme: &'a str,
    id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Site<'a> {
    url: &'a str,
    terms_url: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PrefillWire {
    #[serde(default, deserialize_with = "lenient::text")]
    prefilled_order_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    prefill_url: Option<String>,
}

impl PrefillWire {
    pub(super) fn read(self) -> Option<Prefill> {
        Some(Prefill { id: self.prefilled_order_id?, url: self.prefill_url? })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StateWire {
    #[serde(default, deserialize_with = "lenient::text")]
    prefilled_order_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    msn: Option<String>,
    #[serde(default)]
    sales_unit: Option<UnitWire>,
    #[serde(default)]
    business_identifier: Option<BusinessWire>,
    #[serde(default, deserialize_with = "lenient::text")]
    sales_unit_name: Option<String>,
}

#[derive(Deserialize)]
struct UnitWire {
    #[serde(default, deserialize_with = "lenient::text")]
    msn: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
}

impl StateWire {
    pub(super) fn read(self) -> Option<ProductOrderState> {
        let (msn, name) = self.sales_unit.map_or((None, None), |unit| (unit.msn, unit.name));
        Some(ProductOrderState {
            id: self.prefilled_order_id.or(self.id)?,
            status: OrderStatus::read(&self.status?),
            msn: self.msn.or(msn).and_then(|msn| Msn::parse(&msn).ok()),
            business: self.business_identifier.and_then(BusinessWire::read),
            sales_unit_name: self.sales_unit_name.or(name),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order() -> ProductOrder {
        ProductOrder {
            business: BusinessId { scheme: "business:NO:ORG".into(), id: "987654321".into() },
            product: ProductType::PaymentIntegration,
            sales_unit_name: Some("Acme Fantastic Fitness".into()),
            logo: None,
            account: Some(BankAccount { scheme: "BBAN:NO".into(), id: "86011117947".into() }),
            price_package_id: None,
            use_case: None,
            annual_turnover: Some(100_000),
            intended_purpose: Some("POS integration".into()),
            website: None,
            has_recurring: Some(false),
            merchant_category_code: None,
        }
    }

    fn logo(side: u32) -> Vec<u8> {
        let side = side.to_be_bytes();
        [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".as_slice(), &side, &side].concat()
    }

    #[test]
    fn only_what_is_set_is_written() {
        let expected = serde_json::json!({
            "businessIdentifier": {"scheme": "business:NO:ORG", "id": "987654321"},
            "productType": "PAYMENT_INTEGRATION", "salesUnitName": "Acme Fantastic Fitness",
            "settlementBankAccount": {"scheme": "BBAN:NO", "id": "86011117947"},
            "annualTurnover": 100_000, "intendedPurpose": "POS integration", "hasRecurring": false
        });
        assert_eq!(serde_json::to_value(body(&order())).unwrap(), expected);
    }

    #[test]
    fn what_breaks_a_rule_is_refused_and_account_numbers_are_not_printed() {
        let site =
            |url: &str| Some(Website { url: url.into(), terms_url: "https://example.com/terms".into() });
        for good in
            [order(), ProductOrder { logo: Some(logo(100)), website: site("https://example.com"), ..order() }]
        {
            assert_eq!(good.check(), Ok(()));
        }
        let nobody = BusinessId { scheme: "business:NO:ORG".into(), id: String::new() };
        for bad in [
            ProductOrder { business: nobody, ..order() },
            ProductOrder { sales_unit_name: Some("å".repeat(31)), ..order() },
            ProductOrder { logo: Some(logo(99)), ..order() },
            ProductOrder { logo: Some(logo(1001)), ..order() },
            ProductOrder { logo: Some(b"GIF89a".to_vec()), ..order() },
            ProductOrder { website: site("http://example.com"), ..order() },
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
        assert!(!format!("{:?}", order()).contains("86011117947"));
    }

    #[test]
    fn states_are_known_or_kept() {
        let read = |body: &str| serde_json::from_str::<StateWire>(body).unwrap().read();
        let order =
            read(r#"{"prefilledOrderId":"o-1","status":"COMPLETED","salesUnit":{"msn":"123456"}}"#).unwrap();
        assert_eq!((order.status, order.msn.unwrap().as_str()), (OrderStatus::Completed, "123456"));
        let named = r#"{"id":"o-1","status":"RECEIVED","businessIdentifier":{"scheme":"business:NO:ORG","id":"1"},
            "salesUnitName":"Acme"}"#;
        let order = read(named).unwrap();
        let business = BusinessId { scheme: "business:NO:ORG".into(), id: "1".into() };
        assert_eq!((order.business, order.sales_unit_name.as_deref()), (Some(business), Some("Acme")));
        let order = read(r#"{"id":"o-1","status":"FROZEN"}"#).unwrap();
        assert_eq!(order.status, OrderStatus::Other("FROZEN".into()));
        assert_eq!(read(r#"{"id":"o-1"}"#), None);
    }
}
