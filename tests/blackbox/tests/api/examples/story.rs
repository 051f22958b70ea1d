//! Sends examples, and remembers what the ids and tokens in them stand for.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use http::Method;
use realcare_blackbox::{Answer, App, document};
use serde_json::{Map, Value};

use super::shape;

/// The token of the examples, whatever it is for.
pub const TOKEN: &str = "n3vVrMH3T4n8p0dXv2b1QpY5kq7WcZ0sJmL6tRfUgEo";
/// What all ids of the examples begin with.
const ID: &str = "0198f3a2-";
/// Time for an answer that waits for the stand-in of a provider, or for an analysis.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is being told.
pub struct Story<'a> {
    pub app: &'a App,
    /// What stands in the examples, and what it stands for.
    known: BTreeMap<String, String>,
    told: BTreeSet<String>,
}

impl<'a> Story<'a> {
    pub const fn new(app: &'a App) -> Self {
        Self {
            app,
            known: BTreeMap::new(),
            told: BTreeSet::new(),
        }
    }

    /// From now on this text of the examples stands for that.
    pub fn stands_for(&mut self, example: &str, real: &str) {
        self.known.insert(example.to_owned(), real.to_owned());
    }

    /// What an id of the examples stands for.
    pub fn real_id(&self, example: &str) -> &str {
        let known = self.known.get(example);
        known.unwrap_or_else(|| panic!("{example} stands for nothing yet"))
    }

    /// Sends the examples of an operation, shows this access token if there is one, and looks at the answers; gives the last.
    #[track_caller]
    pub fn send(&mut self, token: &str, id: &str) -> Answer {
        self.send_with(token, id, &[])
    }

    /// Several operations, one after the other.
    #[track_caller]
    pub fn send_all(&mut self, token: &str, ids: &[&str]) {
        for id in ids {
            self.send(token, id);
        }
    }

    /// The same with headers that no document can have.
    #[track_caller]
    pub fn send_with(&mut self, token: &str, id: &str, headers: &[(&str, &str)]) -> Answer {
        let (template, method, operation) = operation(id);
        let content = operation["requestBody"]["content"].as_object();
        let bodies: Vec<(&str, &Value)> = content.into_iter().flatten().flat_map(examples).collect();
        assert!(
            content.is_none() || !bodies.is_empty(),
            "{id}: its body has no example"
        );
        if bodies.is_empty() {
            return self.send_one(token, (id, &template, &method, operation), None, headers);
        }
        let mut last = None;
        for body in bodies {
            last = Some(self.send_one(token, (id, &template, &method, operation), Some(body), headers));
        }
        last.expect("a body")
    }

    #[track_caller]
    fn send_one(
        &mut self,
        token: &str,
        (id, template, method, operation): (&str, &str, &Method, &Value),
        body: Option<(&str, &Value)>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let client = self.app.client().patient(PATIENCE);
        let mut request = client.request(method.clone(), &self.address(template, operation));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if !token.is_empty() {
            request = request.bearer(token);
        }
        request = match body {
            Some(("application/json", example)) => request.json_text(self.real(&example.to_string())),
            Some((_, example)) => request.form(&self.real(&form(example))),
            None => request,
        };
        let answer = request.send();
        let documented = &operation["responses"][answer.status.to_string()];
        assert!(
            (200..400).contains(&answer.status) && documented.is_object(),
            "{id}: its example is no success: {answer:?}"
        );
        let shown = documented["content"].as_object().into_iter().flatten();
        if let Some((_, example)) = shown
            .flat_map(examples)
            .find(|(kind, _)| is_json(kind) && answer.header("content-type") == Some(kind))
        {
            self.compare(id, example, &answer);
        }
        if matches!(answer.status, 201 | 202)
            && let Some(location) = answer.header("location")
        {
            let read = client.get(location).bearer(token).send();
            assert_eq!(
                read.status, 200,
                "{id}: its Location leads nowhere: {location}: {read:?}"
            );
        }
        self.told.insert(id.to_owned());
        answer
    }

    /// The path and query with the examples of the parameters.
    fn address(&self, template: &str, operation: &Value) -> String {
        let (mut path, mut query) = (template.to_owned(), Vec::new());
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().expect("a name");
            let Some(example) = parameter.get("example") else {
                assert!(parameter["required"] != true, "{template}: no example of {name}");
                continue;
            };
            let text = example
                .as_str()
                .map_or_else(|| example.to_string(), str::to_owned);
            let text = self.real(&text);
            match parameter["in"].as_str() {
                Some("path") => path = path.replace(&format!("{{{name}}}"), &text),
                Some("query") => query.push(format!("{name}={text}")),
                _ => panic!("{template}: the example of {name} is not sent"),
            }
        }
        match query.is_empty() {
            true => path,
            false => format!("{path}?{}", query.join("&")),
        }
    }

    /// The text with what its examples stand for.
    fn real(&self, text: &str) -> String {
        let known = self.known.iter();
        known.fold(text.to_owned(), |text, (example, real)| {
            text.replace(example, real)
        })
    }

    /// Compares the fields, and remembers what ids and tokens stand for. A list names others' things, too: what is known stays.
    #[track_caller]
    fn compare(&mut self, id: &str, example: &Value, answer: &Answer) {
        let mut learned = Vec::new();
        let differences = shape::differences(id, example, &answer.json(), &mut |place, example, real| {
            if example == TOKEN || example.starts_with(ID) {
                learned.push((place.starts_with("/items/"), example.to_owned(), real.to_owned()));
            }
        });
        assert!(
            differences.is_empty(),
            "{id}: its example and its answer have different fields:\n  {}\nthe answer: {answer:?}",
            differences.join("\n  ")
        );
        for (is_listed, example, real) in learned {
            if !is_listed || !self.known.contains_key(&example) {
                self.known.insert(example, real);
            }
        }
    }

    /// Forgets what a text of the examples stands for: the next list tells.
    pub fn forget(&mut self, example: &str) {
        self.known.remove(example);
    }

    /// The newest mail to this address has a token: from now on the one of the examples stands for it.
    #[track_caller]
    pub fn read_mail(&mut self, email: &str) {
        let outbox = self.app.client().get("/api/v1/dev/outbox").send().json();
        let mails = outbox["items"].as_array().expect("a list");
        let mail = mails.iter().find(|mail| mail["to"] == email);
        let token = mail.and_then(|mail| mail["token"].as_str());
        self.stands_for(TOKEN, token.expect("a mail with a token"));
    }

    /// Every operation was told or left out, and none is both.
    #[track_caller]
    pub fn is_whole(&self, all: &BTreeSet<String>, left_out: &[(&str, &str)]) {
        let left_out: BTreeMap<&str, &str> = left_out.iter().copied().collect();
        let untold = all.iter().filter(|id| !self.told.contains(*id));
        let missing: Vec<&String> = untold.filter(|id| !left_out.contains_key(id.as_str())).collect();
        assert!(
            missing.is_empty(),
            "examples that nobody sends; give them a place in the story, or a reason in LEFT_OUT: {missing:?}"
        );
        for (id, reason) in left_out {
            assert!(!reason.is_empty() && all.contains(id), "{id} is no operation");
            assert!(
                !self.told.contains(id),
                "{id} is in the story: take it out of LEFT_OUT"
            );
        }
    }
}

/// Path, method and what is said of an operation.
fn operation(id: &str) -> (String, Method, &'static Value) {
    for (path, item) in document()["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("a path item") {
            if operation["operationId"] == id {
                let method = method.to_uppercase().parse().expect("a method");
                return (path.clone(), method, operation);
            }
        }
    }
    panic!("no operation {id}")
}

/// The examples of a media type, with its name.
fn examples<'a>((kind, content): (&'a String, &'a Value)) -> Vec<(&'a str, &'a Value)> {
    let named = content["examples"].as_object().map(Map::values);
    let named = named.into_iter().flatten().filter_map(|one| one.get("value"));
    content
        .get("example")
        .into_iter()
        .chain(named)
        .map(|example| (kind.as_str(), example))
        .collect()
}

fn is_json(kind: &str) -> bool {
    kind.ends_with("json") && kind != "application/problem+json"
}

/// An example as a form is sent; none of them has anything to encode but the sign in an address.
fn form(example: &Value) -> String {
    let fields = example.as_object().expect("a form").iter();
    let pairs = fields.map(|(name, value)| {
        let value = value.as_str().expect("a text").replace('@', "%40");
        format!("{name}={value}")
    });
    pairs.collect::<Vec<_>>().join("&")
}
