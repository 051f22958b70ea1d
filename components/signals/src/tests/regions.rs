//! `GET /api/v1/regions`, and the region's name in a signal (SIG-3).

use domain::user::Role;
use serde_json::{Value, json};
use testkit::get;

use super::{App, PATH};

#[tokio::test]
async fn provinces_and_what_lies_in_them() {
    let app = App::new();
    let list = |query: &str| app.ask(get(&format!("/api/v1/regions{query}"), ""));
    let provinces = list("").await.expect(200);
    assert_eq!(provinces.header("cache-control"), "public, max-age=3600");
    assert_eq!(provinces.json["items"].as_array().unwrap().len(), 16);
    let seoul = json!({"code": "11", "parent": null, "name_ko": "서울특별시", "name_en": "Seoul"});
    assert_eq!(provinces.json["items"][0], seoul);
    assert_eq!(provinces.json["next_cursor"], Value::Null);
    let suwon = list("?parent=4111").await.expect(200);
    let jangan = json!({"code": "41111", "parent": "4111", "name_ko": "장안구", "name_en": "Jangan-gu"});
    assert_eq!(suwon.json["items"][0], jangan);
    assert_eq!(list("?parent=36").await.expect(200).json["items"], json!([]));
    for query in [
        "?parent=1",
        "?parent=99",
        "?parent=11&parent=26",
        "?limit=5",
        "?parent=11'",
    ] {
        list(query).await.refused(400, "invalid_query");
    }
}

#[tokio::test]
async fn without_tables_the_answer_is_clear() {
    let app = App::without_tables();
    let answer = app.ask(get("/api/v1/regions", "")).await;
    assert!(answer.status.is_server_error() && !answer.code().is_empty());
    assert_eq!(
        answer.header("cache-control"),
        "no-store",
        "a failure is not kept"
    );
}

#[tokio::test]
async fn a_signal_says_what_its_region_is_called() {
    let app = App::new();
    let owner = app.person(Role::User).await;
    let path = app.publish(&owner, |_| ()).await;
    let unnamed = app
        .publish(&owner, |body| body["region_code"] = json!("1999010100"))
        .await;
    let gangnam = json!({"ko": "서울특별시 강남구", "en": "Gangnam-gu, Seoul"});
    for (path, expected) in [(&path, &gangnam), (&unnamed, &Value::Null)] {
        let read = app.get(path, &owner).await.expect(200);
        assert_eq!(&read.json["region_name"], expected, "{path}");
    }
    for list in [PATH.to_owned(), format!("{PATH}/mine")] {
        let list = app.get(&list, &owner).await.expect(200);
        assert_eq!(list.json["items"][1]["region_name"], gangnam);
    }
}
