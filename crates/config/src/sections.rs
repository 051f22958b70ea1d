//! The parts of the configuration; a component takes only those that it needs.

use url::Url;

use crate::keys::{self, SigningKey, VerifyingKey};
use crate::limits::RateLimits;
use crate::secret::Secret;
use crate::values::Values;

/// Where the application runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// A developer's machine.
    Development,
    /// Everything else.
    Production,
}

/// What every component knows of the service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Where it runs.
    pub environment: Environment,
    /// Where clients reach it, without a slash at the end.
    pub public_url: String,
}

impl Service {
    /// The variables that are read.
    pub const NAMES: &'static [&'static str] = &["environment", "public_url"];

    /// Reads the section.
    pub fn read(values: &mut Values) -> Option<Self> {
        let environment = values.read("environment", |raw| match raw {
            "development" => Some(Environment::Development),
            "production" => Some(Environment::Production),
            _ => None,
        });
        let public_url = values.read("public_url", origin);
        Some(Self {
            environment: environment?,
            public_url: public_url?,
        })
    }
}

/// How access tokens are verified (AUTH-4).
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The expected audience.
    pub audience: String,
    /// The keys in use, one or two.
    pub keys: Vec<VerifyingKey>,
}

impl Tokens {
    /// The variables that are read.
    pub const NAMES: &'static [&'static str] = &["token_audience", "verifying_keys"];

    /// Reads the section.
    pub fn read(values: &mut Values) -> Option<Self> {
        let audience = values.read("token_audience", |raw| {
            let visible = raw.bytes().all(|b| b.is_ascii_graphic());
            ((1..=100).contains(&raw.len()) && visible).then(|| raw.to_owned())
        });
        let keys = values.read("verifying_keys", keys::verifying_keys);
        Some(Self {
            audience: audience?,
            keys: keys?,
        })
    }
}

/// How access tokens are signed; `auth` only.
#[derive(Clone, Debug)]
pub struct Signing {
    /// The key of new tokens.
    pub key: SigningKey,
}

impl Signing {
    /// The variables that are read.
    pub const NAMES: &'static [&'static str] = &["signing_key"];

    /// Reads the section.
    pub fn read(values: &mut Values) -> Option<Self> {
        values
            .read("signing_key", keys::signing_key)
            .map(|key| Self { key })
    }
}

/// How cursors are signed (CONV-5).
#[derive(Clone, Debug)]
pub struct Cursors {
    /// The HMAC key.
    pub key: Secret<[u8; 32]>,
}

impl Cursors {
    /// The variables that are read.
    pub const NAMES: &'static [&'static str] = &["cursor_key"];

    /// Reads the section.
    pub fn read(values: &mut Values) -> Option<Self> {
        values.read("cursor_key", keys::bytes32).map(|key| Self {
            key: Secret::new(key),
        })
    }
}

/// Where the data is (OPS-3).
#[derive(Clone, Debug)]
pub enum DatabaseTarget {
    /// Spin's SQLite under the label `default`.
    Sqlite,
    /// Postgres at this address.
    Postgres(Secret<String>),
}

impl DatabaseTarget {
    /// The variables that are read.
    pub const NAMES: &'static [&'static str] = &["database_url"];

    /// Reads the section.
    pub fn read(values: &mut Values) -> Option<Self> {
        values.read("database_url", |raw| match raw {
            "sqlite" => Some(Self::Sqlite),
            raw => {
                let url = Url::parse(raw).ok()?;
                let postgres = matches!(url.scheme(), "postgres" | "postgresql") && url.has_host();
                // The parser forgives blanks and line ends, which the database's client does not.
                let bare = !raw.contains(|c: char| c.is_whitespace() || c.is_control());
                (postgres && bare).then(|| Self::Postgres(Secret::new(raw.to_owned())))
            }
        })
    }
}

impl DatabaseTarget {
    /// Whether `host` is the value of `database_host` with which this database can be reached: Spin refuses every other address.
    pub fn is_reached_by(&self, host: &str) -> bool {
        match self {
            Self::Sqlite => true,
            Self::Postgres(url) => Url::parse(url.expose()).is_ok_and(|url| {
                let name = url.host_str().unwrap_or_default();
                host == format!("postgres://{name}:{}", url.port().unwrap_or(5432))
            }),
        }
    }
}

/// What the guard knows of the network around it (GUARD-3, GUARD-6).
#[derive(Clone, Debug)]
pub struct Edge {
    /// Proxies in front of us.
    pub trusted_proxies: u8,
    /// Requests per minute by class.
    pub rate_limits: RateLimits,
    /// Origins whose pages may call (GUARD-8).
    pub cors_allowed_origins: Vec<String>,
}

impl Edge {
    /// The variables that are read.
    pub const NAMES: &'static [&'static str] = &["trusted_proxies", "rate_limits", "cors_allowed_origins"];

    /// Reads the section.
    pub fn read(values: &mut Values) -> Option<Self> {
        let trusted_proxies = values.read("trusted_proxies", |raw| {
            raw.parse().ok().filter(|hops: &u8| *hops <= 10)
        });
        let rate_limits = values.read("rate_limits", RateLimits::parse);
        let cors_allowed_origins = values.read("cors_allowed_origins", |raw| match raw {
            "none" => Some(Vec::new()),
            raw => raw.split(',').map(browser_origin).collect(),
        });
        Some(Self {
            trusted_proxies: trusted_proxies?,
            rate_limits: rate_limits?,
            cors_allowed_origins: cors_allowed_origins?,
        })
    }
}

/// The origin of a URL that has nothing behind it.
pub(crate) fn origin(raw: &str) -> Option<String> {
    let url = Url::parse(raw).ok()?;
    let bare = matches!(url.path(), "/" | "") && url.query().is_none() && url.fragment().is_none();
    let web = matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty();
    (bare && web).then(|| raw.trim_end_matches('/').to_owned())
}

/// An origin as browsers write it in `Origin`: lower case, without the port that its scheme implies.
fn browser_origin(raw: &str) -> Option<String> {
    let origin = origin(raw.trim())?;
    Some(Url::parse(&origin).ok()?.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn defaults_stand_in_for_what_is_not_set() {
        let mut values = Values::new([("verifying_keys", "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]);
        let service = Service::read(&mut values);
        let tokens = Tokens::read(&mut values);
        let edge = Edge::read(&mut values);
        let (service, (tokens, edge)) = values.finish(service.zip(tokens.zip(edge))).unwrap();
        assert_eq!(service.environment, Environment::Production);
        assert_eq!(tokens.keys.len(), 1);
        assert_eq!(edge.rate_limits.per_minute(crate::Class::Free), 100);
    }

    #[test]
    fn every_mistake_is_named_and_no_value_is_shown() {
        let mut values = Values::new([
            ("environment", "staging"),
            ("public_url", "not a url"),
            ("signing_key", "k1:too-short-and-secret"),
            ("database_url", "mysql://root:hunter2@host/db"),
            ("rate_limits", "free=0"),
        ]);
        Service::read(&mut values);
        Signing::read(&mut values);
        Cursors::read(&mut values);
        DatabaseTarget::read(&mut values);
        Edge::read(&mut values);
        let error = values.finish(None::<()>).unwrap_err();
        let names: Vec<_> = error.0.iter().map(|refused| refused.name).collect();
        assert_eq!(
            names,
            [
                "environment",
                "public_url",
                "signing_key",
                "cursor_key",
                "database_url",
                "rate_limits"
            ]
        );
        assert!(error.to_string().contains("variable `cursor_key` is missing"));
        assert!(!error.to_string().contains("hunter2") && !error.to_string().contains("secret-and"));
    }

    fn database(raw: &str) -> Option<DatabaseTarget> {
        DatabaseTarget::read(&mut Values::new([("database_url", raw)]))
    }

    proptest! {
        /// An address that is put together of its parts is taken as it is, reached by its own host alone, and never shown (OPS-3, GUARD-12).
        #[test]
        fn a_database_url_is_its_parts(
            scheme in "postgres|postgresql", user in "owner_[a-z0-9_]{0,10}", password in "[ -~\u{AC00}-\u{AC03}]{8,20}",
            host in "[a-z][a-z0-9-]{0,9}[a-z]\\.example|10\\.0\\.0\\.[1-9]|\\[2001:db8::[1-9]\\]",
            port in prop::option::of(1u16..), name in "[a-z_]{1,12}", other in "[a-z]{3,8}",
        ) {
            let escaped: String = url::form_urlencoded::byte_serialize(password.as_bytes()).collect::<String>().replace('+', "%20");
            let port_text = port.map(|port| format!(":{port}")).unwrap_or_default();
            let raw = format!("{scheme}://{user}:{escaped}@{host}{port_text}/{name}");
            let target = database(&raw).unwrap();
            let DatabaseTarget::Postgres(kept) = &target else { return Err(TestCaseError::fail("not Postgres")) };
            prop_assert_eq!(kept.expose(), &raw);
            let shown = format!("{target:?}");
            prop_assert!(!shown.contains(&escaped) && !shown.contains(&user), "{}", shown);
            let port = port.unwrap_or(5432);
            let right = format!("postgres://{host}:{port}");
            prop_assert!(target.is_reached_by(&right), "{}", right);
            for wrong in [format!("postgres://{other}.example:{port}"), format!("postgres://{host}:{}", port ^ 1), format!("postgres://{host}"), raw.clone()] {
                prop_assert!(!target.is_reached_by(&wrong), "{}", wrong);
            }
        }

        /// A parser of URLs forgives blanks and line ends, which the database's client does not.
        #[test]
        fn a_database_url_has_no_blanks(blank in "[ \t\r\n\u{0}\u{A0}]", at in 0usize..50) {
            let mut raw = "postgres://owner:a-password@host.example:5432/name".to_owned();
            raw.insert_str(at.min(raw.len()), &blank);
            prop_assert!(database(&raw).is_none(), "{:?}", raw);
        }

        /// Anything else is refused without being shown.
        #[test]
        fn what_is_no_database_url_is_refused(
            scheme in "mysql|http|file|sqlite|postgre", rest in "[ -~]{0,40}", noise in any::<String>(),
        ) {
            for raw in [format!("{scheme}://user:{rest}@host/name"), rest.clone(), noise] {
                let mut values = Values::new([("database_url", raw.as_str())]);
                let Some(target) = DatabaseTarget::read(&mut values) else {
                    let error = values.finish(None::<()>).unwrap_err().to_string();
                    prop_assert!(raw.len() < 12 || !error.contains(&raw), "{}", error);
                    continue;
                };
                // What is not set is the embedded one.
                let taken = ["", "sqlite"].contains(&raw.as_str()) || raw.to_ascii_lowercase().starts_with("postgres");
                prop_assert!(taken, "{:?}: {:?}", raw, target);
            }
        }
    }

    #[test]
    fn only_a_bare_origin_is_a_public_url() {
        assert_eq!(
            origin("https://api.example.com/"),
            Some("https://api.example.com".to_owned())
        );
        for raw in [
            "https://a.b/path",
            "ftp://a.b",
            "https://user@a.b",
            "https://a.b?x",
            "a.b",
        ] {
            assert_eq!(origin(raw), None, "{raw}");
        }
    }

    #[test]
    fn allowed_origins_are_written_as_browsers_write_them() {
        let read = |raw: &str| {
            let mut values = Values::new([("cors_allowed_origins", raw)]);
            Edge::read(&mut values).map(|edge| edge.cors_allowed_origins)
        };
        assert_eq!(read("none"), Some(vec![]));
        assert_eq!(
            read("https://WWW.example.com:443/, http://localhost:5173"),
            Some(vec![
                "https://www.example.com".to_owned(),
                "http://localhost:5173".to_owned()
            ])
        );
        for raw in [
            "*",
            "https://*.example.com/x",
            "null",
            "https://a.b,",
            "example.com",
        ] {
            assert_eq!(read(raw), None, "{raw}");
        }
    }
}
