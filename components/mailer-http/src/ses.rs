//! Amazon SES, `SendEmail` of API version 2 (<https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html>).
//!
//! SES knows no idempotency key. So a call is made once and never repeated here: what got no answer goes back to the outbox, which
//! tries again after its wait. If the first copy had been taken after all, the person gets the same mail twice, with the same
//! token, which still works once. The mail's id goes with it as a tag, so that the provider's events tell both copies as one mail.

use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use config::MailApi;
use domain::Timestamp;
use http_kit::client::{Call, Client, Reply};
use serde_json::{Value, json};

use crate::message::{ANSWER_LIMIT, Message, Refusal, USER_AGENT, field, retry_after};
use crate::sigv4::{self, Credentials};
use crate::unanswered;

/// The path of `SendEmail`.
const PATH: &str = "/v2/email/outbound-emails";

const JSON: &str = "application/json";

pub(crate) async fn send(
    client: &Client,
    api: &MailApi,
    message: &Message,
    now: Timestamp,
) -> Result<String, Refusal> {
    let call = call(api, message, now).ok_or(Refusal::NotConfigured)?;
    let reply = client.send(&call).await.map_err(|error| unanswered(&error))?;
    judge(&reply)
}

fn call(api: &MailApi, message: &Message, now: Timestamp) -> Option<Call> {
    let body = body(api, message).to_string();
    let credentials = Credentials {
        key_id: &api.key_id,
        secret: api.key.expose(),
        region: &api.region,
        service: "ses",
    };
    let date = sigv4::date(now);
    let headers = [
        ("content-type", JSON),
        ("host", api.host()),
        ("x-amz-date", &date),
    ];
    let authorization = sigv4::authorization(&credentials, "POST", PATH, &headers, body.as_bytes(), &date);
    let mut authorization = HeaderValue::try_from(authorization).ok()?;
    authorization.set_sensitive(true);
    let uri: Uri = format!("{}{PATH}", api.endpoint).parse().ok()?;
    let call = Call::new(Method::POST, uri)
        .header(header::AUTHORIZATION, authorization)
        .header(header::USER_AGENT, HeaderValue::from_static(USER_AGENT))
        .header(
            HeaderName::from_static("x-amz-date"),
            HeaderValue::try_from(date).ok()?,
        )
        .body(JSON, body);
    Some(call.answer_limit(ANSWER_LIMIT))
}

fn body(api: &MailApi, message: &Message) -> Value {
    let content = |data: &str| json!({"Data": data, "Charset": "UTF-8"});
    json!({
        "FromEmailAddress": api.from,
        "Destination": {"ToAddresses": [message.to]},
        "Content": {"Simple": {
            "Subject": content(&message.subject),
            "Body": {"Text": content(&message.text), "Html": content(&message.html)},
        }},
        "EmailTags": [{"Name": "mail_id", "Value": message.id}],
    })
}

/// SES says so of a sender whose address or domain it has not verified in this region, and of every recipient while the account is in its
/// sandbox: no fault of the mail's.
fn is_about_the_sender(reply: &Reply) -> bool {
    let message = field(reply, "message").or_else(|| field(reply, "Message"));
    message.is_some_and(|message| message.starts_with("Email address is not verified"))
}

/// By the errors of `SendEmail` and those common to all of AWS. Their name stands in a header, with a URL behind a colon.
fn judge(reply: &Reply) -> Result<String, Refusal> {
    if reply.status.is_success() {
        return Ok(field(reply, "MessageId").unwrap_or_default());
    }
    let name = reply.headers.get("x-amzn-errortype");
    let name = name.and_then(|name| name.to_str().ok()).unwrap_or_default();
    let name = name.split(':').next().unwrap_or_default();
    if name == "MessageRejected" && is_about_the_sender(reply) {
        return Err(Refusal::NotConfigured);
    }
    match (reply.status, name) {
        (StatusCode::TOO_MANY_REQUESTS, _)
        | (_, "TooManyRequestsException" | "ThrottlingException" | "LimitExceededException") => {
            Err(Refusal::Throttled(retry_after(reply)))
        }
        (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND, _)
        | (
            _,
            // A request that has expired was signed by a clock that is wrong.
            "AccountSuspendedException"
            | "SendingPausedException"
            | "MailFromDomainNotVerifiedException"
            | "RequestExpired",
        ) => Err(Refusal::NotConfigured),
        (StatusCode::REQUEST_TIMEOUT, _) | (_, "RequestAbortedException") => {
            Err(Refusal::Unavailable(retry_after(reply)))
        }
        (status, _) if status.is_client_error() => Err(Refusal::Rejected),
        _ => Err(Refusal::Unavailable(retry_after(reply))),
    }
}
