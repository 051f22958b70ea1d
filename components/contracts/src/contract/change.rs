//! `PATCH /api/v1/contracts/{id}` (CON-1, CON-2, CONV-6): change one's own contract, or take it a step further. A JSON merge patch (RFC 7396):
//! what is absent stays, `null` removes. Open tasks follow the dates.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::agent::Agent;
use domain::audit::Action;
use domain::contract::{Contract, Draft, NewContract};
use domain::signal::Signal;
use domain::{Date, Fields, Id};
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation, changed};
use http_kit::etag::{self, IfMatch};
use http_kit::json::given;
use http_kit::{Code, Json, PathId, Problem};
use serde::Deserialize;
use serde_json::json;
use store::contract::{self, Change, Stored};
use utoipa::ToSchema;

use super::references;
use super::view::{self, EXAMPLE_ID, View};
use crate::patch::ATTEMPTS;
use crate::state::Contracts;
use crate::timeline::plan;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ContractPatch)]
pub struct Patch {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::contract::State>, nullable = false)]
    state: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::signal::Intent>, nullable = false)]
    kind: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::contract::Role>, nullable = false)]
    role: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = "uuid")]
    signal_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::address::Address>, nullable = false)]
    address: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::Won>)]
    price: Option<Option<i64>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::Won>)]
    deposit: Option<Option<i64>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::Won>)]
    monthly_rent: Option<Option<i64>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::Date>, nullable = false)]
    contract_date: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::Date>)]
    interim_date: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::Date>, nullable = false)]
    balance_date: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::Date>)]
    move_in_date: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::Date>)]
    lease_end_date: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::person::PersonName>)]
    counterparty_name: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = "uuid")]
    agent_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::contract::DocumentText>)]
    document_text: Option<Option<String>>,
}

/// What is to be stored.
struct Decided {
    new: NewContract,
    state: domain::contract::State,
}

impl Decided {
    /// The signal and the agent that the change names. What the contract has named before may have gone meanwhile.
    fn named_anew(&self, stored: &Stored) -> (Option<Id<Signal>>, Option<Id<Agent>>) {
        let signal = self
            .new
            .signal_id
            .filter(|_| self.new.signal_id != stored.signal_id);
        let agent = self.new.agent_id.filter(|_| self.new.agent_id != stored.agent_id);
        (signal, agent)
    }
}

impl Patch {
    /// Whether it changes what the contract says, as opposed to where it stands.
    fn edits(&self) -> bool {
        let plain = [
            &self.kind,
            &self.role,
            &self.address,
            &self.contract_date,
            &self.balance_date,
        ];
        let texts = [
            &self.signal_id,
            &self.interim_date,
            &self.move_in_date,
            &self.lease_end_date,
            &self.counterparty_name,
            &self.agent_id,
            &self.document_text,
        ];
        let amounts = [&self.price, &self.deposit, &self.monthly_rent];
        plain.iter().any(|text| text.is_some())
            || texts.iter().any(|text| text.is_some())
            || amounts.iter().any(|amount| amount.is_some())
    }

    /// What the contract says after the change, and where it is to stand.
    fn apply(
        &self,
        stored: &Stored,
    ) -> Result<(NewContract, Option<domain::contract::State>), Vec<domain::FieldError>> {
        let (old, basis) = (&stored.amounts, &stored.basis);
        let text = |date: Option<Date>| date.map(|date| date.to_string());
        let (contract_date, balance_date) = (basis.contract_date.to_string(), basis.balance_date.to_string());
        let (interim_date, move_in_date) = (text(basis.interim_date), text(basis.move_in_date));
        let lease_end_date = text(basis.lease_end_date);
        let signal_id = stored.signal_id.map(|id| id.to_string());
        let agent_id = stored.agent_id.map(|id| id.to_string());
        let name = stored.counterparty_name.as_ref().map(|name| name.as_str());
        let draft = Draft {
            kind: self.kind.as_deref().unwrap_or(basis.kind.as_str()),
            role: self.role.as_deref().unwrap_or(basis.role.as_str()),
            signal_id: self.signal_id.as_ref().unwrap_or(&signal_id).as_deref(),
            address: self.address.as_deref().unwrap_or(stored.address.as_str()),
            price: self.price.unwrap_or(old.asking_price),
            deposit: self.deposit.unwrap_or(old.deposit),
            monthly_rent: self.monthly_rent.unwrap_or(old.monthly_rent),
            contract_date: self.contract_date.as_deref().unwrap_or(&contract_date),
            interim_date: self.interim_date.as_ref().unwrap_or(&interim_date).as_deref(),
            balance_date: self.balance_date.as_deref().unwrap_or(&balance_date),
            move_in_date: self.move_in_date.as_ref().unwrap_or(&move_in_date).as_deref(),
            lease_end_date: self.lease_end_date.as_ref().unwrap_or(&lease_end_date).as_deref(),
            counterparty_name: self.counterparty_name.as_ref().map_or(name, Option::as_deref),
            agent_id: self.agent_id.as_ref().unwrap_or(&agent_id).as_deref(),
            document_text: self.document_text.as_ref().and_then(Option::as_deref),
        };
        let mut fields = Fields::new();
        let wanted = self.state.as_deref().map(domain::contract::State::parse);
        let wanted = fields.take_optional("/state", wanted);
        let new = NewContract::parse_into(&draft, &mut fields);
        fields.finish(new).map(|new| (new, wanted))
    }

    /// What is to be stored, if the life of a contract allows it (CON-1).
    fn decide(&self, stored: &Stored) -> Result<Decided, Problem> {
        let forbidden = || Problem::new(Code::ForbiddenStep).at(format!("`{}`", stored.state.as_str()));
        if self.edits() && !stored.state.is_editable() {
            return Err(forbidden());
        }
        let (new, wanted) = self.apply(stored)?;
        let state = stored
            .state
            .step(wanted.unwrap_or(stored.state))
            .map_err(|_| forbidden())?;
        Ok(Decided { new, state })
    }
}

/// The contract of the documents after its change.
fn example() -> serde_json::Value {
    let changes = json!({"deposit": 820_000_000, "version": 2});
    changed(view::example(), changes)
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Contracts", "changeContract", "Change one's own contract, or take it a step further")
        .says(
            "A JSON merge patch (RFC 7396): what is absent stays, `null` removes. Steps: `draft` to `signed`, `in_progress`, `completed`, \
             and `terminated` before the end. Open tasks that depend on a date move with it.",
        )
        .with("id", EXAMPLE_ID)
        .example(json!({"deposit": 820_000_000}))
        .refuses(&[Code::ForbiddenStep])
        .answers(Answer::ok::<View>("The contract after the change.", example()).tagged());
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(contracts): State<Arc<Contracts>>,
    condition: IfMatch,
    PathId(id): PathId<Contract>,
    Json(patch): Json<Patch>,
) -> Result<Response, Problem> {
    let now = contracts.clock.now();
    let viewer = caller.viewer(now);
    let audit = context.audit(Action::ContractChanged, &*contracts.random);
    let mut refused = None;
    for _ in 0..ATTEMPTS {
        let stored = contract::find(&contracts.db, id, caller.user)
            .await
            .map_err(problem::database)?;
        let stored = stored.ok_or_else(|| Problem::new(Code::NotFound))?;
        if !condition.expected().allows(stored.version) {
            return Err(Problem::new(Code::PreconditionFailed));
        }
        let decided = patch.decide(&stored)?;
        if refused == Some(stored.version) {
            // Nobody was faster, so it was what the contract names.
            return Err(references::refused(&contracts.db, viewer, decided.named_anew(&stored)).await?);
        }
        let basis = decided.new.basis();
        let plan = (basis != stored.basis).then(|| plan(&basis, now, &*contracts.random));
        let change = Change {
            contract: id,
            version: stored.version,
            new: &decided.new,
            document: patch
                .document_text
                .as_ref()
                .map(|_| decided.new.document_text.as_ref()),
            state: decided.state,
            plan: plan.as_ref(),
            audit: &audit,
        };
        if let Some(changed) = contract::update(&contracts.db, viewer, &change)
            .await
            .map_err(problem::database)?
        {
            return etag::changed(StatusCode::OK, changed.version, &View::from(changed));
        }
        refused = Some(stored.version);
    }
    Err(Problem::new(Code::PreconditionFailed))
}
