//! Being told about events (contract 1.6, 4.4): asking for it, and reading what comes.
//!
//! What is told is a hint and never the truth: read the payment before anything is decided. Only payments made
//! through ePayment are told about (contract 8, trap 34).

mod notice;
mod signature;

use http::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::answer::{nonsense, read, refuse};
use crate::epayment::EventName;
use crate::line::Line;
use crate::plain::{cut, is_plain};
use crate::question::Question;
use crate::{Call, Error, lenient, over_reqwest};

pub use notice::{CheckIn, Notice, NoticeError, PaymentNotice};
pub use signature::{Delivery, SignatureError, verify};

/// The webhook calls of a sales unit, or of a [partner](crate::Partner) for all of its sales units.
#[derive(Clone, Copy, Debug)]
pub struct Webhooks<'a> {
    line: &'a Line,
}

/// Something that can be told about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Something happened to a payment. [`EventName::Other`] is never registered.
    Payment(EventName),
    /// A customer scanned a static code (contract 3.3).
    CheckedIn,
    /// Something that is not documented here; 128 characters at most. Never registered.
    Other(String),
}

/// What a registration answers with.
#[derive(Clone, Debug)]
pub struct Registered {
    /// By this it is deleted.
    pub id: String,
    /// What its deliveries are signed with. Told once and never again; each registration has its own.
    pub secret: SecretString,
}

/// A registration that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// By this it is deleted.
    pub id: String,
    /// Where the deliveries go.
    pub url: String,
    /// What is told about.
    pub topics: Vec<Topic>,
}

impl<'a> Webhooks<'a> {
    pub(crate) fn new(line: &'a Line) -> Self {
        Self { line }
    }

    /// Asks for deliveries to `url`, which is `https`, reachable by everybody, does not redirect, and is best on
    /// port 443; or `http` on this machine, which a simulator takes. Up to 25 for each topic, one for [`Topic::CheckedIn`] (contract 0.8).
    ///
    /// Not idempotent: after an answer that was lost, read the [list](Self::list) and delete what has no owner,
    /// for its secret is lost too.
    pub async fn register(&self, url: &Url, topics: &[Topic]) -> Result<Registered, Error> {
        let call = Call::WebhookRegister;
        if !over_reqwest::may_be_sent(url) || url.fragment().is_some() {
            return Err(refuse(call)(
                "the URL of a webhook is https or on this machine, and without a fragment",
            ));
        }
        let events: Option<Vec<String>> = topics.iter().map(Topic::name).collect();
        let events = events.filter(|events| !events.is_empty());
        let events = events.ok_or_else(|| refuse(call)("the topics are none, or one that is not known"))?;
        let body = RegisterBody { url: url.as_str(), events };
        let question = Question::with_body(call, Method::POST, PATH.to_owned(), &body)?;
        let answer = self.line.ask(&question).await?;
        let registered: RegisteredAnswer = read(call, &answer, "the answer holds no registration")?;
        if registered.id.is_empty() || registered.secret.expose_secret().is_empty() {
            return Err(nonsense(call, &answer)("the id or the secret of the registration is empty"));
        }
        Ok(Registered { id: registered.id, secret: registered.secret })
    }

    /// Everything that has been registered; without the secrets.
    pub async fn list(&self) -> Result<Vec<Registration>, Error> {
        let call = Call::WebhookList;
        let answer = self.line.ask(&Question::bare(call, Method::GET, PATH.to_owned())).await?;
        let list: ListAnswer = read(call, &answer, "the answer holds no registrations")?;
        let registration = |entry: RegistrationAnswer| Registration {
            id: entry.id,
            url: entry.url.unwrap_or_default(),
            topics: entry.events.iter().map(|name| Topic::read(name)).collect(),
        };
        Ok(list.webhooks.into_iter().map(registration).collect())
    }

    /// Ends a registration; [`Meaning::NotThere`](crate::Meaning::NotThere) if there is none.
    pub async fn delete(&self, id: &str) -> Result<(), Error> {
        let call = Call::WebhookDelete;
        if !is_plain(id, 1..=64) {
            return Err(refuse(call)("the id of a registration is 1 to 64 letters, digits and -"));
        }
        self.line.ask(&Question::bare(call, Method::DELETE, format!("{PATH}/{id}"))).await.map(drop)
    }
}

const PATH: &str = "/webhooks/v1/webhooks";

impl Topic {
    /// All that can be asked for.
    pub fn all() -> Vec<Topic> {
        let payments = EventName::KNOWN.into_iter().map(Topic::Payment);
        payments.chain([Topic::CheckedIn]).collect()
    }

    /// As it is written on the wire; nothing if it can't be asked for.
    fn name(&self) -> Option<String> {
        match self {
            Topic::Payment(EventName::Other(_)) | Topic::Other(_) => None,
            // In the plural, or the values are "unsupported" (contract 8, trap 30).
            Topic::Payment(name) => {
                Some(format!("epayments.payment.{}.v1", name.as_str().to_ascii_lowercase()))
            }
            Topic::CheckedIn => Some("user.checked-in.v1".to_owned()),
        }
    }

    fn read(name: &str) -> Self {
        let known = Self::all().into_iter().find(|topic| topic.name().as_deref() == Some(name));
        known.unwrap_or_else(|| Topic::Other(cut(name, 128)))
    }
}

#[derive(Serialize)]
struct RegisterBody<'a> {
    url: &'a str,
    events: Vec<String>,
}

#[derive(Deserialize)]
struct RegisteredAnswer {
    id: String,
    #[serde(deserialize_with = "lenient::secret")]
    secret: SecretString,
}

#[derive(Deserialize)]
struct ListAnswer {
    webhooks: Vec<RegistrationAnswer>,
}

#[derive(Deserialize)]
struct RegistrationAnswer {
    id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    url: Option<String>,
    #[serde(default, deserialize_with = "lenient::names")]
    events: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_a_closed_list_in_the_plural() {
        let names: Vec<String> = Topic::all().iter().filter_map(Topic::name).collect();
        assert_eq!(names.len(), 9);
        assert!(names.contains(&"epayments.payment.created.v1".to_owned()));
        assert!(names.contains(&"user.checked-in.v1".to_owned()));
        for name in names {
            assert_eq!(Topic::read(&name).name(), Some(name));
        }
        let singular = Topic::read("epayment.payment.created.v1");
        assert_eq!(singular, Topic::Other("epayment.payment.created.v1".into()));
        assert_eq!(singular.name(), None);
        assert_eq!(Topic::Payment(EventName::Other("X".into())).name(), None);
    }
}
