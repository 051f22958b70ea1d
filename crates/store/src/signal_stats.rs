//! How a signal is received (SIG-6).

use domain::Id;
use domain::interest::State;
use domain::signal::Signal;
use domain::user::User;
use sql::{Database, Error};

use crate::codec::{id, read_text};

/// Views and interests of a signal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Views in whole batches; the rest is in the key-value store.
    pub views: i64,
    /// Interests that nobody has decided.
    pub pending: i64,
    /// Interests that were accepted.
    pub accepted: i64,
    /// Interests that were declined.
    pub declined: i64,
}

/// Adds a batch of views. One statement.
///
/// # Errors
/// [`Error`]; then the batch is not counted.
pub async fn add_views(db: &Database, signal: Id<Signal>, views: i64) -> Result<(), Error> {
    db.query(
        "INSERT INTO signal_views (signal_id, views) VALUES ($1, $2)
         ON CONFLICT (signal_id) DO UPDATE SET views = signal_views.views + excluded.views",
        vec![id(signal), views.into()],
    )
    .await
    .map(|_| ())
}

/// How a person's own signal is received; `None` when it is not theirs. One statement, one row for each state.
///
/// # Errors
/// [`Error`].
pub async fn find(db: &Database, signal: Id<Signal>, owner: Id<User>) -> Result<Option<Stats>, Error> {
    let rows = db
        .query(
            "SELECT COALESCE(i.state, 'pending'), COUNT(i.id),
                 COALESCE((SELECT v.views FROM signal_views v WHERE v.signal_id = $1), 0)
             FROM signals s LEFT JOIN signal_interests i ON i.signal_id = s.id
             WHERE s.id = $1 AND s.owner_id = $2 AND s.deleted_at IS NULL
             GROUP BY i.state",
            vec![id(signal), id(owner)],
        )
        .await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let mut stats = Stats::default();
    for row in &rows {
        let count = row.get(1)?;
        match read_text(row, 0, "state", State::parse)? {
            State::Pending => stats.pending = count,
            State::Accepted => stats.accepted = count,
            State::Declined => stats.declined = count,
        }
        stats.views = row.get(2)?;
    }
    Ok(Some(stats))
}
