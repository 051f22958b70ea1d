//! How the engines answer searches (SIG-5): by an index, for each filter alone, each order alone and what is asked for most.

use domain::region::RegionPrefix;
use domain::signal::{Area, Filter, Intent, Position, PropertyType, Range, SearchText, Sort};
use domain::{Date, Won};
use sql::{Engine, Value};
use store::signal_search::{Lead, Search, Way, explain, search, search_by};
use testkit::Fresh;

use crate::data::{Data, flat};

on_each_engine! { Migrated:
    searches_walk_an_index,
    every_way_leads_to_the_same,
}

/// Copies of one signal with other values in every column that is searched, as many as make an index worth it.
const COPIES: &str = "
    INSERT INTO signals (id, owner_id, state, intent, property_type, region_code, address, area, asking_price, deposit, monthly_rent,
        available_from, description, visibility, created_at, updated_at, grams)
    SELECT ID, owner_id, state,
        CASE n % 3 WHEN 0 THEN 'sale' WHEN 1 THEN 'jeonse' ELSE 'monthly_rent' END,
        CASE n % 6 WHEN 0 THEN 'apartment' WHEN 1 THEN 'officetel' WHEN 2 THEN 'villa' WHEN 3 THEN 'house'
            WHEN 4 THEN 'commercial' ELSE 'land' END,
        CAST(11 + n % 17 AS TEXT) || CAST(100 + n % 23 AS TEXT) || CAST(10100 + n % 7 AS TEXT), address, 1000 + n * 7 % 20000,
        CASE WHEN n % 3 = 0 THEN n * 13 % 100000 END, CASE WHEN n % 3 > 0 THEN n * 13 % 100000 END,
        CASE WHEN n % 3 = 2 THEN n % 1000 END, DAY, description, visibility, created_at, updated_at, 'ac00' || CAST(1000 + n % 9000 AS TEXT)
    FROM signals CROSS JOIN NUMBERS WHERE deleted_at IS NULL";

async fn fill(data: &Data) {
    let owner = data.person().await;
    data.publish(owner, &flat()).await;
    let (id, day, numbers) = match data.db().engine() {
        Engine::Sqlite => (
            "'01980000-0000-7000-8000-' || printf('%012x', n)",
            "date('2027-01-01', '+' || (n % 700) || ' days')",
            "(WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 20000) SELECT n FROM t) AS numbers",
        ),
        Engine::Postgres => (
            "CAST('01980000-0000-7000-8000-' || lpad(to_hex(n), 12, '0') AS UUID)",
            "DATE '2027-01-01' + n % 700",
            "generate_series(1, 20000) AS n",
        ),
    };
    let statement = COPIES
        .replace("ID,", &format!("{id},"))
        .replace("DAY,", &format!("{day},"))
        .replace("NUMBERS", numbers);
    data.run(&statement, Vec::<Value>::new()).await;
    if data.db().engine() == Engine::Postgres {
        data.run("ANALYZE signals", Vec::new()).await;
    }
}

fn won(low: i64, high: i64) -> Range<Won> {
    Range::new(Won::parse(low).ok(), Won::parse(high).ok()).unwrap()
}

/// What is asked for, each with a name, and the indexes of which SQLite takes one.
fn cases() -> Vec<(&'static str, Filter, Sort, &'static [&'static str])> {
    let all = Filter::default;
    let region = |digits: &str| Filter {
        region: RegionPrefix::parse(digits).ok(),
        ..all()
    };
    let intent = Some(Intent::Jeonse);
    let text = SearchText::parse("\u{ac00}\u{1234}").ok();
    vec![
        ("nothing", all(), Sort::Newest, &["signals_newest"]),
        ("price_asc", all(), Sort::PriceAscending, &["signals_price"]),
        ("price_desc", all(), Sort::PriceDescending, &["signals_price"]),
        ("area_asc", all(), Sort::AreaAscending, &["signals_area"]),
        ("area_desc", all(), Sort::AreaDescending, &["signals_area"]),
        (
            "intent",
            Filter { intent, ..all() },
            Sort::Newest,
            &["signals_intent"],
        ),
        (
            "type",
            Filter {
                property_type: Some(PropertyType::Villa),
                ..all()
            },
            Sort::Newest,
            &["signals_property_type"],
        ),
        ("province", region("11"), Sort::Newest, &["signals_province"]),
        (
            "part of a province",
            region("111"),
            Sort::Newest,
            &["signals_province", "signals_region"],
        ),
        ("district", region("11100"), Sort::Newest, &["signals_district"]),
        (
            "part of a district",
            region("1110010"),
            Sort::Newest,
            &["signals_district", "signals_region"],
        ),
        ("village", region("1110010100"), Sort::Newest, &["signals_region"]),
        (
            "price",
            Filter {
                price: won(100, 200),
                ..all()
            },
            Sort::Newest,
            &["signals_price"],
        ),
        (
            "price that many have",
            Filter {
                price: won(100, 90_000),
                ..all()
            },
            Sort::Newest,
            &["signals_newest"],
        ),
        (
            "price that many have, by area",
            Filter {
                price: won(100, 90_000),
                ..all()
            },
            Sort::AreaAscending,
            &["signals_area"],
        ),
        (
            "price that many have and rent that few have",
            Filter {
                price: won(100, 90_000),
                rent: won(10, 12),
                ..all()
            },
            Sort::Newest,
            &["signals_rent"],
        ),
        (
            "price by price",
            Filter {
                price: won(100, 200),
                ..all()
            },
            Sort::PriceAscending,
            &["signals_price"],
        ),
        (
            "rent",
            Filter {
                rent: won(10, 12),
                ..all()
            },
            Sort::Newest,
            &["signals_rent"],
        ),
        (
            "area",
            Filter {
                area: Range::new(Area::parse("10").ok(), Area::parse("11").ok()).unwrap(),
                ..all()
            },
            Sort::Newest,
            &["signals_area"],
        ),
        (
            "date",
            Filter {
                available_from: Date::parse("2027-01-02").ok(),
                ..all()
            },
            Sort::Newest,
            &["signals_newest"],
        ),
        (
            "text",
            Filter {
                text: text.clone(),
                ..all()
            },
            Sort::Newest,
            &["signal_words"],
        ),
        (
            "text by price",
            Filter {
                text: text.clone(),
                ..all()
            },
            Sort::PriceAscending,
            &["signal_words"],
        ),
        (
            "text in a district",
            Filter {
                text,
                ..region("11100")
            },
            Sort::Newest,
            &["signal_words"],
        ),
        (
            "intent by price",
            Filter { intent, ..all() },
            Sort::PriceAscending,
            &["signals_intent_price"],
        ),
        (
            "intent, price by price",
            Filter {
                intent,
                price: won(100, 200),
                ..all()
            },
            Sort::PriceDescending,
            &["signals_intent_price"],
        ),
        (
            "district, intent",
            Filter {
                intent,
                ..region("11100")
            },
            Sort::Newest,
            &["signals_district_intent"],
        ),
        (
            "district, intent by price",
            Filter {
                intent,
                ..region("11100")
            },
            Sort::PriceAscending,
            &["signals_district_intent_price"],
        ),
        (
            "district, intent, price by price",
            Filter {
                intent,
                price: won(100, 200),
                ..region("11100")
            },
            Sort::PriceAscending,
            &["signals_district_intent_price"],
        ),
    ]
}

async fn searches_walk_an_index(fresh: Fresh) {
    let data = Data::new(&fresh);
    fill(&data).await;
    let engine = data.db().engine();
    for (name, filter, sort, indexes) in cases() {
        let key = (sort != Sort::Newest).then_some(150);
        let behind = Position { key, id: data.id() };
        for after in [None, Some(behind)] {
            let asked = Search {
                filter: &filter,
                sort,
                viewer: data.viewer(data.id()),
                after,
                rows: 21,
            };
            let plan = explain(data.db(), &asked).await.unwrap().join("\n");
            println!("{engine:?}, {name}, {after:?}:\n{plan}\n");
            match engine {
                Engine::Sqlite => {
                    for line in plan.lines().filter(|line| line.starts_with("SCAN signals")) {
                        assert!(line.contains("USING INDEX"), "{name}: {plan}");
                    }
                    let taken = indexes.iter().any(|index| {
                        plan.contains(&format!("{index} "))
                            || plan.contains(&format!("{index}\n"))
                            || plan.ends_with(index)
                    });
                    assert!(taken, "{name}: {plan}");
                }
                Engine::Postgres => {
                    assert!(!plan.contains("Seq Scan"), "{name}: {plan}");
                    assert!(
                        plan.contains("Index") && plan.contains("signals_"),
                        "{name}: {plan}"
                    );
                }
            }
        }
    }
}

/// Whatever SQLite is led by, the rows are the same and stand in the same order.
async fn every_way_leads_to_the_same(fresh: Fresh) {
    let data = Data::new(&fresh);
    if data.db().engine() == Engine::Postgres {
        // There is one way only.
        return;
    }
    fill(&data).await;
    let mut compared = 0;
    for (name, filter, sort, _) in cases() {
        let key = (sort != Sort::Newest).then_some(150);
        for after in [None, Some(Position { key, id: data.id() })] {
            let asked = Search {
                filter: &filter,
                sort,
                viewer: data.viewer(data.id()),
                after,
                rows: 100,
            };
            let expected = search(data.db(), &asked).await.unwrap();
            for lead in [Lead::Order].into_iter().chain(Lead::of(&asked)) {
                let found = search_by(data.db(), &asked, Way::Sqlite(lead)).await.unwrap();
                let ids = |rows: &[store::signal::Stored]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
                assert_eq!(ids(&found), ids(&expected), "{name} by {lead:?}");
                compared += expected.len();
            }
        }
    }
    assert!(compared > 1000, "{compared} rows");
}
