//! `GET /api/v1/regions` (SIG-3): the provinces, or what lies in a region. Both names, so that one answer serves every language and may be
//! kept by everybody.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::region::{Region, RegionPrefix};
use guard::Anonymous;
use http_kit::doc::Parameter;
use http_kit::doc::{Answer, Operation};
use http_kit::query::{FromQuery, Pairs};
use http_kit::reply::Page;
use http_kit::{Problem, Query, reply};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::state::Signals;

pub struct Parameters {
    parent: Option<RegionPrefix>,
}

impl FromQuery for Parameters {
    fn from_query(pairs: &mut Pairs) -> Result<Self, Problem> {
        let parent = pairs.take("parent", |raw| RegionPrefix::parse(raw).ok())?;
        Ok(Self { parent })
    }

    fn parameters() -> Vec<Parameter> {
        vec![Parameter::query::<RegionPrefix>(
            "parent",
            "The region whose parts are wanted; without it, the provinces.",
        )]
    }
}

/// `code` is what the filter `region_code` of `GET /api/v1/signals` takes.
#[derive(Serialize, ToSchema)]
#[schema(as = Region)]
struct View<'a> {
    #[schema(value_type = RegionPrefix)]
    code: &'a str,
    #[schema(required, value_type = Option<RegionPrefix>)]
    parent: Option<&'a str>,
    name_ko: &'a str,
    name_en: &'a str,
}

impl<'a> View<'a> {
    const fn new(region: Region<'a>) -> Self {
        Self {
            code: region.code,
            parent: region.parent,
            name_ko: region.name_ko,
            name_en: region.name_en,
        }
    }
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Regions", "listRegions", "The provinces, or what lies in a region")
        .says("Both names, so that one answer serves every language. A `code` is what the filter `region_code` of signals takes.")
        .with("parent", "11")
        .answers(Answer::ok::<Page<View>>(
            "All of them; there is never a next page.",
            json!({
                "items": [{"code": "11680", "parent": "11", "name_ko": "\u{AC15}\u{B0A8}\u{AD6C}", "name_en": "Gangnam-gu"}],
                "next_cursor": null,
            }),
        ));
}

pub async fn handle(
    _: Anonymous,
    State(signals): State<Arc<Signals>>,
    Query(asked): Query<Parameters>,
) -> Result<Response, Problem> {
    let names = signals.regions.get(&signals.db).await?;
    let page = Page {
        items: names.inside(asked.parent.as_ref()).map(View::new).collect(),
        // No region has more than some thirty others in it.
        next_cursor: None,
    };
    reply::json(StatusCode::OK, &page)
}
