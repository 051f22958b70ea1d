//! The little in which the text of a statement differs between the engines.
//!
//! Spin's Postgres binds and reads an instant as a `TIMESTAMP` without a zone: a parameter for a `TIMESTAMPTZ` needs a cast on the way
//! in, and a `TIMESTAMPTZ` column cannot be read at all. So statements select an instant as `utc(column)`.

use std::borrow::Cow;

use crate::value::Value;

/// How a statement marks an instant that it selects.
const UTC: &str = "utc(";

/// The statement for SQLite, where an instant is text and is read as it is.
pub(crate) fn for_sqlite(statement: &str) -> Cow<'_, str> {
    if statement.contains(UTC) {
        Cow::Owned(statement.replace(UTC, "("))
    } else {
        Cow::Borrowed(statement)
    }
}

/// The statement for Postgres: `utc(column)` becomes a `TIMESTAMP` in UTC, and `$n` becomes a `TIMESTAMPTZ` wherever parameter
/// `n` is an instant. Statements of ours hold no `$` in literals.
pub(crate) fn for_postgres(statement: &str, parameters: &[Value]) -> String {
    let statement = statement.replace(UTC, "timezone('UTC', ");
    let mut out = String::with_capacity(statement.len() + 64);
    let mut rest = statement.as_str();
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
