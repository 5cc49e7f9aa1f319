//! Instants as the wire writes them. Inside, an instant is Unix milliseconds.

use jiff::Timestamp;

/// The instant, or the nearest one that a calendar can hold.
fn timestamp(millis: i64) -> Timestamp {
    let nearest = if millis < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(millis).unwrap_or(nearest)
}

/// `2018-11-14T15:23:02.286Z`: always milliseconds, always UTC.
pub(crate) fn rfc3339(millis: i64) -> String {
    timestamp(millis).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// Reads what RFC 3339 allows; the zone must be there.
pub(crate) fn from_rfc3339(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

/// The same without a zone, as the answer to a refund has it (contract 1.2, "Refund 200").
pub(crate) fn without_zone(millis: i64) -> String {
    timestamp(millis).strftime("%Y-%m-%dT%H:%M:%S%.3f").to_string()
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, for the header `Date`.
pub(crate) fn http_date(millis: i64) -> String {
    timestamp(millis).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The real time. The only place where the simulator reads a clock.
#[expect(clippy::disallowed_methods, reason = "everything else is given the time")]
pub(crate) fn system_clock() -> i64 {
    Timestamp::now().as_millisecond()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_as_the_samples_write_them() {
        let sample = 1_542_208_982_286;
        assert_eq!(rfc3339(sample), "2018-11-14T15:23:02.286Z");
        assert_eq!(without_zone(sample), "2018-11-14T15:23:02.286");
        assert_eq!(http_date(784_111_777_000), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00.000Z");
    }
}
