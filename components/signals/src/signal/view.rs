//! A signal as clients see it.

use domain::interest::{self, Interest};
use domain::region::{RegionCode, Regions, WholeName};
use domain::signal::{Intent, PropertyType, Signal, State, Visibility};
use domain::text::Message;
use domain::{Date, Id, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use store::signal::{Contact, Seen, Stored};
use utoipa::ToSchema;

/// The signal of the documents' examples.
pub const EXAMPLE_ID: &str = "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e71";

/// The exact address, the visibility and the version are the owner's own; the address and the contact are revealed to whose interest was
/// accepted (SIG-3, SIG-4).
#[derive(Serialize, ToSchema)]
#[schema(as = Signal)]
pub struct View<'a> {
    #[schema(value_type = String, format = "uuid")]
    id: Id<Signal>,
    owned: bool,
    state: State,
    intent: Intent,
    property_type: PropertyType,
    region_code: RegionCode,
    #[schema(required)]
    region_name: Option<RegionName<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    address: Option<String>,
    #[schema(value_type = domain::signal::Area)]
    area_m2: f64,
    #[schema(required)]
    floor: Option<i64>,
    #[schema(required)]
    rooms: Option<i64>,
    #[schema(required)]
    asking_price: Option<i64>,
    #[schema(required)]
    deposit: Option<i64>,
    #[schema(required)]
    monthly_rent: Option<i64>,
    #[schema(required)]
    available_from: Option<Date>,
    #[schema(value_type = String)]
    description: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    visibility: Option<Visibility>,
    #[schema(required)]
    expires_at: Option<Timestamp>,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    interest: Option<OwnInterest>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    contact: Option<ContactView>,
}

/// What the region is called, in both languages: an answer whose tag is the signal's version (CONV-6) cannot depend on the language that
/// somebody asks in.
#[derive(Serialize, ToSchema)]
struct RegionName<'a> {
    ko: &'a str,
    en: &'a str,
}

/// The viewer's own interest.
#[derive(Serialize, ToSchema)]
struct OwnInterest {
    #[schema(value_type = String, format = "uuid")]
    id: Id<Interest>,
    state: interest::State,
}

/// How the other side is reached.
#[derive(Serialize, ToSchema)]
#[schema(as = Contact)]
pub struct ContactView {
    name: String,
    email: String,
}

impl From<&Contact> for ContactView {
    fn from(contact: &Contact) -> Self {
        Self {
            name: contact.name.clone(),
            email: contact.email.clone(),
        }
    }
}

impl<'a> View<'a> {
    /// For anybody who may find it: no address.
    pub fn of_stranger(signal: Stored, now: Timestamp) -> Self {
        Self {
            id: signal.id,
            owned: false,
            state: signal.state.at(now, signal.expires_at),
            intent: signal.intent,
            property_type: signal.property_type,
            region_code: signal.region,
            region_name: None,
            address: None,
            area_m2: square_metres(signal.area.hundredths()),
            floor: signal.floor,
            rooms: signal.rooms,
            asking_price: signal.amounts.asking_price,
            deposit: signal.amounts.deposit,
            monthly_rent: signal.amounts.monthly_rent,
            available_from: signal.available_from,
            description: signal.description,
            visibility: None,
            expires_at: signal.expires_at,
            version: signal.version,
            created_at: signal.created_at,
            updated_at: signal.updated_at,
            interest: None,
            contact: None,
        }
    }

    /// For its owner: everything.
    pub fn of_owner(signal: Stored, now: Timestamp) -> Self {
        Self {
            owned: true,
            address: Some(signal.address.as_str().to_owned()),
            visibility: Some(signal.visibility),
            ..Self::of_stranger(signal, now)
        }
    }

    /// For somebody who looks at one signal: what their interest in it lets them see.
    pub fn of_viewer(seen: Seen, now: Timestamp) -> Self {
        let accepted = seen
            .interest
            .is_some_and(|(_, state)| state == interest::State::Accepted);
        Self {
            address: accepted.then(|| seen.signal.address.as_str().to_owned()),
            interest: seen.interest.map(|(id, state)| OwnInterest { id, state }),
            contact: seen.contact.as_ref().map(ContactView::from),
            ..Self::of_stranger(seen.signal, now)
        }
    }

    /// Says what the region is called; one that has no name stays without.
    #[must_use]
    pub fn named(mut self, names: &'a Regions) -> Self {
        let name = names.name(&self.region_code);
        self.region_name = name.map(|WholeName { ko, en }| RegionName { ko, en });
        self
    }
}

/// Two decimals of at most seven digits are exact in the shortest form that a double prints.
#[expect(clippy::cast_precision_loss, reason = "an area has at most nine digits")]
fn square_metres(hundredths: i64) -> f64 {
    hundredths as f64 / 100.0
}

/// A signal in the documents, as its owner sees it.
pub fn example_of_owner() -> Value {
    let mut signal = example();
    if let Some(fields) = signal.as_object_mut() {
        fields.insert("owned".to_owned(), true.into());
        fields.insert("address".to_owned(), "Teheran-ro 1, Gangnam-gu".into());
        fields.insert("visibility".to_owned(), "public".into());
    }
    signal
}

/// The same, as others see it.
pub fn example() -> Value {
    json!({
        "id": EXAMPLE_ID, "owned": false, "state": "active", "intent": "jeonse", "property_type": "apartment",
        "region_code": "1168010100",
        "region_name": {
            "ko": "\u{C11C}\u{C6B8}\u{D2B9}\u{BCC4}\u{C2DC} \u{AC15}\u{B0A8}\u{AD6C} \u{C5ED}\u{C0BC}\u{B3D9}",
            "en": "Yeoksam-dong, Gangnam-gu, Seoul",
        },
        "area_m2": 84.95, "floor": 12, "rooms": 3, "asking_price": null, "deposit": 850_000_000, "monthly_rent": null,
        "available_from": "2030-03-01", "description": "Bright, three rooms", "expires_at": null, "version": 1,
        "created_at": "2026-11-25T09:00:00.000000Z", "updated_at": "2026-11-25T09:00:00.000000Z",
    })
}
