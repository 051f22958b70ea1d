//! What a new password must be (AUTH-9).

use utoipa::openapi::schema::{KnownFormat, SchemaFormat};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use std::fmt;

use crate::email::Email;
use crate::field::FieldCode;
use crate::person::PersonName;
use crate::schema;

/// Fewest and most characters of a password (AUTH-9). Nothing is ever cut off.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=128;

/// Which strength rules hold, from the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// An upper-case letter, a lower-case letter, a digit and a special character.
    Mixed,
    /// Length alone (NIST SP 800-63B advises it together with a list of common passwords).
    LengthOnly,
}

/// Knows passwords that many people use (AUTH-9). The list is data of whoever implements this.
pub trait CommonPasswords: Send + Sync {
    /// Whether this text, in lower case, stands on the list.
    fn contains(&self, folded: &str) -> bool;
}

/// What a new password is judged by.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// Which kinds of characters it must have.
    pub strength: Strength,
    /// Which ones everybody has.
    pub common: &'a dyn CommonPasswords,
}

/// A password that somebody wants to set; checked, never printed.
pub struct NewPassword(String);

impl NewPassword {
    /// Checks length, strength, that it does not repeat the person's own data and that it is not a common one.
    ///
    /// # Errors
    /// The first rule that is broken, see [`FieldCode`].
    pub fn parse(raw: &str, rules: Rules<'_>, email: &Email, name: &PersonName) -> Result<Self, FieldCode> {
        check_length(raw)?;
        if rules.strength == Strength::Mixed && !is_mixed(raw) {
            return Err(FieldCode::TooWeak);
        }
        if repeats(raw, email.local_part()) || repeats(raw, email.as_str()) || repeats(raw, name.as_str()) {
            return Err(FieldCode::ContainsPersonalData);
        }
        if is_common(raw, rules.common) {
            return Err(FieldCode::TooCommon);
        }
        Ok(Self(raw.to_owned()))
    }

    /// The bytes that are hashed.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("NewPassword(…)")
    }
}

/// A password somebody presents at sign-in: any text that could ever have been set.
pub struct PresentedPassword(String);

impl PresentedPassword {
    /// Refuses only what no account can have, so that a hash of megabytes is never computed.
    ///
    /// # Errors
    /// [`FieldCode::Required`] or [`FieldCode::TooLong`].
    pub fn parse(raw: &str) -> Result<Self, FieldCode> {
        match raw.chars().count() {
            0 => Err(FieldCode::Required),
            length if length > *LENGTH.end() => Err(FieldCode::TooLong),
            _ => Ok(Self(raw.to_owned())),
        }
    }

    /// The bytes that are compared by hash.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for PresentedPassword {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PresentedPassword(…)")
    }
}

fn check_length(raw: &str) -> Result<(), FieldCode> {
    match raw.chars().count() {
        0 => Err(FieldCode::Required),
        length if length < *LENGTH.start() => Err(FieldCode::TooShort),
        length if length > *LENGTH.end() => Err(FieldCode::TooLong),
        _ => Ok(()),
    }
}

fn is_mixed(raw: &str) -> bool {
    raw.chars().any(char::is_uppercase)
        && raw.chars().any(char::is_lowercase)
        && raw.chars().any(|c| c.is_ascii_digit())
        && raw.chars().any(|c| !c.is_alphanumeric())
}

/// Whether the password contains `part`; parts of one or two characters say nothing.
fn repeats(raw: &str, part: &str) -> bool {
    part.chars().count() > 2 && raw.to_lowercase().contains(&part.to_lowercase())
}

/// Shorter stems say nothing: what is around them is the password.
const SHORTEST_STEM: usize = 4;
/// As many digits and signs around a common word make it no better: `Summer2026!`.
const LONGEST_TRIMMINGS: usize = 6;

/// Whether the list has the password in lower case, or its stem without the few digits and signs that strength rules make people add.
fn is_common(raw: &str, common: &dyn CommonPasswords) -> bool {
    let folded = raw.to_lowercase();
    if common.contains(&folded) {
        return true;
    }
    let stem = folded.trim_matches(|c: char| !c.is_alphabetic());
    let (whole, length) = (folded.chars().count(), stem.chars().count());
    length >= SHORTEST_STEM && whole - length <= LONGEST_TRIMMINGS && common.contains(stem)
}

impl PartialSchema for NewPassword {
    fn schema() -> RefOr<Schema> {
        let says = "8 to 128 characters: an upper-case and a lower-case letter, a digit and a special character; not a common one and \
                    not made of the person's own address or name.";
        let password = schema::text(LENGTH).format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)));
        schema::described(password, says)
    }
}

impl ToSchema for NewPassword {}

impl PartialSchema for PresentedPassword {
    fn schema() -> RefOr<Schema> {
        let password =
            schema::text(1..=*LENGTH.end()).format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)));
        schema::described(password, "A password that was set.")
    }
}

impl ToSchema for PresentedPassword {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct List(&'static [&'static str]);

    impl CommonPasswords for List {
        fn contains(&self, folded: &str) -> bool {
            self.0.contains(&folded)
        }
    }

    const COMMON: List = List(&["trustno1", "sunshine", "p@ssw0rd"]);

    fn parse(raw: &str, strength: Strength) -> Result<(), FieldCode> {
        new(raw, strength).map(|_| ())
    }

    #[test]
    fn rules_are_checked_in_order() {
        let cases = [
            ("", Err(FieldCode::Required)),
            ("Ab1!", Err(FieldCode::TooShort)),
            ("correct horse", Err(FieldCode::TooWeak)),
            ("Minji.Kim-2026", Err(FieldCode::ContainsPersonalData)),
            ("kim minji A1!", Err(FieldCode::ContainsPersonalData)),
            ("Correct-horse-7", Ok(())),
        ];
        for (raw, expected) in cases {
            assert_eq!(parse(raw, Strength::Mixed), expected, "{raw}");
        }
        assert_eq!(
            parse(&"aA1!".repeat(33), Strength::Mixed),
            Err(FieldCode::TooLong)
        );
        assert_eq!(parse("correct horse", Strength::LengthOnly), Ok(()));
    }

    fn new(raw: &str, strength: Strength) -> Result<NewPassword, FieldCode> {
        new_of(("minji.kim@example.com", "Kim Minji"), raw, strength)
    }

    fn new_of((email, name): (&str, &str), raw: &str, strength: Strength) -> Result<NewPassword, FieldCode> {
        let rules = Rules {
            strength,
            common: &COMMON,
        };
        let (email, name) = (Email::parse(email).unwrap(), PersonName::parse(name).unwrap());
        NewPassword::parse(raw, rules, &email, &name)
    }

    #[test]
    fn a_password_is_never_printed() {
        let presented = PresentedPassword::parse("Correct-horse-7").unwrap();
        assert_eq!(format!("{presented:?}"), "PresentedPassword(…)");
        let new = new("Correct-horse-7", Strength::Mixed).unwrap();
        assert_eq!(format!("{new:?}"), "NewPassword(…)");
    }

    #[test]
    fn what_is_hashed_and_compared_is_every_byte() {
        let raw = " Correct-horse-집 7 ";
        let set = new(raw, Strength::Mixed).unwrap();
        let presented = PresentedPassword::parse(raw).unwrap();
        assert_eq!(
            (set.as_bytes(), presented.as_bytes()),
            (raw.as_bytes(), raw.as_bytes())
        );
    }

    #[test]
    fn what_is_presented_could_have_been_set() {
        let parsed = |raw: &str| PresentedPassword::parse(raw).map(|_| ());
        assert_eq!(parsed(""), Err(FieldCode::Required));
        // Of before there were rules for strength.
        assert_eq!(parsed("x"), Ok(()));
        assert_eq!(parsed(&"집".repeat(128)), Ok(()));
        assert_eq!(parsed(&"집".repeat(129)), Err(FieldCode::TooLong));
    }

    #[test]
    fn each_kind_of_character_is_asked_for() {
        let whole = "Correct-horse-7";
        for missing in [
            "correct-horse-7",
            "CORRECT-HORSE-7",
            "Correct-horse-x",
            "CorrectxhorseX7",
        ] {
            assert_eq!(
                parse(missing, Strength::Mixed),
                Err(FieldCode::TooWeak),
                "{missing}"
            );
        }
        assert_eq!(parse(whole, Strength::Mixed), Ok(()));
    }

    #[test]
    fn address_and_name_are_sought_in_any_case_and_short_parts_are_not() {
        for raw in ["xMINJI.KIM@EXAMPLE.COM9!", "aa-minji.KIM-9!", "9!kIM mINJIaa"] {
            assert_eq!(
                parse(raw, Strength::Mixed),
                Err(FieldCode::ContainsPersonalData),
                "{raw}"
            );
        }
        let judge =
            |email: &str, name: &str| new_of((email, name), "Correct-horse-7", Strength::Mixed).map(|_| ());
        assert_eq!(judge("ho@example.com", "re"), Ok(()));
        assert_eq!(
            judge("hor@example.com", "re"),
            Err(FieldCode::ContainsPersonalData)
        );
        assert_eq!(
            judge("ho@example.com", "rre"),
            Err(FieldCode::ContainsPersonalData)
        );
    }

    #[test]
    fn as_many_trimmings_as_a_password_may_have() {
        // Six around a stem of the list count as nothing, the seventh as a password.
        assert_eq!(
            parse("123sunshine456", Strength::LengthOnly),
            Err(FieldCode::TooCommon)
        );
        assert_eq!(parse("1234sunshine567", Strength::LengthOnly), Ok(()));
    }

    #[test]
    fn a_common_word_stays_common_in_its_trimmings() {
        for raw in [
            "trustno1",
            "TrustNo1",
            "sunshine",
            "Sunshine1!",
            "!SunShine2026",
            "P@ssw0rd",
        ] {
            assert_eq!(
                parse(raw, Strength::LengthOnly),
                Err(FieldCode::TooCommon),
                "{raw}"
            );
        }
        for raw in [
            "Sunshine-2026-11",
            "sunshine and rain",
            "93751-sunshine-4",
            "TrustNo12",
        ] {
            assert_eq!(parse(raw, Strength::LengthOnly), Ok(()), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_judged_by_its_length_in_characters_first(raw in r"\PC{0,140}") {
            let expected = match raw.chars().count() {
                0 => Err(FieldCode::Required),
                1..=7 => Err(FieldCode::TooShort),
                129.. => Err(FieldCode::TooLong),
                _ => Ok(()),
            };
            let judged = parse(&raw, Strength::LengthOnly);
            if expected.is_err() {
                prop_assert_eq!(judged, expected);
            } else {
                prop_assert!(!matches!(judged, Err(FieldCode::Required | FieldCode::TooShort | FieldCode::TooLong)));
            }
        }

        #[test]
        fn spelling_a_common_password_otherwise_does_not_help(upper in proptest::collection::vec(any::<bool>(), 8), tail in "[0-9!.]{0,6}") {
            let word: String = "sunshine"
                .chars()
                .zip(upper)
                .map(|(c, upper)| if upper { c.to_ascii_uppercase() } else { c })
                .collect();
            prop_assert_eq!(parse(&format!("{word}{tail}"), Strength::LengthOnly), Err(FieldCode::TooCommon));
        }
    }
}
