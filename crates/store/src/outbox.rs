//! Mail that waits (AUTH-17).

use domain::outbox::Mail;
use domain::{Id, Timestamp};
use sql::{Database, Error};

use crate::codec::{read_at, read_id};

/// A mail as the development outbox shows it.
pub struct Waiting {
    /// The mail.
    pub id: Id<Mail>,
    /// To whom.
    pub recipient: String,
    /// Which text.
    pub template: String,
    /// `en` or `ko`.
    pub language: String,
    /// For the salutation.
    pub person_name: String,
    /// The one-time token, if the text has one.
    pub token: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
}

/// The newest mails, newest first. For development only: it is the one read that crosses persons.
///
/// # Errors
/// [`Error`].
pub async fn newest(db: &Database, limit: i64) -> Result<Vec<Waiting>, Error> {
    let rows = db
        .query(
            "SELECT id, recipient, template, language, person_name, token, utc(created_at)
             FROM outbox ORDER BY id DESC LIMIT $1",
            vec![limit.into()],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Waiting {
                id: read_id(row, 0)?,
                recipient: row.get(1)?,
                template: row.get(2)?,
                language: row.get(3)?,
                person_name: row.get(4)?,
                token: row.get(5)?,
                created_at: read_at(row, 6)?,
            })
        })
        .collect()
}
