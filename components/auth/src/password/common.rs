//! Passwords that many people use (AUTH-9).
//!
//! Source: the list of the PyPI package Django 5.2.19 (`django/contrib/auth/common-passwords.txt.gz`, BSD-3-Clause; compiled by Royce
//! Williams from breaches), of which the 19 313 entries with four characters and more are kept, in lower case, as the first four
//! bytes of their SHA-256, sorted: 77 252 bytes. One look-up in 222 000 finds what is not on the list.
//! `cargo xtask common-passwords LIST` makes it anew.

use domain::password::CommonPasswords;
use sha2::{Digest, Sha256};

/// Sorted prefixes, four bytes each.
const LIST: &[u8] = include_bytes!("common.bin");

/// The embedded list.
pub struct Embedded;

impl CommonPasswords for Embedded {
    fn contains(&self, folded: &str) -> bool {
        let (entries, _) = LIST.as_chunks::<4>();
        let digest: [u8; 32] = Sha256::digest(folded).into();
        digest
            .first_chunk::<4>()
            .is_some_and(|prefix| entries.binary_search(prefix).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::random;
    use testkit::Seeded;

    #[test]
    fn the_list_is_whole_and_sorted() {
        let (entries, rest) = LIST.as_chunks::<4>();
        assert!(rest.is_empty());
        assert!(
            (19_000..=20_000).contains(&entries.len()),
            "{} entries",
            entries.len()
        );
        assert!(entries.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn it_has_what_people_use_and_nothing_else() {
        for common in ["123456", "password", "qwerty", "iloveyou", "trustno1", "p@ssw0rd"] {
            assert!(Embedded.contains(common), "{common}");
        }
        for other in ["", "Password", "correct horse", "Kx7!", "비밀번호486"] {
            assert!(!Embedded.contains(other), "{other}");
        }
    }

    #[test]
    fn it_hardly_ever_errs() {
        let random = Seeded::new(5);
        let wrong = (0..50_000).filter(|_| {
            let bytes: [u8; 12] = random::bytes(&random);
            Embedded.contains(&format!("{bytes:02x?}"))
        });
        // 0.23 are expected; ten would be a broken list.
        assert!(wrong.count() < 10);
    }
}
