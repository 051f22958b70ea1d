//! Signals: "I might sell", "I might lease" (SIG-1, SIG-2).

mod area;
mod new;
mod search;
mod state;
mod terms;
mod text;

use serde::Serialize;
use utoipa::ToSchema;

use crate::field::FieldCode;

pub use area::Area;
pub use new::{Draft, Floor, NewSignal, Rooms};
pub use search::{Filter, Position, Range, Sort};
pub use state::{FirstState, ForbiddenStep, STEPS, State};
pub use terms::{Amounts, Terms};
pub use text::{Grams, SearchText};

/// The row of a signal.
pub struct Signal;

/// What the owner has in mind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Sell.
    Sale,
    /// Lease against a lump-sum deposit.
    Jeonse,
    /// Lease against a deposit and a monthly rent.
    MonthlyRent,
}

impl Intent {
    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Jeonse => "jeonse",
            Self::MonthlyRent => "monthly_rent",
        }
    }

    /// Reads the spelling of the API.
    ///
    /// # Errors
    /// [`FieldCode::UnknownValue`].
    pub fn parse(raw: &str) -> Result<Self, FieldCode> {
        match raw {
            "sale" => Ok(Self::Sale),
            "jeonse" => Ok(Self::Jeonse),
            "monthly_rent" => Ok(Self::MonthlyRent),
            _ => Err(FieldCode::UnknownValue),
        }
    }
}

/// What kind of property it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PropertyType {
    /// A flat in an apartment complex.
    Apartment,
    /// A studio that may serve as office or home.
    Officetel,
    /// A flat in a low multi-family building.
    Villa,
    /// A detached house.
    House,
    /// A shop or an office.
    Commercial,
    /// Land.
    Land,
}

impl PropertyType {
    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Apartment => "apartment",
            Self::Officetel => "officetel",
            Self::Villa => "villa",
            Self::House => "house",
            Self::Commercial => "commercial",
            Self::Land => "land",
        }
    }

    /// Reads the spelling of the API.
    ///
    /// # Errors
    /// [`FieldCode::UnknownValue`].
    pub fn parse(raw: &str) -> Result<Self, FieldCode> {
        match raw {
            "apartment" => Ok(Self::Apartment),
            "officetel" => Ok(Self::Officetel),
            "villa" => Ok(Self::Villa),
            "house" => Ok(Self::House),
            "commercial" => Ok(Self::Commercial),
            "land" => Ok(Self::Land),
            _ => Err(FieldCode::UnknownValue),
        }
    }
}

/// Who may find a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everybody who is signed in.
    Public,
    /// Verified agents.
    AgentsOnly,
    /// Its owner.
    Private,
}

impl Visibility {
    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::AgentsOnly => "agents_only",
            Self::Private => "private",
        }
    }

    /// Reads the spelling of the API.
    ///
    /// # Errors
    /// [`FieldCode::UnknownValue`].
    pub fn parse(raw: &str) -> Result<Self, FieldCode> {
        match raw {
            "public" => Ok(Self::Public),
            "agents_only" => Ok(Self::AgentsOnly),
            "private" => Ok(Self::Private),
            _ => Err(FieldCode::UnknownValue),
        }
    }
}

#[cfg(test)]
mod tests;
