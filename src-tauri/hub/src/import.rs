//! Makes stores of the sales units that many merchants have got.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

use contract::Store;
use hub::{Hub, NewStore};
use payment::Currency;

/// The largest table that is read, in bytes.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// The most characters of a store's short name.
const ID_CHARS_MAX: usize = 16;
/// What is said of a store that was not there.
pub(crate) const ADDED: &str = "added";

/// Adds a store for each sales unit in the table `file` that has none, and says of each what was done.
pub(crate) async fn stores(
    hub: &Hub,
    file: &Path,
) -> Result<Vec<(Store, &'static str)>, Box<dyn Error + Send + Sync>> {
    let text = private_file::read(file, FILE_BYTES_MAX)?;
    let text = text.ok_or_else(|| format!("there is no file {}", file.display()))?;
    let finished = merchants::finished(&text)?;
    let mut known = hub.stores().await?;
    let mut said = Vec::new();
    for one in finished {
        if let Some(kept) = known.iter().find(|kept| kept.store.msn == one.msn) {
            said.push((kept.store.clone(), "was there already"));
            continue;
        }
        let currency = currency_of(&one.country)
            .ok_or_else(|| format!("row {}: nobody knows what is paid with in {}", one.row, one.country))?;
        let taken: BTreeSet<&str> = known.iter().map(|kept| kept.store.id.as_str()).collect();
        let store = Store { id: short_name(&one.name, &taken), name: one.name, msn: one.msn };
        hub.add_store(&NewStore { store: store.clone(), currency, prefix: None }).await?;
        said.push((store, ADDED));
        known = hub.stores().await?;
    }
    Ok(said)
}

fn currency_of(country: &str) -> Option<Currency> {
    match country {
        "NO" => Some(Currency::Nok),
        "DK" => Some(Currency::Dkk),
        "FI" => Some(Currency::Eur),
        "SE" => Some(Currency::Sek),
        _ => None,
    }
}

/// A short name that can be typed, made of `name`, and that none has who is `taken`.
fn short_name(name: &str, taken: &BTreeSet<&str>) -> String {
    let spelled: String = name.to_lowercase().chars().map(plain).collect();
    let words: Vec<&str> = spelled.split(' ').filter(|word| !word.is_empty()).collect();
    let whole = if words.is_empty() { "store".to_owned() } else { words.join("-") };
    let cut = |chars: usize| whole.chars().take(chars).collect::<String>().trim_end_matches('-').to_owned();
    let first = cut(ID_CHARS_MAX);
    if !taken.contains(first.as_str()) {
        return first;
    }
    // There are fewer stores than numbers.
    let numbered = (2_u32..)
        .map(|number| format!("-{number}"))
        .map(|end| format!("{}{end}", cut(ID_CHARS_MAX - end.len())));
    numbered.into_iter().find(|id| !taken.contains(id.as_str())).unwrap_or_default()
}

/// The letter as it is typed without accents; what can't be is a space.
fn plain(letter: char) -> char {
    match letter {
        'a'..='z' | '0'..='9' => letter,
        'å' | 'ä' | 'æ' | 'á' | 'à' => 'a',
        'ø' | 'ö' | 'ó' => 'o',
        'é' | 'è' => 'e',
        'ü' => 'u',
        _ => ' ',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_can_be_typed_and_are_all_different() {
        let mut taken: Vec<String> = Vec::new();
        for (name, expected) in [
            ("Kaffebaren Oslo", "kaffebaren-oslo"),
            ("KAFFEBAREN, Oslo!", "kaffebaren-osl-2"),
            ("Kaffebaren Oslo", "kaffebaren-osl-3"),
            ("Kaffebaren Os Lo", "kaffebaren-os-lo"),
            ("Kaffebaren i Ås  Nord", "kaffebaren-i-as"),
            ("Ærø & Ålesund", "aro-alesund"),
            ("店", "store"),
            ("--", "store-2"),
        ] {
            let known: BTreeSet<&str> = taken.iter().map(String::as_str).collect();
            let id = short_name(name, &known);
            assert_eq!(id, expected);
            assert!(id.len() <= ID_CHARS_MAX);
            taken.push(id);
        }
    }
}
