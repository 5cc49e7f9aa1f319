//! Who is calling: the headers that every API checks (contract 1.0).

use http::HeaderMap;

use super::wrong::Wrong;
use crate::world::problem::Problem;
use crate::world::refusal::Refusal;
use crate::world::{Bearer, World};

pub(super) const MSN: &str = "Merchant-Serial-Number";

/// Each of them at most this many characters.
const SYSTEM_HEADER_MAX: usize = 30;
const SYSTEM_HEADERS: [&str; 4] =
    ["Vipps-System-Name", "Vipps-System-Version", "Vipps-System-Plugin-Name", "Vipps-System-Plugin-Version"];

/// The MSN of the sales unit that calls, once its subscription key, its token and its headers are in order.
pub(super) fn caller(world: &World, headers: &HeaderMap, now: i64) -> Result<String, Wrong> {
    let bearer = bearer(world, headers, now)?;
    check_system(headers)?;
    msn(world, headers, &bearer)?
        .ok_or(Wrong::Gateway(403, "Merchant-Serial-Number is required with partner keys"))
}

/// The same for calls that a partner may make for all its sales units at once: `None` is all of them.
pub(super) fn caller_or_partner(
    world: &World,
    headers: &HeaderMap,
    now: i64,
) -> Result<Option<String>, Wrong> {
    let bearer = bearer(world, headers, now)?;
    check_system(headers)?;
    msn(world, headers, &bearer)
}

/// The same for calls that are not about one sales unit: whose keys they are.
pub(super) fn whoever(world: &World, headers: &HeaderMap, now: i64) -> Result<Bearer, Wrong> {
    let bearer = bearer(world, headers, now)?;
    check_system(headers)?;
    msn(world, headers, &bearer)?;
    Ok(bearer)
}

/// The same for calls whose specification demands the header `Merchant-Serial-Number` of everybody.
pub(super) fn named_caller(world: &World, headers: &HeaderMap, now: i64) -> Result<String, Wrong> {
    let msn = caller(world, headers, now)?;
    if headers.contains_key(MSN) {
        return Ok(msn);
    }
    Err(Problem::field(MSN, "The header is required").into())
}

/// Whose subscription key and token these are, if they belong together.
fn bearer(world: &World, headers: &HeaderMap, now: i64) -> Result<Bearer, Wrong> {
    let subscriber = subscriber(world, headers)?;
    // The word is case-sensitive (trap 10).
    let token = text(headers, "Authorization").and_then(|value| value.strip_prefix("Bearer "));
    let bearer =
        token.and_then(|token| world.bearer(token, now)).ok_or(Wrong::Gateway(401, "Unauthorized"))?;
    if *bearer == subscriber { Ok(subscriber) } else { Err(Wrong::Gateway(401, "Unauthorized")) }
}

/// Whose subscription key it is.
pub(super) fn subscriber(world: &World, headers: &HeaderMap) -> Result<Bearer, Wrong> {
    let key = text(headers, "Ocp-Apim-Subscription-Key").ok_or(Wrong::Subscription(
        "Access denied due to missing subscription key. Make sure to include subscription key when making requests \
         to an API.",
    ))?;
    world.subscriber(key).ok_or(Wrong::Subscription(
        "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.",
    ))
}

/// The sales unit that is meant: with its own keys that one and no other (trap 12), with partner keys the one in the
/// header, which must be linked (trap 14).
pub(super) fn msn(world: &World, headers: &HeaderMap, bearer: &Bearer) -> Result<Option<String>, Wrong> {
    let named = headers.get(MSN);
    match bearer {
        Bearer::SalesUnit(own) if named.is_some_and(|named| named != own) => {
            Err(Wrong::Gateway(401, "Invalid MSN"))
        }
        Bearer::SalesUnit(own) => Ok(Some(own.clone())),
        Bearer::Partner => {
            let Some(named) = named else { return Ok(None) };
            let linked = world.rules.partner.msns.iter().find(|msn| named == msn.as_str());
            linked
                .cloned()
                .map(Some)
                .ok_or(Wrong::Gateway(403, "The sales unit is not linked to this partner"))
        }
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
