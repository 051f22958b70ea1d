//! Verified tokens of this instance. Verifying a signature in Wasm costs several times the rest of a request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::claims::AccessToken;

/// How many tokens one generation holds; two generations are kept.
const GENERATION: usize = 512;

/// How much of its end a token is looked up by, in bytes: half of its signature.
const TAIL: usize = 32;

/// Tokens by their end, and then by their whole text, so that nothing but the token itself finds its entry. Only tokens that held are in here, and
/// two of those do not end alike; the map hashes with a random key besides. How long a comparison takes says nothing of tokens that one does not have.
///
/// A bounded cache in two generations: when the young one is full it becomes the old one, and what is used moves up.
#[derive(Default)]
pub(super) struct Cache(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    young: HashMap<[u8; TAIL], Known>,
    old: HashMap<[u8; TAIL], Known>,
}

struct Known {
    text: Box<str>,
    token: AccessToken,
}

impl Cache {
    pub fn get(&self, text: &str) -> Option<AccessToken> {
        let tail = text.as_bytes().last_chunk()?;
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = generations.young.get(tail) {
            return is_same(&known.text, text).then(|| known.token.clone());
        }
        let known = generations.old.remove(tail)?;
        let found = is_same(&known.text, text).then(|| known.token.clone());
        generations.insert(*tail, known);
        found
    }

    pub fn insert(&self, text: &str, token: AccessToken) {
        let Some(tail) = text.as_bytes().last_chunk() else {
            return;
        };
        let known = Known {
            text: text.into(),
            token,
        };
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(*tail, known);
    }
}

/// Compares sixteen bytes in a step; Wasm's `memcmp` takes one.
fn is_same(one: &str, other: &str) -> bool {
    let (ones, one_rest) = one.as_bytes().as_chunks();
    let (others, other_rest) = other.as_bytes().as_chunks();
    let alike =
        |(one, other): (&[u8; 16], &[u8; 16])| u128::from_ne_bytes(*one) == u128::from_ne_bytes(*other);
    one.len() == other.len() && ones.iter().zip(others).all(alike) && one_rest == other_rest
}

impl Generations {
    fn insert(&mut self, tail: [u8; TAIL], known: Known) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(tail, known);
    }
}

#[cfg(test)]
mod tests {
    use domain::user::{Role, Tier};
    use domain::{Id, Timestamp};
    use http_kit::platform::SystemRandom;
    use proptest::prelude::*;

    use super::*;

    fn token(version: i64) -> AccessToken {
        let now = Timestamp::from_micros(1_800_000_000_000_000);
        AccessToken {
            user: Id::new(now, &SystemRandom),
            session: Id::new(now, &SystemRandom),
            tier: Tier::Free,
            role: Role::User,
            version,
            expires_at: now,
        }
    }

    fn text(number: usize) -> String {
        format!("header.{}.{number:032}", number * 3)
    }

    #[test]
    fn what_was_verified_is_known_until_two_generations_have_passed() {
        let cache = Cache::default();
        let first = token(1);
        cache.insert(&text(0), first.clone());
        assert_eq!(cache.get(&text(0)), Some(first.clone()));
        let forged = text(0).replace("header", "hEader");
        assert_eq!(cache.get(&forged), None, "the same end is not the same token");
        assert_eq!(cache.get("short"), None);
        let fill =
            |from: usize| (from..from + GENERATION).for_each(|number| cache.insert(&text(number), token(2)));
        fill(1);
        assert_eq!(
            cache.get(&text(0)),
            Some(first),
            "it is in the old generation, and moves up"
        );
        assert!(cache.get(&text(GENERATION)).is_some());
        fill(1_000);
        fill(2_000);
        assert_eq!(cache.get(&text(0)), None);
        assert!(cache.get(&text(2_000 + GENERATION - 1)).is_some());
    }

    proptest! {
        #[test]
        fn the_same_is_the_same(one in "[ab]{0,40}", other in "[ab]{0,40}", place in any::<prop::sample::Index>()) {
            prop_assert!(is_same(&one, &one.clone()));
            prop_assert_eq!(is_same(&one, &other), one == other);
            let mut changed = one.clone().into_bytes();
            if !changed.is_empty() {
                let place = place.index(changed.len());
                changed[place] = b'c';
                prop_assert!(!is_same(&one, std::str::from_utf8(&changed).unwrap()));
            }
        }
    }
}
