//! `POST /api/v1/auth/change-password` (AUTH-8): replace one's password. Ends the other sign-ins; the caller's own goes on with the
//! access token of the answer, because every earlier one is void.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use config::Class;
use domain::audit::Action;
use domain::password::{NewPassword, PresentedPassword};
use domain::{Fields, Id};
use guard::token::Reason;
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::log::{Level, event};
use http_kit::{Code, Json, Problem, reply};
use serde::Deserialize;
use serde_json::json;
use store::password::{self, Asker, Change, Notice};
use store::user::{self, Profile};
use utoipa::ToSchema;

use crate::account;
use crate::revocation;
use crate::session::attempt;
use crate::session::ending;
use crate::session::issue;
use crate::session::issue::Access;
use crate::state::Auth;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PasswordChange)]
pub struct Request {
    #[schema(value_type = domain::password::PresentedPassword)]
    current_password: String,
    #[schema(value_type = domain::password::NewPassword)]
    new_password: String,
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Accounts", "changePassword", "Change the password")
        .says("Needs the present one. Ends every other sign-in and voids the access token; the answer has a new one.")
        .example(json!({
            "current_password": "Correct-Horse-7-Battery", "new_password": "Another-Horse-8-Battery",
        }))
        .refuses(&[Code::WrongPassword, Code::NotFound, Code::Busy])
        .answers(Answer::ok::<Access>("A new access token.", issue::example_access()));
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(auth): State<Arc<Auth>>,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let profile = user::find(&auth.db, caller.user)
        .await
        .map_err(problem::database)?;
    let profile = profile.ok_or_else(|| Problem::new(Code::NotFound))?;
    // A stolen access token must not become a way to guess faster than at the door.
    auth.guard
        .charge(Class::SignIn, &account::subject(&profile.email), &context)
        .await?;
    finish_earlier(&auth, &caller, &context).await?;
    let (current, new) = parse(&request, &auth, &profile)?;

    let turn = auth.hasher.enter()?;
    let passed = attempt::check(&auth, &context, &turn, &profile.email, &current).await?;
    let passed = passed.filter(|passed| passed.credentials.id == caller.user);
    let old_hash = passed.and_then(|passed| passed.credentials.password_hash);
    let old_hash = old_hash.ok_or_else(wrong)?;
    let new_hash = turn.hash(&new, &*auth.random).await?;
    drop(turn);

    let now = auth.clock.now();
    let change = Change {
        user: caller.user,
        session: caller.session,
        old_hash: &old_hash,
        new_hash: &new_hash,
        notice: Notice {
            mail_id: Id::new(now, &*auth.random),
            language: context.language().tag(),
        },
        now,
        audit: &context.audit(Action::PasswordChanged, &*auth.random),
    };
    let grants = password::change(&auth.db, &change)
        .await
        .map_err(problem::database)?;
    let grants = grants.ok_or_else(wrong)?;
    auth.bell.ring(&context.trace().traceparent());
    revocation::of_user(&auth, caller.user, grants.token_version).await?;
    let access = Access::sign(&auth, caller.user, caller.session, grants, now)?;
    reply::json(StatusCode::OK, &access)
}

/// The store may have failed after a change: what was void before must not outlive that, and whoever asks again has not guessed. A token
/// below the account's version gets the answer that it would have got at the door; one that is newer goes on.
async fn finish_earlier(auth: &Auth, caller: &Caller, context: &Context) -> Result<(), Problem> {
    let now = auth.clock.now();
    let asker = Asker {
        user: caller.user,
        session: caller.session,
        token_version: caller.token_version,
    };
    let voided = password::find_voided(&auth.db, asker, ending::oldest_living(auth, now))
        .await
        .map_err(problem::database)?;
    let Some(version) = voided else {
        return Ok(());
    };
    revocation::of_user(auth, caller.user, version).await?;
    if version <= caller.token_version {
        return Ok(());
    }
    let fields = [("reason", Reason::Revoked.as_str().into())];
    event(Level::Warn, "token_invalid", context.about(fields));
    Err(Problem::new(Code::InvalidToken))
}

fn parse(
    request: &Request,
    auth: &Auth,
    profile: &Profile,
) -> Result<(PresentedPassword, NewPassword), Problem> {
    let mut fields = Fields::new();
    let current = fields.take(
        "/current_password",
        PresentedPassword::parse(&request.current_password),
    );
    let new = NewPassword::parse(&request.new_password, auth.rules(), &profile.email, &profile.name);
    let new = fields.take("/new_password", new);
    Ok(fields.finish(current.zip(new))?)
}

fn wrong() -> Problem {
    Problem::new(Code::WrongPassword)
}
