//! Who asks, and where: the keys, which are kept nowhere, and the address.

use std::io::{IsTerminal, Read};
use std::path::Path;
use std::sync::Arc;

use url::{Host, Url};
use vipps::{Config, Keys, Msn, PRODUCTION_URL, Reqwest, System, Vipps};

use crate::arguments::Access;
use crate::ending::{Ending, Failure};

/// The longest keys that are read, in bytes.
const KEYS_BYTES_MAX: u64 = 16 * 1024;

impl Access {
    /// Whether orders are real there.
    pub(crate) fn is_production(&self) -> bool {
        self.base_url.is_none()
    }

    /// Where Vipps MobilePay is asked. The Management API is not in the test environment (contract 1.8).
    pub(crate) fn address(&self) -> Result<Url, Failure> {
        let wrong = |why: String| Failure::new(Ending::Usage, why, "Nothing was sent.");
        let text = self.base_url.as_deref().unwrap_or(PRODUCTION_URL);
        let url = Url::parse(text).map_err(|error| wrong(format!("--base-url {text}: {error}")))?;
        let here = match url.host() {
            Some(Host::Domain(host)) => host == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        if self.is_production() || (here && matches!(url.scheme(), "http" | "https")) {
            Ok(url)
        } else {
            Err(wrong(format!("--base-url {text} is no simulator on this machine")))
        }
    }

    /// Reads the keys, and makes the one who asks.
    pub(crate) fn vipps(&self) -> Result<Vipps, Failure> {
        let wrong = |error: &dyn std::error::Error| Failure::new(Ending::Usage, error, "Nothing was sent.");
        let base_url = self.address()?;
        let msn = Msn::parse(&self.msn).map_err(|error| wrong(&error))?;
        let text = match &self.keys {
            Some(file) => of_file(file)?,
            None => typed()?,
        };
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let [client_id, client_secret, subscription_key] = lines[..] else {
            let what = "the keys are three lines: client id, client secret, subscription key";
            return Err(Failure::new(Ending::Usage, what, "Nothing was sent."));
        };
        let keys = Keys::new(client_id, client_secret, subscription_key).map_err(|error| wrong(&error))?;
        let transport =
            Reqwest::new().map_err(|error| Failure::new(Ending::NotDone, error, "Nothing was sent."))?;
        Ok(Vipps::new(Arc::new(transport), Config { base_url, msn, keys, system: System::default() }))
    }
}

fn of_file(file: &Path) -> Result<String, Failure> {
    let shown = file.display();
    if private_file::is_open_to_others(file) {
        let what = format!("others than you may read {shown}");
        return Err(Failure::new(Ending::Refused, what, format!("Close it first: chmod 600 {shown}")));
    }
    let unread =
        |why: &str| Failure::new(Ending::Usage, format!("{shown} can't be read: {why}"), "Nothing was sent.");
    let read = private_file::read(file, KEYS_BYTES_MAX).map_err(|error| unread(&error.to_string()))?;
    read.ok_or_else(|| unread("there is no such file"))
}

#[expect(clippy::print_stderr, reason = "a person is asked")]
fn typed() -> Result<String, Failure> {
    if std::io::stdin().is_terminal() {
        eprintln!("Three lines, please, and then Ctrl-D: client id, client secret, subscription key.");
    }
    let mut text = String::new();
    let read = std::io::stdin().take(KEYS_BYTES_MAX).read_to_string(&mut text);
    read.map_err(|error| {
        Failure::new(Ending::Usage, format!("the keys can't be read: {error}"), "Nothing was sent.")
    })?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(base_url: Option<&str>) -> Access {
        Access { msn: "654321".to_owned(), keys: None, base_url: base_url.map(ToOwned::to_owned) }
    }

    #[test]
    fn keys_go_to_vipps_mobilepay_or_to_this_machine() {
        assert_eq!(at(None).address().expect("it is one").as_str(), "https://api.vipps.no/");
        for good in ["http://127.0.0.1:9700", "http://[::1]:9700", "http://localhost:9700"] {
            assert!(at(Some(good)).address().is_ok(), "{good}");
        }
        for bad in [
            "https://apitest.vipps.no",
            "http://192.168.1.7:9700",
            "http://127.0.0.1.example.com",
            "file:///etc",
            "9700",
            "",
        ] {
            assert_eq!(at(Some(bad)).address().expect_err(bad).ending, Ending::Usage);
        }
    }

    #[cfg(unix)]
    #[test]
    fn keys_that_others_can_read_are_not_used() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().expect("there is room");
        let file = folder.path().join("keys");
        let access = |file: &Path| Access { keys: Some(file.to_owned()), ..at(Some("http://127.0.0.1:1")) };
        assert_eq!(access(&file).vipps().expect_err("there is none").ending, Ending::Usage);
        private_file::create(&file, b"id\nsecret\nkey\n").expect("there is room");
        assert!(access(&file).vipps().is_ok());
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).expect("ours");
        assert_eq!(access(&file).vipps().expect_err("it is open").ending, Ending::Refused);
        private_file::replace(&file, b"id\nsecret\n").expect("there is room");
        assert_eq!(access(&file).vipps().expect_err("one is missing").ending, Ending::Usage);
    }
}
