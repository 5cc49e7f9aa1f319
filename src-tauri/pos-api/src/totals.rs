//! `GET /v1/totals`: what a day has brought.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use contract::{ApiProblem, DayTotals, WhichDay};

use crate::PosApi;
use crate::payments::bad_query;
use crate::problem::Refusal;

/// What was collected and given back on one day, currency by currency.
///
/// It counts money that has moved on this till: what was requested yesterday and collected today is of today, and so is
/// a refund of what was paid last month. A day is one by the clock of the shop. While `isToday` is true there may be
/// more to come.
#[utoipa::path(
    get,
    path = "/v1/totals",
    tag = "payments",
    params(WhichDay),
    responses(
        (status = 200, description = "The totals; `totals` is empty when no money has moved.", body = DayTotals),
        (status = 400, description = "`request_invalid`: that is no day, one of so long ago that too much has changed \
            since, or a parameter is not known.",
            body = ApiProblem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn totals(
    State(api): State<PosApi>,
    which: Result<Query<WhichDay>, QueryRejection>,
) -> Result<Json<DayTotals>, Refusal> {
    let Query(WhichDay { day }) = which.map_err(bad_query)?;
    Ok(Json(api.0.till.day(day.as_deref()).await?.totals))
}
