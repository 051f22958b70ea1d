//! `PATCH` and `DELETE /api/v1/contracts/{id}` (CON-1, CON-2, CONV-6).

use axum::http::{Method, header};
use serde_json::json;
use testkit::send;

use super::{App, PATH, bare, lease, sale, with};

#[tokio::test]
async fn a_change_says_only_what_changes() {
    let app = App::new();
    let person = app.person().await;
    let (_, agent) = app.world.verified_agent().await;
    let signal = app.signal(&person, "private").await;
    let path = app.noted(&person, &sale()).await;
    let before = app.get(&path, &person).await.expect(200).json;
    app.world.clock.advance_seconds(9);
    let changes = json!({
        "counterparty_name": "이서연", "agent_id": agent, "signal_id": signal, "interim_date": "2027-12-20",
        "move_in_date": "2028-03-02", "document_text": "제1조",
    });
    let changed = app.patch(&path, &person, &changes).await.expect(200);
    assert_eq!(changed.header("etag"), "\"v2\"");
    let mut expected = before.clone();
    for (field, value) in changes.as_object().unwrap() {
        if field != "document_text" {
            expected[field] = value.clone();
        }
    }
    expected["has_document"] = json!(true);
    expected["version"] = json!(2);
    expected["updated_at"] = changed.json["updated_at"].clone();
    assert_eq!(changed.json, expected);
    assert_eq!(app.get(&path, &person).await.expect(200).json, expected);

    let back = json!({
        "counterparty_name": null, "agent_id": null, "signal_id": null, "interim_date": null, "move_in_date": null,
        "document_text": null,
    });
    let mut changed = app.patch(&path, &person, &back).await.expect(200).json;
    changed["version"] = json!(1);
    changed["updated_at"] = before["updated_at"].clone();
    assert_eq!(changed, before);
    app.patch(&path, &person, &json!({})).await.expect(200);
}

#[tokio::test]
async fn a_sale_becomes_a_lease_with_its_tasks() {
    let app = App::new();
    let person = app.person().await;
    let path = app.noted(&person, &sale()).await;
    let changes = json!({"kind": "jeonse", "role": "tenant", "price": null, "deposit": 1, "lease_end_date": "2029-02-28"});
    let changed = app.patch(&path, &person, &changes).await.expect(200);
    assert_eq!(changed.text("kind"), "jeonse");
    app.task(&path, &person, "fixed_date").await;
    let timeline = app.get(&format!("{path}/timeline"), &person).await.expect(200);
    let tasks = timeline.json["tasks"].as_array().unwrap();
    assert!(tasks.iter().all(|task| task["template"] != "acquisition_tax"));
}

#[tokio::test]
async fn mistakes_are_named() {
    let app = App::new();
    let person = app.person().await;
    let path = app.noted(&person, &sale()).await;
    let hidden = app.signal(&app.person().await, "private").await;
    for (changes, expected) in [
        (
            json!({"state": "sold", "kind": "gift"}),
            vec!["/state unknown_value", "/kind unknown_value"],
        ),
        (
            json!({"kind": "jeonse"}),
            vec!["/role not_allowed", "/price not_allowed", "/deposit required"],
        ),
        (json!({"price": null}), vec!["/price required"]),
        (
            json!({"contract_date": "2028-03-01"}),
            vec!["/balance_date before_other"],
        ),
        (json!({"address": " "}), vec!["/address required"]),
        (json!({"signal_id": hidden}), vec!["/signal_id unknown_value"]),
        (
            json!({"agent_id": app.world.id::<()>()}),
            vec!["/agent_id unknown_value"],
        ),
    ] {
        let answer = app
            .patch(&path, &person, &changes)
            .await
            .refused(422, "validation_failed");
        assert_eq!(answer.refused_fields(), expected, "{changes}");
    }
    app.patch(&path, &person, &json!({"user_id": "x"}))
        .await
        .refused(400, "unknown_field");
    for changes in [
        json!({"address": 7}),
        json!({"address": null}),
        json!({"state": null}),
        json!({"kind": null}),
        json!({"role": null}),
        json!({"contract_date": null}),
        json!({"balance_date": null}),
    ] {
        app.patch(&path, &person, &changes)
            .await
            .refused(400, "wrong_type");
    }
    assert_eq!(app.get(&path, &person).await.expect(200).json["version"], 1);
}

/// CON-1: what the contract named before may have gone; the change is refused for what it names itself.
#[tokio::test]
async fn what_stood_there_is_not_to_blame() {
    let app = App::new();
    let person = app.person().await;
    let shown = app.signal(&app.person().await, "public").await;
    let mut body = sale();
    body["signal_id"] = json!(shown);
    let path = app.noted(&person, &body).await;
    let closing = app.world.database();
    closing
        .query("UPDATE signals SET state = 'closed'", Vec::new())
        .await
        .unwrap();
    let stranger = json!({"agent_id": app.world.id::<()>()});
    let answer = app.patch(&path, &person, &stranger).await;
    let answer = answer.refused(422, "validation_failed");
    assert_eq!(answer.refused_fields(), ["/agent_id unknown_value"]);
}

#[tokio::test]
async fn a_contract_goes_through_its_states() {
    let app = App::new();
    let person = app.person().await;
    let path = app.noted(&person, &sale()).await;
    let step = async |state: &str| app.patch(&path, &person, &json!({"state": state})).await;
    for forbidden in ["in_progress", "completed"] {
        step(forbidden).await.refused(409, "forbidden_step");
    }
    for state in ["signed", "in_progress", "completed"] {
        assert_eq!(step(state).await.expect(200).text("state"), state);
        step(state).await.expect(200);
    }
    for forbidden in ["draft", "signed", "terminated"] {
        step(forbidden).await.refused(409, "forbidden_step");
    }
    app.patch(&path, &person, &json!({"counterparty_name": "x"}))
        .await
        .refused(409, "forbidden_step");

    let other = app.noted(&person, &sale()).await;
    app.patch(&other, &person, &json!({"state": "terminated"}))
        .await
        .expect(200);
    app.patch(&other, &person, &json!({"state": "signed"}))
        .await
        .refused(409, "forbidden_step");
}

#[tokio::test]
async fn a_change_is_for_one_version() {
    let app = App::new();
    let person = app.person().await;
    let path = app.noted(&person, &sale()).await;
    let change = async |tag: &str| {
        let request = send(Method::PATCH, &path, &person.token, &json!({"price": 7}));
        app.ask(with(request, header::IF_MATCH, tag)).await
    };
    for tag in ["\"v2\"", "W/\"v1\"", "\"1\""] {
        change(tag).await.refused(412, "precondition_failed");
    }
    change("\"v1\"").await.expect(200);
    change("\"v1\"").await.refused(412, "precondition_failed");
    change("\"v1-br\", \"v2-gzip\"").await.expect(200);
    change("*").await.expect(200);
}

#[tokio::test]
async fn a_contract_is_deleted_for_one_version_and_once() {
    let app = App::new();
    let person = app.person().await;
    let path = app.noted(&person, &sale()).await;
    let task = app.task(&path, &person, "balance_payment").await;
    let go = async |tag: &str| {
        let request = bare(Method::DELETE, &path, &person);
        app.ask(with(request, header::IF_MATCH, tag)).await
    };
    go("\"v2\"").await.refused(412, "precondition_failed");
    go("\"v1\"").await.expect(204);
    go("\"v1\"").await.refused(404, "not_found");
    for below in ["", "/document", "/timeline", "/timeline.ics", "/tasks"] {
        app.get(&format!("{path}{below}"), &person)
            .await
            .refused(404, "not_found");
    }
    app.get(&task, &person).await.refused(404, "not_found");
    app.patch(&path, &person, &json!({"price": 1}))
        .await
        .refused(404, "not_found");
    assert_eq!(app.get(PATH, &person).await.expect(200).json["items"], json!([]));
}

/// CONV-9: for every route and whatever is sent.
#[tokio::test]
async fn another_persons_contract_is_not_there() {
    let app = App::new();
    let (person, other) = (app.person().await, app.person().await);
    let path = app.noted(&person, &lease()).await;
    let task = app.task(&path, &person, "fixed_date").await;
    let before = app
        .get(&format!("{path}/timeline"), &person)
        .await
        .expect(200)
        .json;
    for (method, path, body) in [
        (Method::PATCH, path.clone(), json!({"deposit": 1})),
        (Method::POST, format!("{path}/tasks"), json!({"title": "a"})),
        (
            Method::PUT,
            format!("{path}/tasks/order"),
            json!({"tasks": [task.rsplit('/').next()]}),
        ),
        (Method::PATCH, task.clone(), json!({"title": "a"})),
    ] {
        app.send(method, &path, &other, &body)
            .await
            .refused(404, "not_found");
    }
    let mut bare = vec![(Method::DELETE, path.clone()), (Method::DELETE, task.clone())];
    for below in ["", "/document", "/timeline", "/timeline.ics", "/tasks"] {
        bare.push((Method::GET, format!("{path}{below}")));
    }
    for below in ["complete", "reopen"] {
        bare.push((Method::POST, format!("{task}/{below}")));
    }
    bare.push((Method::GET, task));
    for (method, path) in bare {
        app.go(method, &path, &other).await.refused(404, "not_found");
    }
    assert_eq!(
        app.get("/api/v1/contracts/upcoming?days=366&overdue=true", &other)
            .await
            .json["items"],
        json!([])
    );
    assert_eq!(
        app.get(&format!("{path}/timeline"), &person)
            .await
            .expect(200)
            .json,
        before
    );
}
