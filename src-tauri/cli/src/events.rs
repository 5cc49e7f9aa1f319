//! Server-sent events, as the till sends them.

/// The longest line that is kept, in bytes. An event of the till has some thousands.
const LINE_BYTES_MAX: usize = 1024 * 1024;

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) name: String,
    /// Where to resume, if that can be done from here.
    pub(crate) id: Option<u64>,
    pub(crate) data: String,
}

/// Makes events of what arrives, in pieces of any length.
#[derive(Debug, Default)]
pub(crate) struct Events {
    line: Vec<u8>,
    event: Event,
}

impl Events {
    /// The events that are complete with `bytes`. None at all when a line is longer than any of the till.
    pub(crate) fn after(&mut self, bytes: &[u8]) -> Option<Vec<Event>> {
        let mut complete = Vec::new();
        for byte in bytes {
            if *byte == b'\n' {
                let line = std::mem::take(&mut self.line);
                complete.extend(self.read(String::from_utf8_lossy(&line).trim_end_matches('\r')));
            } else if self.line.len() == LINE_BYTES_MAX {
                return None;
            } else {
                self.line.push(*byte);
            }
        }
        Some(complete)
    }

    /// An empty line ends an event; one that begins with a colon only says that the stream is alive.
    fn read(&mut self, line: &str) -> Option<Event> {
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            return (!event.data.is_empty()).then_some(event);
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.name),
            "id" => self.event.id = value.parse().ok(),
            "data" => self.event.data.push_str(value),
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &str = "event: snapshot\nretry: 1000\nid: 17\ndata: {\"number\":17}\n\n: nothing new\n\nevent: \
                          payment\r\ndata: {\"ø\":1}\r\n\r\nevent: payment\nid: 18\ndata: {";

    #[test]
    fn an_event_is_complete_with_its_empty_line_wherever_it_is_cut() {
        let event = |name: &str, id, data: &str| Event { name: name.to_owned(), id, data: data.to_owned() };
        let expected = [event("snapshot", Some(17), "{\"number\":17}"), event("payment", None, "{\"ø\":1}")];
        for length in [1, 2, 3, 7, STREAM.len()] {
            let mut events = Events::default();
            let pieces = STREAM.as_bytes().chunks(length);
            let heard: Vec<_> = pieces.flat_map(|piece| events.after(piece).expect("it is short")).collect();
            assert_eq!(heard, expected, "in pieces of {length}");
        }
    }

    #[test]
    fn a_line_without_end_is_not_kept() {
        let mut events = Events::default();
        assert_eq!(events.after(&vec![b'a'; LINE_BYTES_MAX]), Some(Vec::new()));
        assert_eq!(events.after(b"a"), None);
    }
}
