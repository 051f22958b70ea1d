//! Somebody comes, and leaves in every way there is.

use realcare_blackbox::Person;

use super::story::Story;

/// The session of the examples.
const SESSION: &str = "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e63";

/// What needs no account.
pub fn look_around(story: &mut Story<'_>) {
    story.send_all(
        "",
        &[
            "getHealth",
            "getLiveness",
            "getReadiness",
            "getApiDocument",
            "getKeys",
            "getAuthorizationServerMetadata",
            "listRegions",
        ],
    );
}

/// Registers, verifies the address, signs in, and looks at everything of one's own.
pub fn join(story: &mut Story<'_>) -> Person {
    let mut minji = Person::stranger();
    minji.email = "minji@example.com".to_owned();
    story.send_all("", &["register", "resendVerification"]);
    story.read_mail(&minji.email);
    story.send("", "verifyEmail");
    story.send("", "login");
    story.send("", "refresh");
    let tokens = story.send("", "exchangeToken");
    minji.keep(&tokens);
    story.send_all(
        &minji.access,
        &[
            "getAccount",
            "getRateLimit",
            "changeAccount",
            "listSessions",
            "endOtherSessions",
        ],
    );
    minji
}

/// The access token of a new sign-in, whose refresh token the one of the examples stands for.
pub fn sign_in(story: &mut Story<'_>) -> String {
    story.send("", "login").string("/access_token")
}

/// Leaves; at last everybody has to.
pub fn leave(story: &mut Story<'_>, admin: &Person) {
    let access = sign_in(story);
    story.send(&access, "logout");
    let access = sign_in(story);
    story.forget(SESSION);
    story.send_all(&access, &["listSessions", "endSession"]);
    for id in ["logoutAll", "endAllSessions"] {
        let access = sign_in(story);
        story.send(&access, id);
    }
    sign_in(story);
    story.send("", "revokeToken");
    let access = sign_in(story);
    story.send(&access, "changePassword");
    story.send("", "requestPasswordReset");
    story.read_mail("minji@example.com");
    story.send("", "resetPassword");
    let mut minji = Person::stranger();
    minji.email = "minji@example.com".to_owned();
    minji.password = "Another-Horse-8-Battery".to_owned();
    minji.sign_in(story.app.client());
    story.send(&minji.access, "deleteAccount");
    let mut admin = admin.clone();
    admin.sign_in(story.app.client());
    story.send(&admin.access, "revokeAllTokens");
}
