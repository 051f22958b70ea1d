//! Token buckets for calls to outside providers (GUARD-5), shared by every instance.

use std::num::NonZeroU32;

use domain::Timestamp;
use sql::{Database, Error};

/// Tokens are stored in millionths, so that a slow rate fills a bucket a little with every microsecond.
const MILLIONTHS: i64 = 1_000_000;

/// How much of a provider we may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Calls at once after a pause.
    pub burst: u32,
    /// Calls per minute in the long run.
    pub per_minute: u32,
}

impl Quota {
    /// So many calls per minute, and at once what a quarter of a minute brings: an idle hour must not end in a volley.
    pub fn steady(per_minute: NonZeroU32) -> Self {
        let per_minute = per_minute.get();
        Self {
            burst: (per_minute / 4).max(1),
            per_minute,
        }
    }
}

/// Takes a token for one call to `provider`; `false` when none is left. One statement, so concurrent calls never take the same
/// token. A clock that was set back fills nothing until it has caught up.
///
/// # Errors
/// [`Error`]; then no token was taken.
pub async fn take(db: &Database, provider: &str, quota: Quota, now: Timestamp) -> Result<bool, Error> {
    let full = i64::from(quota.burst) * MILLIONTHS;
    let row = db
        .query_optional(
            "INSERT INTO provider_buckets (provider, tokens, filled_at) VALUES ($1, $2, $3)
             ON CONFLICT (provider) DO UPDATE SET
                 tokens = CASE
                     WHEN $3 <= provider_buckets.filled_at THEN provider_buckets.tokens
                     WHEN provider_buckets.tokens + ($3 - provider_buckets.filled_at) * $4 / 60 > $5 THEN $5
                     ELSE provider_buckets.tokens + ($3 - provider_buckets.filled_at) * $4 / 60
                 END - $6,
                 filled_at = CASE
                     WHEN $3 <= provider_buckets.filled_at THEN provider_buckets.filled_at
                     ELSE $3
                 END
             WHERE provider_buckets.tokens >= $6
                 OR ($3 > provider_buckets.filled_at
                     AND provider_buckets.tokens + ($3 - provider_buckets.filled_at) * $4 / 60 >= $6)
             RETURNING tokens",
            vec![
                provider.into(),
                (full - MILLIONTHS).into(),
                now.micros().into(),
                i64::from(quota.per_minute).into(),
                full.into(),
                MILLIONTHS.into(),
            ],
        )
        .await?;
    Ok(row.is_some())
}
