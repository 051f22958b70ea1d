//! The examples of the API document, sent as they stand there (OPS-6). They tell one story: somebody registers, publishes, answers, notes
//! contracts; ids and tokens of the examples stand for the ones that really come. Every answer must have a documented status and the fields
//! of its example; that it fits its schema is checked by the client, as for every answer.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use realcare_blackbox::{Answer, App, Person};
use serde_json::{Value, json};

/// The token of the examples, whatever it is for.
const TOKEN: &str = "n3vVrMH3T4n8p0dXv2b1QpY5kq7WcZ0sJmL6tRfUgEo";

/// What needs a provider's side; `providers.rs` plays it, with every answer held to the document as well.
const WITH_A_PROVIDER: &[&str] = &[
    "startKakao",
    "startNaver",
    "startGoogle",
    "startGitHub",
    "finishKakao",
    "finishNaver",
    "finishGoogle",
    "finishGitHub",
    "exchangeCode",
    "linkIdentity",
    "refreshIdentity",
    "unlinkIdentity",
];

struct Story<'a> {
    app: &'a App,
    document: Value,
    /// What stands in the examples, and what it stands for.
    known: BTreeMap<String, String>,
    told: BTreeSet<String>,
}

impl<'a> Story<'a> {
    fn new(app: &'a App) -> Self {
        let text = include_str!("../../../../openapi.json");
        Self {
            app,
            document: serde_json::from_str(text).expect("openapi.json is JSON"),
            known: BTreeMap::new(),
            told: BTreeSet::new(),
        }
    }

    fn operation(&self, id: &str) -> (String, Method, Value) {
        let paths = self.document["paths"].as_object().expect("paths");
        for (path, item) in paths {
            for (method, operation) in item.as_object().expect("a path item") {
                if operation["operationId"] == id {
                    let method = method.to_uppercase().parse().expect("a method");
                    return (path.clone(), method, operation.clone());
                }
            }
        }
        panic!("no operation {id}")
    }

    fn stands_for(&mut self, example: &str, real: &str) {
        self.known.insert(example.to_owned(), real.to_owned());
    }

    /// The text with what its examples stand for.
    fn real(&self, text: &str) -> String {
        let known = self.known.iter();
        known.fold(text.to_owned(), |text, (example, real)| {
            text.replace(example, real)
        })
    }

    /// Sends the example of an operation and looks at the answer.
    #[track_caller]
    fn send(&mut self, token: &str, id: &str) -> Answer {
        let (template, method, operation) = self.operation(id);
        let (path, headers) = self.address(&template, &operation);
        let mut request = self.app.client().request(method, &path);
        for (name, value) in headers {
            request = request.header(&name, &value);
        }
        if !token.is_empty() {
            request = request.bearer(token);
        }
        request = match operation["requestBody"]["content"].as_object().and_then(first) {
            Some((kind, example)) if kind == "application/json" => {
                request.json_text(self.real(&example.to_string()))
            }
            Some((_, example)) => request.form(&self.real(&form(&example))),
            None => request,
        };
        let answer = request.send();
        let documented = &operation["responses"][answer.status.to_string()];
        assert!(
            (200..400).contains(&answer.status) && documented.is_object(),
            "{id}: {answer:?}"
        );
        if let Some((kind, example)) = documented["content"].as_object().and_then(first)
            && kind.ends_with("json")
        {
            self.learn(&example, &answer.json(), id);
        }
        self.told.insert(id.to_owned());
        answer
    }

    /// The path and query with the examples of the parameters, and the headers that have one.
    fn address(&self, template: &str, operation: &Value) -> (String, Vec<(String, String)>) {
        let (mut path, mut query, mut headers) = (template.to_owned(), Vec::new(), Vec::new());
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().expect("a name");
            let Some(example) = parameter.get("example") else {
                continue;
            };
            let text = example
                .as_str()
                .map_or_else(|| example.to_string(), str::to_owned);
            match parameter["in"].as_str() {
                Some("path") => path = path.replace(&format!("{{{name}}}"), &self.real(&text)),
                Some("query") => query.push(format!("{name}={}", self.real(&text))),
                _ => headers.push((name.to_owned(), self.real(&text))),
            }
        }
        if !query.is_empty() {
            path = format!("{path}?{}", query.join("&"));
        }
        (path, headers)
    }

    /// Compares the fields, and remembers what ids and tokens stand for.
    fn learn(&mut self, example: &Value, real: &Value, place: &str) {
        match (example, real) {
            (Value::Object(example), Value::Object(real)) => {
                let names =
                    |fields: &serde_json::Map<String, Value>| fields.keys().cloned().collect::<Vec<_>>();
                // Maps from names to things have whatever names they have.
                if !place.ends_with("/checks") {
                    assert_eq!(
                        names(example),
                        names(real),
                        "{place}: the fields of the example and of the answer"
                    );
                }
                for (name, value) in example {
                    if let Some(real) = real.get(name) {
                        self.learn(value, real, &format!("{place}/{name}"));
                    }
                }
            }
            (Value::Array(example), Value::Array(real)) => {
                if let (Some(example), Some(real)) = (example.first(), real.first()) {
                    self.learn(example, real, place);
                }
            }
            (Value::String(example), Value::String(real)) if is_name(example) => {
                self.stands_for(example, real);
            }
            _ => {}
        }
    }

    fn mailed_token(&self, person: &Person) -> String {
        let mails = person.mails(self.app.client());
        let token = mails.first().and_then(|mail| mail["token"].as_str());
        token.expect("a mail with a token").to_owned()
    }
}

/// Ids, and tokens of the examples.
fn is_name(text: &str) -> bool {
    text.starts_with("0198f3a2-") || text == TOKEN || text.starts_with("eyJ")
}

/// The first media type that has an example, and that.
fn first(content: &serde_json::Map<String, Value>) -> Option<(String, Value)> {
    let found = content.iter().find_map(|(kind, content)| {
        let example = content.get("example")?;
        Some((kind.clone(), example.clone()))
    });
    found.filter(|(kind, _)| kind != "application/problem+json")
}

fn form(example: &Value) -> String {
    let fields = example.as_object().expect("a form");
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", value.as_str().expect("a text")));
    pairs.collect::<Vec<_>>().join("&")
}

// OPS-6
#[test]
fn the_examples_tell_a_story_that_happens() {
    let app = App::start();
    let admin = Person::admin(&app);
    let (hana, juno) = (Person::signed_in(&app), Person::signed_in(&app));
    let mut story = Story::new(&app);
    let minji = account(&mut story);
    market(&mut story, &minji, [&hana, &juno]);
    contract(&mut story, &minji);
    administration(&mut story, &minji, &admin);
    farewell(&mut story, &minji, &admin);
    let all: BTreeSet<String> = story.document["paths"]
        .as_object()
        .expect("paths")
        .values()
        .flat_map(|item| item.as_object().expect("a path item").values())
        .map(|operation| operation["operationId"].as_str().expect("an id").to_owned())
        .collect();
    let untold: Vec<&String> = all
        .difference(&story.told)
        .filter(|id| !WITH_A_PROVIDER.contains(&id.as_str()))
        .collect();
    assert!(
        untold.is_empty(),
        "examples that nobody sends; give them a place in the story: {untold:?}"
    );
}

/// Registers, verifies, signs in, and looks at everything of one's own.
fn account(story: &mut Story<'_>) -> Person {
    for id in [
        "getHealth",
        "getLiveness",
        "getReadiness",
        "getKeys",
        "getAuthorizationServerMetadata",
    ] {
        story.send("", id);
    }
    let mut minji = Person::stranger();
    minji.email = "minji@example.com".to_owned();
    minji.password = "Correct-Horse-7-Battery".to_owned();
    story.send("", "register");
    story.send("", "resendVerification");
    let token = story.mailed_token(&minji);
    story.stands_for(TOKEN, &token);
    story.send("", "verifyEmail");
    story.send("", "requestPasswordReset");
    let tokens = story.send("", "login");
    minji.keep(&tokens);
    let tokens = story.send("", "refresh");
    minji.keep(&tokens);
    let tokens = story.send("", "exchangeToken");
    minji.keep(&tokens);
    for id in [
        "getAccount",
        "getRateLimit",
        "listIdentities",
        "changeAccount",
        "listSessions",
        "endOtherSessions",
    ] {
        story.send(&minji.access, id);
    }
    minji
}

/// Publishes a signal; two people answer it, one is accepted and one declined.
fn market(story: &mut Story<'_>, minji: &Person, [hana, juno]: [&Person; 2]) {
    let owner = minji.access.as_str();
    story.send("", "listRegions");
    story.send(owner, "createSignal");
    story.send(&hana.access, "searchSignals");
    for id in ["listOwnSignals", "getSignal", "changeSignal"] {
        story.send(owner, id);
    }
    story.send(&hana.access, "createInterest");
    story.send(owner, "getSignalStats");
    story.send(owner, "listInterests");
    story.send(&hana.access, "listOwnInterests");
    story.send(&hana.access, "withdrawInterest");
    story.send(&hana.access, "createInterest");
    story.send(owner, "acceptInterest");
    story.send(&juno.access, "createInterest");
    story.send(owner, "declineInterest");
    story.send(owner, "deleteSignal");
    for id in [
        "createRealityCheck",
        "listRealityChecks",
        "getRealityCheck",
        "deleteRealityCheck",
    ] {
        story.send(owner, id);
    }
}

/// Notes a contract, works on its tasks, and has it analysed.
fn contract(story: &mut Story<'_>, minji: &Person) {
    let owner = minji.access.as_str();
    for id in [
        "createContract",
        "listContracts",
        "getContract",
        "getContractDocument",
        "createTask",
        "getTask",
    ] {
        story.send(owner, id);
    }
    for id in [
        "changeTask",
        "completeTask",
        "reopenTask",
        "listTasks",
        "getTimeline",
        "exportTimeline",
        "listUpcomingTasks",
    ] {
        story.send(owner, id);
    }
    arrange(story, owner);
    let begun = story.send(owner, "startAnalysis");
    assert_eq!(begun.status, 202);
    for id in ["getProgress", "streamAnalysis", "getAnalysis", "listAnalyses"] {
        story.send(owner, id);
    }
    for id in ["changeContract", "deleteTask", "deleteContract"] {
        story.send(owner, id);
    }
}

/// The example orders one task; a contract has those of its template, too.
fn arrange(story: &mut Story<'_>, owner: &str) {
    let (template, method, operation) = story.operation("arrangeTasks");
    let (path, _) = story.address(&template, &operation);
    let client = story.app.client();
    let listed = client
        .get(&path.replace("/order", "?limit=100"))
        .bearer(owner)
        .send();
    let tasks: Vec<Value> = listed.json()["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|task| task["id"].clone())
        .collect();
    let answer = client
        .request(method, &path)
        .bearer(owner)
        .json(&json!({"tasks": tasks}))
        .send();
    assert_eq!(answer.status, 204, "{answer:?}");
    story.told.insert("arrangeTasks".to_owned());
}

/// An agent registers; those who run the service look after agents and accounts.
fn administration(story: &mut Story<'_>, minji: &Person, admin: &Person) {
    story.send(&minji.access, "registerAgent");
    story.send(&minji.access, "getOwnAgent");
    for id in [
        "listAgents",
        "getAgent",
        "verifyAgent",
        "unverifyAgent",
        "deleteAgent",
    ] {
        story.send(&admin.access, id);
    }
    for id in [
        "searchAccounts",
        "getManagedAccount",
        "setTier",
        "setRole",
        "listAuditEvents",
        "introspectToken",
        "revokeTokens",
    ] {
        story.send(&admin.access, id);
    }
}

/// Leaves in every way there is.
fn farewell(story: &mut Story<'_>, minji: &Person, admin: &Person) {
    let sign_in = |story: &mut Story<'_>| story.send("", "login").string("/access_token");
    let access = sign_in(story);
    story.send(&access, "logout");
    let access = sign_in(story);
    story.send(&access, "listSessions");
    story.send(&access, "endSession");
    for id in ["logoutAll", "endAllSessions"] {
        let access = sign_in(story);
        story.send(&access, id);
    }
    story.send("", "revokeToken");
    let access = sign_in(story);
    story.send(&access, "getAccount");
    story.send(&access, "changePassword");
    story.send("", "requestPasswordReset");
    let token = story.mailed_token(minji);
    story.stands_for(TOKEN, &token);
    story.send("", "resetPassword");
    let mut minji = minji.clone();
    minji.password = "Another-Horse-8-Battery".to_owned();
    minji.sign_in(story.app.client());
    story.send(&minji.access, "deleteAccount");
    let mut admin = admin.clone();
    admin.sign_in(story.app.client());
    story.send(&admin.access, "revokeAllTokens");
}
