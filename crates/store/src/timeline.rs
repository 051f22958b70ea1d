//! Timelines of contracts (CON-2, CON-3): the plan that a contract brings along, and what is to be done when.

use domain::address::Address;
use domain::contract::{Contract, Role};
use domain::timeline::{Planned, Task};
use domain::user::User;
use domain::{Date, Id};
use serde::Serialize;
use sql::{Database, Error, Row, Value};

use crate::codec::{day, id, read_as, read_text};
use crate::conditions::Conditions;
use crate::{contract, task};

/// The tasks that follow from a contract, on their way into its row; triggers make the rows of the tasks agree with it. Without tasks, none
/// follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan(String);

#[derive(Serialize)]
struct Entry {
    id: Id<Task>,
    template: &'static str,
    due_on: Date,
}

impl Plan {
    /// The tasks in their order. Each gets an id, which is used if there is no such task yet.
    pub fn new(planned: &[Planned], mut id: impl FnMut() -> Id<Task>) -> Self {
        let entries: Vec<Entry> = planned
            .iter()
            .map(|one| Entry {
                id: id(),
                template: one.template,
                due_on: one.due,
            })
            .collect();
        Self(serde_json::to_string(&entries).unwrap_or_else(|_| "[]".to_owned()))
    }

    pub(crate) fn value(&self) -> Value {
        self.0.as_str().into()
    }
}

/// A contract with its tasks.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The contract.
    pub contract: contract::Stored,
    /// Its tasks, by due date, those without one last.
    pub tasks: Vec<task::Stored>,
}

/// A person's own contract with all its tasks. One statement.
///
/// # Errors
/// [`Error`].
pub async fn find(db: &Database, contract: Id<Contract>, user: Id<User>) -> Result<Option<Timeline>, Error> {
    let statement = format!(
        "SELECT {}, {}, contracts.state, contracts.kind
         FROM contracts LEFT JOIN contract_tasks
             ON contract_tasks.contract_id = contracts.id AND contract_tasks.deleted_at IS NULL
         WHERE contracts.id = $1 AND contracts.user_id = $2 AND contracts.deleted_at IS NULL",
        contract::COLUMNS,
        task::COLUMNS
    );
    let rows = db.query(&statement, vec![id(contract), id(user)]).await?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let contract = contract::read(first)?;
    let mut tasks = Vec::with_capacity(rows.len());
    for row in &rows {
        if row.get::<Option<uuid::Uuid>>(AFTER_CONTRACT)?.is_some() {
            tasks.push(task::read(row, AFTER_CONTRACT)?);
        }
    }
    tasks.sort_by_key(|task| (task.due.is_none(), task.due, task.position, task.id.uuid()));
    Ok(Some(Timeline { contract, tasks }))
}

/// How many columns a contract has.
const AFTER_CONTRACT: usize = 20;

/// What is to be done between two days, in any of a person's contracts.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Not before this day, if it says so.
    pub from: Option<Date>,
    /// Not after this day.
    pub until: Date,
}

/// Where a page begins: after this day and id.
pub type Position = (Date, Id<Task>);

/// A task with what tells its contract from others.
#[derive(Clone, Debug)]
pub struct Upcoming {
    /// The task.
    pub task: task::Stored,
    /// The property.
    pub address: Address,
    /// The person's side.
    pub role: Role,
}

/// One page of a person's open tasks in a window, by due date, after `after`; not those of contracts that were terminated.
///
/// # Errors
/// [`Error`].
pub async fn upcoming(
    db: &Database,
    user: Id<User>,
    window: Window,
    after: Option<Position>,
    limit: u8,
) -> Result<Vec<Upcoming>, Error> {
    let (statement, parameters) = upcoming_statement(user, window, after, limit);
    let rows = db.query(&statement, parameters).await?;
    rows.iter().map(read_upcoming).collect()
}

/// How the engine goes about [`upcoming`], one line for each step; for tests and for people who tune it.
///
/// # Errors
/// [`Error`].
pub async fn explain_upcoming(db: &Database, user: Id<User>, window: Window) -> Result<Vec<String>, Error> {
    crate::explain::explain(db, upcoming_statement(user, window, None, 20)).await
}

fn upcoming_statement(
    user: Id<User>,
    window: Window,
    after: Option<Position>,
    limit: u8,
) -> (String, Vec<Value>) {
    let mut query = Conditions::default();
    query.with("contract_tasks.user_id = $", id(user));
    query.with("contract_tasks.due_on <= $", day(window.until));
    query.when(window.from, "contract_tasks.due_on >= $", day);
    query.and("contract_tasks.done_at IS NULL AND contract_tasks.deleted_at IS NULL");
    query.and("contracts.state <> 'terminated'");
    if let Some((due, task)) = after {
        let (due, task) = (query.mark(day(due)), query.mark(id(task)));
        query.and(&format!(
            "(contract_tasks.due_on, contract_tasks.id) > ({due}, {task})"
        ));
    }
    let statement = format!(
        "SELECT {}, contracts.state, contracts.kind, contracts.address, contracts.role
         FROM contract_tasks JOIN contracts ON contracts.id = contract_tasks.contract_id
         WHERE {} ORDER BY contract_tasks.due_on, contract_tasks.id LIMIT {limit}",
        task::COLUMNS,
        query.text()
    );
    (statement, query.parameters())
}

fn read_upcoming(row: &Row) -> Result<Upcoming, Error> {
    let task = task::read(row, 0)?;
    let role = Role::parse(&row.get::<String>(15)?, task.kind);
    Ok(Upcoming {
        address: read_text(row, 14, "address", Address::parse)?,
        role: read_as(15, "role", role)?,
        task,
    })
}
