//! Lists: pages, cursors, filters, parameters.

use realcare_blackbox::{App, Person, refusal, signal, success};
use serde_json::{Value, json};

/// The ids on every page, newest first, and how many pages there were.
fn walk(app: &App, person: &Person, path: &str) -> (Vec<String>, Vec<usize>) {
    let (mut ids, mut sizes, mut cursor) = (Vec::new(), Vec::new(), String::new());
    loop {
        let page = app
            .client()
            .get(&format!("{path}{cursor}"))
            .bearer(&person.access)
            .send();
        success(&page, 200);
        let page = page.json();
        let items = page["items"].as_array().unwrap();
        ids.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        sizes.push(items.len());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (ids, sizes),
        }
    }
}

// CONV-5, SIG-3
#[test]
fn pages_follow_each_other_without_gaps() {
    let app = App::start();
    let person = Person::signed_in(&app);
    let mut published: Vec<_> = (0..45).map(|_| person.publish(app.client(), &signal())).collect();
    published.reverse();
    for list in ["/api/v1/signals", "/api/v1/signals/mine"] {
        let (ids, sizes) = walk(&app, &person, &format!("{list}?limit=20"));
        assert_eq!(sizes, [20, 20, 5], "{list}");
        assert_eq!(ids, published, "{list}");
        let (ids, sizes) = walk(&app, &person, &format!("{list}?limit=45"));
        assert_eq!((ids.len(), sizes.len()), (45, 1), "{list}");
        let default = app.client().get(list).bearer(&person.access).send();
        assert_eq!(default.json()["items"].as_array().unwrap().len(), 20, "{list}");
    }

    // What is published or deleted meanwhile neither shifts nor repeats the rest.
    let first = app
        .client()
        .get("/api/v1/signals?limit=20")
        .bearer(&person.access)
        .send();
    let cursor = first.string("/next_cursor");
    person.publish(app.client(), &signal());
    let gone = format!("/api/v1/signals/{}", published[19]);
    success(&app.client().delete(&gone).bearer(&person.access).send(), 204);
    let next = app
        .client()
        .get(&format!("/api/v1/signals?limit=20&cursor={cursor}"))
        .bearer(&person.access)
        .send();
    assert_eq!(next.string("/items/0/id"), published[20]);
}

// CONV-5
#[test]
fn a_cursor_that_was_tampered_with_is_refused() {
    let app = App::start();
    let person = Person::signed_in(&app);
    for _ in 0..3 {
        person.publish(app.client(), &signal());
    }
    let get = |path: String| app.client().get(&path).bearer(&person.access).send();
    let cursor = get("/api/v1/signals?limit=1".to_owned()).string("/next_cursor");
    success(&get(format!("/api/v1/signals?limit=1&cursor={cursor}")), 200);

    let swapped = |at: usize| {
        let mut bytes = cursor.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    };
    let middle = cursor.len() / 2;
    for bad in [
        swapped(0),
        swapped(middle),
        cursor[..middle].to_owned(),
        "x".to_owned(),
        String::new(),
    ] {
        refusal(
            &get(format!("/api/v1/signals?cursor={bad}")),
            400,
            "invalid_cursor",
        );
    }
    // A cursor of one list is void in another.
    refusal(
        &get(format!("/api/v1/signals/mine?cursor={cursor}")),
        400,
        "invalid_cursor",
    );
}

// CONV-5
#[test]
fn parameters_that_are_unknown_or_malformed_are_refused() {
    let app = App::start();
    let person = Person::signed_in(&app);
    for query in [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=ten",
        "limit=",
        "limit=5&limit=5",
        "colour=red",
        "Limit=5",
        "intent=gift",
        "property_type=castle",
        "region_code=1",
        "region_code=99",
        "region_code=11680101001",
    ] {
        let path = format!("/api/v1/signals?{query}");
        let answer = app.client().get(&path).bearer(&person.access).send();
        let problem = refusal(&answer, 400, "invalid_query");
        let name = query.split('=').next().unwrap();
        assert!(
            problem["detail"].as_str().unwrap().contains(name),
            "{query}: {problem}"
        );
    }
    // GUARD-9
    for query in ["cursor=%00", "intent=sale%0a", "%1bx=1"] {
        let answer = app
            .client()
            .get(&format!("/api/v1/signals?{query}"))
            .bearer(&person.access)
            .send();
        refusal(&answer, 400, "control_character");
    }
    let answer = app
        .client()
        .get("/api/v1/signals/mine?intent=sale")
        .bearer(&person.access)
        .send();
    refusal(&answer, 400, "invalid_query");
}

// SIG-3
#[test]
fn filters_narrow_the_list() {
    let app = App::start();
    let person = Person::signed_in(&app);
    let publish = |changes: Value| {
        let mut own = signal();
        for (field, value) in changes.as_object().unwrap() {
            own[field] = value.clone();
        }
        person.publish(app.client(), &own)
    };
    let gangnam = publish(json!({}));
    let busan = publish(json!({"region_code": "2635010500"}));
    let villa = publish(json!({"property_type": "villa"}));
    let sale = publish(json!({"intent": "sale", "deposit": null, "asking_price": 1_200_000_000_i64}));
    for (query, expected) in [
        ("", vec![&sale, &villa, &busan, &gangnam]),
        ("region_code=26", vec![&busan]),
        ("region_code=11680", vec![&sale, &villa, &gangnam]),
        ("region_code=1168010100", vec![&sale, &villa, &gangnam]),
        ("region_code=30", vec![]),
        ("intent=sale", vec![&sale]),
        ("property_type=villa", vec![&villa]),
        (
            "intent=jeonse&property_type=apartment&region_code=11",
            vec![&gangnam],
        ),
    ] {
        let path = format!("/api/v1/signals?limit=2&{query}");
        let (ids, _) = walk(&app, &person, path.trim_end_matches('&'));
        assert_eq!(ids.iter().collect::<Vec<_>>(), expected, "{query}");
    }
}
