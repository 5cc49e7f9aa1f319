//! What a customer has agreed to share (contract 1.7).

use http::Method;
use serde::Deserialize;

use crate::answer::{nonsense, read as read_answer, refuse};
use crate::personal::Personal;
use crate::plain::segment;
use crate::question::Question;
use crate::{Call, Error, Vipps, lenient};

/// What a customer has agreed to share. What was not asked for, not shared or has expired is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Userinfo {
    /// The customer, by a name that only this sales unit knows.
    pub sub: Personal,
    /// The whole name.
    pub name: Option<Personal>,
    /// The first name.
    pub given_name: Option<Personal>,
    /// The family name.
    pub family_name: Option<Personal>,
    /// The e-mail address.
    pub email: Option<Personal>,
    /// The number: digits, country code first.
    pub phone_number: Option<Personal>,
    /// The day of birth, as it was sent: `2000-12-31`.
    pub birthdate: Option<Personal>,
    /// The national identity number.
    pub nin: Option<Personal>,
    /// The address.
    pub address: Option<Address>,
}

/// Where a customer lives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Street and number.
    pub street: Option<Personal>,
    /// The postal code.
    pub postal_code: Option<Personal>,
    /// The town.
    pub region: Option<Personal>,
    /// The country, in two letters.
    pub country: Option<Personal>,
}

/// Reads what the customer of that name has agreed to share.
pub(crate) async fn read(vipps: &Vipps, sub: &Personal) -> Result<Userinfo, Error> {
    let call = Call::Userinfo;
    let named = segment(sub.expose()).filter(|_| sub.expose().len() <= 128);
    let named = named.ok_or_else(|| refuse(call)("the sub is not 1 to 128 characters"))?;
    let path = format!("/vipps-userinfo-api/userinfo/{named}");
    let answer = vipps.ask(&Question::bare(call, Method::GET, path)).await?;
    let wire: Wire = read_answer(call, &answer, "the answer holds no customer")?;
    let same = wire.sub.as_deref() == Some(sub.expose());
    same.then(|| wire.read(sub))
        .ok_or_else(|| nonsense(call, &answer)("the answer is about another customer"))
}

/// Stands where data was that is too old to be shared (contract 1.2).
const EXPIRED: &str = "[Expired]";

fn shared(text: Option<String>) -> Option<Personal> {
    text.filter(|text| text != EXPIRED).map(Personal::new)
}

#[derive(Deserialize)]
struct Wire {
    #[serde(default, deserialize_with = "lenient::text")]
    sub: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    given_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    family_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    email: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    phone_number: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    birthdate: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    nin: Option<String>,
    #[serde(default)]
    address: Option<AddressWire>,
}

#[derive(Deserialize)]
struct AddressWire {
    #[serde(default, deserialize_with = "lenient::text")]
    street_address: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    postal_code: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    region: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    country: Option<String>,
}

impl Wire {
    fn read(self, sub: &Personal) -> Userinfo {
        Userinfo {
            sub: sub.clone(),
            name: shared(self.name),
            given_name: shared(self.given_name),
            family_name: shared(self.family_name),
            email: shared(self.email),
            phone_number: shared(self.phone_number),
            birthdate: shared(self.birthdate),
            nin: shared(self.nin),
            address: self.address.map(|address| Address {
                street: shared(address.street_address),
                postal_code: shared(address.postal_code),
                region: shared(address.region),
                country: shared(address.country),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_expired_or_was_not_shared_is_not_there() {
        let body = r#"{"sub":"c06c4afe","name":"[Expired]","given_name":"Ada","email":null,
            "phone_number":4791234567,"address":{"street_address":"Suburbia 23","country":"[Expired]"}}"#;
        let wire: Wire = serde_json::from_str(body).unwrap();
        let info = wire.read(&"c06c4afe".into());
        assert_eq!((info.name, info.email, info.nin), (None, None, None));
        assert_eq!(info.given_name.unwrap().expose(), "Ada");
        assert_eq!(info.phone_number.unwrap().expose(), "4791234567");
        let address = info.address.unwrap();
        assert_eq!((address.street.unwrap().expose(), address.country), ("Suburbia 23", None));
    }
}
