//! Looking for signals: every filter, order and text, and what regions are called.

use realcare_blackbox::{App, Person, refusal, signal, success};
use serde_json::{Value, json};

/// Publishes a signal with these changes; gives its id.
fn publish(app: &App, person: &Person, changes: Value) -> String {
    let mut own = signal();
    for (field, value) in changes.as_object().unwrap() {
        own[field] = value.clone();
    }
    person.publish(app.client(), &own)
}

/// The ids on every page, `limit` at a time.
fn walk(app: &App, person: &Person, query: &str, limit: usize) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/signals?{query}&limit={limit}{cursor}");
        let page = app.client().get(path.as_str()).bearer(&person.access).send();
        success(&page, 200);
        let page = page.json();
        let items = page["items"].as_array().unwrap();
        ids.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return ids,
        }
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

// SIG-3, CONV-5
#[test]
fn every_filter_narrows_and_every_order_orders() {
    let app = App::start();
    let person = Person::signed_in(&app);
    let sale = json!({"intent": "sale", "deposit": null, "asking_price": 900_000_000, "area_m2": 59.99, "available_from": null});
    let rent = json!({"intent": "monthly_rent", "deposit": 10_000_000, "monthly_rent": 700_000, "area_m2": 33, "available_from": "2030-06-01"});
    let (jeonse, sale, rent) = (
        publish(&app, &person, json!({})),
        publish(&app, &person, sale),
        publish(&app, &person, rent),
    );
    for (query, expected) in [
        ("price_min=850000000", vec![&sale, &jeonse]),
        ("price_max=849999999", vec![&rent]),
        ("rent_min=700000&rent_max=700000", vec![&rent]),
        ("area_min=59.99&area_max=84.97", vec![&sale, &jeonse]),
        ("available_from=2030-03-01", vec![&sale, &jeonse]),
        ("sort=newest", vec![&rent, &sale, &jeonse]),
        ("sort=price_asc", vec![&rent, &jeonse, &sale]),
        ("sort=price_desc", vec![&sale, &jeonse, &rent]),
        ("sort=area_asc", vec![&rent, &sale, &jeonse]),
        ("sort=area_desc&price_min=20000000", vec![&jeonse, &sale]),
    ] {
        for limit in [1, 2, 100] {
            let found = walk(&app, &person, query, limit);
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{query} by {limit}");
        }
    }
}

// SIG-3
#[test]
fn words_of_two_syllables_are_found_and_addresses_are_not() {
    let app = App::start();
    let (person, other) = (Person::signed_in(&app), Person::signed_in(&app));
    let first = publish(&app, &person, json!({"description": "역세권 남향\nStudio 👍🏠"}));
    let second = publish(&app, &person, json!({"description": "조용한 studio, 100% 수리"}));
    publish(
        &app,
        &person,
        json!({"description": "역세권", "visibility": "private"}),
    );
    for (text, expected) in [
        ("역세", vec![&first]),
        ("남향 studio", vec![&first]),
        ("STUDIO", vec![&second, &first]),
        ("👍🏠", vec![&first]),
        ("100%", vec![&second]),
        ("역삼로", vec![]),
        ("1203호", vec![]),
        ("\" OR \"", vec![]),
    ] {
        let found = walk(&app, &other, &format!("q={}", encoded(text)), 1);
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{text}");
    }
    let path = format!("/api/v1/signals/{second}");
    let patch = app
        .client()
        .request("PATCH".parse().unwrap(), &path)
        .bearer(&person.access);
    success(&patch.json(&json!({"description": "시끄러운 loft"})).send(), 200);
    assert_eq!(walk(&app, &other, "q=loft", 5), [second]);
    assert_eq!(walk(&app, &other, "q=studio", 5), std::slice::from_ref(&first));
    success(
        &app.client()
            .delete(&format!("/api/v1/signals/{first}"))
            .bearer(&person.access)
            .send(),
        204,
    );
    assert!(walk(&app, &other, "q=studio", 5).is_empty());
}

// SIG-3, CONV-5
#[test]
fn a_question_that_makes_no_sense_is_refused() {
    let app = App::start();
    let person = Person::signed_in(&app);
    publish(&app, &person, json!({}));
    publish(&app, &person, json!({}));
    let get = |query: &str| {
        let path = format!("/api/v1/signals?{query}");
        app.client().get(&path).bearer(&person.access).send()
    };
    for query in [
        "price_min=2&price_max=1",
        "price_min=-1",
        "rent_max=many",
        "area_min=1.234",
        "available_from=2030-02-30",
        "q=a",
        "q=",
        "sort=oldest",
    ] {
        let problem = refusal(&get(query), 400, "invalid_query");
        let name = query.split('=').next().unwrap();
        assert!(
            problem["detail"].as_str().unwrap().contains(name),
            "{query}: {problem}"
        );
    }
    let cursor = get("sort=price_asc&limit=1").string("/next_cursor");
    success(&get(&format!("sort=price_asc&cursor={cursor}")), 200);
    for other in [
        "sort=price_desc",
        "sort=price_asc&price_min=1",
        "sort=price_asc&q=studio",
        "limit=1",
    ] {
        refusal(&get(&format!("{other}&cursor={cursor}")), 400, "invalid_cursor");
    }
}

// SIG-3, GUARD-1
#[test]
fn anybody_may_read_the_names_of_regions() {
    let app = App::start();
    let get = |query: &str| app.client().get(&format!("/api/v1/regions{query}")).send();
    let provinces = get("");
    success(&provinces, 200);
    assert_eq!(provinces.header("cache-control"), Some("public, max-age=3600"));
    assert_eq!(provinces.json()["items"].as_array().unwrap().len(), 16);
    let seoul = get("?parent=11").json();
    let gangnam = json!({"code": "11680", "parent": "11", "name_ko": "강남구", "name_en": "Gangnam-gu"});
    assert!(seoul["items"].as_array().unwrap().contains(&gangnam), "{seoul}");
    refusal(&get("?parent=1"), 400, "invalid_query");
    refusal(&app.client().get("/api/v1/regions/11").send(), 404, "not_found");

    let person = Person::signed_in(&app);
    publish(&app, &person, json!({}));
    let list = app.client().get("/api/v1/signals").bearer(&person.access).send();
    let name = json!({"ko": "서울특별시 강남구", "en": "Gangnam-gu, Seoul"});
    assert_eq!(list.json()["items"][0]["region_name"], name);
}
