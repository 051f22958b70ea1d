//! `GET /api/v1/contracts` (CON-1, CONV-5).

use serde_json::json;

use super::{App, PATH, lease, sale};

fn ids(answer: &testkit::Answer) -> Vec<String> {
    let items = answer.json["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn ones_own_contracts_come_newest_first_in_pages() {
    let app = App::new();
    let (person, other) = (app.person().await, app.person().await);
    let mut noted = Vec::new();
    for body in [sale(), lease(), sale(), lease(), sale()] {
        app.world.clock.advance_seconds(1);
        let path = app.noted(&person, &body).await;
        noted.insert(0, path.rsplit('/').next().unwrap().to_owned());
    }
    app.noted(&other, &sale()).await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app
            .get(&format!("{PATH}?limit=2{cursor}"), &person)
            .await
            .expect(200);
        seen.extend(ids(&page));
        match page.json["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, noted);

    let leases = app
        .get(&format!("{PATH}?kind=jeonse&state=draft"), &person)
        .await
        .expect(200);
    assert_eq!(ids(&leases), [noted[1].clone(), noted[3].clone()]);
    let path = format!("{PATH}/{}", noted[3]);
    app.patch(&path, &person, &json!({"state": "signed"}))
        .await
        .expect(200);
    let signed = app
        .get(&format!("{PATH}?state=signed"), &person)
        .await
        .expect(200);
    assert_eq!(ids(&signed), [noted[3].clone()]);
    let nobody = app.person().await;
    assert!(ids(&app.get(PATH, &nobody).await.expect(200)).is_empty());
}

#[tokio::test]
async fn parameters_and_cursors_are_checked() {
    let app = App::new();
    let person = app.person().await;
    for _ in 0..2 {
        app.noted(&person, &sale()).await;
    }
    for query in [
        "state=x",
        "kind=x",
        "limit=0",
        "limit=101",
        "sort=x",
        "kind=sale&kind=sale",
    ] {
        app.get(&format!("{PATH}?{query}"), &person)
            .await
            .refused(400, "invalid_query");
    }
    let page = app.get(&format!("{PATH}?limit=1"), &person).await.expect(200);
    let cursor = page.text("next_cursor");
    app.get(&format!("{PATH}?limit=1&cursor={cursor}"), &person)
        .await
        .expect(200);
    for query in [
        format!("kind=sale&cursor={cursor}"),
        format!("cursor=x{cursor}"),
        "cursor=".to_owned(),
    ] {
        app.get(&format!("{PATH}?{query}"), &person)
            .await
            .refused(400, "invalid_cursor");
    }
}
