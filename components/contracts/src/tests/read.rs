//! `GET /api/v1/contracts/{id}` (CON-1, CONV-9).

use axum::http::{Method, header};
use domain::user::{Role, Tier};
use serde_json::json;
use testkit::{get, request};

use super::{App, PATH, sale, with};

#[tokio::test]
async fn a_contract_is_its_persons_own() {
    let app = App::new();
    let (person, other) = (app.person().await, app.person().await);
    let path = app
        .post(&person, &sale())
        .await
        .expect(201)
        .header("location")
        .to_owned();
    app.get(&path, &person).await.expect(200);
    app.get(&path, &other).await.refused(404, "not_found");
    let admin = app.world.mint(other.user, Role::Admin, Tier::Free);
    app.get(&path, &admin).await.refused(404, "not_found");
}

#[tokio::test]
async fn what_is_no_id_names_nothing() {
    let app = App::new();
    let person = app.person().await;
    for id in ["1", "%00", "x'--", "01a3185c-5087-7279-8ce1-9b8fd00eeeab"] {
        app.get(&format!("{PATH}/{id}"), &person)
            .await
            .refused(404, "not_found");
    }
    let answer = app
        .ask(request(Method::PUT, PATH))
        .await
        .refused(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), "POST,GET,HEAD");
}

/// CONV-6
#[tokio::test]
async fn what_a_client_has_is_not_sent_again() {
    let app = App::new();
    let person = app.person().await;
    let path = app.noted(&person, &sale()).await;
    let tag = app
        .get(&path, &person)
        .await
        .expect(200)
        .header("etag")
        .to_owned();
    assert_eq!(tag, "\"v1\"");
    let known = with(get(&path, &person.token), header::IF_NONE_MATCH, &tag);
    let answer = app.ask(known).await.expect(304);
    assert_eq!(answer.header("cache-control"), "private, no-cache");
    app.patch(&path, &person, &json!({"state": "signed"}))
        .await
        .expect(200);
    let known = with(get(&path, &person.token), header::IF_NONE_MATCH, &tag);
    app.ask(known).await.expect(200);
}

#[tokio::test]
async fn the_text_is_read_by_its_own_route() {
    let app = App::new();
    let (person, other) = (app.person().await, app.person().await);
    let mut body = sale();
    body["document_text"] = json!("제1조\r\n제2조");
    let path = app.noted(&person, &body).await;
    let document = format!("{path}/document");
    let answer = app.get(&document, &person).await.expect(200);
    assert_eq!(answer.json, json!({"document_text": "제1조\n제2조"}));
    assert_eq!(answer.header("etag"), "\"v1\"");
    app.get(&document, &other).await.refused(404, "not_found");
    app.patch(&path, &person, &json!({"document_text": null}))
        .await
        .expect(200);
    app.get(&document, &person).await.refused(404, "not_found");
}
