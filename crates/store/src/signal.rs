//! Signals (SIG-1 to SIG-3).

use std::sync::LazyLock;

use domain::address::Address;
use domain::interest::{self, Interest};
use domain::region::RegionCode;
use domain::signal::{Amounts, Area, Grams, Intent, NewSignal, PropertyType, Signal, State, Visibility};
use domain::text::Message;
use domain::user::User;
use domain::version::Expected;
use domain::{Date, Id, Timestamp};
use sql::{Database, Error, Row, Value};

use crate::audit::Event;
use crate::codec::{
    at, day, id, read_as, read_at, read_id, read_optional_at, read_optional_day, read_optional_id,
    read_optional_text, read_text,
};
use crate::conditions::Conditions;
use crate::user;

/// A signal as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its id.
    pub id: Id<Signal>,
    /// Whose it is.
    pub owner: Id<User>,
    /// Where it stands.
    pub state: State,
    /// What the owner has in mind.
    pub intent: Intent,
    /// Kind of property.
    pub property_type: PropertyType,
    /// Where it is, roughly.
    pub region: RegionCode,
    /// Where it is, exactly: for the owner and accepted parties only.
    pub address: Address,
    /// Floor area.
    pub area: Area,
    /// Floor.
    pub floor: Option<i64>,
    /// Rooms.
    pub rooms: Option<i64>,
    /// What is asked for.
    pub amounts: Amounts,
    /// From when it is free.
    pub available_from: Option<Date>,
    /// The owner's words.
    pub description: Message,
    /// Who may find it.
    pub visibility: Visibility,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// Counts changes (CONV-6).
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

pub(crate) const COLUMNS: &str =
    "id, owner_id, state, intent, property_type, region_code, address, area, floor, rooms,
    asking_price, deposit, monthly_rent, available_from, description, visibility, utc(expires_at), version,
    utc(created_at), utc(updated_at)";

pub(crate) fn read(row: &Row) -> Result<Stored, Error> {
    Ok(Stored {
        id: read_id(row, 0)?,
        owner: read_id(row, 1)?,
        state: read_text(row, 2, "state", State::parse)?,
        intent: read_text(row, 3, "intent", Intent::parse)?,
        property_type: read_text(row, 4, "property type", PropertyType::parse)?,
        region: read_text(row, 5, "region", RegionCode::parse)?,
        address: read_text(row, 6, "address", Address::parse)?,
        area: read_as(7, "area", Area::from_hundredths(row.get(7)?))?,
        floor: row.get(8)?,
        rooms: row.get(9)?,
        amounts: Amounts {
            asking_price: row.get(10)?,
            deposit: row.get(11)?,
            monthly_rent: row.get(12)?,
        },
        available_from: read_optional_day(row, 13)?,
        description: read_text(row, 14, "description", Message::parse)?,
        visibility: read_text(row, 15, "visibility", Visibility::parse)?,
        expires_at: read_optional_at(row, 16)?,
        version: row.get(17)?,
        created_at: read_at(row, 18)?,
        updated_at: read_at(row, 19)?,
    })
}

/// Creates a signal in its first state (SIG-2); `None` when the account has ended meanwhile: nothing may be left behind, least of all in
/// public. One statement. If the owner has a signal of this id already, a creation that was cut off
/// is asked for again: it is given back as it is (CONV-7).
///
/// # Errors
/// [`Error`].
pub async fn create(
    db: &Database,
    signal: Id<Signal>,
    owner: Id<User>,
    (new, state): (&NewSignal, State),
    audit: &Event,
    now: Timestamp,
) -> Result<Option<Stored>, Error> {
    let statement = format!(
        "INSERT INTO signals (id, owner_id, state, intent, property_type, region_code, address, area, floor, rooms,
             asking_price, deposit, monthly_rent, available_from, description, visibility, expires_at,
             created_at, updated_at, audit, grams)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18, $19, $20
         FROM users u WHERE u.id = $2 AND u.deleted_at IS NULL {}
         ON CONFLICT (id) DO UPDATE SET id = excluded.id WHERE signals.owner_id = excluded.owner_id
         RETURNING {COLUMNS}",
        user::lock(db),
    );
    let mut parameters = vec![id(signal), id(owner)];
    parameters.extend(content(new, state, audit, now));
    let row = db.query_optional(&statement, parameters).await?;
    row.map(|row| read(&row)).transpose()
}

/// What a signal says, in the order of `create` and of `update`.
fn content(new: &NewSignal, state: State, audit: &Event, now: Timestamp) -> Vec<Value> {
    let amounts = new.terms.amounts();
    vec![
        state.as_str().into(),
        new.terms.intent().as_str().into(),
        new.property_type.as_str().into(),
        new.region.as_str().into(),
        new.address.as_str().into(),
        new.area.hundredths().into(),
        new.floor.into(),
        new.rooms.into(),
        amounts.asking_price.into(),
        amounts.deposit.into(),
        amounts.monthly_rent.into(),
        new.available_from.map_or(Value::Null, day),
        new.description.as_str().into(),
        new.visibility.as_str().into(),
        new.expires_at.map_or(Value::Null, at),
        at(now),
        audit.value(),
        Grams::of(&new.description).as_str().into(),
    ]
}

/// Who looks at signals.
#[derive(Clone, Copy, Debug)]
pub struct Viewer {
    /// The person.
    pub user: Id<User>,
    /// Whether the person sees what is for agents only.
    pub sees_agents_only: bool,
    /// Now: what has expired is only for its owner.
    pub now: Timestamp,
}

/// A signal as one person sees it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The signal.
    pub signal: Stored,
    /// The viewer's own interest in it.
    pub interest: Option<(Id<Interest>, interest::State)>,
    /// Name and address of the owner, once the viewer's interest was accepted.
    pub contact: Option<Contact>,
}

/// How a person is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The name.
    pub name: String,
    /// The mail address.
    pub email: String,
}

/// The condition that others than the owner find a row of `signals` at all: `agents` is the mark of whether they see what is for
/// agents only, `now` the mark of the time.
pub(crate) fn open_to_others(agents: &str, now: &str) -> String {
    format!(
        "(signals.state = 'active'
             AND (signals.visibility = 'public' OR (signals.visibility = 'agents_only' AND {agents}))
             AND (signals.expires_at IS NULL OR signals.expires_at > {now}))"
    )
}

/// The condition that a person may see a row of `signals`: their own in any state, another's while it is open to them or after their
/// interest in it was accepted. `user` is the mark of the person.
pub(crate) fn visible_to(user: &str, agents: &str, now: &str) -> String {
    format!(
        "(signals.owner_id = {user} OR {}
             OR EXISTS (SELECT 1 FROM signal_interests i
                 WHERE i.signal_id = signals.id AND i.user_id = {user} AND i.state = 'accepted'))",
        open_to_others(agents, now)
    )
}

/// A signal that the viewer may see: their own in any state, another's while it is active and visible to them or after their interest
/// in it was accepted. One statement.
///
/// # Errors
/// [`Error`].
pub async fn find(db: &Database, signal: Id<Signal>, viewer: Viewer) -> Result<Option<Seen>, Error> {
    // The same for everybody, and long enough to be felt: put together once.
    static STATEMENT: LazyLock<String> = LazyLock::new(|| {
        format!(
            "SELECT {COLUMNS},
             (SELECT i.id FROM signal_interests i WHERE i.signal_id = signals.id AND i.user_id = $1),
             (SELECT i.state FROM signal_interests i WHERE i.signal_id = signals.id AND i.user_id = $1),
             (SELECT u.name FROM users u WHERE u.id = signals.owner_id AND u.deleted_at IS NULL),
             (SELECT u.email FROM users u WHERE u.id = signals.owner_id AND u.deleted_at IS NULL)
         FROM signals
         WHERE id = $2 AND deleted_at IS NULL
             AND {}",
            visible_to("$1", "$3", "$4")
        )
    });
    let parameters = vec![
        id(viewer.user),
        id(signal),
        viewer.sees_agents_only.into(),
        at(viewer.now),
    ];
    let row = db.query_optional(&STATEMENT, parameters).await?;
    row.map(|row| read_seen(&row)).transpose()
}

fn read_seen(row: &Row) -> Result<Seen, Error> {
    let state = read_optional_text(row, 21, "state", interest::State::parse)?;
    let (name, email): (Option<String>, Option<String>) = (row.get(22)?, row.get(23)?);
    let accepted = state == Some(interest::State::Accepted);
    let contact = name.zip(email).filter(|_| accepted);
    Ok(Seen {
        signal: read(row)?,
        interest: read_optional_id(row, 20)?.zip(state),
        contact: contact.map(|(name, email)| Contact { name, email }),
    })
}

/// A person's own signal in any state.
///
/// # Errors
/// [`Error`].
pub async fn find_own(db: &Database, signal: Id<Signal>, owner: Id<User>) -> Result<Option<Stored>, Error> {
    let statement =
        format!("SELECT {COLUMNS} FROM signals WHERE id = $1 AND owner_id = $2 AND deleted_at IS NULL");
    let row = db.query_optional(&statement, vec![id(signal), id(owner)]).await?;
    row.map(|row| read(&row)).transpose()
}

/// A change of a signal, decided on what version `version` said.
pub struct Change<'a> {
    /// Which signal.
    pub signal: Id<Signal>,
    /// Whose.
    pub owner: Id<User>,
    /// The version that was changed.
    pub version: i64,
    /// What it says from now on.
    pub new: &'a NewSignal,
    /// Where it stands from now on.
    pub state: State,
    /// For the audit log.
    pub audit: &'a Event,
    /// Now.
    pub now: Timestamp,
}

/// Changes a person's own signal, if it still has the version that the change was decided on; `None` if not. One statement.
///
/// # Errors
/// [`Error`].
pub async fn update(db: &Database, change: &Change<'_>) -> Result<Option<Stored>, Error> {
    let statement = format!(
        "UPDATE signals SET state = $1, intent = $2, property_type = $3, region_code = $4, address = $5, area = $6,
             floor = $7, rooms = $8, asking_price = $9, deposit = $10, monthly_rent = $11, available_from = $12,
             description = $13, visibility = $14, expires_at = $15, updated_at = $16, audit = $17,
             grams = $18, version = version + 1
         WHERE id = $19 AND owner_id = $20 AND version = $21 AND deleted_at IS NULL
         RETURNING {COLUMNS}"
    );
    let mut parameters = content(change.new, change.state, change.audit, change.now);
    parameters.extend([id(change.signal), id(change.owner), change.version.into()]);
    let row = db.query_optional(&statement, parameters).await?;
    row.map(|row| read(&row)).transpose()
}

/// One page of a person's own signals in any state, newest first, older than `before`.
///
/// # Errors
/// [`Error`].
pub async fn list_own(
    db: &Database,
    owner: Id<User>,
    before: Option<Id<Signal>>,
    limit: u8,
) -> Result<Vec<Stored>, Error> {
    let mut search = Conditions::default();
    search.and("deleted_at IS NULL");
    search.with("owner_id = $", id(owner));
    let select = format!("SELECT {COLUMNS} FROM signals");
    search.newest(db, &select, before, limit, read).await
}

/// Deletes a person's own signal softly (CONV-11), if it has an expected version; `false` when there is none. One statement.
///
/// # Errors
/// [`Error`].
pub async fn delete(
    db: &Database,
    signal: Id<Signal>,
    owner: Id<User>,
    expected: &Expected,
    audit: &Event,
    now: Timestamp,
) -> Result<bool, Error> {
    let mut conditions = Conditions::after(vec![at(now), audit.value()]);
    conditions.with("id = $", id(signal));
    conditions.with("owner_id = $", id(owner));
    conditions.and("deleted_at IS NULL");
    conditions.expect(expected);
    let statement = format!(
        "UPDATE signals SET deleted_at = $1, updated_at = $1, version = version + 1, audit = $2
         WHERE {} RETURNING id",
        conditions.text()
    );
    let row = db.query_optional(&statement, conditions.parameters()).await?;
    Ok(row.is_some())
}
