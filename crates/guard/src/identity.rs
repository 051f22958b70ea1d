//! Who asks, as types: a handler says by its first argument whom it serves.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use config::Class;
use domain::session::Session;
use domain::user::{Role, Tier, User};
use domain::{Id, Timestamp};
use http_kit::log::{Level, event};
use http_kit::{Code, Problem};
use store::signal::Viewer;

use crate::context::Context;
use crate::route::Limit;
use crate::state::{Guard, Guarded};
use crate::token::{AccessToken, Reason};

/// Somebody with a valid access token.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The person.
    pub user: Id<User>,
    /// The sign-in.
    pub session: Id<Session>,
    /// What the person pays for.
    pub tier: Tier,
    /// What the person may do.
    pub role: Role,
    /// The version of the account's tokens of which this one is (AUTH-13).
    pub token_version: i64,
}

impl Caller {
    /// Who looks at signals: agents, and the people who run the service, see what is for agents only.
    pub fn viewer(&self, now: Timestamp) -> Viewer {
        let sees_agents_only = matches!(self.role, Role::Agent | Role::Admin);
        Viewer {
            user: self.user,
            sees_agents_only,
            now,
        }
    }
}

/// A [`Caller`] who runs the service.
#[derive(Clone, Debug)]
pub struct Admin(pub Caller);

/// Anybody.
#[derive(Clone, Debug)]
pub struct Anonymous;

impl<G: Guarded> FromRequestParts<Arc<G>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<G>) -> Result<Self, Problem> {
        let guard = state.guard();
        let context = context(parts)?;
        let token = guard.identify(&parts.headers, &context).await?;
        let caller = Self {
            user: token.user,
            session: token.session,
            tier: token.tier,
            role: token.role,
            token_version: token.version,
        };
        context.notes().user = Some(caller.user);
        context.notes().session = Some(caller.session);
        let class = match context.limit() {
            Limit::Unlimited => None,
            Limit::Chat => Some(Class::Chat),
            Limit::Standard | Limit::SignIn => Some(class_of(&caller)),
        };
        if let Some(class) = class {
            guard.charge(class, &caller.user.to_string(), &context).await?;
        }
        guard.admit(&context);
        Ok(caller)
    }
}

impl<G: Guarded> FromRequestParts<Arc<G>> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<G>) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        if caller.role == Role::Admin {
            Ok(Self(caller))
        } else {
            Err(Problem::new(Code::Forbidden))
        }
    }
}

impl<G: Guarded> FromRequestParts<Arc<G>> for Anonymous {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<G>) -> Result<Self, Problem> {
        let guard = state.guard();
        let context = context(parts)?;
        let class = match context.limit() {
            Limit::Unlimited => return Ok(Self),
            Limit::Standard | Limit::Chat => Class::Anonymous,
            Limit::SignIn => Class::SignIn,
        };
        guard
            .charge(class, &context.address().subject(), &context)
            .await?;
        guard.admit(&context);
        Ok(Self)
    }
}

/// The context of the request, for handlers that need its language or its clock.
impl<S: Send + Sync> FromRequestParts<S> for Context {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        context(parts)
    }
}

impl Guard {
    /// The verified and not revoked access token of a request.
    async fn identify(&self, headers: &HeaderMap, context: &Context) -> Result<AccessToken, Problem> {
        let bearer = bearer(headers).ok_or_else(|| Problem::new(Code::AuthenticationRequired))?;
        let now = context.received();
        let token = self
            .verifier
            .verify(bearer, now)
            .map_err(|reason| refused(context, reason))?;
        match self.revocations.is_revoked(&token, now).await {
            Ok(false) => Ok(token),
            Ok(true) => Err(refused(context, Reason::Revoked)),
            Err(error) => Err(Problem::new(Code::StoreUnavailable).because(error)),
        }
    }

    /// What a token says if it is good, whoever shows it; `None` if it is not. Nothing is charged and nothing logged.
    ///
    /// # Errors
    /// [`Code::StoreUnavailable`] when nobody can tell whether it was revoked.
    pub async fn inspect(&self, token: &str, now: Timestamp) -> Result<Option<AccessToken>, Problem> {
        let Ok(token) = self.verifier.verify(token, now) else {
            return Ok(None);
        };
        let revoked = self.revocations.is_revoked(&token, now).await;
        let revoked = revoked.map_err(|error| Problem::new(Code::StoreUnavailable).because(error))?;
        Ok((!revoked).then_some(token))
    }

    /// Charges one request to a limit; `subject` is a user's id, an address or an account, never a secret.
    ///
    /// # Errors
    /// [`Code::QuotaExceeded`] when nothing is left.
    pub async fn charge(&self, class: Class, subject: &str, context: &Context) -> Result<(), Problem> {
        let decision = match self.limiter.charge(class, subject, context.received()).await {
            Ok(decision) => decision,
            Err(error) => {
                // GUARD-4: an outage of counters must not be an outage of the service; headers and log say so.
                let fields = context.about([("class", class.as_str().into()), ("detail", error.0.into())]);
                event(Level::Error, "limiter_unavailable", fields);
                self.limiter.unknown(class)
            }
        };
        context.notes().keep(decision);
        if decision.allowed() {
            return Ok(());
        }
        let fields = context.about([("class", class.as_str().into())]);
        event(Level::Warn, "limit_exceeded", fields);
        Err(Problem::quota_exceeded(class.as_str()))
    }

    /// Notes when the guard was done, for `Server-Timing`.
    fn admit(&self, context: &Context) {
        if self.tells_timing() {
            context.notes().admitted = Some(self.clock.now());
        }
    }
}

/// The log learns the reason, the client always gets the same answer.
fn refused(context: &Context, reason: Reason) -> Problem {
    let name = match reason {
        Reason::SubjectMissing => "subject_missing",
        _ => "token_invalid",
    };
    event(
        Level::Warn,
        name,
        context.about([("reason", reason.as_str().into())]),
    );
    Problem::new(Code::InvalidToken)
}

/// The token of the one `Authorization` header (RFC 6750, section 2.1). Two headers are nobody.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    // As `to_str`, which looks at five hundred letters one by one: a value holds no control characters but the tab.
    let value = str::from_utf8(values.next()?.as_bytes()).ok()?;
    if !value.is_ascii() || values.next().is_some() {
        return None;
    }
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

fn class_of(caller: &Caller) -> Class {
    match (caller.role, caller.tier) {
        (Role::Admin, _) => Class::Admin,
        (_, Tier::Premium) => Class::Premium,
        (_, Tier::Free) => Class::Free,
    }
}

pub(crate) fn context(parts: &Parts) -> Result<Context, Problem> {
    let context = parts.extensions.get::<Context>().cloned();
    context.ok_or_else(|| Problem::new(Code::InternalError).because("a router without its gate"))
}
