//! Server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>), as far as the Gemini API uses them: data, without
//! names, ids or times.

/// Events whose bytes come in any pieces.
#[derive(Debug, Default)]
pub struct Events {
    line: Vec<u8>,
    data: Vec<u8>,
    /// The last byte ended a line with a carriage return: a line feed that follows belongs to it.
    returned: bool,
}

impl Events {
    /// Takes bytes and gives the data of every event that ends in them. What they hold together is bounded by whoever reads the stream.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut events = Vec::new();
        for byte in bytes {
            let follows = std::mem::replace(&mut self.returned, *byte == b'\r');
            match byte {
                b'\n' if follows => {}
                b'\n' | b'\r' => events.extend(self.end_line()),
                _ => self.line.push(*byte),
            }
        }
        events
    }

    fn end_line(&mut self) -> Option<Vec<u8>> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            let data = std::mem::take(&mut self.data);
            return (!data.is_empty()).then_some(data);
        }
        // Lines of one event's data belong together; other fields and comments say nothing here.
        if let Some(data) = line.strip_prefix(b"data:") {
            if !self.data.is_empty() {
                self.data.push(b'\n');
            }
            self.data
                .extend_from_slice(data.strip_prefix(b" ").unwrap_or(data));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(events: Vec<Vec<u8>>) -> Vec<String> {
        events
            .into_iter()
            .map(|event| String::from_utf8(event).unwrap())
            .collect()
    }

    #[test]
    fn events_end_with_an_empty_line_and_the_rest_waits() {
        let mut events = Events::default();
        let found = events
            .push(b": hello\r\ndata: {\"a\":1}\r\n\r\nevent: x\ndata:b\ndata: c\n\nid: 3\n\ndata: open\n");
        assert_eq!(texts(found), ["{\"a\":1}", "b\nc"]);
        assert_eq!(texts(events.push(b"\n")), ["open"]);
    }

    proptest! {
        #[test]
        fn any_chunking_gives_the_same_events(
            stream in "(data: ?|event: |: |[a-z가]{1,4}|\n|\r\n|\r){0,60}", cuts in proptest::collection::vec(1_usize..9, 0..60),
        ) {
            let whole = Events::default().push(stream.as_bytes());
            let mut events = Events::default();
            let (mut rest, mut found) = (stream.as_bytes(), Vec::new());
            for cut in cuts {
                let (piece, after) = rest.split_at(cut.min(rest.len()));
                found.extend(events.push(piece));
                rest = after;
            }
            found.extend(events.push(rest));
            prop_assert_eq!(found, whole);
        }
    }
}
