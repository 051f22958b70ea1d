//! Ratios (CONV-3): hundredths, `NUMERIC(3,2)` in Postgres, decimal strings in JSON, never floats.

use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::field::FieldCode;
use crate::schema;

/// A decimal number from `0.00` to `MAX` hundredths with exactly two decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ratio<const MAX: u16>(u16);

impl<const MAX: u16> Ratio<MAX> {
    /// From hundredths.
    ///
    /// # Errors
    /// [`FieldCode::OutOfRange`] above the largest value.
    pub const fn from_hundredths(hundredths: u16) -> Result<Self, FieldCode> {
        if hundredths > MAX {
            Err(FieldCode::OutOfRange)
        } else {
            Ok(Self(hundredths))
        }
    }

    /// In hundredths.
    pub const fn hundredths(self) -> u16 {
        self.0
    }

    /// Reads `d.dd`, the only spelling.
    ///
    /// # Errors
    /// [`FieldCode::InvalidFormat`] or [`FieldCode::OutOfRange`].
    pub fn parse(raw: &str) -> Result<Self, FieldCode> {
        let [whole, b'.', tenths, hundredths] = raw.as_bytes() else {
            return Err(FieldCode::InvalidFormat);
        };
        let digits = [whole, tenths, hundredths];
        if !digits.iter().all(|digit| digit.is_ascii_digit()) {
            return Err(FieldCode::InvalidFormat);
        }
        let value = digits
            .iter()
            .fold(0, |value, digit| value * 10 + u16::from(**digit - b'0'));
        Self::from_hundredths(value)
    }
}

impl<const MAX: u16> fmt::Display for Ratio<MAX> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl<const MAX: u16> Serialize for Ratio<MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<const MAX: u16> PartialSchema for Ratio<MAX> {
    fn schema() -> RefOr<Schema> {
        schema::described(
            schema::pattern("^[0-9]\\.[0-9]{2}$"),
            "A decimal number with two decimals, as text.",
        )
    }
}

impl<const MAX: u16> ToSchema for Ratio<MAX> {
    fn name() -> Cow<'static, str> {
        "Ratio".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_ratio_is_refused() {
        for raw in [
            "", "1", "1.0", "1.000", "01.00", ".50", "1,00", "-1.0", "+1.0", "1.0a", "1e00",
        ] {
            assert_eq!(Ratio::<500>::parse(raw), Err(FieldCode::InvalidFormat), "{raw}");
        }
        assert_eq!(Ratio::<500>::parse("5.01"), Err(FieldCode::OutOfRange));
        assert_eq!(Ratio::<500>::parse("5.00").map(Ratio::hundredths), Ok(500));
    }

    proptest! {
        #[test]
        fn every_value_has_one_spelling(hundredths in 0u16..=999) {
            let ratio = Ratio::<999>::from_hundredths(hundredths).unwrap();
            prop_assert_eq!(ratio.to_string().len(), 4);
            prop_assert_eq!(Ratio::<999>::parse(&ratio.to_string()), Ok(ratio));
            prop_assert_eq!(Ratio::<300>::parse(&ratio.to_string()).is_ok(), hundredths <= 300);
        }

        #[test]
        fn nonsense_breaks_nothing(raw in any::<String>()) {
            if let Ok(ratio) = Ratio::<999>::parse(&raw) {
                prop_assert_eq!(ratio.to_string(), raw);
            }
        }
    }
}
