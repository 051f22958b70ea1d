//! Every target on its seeds, on what hunts found, and on mutations of both.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use realcare_fuzz::{TARGETS, target};

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("seeds").join(name)
}

fn seeds(name: &str) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder(name)).unwrap_or_else(|error| panic!("seeds/{name}: {error}"));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn every_target_has_seeds_and_every_seed_a_target() {
    let named: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    let entries = fs::read_dir(folder("")).unwrap();
    let found: BTreeSet<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(named, found);
    for name in named {
        assert!(!seeds(&name).is_empty(), "{name}");
    }
}

#[test]
fn seeds_and_findings_keep_their_promises() {
    for target in TARGETS {
        for seed in seeds(target.name) {
            (target.run)(&seed);
        }
    }
}

/// A seed with one piece of it replaced, or any bytes.
fn input(name: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let seed = prop::sample::select(seeds(name));
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..8),
        any::<String>().prop_map(String::into_bytes),
        prop::sample::select(seeds(name)),
    ];
    let mutated =
        (seed, any::<prop::sample::Index>(), 0usize..8, piece).prop_map(|(mut seed, at, length, piece)| {
            let from = at.index(seed.len() + 1);
            let to = (from + length).min(seed.len());
            seed.splice(from..to, piece);
            seed
        });
    prop_oneof![4 => mutated, 1 => prop::collection::vec(any::<u8>(), 0..200)]
}

/// One test for each target, so that a failure names it and its case is kept.
macro_rules! mutations {
    ($($name:ident),*) => {
        $(proptest! {
            #[test]
            fn $name(bytes in input(stringify!($name))) {
                (target(stringify!($name)).unwrap().run)(&bytes);
            }
        })*

        #[test]
        fn every_target_is_mutated() {
            let mutated = [$(stringify!($name)),*];
            assert_eq!(TARGETS.iter().map(|target| target.name).collect::<Vec<_>>(), mutated);
        }
    };
}

mutations!(
    access_token,
    cursor,
    client_address,
    user_agent,
    languages,
    trace,
    precondition,
    json_body,
    query,
    partial_json,
    event_stream,
    text,
    time,
    word,
    document
);
