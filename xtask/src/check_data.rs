//! `cargo xtask check-data`: looks for what violates an invariant of the data (QUAL-3). It reads only, so it may run beside the app.

use anyhow::{Result, bail};
use domain::Timestamp;
use store::Database;
use store::invariant::{self, Invariant, Violations};

use crate::workspace::Workspace;
use crate::{migrate, operator, term};

/// What `cargo xtask check-data` understands.
#[derive(clap::Args)]
pub struct Args {
    /// Show only what does not hold
    #[arg(long)]
    brief: bool,
    /// Database: `sqlite:PATH` (relative to the project) or `postgres://user:password@host/name`
    #[arg(long, default_value = migrate::DEFAULT_URL)]
    url: String,
}

/// Runs `cargo xtask check-data`.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let found = operator::on(workspace, &args.url, async |db| check(db, operator::now()).await)?;
    let broken = found
        .iter()
        .filter(|(_, violations)| violations.count > 0)
        .count();
    if broken > 0 || !args.brief {
        term::table(&table(&found, args.brief));
    }
    match broken {
        0 => term::note(format_args!("all {} invariants hold", found.len())),
        _ => bail!(
            "{broken} of {} invariants do not hold; docs/invariants.md says what they mean and what to do",
            found.len()
        ),
    }
    Ok(())
}

async fn check(db: &Database, now: Timestamp) -> Result<Vec<(Invariant, Violations)>> {
    let mut found = Vec::new();
    for invariant in invariant::all(db.engine()) {
        let violations = invariant::violations(db, &invariant, now).await?;
        found.push((invariant, violations));
    }
    Ok(found)
}

fn table(found: &[(Invariant, Violations)], is_brief: bool) -> Vec<Vec<String>> {
    let mut rows = vec![term::row(["invariant", "violations", "for example"])];
    for (invariant, violations) in found.iter().filter(|(_, found)| !is_brief || found.count > 0) {
        let example = violations.example.as_deref().unwrap_or_default();
        rows.push(term::row([
            invariant.name,
            &violations.count.to_string(),
            example,
        ]));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_database_violates_nothing_and_a_broken_one_is_told() {
        let workspace = Workspace::load().unwrap();
        let folder = std::env::temp_dir().join(format!("realcare-check-data-{}", std::process::id()));
        let path = folder.join("test.db");
        let args = Args {
            brief: false,
            url: format!("sqlite:{}", path.display()),
        };
        migrate::apply(&workspace, &args.url).unwrap();
        run(&workspace, &args).unwrap();
        let db = rusqlite::Connection::open(&path).unwrap();
        db.execute(
            "INSERT INTO provider_buckets (provider, tokens, filled_at) VALUES ('mail', -1, 0)",
            [],
        )
        .unwrap();
        let error = run(&workspace, &args).unwrap_err().to_string();
        assert!(error.contains("1 of"), "{error}");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
