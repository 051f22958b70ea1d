//! Services of others that `GET /health` asks (OPS-1).

use crate::sections::origin;
use crate::values::Values;

/// Those that have one address for everybody.
const FIXED: [(&str, &str); 4] = [
    ("kakao", "https://kauth.kakao.com"),
    ("naver", "https://nid.naver.com"),
    ("google", "https://oauth2.googleapis.com"),
    ("github", "https://api.github.com"),
];

/// Names and addresses.
#[derive(Clone, Debug)]
pub struct OutsideServices(pub Vec<(&'static str, String)>);

impl OutsideServices {
    /// The variables that are read.
    pub const NAMES: &'static [&'static str] = &["health_outside", "mail_endpoint", "gemini_endpoint"];

    /// Reads the section.
    pub fn read(values: &mut Values) -> Option<Self> {
        let mail = values.read("mail_endpoint", origin);
        let gemini = values.read("gemini_endpoint", origin);
        let known = [("mail", mail?), ("gemini", gemini?)].into_iter();
        let fixed = FIXED.map(|(name, address)| (name, address.to_owned()));
        let known: Vec<_> = known.chain(fixed).collect();
        let named = |name: &str| known.iter().find(|(known, _)| *known == name).cloned();
        let services = values.read("health_outside", |raw| match raw {
            "none" => Some(Vec::new()),
            raw => raw.split(',').map(named).collect(),
        })?;
        Some(Self(services))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &'static str) -> Option<Vec<(&'static str, String)>> {
        let mut values = Values::new([
            ("health_outside", raw),
            ("mail_endpoint", "https://api.example.com"),
            ("gemini_endpoint", "https://gemini.example.com"),
        ]);
        OutsideServices::read(&mut values).map(|services| services.0)
    }

    #[test]
    fn names_become_addresses() {
        assert_eq!(read("none"), Some(Vec::new()));
        let both = read("mail,kakao").unwrap();
        assert_eq!(both[0], ("mail", "https://api.example.com".to_owned()));
        assert_eq!(both[1], ("kakao", "https://kauth.kakao.com".to_owned()));
        let gemini = read("gemini").unwrap();
        assert_eq!(gemini, [("gemini", "https://gemini.example.com".to_owned())]);
        assert_eq!(read("mail,fax"), None);
        assert_eq!(read("mail,"), None);
    }
}
