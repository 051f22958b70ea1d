//! Sentences of the code as others read them.

/// Without our ids, and with JSON's word for nothing.
pub fn for_others(text: &str) -> String {
    without_ids(text).replace("`None`", "`null`")
}

/// Takes out what points to our own requirements, ` (SIG-3, CONV-6)`: it means nothing to others.
fn without_ids(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::with_capacity(text.len());
    while let Some((before, behind)) = rest.split_once(" (") {
        kept.push_str(before);
        match behind.split_once(')') {
            Some((inside, after)) if inside.split(", ").all(is_id) => rest = after,
            _ => {
                kept.push_str(" (");
                rest = behind;
            }
        }
    }
    kept.push_str(rest);
    kept
}

/// `SIG-3`, `QUAL-1 to QUAL-3`
fn is_id(text: &str) -> bool {
    text.split(" to ").all(|part| {
        let halves = part.split_once('-');
        halves.is_some_and(|(letters, number)| {
            let letters = !letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_uppercase());
            letters && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::without_ids;

    #[test]
    fn only_our_own_ids_go() {
        assert_eq!(without_ids("A signal (SIG-3, SIG-4). More"), "A signal. More");
        assert_eq!(without_ids("a (QUAL-1 to QUAL-3) b"), "a b");
        let other = "RFC (RFC 9457) (see A-b) (x";
        assert_eq!(without_ids(other), other);
    }
}
