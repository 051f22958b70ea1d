//! Korean legal-district codes: two digits of province, three of city or district, three of town, two of village.

mod names;

use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::field::FieldCode;
use crate::schema;

pub use names::{Region, Regions, WholeName};

/// A ten-digit legal-district code (SIG-1).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct RegionCode(String);

impl RegionCode {
    /// Checks the form: ten digits that begin with a province (11 to 52).
    ///
    /// # Errors
    /// [`FieldCode::InvalidFormat`].
    pub fn parse(raw: &str) -> Result<Self, FieldCode> {
        if raw.len() == 10 && is_prefix(raw) {
            Ok(Self(raw.to_owned()))
        } else {
            Err(FieldCode::InvalidFormat)
        }
    }

    /// The ten digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The first 2 to 10 digits of a legal-district code: everything inside a province, a district or a town (SIG-3).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct RegionPrefix(String);

impl RegionPrefix {
    /// Checks the form.
    ///
    /// # Errors
    /// [`FieldCode::InvalidFormat`].
    pub fn parse(raw: &str) -> Result<Self, FieldCode> {
        if (2..=10).contains(&raw.len()) && is_prefix(raw) {
            Ok(Self(raw.to_owned()))
        } else {
            Err(FieldCode::InvalidFormat)
        }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The lowest and the highest code inside, both ten digits, so that an index can be searched by range.
    pub fn bounds(&self) -> (String, String) {
        (format!("{:0<10}", self.0), format!("{:9<10}", self.0))
    }
}

fn is_prefix(raw: &str) -> bool {
    let digits = raw.bytes().all(|b| b.is_ascii_digit());
    let province = raw.get(..2).and_then(|province| province.parse::<u8>().ok());
    digits && province.is_some_and(|province| (11..=52).contains(&province))
}

/// Digits that begin with a province, 11 to 52.
const PROVINCE: &str = "(1[1-9]|[2-4][0-9]|5[0-2])";

impl PartialSchema for RegionCode {
    fn schema() -> RefOr<Schema> {
        schema::described(
            schema::pattern(format!("^{PROVINCE}[0-9]{{8}}$")),
            "The ten digits of a legal district.",
        )
    }
}

impl ToSchema for RegionCode {}

impl PartialSchema for RegionPrefix {
    fn schema() -> RefOr<Schema> {
        schema::described(
            schema::pattern(format!("^{PROVINCE}[0-9]{{0,8}}$")),
            "The first 2 to 10 digits of a legal district: everything in a province, a district or a town.",
        )
    }
}

impl ToSchema for RegionPrefix {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_ten_digits_and_a_province() {
        assert_eq!(RegionCode::parse("1168010100").unwrap().as_str(), "1168010100");
        for raw in [
            "116801010",
            "11680101000",
            "1168o10100",
            "0968010100",
            "9968010100",
            "",
        ] {
            assert_eq!(RegionCode::parse(raw), Err(FieldCode::InvalidFormat), "{raw}");
        }
    }

    #[test]
    fn a_prefix_is_at_least_a_province_and_at_most_a_code() {
        for raw in ["11", "116", "11680", "1168010100", "52"] {
            assert_eq!(
                RegionPrefix::parse(raw).map(|prefix| prefix.as_str().to_owned()),
                Ok(raw.to_owned())
            );
        }
        for raw in ["", "1", "11680101000", "10", "53", "1a", "116o", "가1"] {
            assert_eq!(RegionPrefix::parse(raw), Err(FieldCode::InvalidFormat), "{raw}");
        }
    }

    #[test]
    fn a_prefix_bounds_its_codes() {
        let bounds = RegionPrefix::parse("11680").unwrap().bounds();
        assert_eq!(bounds, ("1168000000".to_owned(), "1168099999".to_owned()));
    }
}
