//! E-mail addresses, in one spelling.

use std::fmt;

use serde::Serialize;
use utoipa::openapi::schema::KnownFormat;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::field::FieldCode;
use crate::schema;
use crate::text::composed;

/// The longest address that mail can be sent to (RFC 5321, section 4.5.3.1.3).
const LONGEST: usize = 254;

/// An address in lower case and Unicode form C: the key by which an account is known.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Checks the form (RFC 5321, no quoted local part, no display name, a domain with a dot) and unifies the spelling.
    ///
    /// # Errors
    /// [`FieldCode::Required`], [`FieldCode::TooLong`] or [`FieldCode::InvalidFormat`].
    pub fn parse(raw: &str) -> Result<Self, FieldCode> {
        let address: String = composed(raw.trim().to_owned())
            .chars()
            .flat_map(char::to_lowercase)
            .collect();
        if address.is_empty() {
            return Err(FieldCode::Required);
        }
        if address.len() > LONGEST {
            return Err(FieldCode::TooLong);
        }
        let options = email_address::Options::default()
            .with_required_tld()
            .without_display_text();
        let parsed = email_address::EmailAddress::parse_with_options(&address, options)
            .map_err(|_| FieldCode::InvalidFormat)?;
        if parsed.local_part().starts_with('"') || parsed.domain().starts_with('[') {
            return Err(FieldCode::InvalidFormat);
        }
        Ok(Self(address))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`.
    pub fn local_part(&self) -> &str {
        self.0.split('@').next().unwrap_or_default()
    }
}

/// An address is personal data: debug output shows only its domain.
impl fmt::Debug for Email {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Email(…@{})", self.0.rsplit('@').next().unwrap_or_default())
    }
}

impl PartialSchema for Email {
    fn schema() -> RefOr<Schema> {
        let address = schema::format(KnownFormat::Email).max_length(Some(LONGEST));
        schema::described(address, "An e-mail address; kept in lower case.")
    }
}

impl ToSchema for Email {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// What was taken once is taken again and is the same account (AUTH-1).
        #[test]
        fn an_address_has_one_spelling(
            local in "[a-cJ\u{C9}\u{130}\u{30C}\u{301}\u{1E9E}\u{3A3}\u{AC00}\u{1100}\u{1161}.+_-]{1,12}",
            domain in "[a-c\u{C4}\u{AC00}]{1,6}\\.[a-z\u{1100}\u{1161}]{2,4}", noise in any::<String>(),
        ) {
            for raw in [format!("{local}@{domain}"), format!(" {}@{}\n", local.to_uppercase(), domain), noise] {
                let Ok(once) = Email::parse(&raw) else { continue };
                prop_assert_eq!(Email::parse(once.as_str()), Ok(once.clone()), "{:?}", raw);
                prop_assert!(unicode_normalization::is_nfc(once.as_str()), "{:?}", raw);
            }
        }

        /// Nothing that nobody sees tells two addresses apart (CONV-8).
        #[test]
        fn an_address_hides_nothing(
            before in "[a-c]{1,4}", hidden in "[\u{0}-\u{1F}\u{7F}-\u{9F}\u{200B}\u{202A}-\u{202E}\u{2066}-\u{2069}\u{FEFF} \u{A0}\u{3000}]",
            after in "[a-c]{1,4}",
        ) {
            prop_assert_eq!(Email::parse(&format!("{before}{hidden}{after}@example.com")), Err(FieldCode::InvalidFormat));
            prop_assert_eq!(Email::parse(&format!("kim@{before}{hidden}{after}.com")), Err(FieldCode::InvalidFormat));
        }
    }

    #[test]
    fn one_account_has_one_spelling() {
        assert_eq!(
            Email::parse(" Kim@Example.COM ").unwrap().as_str(),
            "kim@example.com"
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for raw in [
            "kim",
            "kim@",
            "@example.com",
            "kim@host",
            "\"a b\"@example.com",
            "Kim <kim@example.com>",
            "a@[127.0.0.1]",
        ] {
            assert_eq!(Email::parse(raw), Err(FieldCode::InvalidFormat), "{raw}");
        }
        assert_eq!(Email::parse(""), Err(FieldCode::Required));
        assert_eq!(
            Email::parse(&format!("{}@example.com", "a".repeat(250))),
            Err(FieldCode::TooLong)
        );
        // The longest address: 254 bytes, of which at most 64 stand before the `@` and at most 63 in a label.
        let labels = [63, 63, 58].map(|length| "b".repeat(length)).join(".");
        let longest = format!("{}@{labels}.co", "a".repeat(64));
        assert_eq!(longest.len(), LONGEST);
        assert!(Email::parse(&longest).is_ok());
        assert_eq!(Email::parse(&format!("{longest}m")), Err(FieldCode::TooLong));
    }

    #[test]
    fn debug_output_hides_the_person() {
        assert_eq!(
            format!("{:?}", Email::parse("kim@example.com").unwrap()),
            "Email(…@example.com)"
        );
    }
}
