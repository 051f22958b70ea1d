//! The statements of endpoints, as the store makes them: noted natively, for the component that makes the same host calls.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use domain::Id;
use domain::signal::{Filter, Signal, Sort};
use domain::user::User;
use serde_json::{Value as Json, json};
use sql::native::NativeSqlite;
use sql::{Backend, Connection, Database, Engine, Pending, Row, Value};
use store::signal_search::Search;
use store::{signal, signal_search};

use crate::sample;

/// What stands for an id that must be new each time; the component puts one there.
const FRESH: &str = "{fresh}";

/// The statements by the name that the component knows them by, as JSON.
pub fn statements(database: &Path, owner: Id<User>, own: Id<Signal>) -> Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .context("cannot start a runtime")?;
    let notes = Notes::default();
    let db = Database::new(Noting {
        database: Arc::new(Database::new(NativeSqlite::new(database))),
        notes: notes.clone(),
    });
    let viewer = signal::Viewer {
        user: owner,
        ..sample::viewer()
    };
    let mut all = BTreeMap::new();
    runtime.block_on(async {
        signal::find(&db, own, viewer).await?;
        all.insert("read", notes.take()?);
        store::user::find(&db, owner).await?;
        all.insert("me", notes.take()?);
        let filter = Filter::default();
        let search = Search {
            filter: &filter,
            sort: Sort::Newest,
            viewer,
            after: None,
            rows: 21,
        };
        signal_search::search(&db, &search).await?;
        all.insert("list", notes.take()?);
        let created = sample::create_one(&db, owner).await?;
        let [signal, event] = created;
        all.insert("create", notes.take()?.renewed(&[&signal, &event]));
        anyhow::Ok(())
    })?;
    let json: BTreeMap<_, _> = all
        .into_iter()
        .map(|(name, statement)| (name, statement.json()))
        .collect();
    Ok(serde_json::to_string(&json)?)
}

/// A statement with its parameters.
struct Statement {
    text: String,
    parameters: Vec<Json>,
}

impl Statement {
    /// With marks in the place of these ids.
    fn renewed(mut self, ids: &[&str]) -> Self {
        for parameter in &mut self.parameters {
            if let Json::String(text) = parameter {
                for id in ids {
                    *text = text.replace(id, FRESH);
                }
            }
        }
        self
    }

    fn json(&self) -> Json {
        json!({"text": self.text, "parameters": self.parameters})
    }
}

#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<Statement>>>);

impl Notes {
    /// The one statement that was noted since the last time.
    fn take(&self) -> Result<Statement> {
        let mut notes = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let statement = notes.pop().context("no statement was made")?;
        anyhow::ensure!(
            notes.is_empty(),
            "more than one statement: the component makes one"
        );
        Ok(statement)
    }
}

#[derive(Clone)]
struct Noting {
    database: Arc<Database>,
    notes: Notes,
}

impl Backend for Noting {
    fn engine(&self) -> Engine {
        self.database.engine()
    }

    fn open(&self) -> Pending<'_, Box<dyn Connection>> {
        Box::pin(async { Ok(Box::new(self.clone()) as Box<dyn Connection>) })
    }
}

impl Connection for Noting {
    fn run<'a>(&'a self, statement: &'a str, parameters: Vec<Value>) -> Pending<'a, Vec<Row>> {
        let note = Statement {
            // As the backend for SQLite does it: an instant is text there.
            text: statement.replace("utc(", "("),
            parameters: parameters.iter().map(as_bound).collect(),
        };
        self.notes
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(note);
        Box::pin(self.database.query(statement, parameters))
    }
}

/// As the backend for SQLite binds it.
fn as_bound(value: &Value) -> Json {
    match value {
        Value::Null | Value::Bytes(_) => Json::Null,
        Value::Bool(value) => i64::from(*value).into(),
        Value::Int(value) => (*value).into(),
        Value::Text(text) | Value::Day(text) => text.as_str().into(),
        Value::Uuid(uuid) => uuid.to_string().into(),
        Value::Instant(instant) => instant.to_text().map_or(Json::Null, Into::into),
    }
}
