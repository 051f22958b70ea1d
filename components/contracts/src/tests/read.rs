//! `GET /api/v1/contracts/{id}` (CON-1, CONV-9).

use axum::http::Method;
use domain::user::{Role, Tier};
use testkit::request;

use super::{App, PATH, sale};

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
        .ask(request(Method::GET, PATH))
        .await
        .refused(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), "POST");
}
