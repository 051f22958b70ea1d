//! `docs/affordability.md` shows the rules that the code uses.

#[test]
fn placeholder() {}
