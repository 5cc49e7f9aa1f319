//! What the ids of these APIs have in common.

use std::ops::RangeInclusive;

/// Letters, digits and `-`, as many as `chars` allows.
pub(crate) fn is_plain(text: &str, chars: RangeInclusive<usize>) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    chars.contains(&text.len()) && text.bytes().all(plain)
}
