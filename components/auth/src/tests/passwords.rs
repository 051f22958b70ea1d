//! Resetting, changing and judging passwords (AUTH-8, AUTH-9), and asking for the verification mail again (AUTH-2).

use config::{Environment, Values};
use futures::future::join_all;
use serde_json::{Value, json};
use testkit::{Answer, World, post};

use super::{App, PASSWORD};

const ADDRESS: &str = "minji@example.com";
const NEW: &str = "Another-horse-8";

async fn request_reset(app: &App) -> String {
    app.world.wait(std::time::Duration::from_millis(1));
    app.post("/api/v1/auth/request-password-reset", &json!({"email": ADDRESS}))
        .await
        .expect(202);
    let mail = app.mail(ADDRESS).await;
    assert_eq!(mail["template"], "reset_password");
    mail["token"].as_str().unwrap().to_owned()
}

async fn reset(app: &App, token: &str, password: &str) -> Answer {
    app.post(
        "/api/v1/auth/reset-password",
        &json!({"token": token, "password": password}),
    )
    .await
}

async fn change(app: &App, access: &str, current: &str, new: &str) -> Answer {
    let body = json!({"current_password": current, "new_password": new});
    app.ask(post("/api/v1/auth/change-password", access, &body)).await
}

#[tokio::test]
async fn a_reset_ends_every_sign_in_at_once() {
    let app = App::new();
    let (here, there) = (
        app.sign_in(ADDRESS).await,
        app.login(ADDRESS, PASSWORD).await.expect(200),
    );
    let token = request_reset(&app).await;
    reset(&app, &token, NEW).await.expect(204);
    for session in [&here, &there] {
        app.me(&session.text("access_token"))
            .await
            .refused(401, "invalid_token");
        app.refresh(&session.text("refresh_token"))
            .await
            .refused(401, "invalid_refresh_token");
    }
    app.login(ADDRESS, PASSWORD)
        .await
        .refused(401, "invalid_credentials");
    let answer = app.login(ADDRESS, NEW).await.expect(200);
    app.me(&answer.text("access_token")).await.expect(200);
    reset(&app, &token, PASSWORD)
        .await
        .refused(400, "invalid_one_time_token");
    assert_eq!(app.mail(ADDRESS).await["template"], "password_changed");
}

#[tokio::test]
async fn a_reset_verifies_the_address_and_takes_it_from_whoever_registered_it() {
    let app = App::new();
    app.register(ADDRESS).await.expect(202);
    let token = request_reset(&app).await;
    reset(&app, &token, NEW).await.expect(204);
    app.login(ADDRESS, PASSWORD)
        .await
        .refused(401, "invalid_credentials");
    app.login(ADDRESS, NEW).await.expect(200);
}

#[tokio::test]
async fn a_reset_token_is_good_once_and_for_a_quarter_of_an_hour() {
    let app = App::new();
    app.sign_in(ADDRESS).await;
    let older = request_reset(&app).await;
    let newer = request_reset(&app).await;
    reset(&app, &older, NEW)
        .await
        .refused(400, "invalid_one_time_token");
    let outcomes = join_all((0..6).map(|_| reset(&app, &newer, NEW))).await;
    let good = outcomes.iter().filter(|answer| answer.status == 204).count();
    assert_eq!(good, 1, "{outcomes:?}");
    app.world.clock.advance_seconds(180);
    let late = request_reset(&app).await;
    app.world.clock.advance_seconds(15 * 60);
    reset(&app, &late, NEW)
        .await
        .refused(400, "invalid_one_time_token");
    for never_ours in ["", "x", &"A".repeat(43)] {
        reset(&app, never_ours, NEW)
            .await
            .refused(400, "invalid_one_time_token");
    }
}

#[tokio::test]
async fn a_bad_password_does_not_use_the_token() {
    let app = App::new();
    app.sign_in(ADDRESS).await;
    let token = request_reset(&app).await;
    for (password, expected) in [
        ("Short-1", "/password too_short"),
        ("Minji@Example.com1", "/password contains_personal_data"),
        ("Password123!", "/password too_common"),
    ] {
        let answer = reset(&app, &token, password)
            .await
            .refused(422, "validation_failed");
        assert_eq!(answer.refused_fields(), [expected]);
    }
    reset(&app, &token, NEW).await.expect(204);
}

#[tokio::test]
async fn a_reset_that_met_a_broken_store_is_finished_by_the_next_try() {
    let app = App::new();
    let before = app.sign_in(ADDRESS).await.text("access_token");
    let token = request_reset(&app).await;
    app.world.revocations.break_down(true);
    reset(&app, &token, NEW).await.refused(503, "store_unavailable");
    app.world.revocations.break_down(false);
    reset(&app, &token, NEW)
        .await
        .refused(400, "invalid_one_time_token");
    app.me(&before).await.refused(401, "invalid_token");
    app.login(ADDRESS, NEW).await.expect(200);
}

#[tokio::test]
async fn a_change_ends_the_other_sign_ins_and_keeps_its_own() {
    let app = App::new();
    let own = app.sign_in(ADDRESS).await;
    let other = app.login(ADDRESS, PASSWORD).await.expect(200);
    let access = own.text("access_token");
    let answer = change(&app, &access, PASSWORD, NEW).await.expect(200);
    assert_eq!(answer.json.as_object().unwrap().len(), 3, "{:?}", answer.json);
    assert_eq!(
        (answer.text("token_type").as_str(), &answer.json["expires_in"]),
        ("Bearer", &json!(1800))
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    app.me(&answer.text("access_token")).await.expect(200);
    let refreshed = app.refresh(&own.text("refresh_token")).await.expect(200);
    app.me(&refreshed.text("access_token")).await.expect(200);

    app.me(&access).await.refused(401, "invalid_token");
    app.me(&other.text("access_token"))
        .await
        .refused(401, "invalid_token");
    app.refresh(&other.text("refresh_token"))
        .await
        .refused(401, "invalid_refresh_token");
    app.world.clock.advance_seconds(180);
    app.login(ADDRESS, PASSWORD)
        .await
        .refused(401, "invalid_credentials");
    app.login(ADDRESS, NEW).await.expect(200);
    assert_eq!(app.mail(ADDRESS).await["template"], "password_changed");
}

/// The store failed after the password was changed: neither the token of before nor those of other sign-ins may live on.
#[tokio::test]
async fn a_change_that_met_a_broken_store_is_finished_by_the_next_try() {
    let app = App::new();
    let own = app.sign_in(ADDRESS).await;
    let other = app.login(ADDRESS, PASSWORD).await.expect(200);
    let access = own.text("access_token");
    app.world.revocations.break_writes(true);
    change(&app, &access, PASSWORD, NEW)
        .await
        .refused(503, "store_unavailable");
    app.world.revocations.break_writes(false);
    change(&app, &access, PASSWORD, NEW)
        .await
        .refused(401, "invalid_token");
    for token in [&access, &other.text("access_token")] {
        app.me(token).await.refused(401, "invalid_token");
    }
    let attempts = app
        .world
        .database()
        .query("SELECT SUM(failures) FROM sign_in_attempts", Vec::new())
        .await
        .unwrap();
    assert_eq!(attempts[0].get::<i64>(0).unwrap(), 0, "nobody has guessed");
    let refreshed = app.refresh(&own.text("refresh_token")).await.expect(200);
    app.me(&refreshed.text("access_token")).await.expect(200);
    app.login(ADDRESS, NEW).await.expect(200);
}

/// The same for whoever got a new access token in between.
#[tokio::test]
async fn a_change_that_met_a_broken_store_is_finished_with_a_newer_token_too() {
    let app = App::new();
    let own = app.sign_in(ADDRESS).await;
    let other = app.login(ADDRESS, PASSWORD).await.expect(200);
    app.world.revocations.break_writes(true);
    change(&app, &own.text("access_token"), PASSWORD, NEW)
        .await
        .refused(503, "store_unavailable");
    app.world.revocations.break_writes(false);
    app.world.clock.advance_seconds(29 * 60);
    let refreshed = app.refresh(&own.text("refresh_token")).await.expect(200);
    change(&app, &refreshed.text("access_token"), PASSWORD, NEW)
        .await
        .refused(403, "wrong_password");
    app.me(&other.text("access_token"))
        .await
        .refused(401, "invalid_token");
    app.me(&refreshed.text("access_token")).await.expect(200);
}

#[tokio::test]
async fn a_change_needs_the_present_password() {
    let app = App::new();
    let access = app.sign_in(ADDRESS).await.text("access_token");
    change(&app, &access, "Wrong-horse-7", NEW)
        .await
        .refused(403, "wrong_password");
    let answer = change(&app, &access, "", "short")
        .await
        .refused(422, "validation_failed");
    let expected = ["/current_password required", "/new_password too_short"];
    assert_eq!(answer.refused_fields(), expected);
    change(&app, "", PASSWORD, NEW)
        .await
        .refused(401, "authentication_required");
    app.me(&access).await.expect(200);
    app.login(ADDRESS, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn common_passwords_are_refused_in_any_spelling() {
    let app = App::new();
    for password in ["Password1!", "P@ssw0rd", "iLoveYou2026!", "Qwerty123!"] {
        app.world.clock.advance_seconds(120);
        let body = json!({"email": "a@example.com", "password": password, "name": "A"});
        let answer = app.post("/api/v1/auth/register", &body).await;
        let answer = answer.refused(422, "validation_failed");
        assert_eq!(answer.refused_fields(), ["/password too_common"], "{password}");
    }
}

#[tokio::test]
async fn a_hash_of_the_earlier_system_is_replaced_at_the_next_sign_in() {
    let app = App::new();
    app.sign_in(ADDRESS).await;
    let earlier = bcrypt::hash_with_salt(PASSWORD, 12, [3; 16])
        .unwrap()
        .format_for_version(bcrypt::Version::TwoY);
    let set = |hash: String| vec![hash.as_str().into()];
    let db = app.world.database();
    db.query("UPDATE users SET password_hash = $1", set(earlier))
        .await
        .unwrap();
    app.login(ADDRESS, "Wrong-horse-7")
        .await
        .refused(401, "invalid_credentials");
    let session = app.login(ADDRESS, PASSWORD).await.expect(200);
    let stored = db
        .query("SELECT password_hash FROM users", Vec::new())
        .await
        .unwrap();
    let stored: String = stored[0].get(0).unwrap();
    assert!(stored.starts_with("$argon2id$"), "{stored}");
    app.me(&session.text("access_token")).await.expect(200);
    app.login(ADDRESS, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn beyond_the_bound_a_hash_is_refused_and_nothing_is_counted() {
    let mut variables = Values::new([("password_hashes_at_once", "2")]);
    let app = App::with(World::new(), Environment::Development, &mut variables);
    app.sign_in(ADDRESS).await;
    let answers = join_all((0..8).map(|_| app.login(ADDRESS, PASSWORD))).await;
    let (good, busy): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!((good.len(), busy.len()), (2, 6));
    for answer in busy {
        assert_eq!(answer.header("retry-after"), "1");
        answer.refused(503, "busy");
    }
    app.login(ADDRESS, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_verification_mail_can_be_asked_for_again() {
    let app = App::new();
    app.register(ADDRESS).await.expect(202);
    let first = app.mail(ADDRESS).await["token"].as_str().unwrap().to_owned();
    let resend = async |email: &str| {
        app.post("/api/v1/auth/resend-verification", &json!({"email": email}))
            .await
    };
    app.world.wait(std::time::Duration::from_millis(1));
    resend(ADDRESS).await.expect(202);
    let mail = app.mail(ADDRESS).await;
    let second = mail["token"].as_str().unwrap().to_owned();
    assert_ne!(second, first);
    assert!(mail["body"].as_str().unwrap().contains("김민지"), "{mail}");
    app.verify(&first).await.refused(400, "invalid_one_time_token");
    app.verify(&second).await.expect(204);
    app.world.clock.advance_seconds(120);
    resend(ADDRESS).await.expect(202);
    assert_eq!(
        app.mail(ADDRESS).await["id"],
        mail["id"],
        "a verified address needs none"
    );
    let answer = resend("x").await.refused(422, "validation_failed");
    assert_eq!(answer.refused_fields(), ["/email invalid_format"]);
}

#[tokio::test]
async fn asking_for_mails_is_limited_by_the_account_wherever_it_comes_from() {
    let app = App::new();
    for path in [
        "/api/v1/auth/resend-verification",
        "/api/v1/auth/request-password-reset",
        "/api/v1/auth/register",
    ] {
        app.world.clock.advance_seconds(180);
        let body = match path {
            "/api/v1/auth/register" => json!({"email": ADDRESS, "password": PASSWORD, "name": "A"}),
            _ => json!({"email": ADDRESS}),
        };
        let mut answers = Vec::new();
        for number in 0..11 {
            let request = super::from_address(post(path, "", &body), &format!("203.0.113.{number}"));
            answers.push(app.ask(request).await);
        }
        let last = answers.pop().unwrap();
        assert!(answers.iter().all(|answer| answer.status == 202), "{path}");
        assert_eq!(last.refused(429, "quota_exceeded").json["errors"], Value::Null);
    }
}
