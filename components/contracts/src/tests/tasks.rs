//! `/api/v1/contracts/{id}/tasks` (CON-3, CONV-5 to CONV-8).

use axum::http::{Method, header};
use serde_json::{Value, json};
use testkit::{Person, get, post, send};

use super::{App, bare, lease, with};

async fn titles(app: &App, path: &str, person: &Person) -> Vec<String> {
    let list = app
        .get(&format!("{path}/tasks?limit=100"), person)
        .await
        .expect(200);
    let items = list.json["items"].as_array().unwrap();
    items
        .iter()
        .map(|task| task["title"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn ones_own_task_is_written_and_shown() {
    let app = App::new();
    let person = app.person().await;
    let path = app.noted(&person, &lease()).await;
    let body =
        json!({"title": "  이사 \u{0}예약 ", "description": "견적\r\n세 곳", "due_date": "2027-02-20"});
    let created = app
        .send(Method::POST, &format!("{path}/tasks"), &person, &body)
        .await
        .expect(201);
    let now = testkit::START.to_string();
    let expected = json!({
        "id": created.text("id"), "contract_id": path.rsplit('/').next(), "template": null, "title": "이사 예약",
        "description": "견적\n세 곳", "due_date": "2027-02-20", "follows": null, "state": "open",
        "overdue": created.json["overdue"], "completed_at": null, "version": 1, "created_at": now, "updated_at": now,
    });
    assert_eq!(created.json, expected);
    let location = created.header("location").to_owned();
    assert_eq!(location, format!("{path}/tasks/{}", created.text("id")));
    let read = app.get(&location, &person).await.expect(200);
    assert_eq!(
        (&read.json, read.header("etag")),
        (&expected, created.header("etag"))
    );
    assert_eq!(titles(&app, &path, &person).await.last().unwrap(), "이사 예약");
}

#[tokio::test]
async fn mistakes_are_named() {
    let app = App::new();
    let person = app.person().await;
    let path = format!("{}/tasks", app.noted(&person, &lease()).await);
    for (body, expected) in [
        (json!({}), vec!["/title required"]),
        (
            json!({"title": "", "description": " ", "due_date": "soon"}),
            vec![
                "/title required",
                "/description required",
                "/due_date invalid_format",
            ],
        ),
        (
            json!({"title": "가".repeat(201), "description": "가".repeat(10_001), "due_date": "2027-02-29"}),
            vec![
                "/title too_long",
                "/description too_long",
                "/due_date invalid_format",
            ],
        ),
    ] {
        let answer = app
            .send(Method::POST, &path, &person, &body)
            .await
            .refused(422, "validation_failed");
        assert_eq!(answer.refused_fields(), expected);
    }
    let unknown = json!({"title": "a", "state": "done"});
    app.send(Method::POST, &path, &person, &unknown)
        .await
        .refused(400, "unknown_field");
    let own = app
        .send(Method::POST, &path, &person, &json!({"title": "a"}))
        .await
        .expect(201);
    let own = own.header("location").to_owned();
    for (body, expected) in [
        (json!({"title": null}), "/title required"),
        (json!({"title": ""}), "/title required"),
        (json!({"due_date": ""}), "/due_date invalid_format"),
    ] {
        let answer = app
            .patch(&own, &person, &body)
            .await
            .refused(422, "validation_failed");
        assert_eq!(answer.refused_fields(), [expected]);
    }
}

/// A template's words are the catalogue's; one's own stand in their place until they are taken away.
#[tokio::test]
async fn a_templates_task_speaks_the_readers_language() {
    let app = App::new();
    let person = app.person().await;
    let path = app.noted(&person, &lease()).await;
    let task = app.task(&path, &person, "lease_report").await;
    let read = async |language: &str| {
        let request = get(&task, &person.token);
        app.ask(with(request, header::ACCEPT_LANGUAGE, language))
            .await
            .expect(200)
    };
    let (english, korean) = (read("en").await, read("ko-KR, en;q=0.5").await);
    assert_eq!(english.text("title"), "Report the lease (within 30 days)");
    assert_eq!(korean.text("title"), "주택 임대차 계약 신고(30일 이내)");
    assert!(
        !english.text("description").is_empty() && english.text("description") != korean.text("description")
    );
    assert_eq!(korean.header("content-language"), "ko");
    assert!(korean.header("vary").contains("Accept-Language"));
    for field in ["id", "version", "due_date", "template"] {
        assert_eq!(english.json[field], korean.json[field]);
    }
    assert_eq!(english.text("follows"), "contract_date");

    let own = json!({"title": "신고", "due_date": "2027-02-01"});
    let changed = app.patch(&task, &person, &own).await.expect(200);
    assert_eq!(
        (changed.text("title"), changed.text("due_date")),
        ("신고".to_owned(), "2027-02-01".to_owned())
    );
    assert_eq!(changed.json["follows"], Value::Null);
    assert_eq!(changed.text("description"), english.text("description"));
    let back = app
        .patch(&task, &person, &json!({"title": null, "due_date": null}))
        .await
        .expect(200);
    for field in ["title", "due_date", "follows"] {
        assert_eq!(back.json[field], english.json[field]);
    }
}

/// CONV-6: the language and the day are part of what is shown, so they are part of its tag; a change names the version only.
#[tokio::test]
async fn a_tag_tells_languages_and_days_apart() {
    let app = App::new();
    let person = app.person().await;
    let path = app.noted(&person, &lease()).await;
    let task = app.task(&path, &person, "renewal_notice").await;
    let read = async |language: &str, known: &str| {
        let request = with(get(&task, &person.token), header::ACCEPT_LANGUAGE, language);
        app.ask(with(request, header::IF_NONE_MATCH, known)).await
    };
    let tag = read("ko", "x").await.expect(200).header("etag").to_owned();
    assert_eq!(tag, "\"v1.ko\"");
    read("ko", &tag).await.expect(304);
    assert_eq!(read("en", &tag).await.expect(200).header("etag"), "\"v1.en\"");

    let change = send(
        Method::PATCH,
        &task,
        &person.token,
        &json!({"due_date": "2027-01-01"}),
    );
    app.ask(with(change, header::IF_MATCH, &tag)).await.expect(200);
    let moved = read("ko", "x").await.expect(200);
    assert_eq!(
        (moved.header("etag"), moved.json["overdue"] == true),
        overdue_at(&app, "2027-01-01")
    );
}

/// What the tag and the flag have to be for a task of version 2 that is due then.
fn overdue_at(app: &App, due: &str) -> (&'static str, bool) {
    use domain::Clock;
    let late = app.world.clock.now().seoul_date() > domain::Date::parse(due).unwrap();
    (if late { "\"v2.kolate\"" } else { "\"v2.ko\"" }, late)
}

#[tokio::test]
async fn a_task_is_done_once_and_open_again() {
    let app = App::new();
    let person = app.person().await;
    let path = app.noted(&person, &lease()).await;
    let task = app.task(&path, &person, "fixed_date").await;
    let go = async |verb: &str| app.go(Method::POST, &format!("{task}/{verb}"), &person).await;
    go("reopen").await.refused(409, "forbidden_step");
    app.world.clock.advance_seconds(5);
    let done = go("complete").await.expect(200);
    assert_eq!(
        (done.text("state"), done.json["version"].clone()),
        ("done".to_owned(), json!(2))
    );
    assert_eq!(done.text("completed_at"), done.text("updated_at"));
    go("complete").await.refused(409, "forbidden_step");
    app.patch(&task, &person, &json!({"title": "a"}))
        .await
        .refused(409, "forbidden_step");
    // The contract moves, what is done does not.
    let later = json!({"balance_date": "2027-03-27", "move_in_date": "2027-03-28"});
    app.patch(&path, &person, &later).await.expect(200);
    assert_eq!(app.get(&task, &person).await.expect(200).json, done.json);
    let open = go("reopen").await.expect(200);
    assert_eq!(
        (open.text("state"), open.json["completed_at"].clone()),
        ("open".to_owned(), Value::Null)
    );
    assert_eq!(open.text("due_date"), "2027-03-28");

    let stale = bare(Method::POST, &format!("{task}/complete"), &person);
    app.ask(with(stale, header::IF_MATCH, "\"v1.ko\""))
        .await
        .refused(412, "precondition_failed");
    let fresh = bare(Method::POST, &format!("{task}/complete"), &person);
    app.ask(with(fresh, header::IF_MATCH, "\"v3.en\""))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_task_is_deleted_for_one_version_and_stays_away() {
    let app = App::new();
    let person = app.person().await;
    let path = app.noted(&person, &lease()).await;
    let task = app.task(&path, &person, "handover").await;
    let count = titles(&app, &path, &person).await.len();
    let stale = bare(Method::DELETE, &task, &person);
    app.ask(with(stale, header::IF_MATCH, "\"v2\""))
        .await
        .refused(412, "precondition_failed");
    app.go(Method::DELETE, &task, &person).await.expect(204);
    app.go(Method::DELETE, &task, &person)
        .await
        .refused(404, "not_found");
    for verb in ["complete", "reopen"] {
        app.go(Method::POST, &format!("{task}/{verb}"), &person)
            .await
            .refused(404, "not_found");
    }
    app.get(&task, &person).await.refused(404, "not_found");
    app.patch(&path, &person, &json!({"move_in_date": "2027-03-01"}))
        .await
        .expect(200);
    assert_eq!(titles(&app, &path, &person).await.len(), count - 1);
}

#[tokio::test]
async fn tasks_are_put_into_ones_own_order() {
    let app = App::new();
    let person = app.person().await;
    let path = app.noted(&person, &lease()).await;
    let list = app
        .get(&format!("{path}/tasks?limit=100"), &person)
        .await
        .expect(200);
    let ids: Vec<String> = list.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| task["id"].as_str().unwrap().to_owned())
        .collect();
    let before = titles(&app, &path, &person).await;
    let order = async |tasks: &[String]| {
        let body = json!({"tasks": tasks});
        app.send(Method::PUT, &format!("{path}/tasks/order"), &person, &body)
            .await
    };
    let turned: Vec<String> = ids.iter().rev().cloned().collect();
    order(&turned).await.expect(204);
    let mut after = titles(&app, &path, &person).await;
    after.reverse();
    assert_eq!(after, before);
    order(&ids[1..]).await.refused(409, "outdated_order");
    for (tasks, expected) in [
        (vec![], vec!["/tasks required"]),
        (vec!["x".to_owned()], vec!["/tasks/0 invalid_format"]),
        (vec![ids[0].clone(), ids[0].clone()], vec!["/tasks/1 not_allowed"]),
        (vec![ids[0].clone(); 401], vec!["/tasks too_long"]),
    ] {
        let answer = order(&tasks).await.refused(422, "validation_failed");
        assert_eq!(answer.refused_fields(), expected);
    }
    app.get(&format!("{path}/tasks/order"), &person)
        .await
        .refused(405, "method_not_allowed");
}

/// CONV-5
#[tokio::test]
async fn tasks_come_in_pages() {
    let app = App::new();
    let person = app.person().await;
    let (path, other) = (
        app.noted(&person, &lease()).await,
        app.noted(&person, &lease()).await,
    );
    let all = titles(&app, &path, &person).await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app
            .get(&format!("{path}/tasks?limit=4{cursor}"), &person)
            .await
            .expect(200);
        let items = page.json["items"].as_array().unwrap();
        seen.extend(
            items
                .iter()
                .map(|task| task["title"].as_str().unwrap().to_owned()),
        );
        match page.json["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, all);
    app.get(&format!("{other}/tasks?limit=4{cursor}"), &person)
        .await
        .refused(400, "invalid_cursor");
}

/// CONV-7
#[tokio::test]
async fn a_key_makes_one_task() {
    let app = App::new();
    let person = app.person().await;
    let path = format!("{}/tasks", app.noted(&person, &lease()).await);
    let ask = async |title: &str, language: &str| {
        let mut request = post(&path, &person.token, &json!({"title": title}));
        for (name, value) in [("idempotency-key", "once"), ("accept-language", language)] {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        app.ask(request).await
    };
    let first = ask("a", "ko").await.expect(201);
    // Whatever language it is asked for in, it is the first answer.
    let second = ask("a", "en").await.expect(201);
    assert_eq!(second.header("idempotency-replayed"), "true");
    assert_eq!(first.json, second.json);
    for name in ["etag", "location", "content-language", "vary"] {
        assert_eq!(first.header(name), second.header(name), "{name}");
    }
    assert_eq!(second.header("content-language"), "ko");
    ask("b", "ko").await.refused(422, "idempotency_key_reused");
}

/// As many as a timeline can show.
#[tokio::test]
async fn there_can_be_too_many() {
    let app = App::new();
    let person = app.mint_admin().await;
    let path = format!("{}/tasks", app.noted(&person, &lease()).await);
    let mut made = 0;
    let refused = loop {
        let answer = app
            .send(Method::POST, &path, &person, &json!({"title": "a"}))
            .await;
        if answer.status != 201 || made > 200 {
            break answer;
        }
        made += 1;
    };
    refused.refused(409, "too_many");
    assert!(made > 150, "{made}");
}
