//! The Vipps MobilePay APIs as they look on the wire: one file per API, its wire types private to it.

mod body;
mod caller;
pub(crate) mod ecom;
pub(crate) mod epayment;
mod form;
pub(crate) mod management;
pub(crate) mod orders;
pub(crate) mod phone;
pub(crate) mod qr;
mod receipt;
pub(crate) mod token;
mod url;
pub(crate) mod userinfo;
pub(crate) mod webhooks;
pub(crate) mod wrong;

use axum::response::Response;

use crate::simulator::Simulator;
use crate::world::World;
use wrong::{Dress, Wrong};

/// Does something in the world and makes an answer of whatever comes of it.
fn answer(simulator: &Simulator, act: impl FnOnce(&mut World, i64) -> Result<Response, Wrong>) -> Response {
    simulator.0.within(|world, now| match act(world, now) {
        Ok(response) => response,
        Err(wrong) => wrong.into_response(&world.dice.uuid()),
    })
}

/// The same for an API that has its own shape for problems. `uri` is what was called.
fn answer_in(
    dress: Dress,
    simulator: &Simulator,
    uri: &http::Uri,
    act: impl FnOnce(&mut World, i64) -> Result<Response, Wrong>,
) -> Response {
    answer(simulator, |world, now| act(world, now).map_err(|wrong| wrong.dressed(dress, uri.path())))
}

/// Whether what is escaped in a path is UTF-8.
pub(crate) fn is_text(path: &str) -> bool {
    let mut bytes = path.bytes();
    let mut decoded = Vec::with_capacity(path.len());
    while let Some(byte) = bytes.next() {
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        let mut ahead = bytes.clone();
        match (byte, digit(ahead.next()), digit(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                decoded.extend(u8::try_from(high * 16 + low));
                bytes = ahead;
            }
            _ => decoded.push(byte),
        }
    }
    String::from_utf8(decoded).is_ok()
}

/// The refusal of such a path, in the shape of the API that was meant.
pub(crate) fn not_text(simulator: &Simulator, uri: &http::Uri) -> Response {
    let refusal = |_: &mut World, _| Err(Wrong::Gateway(400, "Bad Request"));
    match uri.path().split('/').nth(1) {
        Some("epayment" | "webhooks" | "management" | "vipps-userinfo-api") => {
            answer_in(Dress::TraceId, simulator, uri, refusal)
        }
        Some("qr" | "order-management") => answer_in(Dress::InvalidParams, simulator, uri, refusal),
        _ => answer(simulator, refusal),
    }
}

/// A JSON answer with status 200.
fn json(body: &serde_json::Value) -> Response {
    wrong::json(http::StatusCode::OK, body)
}
