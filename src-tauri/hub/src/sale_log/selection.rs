//! Which sales are looked for: what was asked, within what the auditor may see.

use contract::Code;
use jiff::civil::Date;
use journal::Part;
use serde::Deserialize;

use crate::auditors::sessions::Auditor;
use crate::refusal::Failure;

/// The most characters of one answer in a form.
const CHARS_MAX: usize = 100;
/// How many characters a day has: a date is also read from a longer text, whose time would be lost.
const DAY_CHARS: usize = 10;

/// What is asked for, as it stands in an address. What is empty is absent: a form sends every field.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Asked {
    pub(crate) reference: String,
    pub(crate) store: String,
    pub(crate) amount: String,
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) state: String,
    /// Where the page begins.
    pub(crate) before: String,
    /// `all` adds up everything, however long that takes.
    pub(crate) sum: String,
}

/// How a sale must stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum State {
    /// Paid or reserved, given back or not.
    #[default]
    Sold,
    /// Given back, all of it or a part.
    Returned,
    /// Reserved, and not collected yet.
    Reserved,
    /// Not paid, or not yet.
    Unpaid,
    /// However it stands.
    All,
}

impl State {
    pub(crate) const EACH: [State; 5] =
        [State::Sold, State::Returned, State::Reserved, State::Unpaid, State::All];

    /// Its name in an address.
    pub(crate) fn name(self) -> &'static str {
        match self {
            State::Sold => "sold",
            State::Returned => "returned",
            State::Reserved => "reserved",
            State::Unpaid => "unpaid",
            State::All => "all",
        }
    }
}

/// A place in the log: sales stand newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) at: i64,
    pub(crate) till: String,
    pub(crate) reference: String,
}

/// Sales that are looked for. It never reaches beyond what its auditor may see.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    pub(crate) part: Option<Part>,
    pub(crate) amount: Option<i64>,
    /// Of these stores; of all if none are named.
    pub(crate) stores: Option<Vec<String>>,
    /// Asked for no earlier than this moment.
    pub(crate) since: Option<i64>,
    /// Asked for before this moment.
    pub(crate) until: Option<i64>,
    pub(crate) state: State,
    /// After this place.
    pub(crate) before: Option<Place>,
}

/// What of a search can't be understood: the name of its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wrong(pub(crate) &'static str);

impl From<Wrong> for Failure {
    fn from(Wrong(field): Wrong) -> Failure {
        let detail = match field {
            "reference" => "reference must be 3 to 50 letters, digits and hyphens of a reference",
            "amount" => "amount must be such as 249.00",
            "store" => "store is none whose sales may be seen",
            "state" => "state must be sold, returned, reserved, unpaid or all",
            "before" => "before must come from a link to the next page",
            "sum" => "sum must be all",
            _ => "from and until must be days such as 2026-11-26",
        };
        Failure::refused(Code::RequestInvalid, detail)
    }
}

impl Selection {
    /// Everything that `auditor` may see of sales.
    fn allowed(auditor: &Auditor) -> Selection {
        let stores = auditor.kept.stores.clone();
        Selection {
            stores: (!stores.is_empty()).then_some(stores),
            since: auditor.kept.since.and_then(|day| auditor.zone.begin(day)),
            until: auditor.kept.until.and_then(|day| auditor.zone.end(day)),
            ..Selection::default()
        }
    }

    /// What `auditor` asks for.
    pub(crate) fn of(asked: &Asked, auditor: &Auditor) -> Result<Selection, Wrong> {
        let mut selection = Selection::allowed(auditor);
        if let Some(text) = given(&asked.reference) {
            selection.part = Some(Part::parse(text).ok_or(Wrong("reference"))?);
        }
        if let Some(text) = given(&asked.amount) {
            selection.amount = Some(amount(text).ok_or(Wrong("amount"))?);
        }
        if let Some(store) = given(&asked.store) {
            let store = auditor.store(store).ok_or(Wrong("store"))?;
            selection.stores = Some(vec![store.store.id.clone()]);
        }
        if let Some(text) = given(&asked.from) {
            let begin = day(text).and_then(|day| auditor.zone.begin(day)).ok_or(Wrong("from"))?;
            selection.since = Some(selection.since.map_or(begin, |since| since.max(begin)));
        }
        if let Some(text) = given(&asked.until) {
            let end = day(text).and_then(|day| auditor.zone.end(day)).ok_or(Wrong("until"))?;
            selection.until = Some(selection.until.map_or(end, |until| until.min(end)));
        }
        if let Some(name) = given(&asked.state) {
            let state = State::EACH.into_iter().find(|state| state.name() == name);
            selection.state = state.ok_or(Wrong("state"))?;
        }
        // What is asked for goes into the audit trail, so nothing goes past that has not been understood.
        if given(&asked.sum).is_some_and(|sum| sum != "all") {
            return Err(Wrong("sum"));
        }
        if let Some(text) = given(&asked.before) {
            selection.before = Some(Place::read(text).ok_or(Wrong("before"))?);
        }
        Ok(selection)
    }

    /// Whether the auditor may see a sale of `store` that was asked for at `at`.
    pub(crate) fn allows(auditor: &Auditor, store: &str, at: i64) -> bool {
        let Selection { stores, since, until, .. } = Selection::allowed(auditor);
        stores.is_none_or(|stores| stores.iter().any(|allowed| allowed == store))
            && since.is_none_or(|since| at >= since)
            && until.is_none_or(|until| at < until)
    }
}

impl Asked {
    /// The same search as part of an address: `?store=oslo`, or nothing.
    pub(crate) fn query(&self) -> String {
        let fields = self.fields();
        let given = fields.iter().filter(|(_, text)| given(text).is_some());
        let pairs: Vec<String> =
            given.map(|(name, text)| format!("{name}={}", encoded(text.trim()))).collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    }

    /// The same search for the audit trail, once it has been understood.
    pub(crate) fn told(&self) -> String {
        let fields = self.fields();
        let given = fields.iter().filter_map(|(name, text)| Some((name, given(text)?)));
        let told: Vec<String> = given.map(|(name, text)| format!("{name} {text}")).collect();
        if told.is_empty() { "all that may be seen".to_owned() } else { told.join("; ") }
    }

    fn fields(&self) -> [(&'static str, &str); 8] {
        [
            ("reference", &self.reference),
            ("store", &self.store),
            ("amount", &self.amount),
            ("from", &self.from),
            ("until", &self.until),
            ("state", &self.state),
            ("before", &self.before),
            ("sum", &self.sum),
        ]
    }
}

impl Place {
    pub(crate) fn written(&self) -> String {
        format!("{}.{}.{}", self.at, self.till, self.reference)
    }

    fn read(text: &str) -> Option<Place> {
        let mut parts = text.splitn(3, '.');
        let at = parts.next()?.parse().ok()?;
        let (till, reference) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let good = text.len() <= CHARS_MAX && is_name(&till) && is_name(&reference);
        good.then_some(Place { at, till, reference })
    }
}

fn given(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn day(text: &str) -> Option<Date> {
    if text.len() == DAY_CHARS { text.parse().ok() } else { None }
}

/// Minor units of `249`, `249.00` and `249,00`. Every currency here has two decimals.
fn amount(text: &str) -> Option<i64> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, hundredths) = text.split_once(['.', ',']).unwrap_or((text, "00"));
    if !digits(whole) || !digits(hundredths) || hundredths.len() != 2 {
        return None;
    }
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(hundredths.parse().ok()?)
}

/// As part of an address.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let each = text
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_understood_as_people_write_them() {
        let of = |text| amount(text);
        assert_eq!((of("249"), of("249.00"), of("249,50")), (Some(24_900), Some(24_900), Some(24_950)));
        for nothing in ["", "-1", "249.5", "1 249.00", "1,249.00", "99999999999999999999", "0x10"] {
            assert_eq!(of(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_search_is_the_same_in_an_address() {
        let asked =
            Asked { reference: " a&b=c ".to_owned(), before: "1.t-1.æ".to_owned(), ..Asked::default() };
        assert_eq!(asked.query(), "?reference=a%26b%3Dc&before=1.t-1.%C3%A6");
        assert_eq!(Asked::default().query(), "");
        let place = Place { at: -5, till: "t-1".to_owned(), reference: "sale-1".to_owned() };
        assert_eq!(Place::read(&place.written()), Some(place));
        for nothing in ["x.t-1.a", "1.t-1", "1.t-1.a b", "1.t-1.a\n", "1.t-1.<"] {
            assert_eq!(Place::read(nothing), None, "{nothing:?}");
        }
    }
}
