//! `PUT /api/v1/admin/users/{id}/role`: make somebody an admin or an ordinary user. Tokens that say otherwise are refused from the next
//! request on; the sign-ins go on and refresh to the new role.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use domain::user::{Role, User};
use domain::{FieldCode, Fields};
use guard::{Admin, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::etag::{self, IfMatch};
use http_kit::log::{Level, event};
use http_kit::{Code, Json, PathId, Problem};
use serde::Deserialize;
use serde_json::json;
use store::user;
use utoipa::ToSchema;

use super::view::{self, EXAMPLE_ID, ManagedView};
use crate::revocation;
use crate::state::Auth;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RoleChange)]
pub struct Request {
    #[schema(value_type = domain::user::Role)]
    role: String,
}

impl Request {
    /// Nobody becomes an agent this way: that follows from a licence that was found in order (AUTH-19).
    fn parse(&self) -> Result<Role, Problem> {
        let role = match Role::parse(&self.role) {
            Ok(Role::Agent) => Err(FieldCode::NotAllowed),
            other => other,
        };
        let mut fields = Fields::new();
        let role = fields.take("/role", role);
        Ok(fields.finish(role)?)
    }
}

/// The account of the documents after its change.
fn example() -> serde_json::Value {
    let mut account = view::example_managed();
    if let Some(fields) = account.as_object_mut() {
        fields.insert("role".to_owned(), "admin".into());
        fields.insert("version".to_owned(), 2.into());
    }
    account
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named(
            "Administration",
            "setRole",
            "Make a person an admin, or an ordinary user again",
        )
        .says("Not one's own. Voids the tokens that say otherwise. Agents become so by their licence.")
        .with("id", EXAMPLE_ID)
        .example(json!({"role": "admin"}))
        .answers(Answer::ok::<ManagedView>("The account after the change.", example()).tagged());
}

pub async fn handle(
    Admin(caller): Admin,
    context: Context,
    precondition: IfMatch,
    PathId(user): PathId<User>,
    State(auth): State<Arc<Auth>>,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let role = request.parse()?;
    if caller.user == user {
        // So that the last admin cannot be lost by mistake.
        return Err(Problem::new(Code::Forbidden));
    }
    let now = auth.clock.now();
    let audit = context.audit(Action::RoleChanged, &*auth.random);
    let changed = user::set_role(&auth.db, user, role, precondition.expected(), &audit, now)
        .await
        .map_err(problem::database)?;
    let Some(managed) = changed else {
        let found = user::find_managed(&auth.db, user)
            .await
            .map_err(problem::database)?;
        // The version may be that of this very change, made while the store was down: tokens of before must not outlive it.
        if let Some(found) = &found {
            revocation::of_user(&auth, user, found.token_version).await?;
        }
        return Err(precondition.missed(found.is_some()));
    };
    let fields = [
        ("target_user_id", user.to_string().into()),
        ("role", role.as_str().into()),
    ];
    event(Level::Warn, "role_changed", context.about(fields));
    revocation::of_user(&auth, user, managed.token_version).await?;
    etag::changed(
        StatusCode::OK,
        managed.profile.version,
        &ManagedView::from(managed),
    )
}
