//! `POST /api/v1/signals` (SIG-1): publish a signal.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::Id;
use domain::audit::Action;
use domain::signal::{Amounts, Draft, NewSignal};
use guard::{Caller, Context, problem};
use http_kit::{Json, Problem, reply};
use serde::Deserialize;
use store::signal;

use super::view::View;
use crate::state::Signals;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    intent: String,
    property_type: String,
    region_code: String,
    address: String,
    area_m2: serde_json::Number,
    floor: Option<i64>,
    rooms: Option<i64>,
    asking_price: Option<i64>,
    deposit: Option<i64>,
    monthly_rent: Option<i64>,
    available_from: Option<String>,
    description: String,
    visibility: String,
    expires_at: Option<String>,
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(signals): State<Arc<Signals>>,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let now = signals.clock.now();
    let area = request.area_m2.to_string();
    let draft = Draft {
        intent: &request.intent,
        property_type: &request.property_type,
        region_code: &request.region_code,
        address: &request.address,
        area_m2: &area,
        floor: request.floor,
        rooms: request.rooms,
        amounts: Amounts {
            asking_price: request.asking_price,
            deposit: request.deposit,
            monthly_rent: request.monthly_rent,
        },
        available_from: request.available_from.as_deref(),
        description: &request.description,
        visibility: &request.visibility,
        expires_at: request.expires_at.as_deref(),
    };
    let new = NewSignal::parse(&draft, now)?;
    let id = Id::new(now, &*signals.random);
    let audit = context.audit(Action::SignalCreated, &*signals.random);
    let stored = signal::create(&signals.db, id, caller.user, &new, &audit, now)
        .await
        .map_err(problem::database)?;
    reply::created(&format!("/api/v1/signals/{id}"), &View::new(&stored, caller.user))
}
