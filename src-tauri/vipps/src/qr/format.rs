//! What a code comes as.

use http::{HeaderName, HeaderValue};

/// The smallest side of a picture, in pixels (contract 3.1).
pub const SIZE_PX_MIN: u16 = 100;

/// The largest side of a picture, in pixels (contract 3.1).
pub const SIZE_PX_MAX: u16 = 2000;

/// What a code comes as. Shown as it is delivered: not recoloured, cropped or drawn over (contract 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// A picture in PNG.
    Png {
        /// Its side in pixels, [`SIZE_PX_MIN`] to [`SIZE_PX_MAX`].
        size_px: u16,
    },
    /// A picture in SVG.
    Svg,
    /// What the code holds, to be drawn by whoever has the approval for that.
    TargetUrl,
}

/// Where the size of a one-time code is said; the published texts disagree (contract 0.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SizeIn {
    /// In the header `Size`.
    #[default]
    Header,
    /// In the body.
    Body {
        /// The white border in pixels, 0 to 100; 8 if nothing is said.
        white_border_px: Option<u8>,
    },
}

impl Format {
    /// What is asked for. Anything else is refused, though the answer is JSON (contract 8, trap 37).
    pub(super) const fn accept(self) -> &'static str {
        match self {
            Format::Png { .. } => "image/png",
            Format::Svg => "image/svg+xml",
            Format::TargetUrl => "text/targetUrl",
        }
    }

    pub(super) const fn size_px(self) -> Option<u16> {
        match self {
            Format::Png { size_px } => Some(size_px),
            Format::Svg | Format::TargetUrl => None,
        }
    }

    pub(super) fn size_header(self) -> Option<(HeaderName, HeaderValue)> {
        Some((HeaderName::from_static("size"), HeaderValue::from(self.size_px()?)))
    }

    /// What is wrong with it.
    pub(super) fn check(self) -> Result<(), &'static str> {
        let drawable = self.size_px().is_none_or(|size_px| (SIZE_PX_MIN..=SIZE_PX_MAX).contains(&size_px));
        drawable.then_some(()).ok_or("the size is not 100 to 2000 pixels")
    }
}

impl SizeIn {
    /// Whether it is the body, and the border that is said there.
    pub(super) const fn in_body(self) -> (bool, Option<u8>) {
        match self {
            SizeIn::Header => (false, None),
            SizeIn::Body { white_border_px } => (true, white_border_px),
        }
    }

    /// What is wrong with it.
    pub(super) fn check(self) -> Result<(), &'static str> {
        let (_, border) = self.in_body();
        border.is_none_or(|px| px <= 100).then_some(()).ok_or("the white border is more than 100 pixels")
    }
}
