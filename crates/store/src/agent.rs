//! Estate agents (AUTH-19). The role of an agent's account follows the verification, by triggers.

use domain::agent::{Agent, LicenceNumber, Rating, SuccessRate};
use domain::user::User;
use domain::version::Expected;
use domain::{Id, Timestamp};
use sql::{Database, Error, Row, Value};

use crate::audit::Event;
use crate::codec::{at, id, read_at, read_id, read_optional_at, read_optional_text, read_text};
use crate::conditions::Conditions;
use crate::user;

/// An agent as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its id.
    pub id: Id<Agent>,
    /// Whose it is.
    pub user: Id<User>,
    /// The registration number of the office.
    pub licence_number: LicenceNumber,
    /// What clients think; `None` before the first has said so.
    pub rating: Option<Rating>,
    /// The share of contracts carried out; `None` before the first ended.
    pub success_rate: Option<SuccessRate>,
    /// When the licence was found in order; `None` before.
    pub verified_at: Option<Timestamp>,
    /// Counts changes (CONV-6).
    pub version: i64,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Ratios are read as text: Spin knows no `NUMERIC`, and text of the form `d.dd` is exact on both engines.
const COLUMNS: &str = "id, user_id, licence_number, CAST(rating AS TEXT), CAST(success_rate AS TEXT), utc(verified_at), version,
    utc(created_at), utc(updated_at)";

fn read(row: &Row) -> Result<Stored, Error> {
    Ok(Stored {
        id: read_id(row, 0)?,
        user: read_id(row, 1)?,
        licence_number: read_text(row, 2, "licence number", LicenceNumber::parse)?,
        rating: read_optional_text(row, 3, "rating", Rating::parse)?,
        success_rate: read_optional_text(row, 4, "success rate", SuccessRate::parse)?,
        verified_at: read_optional_at(row, 5)?,
        version: row.get(6)?,
        created_at: read_at(row, 7)?,
        updated_at: read_at(row, 8)?,
    })
}

async fn one(db: &Database, statement: &str, parameters: Vec<Value>) -> Result<Option<Stored>, Error> {
    let row = db.query_optional(statement, parameters).await?;
    row.map(|row| read(&row)).transpose()
}

/// Registers a person as an agent; `None` when the person is one already or somebody else has the licence. One statement. Asked for the same
/// id again, it finds its row (CONV-7).
///
/// # Errors
/// [`Error`].
pub async fn create(
    db: &Database,
    agent: Id<Agent>,
    person: Id<User>,
    licence_number: &LicenceNumber,
    audit: &Event,
    now: Timestamp,
) -> Result<Option<Stored>, Error> {
    let statement = format!(
        "INSERT INTO agents (id, user_id, licence_number, created_at, updated_at, audit)
         SELECT $1, $2, $3, $4, $4, $5 FROM users u WHERE u.id = $2 AND u.deleted_at IS NULL {}
         ON CONFLICT DO NOTHING
         RETURNING {COLUMNS}",
        user::lock(db),
    );
    let parameters = vec![
        id(agent),
        id(person),
        licence_number.as_str().into(),
        at(now),
        audit.value(),
    ];
    if let Some(made) = one(db, &statement, parameters).await? {
        return Ok(Some(made));
    }
    let own = find_own(db, person).await?;
    Ok(own.filter(|own| own.id == agent))
}

/// A person's own registration.
///
/// # Errors
/// [`Error`].
pub async fn find_own(db: &Database, user: Id<User>) -> Result<Option<Stored>, Error> {
    let statement = format!("SELECT {COLUMNS} FROM agents WHERE user_id = $1 AND deleted_at IS NULL");
    one(db, &statement, vec![id(user)]).await
}

/// Any agent. For admins only: it crosses persons, as does everything below.
///
/// # Errors
/// [`Error`].
pub async fn find(db: &Database, agent: Id<Agent>) -> Result<Option<Stored>, Error> {
    let statement = format!("SELECT {COLUMNS} FROM agents WHERE id = $1 AND deleted_at IS NULL");
    one(db, &statement, vec![id(agent)]).await
}

/// One page of agents, newest first, older than `before`; with `verified` only those that are, or are not.
///
/// # Errors
/// [`Error`].
pub async fn list(
    db: &Database,
    verified: Option<bool>,
    before: Option<Id<Agent>>,
    limit: u8,
) -> Result<Vec<Stored>, Error> {
    let mut query = Conditions::default();
    query.and("deleted_at IS NULL");
    match verified {
        Some(true) => query.and("verified_at IS NOT NULL"),
        Some(false) => query.and("verified_at IS NULL"),
        None => {}
    }
    let select = format!("SELECT {COLUMNS} FROM agents");
    query.newest(db, &select, before, limit, read).await
}

/// Notes that the licence is in order, and makes the person an agent; `None` when there is nothing of one of the expected versions to verify.
/// One statement.
///
/// # Errors
/// [`Error`].
pub async fn verify(
    db: &Database,
    agent: Id<Agent>,
    expected: &Expected,
    audit: &Event,
    now: Timestamp,
) -> Result<Option<Stored>, Error> {
    let query = living(agent, "verified_at IS NULL", expected, audit, now);
    let statement = format!(
        "UPDATE agents SET verified_at = $1, updated_at = $1, version = version + 1, audit = $2
         WHERE {} RETURNING {COLUMNS}",
        query.text()
    );
    one(db, &statement, query.parameters()).await
}

/// Takes the verification back: the person is an ordinary user again, and the tokens that say otherwise are void; `None` when there is
/// none of one of the expected versions to take back. One statement.
///
/// # Errors
/// [`Error`].
pub async fn unverify(
    db: &Database,
    agent: Id<Agent>,
    expected: &Expected,
    audit: &Event,
    now: Timestamp,
) -> Result<Option<Stored>, Error> {
    let query = living(agent, "verified_at IS NOT NULL", expected, audit, now);
    let statement = format!(
        "UPDATE agents SET verified_at = NULL, updated_at = $1, version = version + 1, audit = $2
         WHERE {} RETURNING {COLUMNS}",
        query.text()
    );
    one(db, &statement, query.parameters()).await
}

/// Deletes an agent who is not verified, softly (CONV-11): the licence and the person are free to register again; `false` when there is
/// none of one of the expected versions. One statement.
///
/// # Errors
/// [`Error`].
pub async fn delete(
    db: &Database,
    agent: Id<Agent>,
    expected: &Expected,
    audit: &Event,
    now: Timestamp,
) -> Result<bool, Error> {
    let query = living(agent, "verified_at IS NULL", expected, audit, now);
    let statement = format!(
        "UPDATE agents SET deleted_at = $1, updated_at = $1, version = version + 1, audit = $2
         WHERE {} RETURNING id",
        query.text()
    );
    let row = db.query_optional(&statement, query.parameters()).await?;
    Ok(row.is_some())
}

/// An agent of one of the expected versions who stands like that, behind the parameters of now and of the event.
fn living(
    agent: Id<Agent>,
    standing: &str,
    expected: &Expected,
    audit: &Event,
    now: Timestamp,
) -> Conditions {
    let mut query = Conditions::after(vec![at(now), audit.value()]);
    query.with("id = $", id(agent));
    query.and("deleted_at IS NULL");
    query.and(standing);
    query.expect(expected);
    query
}
