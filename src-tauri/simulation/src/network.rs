//! The network between a till and Vipps MobilePay: real requests, real answers, and everything that a bad network
//! does to both.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use simulator::InMemory;
use vipps::{Transport, TransportError};

use crate::call::{Call, Kind};
use crate::dice::Dice;
use crate::laws;
use crate::plant::Plant;
use crate::world::World;

/// How long the client waits for an answer (`vipps::over_reqwest`).
const PATIENCE: Duration = Duration::from_secs(15);

/// Carries the requests of one till.
pub(crate) struct Network {
    world: Arc<World>,
    till: usize,
    vipps: InMemory,
}

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Arrives and is answered.
    Good,
    /// There is nobody to connect to.
    Unreachable,
    /// Never arrives, and the client waits in vain.
    RequestLost,
    /// Arrives, but the answer does not come back.
    AnswerLost,
    /// Arrives after the client has given up.
    Late,
    /// Arrives twice.
    Twice,
    /// Not done; a gateway says that it is too much.
    TooMany,
    /// Not done; a gateway says that something failed.
    GatewayFails,
    /// Done; a gateway says that something failed.
    DoneButFails,
    /// Not done; Vipps MobilePay fails itself.
    CancelFails,
    /// Not done; the token is no longer taken.
    TokenRefused,
    /// Done; the answer is a page, is cut or means nothing.
    Garbled,
}

const FATES: [(u32, Fate); 10] = [
    (3, Fate::Unreachable),
    (4, Fate::RequestLost),
    (6, Fate::AnswerLost),
    (2, Fate::Late),
    (3, Fate::Twice),
    (3, Fate::TooMany),
    (3, Fate::GatewayFails),
    (3, Fate::DoneButFails),
    (1, Fate::TokenRefused),
    (2, Fate::Garbled),
];

impl Network {
    pub(crate) fn new(world: Arc<World>, till: usize) -> Network {
        let vipps = world.vipps.clone();
        Network { world, till, vipps }
    }

    fn fate(&self, call: &Call) -> Fate {
        let world = &self.world;
        if world.is_calm() {
            return Fate::Good;
        }
        let mut dice = world.network_dice();
        if world.plan.is_outage(world.time.since_morning()) {
            return if dice.chance(500) { Fate::Unreachable } else { Fate::RequestLost };
        }
        if call.kind == Kind::Cancel && world.plan.cancels_fail {
            return Fate::CancelFails;
        }
        if !dice.chance(world.plan.spoilt_permille) {
            return Fate::Good;
        }
        let fate = dice.weighed(&FATES).unwrap_or(Fate::Good);
        // What does not change anything need not arrive late or twice.
        if call.kind.changes() || !matches!(fate, Fate::Late | Fate::Twice) {
            fate
        } else {
            Fate::RequestLost
        }
    }

    /// The request arrives, and something may have moved.
    async fn arrives(&self, call: &Call, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let answer = self.vipps.send(request).await;
        let status = answer.as_ref().map_or(0, |answer| answer.status().as_u16());
        self.world.say(format_args!("till {} -> {call}: {status}", self.till));
        if call.kind.changes()
            && let Some(reference) = &call.reference
        {
            laws::money::moved(&self.world, self.till, reference);
        }
        self.world.power.effect().await;
        answer
    }

    fn delay(&self) -> Duration {
        let mut dice = self.world.network_dice();
        if dice.chance(20) { dice.millis(500..=9_000) } else { dice.millis(3..=120) }
    }

    async fn meets(
        &self,
        fate: Fate,
        call: &Call,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, TransportError> {
        let lost = || Err(TransportError::NoAnswer("lost on the way".to_owned()));
        match fate {
            Fate::Good => self.arrives(call, request).await,
            Fate::Unreachable => Err(TransportError::NotSent("nobody there".to_owned())),
            Fate::RequestLost => {
                tokio::time::sleep(PATIENCE).await;
                lost()
            }
            Fate::AnswerLost => {
                let _ = self.arrives(call, request).await;
                let hangs_up = self.world.network_dice().chance(500);
                tokio::time::sleep(if hangs_up { Duration::ZERO } else { PATIENCE }).await;
                lost()
            }
            Fate::Late => {
                let after = PATIENCE + self.world.network_dice().seconds(1..=45);
                self.world.wire.put(self.world.time.now().plus(after), self.till, request);
                tokio::time::sleep(PATIENCE).await;
                lost()
            }
            Fate::Twice => {
                let after = self.world.network_dice().millis(0..=20_000);
                let again = self.world.time.now().plus(after);
                self.world.wire.put(again, self.till, copy(&request));
                self.arrives(call, request).await
            }
            Fate::TooMany => Ok(said(StatusCode::TOO_MANY_REQUESTS, "", Some("3"))),
            Fate::GatewayFails => Ok(said(StatusCode::SERVICE_UNAVAILABLE, "", None)),
            Fate::CancelFails => Ok(said(StatusCode::INTERNAL_SERVER_ERROR, "", None)),
            Fate::TokenRefused => Ok(said(StatusCode::UNAUTHORIZED, "", None)),
            Fate::DoneButFails => {
                let _ = self.arrives(call, request).await;
                Ok(said(StatusCode::INTERNAL_SERVER_ERROR, "", None))
            }
            Fate::Garbled => {
                let good = self.arrives(call, request).await?;
                Ok(garbled(&mut self.world.network_dice(), good))
            }
        }
    }
}

#[async_trait]
impl Transport for Network {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let call = Call::of(&request);
        self.world.power.effect().await;
        laws::intent::sent(&self.world, self.till, &call);
        let fate = self.fate(&call);
        if fate != Fate::Good {
            self.world.say(format_args!("till {} {call}: {fate:?}", self.till));
            self.world.tally().count(fate.name());
        }
        tokio::time::sleep(self.delay()).await;
        let answer = self.meets(fate, &call, request).await;
        tokio::time::sleep(self.delay()).await;
        let mut answer = answer?;
        laws::intent::answered(&self.world, self.till, &call, &answer);
        if call.kind == Kind::Read {
            laws::compared::skews(&self.world, self.till, &call, &mut answer);
            if self.world.choice.plant == Some(Plant::IgnoreOperationSuccess) {
                crate::plant::calls_everything_a_success(&mut answer);
            }
        }
        Ok(answer)
    }
}

impl Fate {
    fn name(self) -> &'static str {
        match self {
            Fate::Good => "good",
            Fate::Unreachable => "nobody to connect to",
            Fate::RequestLost => "request lost",
            Fate::AnswerLost => "answer lost",
            Fate::Late => "request late, after the time-out",
            Fate::Twice => "request delivered twice",
            Fate::TooMany => "429",
            Fate::GatewayFails => "503, not done",
            Fate::DoneButFails => "500, but done",
            Fate::CancelFails => "500 to a cancel, not done",
            Fate::TokenRefused => "token refused",
            Fate::Garbled => "answer garbled",
        }
    }
}

fn copy(request: &Request<Bytes>) -> Request<Bytes> {
    let mut copy = Request::new(request.body().clone());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy
}

fn said(status: StatusCode, body: &'static str, retry_after: Option<&'static str>) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from_static(body.as_bytes()));
    *answer.status_mut() = status;
    if let Some(seconds) = retry_after {
        answer.headers_mut().insert(http::header::RETRY_AFTER, http::HeaderValue::from_static(seconds));
    }
    answer
}

/// A page, half of it, or nothing that means anything.
fn garbled(dice: &mut Dice, good: Response<Bytes>) -> Response<Bytes> {
    let (parts, body) = good.into_parts();
    let body = match dice.number(0..=3) {
        0 => Bytes::from_static(b"<html><body>502 Bad Gateway</body></html>"),
        1 => body.slice(..body.len() / 2),
        2 => Bytes::from_static(b"{\"nonsense\":[1,2,3]}"),
        _ => Bytes::new(),
    };
    Response::from_parts(parts, body)
}
