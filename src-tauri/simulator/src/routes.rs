//! The Vipps MobilePay APIs as they look on the wire: one file per API, its wire types private to it.

mod body;
mod caller;
pub(crate) mod ecom;
pub(crate) mod phone;
pub(crate) mod qr;
pub(crate) mod token;
pub(crate) mod wrong;

use axum::response::Response;

use crate::simulator::Simulator;
use crate::world::World;
use wrong::Wrong;

/// Does something in the world and makes an answer of whatever comes of it.
fn answer(simulator: &Simulator, act: impl FnOnce(&mut World, i64) -> Result<Response, Wrong>) -> Response {
    simulator.0.within(|world, now| match act(world, now) {
        Ok(response) => response,
        Err(wrong) => wrong.into_response(&world.dice.uuid()),
    })
}

/// A JSON answer with status 200.
fn json(body: &serde_json::Value) -> Response {
    wrong::json(http::StatusCode::OK, body)
}
