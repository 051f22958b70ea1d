//! What is known of one operation.

use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::answer::Answer;
use super::parameter::{Parameter, Place};
use super::schema::{Schemas, reference};
use crate::problem::Code;

/// What a caller has to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Security {
    /// Nothing.
    #[default]
    None,
    /// An access token.
    AccessToken,
    /// The key of our own components.
    InternalKey,
}

/// A body in one media type.
pub struct Body {
    /// The media type.
    pub media_type: &'static str,
    /// Its form.
    pub schema: RefOr<Schema>,
    /// What is sent as an example, by name.
    pub examples: Vec<(&'static str, Value)>,
}

/// One operation: first its handler's arguments describe it, then its `doc`.
#[derive(Default)]
pub struct Operation {
    /// Its name, unique among all, in the spelling of JavaScript functions.
    pub id: String,
    /// What it does, in a line.
    pub summary: String,
    /// What else is worth knowing; Markdown.
    pub description: Option<&'static str>,
    /// The group that it belongs to.
    pub tag: &'static str,
    /// What a caller has to show.
    pub security: Security,
    /// Its parameters, in order.
    pub parameters: Vec<Parameter>,
    /// Values of the path's parameters in the examples, by the names of its template.
    pub path_examples: Vec<(String, Value)>,
    /// The parameters that reading the query really asks for.
    pub asked: Vec<String>,
    /// Its body in each media type that it understands.
    pub bodies: Vec<Body>,
    /// Its answers that are no problems.
    pub answers: Vec<Answer>,
    /// The codes of the problems that it can answer.
    pub codes: Vec<Code>,
    /// The schemas that all of these refer to.
    pub schemas: Schemas,
}

impl Operation {
    /// Gives it a group, a name and a summary.
    pub fn named(&mut self, tag: &'static str, id: &str, summary: &str) -> &mut Self {
        self.tag = tag;
        id.clone_into(&mut self.id);
        summary.clone_into(&mut self.summary);
        self
    }

    /// Says more than the summary does.
    pub const fn says(&mut self, description: &'static str) -> &mut Self {
        self.description = Some(description);
        self
    }

    /// Sends this body as an example.
    pub fn example(&mut self, body: Value) -> &mut Self {
        self.example_named("example", body)
    }

    /// Sends this body as one of several examples.
    pub fn example_named(&mut self, name: &'static str, body: Value) -> &mut Self {
        if let Some(known) = self.bodies.first_mut() {
            known.examples.push((name, body));
        }
        self
    }

    /// Sends this body as an example in another media type than the first.
    pub fn example_in(&mut self, media_type: &str, body: Value) -> &mut Self {
        let mut known = self.bodies.iter_mut();
        if let Some(known) = known.find(|known| known.media_type == media_type) {
            known.examples.push(("example", body));
        }
        self
    }

    /// Sends this value of a parameter in the examples.
    pub fn with(&mut self, parameter: &str, value: impl Into<Value>) -> &mut Self {
        match self.parameters.iter_mut().find(|known| known.name == parameter) {
            Some(known) => known.example = Some(value.into()),
            None => self.path_examples.push((parameter.to_owned(), value.into())),
        }
        self
    }

    /// Adds an answer.
    pub fn answers(&mut self, mut answer: Answer) -> &mut Self {
        self.schemas.append(&mut answer.schemas);
        self.answers.push(answer);
        self
    }

    /// Adds codes with which it refuses.
    pub fn refuses(&mut self, codes: &[Code]) -> &mut Self {
        for code in codes {
            if !self.codes.contains(code) {
                self.codes.push(*code);
            }
        }
        self
    }

    /// Takes codes away that cannot happen here although its arguments say so.
    pub fn never(&mut self, codes: &[Code]) -> &mut Self {
        self.codes.retain(|code| !codes.contains(code));
        self
    }

    /// Adds a parameter.
    pub fn parameter(&mut self, parameter: Parameter) -> &mut Self {
        self.parameters.push(parameter);
        self
    }

    /// Reads a body of a type in a media type.
    pub fn reads<T: ToSchema>(&mut self, media_type: &'static str) -> &mut Self {
        let schema = reference::<T>(&mut self.schemas);
        self.bodies.push(Body {
            media_type,
            schema,
            examples: Vec::new(),
        });
        self.refuses(&[
            Code::UnsupportedMediaType,
            Code::BodyTooLarge,
            Code::BodyUnreadable,
        ])
    }

    /// The parameters of the query string, by name.
    pub fn query(&self) -> impl Iterator<Item = &str> {
        let query = self.parameters.iter();
        query
            .filter(|parameter| parameter.place == Place::Query)
            .map(|parameter| parameter.name)
    }
}
