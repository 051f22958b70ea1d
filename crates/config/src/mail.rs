//! How mail goes out (AUTH-17).

use std::num::NonZeroU32;

use url::Url;

use crate::keys;
use crate::secret::Secret;
use crate::sections::origin;
use crate::values::Values;

/// Where the pages are that people open from a mail.
#[derive(Clone, Debug)]
pub struct Pages {
    /// Without a slash at the end.
    pub app_url: String,
}

impl Pages {
    /// The variables that are read.
    pub const NAMES: &'static [&'static str] = &["app_url"];

    /// Reads the section.
    pub fn read(values: &mut Values) -> Option<Self> {
        let app_url = values.read("app_url", origin)?;
        Some(Self { app_url })
    }
}

/// What opens the internal routes.
#[derive(Clone, Debug)]
pub struct Internal {
    /// As it stands in the `Authorization` header: 32 random bytes in base64url.
    pub key: Secret<String>,
}

impl Internal {
    /// The variables that are read.
    pub const NAMES: &'static [&'static str] = &["internal_key"];

    /// Reads the section.
    pub fn read(values: &mut Values) -> Option<Self> {
        let key = values.read("internal_key", |raw| {
            keys::bytes32(raw).map(|_| Secret::new(raw.to_owned()))
        })?;
        Some(Self { key })
    }
}

/// How much a provider takes (GUARD-5).
#[derive(Clone, Copy, Debug)]
pub struct MailQuota {
    /// Mails per minute in the long run.
    pub per_minute: NonZeroU32,
}

impl MailQuota {
    /// The variables that are read.
    pub const NAMES: &'static [&'static str] = &["mail_per_minute"];

    /// Reads the section.
    pub fn read(values: &mut Values) -> Option<Self> {
        let per_minute = values.read("mail_per_minute", |raw| raw.parse().ok())?;
        Some(Self { per_minute })
    }
}

/// Which mail API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailProvider {
    /// Amazon SES, API version 2.
    Ses,
    /// Resend.
    Resend,
}

/// The mail API of an HTTP adapter.
#[derive(Clone, Debug)]
pub struct MailApi {
    /// Which.
    pub provider: MailProvider,
    /// Where it is, without a slash at the end.
    pub endpoint: String,
    /// The region that signatures name; SES only.
    pub region: String,
    /// The id of the key; SES only.
    pub key_id: String,
    /// The secret access key of SES, or the API key of Resend.
    pub key: Secret<String>,
    /// The sender, `address` or `Name <address>`.
    pub from: String,
}

impl MailApi {
    /// The variables that are read.
    pub const NAMES: &'static [&'static str] = &[
        "mail_provider",
        "mail_endpoint",
        "mail_region",
        "mail_key_id",
        "mail_api_key",
        "mail_from",
    ];

    /// Reads the section; `None` inside for `none`, the provider that sends nothing.
    pub fn read(values: &mut Values) -> Option<Option<Self>> {
        let provider = values.read("mail_provider", |raw| match raw {
            "none" => Some(None),
            "ses" => Some(Some(MailProvider::Ses)),
            "resend" => Some(Some(MailProvider::Resend)),
            _ => None,
        })?;
        let Some(provider) = provider else {
            return Some(None);
        };
        let endpoint = values.read("mail_endpoint", origin);
        let given = |raw: &str| (raw != "none" && is_visible(raw)).then(|| raw.to_owned());
        let key = values.read("mail_api_key", given).map(Secret::new);
        let from = values.read("mail_from", |raw| is_sender(raw).then(|| raw.to_owned()));
        let (region, key_id) = match provider {
            MailProvider::Ses => (
                values.read("mail_region", given),
                values.read("mail_key_id", given),
            ),
            MailProvider::Resend => (Some(String::new()), Some(String::new())),
        };
        Some(Some(Self {
            provider,
            endpoint: endpoint?,
            region: region?,
            key_id: key_id?,
            key: key?,
            from: from?,
        }))
    }

    /// What `Host` says: the endpoint without its scheme.
    pub fn host(&self) -> &str {
        self.endpoint
            .split_once("://")
            .map_or("", |(_, authority)| authority)
    }

    /// Whether the key travels over the network in the clear. Fine on one machine, as in tests.
    pub fn is_insecure(&self) -> bool {
        is_insecure(&self.endpoint)
    }
}

/// Whether what goes to this origin can be read on the way: no TLS, and not this machine.
pub(crate) fn is_insecure(endpoint: &str) -> bool {
    let loopback = Url::parse(endpoint).ok().and_then(|url| {
        url.host_str()
            .map(|host| host == "127.0.0.1" || host == "localhost")
    });
    endpoint.starts_with("http://") && loopback != Some(true)
}

fn is_visible(raw: &str) -> bool {
    !raw.is_empty() && raw.bytes().all(|byte| byte.is_ascii_graphic())
}

/// An address, alone or in angle brackets behind a name. The provider knows which senders it accepts.
fn is_sender(raw: &str) -> bool {
    let address = match raw.split_once('<') {
        Some((_, rest)) => rest.strip_suffix('>').unwrap_or_default(),
        None => raw,
    };
    let parts = address.split_once('@');
    parts.is_some_and(|(local, domain)| is_visible(local) && is_visible(domain) && !domain.contains('@'))
        // A name in other letters would have to be encoded (RFC 2047) for SES and not for Resend.
        && raw.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SES: [(&str, &str); 6] = [
        ("mail_provider", "ses"),
        ("mail_endpoint", "https://email.ap-northeast-2.amazonaws.com"),
        ("mail_region", "ap-northeast-2"),
        ("mail_key_id", "AKIDEXAMPLE"),
        ("mail_api_key", "wJalrXUtnFEMI/K7MDENG"),
        ("mail_from", "RealCare <no-reply@example.com>"),
    ];

    fn read(pairs: &[(&'static str, &str)]) -> Result<Option<MailApi>, Vec<&'static str>> {
        let mut values = Values::new(pairs.iter().copied());
        let api = MailApi::read(&mut values);
        let names = |error: crate::ConfigError| error.0.iter().map(|refused| refused.name).collect();
        values.finish(api).map_err(names)
    }

    #[test]
    fn each_provider_needs_its_own() {
        let ses = read(&SES).unwrap().unwrap();
        assert_eq!(
            (ses.provider, ses.host()),
            (MailProvider::Ses, "email.ap-northeast-2.amazonaws.com")
        );
        assert!(!ses.is_insecure());
        assert_eq!(
            read(&[("mail_provider", "ses")]).unwrap_err(),
            ["mail_api_key", "mail_from", "mail_key_id"]
        );
        assert_eq!(
            read(&[("mail_provider", "resend")]).unwrap_err(),
            ["mail_api_key", "mail_from"]
        );
        assert_eq!(read(&[("mail_provider", "smtp")]).unwrap_err(), ["mail_provider"]);
        assert!(read(&[]).unwrap().is_none());
    }

    #[test]
    fn a_sender_is_an_address() {
        for raw in ["a@b.example", "Name <a@b.example>"] {
            assert!(is_sender(raw), "{raw}");
        }
        for raw in [
            "none",
            "Name <>",
            "Name <a@b",
            "a b@c",
            "a@b\r\nBcc: c@d",
            "a@b@c",
        ] {
            assert!(!is_sender(raw), "{raw}");
        }
    }
}
