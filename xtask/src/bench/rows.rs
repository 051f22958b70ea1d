//! `cargo xtask bench --rows N`: what a search costs among N signals, as a ratio to a thousand. It asks the store natively: HTTP and Wasm cost
//! the same for both and would hide the difference. Rounds alternate between the two databases.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use domain::region::RegionPrefix;
use domain::signal::{Area, Filter, Intent, PropertyType, Range, SearchText, Sort};
use domain::{Date, Won};
use sql::native::NativeSqlite;
use store::Database;
use store::signal_search::{Search, position, search};

use crate::workspace::Workspace;
use crate::{migrate, sample, term};

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

/// Runs the measurement.
pub fn run(workspace: &Workspace, rows: usize) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .context("cannot start a runtime")?;
    let folder = workspace.target.join("bench-rows");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let few = database(workspace, &folder, FEW, &runtime)?;
    let many = database(workspace, &folder, rows, &runtime)?;
    let mut table = vec![term::row([
        "search",
        "rows",
        &format!("among {FEW}"),
        &format!("among {rows}"),
        "ratio",
    ])];
    for question in questions()? {
        table.push(runtime.block_on(compare(&question, &few, &many))?);
    }
    println!();
    term::table(&table);
    Ok(())
}

fn database(
    workspace: &Workspace,
    folder: &Path,
    rows: usize,
    runtime: &tokio::runtime::Runtime,
) -> Result<Database> {
    let path = folder.join(format!("{rows}.db"));
    migrate::apply(workspace, &format!("sqlite:{}", path.display()))?;
    let db = Database::new(NativeSqlite::new(&path));
    let start = Instant::now();
    runtime.block_on(sample::load_many(&db, rows))?;
    let each = start.elapsed() / u32::try_from(rows).unwrap_or(u32::MAX);
    let size = std::fs::metadata(&path)?.len() / 1_048_576;
    term::note(format_args!("{rows} signals: {each:?} each to write, {size} MiB"));
    Ok(db)
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
