//! `POST /api/v1/contracts` (CON-1, CONV-1 to CONV-4).

use axum::body::Body;
use serde_json::{Value, json};
use testkit::post;

use super::{App, PATH, sale};

fn with(changes: &Value) -> Value {
    let mut body = sale();
    for (key, value) in changes.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

#[tokio::test]
async fn a_contract_is_noted_and_shown() {
    let app = App::new();
    let person = app.person().await;
    let signal = app.signal(&person, "private").await;
    let body = with(&json!({
        "signal_id": signal, "interim_date": "2027-12-20", "move_in_date": "2028-03-01",
        "counterparty_name": " 홍  길동 ", "document_text": "제1조\r\n제2조",
    }));
    let created = app.post(&person, &body).await.expect(201);
    let id = created.text("id");
    assert_eq!(created.header("location"), format!("{PATH}/{id}"));
    let now = testkit::START.to_string();
    let expected = json!({
        "id": id, "state": "draft", "kind": "sale", "role": "buyer", "signal_id": signal,
        "address": "부산광역시 중구 영주동 1-1", "price": 1_200_000_000_i64, "deposit": null, "monthly_rent": null,
        "contract_date": "2027-12-01", "interim_date": "2027-12-20", "balance_date": "2028-02-29",
        "move_in_date": "2028-03-01", "lease_end_date": null, "counterparty_name": "홍 길동", "agent_id": null,
        "has_document": true, "version": 1,
        "created_at": now, "updated_at": now,
    });
    assert_eq!(created.json, expected);
    assert_eq!(
        app.get(&format!("{PATH}/{id}"), &person).await.expect(200).json,
        expected
    );
}

#[tokio::test]
async fn every_mistake_is_named() {
    let app = App::new();
    let person = app.person().await;
    let body = json!({
        "kind": "gift", "role": "witness", "signal_id": "x", "address": "", "contract_date": "2027-02-29",
        "interim_date": "soon", "balance_date": "", "lease_end_date": "never", "agent_id": "me", "counterparty_name": "가".repeat(101), "document_text": " ",
    });
    let answer = app.post(&person, &body).await.refused(422, "validation_failed");
    let expected = [
        "/kind unknown_value",
        "/signal_id invalid_format",
        "/address required",
        "/contract_date invalid_format",
        "/interim_date invalid_format",
        "/balance_date required",
        "/lease_end_date invalid_format",
        "/counterparty_name too_long",
        "/agent_id invalid_format",
        "/document_text required",
    ];
    assert_eq!(answer.refused_fields(), expected);
}

#[tokio::test]
async fn role_amounts_and_dates_must_fit() {
    let app = App::new();
    let person = app.person().await;
    for (changes, expected) in [
        (json!({"role": "tenant"}), vec!["/role not_allowed"]),
        (json!({"role": "witness"}), vec!["/role unknown_value"]),
        (json!({"price": null}), vec!["/price required"]),
        (json!({"deposit": 1}), vec!["/deposit not_allowed"]),
        (json!({"price": -1}), vec!["/price out_of_range"]),
        (
            json!({"kind": "jeonse", "role": "tenant"}),
            vec!["/price not_allowed", "/deposit required"],
        ),
        (
            json!({"balance_date": "2027-11-30"}),
            vec!["/balance_date before_other"],
        ),
        (
            json!({"interim_date": "2027-11-30"}),
            vec!["/interim_date before_other"],
        ),
        (
            json!({"interim_date": "2028-03-01"}),
            vec!["/balance_date before_other"],
        ),
        (
            json!({"move_in_date": "2027-11-30"}),
            vec!["/move_in_date before_other"],
        ),
        (
            json!({"lease_end_date": "2029-03-01"}),
            vec!["/lease_end_date not_allowed"],
        ),
        (
            json!({"kind": "jeonse", "role": "tenant", "price": null, "deposit": 1, "lease_end_date": "2028-02-28"}),
            vec!["/lease_end_date before_other"],
        ),
        (
            json!({"document_text": "가".repeat(200_001)}),
            vec!["/document_text too_long"],
        ),
    ] {
        let answer = app
            .post(&person, &with(&changes))
            .await
            .refused(422, "validation_failed");
        assert_eq!(answer.refused_fields(), expected, "{changes}");
    }
    let same_day = with(&json!({"balance_date": "2027-12-01", "move_in_date": "2027-12-01"}));
    app.post(&person, &same_day).await.expect(201);
}

#[tokio::test]
async fn a_signal_that_the_person_cannot_see_is_unknown() {
    let app = App::new();
    let (person, owner) = (app.person().await, app.person().await);
    let hidden = app.signal(&owner, "private").await;
    let agents = app.signal(&owner, "agents_only").await;
    for signal in [hidden, agents, app.world.id()] {
        let answer = app
            .post(&person, &with(&json!({"signal_id": signal})))
            .await
            .refused(422, "validation_failed");
        assert_eq!(answer.refused_fields(), ["/signal_id unknown_value"]);
    }
    let public = app.signal(&owner, "public").await;
    app.post(&person, &with(&json!({"signal_id": public})))
        .await
        .expect(201);
}

/// A verified agent sees what is for agents only, so an agent's contract may name it.
#[tokio::test]
async fn an_agent_may_name_what_agents_see() {
    use domain::user::{Role, Tier};
    let app = App::new();
    let owner = app.person().await;
    let agents = app.signal(&owner, "agents_only").await;
    let person = app.person().await;
    let agent = app.world.mint(person.user, Role::Agent, Tier::Free);
    app.post(&agent, &with(&json!({"signal_id": agents})))
        .await
        .expect(201);
}

#[tokio::test]
async fn only_a_verified_agent_is_known() {
    let app = App::new();
    let person = app.person().await;
    let (_, agent) = app.world.verified_agent().await;
    let created = app
        .post(&person, &with(&json!({"agent_id": agent})))
        .await
        .expect(201);
    assert_eq!(created.text("agent_id"), agent.to_string());
    let hidden = app.signal(&app.person().await, "private").await;
    for (changes, expected) in [
        (
            json!({"agent_id": app.world.id::<()>()}),
            vec!["/agent_id unknown_value"],
        ),
        (
            json!({"agent_id": app.world.id::<()>(), "signal_id": hidden}),
            vec!["/signal_id unknown_value", "/agent_id unknown_value"],
        ),
        (
            json!({"agent_id": agent, "signal_id": hidden}),
            vec!["/signal_id unknown_value"],
        ),
    ] {
        let answer = app
            .post(&person, &with(&changes))
            .await
            .refused(422, "validation_failed");
        assert_eq!(answer.refused_fields(), expected, "{changes}");
    }
}

/// CONV-7, CON-2
#[tokio::test]
async fn a_key_makes_one_contract_with_one_timeline() {
    let app = App::new();
    let person = app.person().await;
    let ask = async || {
        let mut request = post(PATH, &person.token, &sale());
        request
            .headers_mut()
            .insert("idempotency-key", "once".parse().unwrap());
        app.ask(request).await.expect(201)
    };
    let (first, second) = (ask().await, ask().await);
    assert_eq!(
        (first.json, second.header("idempotency-replayed")),
        (second.json.clone(), "true")
    );
    assert_eq!(second.header("etag"), "\"v1\"");
    let list = app.get(PATH, &person).await.expect(200);
    assert_eq!(list.json["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_body_is_refused_before_its_fields() {
    let app = App::new();
    let person = app.person().await;
    for (body, status, code) in [
        ("", 400, "malformed_json"),
        ("{\"kind\": \"sale\"", 400, "malformed_json"),
        ("{\"kind\": null}", 400, "wrong_type"),
        ("{\"kind\": \"sale\", \"kind\": \"sale\"}", 400, "duplicate_field"),
        ("{\"user_id\": \"x\"}", 400, "unknown_field"),
        ("{\"state\": \"signed\"}", 400, "unknown_field"),
        ("{}", 422, "validation_failed"),
    ] {
        let mut request = post(PATH, &person.token, &Value::Null);
        *request.body_mut() = Body::from(body);
        app.ask(request).await.refused(status, code);
    }
    let mut text = post(PATH, &person.token, &sale());
    text.headers_mut().remove("content-type");
    app.ask(text).await.refused(415, "unsupported_media_type");
    let large = with(&json!({"document_text": "a".repeat(1024 * 1024)}));
    app.post(&person, &large).await.refused(413, "body_too_large");
}
