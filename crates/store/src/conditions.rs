//! Conditions of a `WHERE` clause with their parameters, numbered as they come.

use domain::Id;
use domain::version::Expected;
use sql::{Database, Error, Row, Value};

use crate::codec::id;

/// What is known of a statement whose conditions differ from call to call.
#[derive(Default)]
pub(crate) struct Conditions {
    conditions: Vec<String>,
    parameters: Vec<Value>,
}

impl Conditions {
    /// The statement uses these parameters before its first condition.
    pub fn after(parameters: Vec<Value>) -> Self {
        Self {
            conditions: Vec::new(),
            parameters,
        }
    }

    /// Adds a condition without a parameter.
    pub fn and(&mut self, condition: &str) {
        self.conditions.push(condition.to_owned());
    }

    /// Adds a condition; its bare `$` becomes the parameter's number.
    pub fn with(&mut self, condition: &str, parameter: Value) {
        self.parameters.push(parameter);
        self.conditions
            .push(condition.replace('$', &format!("${}", self.parameters.len())));
    }

    /// The same if there is a value.
    pub fn when<T>(&mut self, value: Option<T>, condition: &str, encode: impl FnOnce(T) -> Value) {
        if let Some(value) = value {
            self.with(condition, encode(value));
        }
    }

    /// Only these versions (CONV-6).
    pub fn expect(&mut self, expected: &Expected) {
        let Expected::OneOf(versions) = expected else {
            return;
        };
        let mut marks = Vec::new();
        for version in versions {
            self.parameters.push((*version).into());
            marks.push(format!("${}", self.parameters.len()));
        }
        // Both engines refuse an empty list.
        let none = marks.is_empty();
        self.conditions.push(if none {
            "1 = 0".to_owned()
        } else {
            format!("version IN ({})", marks.join(", "))
        });
    }

    /// The next parameter's mark, for what stands behind the conditions.
    pub fn mark(&mut self, parameter: Value) -> String {
        self.parameters.push(parameter);
        format!("${}", self.parameters.len())
    }

    /// The clause.
    pub fn text(&self) -> String {
        if self.conditions.is_empty() {
            "1 = 1".to_owned()
        } else {
            self.conditions.join(" AND ")
        }
    }

    /// One page of `select`, a statement up to its table: newest first, older than `before`. Ids are in the order of creation
    /// (CONV-2). The limit stands in the text, here as everywhere: behind a parameter there, SQLite plans the statement again at each call.
    pub async fn newest<E, T>(
        mut self,
        db: &Database,
        select: &str,
        before: Option<Id<E>>,
        limit: u8,
        read: impl Fn(&Row) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        self.when(before, "id < $", id);
        let statement = format!("{select} WHERE {} ORDER BY id DESC LIMIT {limit}", self.text());
        let rows = db.query(&statement, self.parameters()).await?;
        rows.iter().map(read).collect()
    }

    /// The parameters, in order of first use.
    pub fn parameters(self) -> Vec<Value> {
        self.parameters
    }
}
