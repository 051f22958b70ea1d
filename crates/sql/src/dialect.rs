//! The little in which the text of a statement differs between the engines.
//!
//! Spin's Postgres binds and reads an instant as a `TIMESTAMP` without a zone: a parameter for a `TIMESTAMPTZ` needs a cast on the way
//! in, and a `TIMESTAMPTZ` column cannot be read at all. So statements select an instant as `utc(column)`.

use std::borrow::Cow;

use memchr::memmem;

use crate::value::Value;

/// How a statement marks an instant that it selects.
const UTC: &str = "utc(";

/// The statement for SQLite, where an instant is text and is read as it is.
pub(crate) fn for_sqlite(statement: &str) -> Cow<'_, str> {
    with_utc(statement, "(")
}

/// The statement with `utc(` spelled as the engine needs it. Every statement of every request comes through here, and `str::replace` looks at
/// it letter by letter.
fn with_utc<'a>(statement: &'a str, spelling: &str) -> Cow<'a, str> {
    let mut marks = memmem::find_iter(statement.as_bytes(), UTC).peekable();
    if marks.peek().is_none() {
        return Cow::Borrowed(statement);
    }
    let mut out = String::with_capacity(statement.len() + 64);
    let mut rest = 0;
    for mark in marks {
        out.push_str(statement.get(rest..mark).unwrap_or_default());
        out.push_str(spelling);
        rest = mark + UTC.len();
    }
    out.push_str(statement.get(rest..).unwrap_or_default());
    Cow::Owned(out)
}

/// The statement for Postgres: `utc(column)` becomes a `TIMESTAMP` in UTC, and `$n` becomes a `TIMESTAMPTZ` wherever parameter
/// `n` is an instant. Statements of ours hold no `$` in literals.
pub(crate) fn for_postgres(statement: &str, parameters: &[Value]) -> String {
    let statement = with_utc(statement, "timezone('UTC', ");
    let mut out = String::with_capacity(statement.len() + 64);
    let mut rest = &*statement;
    while let Some((before, after)) = rest.split_once('$') {
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let (number, tail) = after.split_at(digits);
        let parameter = number
            .parse::<usize>()
            .ok()
            .and_then(|n| parameters.get(n.checked_sub(1)?));
        out.push_str(before);
        match parameter {
            Some(Value::Instant(_)) => {
                out.push_str("($");
                out.push_str(number);
                out.push_str("::timestamp AT TIME ZONE 'UTC')");
            }
            _ => {
                out.push('$');
                out.push_str(number);
            }
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Instant;

    #[test]
    fn only_instants_are_cast() {
        let parameters = [Value::Int(1), Value::Instant(Instant(0))];
        let text = for_postgres("UPDATE t SET a = $1, b = $2 WHERE c > $2", &parameters);
        assert_eq!(
            text,
            "UPDATE t SET a = $1, b = ($2::timestamp AT TIME ZONE 'UTC') WHERE c > ($2::timestamp AT TIME ZONE 'UTC')"
        );
    }

    #[test]
    fn an_instant_is_selected_in_utc() {
        let statement = "SELECT id, utc(created_at) FROM t";
        assert_eq!(
            for_postgres(statement, &[]),
            "SELECT id, timezone('UTC', created_at) FROM t"
        );
        assert_eq!(for_sqlite(statement), "SELECT id, (created_at) FROM t");
    }
}
