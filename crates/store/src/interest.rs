//! Interests in signals (SIG-4, SIG-5).

use domain::interest::{Decision, Interest, State};
use domain::outbox::Mail;
use domain::signal::Signal;
use domain::text::Message;
use domain::user::User;
use domain::{Id, Timestamp};
use sql::{Database, Error, Row, Value};

use crate::audit::Event;
use crate::codec::{at, id, read_at, read_id, read_optional_at, read_text};
use crate::signal::{Contact, Viewer, open_to_others};
use crate::user;

/// An interest as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its id.
    pub id: Id<Interest>,
    /// In which signal.
    pub signal: Id<Signal>,
    /// What became of it.
    pub state: State,
    /// The author's words.
    pub message: Message,
    /// When it was written.
    pub created_at: Timestamp,
    /// When the owner decided.
    pub decided_at: Option<Timestamp>,
    /// Name and address of the other side, once it was accepted.
    pub contact: Option<Contact>,
}

/// Contact columns are read for every row and shown for accepted ones only.
fn read(row: &Row) -> Result<Stored, Error> {
    let state = read_text(row, 2, "state", State::parse)?;
    let (name, email): (Option<String>, Option<String>) = (row.get(6)?, row.get(7)?);
    let contact = name.zip(email).filter(|_| state == State::Accepted);
    Ok(Stored {
        id: read_id(row, 0)?,
        signal: read_id(row, 1)?,
        state,
        message: read_text(row, 3, "message", Message::parse)?,
        created_at: read_at(row, 4)?,
        decided_at: read_optional_at(row, 5)?,
        contact: contact.map(|(name, email)| Contact { name, email }),
    })
}

/// An interest on its way in.
pub struct NewInterest<'a> {
    /// Its id.
    pub id: Id<Interest>,
    /// In which signal.
    pub signal: Id<Signal>,
    /// The author's words.
    pub message: &'a Message,
    /// In which language the author is written to, `en` or `ko`.
    pub language: &'static str,
    /// For the audit log.
    pub audit: &'a Event,
}

/// Notes an interest of the viewer in somebody else's signal that they can find; `None` if they cannot, have one already, or their account
/// has ended meanwhile. One statement: of N parallel attempts one succeeds. The same id again is the same creation (CONV-7).
///
/// # Errors
/// [`Error`].
pub async fn create(db: &Database, new: &NewInterest<'_>, viewer: Viewer) -> Result<Option<Stored>, Error> {
    let statement = format!(
        "INSERT INTO signal_interests (id, user_id, message, language, state, created_at, updated_at, audit, signal_id)
         SELECT $1, $2, $3, $4, 'pending', $5, $5, $6, signals.id FROM signals JOIN users u ON u.id = $2 AND u.deleted_at IS NULL
         WHERE signals.id = $7 AND signals.owner_id <> $2 AND signals.deleted_at IS NULL AND {} {}
         ON CONFLICT (signal_id, user_id) DO UPDATE SET id = excluded.id
             WHERE signal_interests.id = excluded.id
         RETURNING id, signal_id, state, message, utc(created_at), utc(decided_at), NULL, NULL",
        open_to_others("$8", "$5"),
        user::lock(db),
    );
    let row = db
        .query_optional(
            &statement,
            vec![
                id(new.id),
                id(viewer.user),
                new.message.as_str().into(),
                new.language.into(),
                at(viewer.now),
                new.audit.value(),
                id(new.signal),
                viewer.sees_agents_only.into(),
            ],
        )
        .await?;
    row.map(|row| read(&row)).transpose()
}

/// One interest, for its author and for the owner of the signal; `None` for anybody else. The contact is that of the other side.
///
/// # Errors
/// [`Error`].
pub async fn find(
    db: &Database,
    interest: Id<Interest>,
    signal: Id<Signal>,
    person: Id<User>,
) -> Result<Option<Stored>, Error> {
    let row = db
        .query_optional(
            "SELECT i.id, i.signal_id, i.state, i.message, utc(i.created_at), utc(i.decided_at), u.name, u.email
             FROM signal_interests i JOIN signals s ON s.id = i.signal_id
             LEFT JOIN users u ON u.id = CASE WHEN s.owner_id = $1 THEN i.user_id ELSE s.owner_id END
                 AND u.deleted_at IS NULL
             WHERE i.id = $2 AND i.signal_id = $3 AND s.deleted_at IS NULL AND (i.user_id = $1 OR s.owner_id = $1)",
            vec![id(person), id(interest), id(signal)],
        )
        .await?;
    row.map(|row| read(&row)).transpose()
}

/// Where a page begins: after this instant and id.
pub type Position = (Timestamp, Id<Interest>);

/// One page of the interests in a person's own signal, newest first, older than `before`; `None` when the signal is not theirs.
///
/// # Errors
/// [`Error`].
pub async fn list_of_signal(
    db: &Database,
    signal: Id<Signal>,
    owner: Id<User>,
    before: Option<Position>,
    limit: u8,
) -> Result<Vec<Stored>, Error> {
    let columns =
        "i.id, i.signal_id, i.state, i.message, utc(i.created_at), utc(i.decided_at), u.name, u.email";
    let from = "signal_interests i JOIN signals s ON s.id = i.signal_id LEFT JOIN users u ON u.id = i.user_id AND u.deleted_at IS NULL";
    let conditions = "i.signal_id = $1 AND s.owner_id = $2 AND s.deleted_at IS NULL";
    let statement = format!("SELECT {columns} FROM {from} WHERE {conditions}");
    page(db, statement, vec![id(signal), id(owner)], before, limit).await
}

/// One page of a person's own interests, newest first, older than `before`.
///
/// # Errors
/// [`Error`].
pub async fn list_own(
    db: &Database,
    author: Id<User>,
    before: Option<Position>,
    limit: u8,
) -> Result<Vec<Stored>, Error> {
    let columns =
        "i.id, i.signal_id, i.state, i.message, utc(i.created_at), utc(i.decided_at), u.name, u.email";
    let from = "signal_interests i JOIN signals s ON s.id = i.signal_id LEFT JOIN users u ON u.id = s.owner_id AND u.deleted_at IS NULL";
    let statement = format!("SELECT {columns} FROM {from} WHERE i.user_id = $1 AND s.deleted_at IS NULL");
    page(db, statement, vec![id(author)], before, limit).await
}

async fn page(
    db: &Database,
    mut statement: String,
    mut parameters: Vec<Value>,
    before: Option<Position>,
    limit: u8,
) -> Result<Vec<Stored>, Error> {
    if let Some((created_at, interest)) = before {
        parameters.push(at(created_at));
        parameters.push(id(interest));
        let (instant, last) = (parameters.len() - 1, parameters.len());
        statement.push_str(&format!(" AND (i.created_at, i.id) < (${instant}, ${last})"));
    }
    statement.push_str(&format!(" ORDER BY i.created_at DESC, i.id DESC LIMIT {limit}"));
    let rows = db.query(&statement, parameters).await?;
    rows.iter().map(read).collect()
}

/// What an owner decides about an interest.
pub struct Judgement<'a> {
    /// The interest.
    pub interest: Id<Interest>,
    /// In which signal.
    pub signal: Id<Signal>,
    /// Whose signal.
    pub owner: Id<User>,
    /// Yes or no.
    pub decision: Decision,
    /// The ids of the two mails that accepting writes: to the owner and to the author.
    pub mails: (Id<Mail>, Id<Mail>),
    /// The owner's language, `en` or `ko`.
    pub language: &'static str,
    /// For the audit log.
    pub audit: &'a Event,
    /// Now.
    pub now: Timestamp,
}

/// Decides a pending interest in one's own open signal; `None` if there is none. One statement: a trigger writes the mails, and of N
/// parallel decisions one counts.
///
/// # Errors
/// [`Error`].
pub async fn decide(db: &Database, judgement: &Judgement<'_>) -> Result<Option<Stored>, Error> {
    let row = db
        .query_optional(
            "UPDATE signal_interests SET state = $1, decided_at = $2, updated_at = $2, owner_mail_id = $3,
                 author_mail_id = $4, owner_language = $5, audit = $6
             WHERE id = $7 AND signal_id = $8 AND state = 'pending'
                 AND EXISTS (SELECT 1 FROM signals s WHERE s.id = signal_interests.signal_id AND s.owner_id = $9
                     AND s.deleted_at IS NULL AND s.state IN ('active', 'paused')
                     AND (s.expires_at IS NULL OR s.expires_at > $2))
             RETURNING id, signal_id, state, message, utc(created_at), utc(decided_at),
                 (SELECT u.name FROM users u WHERE u.id = signal_interests.user_id AND u.deleted_at IS NULL),
                 (SELECT u.email FROM users u WHERE u.id = signal_interests.user_id AND u.deleted_at IS NULL)",
            vec![
                judgement.decision.state().as_str().into(),
                at(judgement.now),
                id(judgement.mails.0),
                id(judgement.mails.1),
                judgement.language.into(),
                judgement.audit.value(),
                id(judgement.interest),
                id(judgement.signal),
                id(judgement.owner),
            ],
        )
        .await?;
    row.map(|row| read(&row)).transpose()
}

/// Whether a person's own signal has this interest, decided or not.
///
/// # Errors
/// [`Error`].
pub async fn exists(
    db: &Database,
    interest: Id<Interest>,
    signal: Id<Signal>,
    owner: Id<User>,
) -> Result<bool, Error> {
    let row = db
        .query_optional(
            "SELECT 1 FROM signal_interests i JOIN signals s ON s.id = i.signal_id
             WHERE i.id = $1 AND i.signal_id = $2 AND s.owner_id = $3 AND s.deleted_at IS NULL",
            vec![id(interest), id(signal), id(owner)],
        )
        .await?;
    Ok(row.is_some())
}

/// Takes a person's own interest back; `false` when there is none. The event stays, the row goes, by a trigger. One statement.
///
/// # Errors
/// [`Error`].
pub async fn withdraw(
    db: &Database,
    interest: Id<Interest>,
    signal: Id<Signal>,
    author: Id<User>,
    audit: &Event,
) -> Result<bool, Error> {
    let row = db
        .query_optional(
            "UPDATE signal_interests SET state = 'withdrawn', audit = $1
             WHERE id = $2 AND signal_id = $3 AND user_id = $4
             RETURNING id",
            vec![audit.value(), id(interest), id(signal), id(author)],
        )
        .await?;
    Ok(row.is_some())
}
