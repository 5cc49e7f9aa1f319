//! What may be shown of an address that bears a token.

use std::fmt;

use url::Url;

/// Shows scheme and host of a URL. What follows is opaque and lets whoever holds it pay or look on, so none
/// of it is shown, wherever in it the token may stand.
pub(crate) struct Redacted<'a>(pub &'a str);

impl fmt::Debug for Redacted<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = Url::parse(self.0).ok();
        let host = url.as_ref().and_then(|url| Some((url.scheme(), url.host_str()?)));
        match host {
            Some((scheme, host)) => write!(formatter, "\"{scheme}://{host}/…\""),
            None => formatter.write_str("\"…\""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scheme_and_host_remain() {
        let shown = |url| format!("{:?}", Redacted(url));
        assert_eq!(shown("https://qr.vipps.no/generate/qr.png?token=t#t"), "\"https://qr.vipps.no/…\"");
        assert_eq!(shown("https://t:t@qr.vipps.no:444/t"), "\"https://qr.vipps.no/…\"");
        assert_eq!(shown("vipps://?token=t"), "\"…\"");
        assert_eq!(shown("token"), "\"…\"");
    }
}
