//! Somebody signs in with every provider, the last time at the stand-in that the browser is sent to.

use realcare_blackbox::{Answer, Person, Providers};

use super::story::Story;

/// The visit of the examples.
const STATE: &str = "x7K0cYb3mQ9rT2vW5zA8dF1gH4jL6nP0sU3wX6yB9eM";

/// Naver never vouches for an address, so first a mail proves it; then every provider knows whom it sends.
pub fn visit(story: &mut Story<'_>, accounts: &Providers, sora: &Person) {
    let cookie = depart(story, accounts, "Naver");
    let path = format!(
        "/api/v1/auth/naver/callback?state={}&code=x",
        story.real_id(STATE)
    );
    let asked = story.app.client().get(&path).header("cookie", &cookie).send();
    assert_eq!(asked.string("/status"), "proof_required");
    story.read_mail(&sora.email);
    story.send("", "linkIdentity");
    for provider in ["Kakao", "Naver", "Google", "GitHub"] {
        let cookie = depart(story, accounts, provider);
        story.send_with("", &format!("finish{provider}"), &[("cookie", &cookie)]);
    }
    let access = story.send("", "exchangeCode").string("/access_token");
    story.send_all(&access, &["listIdentities", "refreshIdentity", "unlinkIdentity"]);
}

/// Goes to a provider; gives the browser's cookie.
fn depart(story: &mut Story<'_>, accounts: &Providers, provider: &str) -> String {
    let sent = story.send("", &format!("start{provider}"));
    let location = sent.header("location").expect("a place to go").to_owned();
    accounts.visited(&location);
    let mut pairs = location.split(['?', '&']);
    let state = pairs.find_map(|pair| pair.strip_prefix("state="));
    story.stands_for(STATE, state.expect("a state"));
    cookie(&sent)
}

fn cookie(answer: &Answer) -> String {
    let cookie = answer.header("set-cookie").expect("a cookie");
    cookie.split(';').next().unwrap_or_default().to_owned()
}
