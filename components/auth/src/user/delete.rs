//! `DELETE /api/v1/auth/me` (AUTH-11): end one's account. It cannot be undone, so the sign-in that asks must be of just now: that works
//! for accounts without a password too, and a token that was stolen later is not enough.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use domain::user::FRESH;
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::etag::IfMatch;
use http_kit::log::{Level, event};
use http_kit::{Code, Problem, reply};
use store::user::{self, Leaving};

use crate::revocation;
use crate::state::Auth;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Accounts", "deleteAccount", "End one's own account")
        .says("For good: names, texts and addresses go, payments stay. Needs a sign-in of the last ten minutes.")
        .refuses(&[Code::FreshSignInRequired, Code::NotFound])
        .answers(Answer::done("It is gone."));
}

pub async fn handle(
    caller: Caller,
    context: Context,
    precondition: IfMatch,
    State(auth): State<Arc<Auth>>,
) -> Result<Response, Problem> {
    let now = auth.clock.now();
    let leaving = Leaving {
        user: caller.user,
        session: caller.session,
        signed_in_after: now.minus(FRESH),
        now,
    };
    let audit = context.audit(Action::AccountDeleted, &*auth.random);
    let deleted = user::delete(&auth.db, &leaving, precondition.expected(), &audit)
        .await
        .map_err(problem::database)?;
    let version = match deleted {
        Some(version) => {
            event(Level::Info, "account_deleted", context.about([]));
            version
        }
        None => not_deleted(&auth, &caller, &precondition).await?,
    };
    revocation::of_user(&auth, caller.user, version).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}

/// Why nothing was deleted; or the token version of an account that ended while the store of revocations was down.
async fn not_deleted(auth: &Auth, caller: &Caller, precondition: &IfMatch) -> Result<i64, Problem> {
    let found = user::find(&auth.db, caller.user)
        .await
        .map_err(problem::database)?;
    match found {
        Some(profile) if precondition.expected().allows(profile.version) => {
            Err(Problem::new(Code::FreshSignInRequired))
        }
        Some(_) => Err(precondition.missed(true)),
        None => user::token_version(&auth.db, caller.user)
            .await
            .map_err(problem::database)?
            .ok_or_else(|| Problem::new(Code::NotFound)),
    }
}
