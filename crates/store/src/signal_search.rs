//! Looking for signals (SIG-3, SIG-5).
//!
//! Which index answers which question is said in `docs/search.md` and asserted by the contract tests.

use domain::region::RegionPrefix;
use domain::signal::{Filter, Grams, Position, SearchText, Sort};
use domain::text::Message;
use sql::{Database, Engine, Error, Value};

use crate::codec::{at, day, id, read_text};
use crate::conditions::Conditions;
use crate::signal::{COLUMNS, Stored, Viewer, read};

mod lead;

pub use lead::Lead;

/// One page that somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// Which signals.
    pub filter: &'a Filter,
    /// In which order.
    pub sort: Sort,
    /// Who asks.
    pub viewer: Viewer,
    /// Behind which place in the list; `None` for its beginning.
    pub after: Option<Position>,
    /// At most so many rows.
    pub rows: u8,
}

/// One page of the signals that the viewer may find. One statement; in SQLite one more for each condition that many signals may meet.
///
/// # Errors
/// [`Error`].
pub async fn search(db: &Database, search: &Search<'_>) -> Result<Vec<Stored>, Error> {
    let way = search.way(db).await?;
    search_by(db, search, way).await
}

/// The same page, found in this way: what is found must not depend on it.
///
/// # Errors
/// [`Error`].
pub async fn search_by(db: &Database, search: &Search<'_>, way: Way) -> Result<Vec<Stored>, Error> {
    let (statement, parameters) = search.statement(way);
    let rows = db.query(&statement, parameters).await?;
    rows.iter().map(read).collect()
}

/// How the engine would answer, line by line, for tests and people who wonder.
///
/// # Errors
/// [`Error`].
pub async fn explain(db: &Database, search: &Search<'_>) -> Result<Vec<String>, Error> {
    let way = search.way(db).await?;
    crate::explain::explain(db, search.statement(way)).await
}

/// Where a signal stands in a list of this order.
pub fn position(signal: &Stored, sort: Sort) -> Position {
    let key = match sort {
        Sort::Newest => None,
        Sort::PriceAscending | Sort::PriceDescending => {
            signal.amounts.asking_price.or(signal.amounts.deposit)
        }
        Sort::AreaAscending | Sort::AreaDescending => Some(signal.area.hundredths()),
    };
    Position { key, id: signal.id }
}

/// Computes the words of at most `limit` signals that have none yet, and says how many those were. Signals are written with their words;
/// this is for rows from before there were any. A description that changes meanwhile is left to whoever changed it.
///
/// # Errors
/// [`Error`].
pub async fn fill(db: &Database, limit: u8) -> Result<usize, Error> {
    let statement = format!(
        "SELECT id, description FROM signals WHERE grams IS NULL AND deleted_at IS NULL LIMIT {limit}"
    );
    let rows = db.query(&statement, Vec::new()).await?;
    for row in &rows {
        let description = read_text(row, 1, "description", Message::parse)?;
        let parameters = vec![
            Grams::of(&description).as_str().into(),
            row.get::<uuid::Uuid>(0)?.into(),
            row.get::<String>(1)?.into(),
        ];
        db.query(
            "UPDATE signals SET grams = $1 WHERE id = $2 AND description = $3 AND grams IS NULL",
            parameters,
        )
        .await?;
    }
    Ok(rows.len())
}

/// How a search is put to the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// SQLite, led by this.
    Sqlite(Lead),
    /// Postgres, which keeps statistics and finds its own way.
    Postgres,
}

impl Search<'_> {
    async fn way(&self, db: &Database) -> Result<Way, Error> {
        match db.engine() {
            Engine::Sqlite => Lead::choose(db, self).await.map(Way::Sqlite),
            Engine::Postgres => Ok(Way::Postgres),
        }
    }

    /// The ends of prices and areas that are left to check. Behind a place, the place is the end on its side: with both, SQLite would walk
    /// the index from the filter's end again for each page.
    fn ranges(&self) -> (Ends, Ends) {
        let (mut price, mut area) = (self.prices(), self.areas());
        match (self.after.and_then(|after| after.key), self.sort) {
            (None, _) | (_, Sort::Newest) => (),
            (_, Sort::PriceAscending) => price.0 = None,
            (_, Sort::PriceDescending) => price.1 = None,
            (_, Sort::AreaAscending) => area.0 = None,
            (_, Sort::AreaDescending) => area.1 = None,
        }
        (price, area)
    }

    fn statement(&self, way: Way) -> (String, Vec<Value>) {
        let mut conditions = Conditions::default();
        let source = match &self.filter.text {
            None => "signals",
            Some(text) => self::text(&mut conditions, text, way),
        };
        seen_by(&mut conditions, &self.viewer);
        narrow(&mut conditions, self.filter);
        let (price, area) = self.ranges();
        let by = |sort: [Sort; 2]| sort.contains(&self.sort);
        let price_orders = by([Sort::PriceAscending, Sort::PriceDescending]);
        let area_orders = by([Sort::AreaAscending, Sort::AreaDescending]);
        range(&mut conditions, column(way, Lead::Price, price_orders), price);
        range(&mut conditions, column(way, Lead::Area, area_orders), area);
        range(&mut conditions, column(way, Lead::Rent, false), self.rents());
        let order = order(&mut conditions, self.sort, self.after);
        let rows = self.rows;
        let statement = format!(
            "SELECT {COLUMNS} FROM {source} WHERE {} ORDER BY {order} LIMIT {rows}",
            conditions.text()
        );
        (statement, conditions.parameters())
    }
}

/// The lowest and the highest value, both included.
type Ends = (Option<i64>, Option<i64>);

/// The index says which signals hold all the words; the sequence decides. Gives what to select from.
fn text(conditions: &mut Conditions, text: &SearchText, way: Way) -> &'static str {
    match way {
        Way::Sqlite(Lead::Text) => {
            conditions.with("signal_words MATCH $", text.words().into());
            conditions.with("instr(signals.grams, $) > 0", text.sequence().into());
            // CROSS JOIN keeps SQLite to this order.
            "signal_words CROSS JOIN signal_texts ON number = signal_words.rowid
             CROSS JOIN signals ON signals.id = signal_id"
        }
        Way::Sqlite(_) => {
            conditions.with("instr(signals.grams, $) > 0", text.sequence().into());
            "signals"
        }
        Way::Postgres => {
            let words = "string_to_array(grams, ' ') @> string_to_array($, ' ')";
            conditions.with(words, text.words().into());
            conditions.with("strpos(grams, $) > 0", text.sequence().into());
            "signals"
        }
    }
}

fn seen_by(conditions: &mut Conditions, viewer: &Viewer) {
    conditions.and("deleted_at IS NULL AND state = 'active'");
    conditions.and(if viewer.sees_agents_only {
        "visibility IN ('public', 'agents_only')"
    } else {
        "visibility = 'public'"
    });
    let now = conditions.mark(at(viewer.now));
    conditions.and(&format!("(expires_at IS NULL OR expires_at > {now})"));
}

fn narrow(conditions: &mut Conditions, filter: &Filter) {
    if let Some(region) = &filter.region {
        inside(conditions, region);
    }
    if let Some(intent) = filter.intent {
        conditions.with("intent = $", intent.as_str().into());
    }
    if let Some(property_type) = filter.property_type {
        conditions.with("property_type = $", property_type.as_str().into());
    }
    if let Some(date) = filter.available_from {
        conditions.with("free_from <= $", day(date));
    }
}

/// Whole provinces, districts and villages are equal to a column, so that an index gives them in the order of ids; what is between
/// is a part of the next larger one.
fn inside(conditions: &mut Conditions, region: &RegionPrefix) {
    let digits = region.as_str();
    if digits.len() == 10 {
        conditions.with("region_code = $", digits.into());
        return;
    }
    let (column, whole) = if digits.len() < 5 {
        ("province = $", digits.get(..2))
    } else {
        ("district = $", digits.get(..5))
    };
    let whole = whole.unwrap_or(digits);
    conditions.with(column, whole.into());
    if whole != digits {
        let (low, high) = region.bounds();
        conditions.with("region_code >= $", low.into());
        conditions.with("region_code <= $", high.into());
    }
}

/// The column of a range. SQLite uses no index for what stands behind a plus sign.
fn column(way: Way, of: Lead, orders: bool) -> &'static str {
    let checks_only = matches!(way, Way::Sqlite(lead) if lead != of && !orders);
    match (of, checks_only) {
        (Lead::Area, false) => "area",
        (Lead::Area, true) => "+area",
        (Lead::Rent, false) => "monthly_rent",
        (Lead::Rent, true) => "+monthly_rent",
        (_, false) => "price",
        (_, true) => "+price",
    }
}

fn range(conditions: &mut Conditions, column: &str, (lowest, highest): Ends) {
    if let Some(lowest) = lowest {
        conditions.with(&format!("{column} >= $"), lowest.into());
    }
    if let Some(highest) = highest {
        conditions.with(&format!("{column} <= $"), highest.into());
    }
}

/// The place behind which the page begins, and the order. Key and id go the same way, so that one index serves both directions.
fn order(conditions: &mut Conditions, sort: Sort, after: Option<Position>) -> &'static str {
    let (key, behind, order) = match sort {
        Sort::Newest => (None, "<", "signals.id DESC"),
        Sort::PriceAscending => (Some("price"), ">", "price, signals.id"),
        Sort::PriceDescending => (Some("price"), "<", "price DESC, signals.id DESC"),
        Sort::AreaAscending => (Some("area"), ">", "area, signals.id"),
        Sort::AreaDescending => (Some("area"), "<", "area DESC, signals.id DESC"),
    };
    match (key, after) {
        (_, None) => (),
        (
            Some(key),
            Some(Position {
                key: Some(at),
                id: last,
            }),
        ) => {
            let (at, last) = (conditions.mark(at.into()), conditions.mark(id(last)));
            conditions.and(&format!("({key}, signals.id) {behind} ({at}, {last})"));
        }
        (_, Some(Position { id: last, .. })) => conditions.with(&format!("signals.id {behind} $"), id(last)),
    }
    order
}
