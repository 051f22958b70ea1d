//! `store::signal_search`: finding a text in descriptions, the same on every engine (SIG-3).

use domain::signal::{Filter, NewSignal, SearchText, Signal, Sort, State};
use domain::text::Message;
use domain::version::Expected;
use domain::{Id, Random};
use store::signal::{Change, delete, update};
use store::signal_search::{Search, fill, search};
use testkit::{Fresh, Seeded, event};

use crate::data::{Data, draft, flat};

on_each_engine! { Migrated:
    words_of_two_syllables_are_found,
    the_address_is_not_searched,
    found_is_contained_and_contained_is_found,
    rows_without_words_are_filled,
    what_changes_or_goes_is_found_accordingly,
    the_longest_text_is_found_at_its_end,
}

fn saying(description: &str) -> NewSignal {
    NewSignal {
        description: Message::parse(description).unwrap(),
        ..flat()
    }
}

async fn found(data: &Data, text: &str) -> Vec<Id<Signal>> {
    let filter = Filter {
        text: Some(SearchText::parse(text).unwrap()),
        ..Filter::default()
    };
    let viewer = data.viewer(data.id());
    let asked = Search {
        filter: &filter,
        sort: Sort::Newest,
        viewer,
        after: None,
        rows: 101,
    };
    let found = search(data.db(), &asked).await.unwrap();
    found.iter().map(|signal| signal.id).collect()
}

async fn words_of_two_syllables_are_found(fresh: Fresh) {
    let data = Data::new(&fresh);
    let owner = data.person().await;
    let first = data
        .publish(owner, &saying("역삼역 도보 5분, 남향\n\t풀옵션 Studio"))
        .await
        .id;
    let second = data
        .publish(owner, &saying("STUDIO · 역 앞, 삼면이 통창 (100%_'\" 😀🏠)"))
        .await
        .id;
    for (text, expected) in [
        ("역삼", vec![first]),
        ("삼역", vec![first]),
        ("남향 풀옵션", vec![first]),
        ("  studio ", vec![second, first]),
        ("100%_", vec![second]),
        ("'\"", vec![second]),
        ("😀🏠", vec![second]),
        ("역 앞", vec![second]),
        ("옵션 stu", vec![first]),
        ("남향풀옵션", vec![]),
        ("분당", vec![]),
        ("AND OR NOT NEAR(", vec![]),
        ("%%", vec![]),
    ] {
        assert_eq!(found(&data, text).await, expected, "{text}");
    }
}

async fn the_address_is_not_searched(fresh: Fresh) {
    let data = Data::new(&fresh);
    let owner = data.person().await;
    data.publish(
        owner,
        &draft(|draft| draft.address = "서울특별시 강남구 비밀로 77"),
    )
    .await;
    for text in ["비밀로", "비밀", "77", "강남구"] {
        assert_eq!(found(&data, text).await, [], "{text}");
    }
}

/// 60 descriptions and 256 queries over few characters, so that many queries are nearly contained.
async fn found_is_contained_and_contained_is_found(fresh: Fresh) {
    let data = Data::new(&fresh);
    let owner = data.person().await;
    let random = Seeded::new(77);
    let mut published = Vec::new();
    for _ in 0..60 {
        let text = text(&random, 3, 40);
        let Ok(message) = Message::parse(&text) else {
            continue;
        };
        let id = data
            .publish(
                owner,
                &NewSignal {
                    description: message,
                    ..flat()
                },
            )
            .await
            .id;
        published.push((id, SearchText::parse(&text)));
    }
    published.reverse();
    let mut hits = 0;
    for _ in 0..256 {
        let raw = text(&random, 2, 7);
        let Ok(query) = SearchText::parse(&raw) else {
            continue;
        };
        let expected: Vec<_> = published
            .iter()
            .filter(|(_, text)| {
                text.as_ref()
                    .is_ok_and(|text| text.as_str().contains(query.as_str()))
            })
            .map(|(id, _)| *id)
            .collect();
        hits += expected.len();
        assert_eq!(found(&data, &raw).await, expected, "{raw:?}");
    }
    assert!(hits > 100, "{hits}");
}

fn text(random: &Seeded, fewest: u64, most: u64) -> String {
    const LETTERS: [char; 8] = ['가', '나', 'a', 'A', ' ', '\n', '😀', '\u{1100}'];
    let below = |bound: u64| {
        let bytes: [u8; 8] = domain::random::bytes(random as &dyn Random);
        u64::from_le_bytes(bytes) % bound
    };
    let length = fewest + below(most - fewest);
    (0..length)
        .map(|_| LETTERS[usize::try_from(below(8)).unwrap()])
        .collect()
}

async fn rows_without_words_are_filled(fresh: Fresh) {
    let data = Data::new(&fresh);
    let owner = data.person().await;
    let mut ids = Vec::new();
    for _ in 0..7 {
        ids.push(data.publish(owner, &saying("오래된 글")).await.id);
    }
    data.run("UPDATE signals SET grams = NULL", Vec::new()).await;
    ids.reverse();
    assert_eq!(found(&data, "오래된").await, []);
    assert_eq!(fill(data.db(), 5).await.unwrap(), 5);
    assert_eq!(fill(data.db(), 5).await.unwrap(), 2);
    assert_eq!(fill(data.db(), 5).await.unwrap(), 0);
    assert_eq!(found(&data, "오래된").await, ids);
}

async fn what_changes_or_goes_is_found_accordingly(fresh: Fresh) {
    let data = Data::new(&fresh);
    let owner = data.person().await;
    let first = data.publish(owner, &saying("처음 글")).await;
    let id = first.id;
    let other = data.publish(owner, &saying("처음 다른 글")).await.id;
    let change = Change {
        signal: id,
        owner,
        version: first.version,
        new: &saying("나중 글"),
        state: State::Active,
        audit: &event(),
        now: data.now(),
    };
    update(data.db(), &change).await.unwrap().unwrap();
    assert_eq!(found(&data, "나중").await, [id]);
    assert_eq!(found(&data, "처음").await, [other]);
    delete(data.db(), other, owner, &Expected::Whatever, &event(), data.now())
        .await
        .unwrap();
    assert_eq!(found(&data, "처음").await, []);
    data.set_state(id, "paused").await;
    assert_eq!(found(&data, "나중").await, []);
    data.set_state(id, "active").await;
    assert_eq!(found(&data, "나중").await, [id]);
}

async fn the_longest_text_is_found_at_its_end(fresh: Fresh) {
    let data = Data::new(&fresh);
    let owner = data.person().await;
    // Far more places of one word than a Postgres text vector would keep.
    let long = format!("{}나다", "가".repeat(9_998));
    let id = data.publish(owner, &saying(&long)).await.id;
    let hundred: String = ('가'..).take(100).collect();
    let many = data.publish(owner, &saying(&hundred)).await.id;
    assert_eq!(found(&data, "가가가나다").await, [id]);
    assert_eq!(found(&data, &"가".repeat(100)).await, [id]);
    assert_eq!(found(&data, &hundred).await, [many]);
}
