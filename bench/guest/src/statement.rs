//! Statements of the store, as it made them when it was asked natively: recorded by `cargo xtask bench`, so that they cannot differ.

use std::collections::HashMap;

use serde::Deserialize;
// The SDK wraps the asynchronous half of the interface only.
use spin_sdk::sqlite::wit::sqlite::{Connection, Value};

/// Stands in a parameter for an id that must be new each time.
const FRESH: &str = "{fresh}";

/// The statements by name.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct Statements(HashMap<String, Statement>);

#[derive(Deserialize)]
struct Statement {
    text: String,
    parameters: Vec<Parameter>,
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum Parameter {
    Integer(i64),
    Text(String),
    Null,
}

impl Statements {
    /// Reads them.
    pub fn parse(json: &str) -> Self {
        serde_json::from_str(json).expect("the variable bench_statements holds statements")
    }

    /// Runs one to its end and drops its rows. Reads go by the interface that blocks, as those of `crates/sql` do.
    pub async fn run(&self, name: &str, connection: &Connection) -> Result<(), String> {
        let statement = self.0.get(name).ok_or("no such call or statement")?;
        let parameters: Vec<_> = statement.parameters.iter().map(bind).collect();
        if statement.text.trim_ascii_start().starts_with("SELECT") {
            let rows = connection.execute(&statement.text, &parameters);
            return rows.map(drop).map_err(|error| error.to_string());
        }
        let (_, rows, result) = connection
            .execute_async(statement.text.clone(), parameters)
            .await
            .map_err(|error| error.to_string())?;
        rows.collect().await;
        result.await.map_err(|error| error.to_string())
    }
}

fn bind(parameter: &Parameter) -> Value {
    match parameter {
        Parameter::Null => Value::Null,
        Parameter::Integer(value) => Value::Integer(*value),
        Parameter::Text(text) if text.contains(FRESH) => Value::Text(text.replace(FRESH, &fresh())),
        Parameter::Text(text) => Value::Text(text.clone()),
    }
}

/// An id of its own, in the form of a UUID. The same in all parameters of a statement is not needed.
fn fresh() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the host has randomness");
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "01990000-{}-7{}-8{}-{}",
        &hex[..4],
        &hex[4..7],
        &hex[7..10],
        &hex[10..22]
    )
}
