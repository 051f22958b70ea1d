//! `rows`: what a search costs among many signals, as a ratio to a thousand. It asks the store natively: HTTP and Wasm cost
//! the same for both and would hide the difference. Rounds alternate between the databases.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use domain::region::RegionPrefix;
use domain::signal::{Area, Filter, Intent, PropertyType, Range, SearchText, Sort};
use domain::{Date, Won};
use sql::native::{NativePostgres, NativeSqlite};
use store::Database;
use store::signal_search::{Search, position, search};

use super::Settings;
use super::report::Table;
use crate::services::Services;
use crate::workspace::Workspace;
use crate::{app, migrate, sample, term};

/// What the others are compared with.
const FEW: usize = 1_000;
/// Rounds of one question on one database; the table shows the median.
const ROUNDS: usize = 41;

/// One question: a first page, or one from the middle of the list.
struct Question {
    name: &'static str,
    filter: Filter,
    sort: Sort,
    deep: bool,
}

/// Where the signals are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    /// A file
    Sqlite,
    /// A server that is started for this and keeps nothing
    Postgres,
}

/// Runs the measurement.
pub fn run(workspace: &Workspace, settings: &Settings, engine: Engine, rows: usize) -> Result<()> {
    // Postgres speaks from a task of its own.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start a runtime")?;
    let services = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => Some(settings.cores.server(|| Services::start(workspace))?),
    };
    let folder = app::fresh_folder(workspace, "bench-rows")?;
    let mut page = settings.page(scenario(engine), "natively");
    page.notes = vec![format!(
        "the store asked natively, a thousand signals against {rows}, median of {ROUNDS} rounds in turns"
    )];
    let mut filled = Vec::new();
    for rows in [FEW, rows] {
        let url = match &services {
            None => format!("sqlite:{}", folder.join(format!("{rows}.db")).display()),
            Some(services) => database(services, rows)?,
        };
        migrate::apply(workspace, &url)?;
        let db = match url.strip_prefix("sqlite:") {
            Some(path) => Database::new(NativeSqlite::new(path)),
            None => Database::new(NativePostgres::new(&url)),
        };
        let start = Instant::now();
        runtime.block_on(sample::load_many(&db, rows))?;
        let each = start.elapsed() / u32::try_from(rows).unwrap_or(u32::MAX);
        page.note(format!("{rows} signals: {each:?} each to write"));
        if engine == Engine::Postgres {
            // What its own maintenance would do within a minute.
            runtime.block_on(db.query("ANALYZE", Vec::new()))?;
        }
        filled.push(db);
    }
    let [few, many] = filled.as_slice() else {
        return Ok(());
    };
    let mut table = vec![term::row([
        "search",
        "rows",
        &format!("among {FEW}"),
        &format!("among {rows}"),
        "ratio",
    ])];
    for question in questions()? {
        term::note(question.name);
        table.push(runtime.block_on(compare(&question, few, many))?);
    }
    page.tables.push(Table {
        title: format!("Searches on {engine:?}"),
        rows: table,
    });
    page.publish(workspace)
}

const fn scenario(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "rows-sqlite",
        Engine::Postgres => "rows-postgres",
    }
}

/// A database of its own on the server.
fn database(services: &Services, rows: usize) -> Result<String> {
    let (server, _) = services
        .postgres_url()
        .rsplit_once('/')
        .context("the server's address names no database")?;
    let mut client = postgres::Client::connect(services.postgres_url(), postgres::NoTls)?;
    client.batch_execute(&format!("CREATE DATABASE bench_{rows}"))?;
    Ok(format!("{server}/bench_{rows}"))
}

async fn compare(question: &Question, few: &Database, many: &Database) -> Result<Vec<String>> {
    let mut times = [Vec::new(), Vec::new()];
    let mut found = 0;
    for _ in 0..ROUNDS {
        for (db, times) in [few, many].into_iter().zip(&mut times) {
            let (time, rows) = ask(question, db).await?;
            times.push(time);
            found = rows;
        }
    }
    let [few, many] = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    Ok(vec![
        question.name.to_owned(),
        found.to_string(),
        format!("{few:.1?}"),
        format!("{many:.1?}"),
        format!("{:.2}", many.as_secs_f64() / few.as_secs_f64()),
    ])
}

async fn ask(question: &Question, db: &Database) -> Result<(Duration, usize)> {
    let viewer = sample::viewer();
    let mut asked = Search {
        filter: &question.filter,
        sort: question.sort,
        viewer,
        after: None,
        rows: 21,
    };
    if question.deep {
        // Four pages of a hundred in, on either database: deep enough that walking there again would show.
        asked.rows = 100;
        for _ in 0..4 {
            let page = search(db, &asked).await?;
            asked.after = page.last().map(|last| position(last, question.sort));
        }
        asked.rows = 21;
    }
    let start = Instant::now();
    let rows = search(db, &asked).await?.len();
    Ok((start.elapsed(), rows))
}

fn questions() -> Result<Vec<Question>> {
    let filters = Filters::new()?;
    let question = |name, filter: &Filter, sort, deep| Question {
        name,
        filter: filter.clone(),
        sort,
        deep,
    };
    let all = Filter::default();
    Ok(vec![
        question("newest", &all, Sort::Newest, false),
        question("newest, fifth hundred", &all, Sort::Newest, true),
        question("price_asc", &all, Sort::PriceAscending, false),
        question("price_desc, fifth hundred", &all, Sort::PriceDescending, true),
        question("area_asc", &all, Sort::AreaAscending, false),
        question("intent", &filters.intent, Sort::Newest, false),
        question("type", &filters.property_type, Sort::Newest, false),
        question("province", &filters.province, Sort::Newest, false),
        question("district, intent", &filters.district, Sort::Newest, false),
        question(
            "district, intent, price_asc",
            &filters.district,
            Sort::PriceAscending,
            false,
        ),
        question("date", &filters.date, Sort::Newest, false),
        question("price range, newest", &filters.price, Sort::Newest, false),
        question(
            "price range, price_asc",
            &filters.price,
            Sort::PriceAscending,
            false,
        ),
        question("narrow area, newest", &filters.area, Sort::Newest, false),
        question("rent range, newest", &filters.rent, Sort::Newest, false),
        question("text in every sixth", &filters.common, Sort::Newest, false),
        question("text in one of 5000", &filters.rare, Sort::Newest, false),
        question("text in none", &filters.none, Sort::Newest, false),
    ])
}

struct Filters {
    intent: Filter,
    property_type: Filter,
    province: Filter,
    district: Filter,
    date: Filter,
    price: Filter,
    area: Filter,
    rent: Filter,
    common: Filter,
    rare: Filter,
    none: Filter,
}

impl Filters {
    fn new() -> Result<Self> {
        let wrong = |code| anyhow::anyhow!("the benchmark asks wrongly: {code:?}");
        let all = Filter::default;
        let text = |text| -> Result<Filter> {
            Ok(Filter {
                text: Some(SearchText::parse(text).map_err(wrong)?),
                ..all()
            })
        };
        let won = |low, high| Range::new(Won::parse(low).ok(), Won::parse(high).ok()).map_err(wrong);
        let intent = Some(Intent::Jeonse);
        Ok(Self {
            intent: Filter { intent, ..all() },
            property_type: Filter {
                property_type: Some(PropertyType::Villa),
                ..all()
            },
            province: Filter {
                region: RegionPrefix::parse("11").ok(),
                ..all()
            },
            district: Filter {
                region: RegionPrefix::parse("11680").ok(),
                intent,
                ..all()
            },
            date: Filter {
                available_from: Date::parse("2027-03-01").ok(),
                ..all()
            },
            price: Filter {
                price: won(300_000_000, 500_000_000)?,
                ..all()
            },
            area: Filter {
                area: Range::new(Area::parse("84").ok(), Area::parse("84.2").ok()).map_err(wrong)?,
                ..all()
            },
            rent: Filter {
                rent: won(500_000, 700_000)?,
                ..all()
            },
            common: text(sample::COMMON)?,
            rare: text(sample::RARE)?,
            none: text("nowhere")?,
        })
    }
}
