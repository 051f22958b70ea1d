//! What rules have found, in words (CON-4, CON-7).

mod compared;
mod missing;
mod patterns;

use domain::analysis::{Clause, Concern, Finding, Severity};

use crate::{Entries, Language, find};

/// Code; risk, explanation and recommendation in English; the same in Korean. `{0}` and `{1}` are the details.
type Row = (&'static str, [&'static str; 3], [&'static str; 3]);

/// Why a text is not analysed.
const UNFIT: Entries = &[
    (
        "too_short",
        "The text is too short to be a contract.",
        "계약서로 보기에는 글이 너무 짧습니다.",
    ),
    (
        "too_long",
        "The text is too long to be analysed.",
        "분석하기에는 글이 너무 깁니다.",
    ),
    (
        "unreadable",
        "Most of the text cannot be read. Photograph or scan the contract again.",
        "글자를 대부분 알아볼 수 없습니다. 계약서를 다시 촬영하거나 스캔해 주세요.",
    ),
    (
        "unknown_language",
        "The text is neither Korean nor English.",
        "한국어나 영어로 된 글이 아닙니다.",
    ),
    (
        "not_a_contract",
        "This does not look like a contract of sale or lease.",
        "매매 계약서나 임대차 계약서로 보이지 않습니다.",
    ),
];

/// The sentence for a reason of `domain::analysis::Unfit`.
pub fn unfit(language: Language, code: &str) -> Option<&'static str> {
    find(UNFIT, language, code)
}

/// Puts a concern into words; `None` for a kind that the catalogue does not have, which a test excludes.
pub fn finding(language: Language, concern: &Concern) -> Option<Finding> {
    let code = concern.kind.as_str();
    if concern.kind.is_missing() {
        let sentence = find(missing::ROWS, language, code)?;
        return Some(Finding::MissingClause(format!(
            "{sentence} {}",
            source(language, concern)
        )));
    }
    let (_, english, korean) = compared::ROWS
        .iter()
        .chain(patterns::ROWS)
        .find(|(known, ..)| *known == code)?;
    let [risk, explanation, recommendation] = match language {
        Language::English => english,
        Language::Korean => korean,
    };
    Some(Finding::Clause(Clause {
        quote: concern.quote.clone(),
        risk: (*risk).to_owned(),
        severity: concern.severity,
        explanation: format!(
            "{} {}",
            fill(language, explanation, &concern.details),
            source(language, concern)
        ),
        recommendation: (*recommendation).to_owned(),
    }))
}

/// Every finding says which rule it comes from and where.
fn source(language: Language, concern: &Concern) -> String {
    let code = concern.kind.as_str();
    match (language, concern.article) {
        (Language::English, None) => format!("(rule {code})"),
        (Language::English, Some(article)) => format!("(rule {code}, article {article})"),
        (Language::Korean, None) => format!("(규칙 {code})"),
        (Language::Korean, Some(article)) => format!("(규칙 {code}, 제{article}조)"),
    }
}

/// A detail may hold anything that a contract holds, braces included: what is filled in is not looked at again.
fn fill(language: Language, template: &str, details: &[String]) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let place = after
            .split_once('}')
            .and_then(|(index, behind)| Some((index.parse::<usize>().ok()?, behind)));
        let Some((index, behind)) = place else {
            text.push('{');
            rest = after;
            continue;
        };
        text.push_str(
            &details
                .get(index)
                .map(|detail| shown(language, detail))
                .unwrap_or_default(),
        );
        rest = behind;
    }
    text + rest
}

/// Amounts with commas and their unit, everything else as it is.
fn shown(language: Language, detail: &str) -> String {
    if detail.len() < 4 || !detail.bytes().all(|byte| byte.is_ascii_digit()) {
        return detail.to_owned();
    }
    let mut text = String::new();
    for (index, digit) in detail.chars().enumerate() {
        if index > 0 && (detail.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    match language {
        Language::English => text + " won",
        Language::Korean => text + "원",
    }
}

/// A few sentences about what rules have found.
pub fn summary(language: Language, clauses: &[Clause], missing: usize) -> String {
    let grave = clauses
        .iter()
        .filter(|clause| clause.severity >= Severity::High)
        .count();
    let worst = clauses
        .iter()
        .max_by_key(|clause| clause.severity)
        .map_or("", |clause| clause.risk.as_str());
    match (language, clauses.len(), missing) {
        (Language::English, 0, 0) => {
            "The rules found nothing unusual. They do not replace legal advice.".to_owned()
        }
        (Language::Korean, 0, 0) => {
            "규칙으로 찾은 위험은 없습니다. 법률 자문을 대신하지는 않습니다.".to_owned()
        }
        (Language::English, 0, _) => {
            format!("The rules found no risky terms, but {missing} that are missing.")
        }
        (Language::Korean, 0, _) => format!("위험한 조항은 없지만, 빠진 조항이 {missing}개 있습니다."),
        (Language::English, all, _) => format!(
            "The rules found {all} risks, {grave} of them high or critical, and {missing} missing terms. The gravest: {worst}."
        ),
        (Language::Korean, all, _) => {
            format!(
                "위험 {all}건(그중 높음 이상 {grave}건)과 빠진 조항 {missing}개를 찾았습니다. 가장 큰 위험: {worst}."
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::analysis::Kind;

    #[test]
    fn every_kind_has_its_words_in_both_languages() {
        for kind in Kind::ALL {
            let concern = Concern::new(*kind, "words")
                .with("first {1}")
                .with("350000000")
                .at(Some(3));
            for language in [Language::English, Language::Korean] {
                let finding = finding(language, &concern).unwrap_or_else(|| panic!("{kind:?}"));
                let text = match finding {
                    Finding::MissingClause(text) => text,
                    Finding::Clause(clause) => {
                        assert!(!clause.risk.is_empty() && !clause.recommendation.is_empty());
                        assert!(
                            clause.explanation.contains("first {1}") || !clause.explanation.contains('{'),
                            "{kind:?}"
                        );
                        clause.explanation
                    }
                };
                assert!(text.contains(kind.as_str()), "{text}");
                let hangul = text.chars().any(|c| ('가'..='힣').contains(&c));
                assert_eq!(hangul, language == Language::Korean, "{text}");
            }
        }
        let rows = compared::ROWS.len() + patterns::ROWS.len() + missing::ROWS.len();
        assert_eq!(rows, Kind::ALL.len(), "no words without a kind");
    }

    #[test]
    fn every_reason_has_its_sentence() {
        for unfit in domain::analysis::Unfit::ALL {
            assert!(
                super::unfit(Language::Korean, unfit.as_str()).is_some(),
                "{unfit:?}"
            );
        }
    }

    #[test]
    fn amounts_are_readable() {
        assert_eq!(shown(Language::Korean, "350000000"), "350,000,000원");
        assert_eq!(shown(Language::English, "1000"), "1,000 won");
        assert_eq!(shown(Language::English, "2026-03-01"), "2026-03-01");
        assert_eq!(
            fill(Language::English, "a {0} {x} {9}", &["{0}".to_owned()]),
            "a {0} {x} "
        );
    }
}
