//! Userinfo (contract 1.7).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::{HeaderMap, Uri};

use super::caller::caller;
use super::wrong::Dress;
use super::{answer_in, json as ok};
use crate::simulator::Simulator;
use crate::world::problem::Problem;

pub(crate) fn routes() -> Router<Simulator> {
    Router::new().route("/vipps-userinfo-api/userinfo/{sub}", get(userinfo))
}

/// What the customer agreed to share with this sales unit; after 168 hours only that there was something.
async fn userinfo(
    State(simulator): State<Simulator>,
    Path(sub): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer_in(Dress::TraceId, &simulator, &uri, |world, now| {
        let msn = caller(world, &headers, now)?;
        let info = world.userinfo_for(&msn, &sub, now);
        Ok(ok(&info.ok_or_else(|| Problem::plain(404, "Nobody is known by this sub"))?))
    })
}
