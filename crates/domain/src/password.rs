//! What a new password must be (AUTH-9).

use std::fmt;

use crate::email::Email;
use crate::field::FieldCode;
use crate::person::PersonName;

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

/// A password that somebody wants to set; checked, never printed.
pub struct NewPassword(String);

impl NewPassword {
    /// Checks length, strength and that it does not repeat the person's own data.
    ///
    /// # Errors
    /// The first rule that is broken, see [`FieldCode`].
    pub fn parse(raw: &str, strength: Strength, email: &Email, name: &PersonName) -> Result<Self, FieldCode> {
        check_length(raw)?;
        if strength == Strength::Mixed && !is_mixed(raw) {
            return Err(FieldCode::TooWeak);
        }
        if repeats(raw, email.local_part()) || repeats(raw, email.as_str()) || repeats(raw, name.as_str()) {
            return Err(FieldCode::ContainsPersonalData);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(raw: &str, strength: Strength) -> Result<(), FieldCode> {
        let email = Email::parse("minji.kim@example.com").unwrap();
        let name = PersonName::parse("Kim Minji").unwrap();
        NewPassword::parse(raw, strength, &email, &name).map(|_| ())
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

    #[test]
    fn a_password_is_never_printed() {
        let password = PresentedPassword::parse("Correct-horse-7").unwrap();
        assert!(!format!("{password:?}").contains("horse"));
    }
}
