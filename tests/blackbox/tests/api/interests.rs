//! How people answer a signal, and who sees what of whom.

use http::Method;
use realcare_blackbox::{Answer, App, Client, Person, refusal, signal, success, together};
use serde_json::{Value, json};

fn answer(client: &Client, signal: &str, person: &Person) -> Answer {
    let path = format!("/api/v1/signals/{signal}/interests");
    client
        .post(&path)
        .bearer(&person.access)
        .json(&json!({"message": "주말에 볼 수 있을까요?"}))
        .send()
}

fn decide(client: &Client, signal: &str, interest: &str, verb: &str, person: &Person) -> Answer {
    let path = format!("/api/v1/signals/{signal}/interests/{interest}/{verb}");
    client.post(&path).bearer(&person.access).send()
}

// SIG-4
#[test]
fn fifty_answers_at_once_are_one_interest() {
    let app = App::start();
    let (owner, author) = (Person::signed_in(&app), Person::signed_in(&app));
    let id = owner.publish(app.client(), &signal());
    let answers = together(50, |_| answer(app.client(), &id, &author));
    let (created, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!((created.len(), refused.len()), (1, 49));
    for answer in refused {
        refusal(answer, 409, "already_exists");
    }
    let list = app
        .client()
        .get(&format!("/api/v1/signals/{id}/interests"))
        .bearer(&owner.access)
        .send();
    assert_eq!(list.json()["items"].as_array().unwrap().len(), 1);
    refusal(&answer(app.client(), &id, &owner), 409, "own_signal");
}

// SIG-4, AUTH-17
#[test]
fn accepting_reveals_contacts_to_both_and_writes_to_both() {
    let app = App::start();
    let client = app.client();
    let (owner, author, stranger) = (
        Person::signed_in(&app),
        Person::signed_in(&app),
        Person::signed_in(&app),
    );
    let id = owner.publish(client, &signal());
    let interest = answer(client, &id, &author);
    success(&interest, 201);
    let location = interest.header("location").expect("where it is");
    for person in [&owner, &author] {
        let read = client.get(location).bearer(&person.access).send();
        success(&read, 200);
        assert_eq!(read.json(), interest.json());
    }
    let interest = interest.string("/id");
    refusal(
        &decide(client, &id, &interest, "accept", &author),
        404,
        "not_found",
    );
    refusal(
        &decide(client, &id, &interest, "accept", &stranger),
        404,
        "not_found",
    );
    let decisions = together(8, |_| decide(client, &id, &interest, "accept", &owner));
    assert_eq!(decisions.iter().filter(|one| one.status == 200).count(), 1);
    let accepted = decisions.iter().find(|one| one.status == 200).unwrap();
    assert_eq!(accepted.string("/contact/email"), author.email);
    refusal(
        &decide(client, &id, &interest, "decline", &owner),
        409,
        "already_decided",
    );

    let seen = client
        .get(&format!("/api/v1/signals/{id}"))
        .bearer(&author.access)
        .send();
    assert_eq!(seen.string("/contact/email"), owner.email);
    assert_eq!(seen.string("/address"), signal()["address"].as_str().unwrap());
    for person in [&owner, &author] {
        let mails = person.mails(client);
        let told = mails.iter().filter(|mail| {
            mail["template"]
                .as_str()
                .unwrap()
                .starts_with("interest_accepted")
        });
        assert_eq!(told.count(), 1, "{mails:?}");
    }
}

/// What of the other side stands in an answer.
fn reveals(answer: &Answer, owner: &Person) -> (bool, bool) {
    let text = answer.text();
    (text.contains("역삼로 123"), text.contains(&owner.email))
}

// SIG-3, SIG-4, CONV-9: every route, as every role.
#[test]
fn address_and_contact_are_for_the_owner_and_the_accepted() {
    let app = App::start();
    let client = app.client();
    let owner = Person::signed_in(&app);
    let roles = ["stranger", "pending", "declined", "accepted"].map(|role| (role, Person::signed_in(&app)));
    let id = owner.publish(client, &signal());
    let mut interests = Vec::new();
    for (role, person) in &roles[1..] {
        let interest = answer(client, &id, person).string("/id");
        match *role {
            "declined" => success(&decide(client, &id, &interest, "decline", &owner), 200),
            "accepted" => success(&decide(client, &id, &interest, "accept", &owner), 200),
            _ => {}
        }
        interests.push(interest);
    }
    let admin = roles[0].1.as_admin(&app);
    let one = format!("/api/v1/signals/{id}");
    for (role, token) in roles
        .iter()
        .map(|(role, person)| (*role, person.access.as_str()))
        .chain([("admin", admin.as_str())])
    {
        let get = |path: &str| client.get(path).bearer(token).send();
        let expected = role == "accepted";
        assert_eq!(reveals(&get(&one), &owner), (expected, expected), "{role} reads");
        assert_eq!(
            reveals(&get("/api/v1/signals"), &owner),
            (false, false),
            "{role} lists"
        );
        assert_eq!(
            reveals(&get("/api/v1/signals/mine"), &owner),
            (false, false),
            "{role} lists the own"
        );
        let interests_mine = get("/api/v1/signals/interests/mine");
        assert_eq!(
            reveals(&interests_mine, &owner),
            (false, expected),
            "{role} lists own interests"
        );
        for (interest, (other, _)) in interests.iter().zip(&roles[1..]) {
            let read = get(&format!("{one}/interests/{interest}"));
            if role == *other {
                success(&read, 200);
                assert_eq!(reveals(&read, &owner), (false, expected), "{role} reads the own");
            } else {
                refusal(&read, 404, "not_found");
            }
        }
        for below in ["interests", "stats"] {
            refusal(&get(&format!("{one}/{below}")), 404, "not_found");
        }
        let patch = client
            .request(Method::PATCH, &one)
            .bearer(token)
            .json(&json!({"rooms": 1}))
            .send();
        refusal(&patch, 404, "not_found");
        for interest in &interests {
            for verb in ["accept", "decline"] {
                let path = format!("{one}/interests/{interest}/{verb}");
                refusal(&client.post(&path).bearer(token).send(), 404, "not_found");
            }
        }
        if role != "pending" {
            let other = format!("{one}/interests/{}", interests[0]);
            refusal(&client.delete(&other).bearer(token).send(), 404, "not_found");
        }
        refusal(&client.delete(&one).bearer(token).send(), 404, "not_found");
    }
    assert!(reveals(&client.get(&one).bearer(&owner.access).send(), &owner).0);
}

// SIG-6
#[test]
fn views_are_counted_and_survive_a_restart_in_whole_batches() {
    let mut app = App::start();
    let (owner, other) = (Person::signed_in(&app), Person::signed_in(&app));
    let id = owner.publish(app.client(), &signal());
    let path = format!("/api/v1/signals/{id}");
    let _ = together(37, |_| app.client().get(&path).bearer(&other.access).send());
    let views = |app: &App| {
        let stats = app
            .client()
            .get(&format!("{path}/stats"))
            .bearer(&owner.access)
            .send();
        success(&stats, 200);
        stats.json()
    };
    assert_eq!(views(&app)["views"], 37);
    // The counters are in memory: what no batch was full of is gone, and nothing else.
    app.kill();
    app.start_again();
    let after = views(&app);
    assert!([32, 37].contains(&after["views"].as_i64().unwrap()), "{after}");
    assert_eq!(
        after["interests"],
        json!({"pending": 0, "accepted": 0, "declined": 0})
    );
}

// SIG-2, CONV-6
#[test]
fn a_signal_is_changed_by_whoever_knows_its_version() {
    let app = App::start();
    let client = app.client();
    let owner = Person::signed_in(&app);
    let path = format!("/api/v1/signals/{}", owner.publish(client, &signal()));
    let patch = |tag: Option<&str>, body: Value| {
        let mut request = client.request(Method::PATCH, &path).bearer(&owner.access);
        if let Some(tag) = tag {
            request = request.header("if-match", tag);
        }
        request.json(&body).send()
    };
    let read = client.get(&path).bearer(&owner.access).send();
    let tag = read.header("etag").expect("a tag").to_owned();
    let answers = together(8, |number| patch(Some(&tag), json!({"rooms": number})));
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        refusal(answer, 412, "precondition_failed");
    }
    let known = client.get(&path).bearer(&owner.access);
    let newest = answers
        .iter()
        .find(|answer| answer.status == 200)
        .unwrap()
        .header("etag")
        .unwrap()
        .to_owned();
    let unchanged = known.header("if-none-match", &newest).send();
    assert_eq!(
        (unchanged.status, unchanged.body.len()),
        (304, 0),
        "{unchanged:?}"
    );

    success(&patch(None, json!({"state": "paused"})), 200);
    refusal(&patch(None, json!({"state": "draft"})), 409, "forbidden_step");
    success(&patch(None, json!({"state": "matched"})), 200);
    refusal(
        &patch(None, json!({"description": "다른 소개"})),
        409,
        "forbidden_step",
    );
    success(&patch(None, json!({"state": "closed"})), 200);
}

// CONV-7
#[test]
fn fifty_creations_with_one_key_are_one_signal() {
    let app = App::start();
    let client = app.client();
    let owner = Person::signed_in(&app);
    let create = |key: &str, body: &Value| {
        let request = client.post("/api/v1/signals").bearer(&owner.access);
        request.header("idempotency-key", key).json(body).send()
    };
    let answers = together(50, |_| create("one-key", &signal()));
    let created: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert!(!created.is_empty());
    assert!(created.iter().all(|answer| answer.body == created[0].body));
    assert_eq!(
        created
            .iter()
            .filter(|answer| answer.header("idempotency-replayed").is_none())
            .count(),
        1
    );
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        refusal(answer, 409, "request_in_progress");
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    let mine = client.get("/api/v1/signals/mine").bearer(&owner.access).send();
    assert_eq!(mine.json()["items"].as_array().unwrap().len(), 1);
    let mut other = signal();
    other["rooms"] = json!(9);
    refusal(&create("one-key", &other), 422, "idempotency_key_reused");
    refusal(&create("", &signal()), 400, "invalid_idempotency_key");

    let contract = |key: &str| {
        let request = client.post("/api/v1/contracts").bearer(&owner.access);
        request
            .header("idempotency-key", key)
            .json(&realcare_blackbox::contract())
            .send()
    };
    let first = contract("one-key-for-a-contract");
    success(&first, 201);
    assert_eq!(contract("one-key-for-a-contract").body, first.body);
}
