//! Somebody is back from a provider: sign in, make an account, tie to one, or ask for a proof (AUTH-14).

use config::Class;
use domain::Id;
use domain::audit::Action;
use domain::provider::{CODE, PROOF, Profile, Provider, Step, Subject, judge};
use guard::problem;
use http_kit::{Code, Problem};
use store::identity::{self, Arrival, Owner};
use store::oauth_state::{self, Question};

use super::desk::Desk;
use super::grant::Granted;
use super::refresh;
use super::trouble::Trouble;
use super::vault::Tokens;
use crate::account;
use crate::revocation;
use crate::secret::Token;
use crate::session::ending;
use crate::state::Auth;

/// How often the world may change between the judgement and the statement before we give up.
const ATTEMPTS: usize = 3;

/// What became of somebody.
pub enum Outcome {
    /// The app may exchange this code for tokens.
    SignedIn(Token),
    /// A token was mailed to the address.
    ProofAsked,
}

/// Does what the judgement says. Each statement holds only while what was judged is still so; else it is judged again.
pub async fn settle(
    desk: &Desk<'_>,
    state_hash: &[u8; 32],
    profile: &Profile,
    granted: Granted,
) -> Result<Outcome, Trouble> {
    let tokens = Tokens {
        access: granted.access,
        refresh: granted.refresh,
        access_expires_at: granted.access_expires_at,
    };
    for _ in 0..ATTEMPTS {
        let (db, provider) = (&desk.auth.db, desk.provider);
        let known = identity::find_standing(db, provider, &profile.subject, profile.email.as_ref()).await;
        let address = profile.email.as_ref().map(|_| profile.vouched);
        match judge(known.map_err(database)?, address) {
            Step::AskForAddress => {
                return Err(Trouble::Ours(Problem::new(Code::ProviderAddressMissing)));
            }
            Step::Prove => return ask_for_proof(desk, state_hash, profile, &tokens).await,
            Step::SignIn => refresh::keep(desk, &profile.subject, &tokens).await?,
            Step::Enter => enter(desk, profile, &tokens).await?,
        }
        if let Some(code) = sign_in(desk, state_hash, &profile.subject).await? {
            return Ok(Outcome::SignedIn(code));
        }
    }
    Err(Trouble::Unavailable("too_many_at_once"))
}

/// Makes the account or ties the identity to the one that is there.
async fn enter(desk: &Desk<'_>, profile: &Profile, tokens: &Tokens) -> Result<(), Trouble> {
    with_arrival(desk, profile, tokens, async |arrival| {
        identity::enter(&desk.auth.db, arrival).await.map_err(database)
    })
    .await
}

async fn ask_for_proof(
    desk: &Desk<'_>,
    state_hash: &[u8; 32],
    profile: &Profile,
    tokens: &Tokens,
) -> Result<Outcome, Trouble> {
    let auth = desk.auth;
    let token = Token::generate(&*auth.random);
    with_arrival(desk, profile, tokens, async |arrival| {
        // Whoever says whose the address is was not believed: many clients must not flood one mailbox (GUARD-3).
        auth.guard
            .charge(Class::SignIn, &account::subject(arrival.email), desk.context)
            .await
            .map_err(Trouble::Ours)?;
        let question = Question {
            proof_hash: &token.hash(),
            token: token.expose(),
            expires_at: arrival.now.plus(PROOF),
            mail_id: Id::new(arrival.now, &*auth.random),
        };
        oauth_state::ask_for_proof(&auth.db, state_hash, arrival, &question)
            .await
            .map_err(database)
    })
    .await?;
    Ok(Outcome::ProofAsked)
}

/// Puts together what is written of somebody who is new, and writes it with `write`.
async fn with_arrival(
    desk: &Desk<'_>,
    profile: &Profile,
    tokens: &Tokens,
    write: impl AsyncFnOnce(&Arrival<'_>) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let auth = desk.auth;
    let (now, random) = (desk.now(), &*auth.random);
    let missing = || Trouble::Ours(Problem::new(Code::ProviderAddressMissing));
    let email = profile.email.as_ref().ok_or_else(missing)?;
    let name = profile.display_name(email).ok_or_else(missing)?;
    let identity = Id::new(now, random);
    let arrival = Arrival {
        identity,
        user: Id::new(now, random),
        provider: desk.provider,
        subject: &profile.subject,
        email,
        name: &name,
        tokens: &refresh::seal(auth, tokens, identity)?,
        mail_id: Id::new(now, random),
        language: desk.context.language().tag(),
        audit: &desk.context.audit(Action::ProviderLinked, random),
        now,
    };
    write(&arrival).await?;
    // Either write may have left a mail.
    auth.bell.ring(&desk.context.trace().traceparent());
    Ok(())
}

/// Gives the visit its code, if the subject has an account; what was tied just now loses its earlier access tokens first.
async fn sign_in(
    desk: &Desk<'_>,
    state_hash: &[u8; 32],
    subject: &Subject,
) -> Result<Option<Token>, Trouble> {
    let auth = desk.auth;
    let owner = identity::find_owner(&auth.db, desk.provider, subject).await;
    let Some(owner) = owner.map_err(database)? else {
        return Ok(None);
    };
    revoke_earlier(auth, &owner).await.map_err(Trouble::Ours)?;
    let code = Token::generate(&*auth.random);
    let end = desk.now().plus(CODE);
    let tied = oauth_state::sign_in(&auth.db, state_hash, desk.provider, subject, &code.hash(), end)
        .await
        .map_err(database)?;
    Ok(tied.then_some(code))
}

/// Voids the access tokens of before the identity was tied to the account. The database has done so already; as long as one of
/// them could still be alive it is said again at every sign-in, in case the store was down the first time (AUTH-13).
pub async fn revoke_earlier(auth: &Auth, owner: &Owner) -> Result<(), Problem> {
    let oldest = ending::oldest_living(auth, auth.clock.now());
    let recently = owner.linked_at.is_some_and(|at| at >= oldest);
    if !recently {
        return Ok(());
    }
    revocation::of_user(auth, owner.user, owner.grants.token_version).await
}

/// The account of somebody whose proof was accepted.
pub async fn owner(auth: &Auth, provider: Provider, subject: &Subject) -> Result<Option<Owner>, Problem> {
    identity::find_owner(&auth.db, provider, subject)
        .await
        .map_err(problem::database)
}

fn database(error: store::Error) -> Trouble {
    Trouble::Ours(problem::database(error))
}
