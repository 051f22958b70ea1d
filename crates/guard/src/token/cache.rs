//! Verified tokens of this instance. Verifying a signature in Wasm costs several times the rest of a request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::claims::AccessToken;

/// The SHA-256 of a whole token.
pub(super) type Key = [u8; 32];

/// How many tokens one generation holds; two generations are kept.
const GENERATION: usize = 512;

/// A bounded cache in two generations: when the young one is full it becomes the old one, and what is used moves up.
#[derive(Default)]
pub(super) struct Cache(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    young: HashMap<Key, AccessToken>,
    old: HashMap<Key, AccessToken>,
}

impl Cache {
    pub fn get(&self, key: &Key) -> Option<AccessToken> {
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = generations.young.get(key) {
            return Some(token.clone());
        }
        let token = generations.old.remove(key)?;
        generations.insert(*key, token.clone());
        Some(token)
    }

    pub fn insert(&self, key: Key, token: AccessToken) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, token);
    }
}

impl Generations {
    fn insert(&mut self, key: Key, token: AccessToken) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, token);
    }
}
