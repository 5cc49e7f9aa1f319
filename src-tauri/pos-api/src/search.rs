//! `GET /v1/payments`: looks for payments that have been.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use contract::{ApiProblem, Found, Search};

use crate::PosApi;
use crate::payments::bad_query;
use crate::problem::Refusal;

/// Looks for payments, newest request first.
///
/// Everything that is said must be so; without anything, all payments are found. `status` is looked at when a
/// payment's story has been read, so a page may have fewer payments than `limit`, or none, and still name the next
/// page in `before`.
#[utoipa::path(
    get,
    path = "/v1/payments",
    tag = "payments",
    params(Search),
    responses(
        (status = 200, description = "The payments, each as it is now.", body = Found),
        (status = 400, description = "`request_invalid`: a parameter can't be understood, is beyond its limits or is \
            not known, or `store` is another one than this till's. `detail` says which.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 404, description = "`payment_unknown`: there is no payment `before`.",
            body = ApiProblem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn search(
    State(api): State<PosApi>,
    search: Result<Query<Search>, QueryRejection>,
) -> Result<Json<Found>, Refusal> {
    let Query(search) = search.map_err(bad_query)?;
    Ok(Json(api.0.till.search(&search).await?))
}
