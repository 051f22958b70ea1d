//! Revocation (GUARD-2): looked up on every request, in one read while nothing changes.
//!
//! Users fall into shards, and each shard has an epoch: a random value that every revocation in it replaces *after* it
//! has written its entry. An instance remembers under which epoch it found a session in good standing; as long as the
//! shard still has that epoch, nothing in it was revoked and one read is enough. The epoch is read before the entries, so a
//! revocation that happens in between is seen at the next request at the latest.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::session::Session;
use domain::user::User;
use domain::{Id, Random, Timestamp};
use kv::Store;

use crate::context::nonce;
use crate::token::{AccessToken, LEEWAY_SECONDS};

/// How many epochs there are. More shards mean fewer second looks after a revocation.
const SHARDS: u8 = 64;
/// How many sessions an instance remembers.
const REMEMBERED: usize = 1024;

/// The key of the entry that concerns all.
const EVERYBODY: &str = "everybody";

/// Who is revoked, as every component sees it.
pub struct Revocations {
    store: Store,
    longest_token: Duration,
    standing: Mutex<HashMap<Id<Session>, Standing>>,
}

/// A session that was in good standing.
struct Standing {
    version: i64,
    epoch: Vec<u8>,
}

impl Revocations {
    /// Entries live as long as the access tokens that they void, `longest_token` and the leeway.
    pub fn new(store: Store, longest_token: Duration) -> Self {
        Self {
            store,
            longest_token,
            standing: Mutex::default(),
        }
    }

    /// Whether the token's session or person was revoked.
    ///
    /// # Errors
    /// [`kv::Error`] when the store cannot be read; then the request must be refused.
    pub async fn is_revoked(&self, token: &AccessToken, now: Timestamp) -> Result<bool, kv::Error> {
        let now = now.seconds();
        let epoch = self
            .store
            .get(&epoch_key(shard_of(token.user)), now)
            .await?
            .unwrap_or_default();
        if self.knows(token, &epoch) {
            return Ok(false);
        }
        if self.store.get(&session_key(token.session), now).await?.is_some() {
            return Ok(true);
        }
        for key in [user_key(token.user), EVERYBODY.to_owned()] {
            if let Some(bytes) = self.store.get(&key, now).await?
                && token.version < lowest_version(&bytes)
            {
                return Ok(true);
            }
        }
        self.remember(token, epoch);
        Ok(false)
    }

    /// Revokes one sign-in: its access tokens are refused from the next request on.
    ///
    /// # Errors
    /// [`kv::Error`] when the store cannot be written; then the tokens live on and the caller must say so.
    pub async fn revoke_session(
        &self,
        user: Id<User>,
        session: Id<Session>,
        now: Timestamp,
        random: &dyn Random,
    ) -> Result<(), kv::Error> {
        self.revoke_sessions(user, &[session], now, random).await
    }

    /// Revokes several sign-ins of one person.
    ///
    /// # Errors
    /// As [`Revocations::revoke_session`]; calling it again finishes what was begun.
    pub async fn revoke_sessions(
        &self,
        user: Id<User>,
        sessions: &[Id<Session>],
        now: Timestamp,
        random: &dyn Random,
    ) -> Result<(), kv::Error> {
        for session in sessions {
            self.store
                .set(&session_key(*session), b"1", self.end(now))
                .await?;
        }
        self.turn(user, now, random).await
    }

    /// Revokes every access token of a person with a version below `lowest_version` (AUTH-13).
    ///
    /// # Errors
    /// As [`Revocations::revoke_session`].
    pub async fn revoke_user(
        &self,
        user: Id<User>,
        lowest_version: i64,
        now: Timestamp,
        random: &dyn Random,
    ) -> Result<(), kv::Error> {
        self.raise(&user_key(user), lowest_version, now).await?;
        self.turn(user, now, random).await
    }

    /// Revokes every access token of everybody with a version below `lowest_version` (AUTH-13).
    ///
    /// # Errors
    /// As [`Revocations::revoke_session`]; calling it again finishes what was begun.
    pub async fn revoke_everybody(
        &self,
        lowest_version: i64,
        now: Timestamp,
        random: &dyn Random,
    ) -> Result<(), kv::Error> {
        self.raise(EVERYBODY, lowest_version, now).await?;
        for shard in 0..SHARDS {
            self.turn_shard(shard, now, random).await?;
        }
        Ok(())
    }

    /// Reads once, to see whether the store answers (OPS-1).
    ///
    /// # Errors
    /// [`kv::Error`] when it does not.
    pub async fn probe(&self, now: Timestamp) -> Result<(), kv::Error> {
        self.store.get("epoch/0", now.seconds()).await.map(|_| ())
    }

    /// Sets the lowest version of an entry, but not lower than it was when it was read: of two revocations, the later may write first. Of
    /// two that cross, the lower one may still stand afterwards; whoever raises versions asks the database again and repeats.
    async fn raise(&self, key: &str, lowest: i64, now: Timestamp) -> Result<(), kv::Error> {
        let known = self.store.get(key, now.seconds()).await?;
        let known = known.map_or(i64::MIN, |bytes| lowest_version(&bytes));
        self.store
            .set(key, &lowest.max(known).to_be_bytes(), self.end(now))
            .await
    }

    /// Gives the shard a new epoch, so that every instance looks again.
    async fn turn(&self, user: Id<User>, now: Timestamp, random: &dyn Random) -> Result<(), kv::Error> {
        self.turn_shard(shard_of(user), now, random).await
    }

    async fn turn_shard(&self, shard: u8, now: Timestamp, random: &dyn Random) -> Result<(), kv::Error> {
        let epoch = nonce(random);
        self.store
            .set(&epoch_key(shard), epoch.as_bytes(), self.end(now))
            .await
    }

    fn end(&self, now: Timestamp) -> i64 {
        now.plus(self.longest_token).seconds() + 2 * LEEWAY_SECONDS
    }

    fn knows(&self, token: &AccessToken, epoch: &[u8]) -> bool {
        let standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        standing
            .get(&token.session)
            .is_some_and(|known| known.epoch == epoch && known.version <= token.version)
    }

    fn remember(&self, token: &AccessToken, epoch: Vec<u8>) {
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        if standing.len() >= REMEMBERED {
            standing.clear();
        }
        standing.insert(
            token.session,
            Standing {
                version: token.version,
                epoch,
            },
        );
    }
}

fn shard_of(user: Id<User>) -> u8 {
    user.uuid().into_bytes().last().copied().unwrap_or(0) % SHARDS
}

fn epoch_key(shard: u8) -> String {
    ["epoch/", &shard.to_string()].concat()
}

/// Entries of sessions may be swept once they have expired (OPS-7): a session that ended gets no token any more, so its entry is not
/// written again. Those of people are written again, and a sweep could take away a new one; there are as many as people at most.
pub const SWEPT: &str = "session/";

fn session_key(session: Id<Session>) -> String {
    format!("{SWEPT}{session}")
}

fn user_key(user: Id<User>) -> String {
    format!("user/{user}")
}

fn lowest_version(bytes: &[u8]) -> i64 {
    // An entry that cannot be read revokes: better one sign-in too many than one token too long.
    bytes.try_into().map_or(i64::MAX, i64::from_be_bytes)
}

#[cfg(test)]
#[path = "revocation_tests.rs"]
mod tests;
