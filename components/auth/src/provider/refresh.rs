//! `POST /api/v1/auth/identities/{id}/refresh` (AUTH-15): get a new access token from the provider, and keep what came.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Id;
use domain::provider::{ProviderIdentity, Renewal, Subject, renewal};
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, PathId, Problem, reply};
use store::identity::{self, Identity, Sealed};

use super::desk::Desk;
use super::grant;
use super::identities::View;
use super::trouble::Trouble;
use super::vault::Tokens;
use crate::state::Auth;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named(
            "Providers",
            "refreshIdentity",
            "Get the provider's next access token for an identity",
        )
        .says("The token stays with us.")
        .with("id", super::identities::EXAMPLE_ID)
        .refuses(&[
            Code::NoRefreshToken,
            Code::ProviderAnswerInvalid,
            Code::ProviderUnavailable,
        ])
        .answers(Answer::ok::<View>("The identity.", super::identities::example()));
}

pub async fn handle(
    caller: Caller,
    context: Context,
    PathId(id): PathId<ProviderIdentity>,
    State(auth): State<Arc<Auth>>,
) -> Result<Response, Problem> {
    let known = find(&auth, id, &caller).await?;
    let desk = Desk::open(&auth, &context, known.provider)?;
    let report = |trouble: Trouble| trouble.report(known.provider, &context);
    let held = open(&auth, &known).await.map_err(report)?;
    let refresh_token = held.refresh.as_deref();
    let refresh_token = refresh_token.ok_or_else(|| Problem::new(Code::NoRefreshToken))?;
    let granted = grant::by_refresh_token(&desk, refresh_token)
        .await
        .map_err(report)?;
    let came = Tokens {
        access: granted.access,
        refresh: granted.refresh,
        access_expires_at: granted.access_expires_at,
    };
    let sealed = renew(&auth, &known, &held, &came).map_err(report)?;
    // Whoever was faster has got tokens that are as new as these.
    identity::replace_tokens(&auth.db, &known, &sealed, None)
        .await
        .map_err(problem::database)?;
    reply::json(StatusCode::OK, &View::from(&find(&auth, id, &caller).await?))
}

async fn find(auth: &Auth, id: Id<ProviderIdentity>, caller: &Caller) -> Result<Identity, Problem> {
    let known = identity::find(&auth.db, id, caller.user)
        .await
        .map_err(problem::database)?;
    known.ok_or_else(|| Problem::new(Code::NotFound))
}

/// Keeps the tokens of a sign-in by a known identity.
pub async fn keep(desk: &Desk<'_>, subject: &Subject, came: &Tokens) -> Result<(), Trouble> {
    let auth = desk.auth;
    let ours = |error| Trouble::Ours(problem::database(error));
    let known = identity::find_known(&auth.db, desk.provider, subject).await;
    let Some(known) = known.map_err(ours)? else {
        // It went away in between; the next look at the world sees that.
        return Ok(());
    };
    let sealed = match auth.providers.vault.open(&known.tokens, known.id) {
        Ok(held) => renew(auth, &known, &held, came)?,
        // The key was retired too early: what was lost comes again with the next consent, and the sign-in goes on.
        Err(_) => seal(auth, came, known.id)?,
    };
    identity::replace_tokens(&auth.db, &known, &sealed, Some(desk.now()))
        .await
        .map_err(ours)?;
    Ok(())
}

/// What the row holds after new tokens came (AUTH-15): a new refresh token replaces ours; when none came, or the same, ours stays
/// as it is, byte for byte, unless its key has changed.
fn renew(auth: &Auth, known: &Identity, held: &Tokens, came: &Tokens) -> Result<Sealed, Trouble> {
    let keeps = renewal(held.refresh.as_deref(), came.refresh.as_deref()) == Renewal::Keep;
    let tokens = Tokens {
        refresh: if keeps {
            held.refresh.clone()
        } else {
            came.refresh.clone()
        },
        ..came.clone()
    };
    let mut sealed = seal(auth, &tokens, known.id)?;
    if keeps && !auth.providers.vault.is_outdated(&known.tokens) {
        sealed.refresh.clone_from(&known.tokens.refresh);
    }
    Ok(sealed)
}

/// Opens the tokens of an identity. What an old key has sealed is sealed again with the new one, in one conditional statement.
async fn open(auth: &Auth, known: &Identity) -> Result<Tokens, Trouble> {
    let vault = &auth.providers.vault;
    let lost =
        |error: super::vault::VaultError| Trouble::Ours(Problem::new(Code::InternalError).because(error.0));
    let tokens = vault.open(&known.tokens, known.id).map_err(lost)?;
    if vault.is_outdated(&known.tokens) {
        let sealed = seal(auth, &tokens, known.id)?;
        identity::reseal(&auth.db, known, &sealed)
            .await
            .map_err(|error| Trouble::Ours(problem::database(error)))?;
    }
    Ok(tokens)
}

/// Seals tokens for an identity.
pub fn seal(auth: &Auth, tokens: &Tokens, identity: Id<ProviderIdentity>) -> Result<Sealed, Trouble> {
    let sealed = auth.providers.vault.seal(tokens, identity, &*auth.random);
    sealed.map_err(|error| Trouble::Ours(Problem::new(Code::InternalError).because(error.0)))
}
