//! Which addresses of merchants will do.

use url::{Host, Url};

/// Whether the live service could reach it: HTTPS, and a name that is not this machine's (trap 6).
pub(super) fn public_https(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let public = match url.host() {
        Some(Host::Domain(name)) => {
            name != "localhost" && !name.ends_with(".localhost") && name.contains('.')
        }
        Some(Host::Ipv4(address)) => {
            !address.is_loopback() && !address.is_private() && !address.is_unspecified()
        }
        Some(Host::Ipv6(address)) => !address.is_loopback() && !address.is_unspecified(),
        None => false,
    };
    url.scheme() == "https" && public
}

/// Whether it is an address on the web, wherever it leads.
pub(super) fn https(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.scheme() == "https" && url.has_host())
}

/// Whether it is an address as RFC 3986 writes them.
pub(super) fn is_uri(url: &str) -> bool {
    let escaped = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    let written =
        url.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte))
            && url.split('%').skip(1).all(escaped)
            && url.matches('#').count() <= 1;
    written && Url::parse(url).is_ok()
}

/// Whether it leads to this machine in plain HTTP.
pub(super) fn loopback_http(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| {
        let here = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        url.scheme() == "http" && here
    })
}

/// Whether it opens an app of the merchant.
pub(super) fn custom_scheme(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| !["http", "https", "javascript", "data", "file"].contains(&url.scheme()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_https_will_do() {
        for url in ["https://example.com/vipps", "https://example.com:8080", "https://93.184.216.34/x"] {
            assert!(public_https(url), "{url}");
        }
        for url in [
            "http://example.com",
            "https://localhost/x",
            "https://127.0.0.1",
            "https://10.1.2.3",
            "https://till",
            "https://[::1]/",
            "example.com",
            "",
        ] {
            assert!(!public_https(url), "{url}");
        }
        assert!(loopback_http("http://127.0.0.1:7650/x") && !loopback_http("http://example.com"));
        assert!(custom_scheme("myapp://done") && !custom_scheme("http://example.com"));
    }
}
