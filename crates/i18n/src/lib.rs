//! The message catalogue (CONV-10): every sentence that a person reads, by its stable code, in English and Korean.

mod analysis;
mod catalogue;
mod concern;
mod mail;
mod mails;
mod tasks;

pub use analysis::analysis_failure;
pub use concern::{finding, summary, unfit};
pub use mail::{Details, Letter, mail, mail_lifetime};

/// The languages that the service speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// The default.
    English,
    /// For `Accept-Language: ko`.
    Korean,
}

impl Language {
    /// Picks from an `Accept-Language` header (RFC 9110, section 12.5.4): Korean if it is weighted above English, else
    /// English.
    pub fn negotiate(header: Option<&str>) -> Self {
        let header = header.unwrap_or_default();
        let weight = |language: &str| {
            header
                .split(',')
                .filter_map(|range| weight_of(range, language))
                .fold(0.0_f32, f32::max)
        };
        if weight("ko") > weight("en") {
            Self::Korean
        } else {
            Self::English
        }
    }

    /// The language of a tag that [`Language::tag`] gave; anything else is English.
    pub fn from_tag(tag: &str) -> Self {
        if tag == Self::Korean.tag() {
            Self::Korean
        } else {
            Self::English
        }
    }

    /// The tag for `Content-Language`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }
}

fn weight_of(range: &str, language: &str) -> Option<f32> {
    let (tag, quality) = range.split_once(';').unwrap_or((range, "q=1"));
    let primary = tag.trim().split('-').next().unwrap_or_default();
    if !primary.eq_ignore_ascii_case(language) {
        return None;
    }
    quality.trim().strip_prefix("q=")?.parse().ok()
}

/// The sentence for a problem code; `None` for a code that the catalogue does not have, which a test excludes.
pub fn problem(language: Language, code: &str) -> Option<&'static str> {
    find(catalogue::PROBLEMS, language, code)
}

/// The sentence for a field code.
pub fn field(language: Language, code: &str) -> Option<&'static str> {
    find(catalogue::FIELDS, language, code)
}

/// Title and explanation of the task that follows from a template (CON-2); `None` for a key that the catalogue does not have.
pub fn task(language: Language, key: &str) -> Option<(&'static str, &'static str)> {
    let task = tasks::TASKS.iter().find(|task| task.key == key)?;
    Some(match language {
        Language::English => task.english,
        Language::Korean => task.korean,
    })
}

/// What a date of a contract is called in a calendar, and what stands in front of a task that is `done`.
pub fn contract_date(language: Language, key: &str) -> Option<&'static str> {
    find(tasks::DATES, language, key)
}

/// The keys of every task, for the test that ties them to the templates.
pub fn task_keys() -> impl Iterator<Item = &'static str> {
    tasks::TASKS.iter().map(|task| task.key)
}

type Entries = &'static [(&'static str, &'static str, &'static str)];

fn find(entries: Entries, language: Language, code: &str) -> Option<&'static str> {
    let (_, english, korean) = entries.iter().find(|(known, ..)| *known == code)?;
    Some(match language {
        Language::English => english,
        Language::Korean => korean,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn korean_is_spoken_when_it_is_preferred() {
        assert_eq!(
            Language::negotiate(Some("ko-KR,ko;q=0.9,en;q=0.8")),
            Language::Korean
        );
        assert_eq!(
            Language::negotiate(Some("en-US,en;q=0.9,ko;q=0.8")),
            Language::English
        );
        assert_eq!(Language::negotiate(Some("fr, ko;q=0.1")), Language::Korean);
        assert_eq!(Language::negotiate(Some("ko;q=nonsense")), Language::English);
        assert_eq!(Language::negotiate(None), Language::English);
    }

    #[test]
    fn every_task_is_there_once_and_short_enough() {
        for (index, task) in tasks::TASKS.iter().enumerate() {
            for (title, text) in [task.english, task.korean] {
                assert!(
                    !title.is_empty() && title.chars().count() <= 200 && text.len() > 20,
                    "{}",
                    task.key
                );
            }
            assert!(
                tasks::TASKS[index + 1..]
                    .iter()
                    .all(|other| other.key != task.key),
                "{}",
                task.key
            );
        }
    }

    #[test]
    fn no_code_stands_twice_and_none_is_empty() {
        for entries in [catalogue::PROBLEMS, catalogue::FIELDS, tasks::DATES] {
            for (i, (code, english, korean)) in entries.iter().enumerate() {
                assert!(!english.is_empty() && !korean.is_empty(), "{code}");
                assert!(
                    entries[i + 1..].iter().all(|(other, ..)| other != code),
                    "{code} stands twice"
                );
            }
        }
    }
}
