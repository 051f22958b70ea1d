//! `GET /api/v1/signals` (SIG-3): look for signals.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::region::RegionPrefix;
use domain::signal::{Area, Filter, Intent, Position, PropertyType, Range, SearchText, Sort};
use domain::{Date, Won};
use guard::{Caller, problem};
use http_kit::cursor::Cursors;
use http_kit::doc::Parameter;
use http_kit::doc::{Answer, Operation};
use http_kit::query::{FromQuery, Pairs};
use http_kit::reply::Page;
use http_kit::{Code, PageRequest, Problem, Query, reply};
use serde_json::json;
use store::signal::Stored;
use store::signal_search::{Search, position, search};

use super::view::{self, View};
use crate::state::Signals;

pub struct Parameters {
    filter: Filter,
    sort: Sort,
    page: PageRequest,
}

impl FromQuery for Parameters {
    fn from_query(pairs: &mut Pairs) -> Result<Self, Problem> {
        let filter = Filter {
            region: pairs.take("region_code", |raw| RegionPrefix::parse(raw).ok())?,
            intent: pairs.take("intent", |raw| Intent::parse(raw).ok())?,
            property_type: pairs.take("property_type", |raw| PropertyType::parse(raw).ok())?,
            price: range(pairs, ["price_min", "price_max"], won)?,
            rent: range(pairs, ["rent_min", "rent_max"], won)?,
            area: range(pairs, ["area_min", "area_max"], |raw| Area::parse(raw).ok())?,
            available_from: pairs.take("available_from", |raw| Date::parse(raw).ok())?,
            text: pairs.take("q", |raw| SearchText::parse(raw).ok())?,
        };
        Ok(Self {
            filter,
            sort: pairs
                .take("sort", |raw| Sort::parse(raw).ok())?
                .unwrap_or_default(),
            page: PageRequest::from_query(pairs)?,
        })
    }

    fn parameters() -> Vec<Parameter> {
        let mut parameters = vec![
            Parameter::query::<RegionPrefix>("region_code", "Only what lies in this region."),
            Parameter::query::<Intent>("intent", "Only this intent."),
            Parameter::query::<PropertyType>("property_type", "Only this kind of property."),
            Parameter::query::<Won>(
                "price_min",
                "The lowest asking price of a sale or deposit of a lease.",
            ),
            Parameter::query::<Won>("price_max", "The highest one."),
            Parameter::query::<Won>("rent_min", "The lowest monthly rent; leaves out what has none."),
            Parameter::query::<Won>("rent_max", "The highest one."),
            Parameter::query::<Area>("area_min", "The smallest floor area."),
            Parameter::query::<Area>("area_max", "The largest one."),
            Parameter::query::<Date>("available_from", "Only what is free by this day."),
            Parameter::query::<SearchText>(
                "q",
                "Only what has this in its description, in any language; case does not matter.",
            ),
            Parameter::query::<Sort>("sort", "In which order."),
        ];
        parameters.extend(PageRequest::parameters());
        parameters
    }
}

fn won(raw: &str) -> Option<Won> {
    Won::parse(raw.parse().ok()?).ok()
}

/// Both ends of a range. Ends that leave nothing between them are a mistake of the lower one's.
fn range<T: PartialOrd + Copy>(
    pairs: &mut Pairs,
    [lowest, highest]: [&str; 2],
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Range<T>, Problem> {
    let (low, high) = (pairs.take(lowest, &parse)?, pairs.take(highest, &parse)?);
    Range::new(low, high).map_err(|_| Problem::new(Code::InvalidQuery).at(format!("`{lowest}`")))
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Signals", "searchSignals", "Look for signals")
        .says("What others published and one's own, as far as one may see it. The exact address is shown to the owner only.")
        .with("region_code", "11680")
        .with("intent", "jeonse")
        .with("limit", 5)
        .answers(Answer::ok::<Page<View>>(
            "The signals that fit, in the order that was asked for.",
            json!({"items": [view::example()], "next_cursor": null}),
        ));
}

pub async fn handle(
    caller: Caller,
    State(signals): State<Arc<Signals>>,
    Query(asked): Query<Parameters>,
) -> Result<Response, Problem> {
    let now = signals.clock.now();
    let (sort, filter) = (asked.sort, &asked.filter);
    let list = format!("signals by {} with {filter}", sort.as_str());
    let cursors = Cursors::new(signals.cursor_key, list);
    let after = asked.page.position(&cursors)?;
    let after = after.map(|text| Position::parse(&text, sort)).transpose();
    let found = Search {
        filter,
        sort,
        viewer: caller.viewer(now),
        after: after.map_err(|_| Problem::new(Code::InvalidCursor))?,
        rows: asked.page.rows(),
    };
    let found = search(&signals.db, &found).await.map_err(problem::database)?;
    let names = signals.regions.get(&signals.db).await?;
    let view = |signal: Stored| match signal.owner == caller.user {
        true => View::of_owner(signal, now).named(names),
        false => View::of_stranger(signal, now).named(names),
    };
    let place = |signal: &Stored| position(signal, sort).to_string();
    reply::json(StatusCode::OK, &asked.page.page_by(found, &cursors, place, view))
}
