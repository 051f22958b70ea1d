//! Sign-in with a provider: who comes, whose address it is, and what follows (AUTH-14).

use std::time::Duration;

use serde::Serialize;
use utoipa::ToSchema;

use crate::email::Email;
use crate::person::PersonName;

/// Whom people may sign in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Kakao, OpenID Connect.
    Kakao,
    /// Naver, OAuth 2.0.
    Naver,
    /// Google, OpenID Connect.
    Google,
    /// GitHub, OAuth 2.0.
    Github,
}

impl Provider {
    /// Every provider.
    pub const ALL: [Self; 4] = [Self::Kakao, Self::Naver, Self::Google, Self::Github];

    /// The spelling in paths, in the configuration and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kakao => "kakao",
            Self::Naver => "naver",
            Self::Google => "google",
            Self::Github => "github",
        }
    }

    /// As it calls itself.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Kakao => "Kakao",
            Self::Naver => "Naver",
            Self::Google => "Google",
            Self::Github => "GitHub",
        }
    }

    /// Reads that spelling.
    pub fn parse(raw: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.as_str() == raw)
    }
}

/// The row of who somebody is at a provider.
pub struct ProviderIdentity;

/// How long a visit to a provider may take (AUTH-14: 10 min).
pub const VISIT: Duration = Duration::from_secs(10 * 60);
/// How long the app may take to exchange its code: it does so at once.
pub const CODE: Duration = Duration::from_secs(120);
/// How long a person may take to look into the mailbox.
pub const PROOF: Duration = Duration::from_secs(3600);

/// Whether an address is the person's, as far as the provider vouches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vouched {
    /// The provider has shown it.
    Yes,
    /// It has not, or it does not say.
    No,
}

impl Vouched {
    /// Google's `email_verified` (OpenID Connect Core 1.0, section 5.1).
    pub const fn google(email_verified: bool) -> Self {
        if email_verified { Self::Yes } else { Self::No }
    }

    /// Kakao's two flags: the address still belongs to this account, and was confirmed. Either alone says too little.
    pub const fn kakao(is_email_valid: bool, is_email_verified: bool) -> Self {
        if is_email_valid && is_email_verified {
            Self::Yes
        } else {
            Self::No
        }
    }

    /// Naver gives a contact address that people type in: never.
    pub const fn naver() -> Self {
        Self::No
    }

    /// A row of GitHub's list of addresses counts if it is the primary one and verified; the profile's public address does not.
    pub const fn github(primary: bool, verified: bool) -> Self {
        if primary && verified { Self::Yes } else { Self::No }
    }
}

/// Who came, as the provider tells. It has no debug output: it is personal.
#[derive(Clone)]
pub struct Profile {
    /// What the provider calls the person, for ever.
    pub subject: Subject,
    /// The address, if the person let the provider tell it.
    pub email: Option<Email>,
    /// Whether the address is the person's.
    pub vouched: Vouched,
    /// The name, if the provider has one that we can show.
    pub name: Option<PersonName>,
}

impl Profile {
    /// The name to show: the provider's, else what stands before the `@`.
    pub fn display_name(&self, email: &Email) -> Option<PersonName> {
        self.name
            .clone()
            .or_else(|| PersonName::parse(email.local_part()).ok())
            .or_else(|| PersonName::parse("-").ok())
    }
}

/// A provider's name for a person: 1 to 255 visible ASCII characters (OpenID Connect Core 1.0, section 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject(String);

impl Subject {
    /// Reads one; `None` for what cannot be one.
    pub fn parse(raw: &str) -> Option<Self> {
        let good = (1..=255).contains(&raw.len()) && raw.bytes().all(|byte| byte.is_ascii_graphic());
        good.then(|| Self(raw.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What we know of somebody who comes from a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// The identity is tied to an account.
    Identity,
    /// The identity is new; its address has an account that was verified.
    Verified,
    /// The identity is new; its address has an account that nobody has verified.
    Unverified,
    /// The identity is new and so is its address.
    Nothing,
}

/// What follows when somebody comes from a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Sign in to the account that the identity is tied to.
    SignIn,
    /// Enter: an account is made, or the identity is tied to the one that both sides have verified.
    Enter,
    /// Show first that the address is one's own, by a token that is mailed to it.
    Prove,
    /// There is no address, so there can be no account.
    AskForAddress,
}

/// Decides (AUTH-14). An identity is tied to an account only if both sides have shown that the address is theirs; whatever is
/// missing is made up for by a proof out of the mailbox, never by trust.
pub const fn judge(known: Known, address: Option<Vouched>) -> Step {
    match (known, address) {
        (Known::Identity, _) => Step::SignIn,
        (_, None) => Step::AskForAddress,
        (Known::Verified | Known::Nothing, Some(Vouched::Yes)) => Step::Enter,
        (Known::Unverified, Some(Vouched::Yes)) | (_, Some(Vouched::No)) => Step::Prove,
    }
}

/// What a provider's answer to a refresh does to the refresh token that we hold (AUTH-15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// A new one came: it replaces ours.
    Replace,
    /// None came, or the same: ours stays as it is, unwritten.
    Keep,
}

/// Decides what becomes of the refresh token.
pub fn renewal(held: Option<&str>, came: Option<&str>) -> Renewal {
    match came {
        Some(came) if held != Some(came) => Renewal::Replace,
        _ => Renewal::Keep,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_both_sides_together_link() {
        use Known::{Identity, Nothing, Unverified, Verified};
        for (known, address, expected) in [
            (Identity, None, Step::SignIn),
            (Identity, Some(Vouched::No), Step::SignIn),
            (Nothing, Some(Vouched::Yes), Step::Enter),
            (Nothing, Some(Vouched::No), Step::Prove),
            (Nothing, None, Step::AskForAddress),
            (Verified, Some(Vouched::Yes), Step::Enter),
            (Verified, Some(Vouched::No), Step::Prove),
            (Verified, None, Step::AskForAddress),
            (Unverified, Some(Vouched::Yes), Step::Prove),
            (Unverified, Some(Vouched::No), Step::Prove),
            (Unverified, None, Step::AskForAddress),
        ] {
            assert_eq!(judge(known, address), expected, "{known:?} {address:?}");
        }
    }

    #[test]
    fn what_a_provider_says_of_an_address_is_taken_as_it_means_it() {
        assert_eq!(Vouched::kakao(true, true), Vouched::Yes);
        for (valid, verified) in [(true, false), (false, true), (false, false)] {
            assert_eq!(Vouched::kakao(valid, verified), Vouched::No);
            assert_eq!(Vouched::github(valid, verified), Vouched::No);
        }
        assert_eq!(Vouched::github(true, true), Vouched::Yes);
        assert_eq!(Vouched::naver(), Vouched::No);
        assert_eq!(Vouched::google(true), Vouched::Yes);
        assert_eq!(Vouched::google(false), Vouched::No);
    }

    #[test]
    fn a_refresh_token_is_replaced_only_by_another() {
        assert_eq!(renewal(Some("a"), Some("b")), Renewal::Replace);
        assert_eq!(renewal(None, Some("b")), Renewal::Replace);
        assert_eq!(renewal(Some("a"), None), Renewal::Keep);
        assert_eq!(renewal(Some("a"), Some("a")), Renewal::Keep);
        assert_eq!(renewal(None, None), Renewal::Keep);
    }

    /// AUTH-14.
    #[test]
    fn visits_codes_and_proofs_last_ten_two_and_sixty_minutes() {
        assert_eq!([VISIT, CODE, PROOF].map(|time| time.as_secs()), [600, 120, 3_600]);
    }

    #[test]
    fn a_person_is_shown_by_the_providers_name_or_by_the_address() {
        let shown = |name: Option<&str>, address: &str| {
            let profile = Profile {
                subject: Subject::parse("1").unwrap(),
                email: None,
                vouched: Vouched::No,
                name: name.and_then(|name| PersonName::parse(name).ok()),
            };
            let name = profile.display_name(&Email::parse(address).unwrap());
            name.unwrap().as_str().to_owned()
        };
        assert_eq!(shown(Some("Minji"), "kim@example.com"), "Minji");
        assert_eq!(shown(None, "kim.minji@example.com"), "kim.minji");
    }

    #[test]
    fn a_subject_is_short_and_visible() {
        for good in ["123456789", &"x".repeat(255)] {
            assert_eq!(Subject::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "a b", "a\n", "ü", &"x".repeat(256)] {
            assert!(Subject::parse(bad).is_none(), "{bad}");
        }
    }
}
