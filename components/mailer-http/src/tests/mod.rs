//! Both providers, with the exact shapes of their answers (AUTH-17, GUARD-5).

use config::{MailApi, Secret};
use domain::Clock;
use http_kit::client::{Failure, TOTAL_TIMEOUT};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{MovableClock, Scripted, Step};

use super::*;

const ID: &str = "01a3185c-5087-7279-8ce1-9b8fd00eeeab";

fn message() -> Message {
    Message {
        id: ID.to_owned(),
        to: "minji@example.com".to_owned(),
        subject: "이메일 주소를 인증해 주세요".to_owned(),
        text: "안녕하세요.\n".to_owned(),
        html: "<p>안녕하세요.</p>".to_owned(),
    }
}

fn api(provider: MailProvider) -> MailApi {
    MailApi {
        provider,
        endpoint: "https://mail.example".to_owned(),
        region: "ap-northeast-2".to_owned(),
        key_id: "AKIDEXAMPLE".to_owned(),
        key: Secret::new("secret-key".to_owned()),
        from: "RealCare <no-reply@example.com>".to_owned(),
    }
}

struct Outcome {
    sent: Result<String, Refusal>,
    other: Scripted,
    clock: MovableClock,
}

async fn exchange(provider: MailProvider, steps: Vec<Step>) -> Outcome {
    let clock = MovableClock::default();
    let other = Scripted::steps(&clock, steps);
    let sent = send(&other.client(), &api(provider), &message(), clock.now()).await;
    Outcome { sent, other, clock }
}

async fn refused(provider: MailProvider, step: Step) -> Refusal {
    exchange(provider, vec![step]).await.sent.unwrap_err()
}

fn resend_error(status: u16, name: &str) -> Step {
    let body = json!({"statusCode": status, "name": name, "message": "minji@example.com is not welcome"});
    Step::json(status, &body)
}

fn ses_error(status: u16, name: &str) -> Step {
    ses_says(status, name, "minji@example.com")
}

fn ses_says(status: u16, name: &str, message: &str) -> Step {
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        (
            "x-amzn-errortype",
            format!("{name}:http://internal.amazon.com/coral/com.amazonaws.sesv2/"),
        ),
    ];
    Step::Answer(status, headers, json!({"message": message}).to_string())
}

#[tokio::test]
async fn resend_gets_the_mail_and_its_key() {
    let id = "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794";
    let taken = exchange(MailProvider::Resend, vec![Step::json(200, &json!({"id": id}))]).await;
    assert_eq!(taken.sent.as_deref(), Ok(id));
    let seen = taken.other.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].line(), "POST /emails");
    assert_eq!(seen[0].header("authorization"), "Bearer secret-key");
    assert_eq!(seen[0].header("idempotency-key"), ID);
    assert_eq!(seen[0].header("content-type"), "application/json");
    assert!(seen[0].header("user-agent").starts_with("realcare-edge/"));
    let body: Value = serde_json::from_slice(&seen[0].body).unwrap();
    assert_eq!(
        body,
        json!({
            "from": "RealCare <no-reply@example.com>", "to": ["minji@example.com"],
            "subject": "이메일 주소를 인증해 주세요", "text": "안녕하세요.\n", "html": "<p>안녕하세요.</p>",
        })
    );
}

#[tokio::test]
async fn resend_is_asked_again_under_the_same_key() {
    let steps = vec![
        Step::Fail(Failure::Unreachable),
        Step::status(503),
        Step::json(200, &json!({"id": "x"})),
    ];
    let taken = exchange(MailProvider::Resend, steps).await;
    assert_eq!(taken.sent.as_deref(), Ok("x"));
    let seen = taken.other.seen();
    assert_eq!(seen.len(), 3);
    assert!(
        seen.iter()
            .all(|call| call.header("idempotency-key") == ID && call.body == seen[0].body)
    );
}

#[tokio::test]
async fn what_resend_refuses() {
    for (step, expected) in [
        (resend_error(401, "missing_api_key"), Refusal::NotConfigured),
        (resend_error(403, "invalid_api_key"), Refusal::NotConfigured),
        (resend_error(403, "validation_error"), Refusal::NotConfigured),
        (resend_error(422, "invalid_from_address"), Refusal::NotConfigured),
        (resend_error(400, "validation_error"), Refusal::Rejected),
        (resend_error(422, "missing_required_field"), Refusal::Rejected),
        (
            resend_error(409, "concurrent_idempotent_requests"),
            Refusal::Unavailable(None),
        ),
        (resend_error(500, "application_error"), Refusal::Unavailable(None)),
        (Step::Fail(Failure::Refused), Refusal::NotConfigured),
        (Step::Fail(Failure::TooLarge), Refusal::Unavailable(None)),
    ] {
        assert_eq!(
            refused(MailProvider::Resend, step.clone()).await,
            expected,
            "{step:?}"
        );
    }
    let taken_before = exchange(
        MailProvider::Resend,
        vec![resend_error(409, "invalid_idempotent_request")],
    )
    .await;
    assert_eq!(taken_before.sent.as_deref(), Ok(""));
}

#[tokio::test]
async fn a_throttle_says_how_long() {
    let throttled = |seconds: u32| {
        let headers = vec![("retry-after", seconds.to_string())];
        let body = json!({"statusCode": 429, "name": "rate_limit_exceeded", "message": "Too many requests."});
        Step::Answer(429, headers, body.to_string())
    };
    // Longer than a call may take: it is not waited for here.
    let taken = exchange(MailProvider::Resend, vec![throttled(3600)]).await;
    assert_eq!(taken.sent, Err(Refusal::Throttled(Some(3600))));
    assert_eq!(taken.other.seen().len(), 1);
    let short = exchange(
        MailProvider::Resend,
        vec![throttled(1), Step::json(200, &json!({"id": "x"}))],
    )
    .await;
    assert_eq!(short.sent.as_deref(), Ok("x"));
}

#[tokio::test]
async fn ses_gets_the_mail_signed() {
    let answer = json!({"MessageId": "010001890ab1-0000"});
    let taken = exchange(MailProvider::Ses, vec![Step::json(200, &answer)]).await;
    assert_eq!(taken.sent.as_deref(), Ok("010001890ab1-0000"));
    let seen = taken.other.seen();
    assert_eq!(seen[0].line(), "POST /v2/email/outbound-emails");
    let date = sigv4::date(testkit::START);
    assert_eq!(seen[0].header("x-amz-date"), date);
    let expected = sigv4::authorization(
        &sigv4::Credentials {
            key_id: "AKIDEXAMPLE",
            secret: "secret-key",
            region: "ap-northeast-2",
            service: "ses",
        },
        "POST",
        "/v2/email/outbound-emails",
        &[
            ("content-type", seen[0].header("content-type")),
            ("host", "mail.example"),
            ("x-amz-date", &date),
        ],
        &seen[0].body,
        &date,
    );
    assert_eq!(seen[0].header("authorization"), expected);
    let body: Value = serde_json::from_slice(&seen[0].body).unwrap();
    assert_eq!(body["FromEmailAddress"], "RealCare <no-reply@example.com>");
    assert_eq!(body["Destination"]["ToAddresses"], json!(["minji@example.com"]));
    let simple = &body["Content"]["Simple"];
    assert_eq!(
        simple["Subject"],
        json!({"Data": "이메일 주소를 인증해 주세요", "Charset": "UTF-8"})
    );
    assert_eq!(simple["Body"]["Text"]["Data"], "안녕하세요.\n");
    assert_eq!(simple["Body"]["Html"]["Data"], "<p>안녕하세요.</p>");
    assert_eq!(body["EmailTags"], json!([{"Name": "mail_id", "Value": ID}]));
}

#[tokio::test]
async fn what_ses_refuses() {
    for (step, expected) in [
        (
            ses_error(429, "TooManyRequestsException"),
            Refusal::Throttled(None),
        ),
        (ses_error(400, "ThrottlingException"), Refusal::Throttled(None)),
        (ses_error(400, "LimitExceededException"), Refusal::Throttled(None)),
        (ses_error(400, "MessageRejected"), Refusal::Rejected),
        (
            ses_says(
                400,
                "MessageRejected",
                "Email address is not verified. The following identities failed the check in region AP-NORTHEAST-2",
            ),
            Refusal::NotConfigured,
        ),
        (ses_error(400, "RequestExpired"), Refusal::NotConfigured),
        (
            ses_error(400, "RequestAbortedException"),
            Refusal::Unavailable(None),
        ),
        (
            ses_error(408, "RequestTimeoutException"),
            Refusal::Unavailable(None),
        ),
        (ses_error(400, "BadRequestException"), Refusal::Rejected),
        (ses_error(400, "SendingPausedException"), Refusal::NotConfigured),
        (
            ses_error(400, "AccountSuspendedException"),
            Refusal::NotConfigured,
        ),
        (
            ses_error(400, "MailFromDomainNotVerifiedException"),
            Refusal::NotConfigured,
        ),
        (
            ses_error(403, "InvalidSignatureException"),
            Refusal::NotConfigured,
        ),
        (
            ses_error(403, "UnrecognizedClientException"),
            Refusal::NotConfigured,
        ),
        (ses_error(404, "NotFoundException"), Refusal::NotConfigured),
        (
            ses_error(500, "InternalServiceErrorException"),
            Refusal::Unavailable(None),
        ),
        (Step::status(503), Refusal::Unavailable(None)),
    ] {
        assert_eq!(
            refused(MailProvider::Ses, step.clone()).await,
            expected,
            "{step:?}"
        );
    }
}

/// SES has no idempotency key: whatever happens, one call.
#[tokio::test]
async fn ses_is_asked_once() {
    for step in [
        Step::Fail(Failure::Unreachable),
        Step::status(503),
        Step::status(429),
        Step::Silence,
    ] {
        let steps = vec![step.clone(), Step::json(200, &json!({"MessageId": "x"}))];
        let taken = exchange(MailProvider::Ses, steps).await;
        assert!(taken.sent.is_err(), "{step:?}");
        assert_eq!(taken.other.seen().len(), 1, "{step:?}");
    }
}

#[tokio::test]
async fn a_provider_that_says_nothing_is_waited_for_half_a_minute() {
    for provider in [MailProvider::Ses, MailProvider::Resend] {
        let taken = exchange(provider, vec![Step::Silence, Step::Silence, Step::Silence]).await;
        assert_eq!(taken.sent, Err(Refusal::TimedOut), "{provider:?}");
        let waited = taken.clock.now().micros() - testkit::START.micros();
        assert!(Duration::from_micros(waited.unsigned_abs()) <= TOTAL_TIMEOUT + Duration::from_secs(1));
    }
}
