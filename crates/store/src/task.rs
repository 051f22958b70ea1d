//! Tasks of contracts (CON-3).

use domain::contract::{Contract, State};
use domain::signal::Intent;
use domain::text::{Message, Title};
use domain::timeline::{MOST_TASKS, Task};
use domain::user::User;
use domain::version::Expected;
use domain::{Date, Id, Timestamp};
use sql::{Database, Error, Row, Value};

use crate::audit::Event;
use crate::codec::{
    at, day, id, read_at, read_id, read_optional_at, read_optional_day, read_optional_text, read_text,
};
use crate::conditions::Conditions;
use crate::contract;

/// A task as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its id.
    pub id: Id<Task>,
    /// Whose task it is.
    pub contract: Id<Contract>,
    /// The key of its template; `None` for a task that the person wrote.
    pub template: Option<String>,
    /// The person's own title; `None` for the template's.
    pub title: Option<Title>,
    /// The person's own words; `None` for the template's.
    pub description: Option<Message>,
    /// Until when.
    pub due: Option<Date>,
    /// The day that the person chose.
    pub chosen: Option<Date>,
    /// When it was done.
    pub done_at: Option<Timestamp>,
    /// Its place in the person's order.
    pub position: i64,
    /// Counts changes (CONV-6).
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Where its contract stands.
    pub contract_state: State,
    /// The kind of its contract.
    pub kind: Intent,
}

/// Followed by state and kind of the contract.
pub(crate) const COLUMNS: &str =
    "contract_tasks.id, contract_tasks.contract_id, contract_tasks.template, contract_tasks.title,
    contract_tasks.description, contract_tasks.due_on, contract_tasks.chosen_on, utc(contract_tasks.done_at),
    contract_tasks.position, contract_tasks.version, utc(contract_tasks.created_at), utc(contract_tasks.updated_at)";

const OF_CONTRACT: &str =
    "(SELECT contracts.state FROM contracts WHERE contracts.id = contract_tasks.contract_id),
    (SELECT contracts.kind FROM contracts WHERE contracts.id = contract_tasks.contract_id)";

/// Reads a task whose columns begin at `first`.
pub(crate) fn read(row: &Row, first: usize) -> Result<Stored, Error> {
    Ok(Stored {
        id: read_id(row, first)?,
        contract: read_id(row, first + 1)?,
        template: row.get(first + 2)?,
        title: read_optional_text(row, first + 3, "title", Title::parse)?,
        description: read_optional_text(row, first + 4, "description", Message::parse)?,
        due: read_optional_day(row, first + 5)?,
        chosen: read_optional_day(row, first + 6)?,
        done_at: read_optional_at(row, first + 7)?,
        position: row.get(first + 8)?,
        version: row.get(first + 9)?,
        created_at: read_at(row, first + 10)?,
        updated_at: read_at(row, first + 11)?,
        contract_state: read_text(row, first + 12, "state", State::parse)?,
        kind: read_text(row, first + 13, "kind", Intent::parse)?,
    })
}

async fn one(db: &Database, statement: &str, parameters: Vec<Value>) -> Result<Option<Stored>, Error> {
    let row = db.query_optional(statement, parameters).await?;
    row.map(|row| read(&row, 0)).transpose()
}

/// Which task of which contract, and whose.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The contract.
    pub contract: Id<Contract>,
    /// The task.
    pub task: Id<Task>,
    /// The person.
    pub user: Id<User>,
}

impl Place {
    /// A task of a contract of this person's.
    pub const fn new(contract: Id<Contract>, task: Id<Task>, user: Id<User>) -> Self {
        Self { contract, task, user }
    }
}

/// What a person says about a task.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// The title; `None` for the template's.
    pub title: Option<Title>,
    /// What is to be known; `None` for the template's.
    pub description: Option<Message>,
    /// The day; `None` for the template's.
    pub chosen: Option<Date>,
}

/// Adds a person's own task at the end of one of their contracts; `None` when there is no such contract or it has as many tasks as it can
/// have ([`MOST_TASKS`]; on Postgres attempts at the same moment can pass it by one another). One statement. If there is a task of this id
/// already, it is given back as it is (CONV-7).
///
/// # Errors
/// [`Error`].
pub async fn create(
    db: &Database,
    place: Place,
    words: &Words,
    audit: &Event,
    now: Timestamp,
) -> Result<Option<Stored>, Error> {
    let statement = format!(
        "INSERT INTO contract_tasks (id, contract_id, user_id, title, description, chosen_on, position, created_at,
             updated_at, audit)
         SELECT $1, c.id, c.user_id, $2, $3, $4,
             (SELECT COALESCE(MAX(t.position), 0) + 1 FROM contract_tasks t WHERE t.contract_id = c.id), $5, $5, $6
         FROM contracts c
         WHERE c.id = $7 AND c.user_id = $8 AND c.deleted_at IS NULL
             AND ((SELECT COUNT(*) FROM contract_tasks t WHERE t.contract_id = c.id AND t.deleted_at IS NULL) < $9
                 OR EXISTS (SELECT 1 FROM contract_tasks t WHERE t.id = $1))
         {}
         ON CONFLICT (id) DO UPDATE SET id = excluded.id WHERE contract_tasks.user_id = excluded.user_id
         RETURNING {COLUMNS}, {OF_CONTRACT}",
        contract::lock(db)
    );
    let parameters = vec![
        id(place.task),
        words.title.as_ref().map(Title::as_str).into(),
        words.description.as_ref().map(Message::as_str).into(),
        words.chosen.map_or(Value::Null, day),
        at(now),
        audit.value(),
        id(place.contract),
        id(place.user),
        i64::from(MOST_TASKS).into(),
    ];
    one(db, &statement, parameters).await
}

/// One of a person's own tasks.
///
/// # Errors
/// [`Error`].
pub async fn find(db: &Database, place: Place) -> Result<Option<Stored>, Error> {
    let statement = format!(
        "SELECT {COLUMNS}, {OF_CONTRACT} FROM contract_tasks
         WHERE id = $1 AND contract_id = $2 AND user_id = $3 AND deleted_at IS NULL"
    );
    let parameters = vec![id(place.task), id(place.contract), id(place.user)];
    one(db, &statement, parameters).await
}

/// Where a page begins: after this place and id.
pub type Position = (i64, Id<Task>);

/// One page of the tasks of a person's own contract in the person's order, after `after`.
///
/// # Errors
/// [`Error`].
pub async fn list(
    db: &Database,
    contract: Id<Contract>,
    user: Id<User>,
    after: Option<Position>,
    limit: u8,
) -> Result<Vec<Stored>, Error> {
    let (statement, parameters) = list_statement(contract, user, after, limit);
    let rows = db.query(&statement, parameters).await?;
    rows.iter().map(|row| read(row, 0)).collect()
}

/// How the engine goes about [`list`], one line for each step; for tests and for people who tune it.
///
/// # Errors
/// [`Error`].
pub async fn explain_list(
    db: &Database,
    contract: Id<Contract>,
    user: Id<User>,
) -> Result<Vec<String>, Error> {
    crate::explain::explain(db, list_statement(contract, user, None, 20)).await
}

fn list_statement(
    contract: Id<Contract>,
    user: Id<User>,
    after: Option<Position>,
    limit: u8,
) -> (String, Vec<Value>) {
    let mut query = Conditions::default();
    query.with("contract_id = $", id(contract));
    query.with("user_id = $", id(user));
    query.and("deleted_at IS NULL");
    if let Some((position, task)) = after {
        let (position, task) = (query.mark(position.into()), query.mark(id(task)));
        query.and(&format!("(position, id) > ({position}, {task})"));
    }
    let statement = format!(
        "SELECT {COLUMNS}, {OF_CONTRACT} FROM contract_tasks WHERE {} ORDER BY position, id LIMIT {limit}",
        query.text()
    );
    (statement, query.parameters())
}

/// Changes what an open task says, if it still has the version that the change was decided on; `None` if not. One statement.
///
/// # Errors
/// [`Error`].
pub async fn update(
    db: &Database,
    place: Place,
    (words, version): (&Words, i64),
    audit: &Event,
    now: Timestamp,
) -> Result<Option<Stored>, Error> {
    let statement = format!(
        "UPDATE contract_tasks SET title = $1, description = $2, chosen_on = $3, updated_at = $4, audit = $5,
             version = version + 1
         WHERE id = $6 AND contract_id = $7 AND user_id = $8 AND version = $9 AND done_at IS NULL AND deleted_at IS NULL
         RETURNING {COLUMNS}, {OF_CONTRACT}"
    );
    let parameters = vec![
        words.title.as_ref().map(Title::as_str).into(),
        words.description.as_ref().map(Message::as_str).into(),
        words.chosen.map_or(Value::Null, day),
        at(now),
        audit.value(),
        id(place.task),
        id(place.contract),
        id(place.user),
        version.into(),
    ];
    one(db, &statement, parameters).await
}

/// What becomes of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It is done: its due date stays what it is from now on.
    Complete,
    /// It is not done after all: its due date follows the contract again.
    Reopen,
}

/// Marks a task as done or as open again, if it has an expected version; `None` when it is that already or there is none. One statement, so
/// of parallel attempts one counts.
///
/// # Errors
/// [`Error`].
pub async fn turn(
    db: &Database,
    place: Place,
    (turn, expected): (Turn, &Expected),
    audit: &Event,
    now: Timestamp,
) -> Result<Option<Stored>, Error> {
    let (set, was) = match turn {
        Turn::Complete => (
            "done_at = $1, kept_on = COALESCE(chosen_on, planned_on)",
            "done_at IS NULL",
        ),
        Turn::Reopen => ("done_at = NULL, kept_on = NULL", "done_at IS NOT NULL"),
    };
    let mut conditions = Conditions::after(vec![at(now), audit.value()]);
    conditions.with("id = $", id(place.task));
    conditions.with("contract_id = $", id(place.contract));
    conditions.with("user_id = $", id(place.user));
    conditions.and("deleted_at IS NULL");
    conditions.and(was);
    conditions.expect(expected);
    let statement = format!(
        "UPDATE contract_tasks SET updated_at = $1, audit = $2, {set}, version = version + 1
         WHERE {} RETURNING {COLUMNS}, {OF_CONTRACT}",
        conditions.text()
    );
    one(db, &statement, conditions.parameters()).await
}

/// Deletes a task, if it has an expected version; `false` when there is none. One statement.
///
/// # Errors
/// [`Error`].
pub async fn delete(
    db: &Database,
    place: Place,
    expected: &Expected,
    audit: &Event,
    now: Timestamp,
) -> Result<bool, Error> {
    let mut conditions = Conditions::after(vec![at(now), audit.value()]);
    conditions.with("id = $", id(place.task));
    conditions.with("contract_id = $", id(place.contract));
    conditions.with("user_id = $", id(place.user));
    conditions.and("deleted_at IS NULL");
    conditions.expect(expected);
    let statement = format!(
        "UPDATE contract_tasks SET deleted_at = $1, updated_at = $1, version = version + 1, audit = $2
         WHERE {} RETURNING id",
        conditions.text()
    );
    let row = db.query_optional(&statement, conditions.parameters()).await?;
    Ok(row.is_some())
}

/// Puts the tasks of a person's own contract into an order, which names each of them once; `false` when it does not. One statement, on the
/// contract's row, whose trigger moves the tasks: changes of many tasks never wait for one another in a circle.
///
/// # Errors
/// [`Error`].
pub async fn arrange(
    db: &Database,
    contract: Id<Contract>,
    user: Id<User>,
    order: &[Id<Task>],
) -> Result<bool, Error> {
    // Both engines refuse an empty list.
    if order.is_empty() {
        return Ok(false);
    }
    let (number, json) = (i64::try_from(order.len()), serde_json::to_string(order));
    let (Ok(number), Ok(json)) = (number, json) else {
        return Ok(false);
    };
    let mut query = Conditions::after(vec![json.into(), id(contract)]);
    query.and("id = $2");
    query.with("user_id = $", id(user));
    query.and("deleted_at IS NULL");
    let all = "SELECT COUNT(*) FROM contract_tasks t WHERE t.contract_id = $2 AND t.deleted_at IS NULL";
    let number = query.mark(number.into());
    query.and(&format!("({all}) = {number}"));
    let named: Vec<String> = order.iter().map(|task| query.mark(id(*task))).collect();
    query.and(&format!("({all} AND t.id IN ({})) = {number}", named.join(", ")));
    let statement = format!(
        "UPDATE contracts SET task_order = $1 WHERE {} RETURNING id",
        query.text()
    );
    let row = db.query_optional(&statement, query.parameters()).await?;
    Ok(row.is_some())
}
