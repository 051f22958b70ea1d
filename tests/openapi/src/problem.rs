//! Problems in the document: one response for each set of codes that several operations share.

use std::collections::{BTreeMap, BTreeSet};

use guard::route::{Limit, Route};
use http_kit::Code;
use http_kit::doc::{Operation, problem_example};
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Type};
use utoipa::openapi::{ComponentsBuilder, Ref, RefOr};

use crate::{Documented, limits, sorted};

/// More codes than that make no name.
const NAMED: usize = 3;

/// The sets of codes that several operations answer with one status.
pub struct Shared {
    used: BTreeSet<&'static str>,
    names: BTreeMap<String, Vec<Code>>,
}

impl Shared {
    /// Finds them.
    pub fn of(operations: &[Documented]) -> Self {
        let mut counted: BTreeMap<String, (usize, Vec<Code>)> = BTreeMap::new();
        let mut used = BTreeSet::new();
        for Documented { route, operation } in operations {
            for (status, codes) in by_status(route, operation) {
                used.extend(codes.iter().map(|code| code.as_str()));
                if operation.answers.iter().any(|answer| answer.status == status) {
                    continue;
                }
                let entry = counted.entry(name(&codes)).or_insert((0, codes));
                entry.0 += 1;
            }
        }
        let names = counted.into_iter().filter(|(_, (times, _))| *times > 1);
        let names = names.map(|(name, (_, codes))| (name, codes)).collect();
        Self { used, names }
    }

    /// Adds the responses and an example of each code.
    pub fn components(&self, builder: ComponentsBuilder) -> ComponentsBuilder {
        let builder = self.names.iter().fold(builder, |builder, (name, codes)| {
            builder.response(name, response(codes))
        });
        let used = Code::ALL.iter().filter(|code| self.used.contains(code.as_str()));
        used.fold(builder, |builder, code| {
            let example = ExampleBuilder::new()
                .summary(code.title())
                .value(Some(sorted(problem_example(*code))));
            builder.example(code.as_str(), example.build())
        })
    }

    /// The problems of one operation, by status.
    pub fn responses(
        &self,
        route: &Route,
        operation: &Operation,
        taken: &[u16],
    ) -> Vec<(String, RefOr<Response>)> {
        let by_status = by_status(route, operation).into_iter();
        by_status
            .filter(|(status, _)| !taken.contains(status))
            .map(|(status, codes)| {
                let name = name(&codes);
                let response = match self.names.contains_key(&name) {
                    true => RefOr::Ref(Ref::from_response_name(name)),
                    false => RefOr::T(response(&codes)),
                };
                (status.to_string(), response)
            })
            .collect()
    }

    /// An answer with what else may come with its status: the problems, in their own media type.
    pub fn beside(
        &self,
        mut answer: Response,
        status: u16,
        route: &Route,
        operation: &Operation,
    ) -> Response {
        if let Some(codes) = by_status(route, operation).remove(&status) {
            let problems = response(&codes);
            answer.description = format!("{} Or: {}", answer.description, problems.description);
            answer.content.extend(problems.content);
        }
        answer
    }
}

/// The codes of an operation, sorted as the table of codes is.
pub fn codes(route: &Route, operation: &Operation) -> Vec<Code> {
    let limited = route.limit != Limit::Unlimited;
    let has = |code: &Code| operation.codes.contains(code) || (limited && *code == Code::QuotaExceeded);
    Code::ALL.iter().copied().filter(has).collect()
}

fn by_status(route: &Route, operation: &Operation) -> BTreeMap<u16, Vec<Code>> {
    let mut found: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in codes(route, operation) {
        found.entry(code.status().as_u16()).or_default().push(code);
    }
    found
}

/// The codes by name; of many the first one and how many there are, with a number of their own behind it.
fn name(codes: &[Code]) -> String {
    let names: Vec<String> = codes.iter().map(|code| format!("{code:?}")).collect();
    match names.as_slice() {
        [first, rest @ ..] if names.len() > NAMED => {
            let known = Code::ALL.iter().map(|code| codes.contains(code));
            let number = known.fold(0_u64, |number, known| number << 1 | u64::from(known));
            format!("{first}Or{}Others-{number:x}", rest.len())
        }
        _ => names.join("Or"),
    }
}

fn response(codes: &[Code]) -> Response {
    let words = codes.iter().map(|code| code.as_str());
    let one_of = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words.clone()));
    let schema = AllOfBuilder::new()
        .item(Ref::from_schema_name("Problem"))
        .item(ObjectBuilder::new().property("code", one_of));
    let examples = words.map(|word| {
        let example: RefOr<_> = RefOr::<utoipa::openapi::example::Example>::Ref(Ref::new(format!(
            "#/components/examples/{word}"
        )));
        (word, example)
    });
    let content = ContentBuilder::new()
        .schema(Some(schema))
        .examples_from_iter(examples)
        .build();
    let titles: Vec<String> = codes
        .iter()
        .map(|code| format!("{} (`{}`)", code.title(), code.as_str()))
        .collect();
    let mut builder = ResponseBuilder::new()
        .description(titles.join("; "))
        .content("application/problem+json", content);
    if codes.contains(&Code::QuotaExceeded) {
        builder = limits::refer(builder);
    }
    if codes.iter().any(|code| WAITS.contains(code)) {
        builder = limits::refer_to_wait(builder);
    }
    builder.build()
}

/// Refusals that say when to come back.
const WAITS: &[Code] = &[Code::QuotaExceeded, Code::RequestInProgress, Code::Busy];
