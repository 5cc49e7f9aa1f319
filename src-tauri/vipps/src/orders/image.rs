//! Pictures that go on links.

/// The largest picture, in bytes.
pub const IMAGE_BYTES_MAX: usize = 2 * 1024 * 1024;

/// The least height of a picture, in pixels.
pub const IMAGE_HEIGHT_PX_MIN: u32 = 167;

/// What is wrong with the id of a picture.
pub(super) fn check_id(id: &str) -> Result<(), &'static str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let fits = (1..=128).contains(&id.len()) && id.bytes().all(plain);
    fits.then_some(()).ok_or("the id of an image is not 1 to 128 letters, digits, - _ and .")
}

/// Checks a picture as far as its first bytes tell: PNG or JPEG, [`IMAGE_BYTES_MAX`] at most and at least
/// [`IMAGE_HEIGHT_PX_MIN`] high.
///
/// # Errors
/// What is wrong with it.
pub fn check_image(picture: &[u8]) -> Result<(), &'static str> {
    if picture.len() > IMAGE_BYTES_MAX {
        return Err("the image is larger than 2 MB");
    }
    let height = height_of_png(picture).or_else(|| height_of_jpeg(picture));
    let height = height.ok_or("the image is neither PNG nor JPEG")?;
    (height >= IMAGE_HEIGHT_PX_MIN).then_some(()).ok_or("the image is less than 167 pixels high")
}

/// The first chunk of a PNG holds its width and height.
fn height_of_png(picture: &[u8]) -> Option<u32> {
    let chunk = picture.strip_prefix(b"\x89PNG\r\n\x1a\n")?.get(4..)?.strip_prefix(b"IHDR")?;
    Some(u32::from_be_bytes(chunk.get(4..8)?.try_into().ok()?))
}

/// A JPEG is a row of segments, each with its length; the one that starts a frame holds the height.
fn height_of_jpeg(picture: &[u8]) -> Option<u32> {
    let mut rest = picture.strip_prefix(b"\xff\xd8")?;
    loop {
        let [0xff, marker, high, low, body @ ..] = rest else { return None };
        let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if is_frame {
            return Some(u32::from(u16::from_be_bytes([*body.get(1)?, *body.get(2)?])));
        }
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        // The length counts its own two bytes.
        rest = body.get(length.checked_sub(2)?..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(height: u32) -> Vec<u8> {
        [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\0".as_slice(), &height.to_be_bytes(), &[8, 2, 0, 0, 0]]
            .concat()
    }

    fn jpeg(height: u16) -> Vec<u8> {
        let [high, low] = height.to_be_bytes();
        let frame = [0xff, 0xc2, 0, 11, 8, high, low, 2, 0, 1, 1, 17, 0];
        [b"\xff\xd8\xff\xe0\0\x06JFIF".as_slice(), &frame].concat()
    }

    #[test]
    fn pictures_have_a_kind_a_height_and_a_size() {
        for good in [png(167), png(2000), jpeg(167), jpeg(u16::MAX)] {
            assert_eq!(check_image(&good), Ok(()));
        }
        let large = [png(167), vec![0; IMAGE_BYTES_MAX]].concat();
        for bad in [
            png(166),
            jpeg(166),
            png(167)[..20].to_vec(),
            jpeg(167)[..14].to_vec(),
            Vec::new(),
            b"GIF89a".to_vec(),
            large,
        ] {
            assert!(check_image(&bad).is_err(), "{:?}", &bad[..bad.len().min(30)]);
        }
    }

    #[test]
    fn no_bytes_make_it_panic() {
        for length in 0..jpeg(167).len() {
            assert!(check_image(&jpeg(166)[..length]).is_err());
        }
        assert!(check_image(b"\xff\xd8\xff\xe0\0\0\xff\xe0\0\x01").is_err());
    }

    #[test]
    fn ids_are_plain() {
        assert_eq!(check_id("socks-orange_123.png"), Ok(()));
        for bad in ["", "a b", "a/b", "å", &"a".repeat(129)] {
            assert!(check_id(bad).is_err(), "{bad}");
        }
    }
}
