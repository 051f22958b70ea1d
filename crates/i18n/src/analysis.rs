//! Why an analysis came to no result (CON-4): `domain::analysis::run::Failure`, code, English, Korean.

use crate::{Language, find, unfit};

const FAILURES: &[(&str, &str, &str)] = &[
    (
        "document_changed",
        "The contract changed before it was analysed. Start the analysis again.",
        "분석 전에 계약 내용이 변경되었습니다. 분석을 다시 시작해 주세요.",
    ),
    (
        "analyst_throttled",
        "Too many analyses at the moment. Try again later.",
        "현재 분석 요청이 많습니다. 잠시 후 다시 시도해 주세요.",
    ),
    (
        "analyst_unavailable",
        "The analysis service does not answer. Try again later.",
        "분석 서비스가 응답하지 않습니다. 잠시 후 다시 시도해 주세요.",
    ),
    (
        "analyst_timed_out",
        "The analysis took too long. Try again later.",
        "분석 시간이 초과되었습니다. 잠시 후 다시 시도해 주세요.",
    ),
    (
        "analysis_cut",
        "The analysis broke off. What was found until then is kept.",
        "분석이 중단되었습니다. 그때까지의 결과는 보관됩니다.",
    ),
    (
        "analyst_malformed",
        "The analysis service gave an answer that cannot be used.",
        "분석 서비스의 응답을 사용할 수 없습니다.",
    ),
    (
        "analyst_refused",
        "The analysis service does not analyse this document.",
        "분석 서비스가 이 문서의 분석을 거부했습니다.",
    ),
    (
        "analyst_not_configured",
        "The analysis service is not set up.",
        "분석 서비스가 설정되어 있지 않습니다.",
    ),
    (
        "analysis_given_up",
        "The analysis was interrupted too often. Start it again.",
        "분석이 여러 번 중단되었습니다. 다시 시작해 주세요.",
    ),
];

/// The sentence for the failure of an analysis, also for a text that is unfit; `None` for a code that the catalogue does not have, which a
/// test excludes.
pub fn analysis_failure(language: Language, code: &str) -> Option<&'static str> {
    find(FAILURES, language, code).or_else(|| unfit(language, code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::analysis::Unfit;
    use domain::analysis::run::Failure;

    #[test]
    fn every_failure_has_a_sentence_in_both_languages() {
        let unfit = Unfit::ALL.iter().map(|unfit| unfit.as_str());
        let codes: Vec<_> = Failure::ALL
            .iter()
            .map(|failure| failure.as_str())
            .chain(unfit)
            .collect();
        for code in &codes {
            let english = analysis_failure(Language::English, code).unwrap();
            let korean = analysis_failure(Language::Korean, code).unwrap();
            assert!(!english.is_empty() && english != korean, "{code}");
        }
        assert_eq!(codes.len(), FAILURES.len() + Unfit::ALL.len());
    }
}
