//! What the shop has set: one typed file, `settings.json`, kept by Tauri's store.
//!
//! A file that cannot be read as settings is never written to: what a person typed is not lost because it was
//! wrong. Keys are not settings; see [`crate::keys`].

mod error;
mod line_display;
mod order_link;
mod page;
mod phone_numbers;
mod pos;
mod sale;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::Duration;

use contract::{Environment, Language};
use payment::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Runtime};
use tauri_plugin_store::StoreBuilder;
use till::{EcomSettings, EpaymentSettings, QrHosts, THANK_YOU_PAGE, TillSettings};
use url::Url;
use vipps::Msn;

pub use error::SettingsError;
pub use line_display::LineDisplay;
pub use order_link::OrderLinks;
pub use phone_numbers::{Keep, PhoneNumbers};
pub use pos::Pos;
pub use sale::{Sale, TaxRate};

use page::{check_page, is_local};

/// The name of the file.
pub const FILE: &str = "settings.json";

/// What the shop has set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// Where the schema of this file is; for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The language of screens and problems: `nb` or `en`.
    #[serde(default)]
    pub language: SpokenLanguage,
    /// The shop.
    pub shop: Shop,
    /// The sales unit that takes the payments.
    pub sales_unit: SalesUnit,
    /// The country of the sales unit; its currency follows.
    #[serde(default)]
    pub market: Market,
    /// The API that payments run on: `epayment` (the default) or `ecom`, which is Norwegian alone.
    #[serde(default)]
    pub rail: Rail,
    /// Which Vipps MobilePay.
    #[serde(default)]
    pub vipps: VippsSettings,
    /// Where the customer's phone goes after paying (https). The shop's web site if absent, else the official
    /// static thank-you page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fall_back: Option<String>,
    /// What the eCom API must be told beside that.
    #[serde(default)]
    pub ecom: EcomAddresses,
    /// The local API for the POS.
    #[serde(default)]
    pub pos: Pos,
    /// The customer screen.
    #[serde(default)]
    pub display: Display,
    /// The line display that older registers write to.
    #[serde(default)]
    pub line_display: LineDisplay,
    /// What becomes of customers' phone numbers.
    #[serde(default)]
    pub phone_numbers: PhoneNumbers,
    /// What the cashier keys in.
    #[serde(default)]
    pub sale: Sale,
    /// The link that the customer's app shows with each payment.
    #[serde(default)]
    pub order_link: OrderLinks,
}

/// A language that Kvitt speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SpokenLanguage {
    /// Norwegian, bokmål.
    #[default]
    Nb,
    /// English.
    En,
}

/// A country that Vipps MobilePay serves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Market {
    /// Norway: NOK.
    #[default]
    No,
    /// Denmark: DKK.
    Dk,
    /// Finland: EUR.
    Fi,
    /// Sweden: SEK.
    Se,
}

impl Market {
    /// The currency of its sales units.
    pub fn currency(self) -> Currency {
        match self {
            Market::No => Currency::Nok,
            Market::Dk => Currency::Dkk,
            Market::Fi => Currency::Eur,
            Market::Se => Currency::Sek,
        }
    }
}

/// An API that payments can run on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rail {
    /// ePayment: every market, and requests to phones and personal codes.
    #[default]
    Epayment,
    /// eCom v2, which Vipps MobilePay no longer develops: Norway alone.
    Ecom,
}

/// The shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Shop {
    /// Its name, as customers know it: 1 to 60 characters.
    #[schemars(length(min = 1, max = 60))]
    pub name: String,
    /// Its own web site (https), if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
}

/// The sales unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SalesUnit {
    /// Its Merchant Serial Number: 4 to 6 digits.
    #[schemars(regex(pattern = r"^\d{4,6}$"))]
    pub msn: String,
}

/// Which Vipps MobilePay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VippsSettings {
    /// `test` (no real money; the default) or `production`.
    #[serde(default)]
    pub environment: VippsEnvironment,
    /// Another address of the API, such as a simulator on this machine. https, or http on this machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
}

/// The environments of Vipps MobilePay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VippsEnvironment {
    /// The test environment: no real money.
    #[default]
    Test,
    /// Real money.
    Production,
}

/// What the eCom API must be told. A till that can't be called back leaves it out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EcomAddresses {
    /// Where callbacks would go (https). The shop's web site if absent, else the thank-you page: a till without a
    /// public address hears no callbacks and polls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_prefix: Option<String>,
}

/// The customer screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Display {
    /// How long a result stays, in seconds: 3 to 300.
    #[serde(default = "Display::result_seconds")]
    #[schemars(range(min = 3, max = 300))]
    pub result_seconds: u16,
}

impl Display {
    fn result_seconds() -> u16 {
        u16::try_from(TillSettings::RESULT_STAYS.as_secs()).unwrap_or(u16::MAX)
    }
}

impl Default for Display {
    fn default() -> Display {
        Display { result_seconds: Self::result_seconds() }
    }
}

impl Settings {
    /// Reads the settings in `folder` through Tauri's store.
    pub fn load<R: Runtime>(app: &AppHandle<R>, folder: &Path) -> Result<Settings, SettingsError> {
        let path = folder.join(FILE);
        // The store takes a file that it can't parse for an empty one, and would save it so.
        Self::read(&path)?;
        let store = StoreBuilder::new(app, path.clone()).disable_auto_save().build();
        let store = store
            .map_err(|error| SettingsError::Unreadable { path: path.clone(), why: error.to_string() })?;
        let settings = Self::of(serde_json::Value::Object(store.entries().into_iter().collect()), &path);
        // It is not to be saved again at exit: somebody may be editing the file.
        store.close_resource();
        settings
    }

    /// Reads the settings in the file `path`.
    pub fn read(path: &Path) -> Result<Settings, SettingsError> {
        let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => SettingsError::Missing { path: path.to_owned() },
            _ => SettingsError::Unreadable { path: path.to_owned(), why: error.to_string() },
        })?;
        let value = serde_json::from_str(&text)
            .map_err(|error| SettingsError::NotJson { path: path.to_owned(), why: error.to_string() })?;
        Self::of(value, path)
    }

    fn of(value: serde_json::Value, path: &Path) -> Result<Settings, SettingsError> {
        let wrong = |place: String, why: String| SettingsError::Wrong { path: path.to_owned(), place, why };
        let mut settings: Settings = serde_path_to_error::deserialize(value)
            .map_err(|error| wrong(error.path().to_string(), error.inner().to_string()))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let checked = settings.check().and_then(|()| settings.order_link.look(folder));
        checked.map_err(|(place, why)| wrong(place.to_owned(), why))?;
        Ok(settings)
    }

    /// Which key set belongs to these settings: the sales unit and the API that knows it.
    pub fn key_name(&self) -> String {
        let url = self.base_url();
        format!("{}@{}", self.sales_unit.msn, url.host_str().unwrap_or_default())
    }

    /// The address of the API.
    #[expect(clippy::missing_panics_doc, reason = "only settings that were checked exist")]
    pub fn base_url(&self) -> Url {
        let text = match (&self.vipps.base_url, self.vipps.environment) {
            (Some(url), _) => url.as_str(),
            (None, VippsEnvironment::Test) => vipps::TEST_URL,
            (None, VippsEnvironment::Production) => vipps::PRODUCTION_URL,
        };
        #[expect(clippy::expect_used, reason = "check() has parsed it, and the constants are URLs")]
        Url::parse(text).expect("it has been checked")
    }

    /// What the till must be told.
    pub fn till(&self) -> TillSettings {
        TillSettings {
            shop: self.shop.name.clone(),
            language: match self.language {
                SpokenLanguage::Nb => Language::Nb,
                SpokenLanguage::En => Language::En,
            },
            msn: self.sales_unit.msn.clone(),
            currency: self.market.currency(),
            environment: self.environment(),
            result_stays: Duration::from_secs(u64::from(self.display.result_seconds)),
            tax_rates: self.sale.rates(),
            links: self.order_link.links(),
        }
    }

    /// What the eCom rail must be told.
    pub fn ecom(&self) -> EcomSettings {
        EcomSettings {
            fall_back: self.fall_back().to_owned(),
            callback_prefix: self.ecom.callback_prefix.as_deref().unwrap_or(self.page()).to_owned(),
            auth_token: None,
            qr_hosts: QrHosts::for_api(&self.base_url()),
        }
    }

    /// What the ePayment rail must be told.
    pub fn epayment(&self) -> EpaymentSettings {
        EpaymentSettings {
            return_url: self.fall_back().to_owned(),
            qr_hosts: QrHosts::for_api(&self.base_url()),
        }
    }

    fn fall_back(&self) -> &str {
        self.fall_back.as_deref().unwrap_or(self.page())
    }

    fn page(&self) -> &str {
        self.shop.website.as_deref().unwrap_or(THANK_YOU_PAGE)
    }

    fn environment(&self) -> Environment {
        match (is_local(&self.base_url()), self.vipps.environment) {
            (true, _) => Environment::Demo,
            (false, VippsEnvironment::Test) => Environment::Test,
            (false, VippsEnvironment::Production) => Environment::Production,
        }
    }

    /// What the types cannot say.
    fn check(&self) -> Result<(), (&'static str, String)> {
        let chars = self.shop.name.trim().chars().count();
        if !(1..=60).contains(&chars) || self.shop.name.chars().any(char::is_control) {
            return Err(("shop.name", "must be 1 to 60 printable characters".to_owned()));
        }
        Msn::parse(&self.sales_unit.msn).map_err(|error| ("salesUnit.msn", error.to_string()))?;
        if !(3..=300).contains(&self.display.result_seconds) {
            return Err(("display.resultSeconds", "must be 3 to 300".to_owned()));
        }
        if let Some(text) = &self.vipps.base_url {
            let url = Url::parse(text).map_err(|error| ("vipps.baseUrl", error.to_string()))?;
            if url.scheme() != "https" && !(url.scheme() == "http" && is_local(&url)) {
                return Err(("vipps.baseUrl", "must be https, or http on this machine".to_owned()));
            }
        }
        if self.rail == Rail::Ecom && self.market != Market::No {
            // Contract 0.2.
            return Err(("rail", "eCom is Norwegian alone; use epayment in other markets".to_owned()));
        }
        self.pos.check()?;
        self.phone_numbers.check()?;
        self.sale.check()?;
        self.order_link.check()?;
        check_page("shop.website", self.shop.website.as_deref())?;
        check_page("fallBack", self.fall_back.as_deref())?;
        check_page("ecom.callbackPrefix", self.ecom.callback_prefix.as_deref())
    }
}
