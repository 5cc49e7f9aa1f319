//! Whether a delivery comes from Vipps MobilePay (contract 4.4). Pure.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use http::HeaderMap;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use url::{Position, Url};

/// A delivery as it came: a `POST` to the URL that was registered.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    /// The header `x-ms-date`.
    pub date: &'a str,
    /// The header `x-ms-content-sha256`.
    pub content_sha256: &'a str,
    /// The header `Authorization`.
    pub authorization: &'a str,
    /// The body, byte for byte: JSON that was read and written again has another signature.
    pub body: &'a [u8],
}

impl<'a> Delivery<'a> {
    /// The delivery with these headers; nothing if one of the three is missing.
    pub fn of(headers: &'a HeaderMap, body: &'a [u8]) -> Option<Self> {
        let header = |name| headers.get(name)?.to_str().ok();
        Some(Self {
            date: header("x-ms-date")?,
            content_sha256: header("x-ms-content-sha256")?,
            authorization: header("authorization")?,
            body,
        })
    }
}

/// Why a delivery is not believed. Answer it with a refusal and forget it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The body is not the one that was signed.
    #[error("the body is not the one that was signed")]
    Body,
    /// The signature is not written as it should be.
    #[error("the signature is not written as it should be")]
    Form,
    /// The signature was not made with this secret for this URL and date.
    #[error("the signature is of another secret, URL or date")]
    Signature,
}

/// What stands before a signature. The names are those of the headers that it covers.
const BEFORE: &str = "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=";

/// Holds a delivery against the secret of its registration and the `url` that was registered, whatever address
/// a proxy made of it. Takes the same time however wrong the signature is. How old a delivery may be is not
/// documented and not checked.
pub fn verify(secret: &SecretString, url: &Url, delivery: &Delivery<'_>) -> Result<(), SignatureError> {
    let content = STANDARD.encode(Sha256::digest(delivery.body));
    if content != delivery.content_sha256 {
        return Err(SignatureError::Body);
    }
    let signature = delivery.authorization.strip_prefix(BEFORE).ok_or(SignatureError::Form)?;
    let signature = STANDARD.decode(signature).map_err(|_| SignatureError::Form)?;
    let path_and_query = &url[Position::BeforePath..Position::AfterQuery];
    // With the port only if it is not the usual one.
    let host = &url[Position::BeforeHost..Position::AfterPort];
    let signed = format!("POST\n{path_and_query}\n{};{host};{content}", delivery.date);
    // The secret is used as it was told, though it looks like base64.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
        .map_err(|_| SignatureError::Signature)?;
    mac.update(signed.as_bytes());
    mac.verify_slice(&signature).map_err(|_| SignatureError::Signature)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str =
        "A0+AeKBRG2KRGvnNwJpQlb6IJFk48CKXCIcrLoHncVJKDILsQSxS6NWCccwWm6r6FhGKhiHTBsG2wo/xU6FY/A==";
    const URL: &str = "https://webhook.site/e2cee29b-012e-4f1d-8ef4-e95fd74a7a63";
    const BODY: &str = r#"{"some-unique-content":"ee6e441b-cc4a-46f8-895d-a5af79bcc233/hello-world"}"#;
    const AUTHORIZATION: &str = "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=agAiSyogQbDHpeucoNwYz+yAr5nJ+v+zasdkSbqzv+U=";

    fn sample() -> Delivery<'static> {
        Delivery {
            date: "Thu, 30 Mar 2023 08:38:32 GMT",
            content_sha256: "lNlsp1XA03N34HrQsVzPgJKtC+r7l/RBF4V3JQUWMj4=",
            authorization: AUTHORIZATION,
            body: BODY.as_bytes(),
        }
    }

    fn check(secret: &str, url: &str, delivery: &Delivery<'_>) -> Result<(), SignatureError> {
        verify(&SecretString::from(secret), &Url::parse(url).unwrap(), delivery)
    }

    #[test]
    fn the_worked_example_of_the_contract_is_believed() {
        assert_eq!(check(SECRET, URL, &sample()), Ok(()));
        assert_eq!(
            check(SECRET, "https://webhook.site:443/e2cee29b-012e-4f1d-8ef4-e95fd74a7a63", &sample()),
            Ok(())
        );
    }

    #[test]
    fn the_published_dummy_secret_is_not_believed() {
        let dummy = format!("{}==", "A".repeat(86));
        assert_eq!(check(&dummy, URL, &sample()), Err(SignatureError::Signature));
    }

    #[test]
    fn whatever_is_changed_is_noticed() {
        let changed_body = BODY.replace("hello", "hallo");
        let rewritten = BODY.replace(':', ": ");
        for body in [changed_body.as_str(), &rewritten, ""] {
            let delivery = Delivery { body: body.as_bytes(), ..sample() };
            assert_eq!(check(SECRET, URL, &delivery), Err(SignatureError::Body), "{body}");
        }
        let delivery = Delivery { date: "Thu, 30 Mar 2023 08:38:33 GMT", ..sample() };
        assert_eq!(check(SECRET, URL, &delivery), Err(SignatureError::Signature));
        for url in [
            "https://webhook.site/e2cee29b-012e-4f1d-8ef4-e95fd74a7a63?a=1",
            "https://webhook.site:8080/e2cee29b-012e-4f1d-8ef4-e95fd74a7a63",
            "https://webhook.example/e2cee29b-012e-4f1d-8ef4-e95fd74a7a63",
            "https://webhook.site/",
        ] {
            assert_eq!(check(SECRET, url, &sample()), Err(SignatureError::Signature), "{url}");
        }
        assert_eq!(check("", URL, &sample()), Err(SignatureError::Signature));
    }

    #[test]
    fn a_signature_has_one_form() {
        let signature = AUTHORIZATION.strip_prefix(BEFORE).unwrap();
        for authorization in [
            "",
            "Bearer agAiSyogQbDHpeucoNwYz",
            signature,
            &AUTHORIZATION.to_lowercase(),
            &format!("{BEFORE}not base64"),
            &format!("{AUTHORIZATION} "),
        ] {
            let delivery = Delivery { authorization, ..sample() };
            assert_eq!(check(SECRET, URL, &delivery), Err(SignatureError::Form), "{authorization}");
        }
        let cut = format!("{BEFORE}agAiSyogQbA=");
        let delivery = Delivery { authorization: &cut, ..sample() };
        assert_eq!(check(SECRET, URL, &delivery), Err(SignatureError::Signature));
    }

    #[test]
    fn a_delivery_has_three_headers() {
        let mut headers = HeaderMap::new();
        for (name, value) in [("x-ms-date", "d"), ("x-ms-content-sha256", "c"), ("authorization", "a")] {
            assert!(Delivery::of(&headers, b"").is_none());
            headers.insert(name, value.parse().unwrap());
        }
        assert_eq!(Delivery::of(&headers, b"").map(|delivery| delivery.date), Some("d"));
    }
}
