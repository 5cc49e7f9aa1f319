//! One merchant of a table: which columns there are, and what each must hold.

use std::path::Path;

use vipps::management::{BankAccount, BusinessId, ProductOrder, ProductType, Website};

use crate::check_digits::{
    is_danish_business, is_finnish_business, is_norwegian_account, is_norwegian_business, is_swedish_business,
};
use crate::complaint::Complaint;
use crate::logo;
use crate::table::Row;

/// The columns that a table may have.
pub const COLUMNS: [&str; 15] = [
    SCHEME,
    BUSINESS,
    NAME,
    LOGO,
    ACCOUNT_SCHEME,
    ACCOUNT,
    PRICE,
    PRODUCT,
    USE_CASE,
    TURNOVER,
    PURPOSE,
    WEBSITE,
    TERMS,
    RECURRING,
    CATEGORY,
];
pub(crate) const SCHEME: &str = "businessScheme";
pub(crate) const BUSINESS: &str = "businessId";
pub(crate) const NAME: &str = "salesUnitName";
const LOGO: &str = "salesUnitLogo";
const ACCOUNT_SCHEME: &str = "accountScheme";
const ACCOUNT: &str = "accountId";
pub(crate) const PRICE: &str = "pricePackageId";
const PRODUCT: &str = "productType";
const USE_CASE: &str = "productUseCase";
const TURNOVER: &str = "annualTurnover";
const PURPOSE: &str = "intendedPurpose";
const WEBSITE: &str = "websiteUrl";
const TERMS: &str = "websiteTermsUrl";
const RECURRING: &str = "hasRecurring";
const CATEGORY: &str = "merchantCategoryCode";

/// Where a business is registered unless its row says.
pub(crate) const SCHEME_UNLESS_SAID: &str = "business:NO:ORG";
const NORWEGIAN_ACCOUNT: &str = "BBAN:NO";
/// What an order must say, so that payments may be sent straight to phones (contract 1.8).
const POS: &str = "POS integration";
/// The most characters of a sales unit's name (contract 1.8).
const NAME_CHARS_MAX: usize = 30;
/// The most characters of texts and numbers whose limits are not published.
const TEXT_CHARS_MAX: usize = 500;
const ID_CHARS_MAX: usize = 64;

/// A merchant that is to be signed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merchant {
    /// See [`Complaint::row`].
    pub row: u64,
    /// What is ordered.
    pub order: ProductOrder,
}

/// Reads the cells of one row, and remembers what is wrong with them.
struct Reading<'a> {
    row: &'a Row,
    /// The folder that the table is in.
    folder: &'a Path,
    complaints: Vec<Complaint>,
}

impl Merchant {
    /// The merchant of a row in a table that is in `folder`.
    pub(crate) fn read(row: &Row, folder: &Path) -> Result<Merchant, Vec<Complaint>> {
        let mut reading = Reading { row, folder, complaints: Vec::new() };
        let business = reading.business();
        let order = ProductOrder {
            account: reading.account(&business.scheme),
            business,
            product: match row.cell(PRODUCT) {
                None | Some("PAYMENT_INTEGRATION") => ProductType::PaymentIntegration,
                Some(_) => ProductType::Other(reading.plain(PRODUCT)),
            },
            sales_unit_name: Some(reading.name()),
            logo: reading.logo(),
            price_package_id: row.cell(PRICE).map(|_| reading.plain(PRICE)),
            use_case: reading.text(USE_CASE),
            annual_turnover: reading.turnover(),
            intended_purpose: Some(reading.purpose()),
            website: reading.website(),
            has_recurring: reading.recurring(),
            merchant_category_code: reading.category(),
        };
        match (reading.complaints.is_empty(), order.check()) {
            (true, Ok(())) => Ok(Merchant { row: row.number, order }),
            (true, Err(wrong)) => Err(vec![Complaint::new(row.number, "(all)", wrong, "correct it")]),
            (false, _) => Err(reading.complaints),
        }
    }

    /// What customers will see.
    pub fn name(&self) -> &str {
        self.order.sales_unit_name.as_deref().unwrap_or_default()
    }

    /// By this a merchant is known: the register, the number in it, and the name of the sales unit, in small letters.
    pub fn key(&self) -> String {
        key(&self.order.business, self.name())
    }
}

/// See [`Merchant::key`]. Others may write the same number with other signs between its digits.
pub(crate) fn key(business: &BusinessId, name: &str) -> String {
    let id: String = business.id.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let name: Vec<&str> = name.split_whitespace().collect();
    format!("{}/{id}/{}", business.scheme, name.join(" ")).to_lowercase()
}

impl Reading<'_> {
    fn complain(&mut self, column: &str, wrong: impl Into<String>, right: impl Into<String>) {
        self.complaints.push(Complaint::new(self.row.number, column, wrong, right));
    }

    fn business(&mut self) -> BusinessId {
        let scheme = self.row.cell(SCHEME).unwrap_or(SCHEME_UNLESS_SAID);
        let id: String = self.row.cell(BUSINESS).unwrap_or_default().split_whitespace().collect();
        let (known, right): (fn(&str) -> bool, _) = match scheme {
            "business:NO:ORG" => (is_norwegian_business, "nine digits, with a check digit"),
            "business:DK:CVR" => (is_danish_business, "eight digits that pass the check of the CVR"),
            "business:FI:Y-tunnus" => (is_finnish_business, "seven digits, a hyphen and a check digit"),
            "business:SE:ORG" => (is_swedish_business, "ten digits, with a check digit"),
            _ => (is_plain, "1 to 64 letters, digits and hyphens"),
        };
        let parts: Vec<&str> = scheme.split(':').collect();
        if !matches!(parts[..], ["business", country, kind] if country.len() == 2 && is_plain(country) && is_plain(kind))
        {
            self.complain(
                SCHEME,
                format!("{scheme} names no register"),
                "write business:NO:ORG, for example",
            );
        } else if id.is_empty() {
            self.complain(BUSINESS, "it is empty", format!("write the number of the business: {right}"));
        } else if !known(&id) {
            self.complain(BUSINESS, format!("{id} is no number of {scheme}"), format!("it has {right}"));
        }
        BusinessId { scheme: scheme.to_owned(), id }
    }

    fn name(&mut self) -> String {
        let name = self.row.cell(NAME).unwrap_or_default().to_owned();
        let length = name.chars().count();
        if length == 0 {
            self.complain(NAME, "it is empty", "write what customers shall see");
        } else if length > NAME_CHARS_MAX {
            let wrong = format!("it has {length} characters");
            self.complain(NAME, wrong, format!("{NAME_CHARS_MAX} are the most"));
        } else if name.chars().any(char::is_control) {
            self.complain(NAME, "it holds a character that nobody can see", "type it again");
        }
        name
    }

    fn logo(&mut self) -> Option<Vec<u8>> {
        let path = self.row.cell(LOGO)?;
        match logo::read(&self.folder.join(path)) {
            Ok(picture) => Some(picture),
            Err(wrong) => {
                self.complain(LOGO, format!("{path}: {wrong}"), logo::RIGHT);
                None
            }
        }
    }

    fn account(&mut self, business_scheme: &str) -> Option<BankAccount> {
        let id: String =
            self.row.cell(ACCOUNT)?.chars().filter(|letter| !is_between_digits(*letter)).collect();
        let norwegian = business_scheme == SCHEME_UNLESS_SAID;
        let Some(scheme) = self.row.cell(ACCOUNT_SCHEME).or(norwegian.then_some(NORWEGIAN_ACCOUNT)) else {
            self.complain(ACCOUNT_SCHEME, "it is empty", "say how the account is numbered, as BBAN:NO does");
            return None;
        };
        // Account numbers are not repeated in what is printed.
        if scheme == NORWEGIAN_ACCOUNT && !is_norwegian_account(&id) {
            self.complain(
                ACCOUNT,
                "it is no Norwegian account number",
                "it has eleven digits, with a check digit",
            );
        } else if !is_plain(&id) {
            self.complain(ACCOUNT, "it is no account number", "it has 1 to 64 letters and digits");
        }
        if !scheme.split(':').all(is_plain) {
            self.complain(
                ACCOUNT_SCHEME,
                format!("{scheme} is no way to number accounts"),
                "write BBAN:NO, for example",
            );
        }
        Some(BankAccount { scheme: scheme.to_owned(), id })
    }

    fn purpose(&mut self) -> String {
        let purpose = self.text(PURPOSE).unwrap_or_else(|| POS.to_owned());
        if !purpose.contains(POS) {
            let right = format!(
                "write {POS} in it, so that payments may be sent straight to phones, or leave it out"
            );
            self.complain(PURPOSE, format!("it does not say {POS}"), right);
        }
        purpose
    }

    fn website(&mut self) -> Option<Website> {
        let (url, terms) = (self.row.cell(WEBSITE), self.row.cell(TERMS));
        for (column, page) in [(WEBSITE, url), (TERMS, terms)] {
            match page {
                Some(page) if !is_https(page) => {
                    self.complain(column, format!("{page} is no https address"), "write https://…");
                }
                None if url.is_some() || terms.is_some() => {
                    self.complain(
                        column,
                        "it is empty",
                        format!("fill in both of {WEBSITE} and {TERMS}, or none"),
                    );
                }
                _ => {}
            }
        }
        Some(Website { url: url?.to_owned(), terms_url: terms?.to_owned() })
    }

    fn turnover(&mut self) -> Option<u64> {
        let text = self.row.cell(TURNOVER)?;
        let digits: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let turnover = digits.parse().ok();
        if turnover.is_none() {
            self.complain(
                TURNOVER,
                format!("{text} is no whole number"),
                "write whole kroner or euros, without a comma",
            );
        }
        turnover
    }

    fn recurring(&mut self) -> Option<bool> {
        let text = self.row.cell(RECURRING)?;
        let said = text.to_ascii_lowercase().parse().ok();
        if said.is_none() {
            self.complain(RECURRING, format!("{text} is neither"), "write true or false");
        }
        said
    }

    fn category(&mut self) -> Option<String> {
        let code = self.row.cell(CATEGORY)?;
        if code.len() != 4 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            self.complain(
                CATEGORY,
                format!("{code} is no code of a trade"),
                "it has four digits, as 5812 for restaurants",
            );
        }
        Some(code.to_owned())
    }

    fn text(&mut self, column: &str) -> Option<String> {
        let text = self.row.cell(column)?;
        if text.chars().count() > TEXT_CHARS_MAX || text.chars().any(char::is_control) {
            self.complain(
                column,
                "it is too long, or holds what nobody can see",
                format!("{TEXT_CHARS_MAX} characters are the most"),
            );
        }
        Some(text.to_owned())
    }

    fn plain(&mut self, column: &str) -> String {
        let text = self.row.cell(column).unwrap_or_default();
        if !is_plain(text) {
            self.complain(
                column,
                format!("{text} is no name of one"),
                "it has letters, digits, hyphens and underscores",
            );
        }
        text.to_owned()
    }
}

fn is_plain(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=ID_CHARS_MAX).contains(&text.len()) && text.bytes().all(good)
}

fn is_between_digits(letter: char) -> bool {
    letter.is_whitespace() || letter == '.'
}

fn is_https(page: &str) -> bool {
    url::Url::parse(page).is_ok_and(|url| url.scheme() == "https" && url.has_host())
}
