//! Looks at a QR picture before a customer does.
//!
//! A picture that cannot be read would leave a customer pointing a phone at nothing; one that points elsewhere
//! would send the money elsewhere. Neither is ever shown.

use std::io::Cursor;

use image::{ImageReader, Limits};
use url::{Host, Url};

/// Pictures are at most so wide and so high, in pixels: twice what the QR API delivers (contract 3.1).
const SIDE_PX_MAX: u32 = 4_000;
/// The memory that a picture may take when it is unpacked, in bytes.
const MEMORY_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Where a code may lead: the domains of Vipps MobilePay, now and after the change of names in January 2027
/// (contract 0.14, 3.1; trap 61: whole domains, because single hosts change).
const DOMAINS: [&str; 7] =
    ["vipps.no", "vipps.dk", "vipps.fi", "vipps.se", "vippsmobilepay.com", "mobilepay.dk", "mobilepay.fi"];

/// Where a code may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QrHosts {
    /// Vipps MobilePay's own domains, over HTTPS.
    Official,
    /// This machine too: for the simulator.
    OfficialAndLoopback,
}

impl QrHosts {
    /// The hosts that fit an API at `base_url`: this machine only where the API is on this machine.
    pub fn for_api(base_url: &Url) -> QrHosts {
        if is_loopback(base_url) { QrHosts::OfficialAndLoopback } else { QrHosts::Official }
    }

    /// Whether a code that says `content` may be shown.
    pub fn allow(self, content: &str) -> bool {
        let Ok(url) = Url::parse(content) else { return false };
        if !url.username().is_empty() || url.password().is_some() {
            return false;
        }
        let official = url.scheme() == "https"
            && matches!(url.host(), Some(Host::Domain(host)) if DOMAINS.iter().any(|domain| is_within(host, domain)));
        official || (self == QrHosts::OfficialAndLoopback && url.scheme() == "http" && is_loopback(&url))
    }
}

fn is_within(host: &str, domain: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(host)) => host == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// What the QR code on the picture `png` says, if it leads where `hosts` allow.
///
/// # Errors
/// When it may not be shown, and why.
pub fn read_qr(png: &[u8], hosts: QrHosts) -> Result<String, PictureError> {
    let mut reader = ImageReader::with_format(Cursor::new(png), image::ImageFormat::Png);
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_PX_MAX);
    limits.max_image_height = Some(SIDE_PX_MAX);
    limits.max_alloc = Some(MEMORY_BYTES_MAX);
    reader.limits(limits);
    let grey = reader.decode().map_err(|_| PictureError::NotAPicture)?.into_luma8();
    let (width, height) = grey.dimensions();
    let found =
        rxing::helpers::detect_in_luma(grey.into_raw(), width, height, Some(rxing::BarcodeFormat::QR_CODE));
    let content = found.map_err(|_| PictureError::NoCode)?.getText().to_owned();
    if hosts.allow(&content) { Ok(content) } else { Err(PictureError::LeadsElsewhere) }
}

/// Why a picture is not shown. None of these says what the code says: it may be anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Not a PNG, or one beyond the limits.
    #[error("the QR image is not a PNG of reasonable size")]
    NotAPicture,
    /// No QR code can be read on it.
    #[error("no QR code can be read on the QR image")]
    NoCode,
    /// The code leads to a host that is not Vipps MobilePay's.
    #[error("the QR code leads to a host that is not Vipps MobilePay's")]
    LeadsElsewhere,
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, Luma};

    use super::*;

    fn drawn(content: &str) -> Vec<u8> {
        drawn_at(content, 400)
    }

    fn drawn_at(content: &str, side: u32) -> Vec<u8> {
        let code = qrcode::QrCode::new(content).expect("it fits a code");
        let picture = code.render::<Luma<u8>>().min_dimensions(side, side).build();
        png(&DynamicImage::ImageLuma8(picture))
    }

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, image::ImageFormat::Png).expect("memory takes it");
        bytes.into_inner()
    }

    #[test]
    fn a_good_picture_is_read() {
        let content = "https://qr.vipps.no/r/DI5bjNA0";
        assert_eq!(read_qr(&drawn(content), QrHosts::Official), Ok(content.to_owned()));
    }

    #[test]
    fn the_largest_picture_that_is_delivered_is_read_and_one_without_measure_is_not() {
        let content = "https://qr.vipps.no/r/DI5bjNA0";
        assert_eq!(read_qr(&drawn_at(content, 2_000), QrHosts::Official), Ok(content.to_owned()));
        let wide = png(&DynamicImage::new_luma8(SIDE_PX_MAX + 1, 1));
        assert_eq!(read_qr(&wide, QrHosts::Official), Err(PictureError::NotAPicture));
    }

    #[test]
    fn what_leads_elsewhere_is_not_shown() {
        for content in [
            "https://evil.example/r/DI5bjNA0",
            "https://vipps.no.evil.example/r/x",
            "https://evilvipps.no/r/x",
            "https://qr.vipps.no@evil.example/r/x",
            "https://user@qr.vipps.no/r/x",
            "http://qr.vipps.no/r/x",
            "http://127.0.0.1:8080/r/x",
            "javascript:alert(1)",
            "just words",
        ] {
            assert_eq!(
                read_qr(&drawn(content), QrHosts::Official),
                Err(PictureError::LeadsElsewhere),
                "{content}"
            );
        }
        assert!(QrHosts::OfficialAndLoopback.allow("http://127.0.0.1:8080/r/x"));
        assert!(QrHosts::OfficialAndLoopback.allow("http://localhost:8080/r/x"));
        assert!(!QrHosts::OfficialAndLoopback.allow("http://evil.example:8080/r/x"));
        assert!(!QrHosts::OfficialAndLoopback.allow("http://10.0.0.1:8080/r/x"));
        assert!(!QrHosts::OfficialAndLoopback.allow("https://evil.example/r/x"));
    }

    #[test]
    fn what_is_no_picture_or_has_no_code_is_not_shown() {
        let white = png(&DynamicImage::new_luma8(400, 400));
        assert_eq!(read_qr(&white, QrHosts::Official), Err(PictureError::NoCode));
        for bytes in [&b""[..], b"<html>504 Gateway Timeout</html>", b"\x89PNG\r\n\x1a\n and then nothing"] {
            assert_eq!(read_qr(bytes, QrHosts::Official), Err(PictureError::NotAPicture));
        }
        let mut cut = drawn("https://qr.vipps.no/r/DI5bjNA0");
        cut.truncate(cut.len() / 2);
        assert_eq!(read_qr(&cut, QrHosts::Official), Err(PictureError::NotAPicture));
        let huge = png(&DynamicImage::new_luma8(SIDE_PX_MAX + 1, 1));
        assert_eq!(read_qr(&huge, QrHosts::Official), Err(PictureError::NotAPicture));
    }
}
