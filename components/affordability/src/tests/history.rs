//! The history of one's own checks (CON-6, CONV-5, CONV-9).

use serde_json::{Value, json};

use super::{Act, App, PATH, a_plan, flat};

fn ids(answer: &testkit::Answer) -> Vec<String> {
    let items = answer.json["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_history_is_newest_first_and_page_by_page() {
    let app = App::new();
    let (person, other) = (app.person().await, app.person().await);
    app.check(&other).await;
    let mut expected = Vec::new();
    for _ in 0..5 {
        let path = app.check(&person).await;
        expected.push(path.rsplit('/').next().unwrap().to_owned());
    }
    expected.reverse();
    let mut seen = Vec::new();
    let mut path = format!("{PATH}?limit=2");
    loop {
        let page = app.get(&path, &person).await.expect(200);
        seen.extend(ids(&page));
        match page.json["next_cursor"].as_str() {
            Some(cursor) => path = format!("{PATH}?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, expected);
    app.get(&format!("{PATH}?cursor=x"), &person)
        .await
        .refused(400, "invalid_cursor");
    app.get(&format!("{PATH}?limit=101"), &person)
        .await
        .refused(400, "invalid_query");
}

#[tokio::test]
async fn a_list_shows_the_outcome() {
    let app = App::new();
    let person = app.person().await;
    app.planner.becomes(Act::Writes(Box::new(a_plan())));
    let created = app.post(&person, &flat()).await.expect(201);
    let list = app.get(PATH, &person).await.expect(200);
    let expected = json!({
        "id": created.text("id"), "intent": "sale", "region_code": "1168010100", "target_price": 1_000_000_000,
        "monthly_rent": null, "verdict": "short_of_cash", "affordable": false,
        "largest_affordable_price": 794_167_636, "has_plan": true, "created_at": testkit::START.to_string(),
    });
    assert_eq!(list.json, json!({"items": [expected], "next_cursor": null}));
}

#[tokio::test]
async fn a_removed_check_is_gone() {
    let app = App::new();
    let person = app.person().await;
    let path = app
        .post(&person, &flat())
        .await
        .expect(201)
        .header("location")
        .to_owned();
    let removed = app.delete(&path, &person).await.expect(204);
    assert_eq!(removed.json, Value::Null);
    app.get(&path, &person).await.refused(404, "not_found");
    app.delete(&path, &person).await.refused(404, "not_found");
    assert_eq!(app.count("reality_checks").await, 0);
    assert!(ids(&app.get(PATH, &person).await.expect(200)).is_empty());
}
