use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use domain::analysis::graph::{self, Stated};
use domain::analysis::{Kind, ingestion, quality, taxonomy};
use domain::contract::Role;
use domain::signal::{Amounts, Intent, Terms};
use domain::{Date, Fields};

use super::find;
use crate::{Asked, Side};

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Counted {
    contracts: usize,
    right: usize,
    wrong: usize,
    overlooked: usize,
}

impl Counted {
    fn precision(self) -> f64 {
        self.right as f64 / (self.right + self.wrong).max(1) as f64
    }

    fn recall(self) -> f64 {
        self.right as f64 / (self.right + self.overlooked).max(1) as f64
    }
}

struct Sample {
    head: BTreeMap<String, String>,
    text: String,
}

impl Sample {
    fn read(path: &Path) -> Self {
        let whole = fs::read_to_string(path).expect("a sample");
        let (head, text) = whole.split_once("---\n").expect("a head and a text");
        let head = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
            .collect();
        Self {
            head,
            text: text.to_owned(),
        }
    }

    fn of(&self, name: &str) -> &str {
        self.head.get(name).map_or("", String::as_str)
    }

    fn amount(&self, name: &str) -> Option<i64> {
        self.of(name).parse().ok()
    }

    fn expected(&self) -> BTreeSet<Kind> {
        let kind = |code: &str| Kind::parse(code).unwrap_or_else(|| panic!("no kind {code}"));
        self.of("expect").split_whitespace().map(kind).collect()
    }

    fn found(&self) -> BTreeSet<Kind> {
        let document = ingestion::normalise(&self.text);
        assert!(quality::judge(&document).is_ok(), "every sample is a contract");
        let intent = Intent::parse(self.of("kind")).expect("a kind");
        let amounts = Amounts {
            asking_price: self.amount("price"),
            deposit: self.amount("deposit"),
            monthly_rent: self.amount("rent"),
        };
        let date = |name: &str| Date::parse(self.of(name)).ok();
        let stated = Stated {
            role: Role::parse(self.of("role"), intent).expect("a role"),
            terms: Terms::parse(intent, amounts, &mut Fields::new()).expect("terms"),
            contract_date: date("contract").expect("a day"),
            balance_date: date("balance").expect("a day"),
            move_in_date: date("movein"),
            counterparty_name: Some(self.of("counterparty")).filter(|name| !name.is_empty()),
        };
        let graph = graph::tie(&document, &taxonomy::split(&document));
        let compared = graph::check(&document, &graph, &stated);
        let asked = Asked {
            document: &document,
            side: Side {
                kind: if intent == Intent::Sale { "sale" } else { "lease" },
                role: self.of("role"),
            },
            price: amounts.asking_price,
            deposit: amounts.deposit,
        };
        compared
            .into_iter()
            .chain(find(&asked))
            .map(|concern| concern.kind)
            .collect()
    }
}

fn measured(folder: &str) -> Counted {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/tests")
        .join(folder);
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("samples")
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let mut counted = Counted::default();
    for path in paths {
        let sample = Sample::read(&path);
        let (found, expected) = (sample.found(), sample.expected());
        let codes = |kinds: Vec<&Kind>| {
            kinds
                .into_iter()
                .map(|kind| kind.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        };
        let (wrong, overlooked) = (
            found.difference(&expected).collect::<Vec<_>>(),
            expected.difference(&found).collect::<Vec<_>>(),
        );
        counted.contracts += 1;
        counted.right += found.intersection(&expected).count();
        counted.wrong += wrong.len();
        counted.overlooked += overlooked.len();
        if !(wrong.is_empty() && overlooked.is_empty()) {
            println!(
                "{}: wrong [{}], overlooked [{}]",
                path.file_stem().unwrap().display(),
                codes(wrong),
                codes(overlooked)
            );
        }
    }
    println!(
        "{counted:?}: precision {:.3}, recall {:.3}",
        counted.precision(),
        counted.recall()
    );
    counted
}

// CON-7
#[test]
fn the_rules_find_what_they_were_written_for() {
    let counted = measured("corpus");
    assert!(counted.contracts >= 24);
    assert!(counted.precision() >= 0.95 && counted.recall() >= 0.95);
}

// CON-7
#[test]
fn the_rules_find_much_of_what_they_have_never_seen() {
    let counted = measured("held_out");
    assert!(counted.contracts >= 10);
    assert!(counted.precision() >= 0.85 && counted.recall() >= 0.8);
}
