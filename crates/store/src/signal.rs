//! Signals (SIG-1 to SIG-3).

use domain::address::Address;
use domain::region::{RegionCode, RegionPrefix};
use domain::signal::{Amounts, Area, Intent, NewSignal, PropertyType, Signal, State, Visibility};
use domain::text::Message;
use domain::user::User;
use domain::{Date, Id, Timestamp};
use sql::{Database, Error, Row, Value};

use crate::audit::Event;
use crate::codec::{at, day, id, read_as, read_at, read_id, read_optional_at, read_optional_day, read_text};

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

const COLUMNS: &str = "id, owner_id, state, intent, property_type, region_code, address, area, floor, rooms,
    asking_price, deposit, monthly_rent, available_from, description, visibility, utc(expires_at), version,
    utc(created_at), utc(updated_at)";

fn read(row: &Row) -> Result<Stored, Error> {
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

/// Publishes a signal: it is active at once (SIG-2). One statement.
///
/// # Errors
/// [`Error`].
pub async fn create(
    db: &Database,
    signal: Id<Signal>,
    owner: Id<User>,
    new: &NewSignal,
    audit: &Event,
    now: Timestamp,
) -> Result<Stored, Error> {
    let amounts = new.terms.amounts();
    let statement = format!(
        "INSERT INTO signals (id, owner_id, state, intent, property_type, region_code, address, area, floor, rooms,
             asking_price, deposit, monthly_rent, available_from, description, visibility, expires_at,
             created_at, updated_at, audit)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18, $19)
         RETURNING {COLUMNS}"
    );
    let row = db
        .query_optional(
            &statement,
            vec![
                id(signal),
                id(owner),
                State::Active.as_str().into(),
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
            ],
        )
        .await?;
    row.ok_or_else(|| Error::Failed("an insert returned no row".to_owned()))
        .and_then(|row| read(&row))
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

/// A signal that the viewer may see: their own in any state, another's while it is active and visible to them.
///
/// # Errors
/// [`Error`].
pub async fn find(db: &Database, signal: Id<Signal>, viewer: Viewer) -> Result<Option<Stored>, Error> {
    let statement = format!(
        "SELECT {COLUMNS} FROM signals
         WHERE id = $1 AND deleted_at IS NULL
             AND (owner_id = $2 OR (state = 'active'
                 AND (visibility = 'public' OR (visibility = 'agents_only' AND $3))
                 AND (expires_at IS NULL OR expires_at > $4)))"
    );
    let parameters = vec![
        id(signal),
        id(viewer.user),
        viewer.sees_agents_only.into(),
        at(viewer.now),
    ];
    db.query_optional(&statement, parameters)
        .await?
        .map(|row| read(&row))
        .transpose()
}

/// Which signals a list shows (SIG-3).
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Everything inside this region.
    pub region: Option<RegionPrefix>,
    /// Only this intent.
    pub intent: Option<Intent>,
    /// Only this kind of property.
    pub property_type: Option<PropertyType>,
}

/// One page of the signals that the viewer may find, newest first, older than `before`.
///
/// # Errors
/// [`Error`].
pub async fn search(
    db: &Database,
    filter: &Filter,
    viewer: Viewer,
    before: Option<Id<Signal>>,
    limit: u8,
) -> Result<Vec<Stored>, Error> {
    let mut search = Search::default();
    search.and("deleted_at IS NULL AND state = 'active'");
    search.and_with("(expires_at IS NULL OR expires_at > $)", at(viewer.now));
    if viewer.sees_agents_only {
        search.and("visibility IN ('public', 'agents_only')");
    } else {
        search.and("visibility = 'public'");
    }
    if let Some(region) = &filter.region {
        let (low, high) = region.bounds();
        search.and_with("region_code >= $", low.into());
        search.and_with("region_code <= $", high.into());
    }
    if let Some(intent) = filter.intent {
        search.and_with("intent = $", intent.as_str().into());
    }
    if let Some(property_type) = filter.property_type {
        search.and_with("property_type = $", property_type.as_str().into());
    }
    search.page(db, before, limit).await
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
    let mut search = Search::default();
    search.and("deleted_at IS NULL");
    search.and_with("owner_id = $", id(owner));
    search.page(db, before, limit).await
}

/// Conditions with their parameters, numbered as they come.
#[derive(Default)]
struct Search {
    conditions: Vec<String>,
    parameters: Vec<Value>,
}

impl Search {
    fn and(&mut self, condition: &str) {
        self.conditions.push(condition.to_owned());
    }

    /// `condition` holds one bare `$`, which becomes the parameter's number.
    fn and_with(&mut self, condition: &str, parameter: Value) {
        self.parameters.push(parameter);
        self.conditions
            .push(condition.replace('$', &format!("${}", self.parameters.len())));
    }

    async fn page(
        mut self,
        db: &Database,
        before: Option<Id<Signal>>,
        limit: u8,
    ) -> Result<Vec<Stored>, Error> {
        if let Some(before) = before {
            self.and_with("id < $", id(before));
        }
        self.parameters.push(i64::from(limit).into());
        let statement = format!(
            "SELECT {COLUMNS} FROM signals WHERE {} ORDER BY id DESC LIMIT ${}",
            self.conditions.join(" AND "),
            self.parameters.len()
        );
        db.query(&statement, self.parameters)
            .await?
            .iter()
            .map(read)
            .collect()
    }
}

/// Deletes a person's own signal softly (CONV-11); `false` when there is none. One statement.
///
/// # Errors
/// [`Error`].
pub async fn delete(
    db: &Database,
    signal: Id<Signal>,
    owner: Id<User>,
    audit: &Event,
    now: Timestamp,
) -> Result<bool, Error> {
    let row = db
        .query_optional(
            "UPDATE signals SET deleted_at = $1, updated_at = $1, version = version + 1, audit = $2
             WHERE id = $3 AND owner_id = $4 AND deleted_at IS NULL
             RETURNING id",
            vec![at(now), audit.value(), id(signal), id(owner)],
        )
        .await?;
    Ok(row.is_some())
}
