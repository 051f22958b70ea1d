//! `POST /api/v1/auth/refresh` (AUTH-5, AUTH-6): exchange a refresh token for its successor and a new access token.

use std::sync::Arc;

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::Response;
use domain::Timestamp;
use domain::audit::Action;
use domain::session::{Standing, judge};
use guard::{Anonymous, Context, problem};
use http_kit::doc::{Described, Operation};
use http_kit::log::{Level, event};
use http_kit::{Code, Json, Problem};
use serde::Deserialize;
use serde_json::json;
use store::session::{self, Rotation, Used};
use utoipa::ToSchema;

use super::ending;
use super::issue::issue;
use crate::revocation;
use crate::secret::Token;
use crate::state::Auth;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RefreshToken)]
pub struct Request {
    refresh_token: String,
}

/// Refuses a request with a query before its body is read: a token in a URL ends up in logs and histories (AUTH-5).
pub struct NoQuery;

impl<S: Send + Sync> FromRequestParts<S> for NoQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if parts.uri.query().is_some() {
            Err(Problem::new(Code::TokenInUrl))
        } else {
            Ok(Self)
        }
    }
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Sessions", "refresh", "Exchange a refresh token for the next pair of tokens")
        .says(
            "Each refresh token works once; for ten seconds it gives the same successor again. One that comes back later ends its sign-in and \
             voids every access token of the account; its other sign-ins refresh. It is taken from the body only.",
        )
        .example(json!({"refresh_token": super::issue::EXAMPLE_TOKEN}))
        .refuses(&[Code::InvalidRefreshToken, Code::StoreUnavailable])
        .answers(super::issue::documented("The next pair."));
}

pub async fn handle(
    _: Anonymous,
    context: Context,
    _: NoQuery,
    State(auth): State<Arc<Auth>>,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    refresh(&auth, &context, &request.refresh_token).await
}

/// Exchanges a refresh token, however it was sent in the body.
///
/// # Errors
/// [`Code::InvalidRefreshToken`] when it does not count, and failures of ours.
pub async fn refresh(auth: &Auth, context: &Context, raw: &str) -> Result<Response, Problem> {
    let presented = Token::parse(raw).ok_or_else(refused)?;
    let successor = Token::generate(&*auth.random);
    let sealed = presented
        .seal(&successor)
        .ok_or_else(|| Problem::new(Code::InternalError))?;
    let now = auth.clock.now();
    let rotation = Rotation {
        presented: &presented.hash(),
        successor: &successor.hash(),
        successor_sealed: &sealed,
        idle_expires_at: now.plus(auth.lifetimes.idle),
        now,
    };
    match session::rotate(&auth.db, &rotation)
        .await
        .map_err(problem::database)?
    {
        Some(session) => issue(auth, &session, &successor, now),
        None => not_current(auth, context, &presented, now).await,
    }
}

/// The token is not the current one of a living session: within the grace it still gets its successor, later it is reuse.
async fn not_current(
    auth: &Auth,
    context: &Context,
    presented: &Token,
    now: Timestamp,
) -> Result<Response, Problem> {
    let used = session::find_used(&auth.db, &presented.hash(), now)
        .await
        .map_err(problem::database)?;
    let used = used.ok_or_else(refused)?;
    match judge(
        now,
        auth.lifetimes.grace,
        used.ended,
        Some(used.used_at),
        used.is_previous,
    ) {
        Standing::Graced => {
            let successor = presented.unseal(&used.successor_sealed).ok_or_else(refused)?;
            issue(auth, &used.session, &successor, now)
        }
        Standing::Reused => {
            end_family(auth, context, &used, now).await?;
            Err(refused())
        }
        Standing::Ended => {
            // The session may have ended while the store was down: what was void then must not outlive that.
            revoke(auth, &used, used.session.grants.token_version, now).await?;
            Err(refused())
        }
    }
}

/// Somebody else has the token too: the whole sign-in ends, database first, then every access token of it (AUTH-6) and every one that the
/// person's other sign-ins have; those refresh (AUTH-13).
async fn end_family(auth: &Auth, context: &Context, used: &Used, now: Timestamp) -> Result<(), Problem> {
    let (user, family) = (used.session.user, used.session.session);
    let fields = [
        ("session_id", family.to_string().into()),
        ("user_id", user.to_string().into()),
    ];
    event(Level::Error, "reuse_detected", context.about(fields));
    let audit = context.audit(Action::RefreshTokenReused, &*auth.random);
    let audit = audit.by(user, Some(family)).failed();
    let raised = session::end_reused(&auth.db, user, family, &audit, now)
        .await
        .map_err(problem::database)?;
    // Whoever found it ended by another attempt at the same moment tells the store too: the other one may fail to.
    let version = raised.unwrap_or(used.session.grants.token_version);
    revoke(auth, used, version, now).await
}

async fn revoke(auth: &Auth, used: &Used, version: i64, now: Timestamp) -> Result<(), Problem> {
    let (user, family) = (used.session.user, used.session.session);
    ending::revoke(auth, user, family, now).await?;
    revocation::of_user(auth, user, version).await
}

fn refused() -> Problem {
    Problem::new(Code::InvalidRefreshToken)
}

impl Described for NoQuery {
    fn describe(operation: &mut Operation) {
        operation.refuses(&[Code::TokenInUrl]);
    }
}
