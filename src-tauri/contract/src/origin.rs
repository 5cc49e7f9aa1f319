//! Where a web page comes from, as its browser says it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// `https://host` or `https://host:port` in small letters and without a path; `http` on this machine alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin(String);

/// Why a text is no [`Origin`] that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginError {
    /// It is not what a browser sends.
    NotAnOrigin,
    /// Whoever is on the way can change an http page, and with it what it asks for.
    NotSafe,
}

impl Origin {
    /// As a browser writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Origin, OriginError> {
        let (scheme, authority) = text.split_once("://").ok_or(OriginError::NotAnOrigin)?;
        let host_ends = match authority.strip_prefix('[') {
            Some(_) => authority.find(']').map_or(0, |end| end + 1),
            None => authority.find(':').unwrap_or(authority.len()),
        };
        let (host, port) = authority.split_at(host_ends);
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-[:]".contains(&byte);
        let good_port =
            port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
        if host.is_empty() || !host.bytes().all(plain) || !good_port {
            return Err(OriginError::NotAnOrigin);
        }
        match scheme {
            "https" => Ok(Origin(text.to_owned())),
            "http" if ["localhost", "127.0.0.1", "[::1]"].contains(&host) => Ok(Origin(text.to_owned())),
            "http" => Err(OriginError::NotSafe),
            _ => Err(OriginError::NotAnOrigin),
        }
    }
}

impl TryFrom<String> for Origin {
    type Error = OriginError;

    fn try_from(text: String) -> Result<Origin, OriginError> {
        text.parse()
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> String {
        origin.0
    }
}

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            OriginError::NotAnOrigin => {
                "must be an origin as a browser sends it, such as https://till.example or http://localhost:3000"
            }
            OriginError::NotSafe => "must be https, or http on this machine",
        })
    }
}

impl std::error::Error for OriginError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_what_browsers_send() {
        for good in
            ["https://till.example", "https://till.example:8443", "http://localhost:3000", "http://[::1]:80"]
        {
            assert_eq!(good.parse::<Origin>().map(String::from).as_deref(), Ok(good));
        }
        for bad in [
            "",
            "*",
            "null",
            "till.example",
            "https://",
            "https://till.example/",
            "https://Till.example",
            "https://till.example:port",
            "https://user@till.example",
            "ftp://till.example",
            "http://[::1",
        ] {
            assert_eq!(bad.parse::<Origin>(), Err(OriginError::NotAnOrigin), "{bad}");
        }
        assert_eq!("http://till.example".parse::<Origin>(), Err(OriginError::NotSafe));
    }
}
