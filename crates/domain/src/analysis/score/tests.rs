use super::*;
use crate::analysis::Usage;
use crate::analysis::ingestion::normalise;
use proptest::prelude::*;

const TEXT_OF_A_CONTRACT: &str = "제1조 보증금은 삼억원으로 한다. 제2조 임차인은 모든 수리를 부담한다. 제3조 임대인은 언제든 들어갈 수 있다.";

fn clause(quote: &str, severity: Severity) -> Clause {
    Clause {
        quote: quote.to_owned(),
        risk: "risk".to_owned(),
        severity,
        explanation: "because".to_owned(),
        recommendation: "ask".to_owned(),
    }
}

fn conclusion() -> Conclusion {
    Conclusion {
        summary: " a summary ".to_owned(),
        risk_score: 0,
        dropped: 0,
        usage: Usage {
            model: "rules-1".to_owned(),
            ..Usage::default()
        },
    }
}

#[test]
fn what_does_not_stand_is_left_out_and_counted() {
    let document = normalise(TEXT_OF_A_CONTRACT);
    let judge = Judge::new(&document);
    let mut empty = clause("임차인은 모든 수리를", Severity::Low);
    empty.explanation = "  ".to_owned();
    let mut long = clause("임차인은 모든 수리를", Severity::Low);
    long.risk = "x".repeat(RISK + 1);
    let findings = vec![
        Finding::Clause(clause("모든 수리를부담", Severity::Medium)),
        Finding::Clause(clause("어디에도 없는 말입니다", Severity::Critical)),
        Finding::Clause(empty),
        Finding::Clause(long),
        Finding::MissingClause(" taxes ".to_owned()),
        Finding::MissingClause(String::new()),
    ];
    let (report, dropped) = judge.report(findings, &conclusion());
    assert_eq!(dropped, 4);
    assert_eq!(report.clauses, [clause("모든 수리를 부담", Severity::Medium)]);
    assert_eq!(report.missing_clauses, ["taxes"]);
    assert_eq!(
        (report.summary.as_str(), report.model.as_str()),
        ("a summary", "rules-1")
    );
    assert_eq!((report.risk_score, report.risk_level), (15, Severity::Medium));
}

/// CONV-8: a document can make a model write anything.
#[test]
fn what_a_model_writes_is_clean() {
    let judge = Judge::new(&normalise(TEXT_OF_A_CONTRACT));
    let mut dirty = clause("모든 수리를부담", Severity::Medium);
    dirty.risk = "Every\nrepair\u{0} is \u{202E}yours".to_owned();
    dirty.explanation = "First\u{7}\r\nsecond".to_owned();
    let told = Conclusion {
        summary: "One\u{0}\u{200B} thing\r\n".to_owned(),
        usage: Usage {
            model: "model\n\u{1B}[1m".to_owned(),
            ..Usage::default()
        },
        ..conclusion()
    };
    let findings = vec![
        Finding::Clause(dirty),
        Finding::MissingClause("\u{0}\u{2066}".to_owned()),
    ];
    let (report, dropped) = judge.report(findings, &told);
    assert_eq!(dropped, 1, "nothing is left of it");
    assert_eq!(report.clauses[0].risk, "Every repair is yours");
    assert_eq!(report.clauses[0].explanation, "First\nsecond");
    assert_eq!(
        (report.summary.as_str(), report.model.as_str()),
        ("One thing", "model [1m")
    );
}

#[test]
fn nothing_found_is_harmless_and_one_critical_risk_is_critical() {
    assert_eq!(risk_score(&[], 0), 0);
    assert_eq!(level(&[], 0), Severity::Low);
    let one = [clause("x", Severity::Critical)];
    assert_eq!(level(&one, risk_score(&one, 0)), Severity::Critical);
    let trifles: Vec<Clause> = (0..50).map(|_| clause("x", Severity::Low)).collect();
    assert_eq!(level(&trifles, risk_score(&trifles, 30)), Severity::High);
}

/// 4, 10, 24, 48 and 5 hundredths of what is left: one without 0.96 · 0.9 · 0.76 · 0.52 · 0.95 = 0.324…, rounded up.
#[test]
fn each_finding_takes_its_share_of_what_is_left() {
    let all: Vec<Clause> = Severity::ALL
        .into_iter()
        .map(|severity| clause("x", severity))
        .collect();
    for (severity, alone) in Severity::ALL.into_iter().zip([4, 10, 24, 48]) {
        assert_eq!(risk_score(&[clause("x", severity)], 0), alone);
    }
    assert_eq!(risk_score(&[], 1), 5);
    assert_eq!(risk_score(&all, 1), 68);
}

#[test]
fn many_risks_raise_the_level_but_only_a_high_one_makes_it_critical() {
    let with = |severity, score| level(&[clause("x", severity)], score);
    assert_eq!(with(Severity::Medium, 80), Severity::High);
    assert_eq!(
        [49, 50, 79, 80].map(|score| with(Severity::High, score)),
        [Severity::High, Severity::High, Severity::High, Severity::Critical]
    );
    let low = |score| level(&[clause("x", Severity::Low)], score);
    assert_eq!(
        [24, 25, 49, 50, 79, 80, 100].map(low),
        [
            Severity::Low,
            Severity::Medium,
            Severity::Medium,
            Severity::High,
            Severity::High,
            Severity::High,
            Severity::High
        ]
    );
}

#[test]
fn a_report_is_bounded_and_keeps_the_worst() {
    let document = normalise(TEXT_OF_A_CONTRACT);
    let judge = Judge::new(&document);
    let one = |number: usize, severity| {
        let mut clause = clause("임차인은 모든 수리를", severity);
        clause.risk = format!("{number:0>RISK$}");
        clause.explanation = "x".repeat(TEXT);
        Finding::Clause(clause)
    };
    let mild = (0..CLAUSES).map(|number| one(number, Severity::Low));
    let grave = (0..3).map(|number| one(number, Severity::High));
    let missing = (0..=MISSING).map(|number| Finding::MissingClause(format!("{number:0>TEXT$}")));
    let told = Conclusion {
        summary: "x".repeat(SUMMARY + 1),
        ..conclusion()
    };
    let (report, dropped) = judge.report(mild.chain(grave).chain(missing), &told);
    assert_eq!(dropped, 0, "what is as long as it may be stands");
    assert_eq!(report.clauses.len(), CLAUSES);
    let high = |clause: &&Clause| clause.severity == Severity::High;
    assert_eq!(report.clauses.iter().take_while(high).count(), 3);
    assert_eq!(report.clauses.iter().filter(high).count(), 3);
    assert_eq!(
        (report.missing_clauses.len(), report.summary.len()),
        (MISSING, SUMMARY)
    );
}

fn severities() -> impl Strategy<Value = Vec<Severity>> {
    proptest::collection::vec(proptest::sample::select(Severity::ALL.to_vec()), 0..40)
}

proptest! {
    #[test]
    fn a_further_finding_never_makes_it_safer(severities in severities(), missing in 0_usize..30, further in 0_usize..4) {
        let clauses: Vec<Clause> = severities.iter().map(|severity| clause("x", *severity)).collect();
        let mut more = clauses.clone();
        more.push(clause("y", Severity::ALL[further]));
        let (before, after) = (risk_score(&clauses, missing), risk_score(&more, missing));
        prop_assert!(before <= after && after <= 100);
        prop_assert!(risk_score(&clauses, missing + 1) >= before);
        prop_assert!(level(&clauses, before) <= level(&more, after));
    }

    #[test]
    fn the_order_does_not_matter(mut picks in proptest::collection::vec((0_usize..3, 0_usize..4, 0_u8..3), 0..20), seed in 0_usize..20) {
        let quotes = ["보증금은 삼억원으로", "임차인은 모든 수리를", "임대인은 언제든"];
        let document = normalise(TEXT_OF_A_CONTRACT);
        let judge = Judge::new(&document);
        let findings = |picks: &[(usize, usize, u8)]| -> Vec<Finding> {
            picks.iter().map(|(quote, severity, risk)| {
                let mut clause = clause(quotes[*quote], Severity::ALL[*severity]);
                clause.risk = format!("risk {risk}");
                Finding::Clause(clause)
            }).collect()
        };
        let one = judge.report(findings(&picks), &conclusion());
        if !picks.is_empty() {
            let length = picks.len();
            picks.rotate_left(seed % length);
            picks.reverse();
        }
        let other = judge.report(findings(&picks), &conclusion());
        prop_assert_eq!(&one, &other);
        prop_assert!(one.0.clauses.is_sorted_by_key(|clause| std::cmp::Reverse(clause.severity)));
        let twice = judge.report(one.0.clauses.iter().cloned().map(Finding::Clause), &conclusion());
        prop_assert_eq!(one.0, twice.0);
    }
}
