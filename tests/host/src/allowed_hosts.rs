//! `allowed_outbound_hosts`: where a component may connect to.
//!
//! An entry is `scheme://host:port`, each part may be `*`; the host may be `*.domain`, an address range in CIDR form, or
//! `self` for the app's own address; the port may be a range `1000..2000` and may be left out where the scheme has one.

use std::net::IpAddr;

use url::{Host, Url};

/// All entries of a component.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedHosts(Vec<Entry>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    scheme: Option<String>,
    host: HostPattern,
    port: PortPattern,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum HostPattern {
    Any,
    Subdomain(String),
    OwnApp,
    Exactly(Host),
    Network(IpAddr, u8),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum PortPattern {
    Any,
    Exactly(u16),
    /// The end is not part of it.
    Range(u16, u16),
}

impl AllowedHosts {
    /// Parses entries whose variables are filled in already. An entry that became empty by that is left out.
    ///
    /// # Errors
    /// The first entry that is not one, and why.
    pub fn parse<S: AsRef<str>>(entries: impl IntoIterator<Item = S>) -> Result<Self, String> {
        let entries = entries.into_iter();
        let entries = entries.filter(|entry| !matches!(entry.as_ref(), "" | "http://" | "https://"));
        entries
            .map(|entry| {
                Entry::parse(entry.as_ref()).map_err(|reason| format!("{:?}: {reason}", entry.as_ref()))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether a connection to `url` is allowed. Without a scheme of its own it is taken to have `scheme`.
    pub fn allows(&self, url: &str, scheme: &str) -> bool {
        let parsed = Url::parse(url).ok().filter(Url::has_host);
        let Some(url) = parsed.or_else(|| Url::parse(&format!("{scheme}://{url}")).ok()) else {
            return false;
        };
        // `url` parses hosts as names for schemes that it does not know, also when they are addresses.
        let Some(host) = url.host_str().and_then(|host| Host::parse(host).ok()) else {
            return false;
        };
        let port = url.port().or_else(|| default_port(url.scheme()));
        self.0.iter().any(|entry| entry.allows(url.scheme(), &host, port))
    }

    /// Whether the app may send HTTP requests to itself.
    pub fn allows_own_app(&self) -> bool {
        let own_app = |entry: &Entry| {
            matches!(entry.scheme.as_deref(), None | Some("http" | "https"))
                && matches!(entry.host, HostPattern::Any | HostPattern::OwnApp)
        };
        self.0.iter().any(own_app)
    }
}

impl Entry {
    fn parse(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text
            .trim()
            .split_once("://")
            .ok_or("an entry is <scheme>://<host>[:<port>], with `*` for any of them")?;
        let (host, port) = split_port(rest);
        Ok(Self {
            scheme: parse_scheme(scheme)?,
            host: HostPattern::parse(host)?,
            port: PortPattern::parse(port, scheme)?,
        })
    }

    fn allows(&self, scheme: &str, host: &Host, port: Option<u16>) -> bool {
        self.scheme.as_deref().is_none_or(|allowed| allowed == scheme)
            && self.host.allows(host)
            && self.port.allows(port)
    }
}

/// Cuts off the port; colons inside of an IPv6 address are not its separator.
fn split_port(rest: &str) -> (&str, &str) {
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    match rest.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') && !rest.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv6()) => {
            (host, port)
        }
        _ => (rest, ""),
    }
}

fn parse_scheme(scheme: &str) -> Result<Option<String>, String> {
    if scheme == "*" {
        return Ok(None);
    }
    if scheme.is_empty() || !scheme.chars().all(char::is_alphabetic) {
        return Err(format!("{scheme:?} is not a scheme"));
    }
    Ok(Some(scheme.to_owned()))
}

impl HostPattern {
    fn parse(host: &str) -> Result<Self, String> {
        match host {
            "*" => return Ok(Self::Any),
            "self" | "self.alt" => return Ok(Self::OwnApp),
            _ => {}
        }
        if let Some((address, bits)) = host.split_once('/') {
            let network = address.parse().ok().zip(bits.parse().ok());
            let (address, bits) = network.ok_or("a host has no path")?;
            return Ok(Self::Network(address, bits));
        }
        let parse = |name: &str| Host::parse(name).map_err(|error| format!("{name:?}: {error}"));
        match host.strip_prefix("*.") {
            Some(domain) if !domain.contains('*') => Ok(Self::Subdomain(format!(".{}", parse(domain)?))),
            None if !host.contains('*') => parse(host).map(Self::Exactly),
            _ => Err("`*` stands alone or before the first dot of a host".into()),
        }
    }

    fn allows(&self, host: &Host) -> bool {
        match (self, host) {
            (Self::Any, _) => true,
            (Self::Subdomain(suffix), Host::Domain(domain)) => domain.ends_with(suffix),
            (Self::Exactly(allowed), host) => allowed == host,
            (Self::Network(network, bits), Host::Ipv4(ip)) => contains(*network, *bits, IpAddr::V4(*ip)),
            (Self::Network(network, bits), Host::Ipv6(ip)) => contains(*network, *bits, IpAddr::V6(*ip)),
            _ => false,
        }
    }
}

fn contains(network: IpAddr, bits: u8, address: IpAddr) -> bool {
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let shift = 32_u32.saturating_sub(bits.into());
            network.to_bits().checked_shr(shift) == address.to_bits().checked_shr(shift)
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let shift = 128_u32.saturating_sub(bits.into());
            network.to_bits().checked_shr(shift) == address.to_bits().checked_shr(shift)
        }
        _ => false,
    }
}

impl PortPattern {
    fn parse(port: &str, scheme: &str) -> Result<Self, String> {
        let number = |text: &str| text.parse().map_err(|_| format!("{text:?} is not a port"));
        match (port, port.split_once("..")) {
            ("", _) => default_port(scheme)
                .map(Self::Exactly)
                .ok_or_else(|| format!("a port is needed, {scheme:?} has no usual one")),
            ("*", _) => Ok(Self::Any),
            (_, Some((start, end))) => Ok(Self::Range(number(start)?, number(end)?)),
            (port, None) => number(port).map(Self::Exactly),
        }
    }

    fn allows(&self, port: Option<u16>) -> bool {
        match (self, port) {
            (Self::Any, _) => true,
            (Self::Exactly(allowed), Some(port)) => *allowed == port,
            (Self::Range(start, end), Some(port)) => (*start..*end).contains(&port),
            (_, None) => false,
        }
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        "postgres" => Some(5432),
        "mysql" => Some(3306),
        "redis" => Some(6379),
        "mqtt" => Some(1883),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(entry: &str, url: &str) -> bool {
        AllowedHosts::parse([entry]).unwrap().allows(url, "https")
    }

    #[test]
    fn compares_scheme_host_and_port() {
        for (entry, url, expected) in [
            ("https://example.com", "https://example.com/path", true),
            ("https://example.com", "https://example.com:443/", true),
            ("https://example.com", "https://example.com:8443/", false),
            ("https://example.com", "http://example.com/", false),
            ("https://example.com", "https://other.com/", false),
            ("https://example.com", "example.com", true),
            ("*://*:*", "ftp://anything:99", true),
            ("https://*.example.com", "https://a.b.example.com", true),
            ("https://*.example.com", "https://example.com", false),
            ("http://127.0.0.1:3000..3010", "http://127.0.0.1:3009", true),
            ("http://127.0.0.1:3000..3010", "http://127.0.0.1:3010", false),
            ("http://127.0.0.0/8:*", "http://127.9.9.9:1", true),
            ("http://127.0.0.0/8:*", "http://128.0.0.1:1", false),
            ("http://0.0.0.0/0:*", "http://128.0.0.1:1", true),
            ("http://[::1]:80", "http://[::1]/", true),
            ("postgres://127.0.0.1", "postgres://127.0.0.1:5432", true),
            ("postgres://db", "postgres://db", true),
            ("redis://db:*", "postgres://db", false),
        ] {
            assert_eq!(allows(entry, url), expected, "{entry} {url}");
        }
    }

    #[test]
    fn own_app_is_separate() {
        let hosts = |entry: &str| AllowedHosts::parse([entry]).unwrap();
        assert!(hosts("http://self").allows_own_app());
        assert!(hosts("*://*:*").allows_own_app());
        assert!(!hosts("https://example.com").allows_own_app());
        assert!(!hosts("http://self").allows("http://self/", "http"));
    }

    #[test]
    fn nonsense_is_refused_and_emptiness_skipped() {
        for entry in [
            "example.com",
            "https://a/b",
            "ssh://a",
            "https://*a",
            "https://a:x",
            "h t://a:1",
        ] {
            assert!(AllowedHosts::parse([entry]).is_err(), "{entry}");
        }
        assert_eq!(
            AllowedHosts::parse(["", "https://"]).unwrap(),
            AllowedHosts::default()
        );
    }
}
