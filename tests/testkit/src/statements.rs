//! What a component asks its database.

use std::sync::{Arc, Mutex, PoisonError};

use sql::{Backend, Connection, Database, Engine, Pending, Row, Value};

/// The statements that were run, oldest first; clones share them.
#[derive(Clone, Default)]
pub struct Statements(Arc<Mutex<Vec<String>>>);

impl Statements {
    /// What was run since this was asked the last time.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A database that notes what it is asked before it asks `database`.
    pub fn of(&self, database: Database) -> Database {
        Database::new(Recorder {
            database: Arc::new(database),
            statements: self.clone(),
        })
    }

    fn note(&self, statement: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(statement.to_owned());
    }
}

#[derive(Clone)]
struct Recorder {
    database: Arc<Database>,
    statements: Statements,
}

impl Backend for Recorder {
    fn engine(&self) -> Engine {
        self.database.engine()
    }

    fn open(&self) -> Pending<'_, Box<dyn Connection>> {
        Box::pin(async { Ok(Box::new(self.clone()) as Box<dyn Connection>) })
    }
}

impl Connection for Recorder {
    fn run<'a>(&'a self, statement: &'a str, parameters: Vec<Value>) -> Pending<'a, Vec<Row>> {
        self.statements.note(statement);
        Box::pin(self.database.query(statement, parameters))
    }
}
