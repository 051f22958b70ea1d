//! `store::signal_search`: what each filter lets through, and each order (SIG-3).

use domain::signal::{Amounts, Area, Filter, Range, Sort};
use domain::{Date, Id, Won};
use store::signal_search::{Search, position, search};
use testkit::Fresh;

use crate::data::{Data, draft};

on_each_engine! { Migrated:
    prices_are_those_of_the_intent,
    areas_and_rents_have_two_ends,
    what_is_free_by_a_day,
    regions_by_any_number_of_digits,
    orders_and_their_pages,
}

/// Publishes offers of these intents, amounts and areas; the number is what they are called in what was found.
async fn publish(data: &Data, offers: &[(&str, i64, Option<i64>, &str)]) -> Vec<Id<domain::signal::Signal>> {
    let owner = data.person().await;
    let mut ids = Vec::new();
    for (intent, price, rent, area) in offers {
        let new = draft(|draft| {
            draft.intent = intent;
            draft.area_m2 = area;
            let sale = *intent == "sale";
            draft.amounts = Amounts {
                asking_price: sale.then_some(*price),
                deposit: (!sale).then_some(*price),
                monthly_rent: *rent,
            };
        });
        ids.push(data.publish(owner, &new).await.id);
    }
    ids
}

/// Which of them are found, in the list's order.
async fn found(data: &Data, ids: &[Id<domain::signal::Signal>], filter: &Filter, sort: Sort) -> Vec<usize> {
    let viewer = data.viewer(data.id());
    let asked = Search {
        filter,
        sort,
        viewer,
        after: None,
        rows: 100,
    };
    let found = search(data.db(), &asked).await.unwrap();
    let number = |id| ids.iter().position(|known| *known == id).unwrap();
    found.iter().map(|signal| number(signal.id)).collect()
}

fn won(low: Option<i64>, high: Option<i64>) -> Range<Won> {
    let won = |amount: i64| Won::parse(amount).unwrap();
    Range::new(low.map(won), high.map(won)).unwrap()
}

async fn prices_are_those_of_the_intent(fresh: Fresh) {
    let data = Data::new(&fresh);
    let ids = publish(
        &data,
        &[
            ("sale", 900, None, "50"),
            ("jeonse", 500, None, "50"),
            ("monthly_rent", 100, Some(9), "50"),
            ("sale", 500, None, "50"),
        ],
    )
    .await;
    for (low, high, expected) in [
        (None, None, vec![3, 2, 1, 0]),
        (Some(500), None, vec![3, 1, 0]),
        (None, Some(500), vec![3, 2, 1]),
        (Some(500), Some(500), vec![3, 1]),
        (Some(901), None, vec![]),
    ] {
        let filter = Filter {
            price: won(low, high),
            ..Filter::default()
        };
        assert_eq!(
            found(&data, &ids, &filter, Sort::Newest).await,
            expected,
            "{low:?} {high:?}"
        );
    }
}

async fn areas_and_rents_have_two_ends(fresh: Fresh) {
    let data = Data::new(&fresh);
    let ids = publish(
        &data,
        &[
            ("monthly_rent", 100, Some(50), "59.99"),
            ("monthly_rent", 100, Some(70), "60"),
            ("jeonse", 100, None, "60.01"),
        ],
    )
    .await;
    let area = |text: &str| Some(Area::parse(text).unwrap());
    for (low, high, expected) in [
        (area("60"), None, vec![2, 1]),
        (None, area("60"), vec![1, 0]),
        (area("59.99"), area("59.99"), vec![0]),
    ] {
        let filter = Filter {
            area: Range::new(low, high).unwrap(),
            ..Filter::default()
        };
        assert_eq!(
            found(&data, &ids, &filter, Sort::Newest).await,
            expected,
            "{low:?} {high:?}"
        );
    }
    for (low, high, expected) in [
        (Some(0), None, vec![1, 0]),
        (None, Some(60), vec![0]),
        (Some(51), Some(69), vec![]),
    ] {
        let filter = Filter {
            rent: won(low, high),
            ..Filter::default()
        };
        assert_eq!(
            found(&data, &ids, &filter, Sort::Newest).await,
            expected,
            "{low:?} {high:?}"
        );
    }
}

async fn what_is_free_by_a_day(fresh: Fresh) {
    let data = Data::new(&fresh);
    let owner = data.person().await;
    let mut ids = Vec::new();
    for day in [None, Some("2027-03-01"), Some("2027-03-02")] {
        let new = draft(|draft| draft.available_from = day);
        ids.push(data.publish(owner, &new).await.id);
    }
    for (day, expected) in [
        ("2027-02-28", vec![0]),
        ("2027-03-01", vec![1, 0]),
        ("2030-01-01", vec![2, 1, 0]),
    ] {
        let filter = Filter {
            available_from: Date::parse(day).ok(),
            ..Filter::default()
        };
        assert_eq!(found(&data, &ids, &filter, Sort::Newest).await, expected, "{day}");
    }
}

async fn regions_by_any_number_of_digits(fresh: Fresh) {
    let data = Data::new(&fresh);
    let owner = data.person().await;
    let codes = [
        "1168010100",
        "1168010200",
        "1168510100",
        "1211010100",
        "4111112900",
    ];
    let mut ids = Vec::new();
    for code in codes {
        ids.push(
            data.publish(owner, &draft(|draft| draft.region_code = code))
                .await
                .id,
        );
    }
    for code in codes {
        for digits in 2..=10 {
            let filter = Filter {
                region: domain::region::RegionPrefix::parse(&code[..digits]).ok(),
                ..Filter::default()
            };
            let expected: Vec<usize> = (0..codes.len())
                .rev()
                .filter(|at| codes[*at].starts_with(&code[..digits]))
                .collect();
            assert_eq!(
                found(&data, &ids, &filter, Sort::Newest).await,
                expected,
                "{}",
                &code[..digits]
            );
        }
    }
}

async fn orders_and_their_pages(fresh: Fresh) {
    let data = Data::new(&fresh);
    let ids = publish(
        &data,
        &[
            ("sale", 300, None, "70"),
            ("jeonse", 100, None, "80"),
            ("sale", 300, None, "80"),
            ("monthly_rent", 200, Some(1), "60"),
            ("sale", 300, None, "80"),
        ],
    )
    .await;
    for (sort, expected) in [
        (Sort::Newest, [4, 3, 2, 1, 0]),
        (Sort::PriceAscending, [1, 3, 0, 2, 4]),
        (Sort::PriceDescending, [4, 2, 0, 3, 1]),
        (Sort::AreaAscending, [3, 0, 1, 2, 4]),
        (Sort::AreaDescending, [4, 2, 1, 0, 3]),
    ] {
        // Ends that leave everything in, so that pages are walked with them and without.
        let bounded = Filter {
            price: won(Some(100), Some(300)),
            area: Range::new(Area::parse("60").ok(), Area::parse("80").ok()).unwrap(),
            ..Filter::default()
        };
        assert_eq!(found(&data, &ids, &bounded, sort).await, expected, "{sort:?}");
        for (rows, filter) in (1..=4).flat_map(|rows| [(rows, Filter::default()), (rows, bounded.clone())]) {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let asked = Search {
                    filter: &filter,
                    sort,
                    viewer: data.viewer(data.id()),
                    after,
                    rows,
                };
                let page = search(data.db(), &asked).await.unwrap();
                let Some(last) = page.last() else { break };
                after = Some(position(last, sort));
                seen.extend(
                    page.iter()
                        .map(|signal| ids.iter().position(|id| *id == signal.id).unwrap()),
                );
            }
            assert_eq!(seen, expected, "{sort:?} by {rows}");
        }
    }
}
