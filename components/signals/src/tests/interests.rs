//! Interests and how a signal is received (SIG-4, SIG-6).

use domain::user::Role;
use serde_json::{Value, json};
use testkit::{Answer, Person};

use super::App;

fn words() -> Value {
    json!({"message": "이번 주말에\n볼 수 있을까요?"})
}

async fn answer(app: &App, signal: &str, person: &Person) -> Answer {
    app.post_to(&format!("{signal}/interests"), person, &words())
        .await
}

#[tokio::test]
async fn an_interest_is_written_once_and_not_in_ones_own_signal() {
    let app = App::new();
    let (owner, author) = (app.person(Role::User).await, app.person(Role::User).await);
    let signal = app.publish(&owner, |_| ()).await;
    let created = answer(&app, &signal, &author).await.expect(201);
    assert_eq!(
        (created.text("state"), &created.json["contact"]),
        ("pending".to_owned(), &Value::Null)
    );
    assert_eq!(created.text("message"), "이번 주말에\n볼 수 있을까요?");
    assert!(
        created
            .header("location")
            .starts_with(&format!("{signal}/interests/"))
    );
    let location = created.header("location").to_owned();
    for reader in [&author, &owner] {
        let read = app.get(&location, reader).await.expect(200);
        assert_eq!(read.json, created.json);
    }
    let stranger = app.person(Role::User).await;
    app.get(&location, &stranger).await.refused(404, "not_found");
    answer(&app, &signal, &author)
        .await
        .refused(409, "already_exists");
    answer(&app, &signal, &owner).await.refused(409, "own_signal");
    let hidden = app
        .publish(&owner, |body| body["visibility"] = json!("private"))
        .await;
    answer(&app, &hidden, &author).await.refused(404, "not_found");
    app.post_to(&format!("{signal}/interests"), &author, &json!({"message": ""}))
        .await
        .refused(422, "validation_failed");
}

#[tokio::test]
async fn accepting_reveals_contacts_once() {
    let app = App::new();
    let (owner, author) = (app.person(Role::User).await, app.person(Role::User).await);
    let signal = app.publish(&owner, |_| ()).await;
    let interest = answer(&app, &signal, &author)
        .await
        .expect(201)
        .header("location")
        .to_owned();
    let pending = app.get(&signal, &author).await.expect(200);
    assert_eq!(pending.json["interest"]["state"], "pending");
    assert!(pending.json.get("address").is_none() && pending.json.get("contact").is_none());

    app.post_to(&format!("{interest}/accept"), &author, &Value::Null)
        .await
        .refused(404, "not_found");
    assert_eq!(app.bell.count(), 0);
    let accepted = app
        .post_to(&format!("{interest}/accept"), &owner, &Value::Null)
        .await
        .expect(200);
    assert_eq!(accepted.text("state"), "accepted");
    let of_author = format!("p{}@example.com", author.user.uuid().simple());
    assert_eq!(accepted.json["contact"]["email"], of_author);
    for verb in ["accept", "decline"] {
        app.post_to(&format!("{interest}/{verb}"), &owner, &Value::Null)
            .await
            .refused(409, "already_decided");
    }
    assert_eq!(app.bell.count(), 1, "the mails of the one that was accepted");
    let seen = app.get(&signal, &author).await.expect(200);
    assert_eq!(seen.text("address"), "서울특별시 강남구 테헤란로 1");
    assert_eq!(
        seen.json["contact"]["email"],
        format!("p{}@example.com", owner.user.uuid().simple())
    );
    let mine = app
        .get("/api/v1/signals/interests/mine", &author)
        .await
        .expect(200);
    assert_eq!(
        mine.json["items"][0]["contact"]["email"],
        format!("p{}@example.com", owner.user.uuid().simple())
    );
}

#[tokio::test]
async fn the_list_of_interests_is_the_owners() {
    let app = App::new();
    let owner = app.person(Role::User).await;
    let signal = app.publish(&owner, |_| ()).await;
    let path = format!("{signal}/interests");
    assert_eq!(app.get(&path, &owner).await.expect(200).json["items"], json!([]));
    let mut authors = Vec::new();
    for _ in 0..5 {
        let author = app.person(Role::User).await;
        app.world.clock.advance_seconds(1);
        answer(&app, &signal, &author).await.expect(201);
        authors.push(author);
    }
    let first = app.get(&format!("{path}?limit=3"), &owner).await.expect(200);
    let cursor = first.text("next_cursor");
    let rest = app
        .get(&format!("{path}?limit=3&cursor={cursor}"), &owner)
        .await
        .expect(200);
    let items = |answer: &Answer| answer.json["items"].as_array().unwrap().len();
    assert_eq!(
        (items(&first), items(&rest), &rest.json["next_cursor"]),
        (3, 2, &Value::Null)
    );
    app.get(&path, &authors[0]).await.refused(404, "not_found");
    app.get(&format!("{path}?cursor=AAAA"), &owner)
        .await
        .refused(400, "invalid_cursor");
}

#[tokio::test]
async fn an_author_takes_an_interest_back() {
    let app = App::new();
    let (owner, author) = (app.person(Role::User).await, app.person(Role::User).await);
    let signal = app.publish(&owner, |_| ()).await;
    let interest = answer(&app, &signal, &author)
        .await
        .expect(201)
        .header("location")
        .to_owned();
    app.delete(&interest, &owner).await.refused(404, "not_found");
    app.delete(&interest, &author).await.expect(204);
    app.delete(&interest, &author).await.refused(404, "not_found");
    answer(&app, &signal, &author).await.expect(201);
}

#[tokio::test]
async fn a_paused_signal_keeps_its_interests_and_a_closed_one_decides_none() {
    let app = App::new();
    let (owner, author) = (app.person(Role::User).await, app.person(Role::User).await);
    let signal = app.publish(&owner, |_| ()).await;
    let interest = answer(&app, &signal, &author)
        .await
        .expect(201)
        .header("location")
        .to_owned();
    app.patch(&signal, &owner, &json!({"state": "closed"}))
        .await
        .expect(200);
    app.post_to(&format!("{interest}/accept"), &owner, &Value::Null)
        .await
        .refused(409, "already_decided");
    app.get(&signal, &author).await.refused(404, "not_found");
}

#[tokio::test]
async fn views_of_others_are_counted_in_batches() {
    let app = App::new();
    let (owner, other) = (app.person(Role::User).await, app.person(Role::Admin).await);
    let signal = app.publish(&owner, |_| ()).await;
    let stats = async || app.get(&format!("{signal}/stats"), &owner).await.expect(200).json;
    for _ in 0..3 {
        app.get(&signal, &owner).await.expect(200);
    }
    assert_eq!(stats().await["views"], 0, "one's own look is no view");
    for _ in 0..37 {
        app.get(&signal, &other).await.expect(200);
    }
    answer(&app, &signal, &other).await.expect(201);
    let counted = stats().await;
    assert_eq!(counted["views"], 37);
    assert_eq!(
        counted["interests"],
        json!({"pending": 1, "accepted": 0, "declined": 0})
    );
    assert_eq!(counted["views_complete"], true);

    // Without the counters the signal is shown, and the answer says that the newest views are missing.
    app.world.counters.break_down(true);
    app.get(&signal, &other).await.expect(200);
    let partial = stats().await;
    assert_eq!(
        (&partial["views"], &partial["views_complete"]),
        (&json!(32), &json!(false))
    );
    app.get(&format!("{signal}/stats"), &other)
        .await
        .refused(404, "not_found");
}
