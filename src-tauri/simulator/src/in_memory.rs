//! The simulator without sockets: a [`vipps::Transport`] that calls the same router.
//!
//! The only file that knows the crate `vipps`. Delays of faults are waited for in tokio's time, so that they take no
//! time at all where it is paused.

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use tower::ServiceExt;
use vipps::{ANSWER_BYTES_MAX, Transport, TransportError};

use crate::http::NoAnswer;
use crate::simulator::Simulator;

/// Carries requests to a [`Simulator`] in the same process. Whatever host they name, they arrive there.
#[derive(Clone, Debug)]
pub struct InMemory(Router);

impl InMemory {
    pub(crate) fn new(simulator: &Simulator) -> Self {
        Self(simulator.router())
    }
}

#[async_trait]
impl Transport for InMemory {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let response = match self.0.clone().oneshot(request.map(Body::from)).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        match response.extensions().get::<NoAnswer>() {
            Some(NoAnswer::Refused) => return Err(TransportError::NotSent("refused on purpose".into())),
            Some(NoAnswer::Lost) => return Err(TransportError::NoAnswer("lost on purpose".into())),
            None => {}
        }
        let (parts, body) = response.into_parts();
        match Limited::new(body, ANSWER_BYTES_MAX).collect().await {
            Ok(body) => Ok(http::Response::from_parts(parts, body.to_bytes())),
            Err(why) if why.is::<http_body_util::LengthLimitError>() => Err(TransportError::TooLarge),
            Err(why) => Err(TransportError::NoAnswer(why.to_string())),
        }
    }
}
