//! Sign-in with providers (AUTH-14, AUTH-15); `auth` only.

use url::Url;

use crate::keys::{self, EncryptionKey};
use crate::secret::Secret;
use crate::sections::origin;
use crate::values::Values;

/// The providers with their variables.
const APPS: [(&str, &str); 4] = [
    ("kakao", "oauth_kakao"),
    ("naver", "oauth_naver"),
    ("google", "oauth_google"),
    ("github", "oauth_github"),
];

/// What a provider knows us by.
#[derive(Clone, Debug)]
pub struct ProviderApp {
    /// The client id, which is public.
    pub id: String,
    /// The client secret.
    pub secret: Secret<String>,
}

/// Which providers people may sign in with, and how.
#[derive(Clone, Debug)]
pub struct Providers {
    /// The providers that are switched on, by name.
    pub apps: Vec<(&'static str, ProviderApp)>,
    /// The origin that stands in for all of them.
    pub stand_in: Option<String>,
    /// Where a browser may be sent in the end; the first is the default.
    pub redirects: Vec<String>,
    /// The keys of the tokens; the first one encrypts.
    pub keys: Vec<EncryptionKey>,
}

impl Providers {
    /// The variables that are read.
    pub const NAMES: &'static [&'static str] = &[
        "encryption_keys",
        "oauth_kakao",
        "oauth_naver",
        "oauth_google",
        "oauth_github",
        "oauth_stand_in",
        "app_redirects",
        "environment",
    ];

    /// Reads the section. A stand-in for the providers would sign anybody in as anybody, so it is refused outside development.
    pub fn read(values: &mut Values) -> Option<Self> {
        let keys = values.read("encryption_keys", keys::encryption_keys);
        let mut apps = Vec::new();
        let mut complete = true;
        for (provider, variable) in APPS {
            match values.read(variable, app) {
                Some(Some(app)) => apps.push((provider, app)),
                Some(None) => {}
                None => complete = false,
            }
        }
        let developing = values.is("environment", "development");
        let stand_in = values.read("oauth_stand_in", |raw| {
            let origin = origin(raw)?;
            let none = Url::parse(&origin).ok()?.host_str()?.ends_with(".invalid");
            (none || developing).then_some((!none).then_some(origin))
        });
        let redirects = values.read("app_redirects", |raw| match raw {
            "none" => Some(Vec::new()),
            raw => raw.split(',').map(|one| redirect(one.trim())).collect(),
        });
        complete.then_some(Self {
            apps,
            stand_in: stand_in?,
            redirects: redirects?,
            keys: keys?,
        })
    }
}

fn app(raw: &str) -> Option<Option<ProviderApp>> {
    if raw == "none" {
        return Some(None);
    }
    let (id, secret) = raw.split_once(':')?;
    let visible = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    (visible(id) && visible(secret)).then(|| {
        Some(ProviderApp {
            id: id.to_owned(),
            secret: Secret::new(secret.to_owned()),
        })
    })
}

/// An address of an app: of the web or an own scheme (RFC 8252, section 7.1), never one that a browser runs as a script.
fn redirect(raw: &str) -> Option<String> {
    let url = Url::parse(raw).ok()?;
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let app = url.scheme().contains('.');
    let plain = url.fragment().is_none()
        && url.username().is_empty()
        && raw.bytes().all(|byte| byte.is_ascii_graphic());
    ((web || app) && plain).then(|| raw.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    fn read(pairs: &[(&'static str, &str)]) -> Result<Providers, Vec<&'static str>> {
        let all = [("encryption_keys", KEY)].iter().chain(pairs).copied();
        let mut values = Values::new(all);
        let providers = Providers::read(&mut values);
        let refused = |error: crate::ConfigError| error.0.iter().map(|refused| refused.name).collect();
        values.finish(providers).map_err(refused)
    }

    #[test]
    fn nothing_is_on_by_default() {
        let providers = read(&[]).unwrap();
        assert!(providers.apps.is_empty() && providers.redirects.is_empty());
        assert_eq!(providers.stand_in, None);
    }

    #[test]
    fn a_provider_needs_both_halves() {
        let providers = read(&[("oauth_google", "id.apps:s3:cret")]).unwrap();
        let (provider, app) = &providers.apps[0];
        assert_eq!((*provider, app.id.as_str()), ("google", "id.apps"));
        assert_eq!(app.secret.expose(), "s3:cret");
        for bad in ["id", ":secret", "id:", "i d:x"] {
            assert_eq!(
                read(&[("oauth_kakao", bad)]).unwrap_err(),
                ["oauth_kakao"],
                "{bad}"
            );
        }
    }

    #[test]
    fn a_stand_in_is_for_development_only() {
        let stand_in = ("oauth_stand_in", "http://127.0.0.1:9000");
        assert_eq!(read(&[stand_in]).unwrap_err(), ["oauth_stand_in"]);
        let providers = read(&[stand_in, ("environment", "development")]).unwrap();
        assert_eq!(providers.stand_in.as_deref(), Some("http://127.0.0.1:9000"));
    }

    #[test]
    fn a_browser_is_sent_to_apps_only() {
        let providers = read(&[(
            "app_redirects",
            "https://app.example.com/done, kr.realcare.app:/done",
        )])
        .unwrap();
        assert_eq!(providers.redirects.len(), 2);
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "https://a.b/#x",
            "/relative",
            "https://a.b/,",
        ] {
            assert_eq!(
                read(&[("app_redirects", bad)]).unwrap_err(),
                ["app_redirects"],
                "{bad}"
            );
        }
    }

    #[test]
    fn key_ids_are_unique() {
        let twice = format!("{KEY},{KEY}");
        assert_eq!(
            read(&[("encryption_keys", &twice)]).unwrap_err(),
            ["encryption_keys"]
        );
        let other = format!("{KEY},k2{}", &KEY[2..]);
        assert_eq!(read(&[("encryption_keys", &other)]).unwrap().keys.len(), 2);
    }
}
