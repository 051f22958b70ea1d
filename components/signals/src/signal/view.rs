//! A signal as clients see it.

use domain::signal::{Intent, PropertyType, Signal, State, Visibility};
use domain::user::User;
use domain::{Date, Id, Timestamp};
use http_kit::reply::Page;
use serde::Serialize;
use store::signal::Stored;

/// The exact address and the visibility are the owner's own (SIG-3).
#[derive(Serialize)]
pub struct View {
    id: Id<Signal>,
    owned: bool,
    state: State,
    intent: Intent,
    property_type: PropertyType,
    region_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    area_m2: f64,
    floor: Option<i64>,
    rooms: Option<i64>,
    asking_price: Option<i64>,
    deposit: Option<i64>,
    monthly_rent: Option<i64>,
    available_from: Option<Date>,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    visibility: Option<Visibility>,
    expires_at: Option<Timestamp>,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl View {
    pub fn new(signal: &Stored, viewer: Id<User>) -> Self {
        let owned = signal.owner == viewer;
        Self {
            id: signal.id,
            owned,
            state: signal.state,
            intent: signal.intent,
            property_type: signal.property_type,
            region_code: signal.region.as_str().to_owned(),
            address: owned.then(|| signal.address.as_str().to_owned()),
            area_m2: square_metres(signal.area.hundredths()),
            floor: signal.floor,
            rooms: signal.rooms,
            asking_price: signal.amounts.asking_price,
            deposit: signal.amounts.deposit,
            monthly_rent: signal.amounts.monthly_rent,
            available_from: signal.available_from,
            description: signal.description.as_str().to_owned(),
            visibility: owned.then_some(signal.visibility),
            expires_at: signal.expires_at,
            version: signal.version,
            created_at: signal.created_at,
            updated_at: signal.updated_at,
        }
    }
}

/// Two decimals of at most seven digits are exact in the shortest form that a double prints.
#[expect(clippy::cast_precision_loss, reason = "an area has at most nine digits")]
fn square_metres(hundredths: i64) -> f64 {
    hundredths as f64 / 100.0
}

/// One page; `found` may hold one signal more than `limit`, which tells that there is a next page.
pub fn page(
    found: &[Stored],
    limit: u8,
    viewer: Id<User>,
    seal: impl Fn(Id<Signal>) -> String,
) -> Page<View> {
    let limit = usize::from(limit);
    let shown = found.get(..limit).unwrap_or(found);
    let next_cursor = if found.len() > limit {
        shown.last().map(|signal| seal(signal.id))
    } else {
        None
    };
    Page {
        items: shown.iter().map(|signal| View::new(signal, viewer)).collect(),
        next_cursor,
    }
}
