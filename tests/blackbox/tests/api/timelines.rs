//! Contracts, their tasks and their timelines.

use http::Method;
use icalendar::{Calendar, Component};
use realcare_blackbox::{Answer, App, Client, Person, contract, hangul, refusal, success, together};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/contracts";

fn note(client: &Client, person: &Person, body: &Value) -> String {
    let created = client.post(PATH).bearer(&person.access).json(body).send();
    success(&created, 201);
    created.header("location").expect("where it is").to_owned()
}

fn get(client: &Client, person: &Person, path: &str) -> Answer {
    client.get(path).bearer(&person.access).send()
}

fn change(client: &Client, person: &Person, path: &str, body: &Value) -> Answer {
    client
        .request(Method::PATCH, path)
        .bearer(&person.access)
        .json(body)
        .send()
}

fn tasks(client: &Client, person: &Person, path: &str) -> Vec<Value> {
    let timeline = get(client, person, &format!("{path}/timeline"));
    success(&timeline, 200);
    timeline.json()["tasks"].as_array().expect("tasks").clone()
}

fn task(client: &Client, person: &Person, path: &str, template: &str) -> Value {
    let all = tasks(client, person, path);
    let found = all.iter().find(|task| task["template"] == template);
    found
        .unwrap_or_else(|| panic!("no {template} in {all:?}"))
        .clone()
}

fn task_path(path: &str, task: &Value) -> String {
    format!("{path}/tasks/{}", task["id"].as_str().expect("an id"))
}

// CON-1, CONV-5, CONV-6, CONV-11
#[test]
fn a_contract_is_listed_changed_and_deleted() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let (first, second) = (
        note(client, &person, &contract()),
        note(client, &person, &contract()),
    );
    let list = get(client, &person, &format!("{PATH}?limit=1&kind=jeonse"));
    success(&list, 200);
    assert!(second.ends_with(&list.string("/items/0/id")));
    let cursor = list.string("/next_cursor");
    let next = get(
        client,
        &person,
        &format!("{PATH}?limit=1&kind=jeonse&cursor={cursor}"),
    );
    assert!(first.ends_with(&next.string("/items/0/id")));
    refusal(
        &get(client, &person, &format!("{PATH}?cursor={cursor}")),
        400,
        "invalid_cursor",
    );
    refusal(
        &get(client, &person, &format!("{PATH}?state=lost")),
        400,
        "invalid_query",
    );

    let read = get(client, &person, &first);
    let tag = read.header("etag").expect("a tag").to_owned();
    let answers = together(8, |number| {
        let request = client.request(Method::PATCH, &first).bearer(&person.access);
        let body = json!({"counterparty_name": format!("임대인 {number}")});
        request.header("if-match", &tag).json(&body).send()
    });
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        refusal(answer, 412, "precondition_failed");
    }
    for (state, status) in [
        ("completed", 409),
        ("signed", 200),
        ("in_progress", 200),
        ("completed", 200),
        ("draft", 409),
    ] {
        let answer = change(client, &person, &first, &json!({"state": state}));
        assert_eq!(answer.status, status, "{state}: {}", answer.text());
    }
    refusal(
        &change(client, &person, &first, &json!({"deposit": 1})),
        409,
        "forbidden_step",
    );
    let document = get(client, &person, &format!("{first}/document"));
    success(&document, 200);
    assert_eq!(
        document.json(),
        json!({"document_text": contract()["document_text"]})
    );

    success(&client.delete(&first).bearer(&person.access).send(), 204);
    refusal(
        &client.delete(&first).bearer(&person.access).send(),
        404,
        "not_found",
    );
    for below in ["", "/document", "/timeline", "/timeline.ics", "/tasks"] {
        refusal(
            &get(client, &person, &format!("{first}{below}")),
            404,
            "not_found",
        );
    }
    let left = get(client, &person, PATH).json();
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
}

// CON-1
#[test]
fn a_contract_names_a_verified_agent() {
    let app = App::start();
    let client = app.client();
    let admin = Person::admin(&app);
    let (_, agent) = Person::verified_agent(&app, &admin);
    let person = Person::signed_in(&app);
    let mut body = contract();
    body["agent_id"] = json!(agent);
    let path = note(client, &person, &body);
    assert_eq!(get(client, &person, &path).string("/agent_id"), agent);
    let waiting = person.register_as_agent(client, &realcare_blackbox::licence_number());
    let unverified = json!({"agent_id": waiting.string("/id")});
    let problem = refusal(
        &change(client, &person, &path, &unverified),
        422,
        "validation_failed",
    );
    assert_eq!(problem["errors"][0]["pointer"], "/agent_id");
}

// CON-2, CON-3, CONV-10
#[test]
fn a_contract_brings_its_timeline_in_the_readers_language() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let path = note(client, &person, &contract());
    let read = |language: &str| {
        let request = client.get(&format!("{path}/timeline")).bearer(&person.access);
        let timeline = request.header("accept-language", language).send();
        success(&timeline, 200);
        assert_eq!(timeline.header("content-language"), Some(language));
        timeline.json()
    };
    let (english, korean) = (read("en"), read("ko"));
    assert_eq!(english["contract"], get(client, &person, &path).json());
    let (english, korean) = (
        english["tasks"].as_array().unwrap(),
        korean["tasks"].as_array().unwrap(),
    );
    // The contract is of 2030-01-10, the balance of 2030-03-01 (a Friday), moving in of 2030-03-02.
    for (template, due) in [
        ("register_before_contract", "2030-01-09"),
        ("lease_report", "2030-02-11"),
        ("interim_payment", "2030-02-01"),
        ("register_before_balance", "2030-02-28"),
        ("balance_payment", "2030-03-01"),
        ("move_in_report", "2030-03-02"),
        ("fixed_date", "2030-03-02"),
        ("register_on_move_in", "2030-03-02"),
        ("renewal_notice", "2031-12-31"),
        ("deposit_return", "2032-03-01"),
    ] {
        let found = english
            .iter()
            .find(|task| task["template"] == template)
            .expect(template);
        assert_eq!(found["due_date"], due, "{template}");
        let title = |tasks: &[Value]| {
            let found = tasks
                .iter()
                .find(|task| task["template"] == template)
                .expect(template);
            found["title"].as_str().unwrap().to_owned()
        };
        assert!(hangul(&title(korean)) && !hangul(&title(english)), "{template}");
    }
    assert!(english.iter().any(|task| task["template"] == "deposit_guarantee"));

    let fixed = task(client, &person, &path, "fixed_date");
    let done = client.post(&format!("{}/complete", task_path(&path, &fixed)));
    success(&done.bearer(&person.access).send(), 200);
    let moved = task_path(&path, &task(client, &person, &path, "handover"));
    success(
        &change(client, &person, &moved, &json!({"due_date": "2030-03-20"})),
        200,
    );
    let later = json!({"balance_date": "2030-04-01", "move_in_date": "2030-04-02"});
    success(&change(client, &person, &path, &later), 200);
    for (template, due) in [
        ("fixed_date", "2030-03-02"),
        ("handover", "2030-03-20"),
        ("move_in_report", "2030-04-02"),
        ("lease_report", "2030-02-11"),
    ] {
        assert_eq!(
            task(client, &person, &path, template)["due_date"],
            due,
            "{template}"
        );
    }
}

// CON-3
#[test]
fn of_twenty_completions_at_once_one_counts() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let path = note(client, &person, &contract());
    let one = task_path(&path, &task(client, &person, &path, "fixed_date"));
    for verb in ["complete", "reopen"] {
        let answers = together(20, |_| {
            client
                .post(&format!("{one}/{verb}"))
                .bearer(&person.access)
                .send()
        });
        let (turned, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!((turned.len(), refused.len()), (1, 19), "{verb}");
        for answer in refused {
            refusal(answer, 409, "forbidden_step");
        }
    }
    let read = get(client, &person, &one);
    assert_eq!(
        (read.string("/state"), read.json()["version"].clone()),
        ("open".to_owned(), json!(3))
    );
}

// CON-3, CONV-7, CONV-8
#[test]
fn ones_own_tasks_are_written_ordered_changed_and_deleted() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let path = note(client, &person, &contract());
    let add = |key: &str, body: &Value| {
        let request = client.post(&format!("{path}/tasks")).bearer(&person.access);
        request.header("idempotency-key", key).json(body).send()
    };
    let body = json!({"title": " 이사\u{0} 예약 ", "description": "견적\r\n세 곳", "due_date": "2030-02-20"});
    let created = add("a", &body);
    success(&created, 201);
    assert_eq!(
        (created.string("/title"), created.string("/description")),
        ("이사 예약".to_owned(), "견적\n세 곳".to_owned())
    );
    assert_eq!(add("a", &body).body, created.body);
    refusal(&add("a", &json!({"title": "b"})), 422, "idempotency_key_reused");
    refusal(&add("c", &json!({"title": ""})), 422, "validation_failed");
    refusal(
        &add("d", &json!({"title": "a", "due": "2030-01-01"})),
        400,
        "unknown_field",
    );

    let one = created.header("location").expect("where it is").to_owned();
    let tag = created.header("etag").expect("a tag").to_owned();
    let unchanged = client
        .get(&one)
        .bearer(&person.access)
        .header("if-none-match", &tag);
    assert_eq!(unchanged.header("accept-language", "en").send().status, 304);
    success(&change(client, &person, &one, &json!({"title": "이사"})), 200);
    let stale = client
        .delete(&one)
        .bearer(&person.access)
        .header("if-match", &tag)
        .send();
    refusal(&stale, 412, "precondition_failed");

    let list = get(client, &person, &format!("{path}/tasks?limit=100"));
    let mut ids: Vec<Value> = list.json()["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| task["id"].clone())
        .collect();
    let order = |ids: &[Value]| {
        let request = client.request(Method::PUT, &format!("{path}/tasks/order"));
        request.bearer(&person.access).json(&json!({"tasks": ids})).send()
    };
    ids.reverse();
    success(&order(&ids), 204);
    let list = get(client, &person, &format!("{path}/tasks?limit=100")).json();
    assert_eq!(list["items"][0]["id"], ids[0]);
    refusal(&order(&ids[1..]), 409, "outdated_order");
    refusal(&order(&[]), 422, "validation_failed");
    success(&client.delete(&one).bearer(&person.access).send(), 204);
    refusal(&get(client, &person, &one), 404, "not_found");
}

// CON-3: `upcoming` is no id, and a path with a dot is a path.
#[test]
fn upcoming_and_the_calendar_are_routes() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let path = note(client, &person, &contract());
    let upcoming = get(client, &person, &format!("{PATH}/upcoming?days=366&limit=100"));
    success(&upcoming, 200);
    // Everything lies years ahead, until something is drawn near.
    assert_eq!(upcoming.json(), json!({"items": [], "next_cursor": null}));
    let today = get(client, &person, &format!("{path}/timeline")).string("/today");
    let one = task_path(&path, &task(client, &person, &path, "lease_report"));
    success(&change(client, &person, &one, &json!({"due_date": today})), 200);
    let upcoming = get(client, &person, &format!("{PATH}/upcoming?days=1")).json();
    assert_eq!(upcoming["items"].as_array().unwrap().len(), 1, "{upcoming}");
    assert_eq!(upcoming["items"][0]["contract"]["address"], contract()["address"]);
    assert_eq!(upcoming["items"][0]["overdue"], false);
    success(
        &change(client, &person, &one, &json!({"due_date": "2020-01-02"})),
        200,
    );
    let read = get(client, &person, &one);
    assert_eq!(read.json()["overdue"], true);
    let late = get(client, &person, &format!("{PATH}/upcoming?overdue=true")).json();
    assert_eq!(late["items"][0]["id"], read.json()["id"]);
    for query in ["days=0", "days=367", "days=week", "overdue=1"] {
        refusal(
            &get(client, &person, &format!("{PATH}/upcoming?{query}")),
            400,
            "invalid_query",
        );
    }

    let file = get(client, &person, &format!("{path}/timeline.ics"));
    success(&file, 200);
    assert_eq!(file.header("content-type"), Some("text/calendar; charset=utf-8"));
    let calendar: Calendar = file.text().parse().expect("a calendar");
    // Contract, interim, balance, moving in, and the tasks.
    let count = tasks(client, &person, &path).len();
    assert_eq!(calendar.events().count(), 4 + count);
    let id = read.string("/id");
    let event = calendar
        .events()
        .find(|event| event.get_uid() == Some(&format!("{id}@realcare")));
    let event = event.expect("the task");
    assert_eq!(event.property_value("DTSTART"), Some("20200102"));
    assert_eq!(event.get_summary(), read.json()["title"].as_str());
}

// CONV-9, CON-1, CON-3: every route, for somebody else and for an admin.
#[test]
fn anothers_contract_tasks_and_timeline_are_not_there() {
    let app = App::start();
    let client = app.client();
    let (owner, other) = (Person::signed_in(&app), Person::signed_in(&app));
    let path = note(client, &owner, &contract());
    let own = note(client, &other, &contract());
    let one = task(client, &owner, &path, "fixed_date");
    let before = get(client, &owner, &format!("{path}/timeline")).body;
    let admin = other.as_admin(&app);
    // Also by the way of a contract of one's own.
    let (direct, around) = (task_path(&path, &one), task_path(&own, &one));
    for token in [&other.access, &admin] {
        for below in ["", "/document", "/timeline", "/timeline.ics", "/tasks"] {
            let answer = client.get(&format!("{path}{below}")).bearer(token).send();
            refusal(&answer, 404, "not_found");
        }
        let send = |method: Method, path: &str, body: Value| {
            let answer = client.request(method, path).bearer(token).json(&body).send();
            refusal(&answer, 404, "not_found");
        };
        send(Method::PATCH, &path, json!({"state": "signed"}));
        send(Method::POST, &format!("{path}/tasks"), json!({"title": "a"}));
        send(
            Method::PUT,
            &format!("{path}/tasks/order"),
            json!({"tasks": [one["id"]]}),
        );
        for task in [&direct, &around] {
            refusal(&client.get(task).bearer(token).send(), 404, "not_found");
            send(Method::PATCH, task, json!({"title": "a"}));
            for verb in ["complete", "reopen"] {
                let answer = client.post(&format!("{task}/{verb}")).bearer(token).send();
                refusal(&answer, 404, "not_found");
            }
            refusal(&client.delete(task).bearer(token).send(), 404, "not_found");
        }
        refusal(&client.delete(&path).bearer(token).send(), 404, "not_found");
    }
    let listed = get(client, &other, PATH).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(get(client, &owner, &format!("{path}/timeline")).body, before);
}

// GUARD-11
#[test]
fn changes_of_contracts_and_tasks_are_recorded() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let admin = person.as_admin(&app);
    let path = note(client, &person, &contract());
    let one = task_path(&path, &task(client, &person, &path, "fixed_date"));
    success(&change(client, &person, &one, &json!({"title": "확정일자"})), 200);
    for verb in ["complete", "reopen"] {
        success(
            &client
                .post(&format!("{one}/{verb}"))
                .bearer(&person.access)
                .send(),
            200,
        );
    }
    success(&client.delete(&one).bearer(&person.access).send(), 204);
    success(&change(client, &person, &path, &json!({"state": "signed"})), 200);
    success(&client.delete(&path).bearer(&person.access).send(), 204);
    for (path, expected) in [
        (
            &one,
            vec!["task_deleted", "task_reopened", "task_completed", "task_changed"],
        ),
        (
            &path,
            vec!["contract_deleted", "contract_changed", "contract_created"],
        ),
    ] {
        let id = path.rsplit('/').next().unwrap();
        let events = client.get(&format!("/api/v1/admin/audit-events?object_id={id}"));
        let events = events.bearer(&admin).send().json();
        let actions: Vec<_> = events["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["action"].clone())
            .collect();
        assert_eq!(actions, expected);
    }
}
