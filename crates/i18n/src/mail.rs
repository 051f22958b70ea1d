//! Mails as they are sent (AUTH-17): subject, text and HTML from a row of [`crate::mails`].

use std::borrow::Cow;

use crate::Language;
use crate::mails::{MAILS, Mail};

/// The longest name that a mail repeats, in characters.
const LONGEST_NAME: usize = 60;

/// What a mail says that is the person's own.
#[derive(Clone, Copy, Debug)]
pub struct Details<'a> {
    /// What the person said to be called.
    pub name: &'a str,
    /// The one-time token; empty where there is none.
    pub token: &'a str,
    /// Where the application's pages are, without a slash at the end.
    pub app_url: &'a str,
}

/// A mail, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The subject, one line.
    pub subject: &'static str,
    /// The text.
    pub text: String,
    /// The same as a page of HTML.
    pub html: String,
}

/// Writes the mail `template`; `None` if the catalogue has none of this name.
pub fn mail(language: Language, template: &str, details: Details<'_>) -> Option<Letter> {
    let mail = find(template)?;
    let (subject, text) = match language {
        Language::English => mail.english,
        Language::Korean => mail.korean,
    };
    let link = link(mail, details);
    let values = [
        ("name", called(language, details.name)),
        ("token", details.token),
        ("link", &link),
    ];
    Some(Letter {
        subject,
        text: fill(text, &values, Cow::Borrowed),
        html: page(language, subject, text, &link, &values),
    })
}

/// How many minutes a mail stays true after it was written; `None` if the catalogue has none of this name.
pub fn mail_lifetime(template: &str) -> Option<u32> {
    find(template).map(|mail| mail.minutes)
}

fn find(template: &str) -> Option<&'static Mail> {
    MAILS.iter().find(|mail| mail.template == template)
}

/// The token stands in the fragment: browsers do not send that, so it reaches no server's log and no `Referer`.
fn link(mail: &Mail, details: Details<'_>) -> String {
    let Details { token, app_url, .. } = details;
    let page = mail.page;
    if token.is_empty() {
        format!("{app_url}{page}")
    } else {
        format!("{app_url}{page}#token={token}")
    }
}

/// What the person is called, unless the name could carry a message of its own: anybody can register a stranger's address under
/// any name, and mail of ours must not become somebody's advertisement or bait. Programs make links of what has a dot or a slash.
fn called(language: Language, name: &str) -> &str {
    let harmless = |c: char| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '\u{2019}');
    let few_words = name.split(' ').count() <= 5;
    if !name.is_empty() && few_words && name.chars().count() <= LONGEST_NAME && name.chars().all(harmless) {
        return name;
    }
    match language {
        Language::English => "there",
        Language::Korean => "고객",
    }
}

/// Replaces `{word}` by its value in one pass, so that a value is never read as a place-holder.
fn fill<'a>(text: &str, values: &[(&str, &'a str)], encode: impl Fn(&'a str) -> Cow<'a, str>) -> String {
    let mut out = String::with_capacity(text.len() + 200);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((word, tail)) = after.split_once('}') else {
            rest = after;
            break;
        };
        let value = values.iter().find(|(name, _)| *name == word);
        out.push_str(&encode(value.map_or("", |(_, value)| *value)));
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn page(language: Language, subject: &str, text: &str, link: &str, values: &[(&str, &str)]) -> String {
    let mut body = String::new();
    for paragraph in text.trim().split("\n\n") {
        body.push_str("<p>");
        match paragraph {
            "{link}" => {
                let (link, label) = (escape(link), escape(subject));
                body.push_str(&format!("<a href=\"{link}\">{label}</a><br>{link}"));
            }
            "{token}" => body.push_str(&fill("<code>{token}</code>", values, escape)),
            // The catalogue's own sentences are ours, but they are text and no HTML.
            _ => body.push_str(&fill(&escape(paragraph).replace('\n', "<br>"), values, escape)),
        }
        body.push_str("</p>\n");
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n<body>\n{body}</body>\n</html>\n",
        language.tag(),
        escape(subject)
    )
}

/// Text as HTML, for element content and for quoted attributes (CONV-8).
fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DETAILS: Details<'static> = Details {
        name: "김민지",
        token: "kZ7_-t",
        app_url: "https://www.example.com",
    };

    #[test]
    fn the_link_carries_the_token_in_its_fragment() {
        let letter = mail(Language::English, "verify_email", DETAILS).unwrap();
        let link = "https://www.example.com/verify-email#token=kZ7_-t";
        assert!(letter.text.contains(link), "{}", letter.text);
        assert!(
            letter.html.contains(&format!("<a href=\"{link}\">")),
            "{}",
            letter.html
        );
        assert!(!letter.text.contains('?'));
        let notice = mail(
            Language::English,
            "already_registered",
            Details { token: "", ..DETAILS },
        )
        .unwrap();
        assert!(notice.text.contains("https://www.example.com/sign-in\n"));
        assert!(!notice.text.contains('#'));
    }

    #[test]
    fn every_mail_is_whole_in_both_languages() {
        for row in MAILS {
            for language in [Language::English, Language::Korean] {
                let letter = mail(language, row.template, DETAILS).unwrap();
                assert!(!letter.subject.is_empty() && !letter.subject.contains(['\r', '\n', '{']));
                assert!(!letter.text.contains(['{', '}']), "{}", letter.text);
                assert!(!letter.html.contains(['{', '}']), "{}", letter.html);
                assert!(letter.html.contains(&format!("lang=\"{}\"", language.tag())));
                let korean = letter
                    .text
                    .chars()
                    .any(|c| ('가'..='힣').contains(&c) && !DETAILS.name.contains(c));
                assert_eq!(korean, language == Language::Korean, "{}", row.template);
            }
            let words = |text: &str| -> Vec<bool> {
                ["{name}", "{token}", "{link}"]
                    .iter()
                    .map(|word| text.contains(word))
                    .collect()
            };
            let (english, korean) = (words(row.english.1), words(row.korean.1));
            assert_eq!(english[1..], korean[1..], "{}", row.template);
            assert!(
                (1..=24 * 60).contains(&row.minutes),
                "{}: providers remember a day",
                row.template
            );
            assert!(row.page.starts_with('/'), "{}", row.template);
            assert_eq!(
                MAILS
                    .iter()
                    .filter(|other| other.template == row.template)
                    .count(),
                1
            );
        }
        assert_eq!(mail(Language::English, "no_such_mail", DETAILS), None);
    }

    #[test]
    fn a_name_that_could_be_a_message_is_not_repeated() {
        for name in [
            "Win at evil.example",
            "http://evil.example",
            "call 010-1234-5678",
            "<b>Kim</b>",
            "{token}",
            "one two three four five six",
            "a\r\nBcc: x",
            &"a".repeat(61),
            "",
        ] {
            let letter = mail(Language::English, "verify_email", Details { name, ..DETAILS }).unwrap();
            assert!(letter.text.starts_with("Hello there,"), "{}", letter.text);
        }
        for name in ["Kim Minji", "O'Neill", "Jean-Luc", "김민지"] {
            let letter = mail(Language::English, "verify_email", Details { name, ..DETAILS }).unwrap();
            assert!(
                letter.text.starts_with(&format!("Hello {name},")),
                "{}",
                letter.text
            );
        }
    }

    /// Every template that SQL asks for. In migrations a template is a literal beside `outbox`.
    #[test]
    fn every_template_that_sql_writes_is_in_the_catalogue() {
        let mut found = Vec::new();
        for folder in ["../../migrations", "../store/src"] {
            collect(
                &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
                &mut found,
            );
        }
        found.sort();
        found.dedup();
        assert!(
            found.iter().any(|template| template == "verify_email"),
            "{found:?}"
        );
        for template in found {
            assert!(
                find(&template).is_some(),
                "no row in crates/i18n/src/mails.rs for {template}"
            );
        }
    }

    /// The templates of every file below a folder.
    fn collect(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else {
                found.extend(templates(&std::fs::read_to_string(path).unwrap()));
            }
        }
    }

    /// The quoted words of every `INSERT INTO outbox` up to its end, but for keys into JSON.
    fn templates(text: &str) -> Vec<String> {
        let statements = text.split("INSERT INTO outbox").skip(1);
        let statements = statements.filter_map(|rest| rest.split([';']).next());
        let quoted = statements.flat_map(literals);
        let is_template =
            |word: &&str| word.len() > 2 && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        quoted.filter(is_template).map(str::to_owned).collect()
    }

    fn literals(statement: &str) -> impl Iterator<Item = &str> {
        let parts: Vec<_> = statement.split('\'').collect();
        let pairs: Vec<_> = parts
            .chunks_exact(2)
            .filter(|pair| !pair[0].trim_end().ends_with("->>"))
            .map(|pair| pair[1])
            .collect();
        pairs.into_iter()
    }

    proptest! {
        #[test]
        fn escaped_text_holds_no_markup_and_reads_back(text in ".{0,80}") {
            let escaped = escape(&text).into_owned();
            prop_assert!(!escaped.contains(['<', '>', '"', '\'']));
            let back = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
            prop_assert_eq!(back.replace("&amp;", "&"), text);
        }

        #[test]
        fn no_name_brings_markup_or_a_line_into_a_mail(name in ".{0,80}") {
            let plain = mail(Language::English, "verify_email", Details { name: "Kim", ..DETAILS }).unwrap();
            let letter = mail(Language::English, "verify_email", Details { name: &name, ..DETAILS }).unwrap();
            let count = |letter: &Letter| (letter.html.matches(['<', '>']).count(), letter.text.lines().count());
            prop_assert_eq!(count(&letter), count(&plain));
        }
    }
}
