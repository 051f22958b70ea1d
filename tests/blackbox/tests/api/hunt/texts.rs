//! Naughty texts in every field of every request (QUAL-2, CONV-8): never a 5xx, always a problem, and what was stored is clean.

use realcare_blackbox::{Answer, App};
use serde_json::Value;

use super::cleaned::cleaned;
use super::corpus::{Naughty, corpus};
use super::findings::Findings;
use super::requests::{Hunted, requests};
use super::size::Size;
use super::world::{Who, World};

/// Stands where the text goes.
const MARK: &str = "@@the text@@";

/// One field of one request.
struct Field<'a> {
    request: &'a Hunted,
    pointer: String,
}

fn fields(requests: &[Hunted]) -> Vec<Field<'_>> {
    let mut all = Vec::new();
    for request in requests {
        for (name, value) in request.body.as_object().expect("an object") {
            let pointer = match value {
                Value::String(_) => format!("/{name}"),
                Value::Array(_) => format!("/{name}/0"),
                _ => continue,
            };
            all.push(Field { request, pointer });
        }
    }
    all
}

impl Field<'_> {
    /// The body with the text in its place.
    fn body(&self, naughty: &Naughty) -> Vec<u8> {
        let mut body = self.request.body.clone();
        *body.pointer_mut(&self.pointer).expect("the field is there") = MARK.into();
        if self.request.form {
            let pairs = body.as_object().expect("an object").iter().map(|(name, value)| {
                let value = value
                    .as_str()
                    .filter(|value| *value != MARK)
                    .unwrap_or(naughty.text());
                format!("{name}={}", escaped(value))
            });
            return pairs.collect::<Vec<_>>().join("&").into_bytes();
        }
        let text = body.to_string();
        let (before, after) = text
            .split_once(&format!("\"{MARK}\""))
            .expect("the mark is there");
        [before.as_bytes(), naughty.json(), after.as_bytes()].concat()
    }

    fn send(&self, world: &World, naughty: &Naughty, findings: &mut Findings) {
        let request = self.request;
        let path = world.path(request.route);
        let method = request.method.parse().expect("a method");
        let mut sent = world.client().request(method, &path);
        if let Some(token) = world.token(request.who) {
            sent = sent.bearer(token);
        }
        let body = self.body(naughty);
        let answer = if request.form {
            sent.form(&String::from_utf8_lossy(&body)).send()
        } else {
            sent.json_text(body).send()
        };
        let what = format!(
            "{} {} {} ({}) {}",
            request.method,
            request.route,
            self.pointer,
            naughty.category,
            shown(naughty)
        );
        findings.look(&what, &answer);
        if let Some(problem) = self.kept_otherwise(world, naughty, &answer) {
            findings.note(format_args!("{what}: {problem}"));
        }
        self.tidy(world, &answer);
    }

    /// How what was kept differs from what should have been.
    fn kept_otherwise(&self, world: &World, naughty: &Naughty, answer: &Answer) -> Option<String> {
        let name = self.pointer.trim_start_matches('/');
        let (_, kind) = self.request.kept.iter().find(|(field, _)| *field == name)?;
        if !naughty.is_json() {
            return None;
        }
        let should = cleaned(naughty.text(), *kind);
        let Some(should) = should else {
            let code = serde_json::from_slice::<Value>(&answer.body).ok()?["code"].clone();
            return (answer.status != 422).then(|| format!("not refused, {} {code}", answer.status));
        };
        if !(200..300).contains(&answer.status) {
            return Some(format!("refused, {} {}", answer.status, answer.text()));
        }
        let mut shown = vec![answer.json()];
        if self.request.route.ends_with("/interests") {
            // The owner sees it in the list; by itself nobody can ask for it.
            let (path, token) = (world.path(self.request.route), world.token(Who::Owner));
            let list = world.client().get(&path).bearer(token.unwrap_or_default()).send();
            shown.push(list.json()["items"][0].clone());
        } else if let Some(path) = answer.header("location") {
            let token = world.token(self.request.who).unwrap_or_default();
            shown.push(world.client().get(path).bearer(token).send().json());
        }
        let other = shown.iter().find(|shown| shown[name] != should.as_str())?;
        Some(format!("kept as {}, not as {should:?}", other[name]))
    }

    /// Takes away what was made, so that nothing is full.
    fn tidy(&self, world: &World, answer: &Answer) {
        let token = world.token(self.request.who).unwrap_or_default();
        let made = match (answer.status, answer.header("location")) {
            (201, Some(path)) => path.to_owned(),
            (201, None) if self.request.route.ends_with("/interests") => {
                format!("{}/{}", world.path(self.request.route), answer.string("/id"))
            }
            _ => return,
        };
        let _ = world.client().delete(&made).bearer(token).send();
    }
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn shown(naughty: &Naughty) -> String {
    let text = format!("{:?}", String::from_utf8_lossy(naughty.json()));
    text.chars().take(120).collect()
}

/// Passwords are hashed before they are refused, so that these fields take long: they get a part.
fn is_slow(field: &Field<'_>) -> bool {
    field.request.route.contains("/login") || field.request.route.contains("-password")
}

// QUAL-2, CONV-4, CONV-8
#[test]
fn naughty_texts_do_no_harm() {
    let (world, mut size, corpus) = (World::start(), Size::read(), corpus());
    let mut findings = Findings::of("texts");
    let requests = requests();
    let fields = fields(&requests);
    for (number, field) in fields.iter().enumerate() {
        let chosen = size.choose(&corpus, number);
        let part = if is_slow(field) { 3 } else { 1 };
        for naughty in chosen.into_iter().step_by(part) {
            field.send(&world, naughty, &mut findings);
        }
    }
    while size.goes_on() {
        let field = &fields[size.below(fields.len())];
        field.send(&world, &size.mix(&corpus), &mut findings);
    }
    survives(world.app(), &mut findings);
    findings.finish();
}

/// After all that, the app is well and has printed nothing that should worry anybody.
fn survives(app: &App, findings: &mut Findings) {
    let ready = app.client().get("/health/ready").send();
    findings.look(&"GET /health/ready", &ready);
    let log = app.log().text();
    for line in log
        .lines()
        .filter(|line| line.contains("panicked") || line.contains("\"status\":5"))
    {
        findings.note(format_args!("the log: {line}"));
    }
}
