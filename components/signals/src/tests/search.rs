//! `GET /api/v1/signals`: every filter, order and refusal (SIG-3, CONV-5).

use domain::user::Role;
use serde_json::{Value, json};
use testkit::Person;

use super::{App, PATH, items};

/// A sale of 900 with 50 m², a jeonse of 500 with 60.5 m², a monthly rent of 100 and 9 with 70 m².
async fn market(app: &App) -> (Person, [String; 3]) {
    let owner = app.person(Role::User).await;
    let mut publish = Vec::new();
    for (intent, price, rent, area, free, text) in [
        ("sale", 900, None, 50.0, Value::Null, "남향, 역세권"),
        ("jeonse", 500, None, 60.5, json!("2027-03-01"), "역 앞 Studio"),
        (
            "monthly_rent",
            100,
            Some(9),
            70.0,
            json!("2027-05-01"),
            "조용한 studio",
        ),
    ] {
        let path = app
            .publish(&owner, |body| {
                body["intent"] = json!(intent);
                body["asking_price"] = if intent == "sale" {
                    json!(price)
                } else {
                    Value::Null
                };
                body["deposit"] = if intent == "sale" {
                    Value::Null
                } else {
                    json!(price)
                };
                body["monthly_rent"] = json!(rent);
                body["area_m2"] = json!(area);
                body["available_from"] = free;
                body["description"] = json!(text);
            })
            .await;
        publish.push(path);
    }
    let [sale, jeonse, rent] = publish.try_into().unwrap();
    (owner, [sale, jeonse, rent])
}

#[tokio::test]
async fn every_filter_narrows_and_every_order_orders() {
    let app = App::new();
    let (owner, [sale, jeonse, rent]) = market(&app).await;
    for (query, expected) in [
        ("price_min=500", vec![&jeonse, &sale]),
        ("price_max=500", vec![&rent, &jeonse]),
        ("price_min=500&price_max=500", vec![&jeonse]),
        ("rent_min=1", vec![&rent]),
        ("rent_max=8", vec![]),
        ("area_min=60.5", vec![&rent, &jeonse]),
        ("area_max=60.49", vec![&sale]),
        ("available_from=2027-03-01", vec![&jeonse, &sale]),
        ("available_from=2027-02-28", vec![&sale]),
        ("q=%EC%97%AD%EC%84%B8", vec![&sale]),
        ("q=STUDIO", vec![&rent, &jeonse]),
        ("q=STUDIO&price_min=200", vec![&jeonse]),
        ("q=%ED%85%8C%ED%97%A4", vec![]),
        ("sort=newest", vec![&rent, &jeonse, &sale]),
        ("sort=price_asc", vec![&rent, &jeonse, &sale]),
        ("sort=price_desc", vec![&sale, &jeonse, &rent]),
        ("sort=area_asc", vec![&sale, &jeonse, &rent]),
        ("sort=area_desc&q=studio", vec![&rent, &jeonse]),
    ] {
        let whole = app.get(&format!("{PATH}?{query}"), &owner).await.expect(200);
        assert_eq!(items(&whole).iter().collect::<Vec<_>>(), expected, "{query}");
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = app
                .get(&format!("{PATH}?{query}&limit=1{cursor}"), &owner)
                .await
                .expect(200);
            seen.extend(items(&page));
            let Some(next) = page.json["next_cursor"].as_str() else {
                break;
            };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen.iter().collect::<Vec<_>>(), expected, "{query}, one by one");
    }
}

#[tokio::test]
async fn a_cursor_of_another_question_is_refused() {
    let app = App::new();
    let (owner, _) = market(&app).await;
    let first = app
        .get(&format!("{PATH}?sort=price_asc&price_min=1&limit=1"), &owner)
        .await
        .expect(200);
    let cursor = first.text("next_cursor");
    app.get(
        &format!("{PATH}?limit=2&price_min=1&sort=price_asc&cursor={cursor}"),
        &owner,
    )
    .await
    .expect(200);
    for other in [
        "sort=price_desc&price_min=1",
        "sort=price_asc",
        "sort=price_asc&price_min=2",
        "price_min=1",
        "sort=price_asc&price_min=1&q=studio",
        "sort=price_asc&price_min=1&region_code=11",
        "sort=price_asc&price_max=1",
    ] {
        app.get(&format!("{PATH}?{other}&cursor={cursor}"), &owner)
            .await
            .refused(400, "invalid_cursor");
    }
}

#[tokio::test]
async fn a_parameter_that_makes_no_sense_is_named() {
    let app = App::new();
    let (owner, _) = market(&app).await;
    let long = format!("q={}", "a".repeat(101));
    for query in [
        "price_min=-1",
        "price_min=x",
        "price_max=1.5",
        "price_max=",
        "rent_min=99999999999999",
        "rent_max=1e3",
        "area_min=0",
        "area_max=1.234",
        "area_min=-5",
        "available_from=2027-02-30",
        "available_from=tomorrow",
        "q=a",
        "q=",
        "q=%20a%20",
        "sort=oldest",
        "sort=PRICE_ASC",
        "sort=newest&sort=newest",
        "price_min=2&price_max=1",
        "rent_min=2&rent_max=1",
        "area_min=2&area_max=1.99",
        "region_code=11680101001",
        long.as_str(),
    ] {
        let answer = app
            .get(&format!("{PATH}?{query}"), &owner)
            .await
            .refused(400, "invalid_query");
        let name = query.split('=').next().unwrap();
        assert!(
            answer.text("detail").contains(&format!("`{name}`")),
            "{query}: {}",
            answer.text("detail")
        );
    }
}

#[tokio::test]
async fn what_is_not_for_the_viewer_is_not_found_by_its_text() {
    let app = App::new();
    let owner = app.person(Role::User).await;
    let other = app.person(Role::User).await;
    for visibility in ["private", "agents_only"] {
        app.publish(&owner, |body| {
            body["visibility"] = json!(visibility);
            body["description"] = json!("secret garden");
        })
        .await;
    }
    for query in [
        "q=secret",
        "q=secret&sort=price_asc",
        "price_min=1",
        "sort=area_desc",
    ] {
        let list = app.get(&format!("{PATH}?{query}"), &other).await.expect(200);
        assert_eq!(list.json["items"], json!([]), "{query}");
    }
}

#[tokio::test]
async fn a_changed_description_is_found_by_what_it_says_now() {
    let app = App::new();
    let owner = app.person(Role::User).await;
    let path = app
        .publish(&owner, |body| body["description"] = json!("before"))
        .await;
    app.patch(&path, &owner, &json!({"description": "After all"}))
        .await
        .expect(200);
    for (query, expected) in [("q=before", vec![]), ("q=after", vec![path.clone()])] {
        let list = app.get(&format!("{PATH}?{query}"), &owner).await.expect(200);
        assert_eq!(items(&list), expected, "{query}");
    }
}
