//! Verified tokens of this instance. Verifying a signature in Wasm costs several times the rest of a request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::claims::AccessToken;

/// How many tokens one generation holds; two generations are kept.
const GENERATION: usize = 512;

/// Tokens by their whole text, so that nothing but the token itself finds its entry. The map hashes with a random key: a token that
/// lands beside another one cannot be made, and how long a comparison takes says nothing of tokens that one does not have.
///
/// A bounded cache in two generations: when the young one is full it becomes the old one, and what is used moves up.
#[derive(Default)]
pub(super) struct Cache(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    young: HashMap<Box<str>, AccessToken>,
    old: HashMap<Box<str>, AccessToken>,
}

impl Cache {
    pub fn get(&self, text: &str) -> Option<AccessToken> {
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = generations.young.get(text) {
            return Some(token.clone());
        }
        let (text, token) = generations.old.remove_entry(text)?;
        generations.insert(text, token.clone());
        Some(token)
    }

    pub fn insert(&self, text: &str, token: AccessToken) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(text.into(), token);
    }
}

impl Generations {
    fn insert(&mut self, text: Box<str>, token: AccessToken) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(text, token);
    }
}
