//! The host calls, on handles that the instance holds, and the two that open one each time.

use std::io::Write;
use std::sync::OnceLock;
use std::time::SystemTime;

use spin_sdk::experimental::wasi::keyvalue::{atomics, store};
use spin_sdk::key_value;
use spin_sdk::sqlite::wit::sqlite;

use crate::statement::Statements;

/// As long as the line that a request leaves in the log.
const LINE: usize = 500;

/// What an instance holds.
pub struct Handles {
    values: key_value::Store,
    counters: store::Bucket,
    /// Opened at the first statement, as by the components: the guard alone asks no database, and opening one is most of what an instance costs.
    database: OnceLock<sqlite::Connection>,
    statements: Statements,
}

impl Handles {
    /// Opens all; an app that does not grant them is a mistake of whoever started it.
    pub async fn open() -> Self {
        let recorded = spin_sdk::variables::get("bench_statements").await;
        Self {
            values: key_value::Store::open("revocations")
                .await
                .expect("the store is granted"),
            counters: store::open("counters").expect("the store is granted"),
            database: OnceLock::new(),
            statements: Statements::parse(&recorded.expect("the variable is granted")),
        }
    }

    /// Makes one host call.
    pub async fn make(&self, call: &str) -> Result<(), String> {
        match call {
            "clock" => {
                let _ = SystemTime::now();
            }
            "random" => {
                let mut bytes = [0; 16];
                getrandom::fill(&mut bytes).map_err(text)?;
            }
            "log" => {
                let mut line = vec![b'.'; LINE];
                line.push(b'\n');
                std::io::stderr().write_all(&line).map_err(text)?;
            }
            "get" => {
                self.values.get("revocations/epoch/0").await.map_err(text)?;
            }
            "get-opened" => {
                let values = key_value::Store::open("revocations").await.map_err(text)?;
                values.get("revocations/epoch/0").await.map_err(text)?;
            }
            "increment" => {
                atomics::increment(&self.counters, "counters/bench", 1)
                    .map_err(|error| format!("{error:?}"))?;
            }
            "sql-opened" => {
                let opened = open_database().await?;
                self.statements.run("read", &opened).await?;
            }
            statement => self.statements.run(statement, self.database().await?).await?,
        }
        Ok(())
    }

    async fn database(&self) -> Result<&sqlite::Connection, String> {
        if let Some(held) = self.database.get() {
            return Ok(held);
        }
        let opened = open_database().await?;
        Ok(self.database.get_or_init(|| opened))
    }
}

async fn open_database() -> Result<sqlite::Connection, String> {
    let opened = sqlite::Connection::open_async("default".to_owned()).await;
    opened.map_err(text)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
