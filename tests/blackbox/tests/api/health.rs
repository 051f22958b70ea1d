//! The report about every part.

use realcare_blackbox::{App, Database, GeminiStandIn, MailApi, guarded, success};

// OPS-1
#[test]
fn a_report_warns_of_what_is_outside_and_fails_for_what_is_inside() {
    let (api, gemini) = (MailApi::start(), GeminiStandIn::start());
    let app = App::with()
        .mail_provider("resend", &api.endpoint())
        .variable("gemini_api_key", "the-key-of-gemini")
        .variable("gemini_endpoint", &gemini.endpoint())
        .variable("health_outside", "mail,gemini")
        .start();
    let report = app.client().get("/health").send();
    success(&report, 200);
    guarded(&report);
    assert_eq!(report.header("content-type"), Some("application/health+json"));
    assert_eq!(report.string("/status"), "pass");
    assert_eq!(report.string("/checks/database:responseTime/0/status"), "pass");
    assert_eq!(report.string("/checks/mail:responseTime/0/status"), "pass");
    assert_eq!(report.string("/checks/gemini:responseTime/0/status"), "pass");
    let asked = &gemini.posted()[0];
    assert_eq!(asked.line, "HEAD /", "with nothing that costs");
    assert!(!asked.headers.contains_key("x-goog-api-key"));
    assert!(report.json()["checks"]["database:responseTime"][0]["observedValue"].is_u64());
    assert!(
        !report.text().contains("127.0.0.1"),
        "no addresses: {}",
        report.text()
    );

    // The port of the discard protocol: nobody listens.
    let app = App::with()
        .mail_provider("resend", "http://127.0.0.1:9")
        .variable("gemini_endpoint", "http://127.0.0.1:9")
        .variable("health_outside", "mail,gemini")
        .start();
    let report = app.client().get("/health").send();
    success(&report, 200);
    assert_eq!(report.string("/status"), "warn");
    for name in ["mail", "gemini"] {
        let status = report.string(&format!("/checks/{name}:responseTime/0/status"));
        assert_eq!(status, "warn", "{name}");
    }
    success(&app.client().get("/health/ready").send(), 200);

    let app = App::with().database(Database::Missing).start();
    let report = app.client().get("/health").send();
    success(&report, 503);
    assert_eq!(report.string("/status"), "fail");
    assert_eq!(report.string("/checks/database:responseTime/0/status"), "fail");
    assert_eq!(report.string("/checks/revocations:responseTime/0/status"), "pass");
}
