//! Voids access tokens whose version the database has raised (AUTH-13, GUARD-2).
//!
//! The key-value stores have no step that reads and writes at once. Of two revocations that cross, both may read the entry before either
//! writes, and the one with the lower version may write last. So whoever has written asks the database for the version of by now, and
//! writes again while that is higher. Every version is in the database before it is in the store; so whoever writes last has asked after
//! every other writer, and what it leaves is the highest. Only in between, for as long as one call to each takes, can the lower one stand.

use domain::Id;
use domain::user::User;
use guard::problem;
use http_kit::{Code, Problem};
use store::{token_floor, user};

use crate::state::Auth;

/// How often an entry is written. Each repetition needs another revocation of the same account within a few milliseconds.
const TRIES: usize = 8;

/// Whose tokens are voided.
#[derive(Clone, Copy)]
enum Whose {
    User(Id<User>),
    Everybody,
}

/// Voids every access token of a person below `version`, which the database has already.
///
/// # Errors
/// A failed call to the store or the database; then some tokens may live on, and asking again finishes what was begun.
pub async fn of_user(auth: &Auth, user: Id<User>, version: i64) -> Result<(), Problem> {
    until_highest(auth, Whose::User(user), version).await
}

/// Voids every access token of everybody below `floor`, which the database has already.
///
/// # Errors
/// As [`of_user`].
pub async fn of_everybody(auth: &Auth, floor: i64) -> Result<(), Problem> {
    until_highest(auth, Whose::Everybody, floor).await
}

async fn until_highest(auth: &Auth, whose: Whose, mut version: i64) -> Result<(), Problem> {
    for _ in 0..TRIES {
        write(auth, whose, version).await?;
        let newest = newest(auth, whose).await.map_err(problem::database)?;
        match newest {
            Some(newest) if newest > version => version = newest,
            _ => return Ok(()),
        }
    }
    Err(Problem::new(Code::StoreUnavailable).because("other revocations kept crossing this one"))
}

async fn write(auth: &Auth, whose: Whose, lowest: i64) -> Result<(), Problem> {
    let (revocations, now) = (&auth.guard.revocations, auth.clock.now());
    let written = match whose {
        Whose::User(user) => revocations.revoke_user(user, lowest, now, &*auth.random).await,
        Whose::Everybody => revocations.revoke_everybody(lowest, now, &*auth.random).await,
    };
    written.map_err(problem::store)
}

/// The version that the database has. An account has its row also after it was deleted.
async fn newest(auth: &Auth, whose: Whose) -> Result<Option<i64>, store::Error> {
    match whose {
        Whose::User(user) => user::token_version(&auth.db, user).await,
        Whose::Everybody => token_floor::current(&auth.db).await.map(Some),
    }
}
