//! Casts that Postgres needs because the driver binds an instant as a `TIMESTAMP` without a zone.

use crate::value::Value;

/// The statement with `$n` replaced by `($n::timestamp AT TIME ZONE 'UTC')` wherever parameter `n` is an instant.
/// Statements of ours hold no `$` in literals.
pub(crate) fn with_casts(statement: &str, parameters: &[Value]) -> String {
    let mut out = String::with_capacity(statement.len() + 64);
    let mut rest = statement;
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
        let text = with_casts("UPDATE t SET a = $1, b = $2 WHERE c > $2", &parameters);
        assert_eq!(
            text,
            "UPDATE t SET a = $1, b = ($2::timestamp AT TIME ZONE 'UTC') WHERE c > ($2::timestamp AT TIME ZONE 'UTC')"
        );
    }
}
