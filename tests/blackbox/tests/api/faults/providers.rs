//! Providers whose answers never end (QUAL-3, GUARD-5): cut by their size where they come fast, by time where they drip; then everybody gets a
//! clear answer, and when the provider is well again what waited is done.

use std::thread;
use std::time::{Duration, Instant};

use realcare_blackbox::{
    Answer, App, Gemini, GeminiStandIn, MailApi, Person, Providers, Relay, refusal, success,
};
use serde_json::Value;

use crate::analyses::{Case, QUOTES};
use crate::{mail, providers, reality_checks};

/// All providers: those of mail and analyses behind something that can talk in their place, those of sign-in by themselves.
struct Others {
    app: App,
    relays: [Relay; 2],
    gemini: GeminiStandIn,
    people: Providers,
}

/// Whom people sign in with, and where each one's answer never ends: at every kind of call that a sign-in makes.
const ENDLESS: [(&str, &str); 4] = [
    ("github", "/github/token"),
    ("google", "/google/keys"),
    ("kakao", "/kakao/profile"),
    ("naver", "/naver/profile"),
];

/// `host:port` of an address.
fn host(address: &str) -> &str {
    address.trim_start_matches("http://")
}

impl Others {
    fn start() -> Self {
        let (mails, gemini) = (MailApi::start(), GeminiStandIn::start());
        let people = Providers::start(&Person::stranger().email);
        let relays = [mails.endpoint(), gemini.endpoint()].map(|address| Relay::to(host(&address)));
        let [mail, model] = [&relays[0], &relays[1]].map(|relay| format!("http://{}", relay.address()));
        let app = App::with()
            .gemini(&gemini)
            .mail_provider("resend", &mail)
            .variable("analyst", "gemini")
            .variable("gemini_per_minute", "1000")
            .variable("gemini_endpoint", &model)
            .variable("oauth_stand_in", &people.origin())
            .start();
        Self {
            app,
            relays,
            gemini,
            people,
        }
    }

    /// Somebody goes to a provider and comes back.
    fn comes_back(&self, provider: &str) -> Answer {
        let (cookie, state, location) = providers::sent(&self.app, provider);
        self.people.visited(&location);
        providers::back(&self.app, provider, &cookie, &state)
    }

    fn answer_without_end(self, pause: Duration) {
        let Self {
            app,
            relays,
            gemini,
            people,
        } = &self;
        gemini.becomes(|_| Gemini::findings(&QUOTES));
        // Their own mails went out while the provider was well.
        let case = case(app);
        for relay in relays {
            relay.answer_without_end(pause);
        }
        let visits = ENDLESS.map(|(provider, _)| {
            let (cookie, state, location) = providers::sent(app, provider);
            // An ID token has the nonce of one visit. Google's is not looked at before its keys are there.
            if provider == "kakao" {
                people.visited(&location);
            }
            (provider, cookie, state)
        });
        people.never_end(&ENDLESS.map(|(_, path)| path), pause);
        thread::scope(|scope| {
            scope.spawn(|| {
                let person = Person::stranger();
                success(&person.register(app.client()), 202);
                let log = app.client().patient(Duration::from_secs(90));
                // Whoever drains waits until the provider is given up.
                let drain = log.post("/internal/outbox/drain");
                success(&drain.bearer(&app.secrets.internal_key).send(), 200);
            });
            scope.spawn(|| {
                let client = app.client().patient(Duration::from_secs(90));
                let checked = reality_checks::check(&client, &case.person, &reality_checks::flat());
                success(&checked, 201);
                assert_eq!(checked.json()["plan"], Value::Null);
                assert!(!checked.string("/plan_unavailable").is_empty());
            });
            for (provider, cookie, state) in visits {
                scope.spawn(move || {
                    let back = providers::back(app, provider, &cookie, &state);
                    assert!([502, 503].contains(&back.status), "{provider}: {back:?}");
                    let code = back.string("/code");
                    refusal(&back, back.status, &code);
                    assert!(code.starts_with("provider_"), "{provider}: {code}");
                });
            }
            scope.spawn(|| case.started(app));
        });
        self.works_again(&case);
    }

    fn works_again(&self, case: &Case) {
        let Self {
            app, relays, people, ..
        } = self;
        // The first attempt at the analysis has to be over before the next one.
        let end = Instant::now() + Duration::from_secs(60);
        while app.value("SELECT COUNT(*) FROM analyses WHERE state = 'processing'") != "0" {
            assert!(Instant::now() < end, "the analysis was never given up");
            thread::sleep(Duration::from_millis(200));
        }
        for relay in relays {
            assert!(relay.left() > 0, "nobody reads for ever");
            relay.mend();
        }
        let mut everywhere = ENDLESS.map(|(_, path)| path);
        everywhere.sort_unstable();
        // Whoever writes notices it at a later piece.
        while people.left() != everywhere {
            assert!(
                Instant::now() < end,
                "still read, or never asked: {:?}",
                people.left()
            );
            thread::sleep(Duration::from_millis(50));
        }
        people.never_end(&[], Duration::ZERO);
        app.check_data();
        mail::make_due(app);
        success(&mail::drain(app), 200);
        assert_eq!(
            app.value("SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL"),
            "0"
        );
        app.rows("UPDATE analyses SET due_at = created_at WHERE state = 'pending'");
        // What is no answer to a model's question fails for good, and a failed one is begun anew.
        let first = case.over(app);
        if first["state"] == "failed" {
            assert!(first["failure"]["code"].is_string(), "{first}");
            case.started(app);
            assert_eq!(case.over(app)["state"], "completed");
        }
        for (provider, _) in ENDLESS {
            success(&self.comes_back(provider), 200);
        }
        app.check_data();
    }
}

/// A contract of somebody; the token of the address is in a mail that was sent, so the database says it is verified.
fn case(app: &App) -> Case {
    let mut person = Person::stranger();
    success(&person.register(app.client()), 202);
    app.log().await_events("mail_sent", "template", "verify_email");
    app.rows("UPDATE users SET email_verified_at = created_at");
    person.sign_in(app.client());
    Case::of(app, person)
}

// QUAL-3, GUARD-5
#[test]
fn an_answer_that_floods_is_cut_by_its_size() {
    Others::start().answer_without_end(Duration::ZERO);
}

// QUAL-3, GUARD-5
#[test]
fn an_answer_that_drips_is_cut_by_time() {
    Others::start().answer_without_end(Duration::from_millis(250));
}
