//! The audit log (GUARD-11): who did what to what, written in the same statement as the change.
//!
//! A statement that changes a row sets the row's `audit` column to the event as JSON; a trigger of the table copies it into
//! `audit_events` with the row's id as the object. So an event is there exactly when its change is, however many statements race.

use domain::audit::{Action, AuditEvent, Outcome};
use domain::session::Session;
use domain::user::User;
use domain::{Id, Timestamp};
use serde::Serialize;
use sql::{Database, Error, Row, Value};

use crate::codec::{at, id, read_at, read_id, read_optional_id, read_text};
use crate::conditions::Conditions;

/// An event on its way into the log.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its id.
    pub id: Id<AuditEvent>,
    /// When.
    pub at: Timestamp,
    /// The request that caused it.
    pub request_id: String,
    /// Who; `None` for somebody who is not signed in.
    pub actor: Option<Id<User>>,
    /// In which sign-in.
    pub session: Option<Id<Session>>,
    /// What.
    pub action: Action,
    /// How it went.
    pub outcome: Outcome,
    /// The method of the request.
    pub method: String,
    /// The route of the request, a template.
    pub endpoint: &'static str,
    /// SHA-256 of address and user agent.
    pub fingerprint: String,
}

/// As it stands in an `audit` column.
#[derive(Serialize)]
struct Document<'a> {
    id: String,
    at: String,
    request_id: &'a str,
    actor_id: Option<String>,
    session_id: Option<String>,
    action: &'a str,
    outcome: &'a str,
    method: &'a str,
    endpoint: &'a str,
    fingerprint: &'a str,
}

impl Event {
    /// Names somebody as the one who did it, where the request only shows that at its end.
    #[must_use]
    pub const fn by(mut self, actor: Id<User>, session: Option<Id<Session>>) -> Self {
        self.actor = Some(actor);
        self.session = session;
        self
    }

    /// Says that it was refused.
    #[must_use]
    pub const fn failed(mut self) -> Self {
        self.outcome = Outcome::Failure;
        self
    }

    /// The value of an `audit` column.
    pub(crate) fn value(&self) -> Value {
        let document = Document {
            id: self.id.to_string(),
            at: self.at.to_string(),
            request_id: &self.request_id,
            actor_id: self.actor.map(|id| id.to_string()),
            session_id: self.session.map(|id| id.to_string()),
            action: self.action.as_str(),
            outcome: self.outcome.as_str(),
            method: &self.method,
            endpoint: self.endpoint,
            fingerprint: &self.fingerprint,
        };
        serde_json::to_string(&document).unwrap_or_default().into()
    }
}

/// An event as the people who run the service read it.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Its id.
    pub id: Id<AuditEvent>,
    /// When.
    pub at: Timestamp,
    /// The request that caused it.
    pub request_id: String,
    /// Who.
    pub actor: Option<Id<User>>,
    /// In which sign-in.
    pub session: Option<Id<Session>>,
    /// What.
    pub action: String,
    /// The kind of what was changed, such as `session`.
    pub object_kind: String,
    /// Its id.
    pub object_id: String,
    /// How it went.
    pub outcome: Outcome,
    /// The method of the request.
    pub method: String,
    /// The route of the request.
    pub endpoint: String,
    /// SHA-256 of address and user agent.
    pub fingerprint: String,
}

/// Which events are looked for; `None` leaves a field open.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Who.
    pub actor: Option<Id<User>>,
    /// What was changed, by its id.
    pub object: Option<uuid::Uuid>,
    /// What was done.
    pub action: Option<Action>,
    /// How it went.
    pub outcome: Option<Outcome>,
    /// Not before this.
    pub from: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
}

/// Notes an event that changes no row of another table, such as a failure. One statement.
///
/// # Errors
/// [`Error`].
pub async fn record(db: &Database, event: &Event, object_kind: &str, object_id: &str) -> Result<(), Error> {
    db.query(
        "INSERT INTO audit_entries (audit, object_kind, object_id) VALUES ($1, $2, $3)",
        vec![event.value(), object_kind.into(), object_id.into()],
    )
    .await
    .map(|_| ())
}

/// The events that pass the filter, newest first, after `before`. For admins only: it crosses persons.
///
/// # Errors
/// [`Error`].
pub async fn list(
    db: &Database,
    filter: &Filter,
    before: Option<Id<AuditEvent>>,
    limit: u8,
) -> Result<Vec<Recorded>, Error> {
    let mut query = Conditions::default();
    query.when(filter.actor, "actor_id = $", id);
    query.when(filter.object, "object_id = $", |object| object.to_string().into());
    query.when(filter.action, "action = $", |action| action.as_str().into());
    query.when(filter.outcome, "outcome = $", |outcome| outcome.as_str().into());
    query.when(filter.from, "occurred_at >= $", at);
    query.when(filter.until, "occurred_at < $", at);
    let select = "SELECT id, utc(occurred_at), request_id, actor_id, session_id, action, object_kind, object_id, outcome,
             method, endpoint, fingerprint
         FROM audit_events";
    query.newest(db, select, before, limit, read).await
}

fn read(row: &Row) -> Result<Recorded, Error> {
    Ok(Recorded {
        id: read_id(row, 0)?,
        at: read_at(row, 1)?,
        request_id: row.get(2)?,
        actor: read_optional_id(row, 3)?,
        session: read_optional_id(row, 4)?,
        action: row.get(5)?,
        object_kind: row.get(6)?,
        object_id: row.get(7)?,
        outcome: read_text(row, 8, "outcome", |raw| Outcome::parse(raw).ok_or(()))?,
        method: row.get(9)?,
        endpoint: row.get(10)?,
        fingerprint: row.get(11)?,
    })
}
