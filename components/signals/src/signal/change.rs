//! `PATCH /api/v1/signals/{id}` (SIG-2, CONV-6): change one's own signal, or take it a step further. A JSON merge patch (RFC 7396): what
//! is absent stays, `null` removes.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use domain::signal::{Amounts, Draft, NewSignal, Signal};
use domain::{FieldError, Fields, Timestamp};
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation, changed};
use http_kit::etag::{self, IfMatch};
use http_kit::json::given;
use http_kit::{Code, Json, PathId, Problem};
use serde::Deserialize;
use serde_json::json;
use store::signal::{self, Change, Stored};
use utoipa::ToSchema;

use super::view::{self, EXAMPLE_ID, View};
use crate::state::Signals;

/// How often a change is decided anew when somebody was faster and the client did not say which version it means.
const ATTEMPTS: usize = 3;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignalPatch)]
pub struct Patch {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::signal::State>, nullable = false)]
    state: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::signal::Intent>, nullable = false)]
    intent: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::signal::PropertyType>, nullable = false)]
    property_type: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::region::RegionCode>, nullable = false)]
    region_code: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::address::Address>, nullable = false)]
    address: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::signal::Area>, nullable = false)]
    area_m2: Option<serde_json::Number>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::signal::Floor>)]
    floor: Option<Option<i64>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::signal::Rooms>)]
    rooms: Option<Option<i64>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::Won>)]
    asking_price: Option<Option<i64>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::Won>)]
    deposit: Option<Option<i64>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::Won>)]
    monthly_rent: Option<Option<i64>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::Date>)]
    available_from: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::text::Message>, nullable = false)]
    description: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::signal::Visibility>, nullable = false)]
    visibility: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::Timestamp>)]
    expires_at: Option<Option<String>>,
}

impl Patch {
    /// Whether it changes what the signal says, as opposed to where it stands.
    fn edits(&self) -> bool {
        let texts = [
            &self.intent,
            &self.property_type,
            &self.region_code,
            &self.address,
            &self.description,
            &self.visibility,
        ];
        let numbers = [
            &self.floor,
            &self.rooms,
            &self.asking_price,
            &self.deposit,
            &self.monthly_rent,
        ];
        texts.iter().any(|text| text.is_some())
            || numbers.iter().any(|number| number.is_some())
            || self.area_m2.is_some()
            || self.available_from.is_some()
            || self.expires_at.is_some()
    }

    /// What the signal says after the change.
    fn apply(
        &self,
        stored: &Stored,
        now: Timestamp,
    ) -> Result<(NewSignal, Option<domain::signal::State>), Vec<FieldError>> {
        let area = self
            .area_m2
            .as_ref()
            .map_or_else(|| stored.area.to_string(), ToString::to_string);
        let available_from = stored.available_from.map(|day| day.to_string());
        let old = &stored.amounts;
        let draft = Draft {
            intent: self.intent.as_deref().unwrap_or(stored.intent.as_str()),
            property_type: self
                .property_type
                .as_deref()
                .unwrap_or(stored.property_type.as_str()),
            region_code: self.region_code.as_deref().unwrap_or(stored.region.as_str()),
            address: self.address.as_deref().unwrap_or(stored.address.as_str()),
            area_m2: &area,
            floor: self.floor.unwrap_or(stored.floor),
            rooms: self.rooms.unwrap_or(stored.rooms),
            amounts: Amounts {
                asking_price: self.asking_price.unwrap_or(old.asking_price),
                deposit: self.deposit.unwrap_or(old.deposit),
                monthly_rent: self.monthly_rent.unwrap_or(old.monthly_rent),
            },
            available_from: self.available_from.as_ref().unwrap_or(&available_from).as_deref(),
            description: self.description.as_deref().unwrap_or(stored.description.as_str()),
            visibility: self.visibility.as_deref().unwrap_or(stored.visibility.as_str()),
            expires_at: self.expires_at.as_ref().and_then(Option::as_deref),
        };
        let mut fields = Fields::new();
        let wanted = self.state.as_deref().map(domain::signal::State::parse);
        let wanted = fields.take_optional("/state", wanted);
        let mut new = NewSignal::parse_into(&draft, now, &mut fields);
        if let (Some(new), None) = (&mut new, &self.expires_at) {
            // Not parsed again: that of a signal that has found somebody may lie in the past by now.
            new.expires_at = stored.expires_at;
        }
        fields.finish(new).map(|new| (new, wanted))
    }

    /// What is to be stored, if the life of a signal allows it (SIG-2).
    fn decide(&self, stored: &Stored, now: Timestamp) -> Result<(NewSignal, domain::signal::State), Problem> {
        let state = stored.state.at(now, stored.expires_at);
        let forbidden = || Problem::new(Code::ForbiddenStep).at(format!("`{}`", state.as_str()));
        if self.edits() && !state.is_editable() {
            return Err(forbidden());
        }
        if state == domain::signal::State::Expired {
            return Err(forbidden());
        }
        let (new, wanted) = self.apply(stored, now)?;
        let next = state.step(wanted.unwrap_or(state)).map_err(|_| forbidden())?;
        Ok((new, next))
    }
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Signals", "changeSignal", "Change one's own signal, or take it a step further")
        .says(
            "A JSON merge patch (RFC 7396): what is absent stays, `null` removes. Steps: `draft` to `active`, `active` to `paused` and \
             back, `active` or `paused` to `matched`, any of them to `closed`.",
        )
        .with("id", EXAMPLE_ID)
        .example(json!({"deposit": 820_000_000, "description": "Bright, three rooms, free at once"}))
        .refuses(&[Code::ForbiddenStep])
        .answers(Answer::ok::<View>("The signal after the change.", example()).tagged());
}

/// The signal of the documents after its change.
fn example() -> serde_json::Value {
    let changes =
        json!({"deposit": 820_000_000, "description": "Bright, three rooms, free at once", "version": 2});
    changed(view::example_of_owner(), changes)
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(signals): State<Arc<Signals>>,
    condition: IfMatch,
    PathId(id): PathId<Signal>,
    Json(patch): Json<Patch>,
) -> Result<Response, Problem> {
    let now = signals.clock.now();
    let audit = context.audit(Action::SignalChanged, &*signals.random);
    for _ in 0..ATTEMPTS {
        let stored = signal::find_own(&signals.db, id, caller.user)
            .await
            .map_err(problem::database)?;
        let stored = stored.ok_or_else(|| Problem::new(Code::NotFound))?;
        if !condition.expected().allows(stored.version) {
            return Err(Problem::new(Code::PreconditionFailed));
        }
        let (new, state) = patch.decide(&stored, now)?;
        let change = Change {
            signal: id,
            owner: caller.user,
            version: stored.version,
            new: &new,
            state,
            audit: &audit,
            now,
        };
        if let Some(changed) = signal::update(&signals.db, &change)
            .await
            .map_err(problem::database)?
        {
            let names = signals.regions.get(&signals.db).await?;
            let version = changed.version;
            let view = View::of_owner(changed, now).named(names);
            return etag::changed(StatusCode::OK, version, &view);
        }
    }
    Err(Problem::new(Code::PreconditionFailed))
}
