//! What most ids of these APIs have in common, and how long texts are measured.

use std::ops::RangeInclusive;

/// Letters, digits and `-`, as many as `chars` allows.
pub(crate) fn is_plain(text: &str, chars: RangeInclusive<usize>) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    chars.contains(&text.len()) && text.bytes().all(plain)
}

/// Digits, as many as `chars` allows.
pub(crate) fn is_digits(text: &str, chars: RangeInclusive<usize>) -> bool {
    chars.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Any text, as long as `chars` allows.
pub(crate) fn fits(text: &str, chars: RangeInclusive<usize>) -> bool {
    chars.contains(&text.chars().count())
}

/// The first `chars_max` characters of a name that is not known here.
pub(crate) fn cut(text: &str, chars_max: usize) -> String {
    text.chars().take(chars_max).collect()
}

/// A text as one segment of a path; nothing if no path could hold it.
pub(crate) fn segment(text: &str) -> Option<String> {
    // Dots alone would lead to another path, however they are written.
    if text.is_empty() || text == "." || text == ".." {
        return None;
    }
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b':') {
            written.push(char::from(byte));
        } else {
            written.push('%');
            written.extend([byte >> 4, byte & 15].iter().filter_map(|half| {
                char::from_digit((*half).into(), 16).map(|digit| digit.to_ascii_uppercase())
            }));
        }
    }
    Some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_stays_one() {
        assert_eq!(segment("business:NO:ORG_1").as_deref(), Some("business:NO:ORG_1"));
        assert_eq!(segment("æ/ %?#\n").as_deref(), Some("%C3%A6%2F%20%25%3F%23%0A"));
        for bad in ["", ".", ".."] {
            assert_eq!(segment(bad), None, "{bad}");
        }
        assert_eq!(segment("..."), Some("...".into()));
    }
}
