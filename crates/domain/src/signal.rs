//! Signals: "I might sell", "I might lease" (SIG-1, SIG-2).

use serde::Serialize;

use crate::address::Address;
use crate::clock::{Date, Timestamp};
use crate::field::{FieldCode, FieldError, Fields};
use crate::money::Won;
use crate::region::RegionCode;
use crate::text::Message;

/// The row of a signal.
pub struct Signal;

/// What the owner has in mind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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

/// Where a signal stands in its life (SIG-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Not published yet.
    Draft,
    /// Open to interests.
    Active,
    /// Published, but closed to interests for now.
    Paused,
    /// An interest was accepted.
    Matched,
    /// Over.
    Closed,
    /// Over by time.
    Expired,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Draft,
        Self::Active,
        Self::Paused,
        Self::Matched,
        Self::Closed,
        Self::Expired,
    ];

    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Matched => "matched",
            Self::Closed => "closed",
            Self::Expired => "expired",
        }
    }

    /// Reads the stored spelling.
    ///
    /// # Errors
    /// [`FieldCode::UnknownValue`].
    pub fn parse(raw: &str) -> Result<Self, FieldCode> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == raw)
            .ok_or(FieldCode::UnknownValue)
    }
}

/// What is asked for, by intent; a price that does not fit the intent cannot be expressed (SIG-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terms {
    /// A sale at this price.
    Sale {
        /// The price.
        asking_price: Won,
    },
    /// A lease against this deposit.
    Jeonse {
        /// The deposit.
        deposit: Won,
    },
    /// A lease against a deposit and a rent.
    MonthlyRent {
        /// The deposit.
        deposit: Won,
        /// The rent per month.
        monthly_rent: Won,
    },
}

/// The three amounts as a client sends them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Amounts {
    /// For a sale.
    pub asking_price: Option<i64>,
    /// For both kinds of lease.
    pub deposit: Option<i64>,
    /// For a monthly rent.
    pub monthly_rent: Option<i64>,
}

impl Terms {
    /// Fits the amounts to the intent, noting every one that is missing, superfluous or out of range.
    pub fn parse(intent: Intent, amounts: Amounts, fields: &mut Fields) -> Option<Self> {
        // All three are looked at before any is missed, so that every mistake is reported.
        let mut fit = |wanted: bool, pointer: &str, amount: Option<i64>| match (wanted, amount) {
            (true, None) => fields.take(pointer, Err(FieldCode::Required)),
            (false, Some(_)) => fields.take(pointer, Err(FieldCode::NotAllowed)),
            (_, amount) => fields.take_optional(pointer, amount.map(Won::parse)),
        };
        let price = fit(intent == Intent::Sale, "/asking_price", amounts.asking_price);
        let deposit = fit(intent != Intent::Sale, "/deposit", amounts.deposit);
        let rent = fit(
            intent == Intent::MonthlyRent,
            "/monthly_rent",
            amounts.monthly_rent,
        );
        match intent {
            Intent::Sale => price.map(|asking_price| Self::Sale { asking_price }),
            Intent::Jeonse => deposit.map(|deposit| Self::Jeonse { deposit }),
            Intent::MonthlyRent => deposit
                .zip(rent)
                .map(|(deposit, monthly_rent)| Self::MonthlyRent {
                    deposit,
                    monthly_rent,
                }),
        }
    }

    /// The intent behind the terms.
    pub const fn intent(&self) -> Intent {
        match self {
            Self::Sale { .. } => Intent::Sale,
            Self::Jeonse { .. } => Intent::Jeonse,
            Self::MonthlyRent { .. } => Intent::MonthlyRent,
        }
    }

    /// The amounts as they are stored and shown.
    pub fn amounts(&self) -> Amounts {
        match *self {
            Self::Sale { asking_price } => Amounts {
                asking_price: Some(asking_price.amount()),
                ..Amounts::default()
            },
            Self::Jeonse { deposit } => Amounts {
                deposit: Some(deposit.amount()),
                ..Amounts::default()
            },
            Self::MonthlyRent {
                deposit,
                monthly_rent,
            } => Amounts {
                asking_price: None,
                deposit: Some(deposit.amount()),
                monthly_rent: Some(monthly_rent.amount()),
            },
        }
    }
}

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

/// A signal that an owner wants to publish, all fields checked.
#[derive(Clone, Debug)]
pub struct NewSignal {
    /// Kind of property.
    pub property_type: PropertyType,
    /// Where it stands, roughly.
    pub region: RegionCode,
    /// Where it stands, exactly.
    pub address: Address,
    /// Floor area.
    pub area: Area,
    /// Floor; negative below ground.
    pub floor: Option<i64>,
    /// Number of rooms.
    pub rooms: Option<i64>,
    /// What is asked for.
    pub terms: Terms,
    /// From when it is free.
    pub available_from: Option<Date>,
    /// The owner's words.
    pub description: Message,
    /// Who may find it.
    pub visibility: Visibility,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

/// A signal as a client sends it; see SIG-1.
#[derive(Clone, Debug, Default)]
pub struct Draft<'a> {
    /// `sale`, `jeonse` or `monthly_rent`.
    pub intent: &'a str,
    /// See [`PropertyType`].
    pub property_type: &'a str,
    /// Ten digits.
    pub region_code: &'a str,
    /// One line.
    pub address: &'a str,
    /// Decimal text.
    pub area_m2: &'a str,
    /// −20 to 200.
    pub floor: Option<i64>,
    /// 0 to 100.
    pub rooms: Option<i64>,
    /// Won.
    pub amounts: Amounts,
    /// `YYYY-MM-DD`.
    pub available_from: Option<&'a str>,
    /// Several lines.
    pub description: &'a str,
    /// See [`Visibility`].
    pub visibility: &'a str,
    /// RFC 3339.
    pub expires_at: Option<&'a str>,
}

impl NewSignal {
    /// Checks every field and reports all mistakes at once.
    ///
    /// # Errors
    /// One [`FieldError`] for each refused field.
    pub fn parse(draft: &Draft<'_>, now: Timestamp) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::new();
        let parsed = Self::collect(draft, now, &mut fields);
        fields.finish(parsed)
    }

    fn collect(draft: &Draft<'_>, now: Timestamp, fields: &mut Fields) -> Option<Self> {
        let intent = fields.take("/intent", Intent::parse(draft.intent));
        let property_type = fields.take("/property_type", PropertyType::parse(draft.property_type));
        let region = fields.take("/region_code", RegionCode::parse(draft.region_code));
        let address = fields.take("/address", Address::parse(draft.address));
        let area = fields.take("/area_m2", Area::parse(draft.area_m2));
        let floor = fields.take_optional("/floor", draft.floor.map(|floor| within(floor, -20, 200)));
        let rooms = fields.take_optional("/rooms", draft.rooms.map(|rooms| within(rooms, 0, 100)));
        let terms = intent.and_then(|intent| Terms::parse(intent, draft.amounts, fields));
        let available_from = fields.take_optional("/available_from", draft.available_from.map(date));
        let description = fields.take("/description", Message::parse(draft.description));
        let visibility = fields.take("/visibility", Visibility::parse(draft.visibility));
        let expires_at = fields.take_optional("/expires_at", draft.expires_at.map(|text| future(text, now)));
        Some(Self {
            property_type: property_type?,
            region: region?,
            address: address?,
            area: area?,
            floor,
            rooms,
            terms: terms?,
            available_from,
            description: description?,
            visibility: visibility?,
            expires_at,
        })
    }
}

fn within(value: i64, low: i64, high: i64) -> Result<i64, FieldCode> {
    if (low..=high).contains(&value) {
        Ok(value)
    } else {
        Err(FieldCode::OutOfRange)
    }
}

fn date(text: &str) -> Result<Date, FieldCode> {
    Date::parse(text).map_err(|_| FieldCode::InvalidFormat)
}

fn future(text: &str, now: Timestamp) -> Result<Timestamp, FieldCode> {
    let instant = Timestamp::parse_rfc3339(text).map_err(|_| FieldCode::InvalidFormat)?;
    if instant > now {
        Ok(instant)
    } else {
        Err(FieldCode::InThePast)
    }
}

#[cfg(test)]
#[path = "signal_tests.rs"]
mod tests;
