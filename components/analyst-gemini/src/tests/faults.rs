use super::*;
use http_kit::client::Failure;

#[tokio::test]
async fn what_the_provider_refuses() {
    let retry = json!([{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "37.5s"}]);
    let key = json!([{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]);
    let header = Step::Answer(429, vec![("retry-after", "41".to_owned())], String::new());
    for (step, fault) in [
        (
            refusal(429, "RESOURCE_EXHAUSTED", retry),
            Fault::Throttled(Some(37)),
        ),
        (header, Fault::Throttled(Some(41))),
        (
            refusal(429, "RESOURCE_EXHAUSTED", json!([])),
            Fault::Throttled(None),
        ),
        (refusal(400, "INVALID_ARGUMENT", key), Fault::NotConfigured),
        (
            refusal(400, "FAILED_PRECONDITION", json!([])),
            Fault::NotConfigured,
        ),
        (refusal(400, "INVALID_ARGUMENT", json!([])), Fault::Refused),
        (refusal(403, "PERMISSION_DENIED", json!([])), Fault::NotConfigured),
        (refusal(404, "NOT_FOUND", json!([])), Fault::NotConfigured),
        (refusal(500, "INTERNAL", json!([])), Fault::Unavailable),
        (refusal(503, "UNAVAILABLE", json!([])), Fault::Unavailable),
        (refusal(504, "DEADLINE_EXCEEDED", json!([])), Fault::TimedOut),
        (
            Step::Answer(502, Vec::new(), "<html>".to_owned()),
            Fault::Unavailable,
        ),
        (Step::Fail(Failure::Unreachable), Fault::Unavailable),
        (Step::Fail(Failure::Refused), Fault::NotConfigured),
        (Step::Silence, Fault::TimedOut),
    ] {
        let outcome = analysed(vec![step.clone(), step.clone(), step.clone()]).await;
        assert_eq!(outcome.fault, Some(fault), "{step:?}");
    }
}

#[tokio::test]
async fn a_prompt_that_is_blocked_is_refused() {
    let blocked = json!({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"},
        "usageMetadata": {"promptTokenCount": 5, "totalTokenCount": 5}});
    let outcome = analysed(vec![Step::stream([format!("data: {blocked}\n\n")])]).await;
    assert_eq!((outcome.fault, outcome.events.len()), (Some(Fault::Refused), 0));
    for reason in ["SAFETY", "RECITATION", "SPII", "BLOCKLIST"] {
        let none = json!({"candidates": [{"finishReason": reason, "index": 0}]});
        let outcome = analysed(vec![Step::stream([format!("data: {none}\n\n")])]).await;
        assert_eq!(outcome.fault, Some(Fault::Refused), "{reason}");
    }
}

#[tokio::test]
async fn an_answer_without_its_end_is_malformed() {
    for text in [
        r#"{"clauses": [], "missing_clauses": [], "risk_score": 3}"#,
        r#"{"clauses": [], "missing_clauses": [], "summary": "x"}"#,
        r#"{"clauses": [], "missing_clauses": [], "summary": "x", "risk_score": 101}"#,
        r#"{"clauses": [], "missing_clauses": [], "summary": 5, "risk_score": 10}"#,
        r#"[{"clauses": []}]"#,
        r#"```json {"clauses": []}```"#,
    ] {
        let outcome = analysed(vec![Step::stream([stream(text, 9, Some("STOP"))])]).await;
        assert_eq!(outcome.fault, Some(Fault::Malformed), "{text}");
    }
}
