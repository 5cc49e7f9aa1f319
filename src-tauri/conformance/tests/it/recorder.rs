//! Stands between the client and the simulator, and keeps what passes.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use simulator::InMemory;
use vipps::{Transport, TransportError};

/// A request, and what was answered to it.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) request: Request<Bytes>,
    pub(crate) answer: Response<Bytes>,
}

/// Carries requests to a simulator and keeps them, or answers them as it was told to.
#[derive(Clone)]
pub(crate) struct Recorder {
    pub(crate) simulator: InMemory,
    seen: Arc<Mutex<Vec<Exchange>>>,
    told: Arc<Mutex<Option<Response<Bytes>>>>,
}

impl Recorder {
    pub(crate) fn new(simulator: InMemory) -> Self {
        Self { simulator, seen: Arc::default(), told: Arc::default() }
    }

    /// What has passed since this was asked last.
    pub(crate) fn take(&self) -> Vec<Exchange> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    /// From now on every request but that for a token gets this answer; with none, the simulator's.
    pub(crate) fn tell(&self, answer: Option<Response<Bytes>>) {
        *self.told.lock().unwrap() = answer;
    }

    fn told_to(&self, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        let token = request.uri().path() == "/accesstoken/get";
        if token { None } else { self.told.lock().unwrap().clone() }
    }
}

#[async_trait]
impl Transport for Recorder {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let answer = match self.told_to(&request) {
            Some(answer) => answer,
            None => self.simulator.send(request.clone()).await?,
        };
        self.seen.lock().unwrap().push(Exchange { request, answer: answer.clone() });
        Ok(answer)
    }
}
