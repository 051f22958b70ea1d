//! One-time tokens (AUTH-1, AUTH-2).

use domain::one_time_token::Purpose;
use domain::user::User;
use domain::{Id, Timestamp};
use sql::{Database, Error, Transaction};

use crate::codec::{at, id, read_id};

pub(crate) struct NewToken<'a> {
    pub hash: &'a [u8; 32],
    pub user: Id<User>,
    pub purpose: Purpose,
    pub now: Timestamp,
}

pub(crate) async fn insert(transaction: &Transaction, new: &NewToken<'_>) -> Result<(), Error> {
    let expires_at = new.now.plus(new.purpose.lifetime());
    transaction
        .query(
            "INSERT INTO one_time_tokens (token_hash, user_id, purpose, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5)",
            vec![
                new.hash.into(),
                id(new.user),
                new.purpose.as_str().into(),
                at(new.now),
                at(expires_at),
            ],
        )
        .await
        .map(|_| ())
}

/// Uses a verification token and marks its account's address as verified, in one transaction; `false` when the token is
/// unknown, used or too old (AUTH-2). Of N parallel attempts one succeeds.
///
/// # Errors
/// [`Error`]; then the token is as good as before.
pub async fn verify_email(db: &Database, hash: &[u8; 32], now: Timestamp) -> Result<bool, Error> {
    let transaction = db.begin().await?;
    let used = transaction
        .query(
            "UPDATE one_time_tokens SET used_at = $1
             WHERE token_hash = $2 AND purpose = $3 AND used_at IS NULL AND expires_at > $1
             RETURNING user_id",
            vec![at(now), hash.into(), Purpose::VerifyEmail.as_str().into()],
        )
        .await?;
    let Some(row) = used.first() else {
        transaction.rollback().await?;
        return Ok(false);
    };
    let user: Id<User> = read_id(row, 0)?;
    transaction
        .query(
            "UPDATE users SET email_verified_at = COALESCE(email_verified_at, $1), updated_at = $1,
                 version = version + 1
             WHERE id = $2 AND deleted_at IS NULL",
            vec![at(now), id(user)],
        )
        .await?;
    transaction.commit().await?;
    Ok(true)
}
