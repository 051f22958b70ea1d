//! `POST /api/v1/signals` (SIG-1): publish a signal.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::audit::Action;
use domain::signal::{Amounts, Draft, NewSignal, Signal};
use domain::{FieldError, Fields, Id, Timestamp};
use guard::{Caller, Context, Creation, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, Problem, etag, reply};
use serde::Deserialize;
use serde_json::json;
use store::signal;
use utoipa::ToSchema;

use super::view::{self, View};
use crate::state::Signals;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSignal)]
pub struct Request {
    #[schema(value_type = domain::signal::Intent)]
    intent: String,
    #[schema(value_type = domain::signal::PropertyType)]
    property_type: String,
    #[schema(value_type = domain::region::RegionCode)]
    region_code: String,
    #[schema(value_type = domain::address::Address)]
    address: String,
    #[schema(value_type = domain::signal::Area)]
    area_m2: serde_json::Number,
    #[schema(value_type = Option<domain::signal::Floor>)]
    floor: Option<i64>,
    #[schema(value_type = Option<domain::signal::Rooms>)]
    rooms: Option<i64>,
    #[schema(value_type = Option<domain::Won>)]
    asking_price: Option<i64>,
    #[schema(value_type = Option<domain::Won>)]
    deposit: Option<i64>,
    #[schema(value_type = Option<domain::Won>)]
    monthly_rent: Option<i64>,
    #[schema(value_type = Option<domain::Date>)]
    available_from: Option<String>,
    #[schema(value_type = domain::text::Message)]
    description: String,
    #[schema(value_type = domain::signal::Visibility)]
    visibility: String,
    #[schema(value_type = Option<domain::Timestamp>)]
    expires_at: Option<String>,
    /// `active`, the default, or `draft`.
    #[schema(value_type = Option<domain::signal::FirstState>)]
    state: Option<String>,
}

impl Request {
    fn parse(&self, now: Timestamp) -> Result<(NewSignal, domain::signal::State), Vec<FieldError>> {
        let area = self.area_m2.to_string();
        let draft = Draft {
            intent: &self.intent,
            property_type: &self.property_type,
            region_code: &self.region_code,
            address: &self.address,
            area_m2: &area,
            floor: self.floor,
            rooms: self.rooms,
            amounts: Amounts {
                asking_price: self.asking_price,
                deposit: self.deposit,
                monthly_rent: self.monthly_rent,
            },
            available_from: self.available_from.as_deref(),
            description: &self.description,
            visibility: &self.visibility,
            expires_at: self.expires_at.as_deref(),
        };
        let mut fields = Fields::new();
        let first = self.state.as_deref().unwrap_or("active");
        let state = fields.take("/state", domain::signal::State::parse_first(first));
        let new = NewSignal::parse_into(&draft, now, &mut fields);
        fields.finish(new.zip(state))
    }
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Signals", "createSignal", "Publish a signal")
        .says("Prices must fit the intent: a sale has `asking_price`, a lease `deposit`, a monthly rent `monthly_rent` as well.")
        .example(json!({
            "intent": "jeonse", "property_type": "apartment", "region_code": "1168010100",
            "address": "Teheran-ro 1, Gangnam-gu", "area_m2": 84.95, "floor": 12, "rooms": 3, "deposit": 850_000_000,
            "available_from": "2030-03-01", "description": "Bright, three rooms", "visibility": "public",
        }))
        .answers(Answer::created::<View>("The signal as its owner sees it.", view::example_of_owner()).tagged());
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(signals): State<Arc<Signals>>,
    creation: Creation<Request>,
) -> Result<Response, Problem> {
    let now = signals.clock.now();
    let (new, state) = creation.value.parse(now)?;
    let audit = context.audit(Action::SignalCreated, &*signals.random);
    let id = Id::new(now, &*signals.random);
    let create = async |id: Id<Signal>| {
        let stored = signal::create(&signals.db, id, caller.user, (&new, state), &audit, now)
            .await
            .map_err(problem::database)?;
        // The account ended meanwhile.
        let stored = stored.ok_or_else(|| Problem::new(Code::InvalidToken))?;
        let names = signals.regions.get(&signals.db).await?;
        let version = stored.version;
        let view = View::of_owner(stored, now).named(names);
        let mut response = reply::created(&format!("/api/v1/signals/{id}"), &view)?;
        etag::tag(response.headers_mut(), version);
        Ok(response)
    };
    creation.once.run(&signals.db, caller.user, id, now, create).await
}
