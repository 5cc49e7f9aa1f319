//! `/v1/chain/…`: what a till of a chain can ask its hub for: the payments of other stores, and refunds on their behalf.

use std::time::Duration;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use contract::{ApiProblem, ChainFound, ChainRefund, ChainRefundView, ChainSearch, Code, Store};

use crate::PosApi;
use crate::body;
use crate::payments::{Wait, bad_query, idempotency_key, waiting};
use crate::problem::Refusal;

/// How long an answer may wait for the end of a refund.
const WAIT_SECONDS_MAX: u64 = 30;

/// The stores of the chain.
#[utoipa::path(
    get,
    path = "/v1/chain/stores",
    tag = "chain",
    responses((status = 200, description = "All stores, by their short names.", body = Vec<Store>)),
)]
pub(crate) async fn stores(State(api): State<PosApi>) -> Result<Json<Vec<Store>>, Refusal> {
    Ok(Json(api.0.link.stores().await?))
}

/// Looks for payments of all stores, newest request first.
///
/// Each is as its till has told the hub. Whoever wants to give one back sends what is found here: `store.id`, `reference`
/// and `refunded`.
#[utoipa::path(
    get,
    path = "/v1/chain/payments",
    tag = "chain",
    params(ChainSearch),
    responses(
        (status = 200, description = "The payments.", body = ChainFound),
        (status = 400, description = "`request_invalid`: a parameter can't be understood, is beyond its limits or is \
            not known. `detail` says which.",
            body = ApiProblem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn search(
    State(api): State<PosApi>,
    search: Result<Query<ChainSearch>, QueryRejection>,
) -> Result<Json<ChainFound>, Refusal> {
    let Query(search) = search.map_err(bad_query)?;
    Ok(Json(api.0.link.search(&search).await?))
}

/// Gives money back for whichever store took it.
///
/// The wish is on the hub's disk when the answer comes; what becomes of it is told by the refund itself. `person` and
/// `second` are people who are known to the hub, with their PINs. `refundedBefore` is what was found as `refunded`: if
/// it is more by now, somebody else was faster, and nothing is given back.
///
/// The `Idempotency-Key` must be new for every refund and the same when you repeat a request whose answer you did not
/// get: the repeated request gives back nothing more. It belongs to this till.
#[utoipa::path(
    post,
    path = "/v1/chain/refunds",
    tag = "chain",
    request_body(content = ChainRefund, example = json!({
        "store": "oslo-1",
        "reference": "sale-1042-1",
        "amount": { "value": 4900, "currency": "NOK" },
        "refundedBefore": { "value": 0, "currency": "NOK" },
        "reason": "Cold coffee",
        "person": { "id": "kari", "pin": "1234" }
    })),
    params(
        ("Idempotency-Key" = String, Header, min_length = 1, max_length = 64,
            description = "1 to 64 visible ASCII characters; new for every refund, the same when it is repeated."),
    ),
    responses(
        (status = 202, description = "The wish is on disk at the hub. The refund, as it is now.", body = ChainRefundView),
        (status = 400, description = "`request_invalid`: no `Idempotency-Key`, not JSON, a wrong type, an unknown member, \
            a decimal as amount, or a reason that is not 1 to 100 printable characters.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 404, description = "`store_unknown`, `payment_unknown`: the hub knows no such store or payment.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 409, description = "`nothing_to_refund`: nothing of the payment is kept, or it has not ended. \
            `changed_meanwhile`: more has been given back than `refundedBefore`.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 422, description = "`amount_invalid`: less than 1, or in another currency than the payment's. \
            `refund_above_captured`: more than what is left. `idempotency_mismatch`: this key came with another refund.",
            body = ApiProblem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn refund(
    State(api): State<PosApi>,
    request: Request,
) -> Result<(StatusCode, Json<ChainRefundView>), Refusal> {
    let key = idempotency_key(request.headers())?.unwrap_or_default();
    let asked: ChainRefund = body::read(request).await?;
    let asked = api.0.link.refund(&asked, &key).await?;
    Ok((StatusCode::ACCEPTED, Json(asked)))
}

/// A refund that this till asked its hub for.
#[utoipa::path(
    get,
    path = "/v1/chain/refunds/{id}",
    tag = "chain",
    params(
        ("id" = String, Path, description = "The refund's `id`."),
        ("wait" = Option<u64>, Query, minimum = 0, maximum = 30,
            description = "How many whole seconds to wait for its end. Answers at once if absent."),
    ),
    responses(
        (status = 200, description = "The refund, as it is now.", body = ChainRefundView),
        (status = 400, description = "`request_invalid`: `wait` is not a whole number from 0 to 30.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 404, description = "`not_there`: this till asked for no such refund.",
            body = ApiProblem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn refund_of(
    State(api): State<PosApi>,
    id: Result<Path<String>, PathRejection>,
    wait: Result<Query<Wait>, QueryRejection>,
) -> Result<Json<ChainRefundView>, Refusal> {
    let unknown = |_| Refusal::new(Code::NotThere, "there is no such refund");
    let Path(id) = id.map_err(unknown)?;
    let wait = waiting(wait, WAIT_SECONDS_MAX)?;
    if wait.is_zero() {
        return Ok(Json(api.0.link.refund_of(&id, Duration::ZERO).await?));
    }
    let _seat = api
        .0
        .waits
        .try_acquire()
        .map_err(|_| Refusal::too_many("too many requests wait for a change; ask without wait"))?;
    tokio::select! {
        refund = api.0.link.refund_of(&id, wait) => Ok(Json(refund?)),
        () = api.stopped() => Ok(Json(api.0.link.refund_of(&id, Duration::ZERO).await?)),
    }
}
