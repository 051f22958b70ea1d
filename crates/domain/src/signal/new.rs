//! A signal on its way in (SIG-1).

use std::ops::RangeInclusive;

use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{Amounts, Area, Intent, PropertyType, Terms, Visibility};
use crate::address::Address;
use crate::clock::{Date, Timestamp};
use crate::field::{FieldCode, FieldError, Fields};
use crate::region::RegionCode;
use crate::schema;
use crate::text::Message;

/// Floors that there are.
const FLOORS: RangeInclusive<i64> = -20..=200;
/// Numbers of rooms that there are.
const ROOMS: RangeInclusive<i64> = 0..=100;

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
        let parsed = Self::parse_into(draft, now, &mut fields);
        fields.finish(parsed)
    }

    /// Checks every field and notes all mistakes in `fields`, beside those of a larger request.
    pub fn parse_into(draft: &Draft<'_>, now: Timestamp, fields: &mut Fields) -> Option<Self> {
        let intent = fields.take("/intent", Intent::parse(draft.intent));
        let property_type = fields.take("/property_type", PropertyType::parse(draft.property_type));
        let region = fields.take("/region_code", RegionCode::parse(draft.region_code));
        let address = fields.take("/address", Address::parse(draft.address));
        let area = fields.take("/area_m2", Area::parse(draft.area_m2));
        let floor = fields.take_optional("/floor", draft.floor.map(|floor| within(floor, FLOORS)));
        let rooms = fields.take_optional("/rooms", draft.rooms.map(|rooms| within(rooms, ROOMS)));
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

fn within(value: i64, bounds: RangeInclusive<i64>) -> Result<i64, FieldCode> {
    if bounds.contains(&value) {
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

/// The schema of a floor.
#[derive(Debug)]
pub struct Floor;

impl PartialSchema for Floor {
    fn schema() -> RefOr<Schema> {
        schema::described(schema::integer(FLOORS), "A floor; negative below ground.")
    }
}

impl ToSchema for Floor {}

/// The schema of a number of rooms.
#[derive(Debug)]
pub struct Rooms;

impl PartialSchema for Rooms {
    fn schema() -> RefOr<Schema> {
        schema::described(schema::integer(ROOMS), "A number of rooms.")
    }
}

impl ToSchema for Rooms {}
