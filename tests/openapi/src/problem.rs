//! Problems in the document: one response for each set of codes, and limit, that several operations share.

use std::collections::{BTreeMap, BTreeSet};

use config::Class;
use guard::route::{Limit, Route};
use http_kit::Code;
use http_kit::doc::{Operation, problem_example, quota_example};
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Type};
use utoipa::openapi::{ComponentsBuilder, Ref, RefOr};

use crate::{Documented, limits, sorted};

/// More codes than that make no name.
const NAMED: usize = 3;

/// The problems of one status of an operation.
#[derive(Clone, PartialEq, Eq)]
struct Set {
    codes: Vec<Code>,
    /// The limit that refuses in the example, if one of them is that.
    class: Option<Class>,
}

/// The sets of problems that several operations answer with one status.
pub struct Shared {
    used: BTreeSet<String>,
    names: BTreeMap<String, Set>,
}

impl Shared {
    /// Finds them.
    pub fn of(operations: &[Documented]) -> Self {
        let mut counted: BTreeMap<String, (usize, Set)> = BTreeMap::new();
        let mut used = BTreeSet::new();
        for Documented { route, operation } in operations {
            for (status, set) in by_status(route, operation) {
                used.extend(set.codes.iter().map(|code| set.example(*code)));
                if operation.answers.iter().any(|answer| answer.status == status) {
                    continue;
                }
                let entry = counted.entry(set.name()).or_insert((0, set));
                entry.0 += 1;
            }
        }
        let names = counted.into_iter().filter(|(_, (times, _))| *times > 1);
        let names = names.map(|(name, (_, set))| (name, set)).collect();
        Self { used, names }
    }

    /// Adds the responses and an example of each code, and of each limit.
    pub fn components(&self, builder: ComponentsBuilder) -> ComponentsBuilder {
        let builder = self.names.iter().fold(builder, |builder, (name, set)| {
            builder.response(name, set.response())
        });
        let codes = Code::ALL
            .iter()
            .map(|code| (code.as_str().to_owned(), *code, problem_example(*code)));
        let limits = Class::ALL.iter().map(|class| {
            let value = quota_example(class.as_str());
            (quota(*class), Code::QuotaExceeded, value)
        });
        let used = codes.chain(limits).filter(|(name, ..)| self.used.contains(name));
        used.fold(builder, |builder, (name, code, value)| {
            let example = ExampleBuilder::new()
                .summary(code.title())
                .value(Some(sorted(value)));
            builder.example(name, example.build())
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
            .map(|(status, set)| {
                let name = set.name();
                let response = match self.names.contains_key(&name) {
                    true => RefOr::Ref(Ref::from_response_name(name)),
                    false => RefOr::T(set.response()),
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
        if let Some(set) = by_status(route, operation).remove(&status) {
            let problems = set.response();
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

fn by_status(route: &Route, operation: &Operation) -> BTreeMap<u16, Set> {
    let mut found: BTreeMap<u16, Set> = BTreeMap::new();
    for code in codes(route, operation) {
        let set = found.entry(code.status().as_u16()).or_insert(Set {
            codes: Vec::new(),
            class: None,
        });
        if code == Code::QuotaExceeded {
            set.class = limits::usual(route);
        }
        set.codes.push(code);
    }
    found
}

/// What the example of a limit's refusal is called.
fn quota(class: Class) -> String {
    format!("{}_{}", Code::QuotaExceeded.as_str(), class.as_str())
}

impl Set {
    /// What the example of one of its codes is called.
    fn example(&self, code: Code) -> String {
        match self.class {
            Some(class) if code == Code::QuotaExceeded => quota(class),
            _ => code.as_str().to_owned(),
        }
    }

    /// The codes by name; of many the first one and how many there are, with a number of their own behind it. Then the limit.
    fn name(&self) -> String {
        let names: Vec<String> = self.codes.iter().map(|code| format!("{code:?}")).collect();
        let name = match names.as_slice() {
            [first, rest @ ..] if names.len() > NAMED => {
                let known = Code::ALL.iter().map(|code| self.codes.contains(code));
                let number = known.fold(0_u64, |number, known| number << 1 | u64::from(known));
                format!("{first}Or{}Others-{number:x}", rest.len())
            }
            _ => names.join("Or"),
        };
        let class = self.class.map(|class| format!("-{}", class.as_str()));
        name + &class.unwrap_or_default()
    }

    fn response(&self) -> Response {
        let words = self.codes.iter().map(|code| code.as_str());
        let one_of = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(words));
        let schema = AllOfBuilder::new()
            .item(Ref::from_schema_name("Problem"))
            .item(ObjectBuilder::new().property("code", one_of));
        let examples = self.codes.iter().map(|code| {
            let name = self.example(*code);
            let example: RefOr<_> = RefOr::<utoipa::openapi::example::Example>::Ref(Ref::new(format!(
                "#/components/examples/{name}"
            )));
            (code.as_str(), example)
        });
        let content = ContentBuilder::new()
            .schema(Some(schema))
            .examples_from_iter(examples)
            .build();
        let titles: Vec<String> = self
            .codes
            .iter()
            .map(|code| format!("{} (`{}`)", code.title(), code.as_str()))
            .collect();
        let mut builder = ResponseBuilder::new()
            .description(titles.join("; "))
            .content("application/problem+json", content);
        if self.codes.contains(&Code::QuotaExceeded) {
            builder = limits::refer(builder);
        }
        if self.codes.iter().any(|code| WAITS.contains(code)) {
            builder = limits::refer_to_wait(builder);
        }
        builder.build()
    }
}

/// Refusals that say when to come back.
const WAITS: &[Code] = &[Code::QuotaExceeded, Code::RequestInProgress, Code::Busy];
