//! Contracts (CON-1). The tasks that follow from one travel in its statement: see [`crate::timeline`].

use domain::address::Address;
use domain::agent::Agent;
use domain::contract::{Contract, DocumentText, NewContract, Role, State};
use domain::person::PersonName;
use domain::signal::{Amounts, Intent, Signal};
use domain::timeline::Basis;
use domain::user::User;
use domain::version::Expected;
use domain::{Date, Id, Timestamp};
use sql::{Database, Engine, Error, Row, Value};

use crate::audit::Event;
use crate::codec::{
    at, day, id, read_as, read_at, read_day, read_id, read_optional_day, read_optional_id,
    read_optional_text, read_text,
};
use crate::conditions::Conditions;
use crate::signal::{Viewer, visible_to};
use crate::timeline::Plan;
use crate::user;

/// What a statement ends with that inserts something of the contract `c`. Postgres decides by the contract as it was when the statement began,
/// unless it locks the row: a task or an analysis would outlive a contract that is deleted at that moment. SQLite has one writer at a time.
pub(crate) fn lock(db: &Database) -> &'static str {
    match db.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => "FOR SHARE OF c",
    }
}

/// A contract as it is stored, without its text: that is long and has a reader of its own.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its id.
    pub id: Id<Contract>,
    /// The signal it grew from.
    pub signal_id: Option<Id<Signal>>,
    /// Where it stands.
    pub state: State,
    /// The property.
    pub address: Address,
    /// Price, deposit and rent.
    pub amounts: Amounts,
    /// Kind, role and dates.
    pub basis: Basis,
    /// The other side.
    pub counterparty_name: Option<PersonName>,
    /// The agent who brokers it.
    pub agent_id: Option<Id<Agent>>,
    /// Whether its text is there.
    pub has_document: bool,
    /// Counts changes (CONV-6).
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

pub(crate) const COLUMNS: &str =
    "contracts.id, contracts.signal_id, contracts.state, contracts.kind, contracts.role,
    contracts.address, contracts.price, contracts.deposit, contracts.monthly_rent, contracts.contract_date,
    contracts.interim_date, contracts.balance_date, contracts.move_in_date, contracts.lease_end_date,
    contracts.counterparty_name, contracts.agent_id, contracts.document_text IS NOT NULL, contracts.version,
    utc(contracts.created_at), utc(contracts.updated_at)";

pub(crate) fn read(row: &Row) -> Result<Stored, Error> {
    let kind = read_text(row, 3, "kind", Intent::parse)?;
    Ok(Stored {
        id: read_id(row, 0)?,
        signal_id: read_optional_id(row, 1)?,
        state: read_text(row, 2, "state", State::parse)?,
        address: read_text(row, 5, "address", Address::parse)?,
        amounts: Amounts {
            asking_price: row.get(6)?,
            deposit: row.get(7)?,
            monthly_rent: row.get(8)?,
        },
        basis: Basis {
            kind,
            role: read_as(4, "role", Role::parse(&row.get::<String>(4)?, kind))?,
            contract_date: read_day(row, 9)?,
            interim_date: read_optional_day(row, 10)?,
            balance_date: read_day(row, 11)?,
            move_in_date: read_optional_day(row, 12)?,
            lease_end_date: read_optional_day(row, 13)?,
        },
        counterparty_name: read_optional_text(row, 14, "name", PersonName::parse)?,
        agent_id: read_optional_id(row, 15)?,
        has_document: row.get(16)?,
        version: row.get(17)?,
        created_at: read_at(row, 18)?,
        updated_at: read_at(row, 19)?,
    })
}

async fn one(db: &Database, statement: &str, parameters: Vec<Value>) -> Result<Option<Stored>, Error> {
    let row = db.query_optional(statement, parameters).await?;
    row.map(|row| read(&row)).transpose()
}

fn optional_day(date: Option<Date>) -> Value {
    date.map_or(Value::Null, day)
}

/// The condition that there is a signal which the person may see. The arguments are marks of parameters: the signal, the person, whether they
/// see what is for agents only, now.
fn sees_signal(signal: &str, user: &str, agents: &str, now: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM signals WHERE signals.id = {signal} AND signals.deleted_at IS NULL AND {})",
        visible_to(user, agents, now)
    )
}

fn agent_is_verified(agent: &str) -> String {
    format!("EXISTS (SELECT 1 FROM agents a WHERE a.id = {agent} AND a.verified_at IS NOT NULL)")
}

/// Notes a contract in state `draft` with the tasks that follow from it (CON-2); `None` when it names a signal that this person cannot see or
/// an agent who is not verified, or when the account has ended meanwhile. One statement. If the person has a contract of this id already, it is given back as it is (CONV-7).
///
/// # Errors
/// [`Error`].
pub async fn create(
    db: &Database,
    contract: Id<Contract>,
    viewer: Viewer,
    (new, plan): (&NewContract, &Plan),
    audit: &Event,
) -> Result<Option<Stored>, Error> {
    let amounts = new.terms.amounts();
    // `$3 IS NULL` stands last: Postgres takes the parameter's type from the comparison before it. So does `$18`.
    let statement = format!(
        "INSERT INTO contracts (id, user_id, signal_id, state, kind, role, address, price, deposit, monthly_rent,
             contract_date, interim_date, balance_date, move_in_date, lease_end_date, counterparty_name, document_text,
             agent_id, created_at, updated_at, audit, plan)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $19, $20, $21
         FROM users u WHERE u.id = $2 AND u.deleted_at IS NULL AND ({} OR $3 IS NULL) AND ({} OR $18 IS NULL) {}
         ON CONFLICT (id) DO UPDATE SET id = excluded.id WHERE contracts.user_id = excluded.user_id
         RETURNING {COLUMNS}",
        sees_signal("$3", "$2", "$22", "$19"),
        agent_is_verified("$18"),
        user::lock(db),
    );
    let parameters = vec![
        id(contract),
        id(viewer.user),
        new.signal_id.map_or(Value::Null, id),
        State::Draft.as_str().into(),
        new.terms.intent().as_str().into(),
        new.role.as_str().into(),
        new.address.as_str().into(),
        amounts.asking_price.into(),
        amounts.deposit.into(),
        amounts.monthly_rent.into(),
        day(new.contract_date),
        optional_day(new.interim_date),
        day(new.balance_date),
        optional_day(new.move_in_date),
        optional_day(new.lease_end_date),
        new.counterparty_name.as_ref().map(|name| name.as_str()).into(),
        new.document_text.as_ref().map(|text| text.as_str()).into(),
        new.agent_id.map_or(Value::Null, id),
        at(viewer.now),
        audit.value(),
        plan.value(),
        viewer.sees_agents_only.into(),
    ];
    one(db, &statement, parameters).await
}

/// Which of the things that a contract names are there for this person: the signal, the agent. Asked when a statement took neither.
///
/// # Errors
/// [`Error`].
pub async fn known(
    db: &Database,
    viewer: Viewer,
    signal: Option<Id<Signal>>,
    agent: Option<Id<Agent>>,
) -> Result<(bool, bool), Error> {
    let statement = format!(
        "SELECT {}, {}",
        sees_signal("$1", "$2", "$3", "$4"),
        agent_is_verified("$5")
    );
    let parameters = vec![
        signal.map_or(Value::Null, id),
        id(viewer.user),
        viewer.sees_agents_only.into(),
        at(viewer.now),
        agent.map_or(Value::Null, id),
    ];
    let row = db.query_optional(&statement, parameters).await?;
    let row = row.ok_or_else(|| Error::Failed("a SELECT without a row".to_owned()))?;
    Ok((signal.is_none() || row.get(0)?, agent.is_none() || row.get(1)?))
}

/// A person's own contract.
///
/// # Errors
/// [`Error`].
pub async fn find(db: &Database, contract: Id<Contract>, user: Id<User>) -> Result<Option<Stored>, Error> {
    let statement =
        format!("SELECT {COLUMNS} FROM contracts WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL");
    one(db, &statement, vec![id(contract), id(user)]).await
}

/// The text of a person's own contract, with the contract's version; `None` when there is no such contract or it has none.
///
/// # Errors
/// [`Error`].
pub async fn find_document(
    db: &Database,
    contract: Id<Contract>,
    user: Id<User>,
) -> Result<Option<(DocumentText, i64)>, Error> {
    let row = db
        .query_optional(
            "SELECT document_text, version FROM contracts
             WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL AND document_text IS NOT NULL",
            vec![id(contract), id(user)],
        )
        .await?;
    row.map(|row| Ok((read_text(&row, 0, "document", DocumentText::parse)?, row.get(1)?)))
        .transpose()
}

/// Which of one's own contracts are looked for; `None` leaves a field open.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Where they stand.
    pub state: Option<State>,
    /// Their kind.
    pub kind: Option<Intent>,
}

/// One page of a person's own contracts, newest first, older than `before`.
///
/// # Errors
/// [`Error`].
pub async fn list_own(
    db: &Database,
    user: Id<User>,
    filter: Filter,
    before: Option<Id<Contract>>,
    limit: u8,
) -> Result<Vec<Stored>, Error> {
    let (statement, parameters) = list_statement(user, filter, before, limit);
    db.query(&statement, parameters).await?.iter().map(read).collect()
}

/// How the engine goes about [`list_own`], one line for each step; for tests and for people who tune it.
///
/// # Errors
/// [`Error`].
pub async fn explain_list_own(db: &Database, user: Id<User>, filter: Filter) -> Result<Vec<String>, Error> {
    crate::explain::explain(db, list_statement(user, filter, None, 20)).await
}

fn list_statement(
    user: Id<User>,
    filter: Filter,
    before: Option<Id<Contract>>,
    limit: u8,
) -> (String, Vec<Value>) {
    let mut query = Conditions::default();
    query.with("user_id = $", id(user));
    query.and("deleted_at IS NULL");
    query.when(filter.state, "state = $", |state| state.as_str().into());
    query.when(filter.kind, "kind = $", |kind| kind.as_str().into());
    query.when(before, "id < $", id);
    let statement = format!(
        "SELECT {COLUMNS} FROM contracts WHERE {} ORDER BY id DESC LIMIT {limit}",
        query.text()
    );
    (statement, query.parameters())
}

/// A change of a contract, decided on what version `version` said.
pub struct Change<'a> {
    /// Which contract.
    pub contract: Id<Contract>,
    /// The version that was changed.
    pub version: i64,
    /// What it says from now on, but for its text.
    pub new: &'a NewContract,
    /// Its new text, or none; `None` leaves it alone.
    pub document: Option<Option<&'a DocumentText>>,
    /// Where it stands from now on.
    pub state: State,
    /// The tasks that follow from it from now on; `None` if what they follow from has not changed.
    pub plan: Option<&'a Plan>,
    /// For the audit log.
    pub audit: &'a Event,
}

/// Changes a person's own contract, and the open tasks that follow what has changed (CON-2), if it still has the version that the change was
/// decided on and names nothing new that is not there for this person; `None` if not. One statement.
///
/// # Errors
/// [`Error`].
pub async fn update(db: &Database, viewer: Viewer, change: &Change<'_>) -> Result<Option<Stored>, Error> {
    let (new, amounts) = (change.new, change.new.terms.amounts());
    // What is named already stays nameable, whatever became of it.
    let statement = format!(
        "UPDATE contracts SET state = $1, kind = $2, role = $3, address = $4, price = $5, deposit = $6, monthly_rent = $7,
             contract_date = $8, interim_date = $9, balance_date = $10, move_in_date = $11, lease_end_date = $12,
             counterparty_name = $13, signal_id = $14, agent_id = $15, updated_at = $16, audit = $17, plan = $18,
             document_text = CASE WHEN $19 THEN $20 ELSE document_text END, version = version + 1
         WHERE id = $21 AND user_id = $22 AND version = $23 AND deleted_at IS NULL
             AND (signal_id = $14 OR {} OR $14 IS NULL) AND (agent_id = $15 OR {} OR $15 IS NULL)
         RETURNING {COLUMNS}",
        sees_signal("$14", "$22", "$24", "$16"),
        agent_is_verified("$15"),
    );
    let parameters = vec![
        change.state.as_str().into(),
        new.terms.intent().as_str().into(),
        new.role.as_str().into(),
        new.address.as_str().into(),
        amounts.asking_price.into(),
        amounts.deposit.into(),
        amounts.monthly_rent.into(),
        day(new.contract_date),
        optional_day(new.interim_date),
        day(new.balance_date),
        optional_day(new.move_in_date),
        optional_day(new.lease_end_date),
        new.counterparty_name.as_ref().map(|name| name.as_str()).into(),
        new.signal_id.map_or(Value::Null, id),
        new.agent_id.map_or(Value::Null, id),
        at(viewer.now),
        change.audit.value(),
        change.plan.map_or(Value::Null, Plan::value),
        change.document.is_some().into(),
        change.document.flatten().map(|text| text.as_str()).into(),
        id(change.contract),
        id(viewer.user),
        change.version.into(),
        viewer.sees_agents_only.into(),
    ];
    one(db, &statement, parameters).await
}

/// Deletes a person's own contract and its tasks softly (CONV-11), if it has an expected version; `false` when there is none. One statement.
///
/// # Errors
/// [`Error`].
pub async fn delete(
    db: &Database,
    contract: Id<Contract>,
    user: Id<User>,
    expected: &Expected,
    audit: &Event,
    now: Timestamp,
) -> Result<bool, Error> {
    let mut conditions = Conditions::after(vec![at(now), audit.value()]);
    conditions.with("id = $", id(contract));
    conditions.with("user_id = $", id(user));
    conditions.and("deleted_at IS NULL");
    conditions.expect(expected);
    let statement = format!(
        "UPDATE contracts SET deleted_at = $1, updated_at = $1, version = version + 1, audit = $2
         WHERE {} RETURNING id",
        conditions.text()
    );
    let row = db.query_optional(&statement, conditions.parameters()).await?;
    Ok(row.is_some())
}
