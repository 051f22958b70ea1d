//! One-time tokens (AUTH-1, AUTH-2).

use domain::Timestamp;
use domain::one_time_token::Purpose;
use sql::{Database, Error};

use crate::audit::Event;
use crate::codec::at;

/// Uses a verification token and marks its account's address as verified; `false` when the token is unknown, used or too old
/// (AUTH-2). One statement: a trigger marks the address. Of N parallel attempts one succeeds.
///
/// # Errors
/// [`Error`]; then the token is as good as before.
pub async fn verify_email(
    db: &Database,
    hash: &[u8; 32],
    audit: &Event,
    now: Timestamp,
) -> Result<bool, Error> {
    let used = db
        .query_optional(
            "UPDATE one_time_tokens SET used_at = $1, audit = $2
             WHERE token_hash = $3 AND purpose = $4 AND used_at IS NULL AND expires_at > $1
             RETURNING user_id",
            vec![
                at(now),
                audit.value(),
                hash.into(),
                Purpose::VerifyEmail.as_str().into(),
            ],
        )
        .await?;
    Ok(used.is_some())
}
