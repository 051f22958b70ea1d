//! Money (CONV-3): whole won.

use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::field::FieldCode;
use crate::schema;

/// The largest amount that is taken for a property: ten trillion won.
const LARGEST: i64 = 10_000_000_000_000;

/// An amount in won, not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Won(i64);

impl Won {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount that there is.
    pub const MOST: Self = Self(LARGEST);

    /// Checks the range.
    ///
    /// # Errors
    /// [`FieldCode::OutOfRange`] below zero or above ten trillion.
    pub fn parse(amount: i64) -> Result<Self, FieldCode> {
        if (0..=LARGEST).contains(&amount) {
            Ok(Self(amount))
        } else {
            Err(FieldCode::OutOfRange)
        }
    }

    /// The bare number of won.
    pub const fn amount(self) -> i64 {
        self.0
    }
}

impl PartialSchema for Won {
    fn schema() -> RefOr<Schema> {
        schema::described(schema::integer(0..=LARGEST), "An amount in whole won.")
    }
}

impl ToSchema for Won {}
