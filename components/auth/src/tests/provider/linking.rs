//! Accounts that are there already: who may be tied to them, and what that ends.

use domain::provider::PROOF;
use futures::future::join_all;
use serde_json::json;

use super::super::{App, PASSWORD};
use super::{VERIFIER, naver_profile};

const EMAIL: &str = "minji@example.com";

#[tokio::test]
async fn both_sides_verified_are_tied_and_earlier_sign_ins_end() {
    let app = App::new();
    let before = app.sign_in(EMAIL).await;
    let account = app.me(&before.text("access_token")).await.expect(200).text("id");
    let after = app.sign_in_with("google").await;
    let me = app.me(&after.text("access_token")).await.expect(200);
    assert_eq!(me.text("id"), account);
    app.me(&before.text("access_token"))
        .await
        .refused(401, "invalid_token");
    app.refresh(&before.text("refresh_token"))
        .await
        .refused(401, "invalid_refresh_token");
    // Whoever knew the password before may not be the owner of the mailbox.
    app.login(EMAIL, PASSWORD)
        .await
        .refused(401, "invalid_credentials");
    assert_eq!(app.mail(EMAIL).await["template"], "provider_linked");
    // Signing in again ends nothing.
    app.world.clock.advance_seconds(180);
    app.sign_in_with("google").await;
    app.me(&after.text("access_token")).await.expect(200);
}

/// The pre-hijacking attack: somebody registers another person's address, waits, and hopes to keep a way in.
#[tokio::test]
async fn a_planted_account_is_taken_over_by_its_owner_alone() {
    let app = App::new();
    app.register(EMAIL).await.expect(202);
    let planted = app.mail(EMAIL).await["token"].as_str().unwrap().to_owned();
    app.world.clock.advance_seconds(60);
    let arrived = app.arrive("google").await;
    assert_eq!(
        arrived["status"], "proof_required",
        "the account was never verified"
    );
    let mail = app.mail(EMAIL).await;
    assert_eq!(mail["template"], "prove_address");
    let token = mail["token"].as_str().unwrap();
    app.world.clock.advance_seconds(60);
    let answer = app.link(token, VERIFIER).await.expect(200);
    let me = app.me(&answer.text("access_token")).await.expect(200);
    assert_eq!(me.json["email_verified"], true);
    app.world.clock.advance_seconds(60);
    app.verify(&planted).await.refused(400, "invalid_one_time_token");
    app.login(EMAIL, PASSWORD)
        .await
        .refused(401, "invalid_credentials");
    assert_eq!(app.count("users").await, 1);
}

#[tokio::test]
async fn an_address_that_nobody_vouches_for_is_proven_by_mail() {
    let app = App::new();
    app.fake.document("/naver/profile", naver_profile());
    let arrived = app.arrive("naver").await;
    assert_eq!(arrived["status"], "proof_required");
    assert!(!arrived.contains_key("code"));
    let token = app.mail(EMAIL).await["token"].as_str().unwrap().to_owned();
    // The mail alone is not enough: it may have been asked for by somebody else, with their own Naver account.
    app.link(&token, &"a".repeat(43))
        .await
        .refused(400, "invalid_one_time_token");
    app.link("nonsense", VERIFIER)
        .await
        .refused(400, "invalid_one_time_token");
    let answer = app.link(&token, VERIFIER).await.expect(200);
    let me = app.me(&answer.text("access_token")).await.expect(200);
    assert_eq!(
        (me.text("email"), me.text("name")),
        (EMAIL.to_owned(), "김민지".to_owned())
    );
    app.link(&token, VERIFIER)
        .await
        .refused(400, "invalid_one_time_token");
    // From now on Naver is enough.
    app.world.clock.advance_seconds(180);
    app.sign_in_with("naver").await;
    assert_eq!(app.count("users").await, 1);
}

/// GUARD-3: nobody floods a mailbox from many addresses.
#[tokio::test]
async fn proofs_are_limited_by_the_account_wherever_they_are_asked_from() {
    let app = App::new();
    app.fake.document("/naver/profile", naver_profile());
    let mut arrived = Vec::new();
    for number in 0..11 {
        let address = format!("203.0.113.{number}");
        arrived.push(app.arrive_from("naver", &address).await);
    }
    let last = arrived.pop().unwrap();
    for earlier in arrived {
        assert_eq!(earlier["status"], "proof_required");
    }
    assert_eq!(last["error"], "quota_exceeded");
    let mails = "SELECT COUNT(*) FROM outbox WHERE template = 'prove_address'";
    let mails = app.world.fresh.db.query(mails, Vec::new()).await.unwrap();
    assert_eq!(mails[0].get::<i64>(0).unwrap(), 10);
    app.world.clock.advance_seconds(180);
    assert_eq!(app.arrive("naver").await["status"], "proof_required");
}

#[tokio::test]
async fn naver_is_tied_to_a_verified_account_by_mail_only() {
    let app = App::new();
    let before = app.sign_in(EMAIL).await;
    app.fake.document("/naver/profile", naver_profile());
    assert_eq!(app.arrive("naver").await["status"], "proof_required");
    app.me(&before.text("access_token")).await.expect(200);
    app.login(EMAIL, PASSWORD).await.expect(200);
    let token = app.mail(EMAIL).await["token"].as_str().unwrap().to_owned();
    app.link(&token, VERIFIER).await.expect(200);
    app.me(&before.text("access_token"))
        .await
        .refused(401, "invalid_token");
}

#[tokio::test]
async fn a_proof_ends_after_an_hour() {
    let app = App::new();
    app.fake.document("/naver/profile", naver_profile());
    app.arrive("naver").await;
    let token = app.mail(EMAIL).await["token"].as_str().unwrap().to_owned();
    app.world.clock.advance(PROOF);
    app.link(&token, VERIFIER)
        .await
        .refused(400, "invalid_one_time_token");
    assert_eq!(app.count("users").await, 0);
}

#[tokio::test]
async fn of_parallel_proofs_one_signs_in() {
    let app = App::new();
    app.fake.document("/naver/profile", naver_profile());
    app.arrive("naver").await;
    let token = app.mail(EMAIL).await["token"].as_str().unwrap().to_owned();
    let answers = join_all((0..8).map(|_| app.link(&token, VERIFIER))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(app.count("sessions").await, 1);
}

#[tokio::test]
async fn parallel_visits_of_somebody_new_make_one_account() {
    let app = App::new();
    let visits = [app.start("google").await, app.start("google").await];
    // Both visits carry the nonce of the newest, so that the fake satisfies one at a time.
    for visit in &visits {
        app.fake
            .with(|world| world.nonce.clone_from(&visit.query["nonce"]));
        let arrived = super::fragment(&app.back(visit).await.expect(302));
        app.exchange(&arrived["code"], VERIFIER).await.expect(200);
    }
    assert_eq!(app.count("users").await, 1);
}

/// The store was down when the account was tied: the earlier access tokens must still not outlive that.
#[tokio::test]
async fn what_could_not_be_revoked_is_revoked_at_the_next_sign_in() {
    let app = App::new();
    let before = app.sign_in(EMAIL).await;
    app.world.revocations.break_down(true);
    let arrived = app.arrive("google").await;
    assert_eq!(arrived["error"], "store_unavailable");
    app.world.revocations.break_down(false);
    app.sign_in_with("google").await;
    app.me(&before.text("access_token"))
        .await
        .refused(401, "invalid_token");
}

#[tokio::test]
async fn what_happens_is_recorded() {
    let app = App::new();
    app.sign_in_with("google").await;
    let statement = "SELECT action FROM audit_events ORDER BY id";
    let rows = app.world.fresh.db.query(statement, Vec::new()).await.unwrap();
    let mut actions: Vec<String> = rows.iter().map(|row| row.get(0).unwrap()).collect();
    actions.sort();
    assert_eq!(actions, ["provider_linked", "session_started"]);
    assert_eq!(json!(app.count("provider_identities").await), 1);
}
