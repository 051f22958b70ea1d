//! Concurrent abuse (QUAL-2): the same thing many times at the same moment, one round here and many in a large hunt. After every round the
//! database holds what one of them would have left.

use realcare_blackbox::{Answer, App, Person, contract, signal, success, together};
use serde_json::json;

use super::findings::Findings;
use super::size::Size;

/// One kind of abuse: plays a round with so many at once.
type Round = fn(&App, usize, &mut Findings);

const ROUNDS: &[(&str, Round)] = &[
    ("refresh", refresh),
    ("register", register),
    ("interest", interest),
    ("idempotent create", idempotent_create),
    ("accept and decline", accept_and_decline),
    ("two proofs of one mail", double_verification),
    ("reset with one token", double_reset),
    ("a signal that goes while it is written", delete_while_writing),
    ("a contract that goes while tasks come", delete_while_adding),
    ("an account that goes while it writes", leave_while_writing),
    ("sign-outs and refreshes", end_while_refreshing),
];

// QUAL-2
#[test]
fn crowds_do_no_harm() {
    let mut size = Size::read();
    let app = App::with().variable("password_hashes_at_once", "64").start();
    let mut findings = Findings::of("crowds");
    for (_, round) in ROUNDS {
        round(&app, size.crowd(), &mut findings);
    }
    while size.goes_on() {
        let count = 2 + size.below(size.crowd());
        let (_, round) = ROUNDS[size.below(ROUNDS.len())];
        round(&app, count, &mut findings);
    }
    findings.finish();
}

/// Looks at every answer and counts those with this status.
fn count(name: &str, answers: &[Answer], status: u16, findings: &mut Findings) -> usize {
    for answer in answers {
        findings.look(&name, answer);
    }
    answers.iter().filter(|answer| answer.status == status).count()
}

/// Exactly this many got this status, and the others one of those.
fn expect(
    name: &str,
    answers: &[Answer],
    (status, times): (u16, usize),
    others: &[u16],
    findings: &mut Findings,
) {
    let found = count(name, answers, status, findings);
    let odd = answers
        .iter()
        .find(|answer| answer.status != status && !others.contains(&answer.status));
    if found != times || odd.is_some() {
        findings.note(format_args!(
            "{name}: {found} of {} answered {status}, wanted {times}; {odd:?}",
            answers.len()
        ));
    }
}

fn value(app: &App, query: &str, wanted: &str, name: &str, findings: &mut Findings) {
    let found = app.value(query);
    if found != wanted {
        findings.note(format_args!("{name}: {query} gives {found}, wanted {wanted}"));
    }
}

fn send_refresh(app: &App, token: &str) -> Answer {
    app.client()
        .post("/api/v1/auth/refresh")
        .json(&json!({"refresh_token": token}))
        .send()
}

// AUTH-6
fn refresh(app: &App, many: usize, findings: &mut Findings) {
    let name = "refresh";
    let person = Person::signed_in(app);
    let answers = together(many, |_| send_refresh(app, &person.refresh));
    expect(name, &answers, (200, many), &[], findings);
    let mut tokens: Vec<String> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .map(|answer| answer.string("/refresh_token"))
        .collect();
    tokens.sort();
    tokens.dedup();
    if tokens.len() != 1 {
        findings.note(format_args!("{name}: {} successors", tokens.len()));
    }
}

// AUTH-1
fn register(app: &App, many: usize, findings: &mut Findings) {
    let name = "register";
    let person = Person::stranger();
    let answers = together(many, |_| person.register(app.client()));
    expect(name, &answers, (202, many), &[], findings);
    let query = format!("SELECT COUNT(*) FROM users WHERE email = '{}'", person.email);
    value(app, &query, "1", name, findings);
}

// SIG-4
fn interest(app: &App, many: usize, findings: &mut Findings) {
    let name = "interest";
    let (owner, visitor) = (Person::signed_in(app), Person::signed_in(app));
    let id = owner.publish(app.client(), &signal());
    let path = format!("/api/v1/signals/{id}/interests");
    let answers = together(many, |_| {
        app.client()
            .post(&path)
            .bearer(&visitor.access)
            .json(&json!({"message": "x"}))
            .send()
    });
    expect(name, &answers, (201, 1), &[409], findings);
    value(
        app,
        &format!("SELECT COUNT(*) FROM signal_interests WHERE signal_id = '{id}'"),
        "1",
        name,
        findings,
    );
}

// CONV-7
fn idempotent_create(app: &App, many: usize, findings: &mut Findings) {
    let name = "idempotent create";
    let person = Person::signed_in(app);
    let create = || {
        let request = app.client().post("/api/v1/contracts").bearer(&person.access);
        request.header("idempotency-key", "one").json(&contract()).send()
    };
    let mut answers = together(many, |_| create());
    answers.push(create());
    let made = count(name, &answers, 201, findings);
    let mut ids: Vec<String> = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .map(|answer| answer.string("/id"))
        .collect();
    ids.sort();
    ids.dedup();
    let running = answers.iter().filter(|answer| answer.status == 409).count();
    if ids.len() != 1 || made + running != answers.len() {
        findings.note(format_args!(
            "{name}: {made} made {} contracts, {running} were told to wait",
            ids.len()
        ));
    }
    let list = app
        .client()
        .get("/api/v1/contracts")
        .bearer(&person.access)
        .send();
    success(&list, 200);
    let rows = list.json()["items"].as_array().map_or(0, Vec::len);
    if rows != 1 {
        findings.note(format_args!("{name}: {rows} contracts are there"));
    }
}

// SIG-4
fn accept_and_decline(app: &App, many: usize, findings: &mut Findings) {
    let name = "accept and decline";
    let (owner, visitor) = (Person::signed_in(app), Person::signed_in(app));
    let id = owner.publish(app.client(), &signal());
    let path = format!("/api/v1/signals/{id}/interests");
    let made = app
        .client()
        .post(&path)
        .bearer(&visitor.access)
        .json(&json!({"message": "x"}))
        .send();
    success(&made, 201);
    let made = made.string("/id");
    let answers = together(many, |number| {
        let verb = if number % 2 == 0 { "accept" } else { "decline" };
        app.client()
            .post(&format!("{path}/{made}/{verb}"))
            .bearer(&owner.access)
            .send()
    });
    expect(name, &answers, (200, 1), &[409], findings);
    let won = answers
        .iter()
        .find(|answer| answer.status == 200)
        .map(|answer| answer.string("/state"));
    let query = format!("SELECT state FROM signal_interests WHERE signal_id = '{id}'");
    value(app, &query, &won.unwrap_or_default(), name, findings);
}

// AUTH-2
fn double_verification(app: &App, many: usize, findings: &mut Findings) {
    let person = Person::registered(app);
    let body = json!({"token": person.one_time_token});
    let answers = together(many, |_| {
        app.client().post("/api/v1/auth/verify-email").json(&body).send()
    });
    expect("two proofs of one mail", &answers, (204, 1), &[400], findings);
}

// AUTH-8
fn double_reset(app: &App, many: usize, findings: &mut Findings) {
    let name = "reset with one token";
    let person = Person::signed_in(app);
    let asked = app
        .client()
        .post("/api/v1/auth/request-password-reset")
        .json(&json!({"email": person.email}))
        .send();
    success(&asked, 202);
    let mails = person.mails(app.client());
    let Some(token) = mails.first().and_then(|mail| mail["token"].as_str()) else {
        findings.note(format_args!("{name}: no mail"));
        return;
    };
    // Each of them costs a hash, so not too many.
    let answers = together(many.min(12), |number| {
        let body = json!({"token": token, "password": format!("Zx-another-{number}-A")});
        app.client()
            .post("/api/v1/auth/reset-password")
            .json(&body)
            .send()
    });
    expect(name, &answers, (204, 1), &[400], findings);
    let me = app.client().get("/api/v1/auth/me").bearer(&person.access).send();
    if me.status != 401 {
        findings.note(format_args!("{name}: a sign-in outlived it: {me:?}"));
    }
}

// SIG-2, CONV-11
fn delete_while_writing(app: &App, many: usize, findings: &mut Findings) {
    let name = "a signal that goes while it is written";
    let (owner, visitor) = (Person::signed_in(app), Person::signed_in(app));
    let id = owner.publish(app.client(), &signal());
    let path = format!("/api/v1/signals/{id}");
    let answers = together(many.max(4), |number| match number % 4 {
        0 => app.client().delete(&path).bearer(&owner.access).send(),
        1 => {
            let interests = format!("{path}/interests");
            app.client()
                .post(&interests)
                .bearer(&visitor.access)
                .json(&json!({"message": "x"}))
                .send()
        }
        _ => {
            let body = json!({"description": format!("version {number}")});
            app.client()
                .request(http::Method::PATCH, &path)
                .bearer(&owner.access)
                .json(&body)
                .send()
        }
    });
    let gone = count(name, &answers, 204, findings);
    if gone == 0 {
        findings.note(format_args!("{name}: nobody deleted it"));
    }
    let left = app.client().get(&path).bearer(&owner.access).send();
    if left.status != 404 {
        findings.note(format_args!("{name}: it is still there: {left:?}"));
    }
}

// CON-3, CONV-11
fn delete_while_adding(app: &App, many: usize, findings: &mut Findings) {
    let name = "a contract that goes while tasks come";
    let person = Person::signed_in(app);
    let made = app
        .client()
        .post("/api/v1/contracts")
        .bearer(&person.access)
        .json(&contract())
        .send();
    success(&made, 201);
    let path = format!("/api/v1/contracts/{}", made.string("/id"));
    let answers = together(many.max(4), |number| match number % 4 {
        0 => app.client().delete(&path).bearer(&person.access).send(),
        1 => app
            .client()
            .post(&format!("{path}/analysis"))
            .bearer(&person.access)
            .send(),
        _ => app
            .client()
            .post(&format!("{path}/tasks"))
            .bearer(&person.access)
            .json(&json!({"title": "x"}))
            .send(),
    });
    if count(name, &answers, 204, findings) == 0 {
        findings.note(format_args!("{name}: nobody deleted it"));
    }
    for part in ["", "/tasks", "/timeline", "/analysis", "/document"] {
        let left = app
            .client()
            .get(&format!("{path}{part}"))
            .bearer(&person.access)
            .send();
        if left.status != 404 {
            findings.note(format_args!("{name}: {part} is still there: {left:?}"));
        }
    }
}

// AUTH-11, CONV-11
fn leave_while_writing(app: &App, many: usize, findings: &mut Findings) {
    let name = "an account that goes while it writes";
    let person = Person::signed_in(app);
    let me = app.client().get("/api/v1/auth/me").bearer(&person.access).send();
    success(&me, 200);
    let answers = together(many.max(4), |number| match number % 4 {
        0 => app
            .client()
            .delete("/api/v1/auth/me")
            .bearer(&person.access)
            .send(),
        1 => send_refresh(app, &person.refresh),
        2 => app
            .client()
            .post("/api/v1/contracts")
            .bearer(&person.access)
            .json(&contract())
            .send(),
        _ => app
            .client()
            .post("/api/v1/signals")
            .bearer(&person.access)
            .json(&signal())
            .send(),
    });
    if count(name, &answers, 204, findings) == 0 {
        findings.note(format_args!("{name}: nobody deleted it"));
    }
    let mut tokens = vec![person.access.clone()];
    tokens.extend(
        answers
            .iter()
            .filter(|answer| answer.status == 200)
            .map(|answer| answer.string("/access_token")),
    );
    for token in tokens {
        let answer = app.client().get("/api/v1/auth/me").bearer(&token).send();
        if answer.status != 401 {
            findings.note(format_args!("{name}: a token outlived it: {answer:?}"));
        }
    }
    let user = me.string("/id");
    for table in ["signals", "contracts"] {
        let owner = if table == "signals" { "owner_id" } else { "user_id" };
        let query = format!("SELECT COUNT(*) FROM {table} WHERE {owner} = '{user}' AND deleted_at IS NULL");
        value(app, &query, "0", name, findings);
    }
    let query = format!("SELECT COUNT(*) FROM sessions WHERE user_id = '{user}' AND ended_at IS NULL");
    value(app, &query, "0", name, findings);
}

// AUTH-7
fn end_while_refreshing(app: &App, many: usize, findings: &mut Findings) {
    let name = "sign-outs and refreshes";
    let person = Person::signed_in(app);
    let answers = together(many.max(2), |number| match number % 2 {
        0 => app
            .client()
            .post("/api/v1/auth/logout-all")
            .bearer(&person.access)
            .send(),
        _ => send_refresh(app, &person.refresh),
    });
    if count(name, &answers, 204, findings) == 0 {
        findings.note(format_args!("{name}: nobody signed out"));
    }
    for answer in answers.iter().filter(|answer| answer.status == 200) {
        let me = app
            .client()
            .get("/api/v1/auth/me")
            .bearer(&answer.string("/access_token"))
            .send();
        if me.status != 401 {
            findings.note(format_args!("{name}: a token outlived it: {me:?}"));
        }
    }
}
