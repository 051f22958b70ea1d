//! Where a request comes from (GUARD-6).

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::HeaderMap;

/// The address of a client. Spin appends what it saw to what the client sent, so only the last value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(Option<IpAddr>);

impl ClientAddress {
    /// Reads the address that Spin saw; with `trusted_proxies` in front of us, the hop of `X-Forwarded-For` that the
    /// outermost of them saw, counted from the right. A forged header cannot reach that far.
    pub fn read(headers: &HeaderMap, trusted_proxies: u8) -> Self {
        let seen = headers.get_all("spin-client-addr").iter().next_back();
        let seen = seen.and_then(|value| value.to_str().ok()).and_then(parse);
        if trusted_proxies == 0 {
            return Self(seen);
        }
        // Bytes, not text: a part that a client made unreadable is a hop all the same, and must hide none behind it.
        let hops: Vec<&[u8]> = headers
            .get_all("x-forwarded-for")
            .iter()
            .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
            .collect();
        let hop = hops
            .iter()
            .rev()
            .nth(usize::from(trusted_proxies) - 1)
            .and_then(|hop| parse(std::str::from_utf8(hop).ok()?));
        Self(hop.or(seen))
    }

    /// The key under which a limit counts the address: IPv6 by its /64, which one customer owns whole (GUARD-3).
    pub fn subject(&self) -> String {
        match self.0 {
            None => "unknown".to_owned(),
            Some(IpAddr::V4(address)) => address.to_string(),
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        }
    }

    /// The address as text.
    pub fn text(&self) -> String {
        self.0.map_or("unknown".to_owned(), |address| address.to_string())
    }
}

/// An address with or without a port; an IPv4 address in IPv6 clothes is IPv4.
fn parse(raw: &str) -> Option<IpAddr> {
    let raw = raw.trim();
    let address = raw
        .parse::<SocketAddr>()
        .map(|socket| socket.ip())
        .or_else(|_| raw.parse())
        .ok()?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_what_spin_appended_counts() {
        let forged = headers(&[
            ("spin-client-addr", "6.6.6.6:1"),
            ("spin-client-addr", "198.51.100.7:52144"),
            ("x-forwarded-for", "7.7.7.7"),
        ]);
        assert_eq!(ClientAddress::read(&forged, 0).text(), "198.51.100.7");
    }

    #[test]
    fn trusted_hops_are_counted_from_the_right() {
        let proxied = headers(&[
            ("x-forwarded-for", "6.6.6.6, 203.0.113.9"),
            ("x-forwarded-for", "10.0.0.1"),
            ("spin-client-addr", "10.0.0.2:80"),
        ]);
        assert_eq!(ClientAddress::read(&proxied, 1).text(), "10.0.0.1");
        assert_eq!(ClientAddress::read(&proxied, 2).text(), "203.0.113.9");
        assert_eq!(ClientAddress::read(&proxied, 9).text(), "10.0.0.2");
    }

    #[test]
    fn an_ipv6_customer_is_its_64_bit_prefix() {
        let one = headers(&[("spin-client-addr", "[2001:db8:1:2:aaaa::1]:443")]);
        assert_eq!(ClientAddress::read(&one, 0).subject(), "2001:db8:1:2::/64");
        let mapped = headers(&[("spin-client-addr", "[::ffff:192.0.2.1]:443")]);
        assert_eq!(ClientAddress::read(&mapped, 0).subject(), "192.0.2.1");
        assert_eq!(ClientAddress::read(&HeaderMap::new(), 0).subject(), "unknown");
    }

    /// What a client may put into a header: any byte but control characters.
    fn forged() -> impl Strategy<Value = Vec<u8>> {
        let any = prop_oneof![Just(b','), Just(b' '), 0x21..=0x7e_u8, 0x80..=0xff_u8];
        prop::collection::vec(any, 0..24)
    }

    /// How a hop of one proxy reaches us: behind what is there, or as a line of its own.
    fn append(lines: &mut Vec<Vec<u8>>, hop: IpAddr, own_line: bool) {
        match lines.last_mut() {
            Some(line) if !own_line => line.extend_from_slice(format!(", {hop}").as_bytes()),
            _ => lines.push(hop.to_string().into_bytes()),
        }
    }

    proptest! {
        /// GUARD-6: whatever a client puts in front, the hops that trusted proxies added decide.
        #[test]
        fn nothing_in_front_moves_the_trusted_hops(
            front in prop::collection::vec(forged(), 0..3),
            hops in prop::collection::vec((any::<IpAddr>(), any::<bool>()), 1..4),
        ) {
            let mut lines = front;
            for (hop, own_line) in &hops {
                append(&mut lines, *hop, *own_line);
            }
            let mut headers = headers(&[("spin-client-addr", "10.0.0.2:80")]);
            for line in &lines {
                headers.append("x-forwarded-for", HeaderValue::from_bytes(line).unwrap());
            }
            let trusted = u8::try_from(hops.len()).unwrap();
            let read = ClientAddress::read(&headers, trusted);
            prop_assert_eq!(read, ClientAddress(Some(hops[0].0.to_canonical())));
        }
    }
}
