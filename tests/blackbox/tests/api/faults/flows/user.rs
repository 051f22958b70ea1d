//! Registering: an account, its token and its mail, which goes out after the answer (AUTH-1, AUTH-17).

use realcare_blackbox::{Answer, App, Person, success};

use super::{Down, Flow, fail_everywhere, kill_everywhere};

struct Register;

impl Flow for Register {
    type Try = Person;
    /// The lease of a mail is two minutes.
    const DOWN: Down = Down::Goes(180);

    fn prepare(&self, _: &App) -> Person {
        Person::stranger()
    }

    fn act(&self, app: &App, person: &Person) -> Option<Answer> {
        person.attempt_to_register(app.client())
    }

    fn is_over(&self, app: &App, person: &Person) -> bool {
        let kept = format!(
            "SELECT COUNT(*) FROM outbox WHERE recipient = '{}' AND kept_at IS NOT NULL",
            person.email
        );
        app.value(&kept) == "1"
    }

    fn check(&self, app: &App, person: &Person, answer: Option<&Answer>) {
        let client = app.client();
        let accounts = format!("SELECT COUNT(*) FROM users WHERE email = '{}'", person.email);
        if let Some(answer) = answer {
            success(answer, 202);
            assert_eq!(app.value(&accounts), "1", "it was acknowledged");
        }
        // Somebody who got no answer asks again.
        success(&person.register(client), 202);
        assert_eq!(app.value(&accounts), "1");
        let mut person = person.clone();
        let mails = person.mails(client);
        let tokens: Vec<_> = mails.iter().filter_map(|mail| mail["token"].as_str()).collect();
        assert_eq!(tokens.len(), 1, "one mail with a token: {mails:?}");
        person.one_time_token = tokens[0].to_owned();
        person.verify(client);
        person.sign_in(client);
        success(&person.me(client), 200);
    }
}

// QUAL-3, AUTH-1
#[test]
fn registering_can_be_cut_off_anywhere() {
    kill_everywhere(&Register, 3);
}

// QUAL-3, AUTH-1
#[test]
fn any_call_of_registering_can_fail() {
    fail_everywhere(&Register, 3);
}
