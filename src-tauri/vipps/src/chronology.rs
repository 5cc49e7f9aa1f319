//! Puts what happened to a payment in order.

use jiff::Timestamp;

/// How a log is documented to come. Believed only of entries that do not say when they happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comes {
    OldestFirst,
    NewestFirst,
}

/// Puts a log in order by time, oldest first. An entry without a time stays right after its older neighbour.
pub(crate) fn oldest_first<T>(
    mut entries: Vec<T>,
    documented: Comes,
    time_of: impl Fn(&T) -> Option<Timestamp>,
) -> Vec<T> {
    let mut stamps = entries.iter().filter_map(&time_of);
    let came = match (stamps.next(), stamps.next_back()) {
        (Some(first), Some(last)) if first < last => Comes::OldestFirst,
        (Some(first), Some(last)) if first > last => Comes::NewestFirst,
        _ => documented,
    };
    if came == Comes::NewestFirst {
        entries.reverse();
    }
    let mut time = Timestamp::MIN;
    let mut timed: Vec<(Timestamp, T)> = entries
        .into_iter()
        .map(|entry| {
            time = time_of(&entry).unwrap_or(time);
            (time, entry)
        })
        .collect();
    timed.sort_by_key(|(time, _)| *time);
    timed.into_iter().map(|(_, entry)| entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(seconds: &[Option<i64>], documented: Comes) -> Vec<usize> {
        let entries = seconds.iter().copied().enumerate().collect();
        let time = |(_, second): &(usize, Option<i64>)| Timestamp::from_second((*second)?).ok();
        oldest_first(entries, documented, time).into_iter().map(|(number, _)| number).collect()
    }

    #[test]
    fn time_decides_and_neighbours_stay_together() {
        use Comes::{NewestFirst, OldestFirst};
        assert_eq!(ordered(&[Some(3), Some(1), Some(2)], NewestFirst), [1, 2, 0]);
        assert_eq!(ordered(&[Some(1), None, Some(3)], NewestFirst), [0, 1, 2]);
        assert_eq!(ordered(&[Some(3), None, Some(1)], OldestFirst), [2, 1, 0]);
        assert_eq!(ordered(&[None, None], NewestFirst), [1, 0]);
        assert_eq!(ordered(&[Some(1), Some(1)], NewestFirst), [1, 0]);
        assert_eq!(ordered(&[Some(1), Some(1)], OldestFirst), [0, 1]);
    }
}
