//! `GET /api/v1/signals` and `GET /api/v1/signals/mine` (SIG-3, CONV-5).

use domain::user::Role;
use serde_json::{Value, json};

use super::{App, PATH, items};

#[tokio::test]
async fn pages_join_and_end() {
    let app = App::new();
    let (owner, other) = (app.person(Role::User).await, app.person(Role::User).await);
    let mut published = Vec::new();
    for _ in 0..25 {
        published.push(app.publish(&owner, |_| ()).await);
    }
    published.reverse();
    let lists = [(PATH.to_owned(), &other), (format!("{PATH}/mine"), &owner)];
    for (list, person) in lists {
        let first = app.get(&list, person).await.expect(200);
        assert_eq!(items(&first), published[..20], "20 by default");
        let whole = app.get(&format!("{list}?limit=25"), person).await.expect(200);
        assert_eq!(
            (items(&whole), &whole.json["next_cursor"]),
            (published.clone(), &Value::Null)
        );
        for size in [1, 7, 24, 100] {
            let mut seen = Vec::new();
            let mut path = format!("{list}?limit={size}");
            loop {
                let page = app.get(&path, person).await.expect(200);
                assert!(items(&page).len() <= size);
                seen.extend(items(&page));
                let Some(cursor) = page.json["next_cursor"].as_str() else {
                    break;
                };
                path = format!("{list}?cursor={cursor}&limit={size}");
            }
            assert_eq!(seen, published, "pages of {size}");
        }
    }
}

#[tokio::test]
async fn a_list_is_stable_while_signals_come_and_go() {
    let app = App::new();
    let owner = app.person(Role::User).await;
    let mut published = Vec::new();
    for _ in 0..6 {
        published.push(app.publish(&owner, |_| ()).await);
    }
    published.reverse();
    let first = app.get(&format!("{PATH}?limit=3"), &owner).await.expect(200);
    app.publish(&owner, |_| ()).await;
    for gone in [0, 2, 4] {
        app.delete(&published[gone], &owner).await.expect(204);
    }
    let cursor = first.text("next_cursor");
    let second = app
        .get(&format!("{PATH}?limit=3&cursor={cursor}"), &owner)
        .await
        .expect(200);
    assert_eq!(items(&second), [published[3].clone(), published[5].clone()]);
}

#[tokio::test]
async fn a_cursor_that_we_did_not_make_is_refused() {
    let app = App::new();
    let owner = app.person(Role::User).await;
    for _ in 0..3 {
        app.publish(&owner, |_| ()).await;
    }
    let mine = format!("{PATH}/mine");
    let cursor = app
        .get(&format!("{mine}?limit=1"), &owner)
        .await
        .expect(200)
        .text("next_cursor");
    app.get(&format!("{mine}?cursor={cursor}"), &owner)
        .await
        .expect(200);
    let last = if cursor.ends_with('A') { "E" } else { "A" };
    let forged = format!("{}{last}", &cursor[..cursor.len() - 1]);
    let of_the_other_list = app.get(&format!("{PATH}?cursor={cursor}"), &owner).await;
    of_the_other_list.refused(400, "invalid_cursor");
    for cursor in [
        forged.as_str(),
        "",
        "x",
        "AAAA",
        &cursor[..20],
        &format!("{cursor}A"),
    ] {
        app.get(&format!("{mine}?cursor={cursor}"), &owner)
            .await
            .refused(400, "invalid_cursor");
    }
    app.get(&format!("{mine}?cursor=%00"), &owner)
        .await
        .refused(400, "control_character");
}

#[tokio::test]
async fn filters_narrow_the_search() {
    let app = App::new();
    let owner = app.person(Role::User).await;
    let gangnam = app.publish(&owner, |_| ()).await;
    let busan = app
        .publish(&owner, |body| {
            body["region_code"] = json!("2611010100");
            body["intent"] = json!("jeonse");
            body["property_type"] = json!("villa");
            body["asking_price"] = Value::Null;
            body["deposit"] = json!(500_000_000);
        })
        .await;
    for (query, expected) in [
        ("", vec![&busan, &gangnam]),
        ("?region_code=11", vec![&gangnam]),
        ("?region_code=2611010100", vec![&busan]),
        ("?intent=jeonse", vec![&busan]),
        ("?property_type=apartment&intent=sale", vec![&gangnam]),
        ("?property_type=apartment&intent=jeonse", vec![]),
        ("?region_code=50", vec![]),
    ] {
        let answer = app.get(&format!("{PATH}{query}"), &owner).await.expect(200);
        assert_eq!(items(&answer).iter().collect::<Vec<_>>(), expected, "{query}");
        assert_eq!(answer.json["next_cursor"], Value::Null);
    }
}

#[tokio::test]
async fn a_query_that_makes_no_sense_is_refused() {
    let app = App::new();
    let owner = app.person(Role::User).await;
    for query in [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=x",
        "limit=",
        "limit=1&limit=2",
        "region_code=1",
        "region_code=99",
        "region_code=11%27",
        "intent=gift",
        "intent=sale&intent=sale",
        "property_type=castle",
        "page=2",
        "x",
    ] {
        let answer = app
            .get(&format!("{PATH}?{query}"), &owner)
            .await
            .refused(400, "invalid_query");
        let name = query.split('=').next().unwrap();
        assert!(
            answer.text("detail").contains(name),
            "{query}: {}",
            answer.text("detail")
        );
    }
    app.get(&format!("{PATH}/mine?intent=sale"), &owner)
        .await
        .refused(400, "invalid_query");
}

#[tokio::test]
async fn a_search_shows_what_the_caller_may_see() {
    let app = App::new();
    let owner = app.person(Role::User).await;
    let (user, agent) = (app.person(Role::User).await, app.person(Role::Agent).await);
    let public = app.publish(&owner, |_| ()).await;
    let agents = app
        .publish(&owner, |body| body["visibility"] = json!("agents_only"))
        .await;
    let private = app
        .publish(&owner, |body| body["visibility"] = json!("private"))
        .await;
    let seen = app.get(PATH, &user).await.expect(200);
    assert_eq!(items(&seen), std::slice::from_ref(&public));
    assert!(!seen.json.to_string().contains("테헤란로"));
    assert_eq!(
        items(&app.get(PATH, &agent).await.expect(200)),
        [agents.clone(), public.clone()]
    );
    let mine = app.get(&format!("{PATH}/mine"), &owner).await.expect(200);
    assert_eq!(items(&mine), [private, agents, public]);
    assert_eq!(mine.json["items"][0]["owned"], true);
    assert!(items(&app.get(&format!("{PATH}/mine"), &user).await.expect(200)).is_empty());
}
