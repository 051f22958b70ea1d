//! The two schemas are the same, table by table (OPS-3).

use std::collections::{BTreeMap, BTreeSet};

use postgres::{Client, NoTls};
use rusqlite::Connection;

use super::fresh;

/// What a table is made of, in words that can be compared.
type Table = BTreeSet<String>;

/// Tables that only SQLite needs: Postgres indexes the words of a text in place (docs/search.md).
const SQLITE_ONLY: &[&str] = &["signal_texts", "signal_words"];

/// Parts that differ for a reason: engine, table, part.
const DIFFERENT: &[(&str, &str, &str)] = &[
    // Postgres counts how many are free by a day; SQLite would take the index also where nearly all are (0011).
    (
        "Postgres",
        "signals",
        "index signals_free_from (free_from, id) of some",
    ),
    // In SQLite these are the table `signal_words`.
    (
        "Postgres",
        "signals",
        "index signals_words (string_to_array(grams, ' '::text)) of some",
    ),
];

#[test]
fn the_schemas_of_both_engines_agree() {
    let Some(postgres) = fresh::postgres() else { return };
    let sqlite = fresh::sqlite();
    let all = usize::MAX;
    sqlite.migrate(all);
    postgres.migrate(all);
    let of_sqlite = of_sqlite(&Connection::open(sqlite.path()).unwrap());
    let of_postgres = of_postgres(&mut Client::connect(postgres.url(), NoTls).unwrap());
    let names = |schema: &BTreeMap<String, Table>| schema.keys().cloned().collect::<BTreeSet<_>>();
    let known: BTreeSet<String> = names(&of_sqlite)
        .into_iter()
        .filter(|name| !SQLITE_ONLY.iter().any(|only| name.starts_with(only)))
        .collect();
    assert_eq!(known, names(&of_postgres), "tables");
    let mut found = Vec::new();
    for table in &known {
        for (engine, one, other) in [
            ("SQLite", &of_sqlite[table], &of_postgres[table]),
            ("Postgres", &of_postgres[table], &of_sqlite[table]),
        ] {
            let only = one
                .difference(other)
                .filter(|part| !DIFFERENT.contains(&(engine, table.as_str(), part.as_str())));
            found.extend(only.map(|part| format!("only {engine}: {table}: {part}")));
        }
    }
    assert!(found.is_empty(), "the schemas differ:\n{}", found.join("\n"));
}

fn of_sqlite(db: &Connection) -> BTreeMap<String, Table> {
    let tables = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'refinery_%'";
    let mut query = db.prepare(tables).unwrap();
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
    let tables: Vec<_> = query.query_map([], read).unwrap().map(Result::unwrap).collect();
    tables
        .into_iter()
        .map(|(name, sql)| {
            let mut parts = texts(
                db,
                &format!(
                    "SELECT 'column ' || name || CASE WHEN \"notnull\" OR pk > 0 THEN '' ELSE ' or nothing' END
                     FROM pragma_table_xinfo('{name}')"
                ),
            );
            parts.extend(texts(
                db,
                &format!(
                    "SELECT 'key ' || group_concat(name, ', ') FROM (SELECT name FROM pragma_table_info('{name}') WHERE pk > 0 ORDER BY pk)"
                ),
            ));
            parts.extend(texts(
                db,
                &format!(
                    "SELECT CASE WHEN l.\"unique\" THEN 'unique ' ELSE '' END || 'index ' || l.name || ' ('
                         || (SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno)) || ')'
                         || CASE WHEN l.partial THEN ' of some' ELSE '' END
                     FROM pragma_index_list('{name}') l WHERE l.origin = 'c'"
                ),
            ));
            parts.extend(texts(
                db,
                &format!(
                    "SELECT 'reference ' || \"from\" || ' to ' || \"table\" || ' on delete ' || lower(on_delete)
                     FROM pragma_foreign_key_list('{name}')"
                ),
            ));
            parts.insert(format!("{} checks", sql.matches("CHECK (").count()));
            (name, parts)
        })
        .collect()
}

fn texts(db: &Connection, query: &str) -> Table {
    let mut query = db.prepare(query).unwrap();
    let rows = query
        .query_map([], |row| row.get::<_, Option<String>>(0))
        .unwrap();
    rows.filter_map(Result::unwrap).collect()
}

fn of_postgres(db: &mut Client) -> BTreeMap<String, Table> {
    let tables = "SELECT CAST(relname AS TEXT), CAST(oid AS BIGINT) FROM pg_class
                  WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname NOT LIKE 'refinery_%'";
    let tables: Vec<(String, i64)> = db
        .query(tables, &[])
        .unwrap()
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    tables
        .into_iter()
        .map(|(name, table)| {
            let statements = [
                "SELECT 'column ' || attname || CASE WHEN attnotnull THEN '' ELSE ' or nothing' END
                 FROM pg_attribute WHERE attrelid = ? AND attnum > 0 AND NOT attisdropped",
                "SELECT CASE WHEN i.indisprimary THEN 'key ' || columns.list
                     ELSE CASE WHEN i.indisunique THEN 'unique ' ELSE '' END || 'index ' || c.relname || ' (' || columns.list || ')'
                         || CASE WHEN i.indpred IS NULL THEN '' ELSE ' of some' END END
                 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid,
                     LATERAL (SELECT string_agg(replace(pg_get_indexdef(i.indexrelid, k, true), '"', ''), ', ' ORDER BY k) AS list
                         FROM generate_series(1, i.indnkeyatts) k) columns
                 WHERE i.indrelid = ?",
                "SELECT 'reference ' || a.attname || ' to ' || confrelid::regclass || ' on delete '
                     || CASE confdeltype WHEN 'a' THEN 'no action' WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' ELSE 'set null' END
                 FROM pg_constraint JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = conkey[1]
                 WHERE contype = 'f' AND conrelid = ?",
                "SELECT COUNT(*) || ' checks' FROM pg_constraint WHERE contype = 'c' AND conrelid = ?",
            ];
            let mut parts = Table::new();
            for statement in statements {
                let statement = statement.replace('?', &table.to_string());
                for row in db.query(&statement, &[]).unwrap() {
                    parts.insert(row.get(0));
                }
            }
            (name, parts)
        })
        .collect()
}
