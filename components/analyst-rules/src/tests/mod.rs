//! The corpus: contracts written for this, with what a careful reader finds in them. `corpus` was looked at while the rules were written,
//! `held_out` was written afterwards and the rules were not changed for it. A finding counts by its kind, once in a contract; the
//! comparison with what was noted (`domain::analysis::graph`) belongs to it, as in production.

mod corpus;

use std::task::{Context, Poll, Waker};

use domain::analysis::{Concern, Conclusion, Document, Finding, Kind, Severity, ingestion};
use futures::FutureExt;
use i18n::Language;
use proptest::prelude::*;

use super::{Asked, MODEL, Side};

const TENANT: Side<'static> = Side {
    kind: "lease",
    role: "tenant",
};

fn asked(document: &Document) -> Asked<'_> {
    Asked {
        document,
        side: TENANT,
        price: None,
        deposit: Some(300_000_000),
    }
}

/// What the rules find when nobody else has anything to do.
fn find(asked: &Asked<'_>) -> Vec<Concern> {
    super::find(asked, async || {}).now_or_never().unwrap()
}

fn analyse(asked: &Asked<'_>, language: Language) -> (Vec<Finding>, Conclusion) {
    super::analyse(asked, language, async || {})
        .now_or_never()
        .unwrap()
}

fn kinds(raw: &str) -> Vec<Kind> {
    let document = ingestion::normalise(raw);
    let mut kinds: Vec<Kind> = find(&asked(&document))
        .into_iter()
        .map(|concern| concern.kind)
        .collect();
    kinds.retain(|kind| !kind.is_missing());
    kinds
}

#[test]
fn every_finding_explains_itself() {
    let document = ingestion::normalise("제7조(특약) 임차인은 전입신고를 하지 않기로 한다.");
    for (language, rule, words) in [
        (
            Language::Korean,
            "(규칙 priority_waived, 제7조)",
            "“전입신고를 하지 않",
        ),
        (
            Language::English,
            "(rule priority_waived, article 7)",
            "“전입신고를 하지 않",
        ),
    ] {
        let (findings, conclusion) = analyse(&asked(&document), language);
        let clause = findings.iter().find_map(|finding| match finding {
            Finding::Clause(clause) => Some(clause),
            Finding::MissingClause(_) => None,
        });
        let clause = clause.unwrap();
        assert!(
            clause.explanation.contains(rule) && clause.explanation.contains(words),
            "{}",
            clause.explanation
        );
        assert_eq!(clause.severity, Severity::Critical);
        assert!(document.as_str().contains(&clause.quote));
        assert!(!clause.recommendation.is_empty());
        assert_eq!(conclusion.usage.model, MODEL);
        assert_eq!((conclusion.usage.input_tokens, conclusion.dropped), (0, 0));
    }
}

#[test]
fn a_rule_is_for_one_side() {
    let raw = "제4조 임차인은 언제든지 계약을 해지할 수 있다.";
    assert_eq!(kinds(raw), []);
    let document = ingestion::normalise(raw);
    let landlord = Asked {
        side: Side {
            kind: "lease",
            role: "landlord",
        },
        ..asked(&document)
    };
    assert!(
        find(&landlord)
            .iter()
            .any(|concern| concern.kind == Kind::TerminationOneSided)
    );
}

#[test]
fn spaces_do_not_hide_anything() {
    for raw in [
        "임차인은 전입신고를 하지 않는다.",
        "임 차 인 은  전 입\n신 고 를 하 지 않 는 다.",
        "임차인은전입신고를하지않는다.",
    ] {
        assert_eq!(kinds(raw), [Kind::PriorityWaived], "{raw}");
    }
}

#[test]
fn others_work_while_a_long_document_is_read() {
    let document = ingestion::normalise("제4조(수선) 임차인은 목적물의 모든 수선을 자기 비용으로 한다.\n");
    let asked = asked(&document);
    let pauses = std::cell::Cell::new(0);
    let mut found = std::pin::pin!(super::find(&asked, async || {
        pauses.set(pauses.get() + 1);
        // Waits once, as a host does that has others to serve.
        let mut waited = false;
        std::future::poll_fn(|context| {
            if std::mem::replace(&mut waited, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }));
    let mut context = Context::from_waker(Waker::noop());
    let mut polls = 1;
    let concerns = loop {
        match found.as_mut().poll(&mut context) {
            Poll::Ready(concerns) => break concerns,
            Poll::Pending => polls += 1,
        }
    };
    assert_eq!(polls, pauses.get() + 1);
    assert!(pauses.get() > 10, "{} pauses", pauses.get());
    assert_eq!(concerns, find(&asked));
}

proptest! {
    #[test]
    fn every_quote_stands_there_and_the_same_text_gives_the_same(
        raw in "(임차인은 |전입신고를 |하지 않는다\\. |보증금은 |새로운 임차인이 |반환한다\\. |근저당권 |금 5억원 |위약금 30% |제3조\\(해지\\) |\n|신탁등기 |[가-힣]{1,5} ){0,40}",
    ) {
        let document = ingestion::normalise(&raw);
        let (findings, conclusion) = analyse(&asked(&document), Language::Korean);
        prop_assert_eq!(conclusion.dropped, 0, "{:?}", find(&asked(&document)));
        for finding in &findings {
            if let Finding::Clause(clause) = finding {
                prop_assert!(document.as_str().contains(&clause.quote));
            }
        }
        prop_assert_eq!(analyse(&asked(&document), Language::Korean), (findings, conclusion));
    }
}
