//! Floor areas.

use utoipa::openapi::schema::Type;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::field::FieldCode;
use crate::schema;

/// The floor area in hundredths of a square metre; exact, as two decimals are what registers give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Area(i64);

impl Area {
    /// Reads a decimal number of square metres with at most two decimals, greater than 0 and at most 1 000 000.
    ///
    /// # Errors
    /// [`FieldCode::InvalidFormat`] or [`FieldCode::OutOfRange`].
    pub fn parse(raw: &str) -> Result<Self, FieldCode> {
        let (whole, decimals) = raw.split_once('.').unwrap_or((raw, ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(decimals) || decimals.len() > 2 || raw.ends_with('.')
        {
            return Err(FieldCode::InvalidFormat);
        }
        let hundredths = format!("{whole}{decimals:0<2}")
            .parse::<i64>()
            .map_err(|_| FieldCode::OutOfRange)?;
        Self::from_hundredths(hundredths)
    }

    /// From a stored number.
    ///
    /// # Errors
    /// [`FieldCode::OutOfRange`].
    pub fn from_hundredths(hundredths: i64) -> Result<Self, FieldCode> {
        if (1..=100_000_000).contains(&hundredths) {
            Ok(Self(hundredths))
        } else {
            Err(FieldCode::OutOfRange)
        }
    }

    /// Hundredths of a square metre.
    pub const fn hundredths(self) -> i64 {
        self.0
    }
}

impl std::fmt::Display for Area {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl PartialSchema for Area {
    fn schema() -> RefOr<Schema> {
        // No `multipleOf`: not every hundredth is a multiple of 0.01 in the arithmetic of validators.
        let area = ObjectBuilder::new()
            .schema_type(Type::Number)
            .minimum(Some(0.01))
            .maximum(Some(1_000_000));
        schema::described(area, "A floor area in square metres with at most two decimals.")
    }
}

impl ToSchema for Area {}
