//! `/v1/events`: everything that happens, as server-sent events.
//!
//! A listener hears first how everything is (`snapshot`), then what it has missed, then what happens (`payment`).
//! Ids only ever grow: a snapshot that is followed by missed changes has no id of its own, so that a listener
//! that is cut off in between resumes from where it was. A change that is no news to the journal has no id
//! either, nor has one whose number has been passed by another payment's.

use std::collections::VecDeque;
use std::convert::Infallible;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use contract::{ApiProblem, Change, Code, PaymentView, Snapshot};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use till::Listening;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::PosApi;
use crate::guard;
use crate::limits::{CATCH_UP_TRIES, KEEP_ALIVE, RECONNECT};
use crate::payments::bad_query;
use crate::problem::Refusal;

/// What a listener heard last, as browsers send it.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Where a listener resumes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Resume {
    last_event_id: Option<u64>,
}

/// Everything that happens, as server-sent events.
///
/// First comes `snapshot` (a `Snapshot`): how everything is now. Then, for a listener that says what it heard last,
/// one `payment` (a `Change`) for each payment that has changed meanwhile, as it is now. Then one `payment` for every
/// change. A payment is always whole, so a listener may forget what it heard before.
///
/// `id` grows and is never sent twice. It is absent where there is nothing to resume from: on a snapshot that missed
/// changes follow, and on a change of view alone. Who was away for more than 1 000 changed payments gets
/// the snapshot only. Who falls behind gets a new snapshot in between. A comment comes every 15 s when nothing
/// else does. At most 16 listeners.
#[utoipa::path(
    get,
    path = "/v1/events",
    tag = "events",
    params(
        ("Last-Event-ID" = Option<u64>, Header, description = "The last `id` that was heard, to resume from there."),
        ("lastEventId" = Option<u64>, Query, description = "The same for those who can't send headers; the header goes first."),
    ),
    responses(
        (status = 200, description = "A stream of events `snapshot` (data: `Snapshot`) and `payment` (data: `Change`).",
            body = String, content_type = "text/event-stream",
            example = "event: snapshot\nid: 17\ndata: {\"number\":17,\"screen\":{…}}\n\nevent: payment\nid: 18\ndata: {\"number\":18,\"payment\":{…}}\n\n"),
        (status = 400, description = "`request_invalid`: `Last-Event-ID` is not an id of this API.",
            body = ApiProblem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn events(
    State(api): State<PosApi>,
    resume: Result<Query<Resume>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let Query(resume) = resume.map_err(bad_query)?;
    let heard = heard_last(&headers)?.or(resume.last_event_id);
    let seat = api.0.streams.clone().try_acquire_owned().map_err(|_| {
        Refusal::too_many("too many listeners; close an event stream before you open another")
    })?;
    let listener = Listener::new(api, seat, heard, headers).await?;
    let events = stream::unfold(listener, async |mut listener| {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    let alive = KeepAlive::new().interval(KEEP_ALIVE).text("nothing new");
    Ok(Sse::new(events).keep_alive(alive).into_response())
}

fn heard_last(headers: &HeaderMap) -> Result<Option<u64>, Refusal> {
    let Some(text) = headers.get(LAST_EVENT_ID) else { return Ok(None) };
    match text.to_str().map(str::trim) {
        // A browser that has heard no id yet says so.
        Ok("") => Ok(None),
        Ok(id) if id.bytes().all(|byte| byte.is_ascii_digit()) => Ok(id.parse().ok()),
        _ => Err(Refusal::new(
            Code::RequestInvalid,
            "Last-Event-ID must be the last id that was heard, a number",
        )),
    }
}

/// One POS that listens.
struct Listener {
    api: PosApi,
    changes: Receiver<Change>,
    /// What is to be said before anything new.
    due: VecDeque<Event>,
    /// The largest id that was said or is due, if any was.
    told: Option<u64>,
    /// The payment that was told last. A payment is looked at every second; that alone is no event.
    last: Option<PaymentView>,
    /// What it came with: its token, which may be revoked meanwhile.
    headers: HeaderMap,
    _seat: OwnedSemaphorePermit,
    /// The cashier sees that it listens.
    _listening: Listening,
}

/// How everything is, what a listener has missed, and where what happens next comes from.
struct CaughtUp {
    snapshot: Snapshot,
    missed: Vec<Change>,
    changes: Receiver<Change>,
}

impl Listener {
    async fn new(
        api: PosApi,
        seat: OwnedSemaphorePermit,
        heard: Option<u64>,
        headers: HeaderMap,
    ) -> Result<Listener, Refusal> {
        let CaughtUp { snapshot, missed, changes } = catch_up(&api, heard).await?;
        let listening = api.0.till.pos_listens();
        let mut listener = Listener {
            api,
            changes,
            due: VecDeque::new(),
            told: None,
            last: None,
            headers,
            _seat: seat,
            _listening: listening,
        };
        listener.tell(&snapshot, &missed);
        Ok(listener)
    }

    /// The next event; none when the API stops, the journal can't say what was missed, or the listener's token is good
    /// no longer.
    async fn next(&mut self) -> Option<Event> {
        let event = self.upcoming().await?;
        guard::knows(&self.headers, &self.api.0.admission).then_some(event)
    }

    async fn upcoming(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.due.pop_front() {
                return Some(event);
            }
            let heard = tokio::select! {
                heard = self.changes.recv() => heard,
                () = self.api.stopped() => return None,
            };
            match heard {
                Ok(change) if change.number.is_none() && self.last.as_ref() == Some(&change.payment) => {}
                Ok(change) => return Some(self.said(&change)),
                Err(RecvError::Lagged(missed)) => {
                    tracing::info!(missed, "a listener fell behind and is brought up to date");
                    let caught_up = catch_up(&self.api, self.told).await.ok()?;
                    self.changes = caught_up.changes;
                    self.tell(&caught_up.snapshot, &caught_up.missed);
                }
                Err(RecvError::Closed) => return None,
            }
        }
    }

    fn tell(&mut self, snapshot: &Snapshot, missed: &[Change]) {
        let first = event("snapshot", snapshot).retry(RECONNECT);
        self.last.clone_from(&snapshot.payment);
        let number = missed.is_empty().then_some(snapshot.number);
        let first = self.numbered(first, number);
        self.due.push_back(first);
        for change in missed {
            let event = self.said(change);
            self.due.push_back(event);
        }
    }

    fn said(&mut self, change: &Change) -> Event {
        let event = event("payment", change);
        self.last = Some(change.payment.clone());
        self.numbered(event, change.number)
    }

    /// The event with its id, if it has one that moves the listener on.
    fn numbered(&mut self, event: Event, number: Option<u64>) -> Event {
        match number {
            Some(id) if number > self.told => {
                self.told = number;
                event.id(id.to_string())
            }
            _ => event,
        }
    }
}

/// Reads again while something happens during the reading, so that no change which comes afterwards is older than
/// what has been read.
async fn catch_up(api: &PosApi, heard: Option<u64>) -> Result<CaughtUp, Refusal> {
    let mut tries = 1;
    loop {
        let caught_up = read(api, heard).await?;
        if caught_up.changes.is_empty() || tries == CATCH_UP_TRIES {
            return Ok(caught_up);
        }
        tries += 1;
    }
}

async fn read(api: &PosApi, heard: Option<u64>) -> Result<CaughtUp, Refusal> {
    let (snapshot, changes) = api.0.till.listen().await?;
    let missed = match heard {
        Some(heard) if heard < snapshot.number => match api.0.till.changed_since(heard).await {
            // One payment that can't be read must not lock a listener out for ever.
            Err(refused) if refused.code == Code::PaymentUnknown => Vec::new(),
            missed => missed?,
        },
        // Nothing was missed; or the id is from another journal, such as a demo's that is gone.
        _ => Vec::new(),
    };
    // The last of them is the newest change of all, unless there were too many to tell.
    let complete = missed.last().is_some_and(|last| last.number >= Some(snapshot.number));
    Ok(CaughtUp { snapshot, missed: if complete { missed } else { Vec::new() }, changes })
}

fn event(name: &str, data: &impl Serialize) -> Event {
    // Plain data of ours always becomes JSON.
    let json = serde_json::to_string(data).unwrap_or_default();
    Event::default().event(name).data(json)
}
