//! Who is calling: the headers that every API checks (contract 1.0).

use http::HeaderMap;

use super::wrong::Wrong;
use crate::world::World;
use crate::world::refusal::Refusal;

/// Each of them at most this many characters.
const SYSTEM_HEADER_MAX: usize = 30;
const SYSTEM_HEADERS: [&str; 4] =
    ["Vipps-System-Name", "Vipps-System-Version", "Vipps-System-Plugin-Name", "Vipps-System-Plugin-Version"];

/// The MSN of the sales unit that calls, once its subscription key, its token and its headers are in order.
pub(super) fn caller(world: &World, headers: &HeaderMap, now: i64) -> Result<String, Wrong> {
    let subscriber = subscriber(world, headers)?;
    // The word is case-sensitive (trap 10).
    let token = text(headers, "Authorization").and_then(|value| value.strip_prefix("Bearer "));
    let bearer =
        token.and_then(|token| world.bearer(token, now)).ok_or(Wrong::Gateway(401, "Unauthorized"))?;
    if bearer != subscriber {
        return Err(Wrong::Gateway(401, "Unauthorized"));
    }
    check_msn(headers, bearer)?;
    check_system(headers)?;
    Ok(bearer.to_owned())
}

/// The MSN that a subscription key belongs to.
pub(super) fn subscriber(world: &World, headers: &HeaderMap) -> Result<String, Wrong> {
    let key = text(headers, "Ocp-Apim-Subscription-Key").ok_or(Wrong::Subscription(
        "Access denied due to missing subscription key. Make sure to include subscription key when making requests \
         to an API.",
    ))?;
    let unit = world.subscriber(key).ok_or(Wrong::Subscription(
        "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.",
    ))?;
    Ok(unit.msn.clone())
}

/// Whether `Merchant-Serial-Number`, if it is there, names the sales unit whose keys are used (trap 12).
pub(super) fn check_msn(headers: &HeaderMap, msn: &str) -> Result<(), Wrong> {
    match headers.get("Merchant-Serial-Number") {
        Some(named) if named != msn => Err(Wrong::Gateway(401, "Invalid MSN")),
        _ => Ok(()),
    }
}

/// Whether the names of the calling system keep to their length.
pub(super) fn check_system(headers: &HeaderMap) -> Result<(), Wrong> {
    for name in SYSTEM_HEADERS {
        if headers.get(name).is_some_and(|value| value.len() > SYSTEM_HEADER_MAX) {
            return Err(Refusal::field(name, "must not be longer than 30 characters").into());
        }
    }
    Ok(())
}

/// A header that is there once and is plain text.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).filter(|value| !value.is_empty())
}
