//! Reads the logo of a sales unit, and knows before it is sent whether it will be shown (contract 1.8).
//!
//! Vipps MobilePay takes an order whose logo it will not show, so nobody would hear of it.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::ops::RangeInclusive;
use std::path::Path;

use image::codecs::png::PngDecoder;
use image::{DynamicImage, ImageDecoder};

/// What is right, for whoever has to correct it.
pub(crate) const RIGHT: &str = "name a PNG beside the table, 100 to 1000 pixels wide and high";
/// How long each side of a logo may be, in pixels.
const PIXELS: RangeInclusive<u32> = 100..=1_000;
/// The largest file of a logo, in bytes: all logos of a table are held at once.
const BYTES_MAX: u64 = 1024 * 1024;

/// Why a file is no logo.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogoError {
    #[error("there is no such file")]
    NotThere,
    #[error("it can't be read: {0}")]
    Unread(#[source] io::Error),
    #[error("it has more than {BYTES_MAX} bytes")]
    TooLarge,
    #[error("it is no PNG, or a broken one")]
    NoPng,
    #[error("it is {0} pixels wide and {1} high")]
    Size(u32, u32),
}

/// The file `path`, as it is sent.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, LogoError> {
    let unread = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => LogoError::NotThere,
        _ => LogoError::Unread(error),
    };
    let file = File::open(path).map_err(unread)?;
    let mut bytes = Vec::new();
    file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unread)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > BYTES_MAX) {
        return Err(LogoError::TooLarge);
    }
    check(&bytes)?;
    Ok(bytes)
}

/// Looks at the size first, so that a small file does not become a huge picture.
fn check(bytes: &[u8]) -> Result<(), LogoError> {
    let picture = PngDecoder::new(Cursor::new(bytes)).map_err(|_| LogoError::NoPng)?;
    let (width, height) = picture.dimensions();
    if !PIXELS.contains(&width) || !PIXELS.contains(&height) {
        return Err(LogoError::Size(width, height));
    }
    DynamicImage::from_decoder(picture).map(drop).map_err(|_| LogoError::NoPng)
}

#[cfg(test)]
pub(crate) mod tests {
    use image::{GrayImage, ImageFormat};

    use super::*;

    /// A picture of this size.
    pub(crate) fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        GrayImage::new(width, height).write_to(&mut file, format).expect("it can be drawn");
        file.into_inner()
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        picture(width, height, ImageFormat::Png)
    }

    #[test]
    fn a_logo_is_a_whole_png_of_the_right_size() {
        for good in [png(100, 100), png(1_000, 100), png(1_000, 1_000)] {
            check(&good).expect("it is one");
        }
        for (width, height) in [(99, 100), (100, 99), (1_001, 100), (100, 1_001)] {
            let wrong = check(&png(width, height)).expect_err("it is none").to_string();
            assert_eq!(wrong, format!("it is {width} pixels wide and {height} high"));
        }
        let whole = png(300, 300);
        let mut torn = whole.clone();
        torn.truncate(whole.len() - 20);
        for bad in [torn.as_slice(), b"", b"GIF89a", b"\xff\xd8\xff\xe0 a photograph"] {
            assert!(matches!(check(bad), Err(LogoError::NoPng)), "{bad:?}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_or_too_large_is_named_as_that() {
        let folder = tempfile::tempdir().expect("there is room");
        let path = folder.path().join("logo.png");
        assert!(matches!(read(&path), Err(LogoError::NotThere)));
        let length = usize::try_from(BYTES_MAX).expect("it is small") + 1;
        std::fs::write(&path, vec![0; length]).expect("there is room");
        assert!(matches!(read(&path), Err(LogoError::TooLarge)));
        assert!(matches!(read(folder.path()), Err(LogoError::Unread(_))), "a folder");
        std::fs::write(&path, png(200, 100)).expect("there is room");
        assert_eq!(read(&path).expect("it is good"), png(200, 100));
    }
}
