//! One look at a password (AUTH-3, AUTH-10): whether it is right, wrong, or not looked at because of a lock, the same is done.

use domain::audit::Action;
use domain::password::PresentedPassword;
use domain::{Email, Id};
use guard::{Context, problem};
use http_kit::Problem;
use http_kit::log::{Level, event};
use store::sign_in::{self, Admission, Alarm, Attempt, Failure};
use store::user::Credentials;

use crate::account;
use crate::password::hash::{Turn, Verdict};
use crate::password::queue;
use crate::state::Auth;

/// A password that was right, for an account that is verified.
pub struct Passed {
    /// To be ended by [`sign_in::succeed`], else it becomes a failure.
    pub attempt: Attempt,
    /// The account.
    pub credentials: Credentials,
    /// Whether the password should be hashed anew.
    pub outdated: bool,
}

/// Counts the attempt, checks the password and, if that fails, tells the owner of a lock. Every failure is one statement, one hash and
/// one statement, whatever its reason.
///
/// # Errors
/// [`Code::Busy`](http_kit::Code::Busy) while as many attempts of this client are under way as may fail.
pub async fn check(
    auth: &Auth,
    context: &Context,
    turn: &Turn<'_>,
    email: &Email,
    password: &PresentedPassword,
) -> Result<Option<Passed>, Problem> {
    let attempt = account::attempt(email, context);
    let admission = sign_in::begin(&auth.db, &attempt, email, &auth.lockout, auth.clock.now())
        .await
        .map_err(problem::database)?;
    let (credentials, failure) = match admission {
        Admission::Admitted(credentials) => (credentials, Failure::Wrong),
        Admission::Locked => (None, Failure::Unseen),
        // Says nothing of the password or the account: the client knows how many it has sent.
        Admission::Busy => return Err(queue::busy()),
    };
    let stored = credentials
        .as_ref()
        .and_then(|found| found.password_hash.as_deref());
    let verdict = turn.verify(password, stored).await;
    match credentials {
        Some(found) if verdict != Verdict::Wrong && found.verified => Ok(Some(Passed {
            attempt,
            credentials: found,
            outdated: verdict == Verdict::Outdated,
        })),
        found => {
            fail(auth, context, &attempt, failure, found.as_ref()).await?;
            Ok(None)
        }
    }
}

async fn fail(
    auth: &Auth,
    context: &Context,
    attempt: &Attempt,
    failure: Failure,
    found: Option<&Credentials>,
) -> Result<(), Problem> {
    let now = auth.clock.now();
    let alarm = Alarm {
        mail_id: Id::new(now, &*auth.random),
        language: context.language().tag(),
        audit: &context.audit(Action::AccountLocked, &*auth.random).failed(),
    };
    let locked = sign_in::fail(&auth.db, attempt, failure, &auth.lockout, &alarm, now)
        .await
        .map_err(problem::database)?;
    event(Level::Warn, "login_failed", context.about([]));
    if let Some(locked) = locked {
        let account = found.map(|found| found.id.to_string());
        let fields = [("scope", locked.as_str().into()), ("account_id", account.into())];
        event(Level::Error, "lockout", context.about(fields));
        auth.bell.ring(&context.trace().traceparent());
    }
    Ok(())
}
