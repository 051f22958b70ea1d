//! What production composes in, all at once: Spin takes one profile of the manifest.

use realcare_blackbox::{App, Gemini, GeminiStandIn, MailApi};

use crate::analyses::{Case, QUOTES};

// AUTH-17, CON-7, OPS-4
#[test]
fn production_sends_mail_and_asks_gemini() {
    let (mails, gemini) = (MailApi::start(), GeminiStandIn::start());
    gemini.becomes(|_| Gemini::findings(&QUOTES[..1]));
    let app = App::with()
        .mail_provider("resend", &mails.endpoint())
        .gemini(&gemini)
        .variable("analyst", "gemini")
        .profile("production")
        .start();
    let case = Case::new(&app);
    mails.await_posted(1);
    case.started(&app);
    assert_eq!(case.over(&app)["state"], "completed");
    assert_eq!(gemini.posted().len(), 1);
}
