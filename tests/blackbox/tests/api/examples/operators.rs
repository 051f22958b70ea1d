//! What the people who run the service do.

use realcare_blackbox::Person;

use super::people::sign_in;
use super::story::Story;

/// An agent registers, is verified, and goes.
pub fn agents(story: &mut Story<'_>, minji: &Person, admin: &Person) {
    story.send_all(&minji.access, &["registerAgent", "getOwnAgent"]);
    story.send_all(
        &admin.access,
        &[
            "listAgents",
            "getAgent",
            "verifyAgent",
            "unverifyAgent",
            "deleteAgent",
        ],
    );
}

/// Looks after accounts and their tokens.
pub fn accounts(story: &mut Story<'_>, admin: &Person) {
    story.send_all(
        &admin.access,
        &[
            "searchAccounts",
            "getManagedAccount",
            "setTier",
            "setRole",
            "listAuditEvents",
        ],
    );
    sign_in(story);
    story.send_all(&admin.access, &["introspectToken", "revokeTokens"]);
}
