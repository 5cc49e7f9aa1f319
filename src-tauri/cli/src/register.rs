//! The cash register: asks the till over its POS API, on this machine alone.

use std::fmt::Write as _;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use contract::{ApiProblem, Code, Currency, PaymentView, ScreenNow};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep};

use crate::ending::{Ending, Failure};

/// How long a connection may take.
const CONNECT_TIME: Duration = Duration::from_secs(3);
/// How long an answer may take, beyond what it was asked to wait.
const ANSWER_TIME: Duration = Duration::from_secs(15);
/// How long a request whose answer was lost is repeated, and a silent till is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);
/// Between two tries.
pub(crate) const PAUSE: Duration = Duration::from_secs(1);
/// How many hexadecimal digits a token has.
const TOKEN_DIGITS: usize = 64;

/// A cash register that knows where the till is, and its token.
pub(crate) struct Register {
    client: Client,
    origin: String,
    token: String,
}

/// Why there is no answer to use.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Nobody was there to send it to.
    NotSent(String),
    /// It was sent, and perhaps heard.
    Lost(String),
    /// The till said no.
    Refused(Box<ApiProblem>),
    /// What answers is no till, or one that speaks otherwise.
    Strange(String),
}

impl Trouble {
    /// Whether it may be over when it is tried again.
    pub(crate) fn passes(&self) -> bool {
        match self {
            Trouble::NotSent(_) | Trouble::Lost(_) => true,
            Trouble::Refused(problem) => problem.status >= 500,
            Trouble::Strange(_) => false,
        }
    }

    /// The trouble of asking for something to be done. What was `sent` before may have been done, and so may what was
    /// answered in words that make no sense. A refusal for another reason than the token says that it was not: the
    /// till looks for the key first.
    fn of_a_deed(self, sent: bool) -> Trouble {
        match self {
            Trouble::Strange(why) => Trouble::Lost(why),
            Trouble::Refused(problem) if sent && problem.code == Code::TokenInvalid => {
                Trouble::Lost(format!("an answer was lost, and now it refuses: {}", problem.title))
            }
            other => other,
        }
    }
}

impl Register {
    /// The register of the till at `port` of this machine, with the token in `token_file`.
    pub(crate) fn open(port: u16, token_file: &Path) -> Result<Register, Failure> {
        let token = read_token(token_file)?;
        // A proxy might be on another machine.
        let client = Client::builder().no_proxy().connect_timeout(CONNECT_TIME).build();
        let client = client.map_err(|error| Failure::of_this_machine(&error))?;
        Ok(Register { client, origin: format!("http://127.0.0.1:{port}"), token })
    }

    /// What the till's sales unit takes payments in.
    pub(crate) async fn currency(&self) -> Result<Currency, Failure> {
        let now: Result<ScreenNow, Trouble> = self.get("/v1/screen", Duration::ZERO).await;
        now.map(|now| now.screen.currency).map_err(|trouble| self.told(trouble))
    }

    /// The payment as it is now.
    pub(crate) async fn payment(&self, reference: &str) -> Result<PaymentView, Trouble> {
        self.get(&format!("/v1/payments/{reference}"), Duration::ZERO).await
    }

    /// What stands at `path`, of an answer that may `wait` so long.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str, wait: Duration) -> Result<T, Trouble> {
        let call = self.client.get(format!("{}{path}", self.origin)).timeout(ANSWER_TIME + wait);
        let (_, answer) = self.answer(call).await?;
        Ok(answer)
    }

    /// The stream of everything that happens, after the event `heard`.
    pub(crate) async fn listen(&self, heard: Option<u64>) -> Result<Response, Trouble> {
        let mut call = self.client.get(format!("{}/v1/events", self.origin));
        if let Some(id) = heard {
            call = call.header("Last-Event-ID", id.to_string());
        }
        self.send(call).await
    }

    /// Asks for something to be done, once.
    pub(crate) async fn post<T: DeserializeOwned>(&self, path: &str) -> Result<T, Trouble> {
        let call = self.client.post(format!("{}{path}", self.origin)).timeout(ANSWER_TIME);
        let (_, answer) = self.answer(call).await?;
        Ok(answer)
    }

    /// Asks for something to be done once, however often it has to be asked: under one `key`, until there is an answer.
    /// Gives the answer, and whether the till had done it before.
    pub(crate) async fn insist<T: DeserializeOwned>(
        &self,
        path: &str,
        key: &str,
        body: &impl Serialize,
    ) -> Result<(T, bool), Trouble> {
        // Plain data of ours always becomes JSON.
        let body = serde_json::to_string(body).unwrap_or_default();
        let begun = Instant::now();
        let mut sent = false;
        loop {
            let call = self.client.post(format!("{}{path}", self.origin)).timeout(ANSWER_TIME);
            let call = call.header("Content-Type", "application/json").header("Idempotency-Key", key);
            let trouble = match self.answer(call.body(body.clone())).await {
                Ok((status, answer)) => return Ok((answer, status == StatusCode::OK)),
                Err(trouble) => trouble,
            };
            let unknown = match &trouble {
                Trouble::NotSent(_) => sent,
                Trouble::Lost(_) => true,
                Trouble::Refused(problem) => {
                    // The hub may have heard it all the same.
                    matches!(problem.code, Code::Unclear | Code::HubUnreachable) || (sent && trouble.passes())
                }
                Trouble::Strange(_) => false,
            };
            if !unknown {
                return Err(trouble.of_a_deed(sent));
            }
            sent = true;
            if begun.elapsed() >= PATIENCE {
                let why = format!("the answer was lost, and has not come in {} s", PATIENCE.as_secs());
                return Err(Trouble::Lost(why));
            }
            sleep(PAUSE).await;
        }
    }

    /// The trouble for people.
    pub(crate) fn told(&self, trouble: Trouble) -> Failure {
        match trouble {
            Trouble::NotSent(why) => {
                let what = format!("no till answers at {}: {why}", self.origin);
                let next = "Nothing was asked. Start the till with `kvitt`, or with `kvitt demo` to try it; name a \
                     till on another port with --pos-port.";
                Failure::new(Ending::Unreachable, what, next)
            }
            Trouble::Lost(why) => {
                let what = format!("the till at {} did not answer: {why}", self.origin);
                Failure::new(Ending::Unclear, what, "Ask again when it answers: `kvitt status`.")
            }
            Trouble::Refused(problem) => Failure::refused(*problem),
            Trouble::Strange(why) => {
                let what =
                    format!("what answers at {} is not a till that this Kvitt knows: {why}", self.origin);
                let next = "Name the port of the till with --pos-port; see that both are of one version.";
                Failure::new(Ending::NotDone, what, next)
            }
        }
    }

    async fn answer<T: DeserializeOwned>(&self, call: RequestBuilder) -> Result<(StatusCode, T), Trouble> {
        let response = self.send(call).await?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(|error| Trouble::Lost(cause(&error)))?;
        let answer = serde_json::from_slice(&bytes).map_err(|error| Trouble::Strange(error.to_string()))?;
        Ok((status, answer))
    }

    /// The answer, if it says yes.
    async fn send(&self, call: RequestBuilder) -> Result<Response, Trouble> {
        let response = call.bearer_auth(&self.token).send().await.map_err(|error| {
            let why = cause(&error);
            if error.is_connect() { Trouble::NotSent(why) } else { Trouble::Lost(why) }
        })?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let bytes = response.bytes().await.map_err(|error| Trouble::Lost(cause(&error)))?;
        let problem = serde_json::from_slice(&bytes);
        Err(problem.map_or_else(|_| Trouble::Strange(format!("it said {status}")), Trouble::Refused))
    }
}

/// A text that nobody has had before: 32 hexadecimal digits.
pub(crate) fn new_key() -> Result<String, Failure> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| Failure::of_this_machine(&error))?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// The token that the till keeps for whoever may drive it.
fn read_token(file: &Path) -> Result<String, Failure> {
    let shown = file.display();
    let next = "Name the data folder of the running till with --data. A till that has none makes a token when it \
         starts, and `kvitt token new` makes another.";
    let failed = |what: String| Failure::new(Ending::NotDone, what, next);
    let text = std::fs::read_to_string(file).map_err(|error| match error.kind() {
        ErrorKind::NotFound => failed(format!("there is no POS token at {shown}")),
        ErrorKind::PermissionDenied => failed(format!("the POS token {shown} is for another user alone")),
        _ => failed(format!("the POS token {shown} can't be read: {error}")),
    })?;
    let token = text.trim();
    if token.len() == TOKEN_DIGITS && token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(token.to_owned());
    }
    Err(failed(format!("{shown} does not hold a POS token")))
}

/// The innermost reason, which is the one that says something.
fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
