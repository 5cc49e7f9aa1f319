//! Static codes that lead somewhere (contract 3.2).

use std::fmt;
use std::time::Duration;

use http::Method;
use serde::{Deserialize, Serialize};

use super::{Format, Qr};
use crate::answer::{nonsense, read, read_list, refuse};
use crate::plain::{fits, segment};
use crate::question::Question;
use crate::redacted::Redacted;
use crate::{Call, Error, lenient};

/// A static code to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The shop's own name of it: 1 to 128 of letters (æøå among them), digits, spaces and `-_+%`.
    pub id: String,
    /// Where it leads: `https`, of letters (A–Z), digits and `.#!:?+=&%@-/_`.
    pub target_url: String,
    /// How long it works, five minutes at least; for ever if nothing is said.
    pub life: Option<Duration>,
}

/// A static code that was made.
#[derive(Clone, PartialEq, Eq)]
pub struct RedirectCode {
    /// The shop's own name of it.
    pub id: String,
    /// Where its picture is, or what it holds if that was [asked for](Format::TargetUrl).
    pub image_url: String,
    /// Where it leads, if that was said.
    pub target_url: Option<String>,
    /// How long it works from now; for ever if nothing is said.
    pub expires_in: Option<Duration>,
}

impl fmt::Debug for RedirectCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RedirectCode")
            .field("id", &self.id)
            .field("image_url", &Redacted(&self.image_url))
            .field("target_url", &self.target_url.as_deref().map(Redacted))
            .field("expires_in", &self.expires_in)
            .finish()
    }
}

impl Qr<'_> {
    /// Makes a code. [`Meaning::AlreadyThere`](crate::Meaning::AlreadyThere) if there is one of that name,
    /// perhaps made by an earlier try of this very call.
    pub async fn create_redirect(&self, redirect: &Redirect, format: Format) -> Result<RedirectCode, Error> {
        let call = Call::RedirectCreate;
        redirect.check().map_err(refuse(call))?;
        let body = CreateBody {
            id: &redirect.id,
            redirect_url: &redirect.target_url,
            ttl: redirect.life.map(|life| life.as_secs()),
        };
        let question = Question::with_body(call, Method::POST, PATH.to_owned(), &body)?;
        self.ask_for_code(question, format, &redirect.id).await
    }

    /// All codes of the sales unit.
    pub async fn redirects(&self, format: Format) -> Result<Vec<RedirectCode>, Error> {
        let call = Call::RedirectList;
        let question = formatted(Question::bare(call, Method::GET, PATH.to_owned()), format)?;
        let answer = self.vipps.ask(&question).await?;
        let entries: Vec<CodeAnswer> = read_list(call, &answer, "the answer holds no codes")?;
        let codes: Option<Vec<RedirectCode>> = entries.into_iter().map(CodeAnswer::read).collect();
        codes.ok_or_else(|| nonsense(call, &answer)("a code has no id or no picture"))
    }

    /// The code of that name.
    pub async fn redirect(&self, id: &str, format: Format) -> Result<RedirectCode, Error> {
        let call = Call::RedirectGet;
        let question = Question::bare(call, Method::GET, path(call, id)?);
        self.ask_for_code(question, format, id).await
    }

    /// Makes a code lead elsewhere, at once; its picture stays as it is.
    pub async fn retarget_redirect(
        &self,
        id: &str,
        target_url: &str,
        format: Format,
    ) -> Result<RedirectCode, Error> {
        let call = Call::RedirectUpdate;
        let path = path(call, id)?;
        of_target(target_url).map_err(refuse(call))?;
        let body = UpdateBody { redirect_url: target_url };
        let question = Question::with_body(call, Method::PUT, path, &body)?;
        self.ask_for_code(question, format, id).await
    }

    /// Takes a code away. Its picture never works again; its name may be used again.
    pub async fn delete_redirect(&self, id: &str) -> Result<(), Error> {
        let call = Call::RedirectDelete;
        self.vipps.ask(&Question::bare(call, Method::DELETE, path(call, id)?)).await.map(drop)
    }

    async fn ask_for_code(
        &self,
        question: Question,
        format: Format,
        id: &str,
    ) -> Result<RedirectCode, Error> {
        let question = formatted(question, format)?;
        let call = question.call;
        let answer = self.vipps.ask(&question).await?;
        let code: CodeAnswer = read(call, &answer, "the answer holds no code")?;
        let code = code.read().filter(|code| code.id == id);
        code.ok_or_else(|| nonsense(call, &answer)("the answer is about another code, or holds no picture"))
    }
}

const PATH: &str = "/qr/v1/merchant-redirect";

/// Seconds that a code lives: five minutes to what the API can count.
const LIFE_S: std::ops::RangeInclusive<u64> = 300..=2_147_483_647;

fn path(call: Call, id: &str) -> Result<String, Error> {
    of_id(id).map_err(refuse(call))?;
    let id = segment(id).ok_or_else(|| refuse(call)("no path can hold the id of the code"))?;
    Ok(format!("{PATH}/{id}"))
}

fn formatted(question: Question, format: Format) -> Result<Question, Error> {
    format.check().map_err(refuse(question.call))?;
    Ok(Question { accept: format.accept(), header: format.size_header(), ..question })
}

impl Redirect {
    fn check(&self) -> Result<(), &'static str> {
        of_id(&self.id)?;
        of_target(&self.target_url)?;
        let lasts = self.life.is_none_or(|life| LIFE_S.contains(&life.as_secs()));
        lasts.then_some(()).ok_or("a code lives five minutes at least, or for ever")
    }
}

/// The pattern of the API, by hand: `^[-_+%æøåÆØÅ\w\s]*$`.
fn of_id(id: &str) -> Result<(), &'static str> {
    let allowed = |letter: char| {
        letter.is_ascii_alphanumeric() || letter.is_ascii_whitespace() || "-_+%æøåÆØÅ".contains(letter)
    };
    let named = fits(id, 1..=128) && id.chars().all(allowed);
    named.then_some(()).ok_or("the id of the code is not 1 to 128 letters, digits, spaces and -_+%")
}

/// The pattern of the API, by hand: `^https://[\w\.]+([\w#!:.?+=&%@\-/]+)?$`.
fn of_target(url: &str) -> Result<(), &'static str> {
    let wordy = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    let allowed = |byte: u8| wordy(byte) || b"#!:?+=&%@-/".contains(&byte);
    let rest = url.strip_prefix("https://").map(str::as_bytes);
    let matches = rest
        .is_some_and(|rest| rest.first().copied().is_some_and(wordy) && rest.iter().copied().all(allowed));
    matches.then_some(()).ok_or("the target is not https, or holds characters that the API refuses")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CreateBody<'a> {
    id: &'a str,
    redirect_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UpdateBody<'a> {
    redirect_url: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CodeAnswer {
    #[serde(default, deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    url: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    redirect_url: Option<String>,
    /// -1 for ever, which is no number from 0 up.
    #[serde(default, deserialize_with = "lenient::maybe_whole")]
    expires_in: Option<u64>,
}

impl CodeAnswer {
    fn read(self) -> Option<RedirectCode> {
        Some(RedirectCode {
            id: self.id?,
            image_url: self.url?,
            target_url: self.redirect_url,
            expires_in: self.expires_in.map(Duration::from_secs),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_the_pattern_of_the_api() {
        for good in ["billboard_1", "Blåbær på Ås", "50%+", "-", &"a".repeat(128)] {
            assert_eq!(of_id(good), Ok(()), "{good}");
        }
        for bad in ["", "a/b", "a.b", "ü", "a&b", &"a".repeat(129)] {
            assert!(of_id(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn targets_keep_the_pattern_of_the_api() {
        for good in ["https://example.com/myProduct?a=1&b=2#c", "https://a-b.example.com", "https://x"] {
            assert_eq!(of_target(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "https://",
            "http://example.com",
            "https://-example.com",
            "https://example.com/æ",
            "https://example.com/a b",
            "https://example.com/(a)",
            "https://example.com/a,b",
            "HTTPS://example.com",
        ] {
            assert!(of_target(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn lives_have_limits() {
        let redirect = |life| Redirect {
            id: "billboard_1".into(),
            target_url: "https://example.com".into(),
            life: Some(Duration::from_secs(life)),
        };
        for (life, allowed) in [(299, false), (300, true), (2_147_483_647, true), (2_147_483_648, false)] {
            assert_eq!(redirect(life).check().is_ok(), allowed, "{life}");
        }
    }
}
