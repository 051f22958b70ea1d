//! Mail: out through the provider, after the answer, once, and never lost.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use realcare_blackbox::{Answer, App, MailApi, Person, Posted, refusal, success, together};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub fn drain(app: &App) -> Answer {
    let drain = app.client().post("/internal/outbox/drain");
    drain.bearer(&app.secrets.internal_key).send()
}

/// The counters of a drain that succeeded: sent, kept, delayed, failed.
#[track_caller]
fn counts(answer: &Answer) -> [i64; 4] {
    success(answer, 200);
    let json = answer.json();
    ["sent", "kept", "delayed", "failed"].map(|name| json[name].as_i64().expect("a number"))
}

/// Lets time pass for every mail that waits.
pub fn make_due(app: &App) {
    app.rows(
        "UPDATE outbox SET next_attempt_at = created_at, claimed_until = NULL
         WHERE sent_at IS NULL AND failed_at IS NULL",
    );
}

fn taken() -> Option<(u16, String)> {
    Some((200, r#"{"id": "re-1"}"#.to_owned()))
}

/// The token in the link of a posted mail.
fn linked(mail: &Value) -> String {
    let words = mail["text"].as_str().unwrap();
    let (_, token) = words
        .split_once("https://www.example.com/verify-email#token=")
        .expect("a link");
    token.split_whitespace().next().unwrap().to_owned()
}

/// Somebody who read the mail that is posted as number `count`, verified the address and signed in. The outbox does not have the token any
/// longer when the mail is gone, which may be at once.
fn newcomer(app: &App, api: &MailApi, count: usize) -> Person {
    let mut person = Person::stranger();
    success(&person.register(app.client()), 202);
    let mail = api.await_posted(count).remove(count - 1).json();
    assert_eq!(mail["to"], json!([person.email]));
    person.one_time_token = linked(&mail);
    person.verify(app.client());
    person.sign_in(app.client());
    person
}

// SIG-4, AUTH-17: nobody asks for a drain here either.
#[test]
fn who_accepts_an_interest_rings_too() {
    let api = MailApi::start();
    let app = App::with()
        .mail_provider("resend", &api.endpoint())
        .variable("app_url", "https://www.example.com")
        .start();
    let client = app.client();
    let (owner, author) = (newcomer(&app, &api, 1), newcomer(&app, &api, 2));
    let interests = format!(
        "/api/v1/signals/{}/interests",
        owner.publish(client, &realcare_blackbox::signal())
    );
    let interest = client.post(&interests).bearer(&author.access);
    let interest = interest.json(&json!({"message": "Is it free?"})).send();
    let accept = format!("{interests}/{}/accept", interest.string("/id"));
    success(&client.post(&accept).bearer(&owner.access).send(), 200);
    let told = api.await_posted(4).split_off(2);
    let mut told: Vec<Value> = told.iter().map(|mail| mail.json()["to"][0].clone()).collect();
    let mut both = vec![json!(owner.email), json!(author.email)];
    told.sort_by_key(Value::to_string);
    both.sort_by_key(Value::to_string);
    assert_eq!(told, both);
}

// AUTH-17
#[test]
fn a_mail_goes_out_after_the_answer_and_its_token_works() {
    let api = MailApi::start();
    let app = App::with()
        .mail_provider("resend", &api.endpoint())
        .variable("app_url", "https://www.example.com")
        .start();
    let mut person = Person::stranger();
    success(&person.register(app.client()), 202);
    // Nobody asked for a drain: the component did by itself.
    let posted = api.await_posted(1).remove(0);
    assert_eq!(posted.line, "POST /emails");
    assert_eq!(posted.header("authorization"), "Bearer the-key-of-the-mail-api");
    let mail = posted.json();
    assert_eq!(mail["to"], json!([person.email]));
    assert_eq!(mail["from"], "RealCare <no-reply@example.com>");
    person.one_time_token = linked(&mail);
    assert!(mail["html"].as_str().unwrap().contains(&person.one_time_token));
    person.verify(app.client());
    person.sign_in(app.client());

    let sent = app.log().await_events("mail_sent", "template", "verify_email");
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(sent[0]["mail_id"], posted.header("idempotency-key"));
    let registered = app
        .log()
        .await_events("request", "route", "/api/v1/auth/register");
    assert_eq!(sent[0]["trace_id"], registered[0]["trace_id"], "one trace");
    let waiting = person.mails(app.client());
    assert_eq!(waiting[0]["token"], Value::Null, "the row keeps no token");
    assert_eq!(app.value("SELECT reference FROM outbox"), "re-1");
    let log = app.log().text();
    for secret in [
        &person.email,
        &person.one_time_token,
        "the-key-of-the-mail-api",
        &app.secrets.internal_key,
    ] {
        assert!(!log.contains(secret), "{secret} stands in the log");
    }
    assert_eq!(counts(&drain(&app)), [0; 4]);
    assert_eq!(api.posted().len(), 1);
}

/// Whether the call carries the signature that AWS would make of it.
fn is_signed(posted: &Posted, host: &str) -> bool {
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
    let mac = |key: &[u8], text: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    };
    let date = posted.header("x-amz-date");
    let day = &date[..8];
    let request = format!(
        "POST\n/v2/email/outbound-emails\n\ncontent-type:{}\nhost:{host}\nx-amz-date:{date}\n\ncontent-type;host;x-amz-date\n{}",
        posted.header("content-type"),
        hex(&Sha256::digest(&posted.body))
    );
    let scope = format!("{day}/ap-northeast-2/ses/aws4_request");
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{date}\n{scope}\n{}",
        hex(&Sha256::digest(request))
    );
    let key = ["ap-northeast-2", "ses", "aws4_request"]
        .iter()
        .fold(mac(b"AWS4the-key-of-the-mail-api", day), |key, part| {
            mac(&key, part)
        });
    let signature = hex(&mac(&key, &to_sign));
    posted.header("authorization")
        == format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, SignedHeaders=content-type;host;x-amz-date, Signature={signature}"
        )
}

// AUTH-17
#[test]
fn ses_gets_a_signature_that_holds() {
    let api = MailApi::start();
    let app = App::with().mail_provider("ses", &api.endpoint()).start();
    let person = Person::stranger();
    success(&person.register(app.client()), 202);
    let posted = api.await_posted(1).remove(0);
    assert_eq!(posted.line, "POST /v2/email/outbound-emails");
    let host = api.endpoint().replace("http://", "");
    assert_eq!(posted.header("host"), host);
    assert!(is_signed(&posted, &host), "{posted:?}");
    let mail = posted.json();
    assert_eq!(mail["Destination"]["ToAddresses"], json!([person.email]));
    app.log().await_events("mail_sent", "template", "verify_email");
    assert_eq!(app.value("SELECT reference FROM outbox"), "ses-1");
}

// AUTH-17, GUARD-5
#[test]
fn a_provider_in_trouble_is_asked_again_with_the_same_key() {
    let api = MailApi::start();
    api.becomes(|_| Some((500, r#"{"name": "application_error"}"#.to_owned())));
    let app = App::with().mail_provider("resend", &api.endpoint()).start();
    let person = Person::stranger();
    success(&person.register(app.client()), 202);
    let delayed = app.log().await_events("mail_delayed", "reason", "unavailable");
    assert_eq!(delayed.len(), 1, "{delayed:?}");
    assert_eq!(counts(&drain(&app)), [0; 4], "it waits");
    api.becomes(|_| taken());
    make_due(&app);
    assert_eq!(counts(&drain(&app)), [1, 0, 0, 0]);
    let posted = api.posted();
    assert_eq!(posted.len(), 2);
    assert_eq!(
        posted[0].header("idempotency-key"),
        posted[1].header("idempotency-key")
    );
    assert_eq!(posted[0].body, posted[1].body);
}

// AUTH-17
#[test]
fn a_mail_that_the_provider_refuses_is_given_up_and_loses_its_token() {
    let api = MailApi::start();
    api.becomes(|posted| {
        let to = posted.json()["to"][0].as_str().unwrap_or_default().to_owned();
        Some((
            422,
            json!({"name": "validation_error", "message": format!("{to} is bad")}).to_string(),
        ))
    });
    let app = App::with().mail_provider("resend", &api.endpoint()).start();
    let person = Person::stranger();
    success(&person.register(app.client()), 202);
    let failed = app.log().await_events("mail_failed", "reason", "rejected");
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(
        !app.log().text().contains(&person.email),
        "what the provider said is not logged"
    );
    make_due(&app);
    assert_eq!(counts(&drain(&app)), [0; 4]);
    assert_eq!(api.posted().len(), 1);
    assert_eq!(person.mails(app.client())[0]["token"], Value::Null);
}

// AUTH-17, QUAL-3
#[test]
fn a_process_killed_while_it_sends_loses_no_mail() {
    let api = MailApi::start();
    // The provider has the mail and has not said so when the process dies.
    api.becomes(|_| None);
    let mut app = App::with().mail_provider("resend", &api.endpoint()).start();
    let person = Person::stranger();
    success(&person.register(app.client()), 202);
    api.await_posted(1);
    app.kill();
    assert_ne!(app.value("SELECT claimed_until FROM outbox"), "", "it was leased");
    api.becomes(|_| taken());
    app.start_again();
    assert_eq!(counts(&drain(&app)), [0; 4], "the lease holds");
    make_due(&app);
    assert_eq!(counts(&drain(&app)), [1, 0, 0, 0]);
    let posted = api.posted();
    assert_eq!(posted.len(), 2);
    assert_eq!(
        posted[0].header("idempotency-key"),
        posted[1].header("idempotency-key"),
        "so the provider sends it once"
    );
}

// AUTH-17
#[test]
fn drains_at_once_hand_every_mail_over_once() {
    let api = MailApi::start();
    let app = App::with().mail_provider("resend", &api.endpoint()).start();
    // The app's own clock, in its own spelling.
    let now = app.log().await_events("request", "route", "/health/live")[0]["time"].clone();
    let now = now.as_str().expect("a time");
    let mails: Vec<String> = (0..40)
        .map(|number| {
            format!(
                "('01a3185c-5087-7279-8ce1-0000000000{number:02}', 'p{number}@example.com', 'already_registered', 'ko', '', NULL,
                '{now}', '{now}')"
            )
        })
        .collect();
    app.rows(&format!(
            "INSERT INTO outbox (id, recipient, template, language, person_name, token, created_at, next_attempt_at) VALUES {}",
            mails.join(", ")
        ),
    );
    let sent: i64 = together(6, |_| counts(&drain(&app))[0]).iter().sum();
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for posted in api.posted() {
        *times
            .entry(posted.header("idempotency-key").to_owned())
            .or_default() += 1;
    }
    assert_eq!((sent, times.len()), (40, 40));
    assert!(times.values().all(|times| *times == 1), "{times:?}");
}

// AUTH-17
#[test]
fn in_production_nothing_is_lost_for_want_of_a_provider() {
    let app = App::with().variable("environment", "production").start();
    let person = Person::stranger();
    success(&person.register(app.client()), 202);
    let postponed = app
        .log()
        .await_events("mail_postponed", "reason", "not_configured");
    assert_eq!(postponed.len(), 1, "{postponed:?}");
    refusal(&app.client().get("/api/v1/dev/outbox").send(), 404, "not_found");
    assert_eq!(app.value("SELECT CAST(attempts AS TEXT) FROM outbox"), "0");
    assert_ne!(app.value("SELECT token FROM outbox"), "");
}

// AUTH-17, GUARD-1
#[test]
fn only_the_inside_can_drain() {
    let app = App::start();
    let person = Person::signed_in(&app);
    let client = app.client();
    let path = "/internal/outbox/drain";
    refusal(&client.post(path).send(), 404, "not_found");
    refusal(&client.post(path).bearer(&person.access).send(), 404, "not_found");
    refusal(&client.post(path).bearer("x").send(), 404, "not_found");
    let waiting = counts(&drain(&app));
    assert_eq!(waiting[0], 0, "in development nothing is sent");
    assert!(
        !app.log()
            .events()
            .iter()
            .any(|event| event["event"] == "mail_sent")
    );
}
