//! Sales units, merchants and orders of products, for whoever signs up merchants (contract 1.8). Production only.

mod product_order;
mod sales_unit;

use http::Method;
use serde::Deserialize;

use crate::answer::{nonsense, read, read_list, refuse};
use crate::plain::{is_plain, segment};
use crate::question::Question;
use crate::{Call, Error, Msn, Vipps, lenient};

pub use product_order::{
    BankAccount, OrderStatus, Prefill, ProductOrder, ProductOrderState, ProductType, Website,
};
pub use sales_unit::{CaptureType, SalesUnit};

/// The calls of the Management API.
#[derive(Clone, Copy, Debug)]
pub struct Management<'a> {
    vipps: &'a Vipps,
}

/// A business by its number in a register.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BusinessId {
    /// Which register: `business:NO:ORG`, for example.
    pub scheme: String,
    /// The number in it.
    pub id: String,
}

/// A merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merchant {
    /// The merchant, if that was said.
    pub business: Option<BusinessId>,
    /// What it is called, if that was said.
    pub name: Option<String>,
}

/// What a product costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricePackage {
    /// Goes into [`ProductOrder::price_package_id`].
    pub id: String,
    /// What it is called, if that was said.
    pub name: Option<String>,
}

impl<'a> Management<'a> {
    pub(crate) fn new(vipps: &'a Vipps) -> Self {
        Self { vipps }
    }

    /// All sales units that these keys may see.
    pub async fn sales_units(&self) -> Result<Vec<SalesUnit>, Error> {
        self.sales_units_at(Call::SalesUnitList, "/management/v1/sales-units".to_owned()).await
    }

    /// One sales unit. [`Meaning::NotThere`](crate::Meaning::NotThere) also if it is not active or not connected
    /// to the partner.
    pub async fn sales_unit(&self, msn: &Msn) -> Result<SalesUnit, Error> {
        let call = Call::SalesUnitGet;
        let path = format!("/management/v1/sales-units/{msn}");
        let answer = self.vipps.ask(&Question::bare(call, Method::GET, path)).await?;
        let unit: sales_unit::Wire = read(call, &answer, "the answer holds no sales unit")?;
        let unit = unit.read().filter(|unit| unit.msn == *msn);
        unit.ok_or_else(|| nonsense(call, &answer)("the answer is about another sales unit"))
    }

    /// One merchant.
    pub async fn merchant(&self, business: &BusinessId) -> Result<Merchant, Error> {
        let call = Call::MerchantGet;
        let path = merchant_path(call, business)?;
        let answer = self.vipps.ask(&Question::bare(call, Method::GET, path)).await?;
        let wire: MerchantWire = read(call, &answer, "the answer holds no merchant")?;
        let merchant = Merchant {
            business: wire.business_identifier.and_then(BusinessWire::read),
            name: wire.business_name.or(wire.name),
        };
        if merchant.business.as_ref().is_some_and(|given| given.id != business.id) {
            return Err(nonsense(call, &answer)("the answer is about another merchant"));
        }
        let said = merchant.business.is_some() || merchant.name.is_some();
        said.then_some(merchant)
            .ok_or_else(|| nonsense(call, &answer)("the answer says nothing of a merchant"))
    }

    /// The sales units of one merchant.
    pub async fn sales_units_of(&self, business: &BusinessId) -> Result<Vec<SalesUnit>, Error> {
        let call = Call::MerchantSalesUnits;
        let path = format!("{}/sales-units", merchant_path(call, business)?);
        self.sales_units_at(call, path).await
    }

    /// Fills in the order of a product, for the merchant to look at and sign within 14 days. Some wrong ones are
    /// taken and give an empty form (contract 1.8).
    pub async fn create_product_order(&self, order: &ProductOrder) -> Result<Prefill, Error> {
        let call = Call::ProductOrderCreate;
        order.check().map_err(refuse(call))?;
        let body = product_order::body(order);
        let question = Question::with_body(call, Method::POST, ORDERS.to_owned(), &body)?;
        let answer = self.vipps.ask(&question).await?;
        let prefill: product_order::PrefillWire = read(call, &answer, "the answer holds no order")?;
        prefill.read().ok_or_else(|| nonsense(call, &answer)("the order has no id or no address"))
    }

    /// All orders of products.
    pub async fn product_orders(&self) -> Result<Vec<ProductOrderState>, Error> {
        let call = Call::ProductOrderList;
        let path = "/management/v2/product-orders".to_owned();
        let answer = self.vipps.ask(&Question::bare(call, Method::GET, path)).await?;
        let entries: Vec<product_order::StateWire> = read_list(call, &answer, "the answer holds no orders")?;
        let orders: Option<Vec<_>> = entries.into_iter().map(product_order::StateWire::read).collect();
        orders.ok_or_else(|| nonsense(call, &answer)("an order has no id or no status"))
    }

    /// One order of a product.
    pub async fn product_order(&self, id: &str) -> Result<ProductOrderState, Error> {
        let call = Call::ProductOrderGet;
        of_order(id).map_err(refuse(call))?;
        let path = format!("/management/v2/product-orders/{id}/details");
        let answer = self.vipps.ask(&Question::bare(call, Method::GET, path)).await?;
        let order: product_order::StateWire = read(call, &answer, "the answer holds no order")?;
        let order = order.read().filter(|order| order.id == id);
        order.ok_or_else(|| nonsense(call, &answer)("the answer is about another order"))
    }

    /// Takes back an order that the merchant has not signed.
    pub async fn delete_product_order(&self, id: &str) -> Result<(), Error> {
        let call = Call::ProductOrderDelete;
        of_order(id).map_err(refuse(call))?;
        self.vipps.ask(&Question::bare(call, Method::DELETE, format!("{ORDERS}/{id}"))).await.map(drop)
    }

    /// What products cost.
    pub async fn price_packages(&self) -> Result<Vec<PricePackage>, Error> {
        let call = Call::PricePackageList;
        let path = "/management/v1/partners/price-packages".to_owned();
        let answer = self.vipps.ask(&Question::bare(call, Method::GET, path)).await?;
        let entries: Vec<PriceWire> = read_list(call, &answer, "the answer holds no price packages")?;
        let packages: Option<Vec<PricePackage>> = entries.into_iter().map(PriceWire::read).collect();
        packages.ok_or_else(|| nonsense(call, &answer)("a price package has no id"))
    }

    async fn sales_units_at(&self, call: Call, path: String) -> Result<Vec<SalesUnit>, Error> {
        let answer = self.vipps.ask(&Question::bare(call, Method::GET, path)).await?;
        let entries: Vec<sales_unit::Wire> = read_list(call, &answer, "the answer holds no sales units")?;
        let units: Option<Vec<SalesUnit>> = entries.into_iter().map(sales_unit::Wire::read).collect();
        units.ok_or_else(|| nonsense(call, &answer)("a sales unit has no number"))
    }
}

const ORDERS: &str = "/management/v1/product-orders";

fn merchant_path(call: Call, business: &BusinessId) -> Result<String, Error> {
    let parts = segment(&business.scheme).zip(segment(&business.id));
    let (scheme, id) = parts.ok_or_else(|| refuse(call)("the business has no scheme or no id"))?;
    Ok(format!("/management/v1/merchants/{scheme}/{id}"))
}

fn of_order(id: &str) -> Result<(), &'static str> {
    is_plain(id, 1..=64).then_some(()).ok_or("the id of an order is not 1 to 64 letters, digits and -")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MerchantWire {
    #[serde(default)]
    business_identifier: Option<BusinessWire>,
    #[serde(default, deserialize_with = "lenient::text")]
    business_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
}

#[derive(Deserialize)]
struct BusinessWire {
    #[serde(default, deserialize_with = "lenient::text")]
    scheme: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    id: Option<String>,
}

impl BusinessWire {
    fn read(self) -> Option<BusinessId> {
        Some(BusinessId { scheme: self.scheme?, id: self.id? })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PriceWire {
    #[serde(default, deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    price_package_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
}

impl PriceWire {
    fn read(self) -> Option<PricePackage> {
        Some(PricePackage { id: self.id.or(self.price_package_id)?, name: self.name })
    }
}
