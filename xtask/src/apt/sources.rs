//! Reads the machine's apt sources in both formats, to use the same mirror and keyring.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A mirror that the machine trusts, with what is needed to trust it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    uri: String,
    signed_by: Option<String>,
    trusted: bool,
    suites: Vec<String>,
}

impl Source {
    /// The mirrors of this machine, each once, the ones for security updates only left out.
    pub fn of_machine() -> Vec<Self> {
        Self::under(Path::new("/etc/apt"))
    }

    fn under(folder: &Path) -> Vec<Self> {
        let mut files = vec![folder.join("sources.list")];
        if let Ok(entries) = fs::read_dir(folder.join("sources.list.d")) {
            files.extend(entries.filter_map(Result::ok).map(|entry| entry.path()));
        }
        files.sort();
        let mut found: Vec<Self> = Vec::new();
        for file in files {
            let Ok(text) = fs::read_to_string(&file) else {
                continue;
            };
            let sources = match file.extension().and_then(|end| end.to_str()) {
                Some("sources") => deb822(&text),
                Some("list") => one_line(&text),
                _ => continue,
            };
            sources.into_iter().for_each(|source| merge(&mut found, source));
        }
        found.retain(|source| !source.suites.iter().all(|suite| suite.contains("security")));
        found
    }

    /// The suites that the machine itself uses on this mirror.
    pub fn suites(&self) -> &[String] {
        &self.suites
    }

    /// The mirror without a password that may stand in it, for messages.
    pub fn shown(&self) -> String {
        match self
            .uri
            .split_once("://")
            .and_then(|(scheme, rest)| Some((scheme, rest.split_once('@')?.1)))
        {
            Some((scheme, rest)) => format!("{scheme}://{rest}"),
            None => self.uri.clone(),
        }
    }

    /// A deb822 stanza for other suites of the same mirror.
    pub fn stanza(&self, suites: &[&str]) -> String {
        let mut text = format!(
            "Types: deb\nURIs: {}\nSuites: {}\nComponents: main\n",
            self.uri,
            suites.join(" ")
        );
        if let Some(signed_by) = &self.signed_by {
            text.push_str(&format!("Signed-By: {signed_by}\n"));
        }
        if self.trusted {
            text.push_str("Trusted: yes\n");
        }
        text
    }
}

fn merge(found: &mut Vec<Source>, source: Source) {
    match found
        .iter_mut()
        .find(|known| known.uri == source.uri && known.signed_by == source.signed_by)
    {
        Some(known) => {
            let all: BTreeSet<String> = known.suites.drain(..).chain(source.suites).collect();
            known.suites = all.into_iter().collect();
        }
        None => found.push(source),
    }
}

/// `Types: deb` stanzas separated by empty lines; a line that begins with a space continues the field before it.
fn deb822(text: &str) -> Vec<Source> {
    let mut sources = Vec::new();
    let text: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    for stanza in text.split(|line| line.trim().is_empty()) {
        let fields = fields(stanza);
        let field = |name: &str| {
            fields
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value)
        };
        let is = |name: &str, value: &str| {
            field(name).is_some_and(|found| found.trim().eq_ignore_ascii_case(value))
        };
        let binary = field("Types").is_some_and(|types| types.split_whitespace().any(|kind| kind == "deb"));
        if !binary || is("Enabled", "no") {
            continue;
        }
        for uri in field("URIs").into_iter().flat_map(|uris| uris.split_whitespace()) {
            sources.push(Source {
                uri: uri.to_owned(),
                signed_by: field("Signed-By").map(|value| value.trim_end().to_owned()),
                trusted: is("Trusted", "yes"),
                suites: field("Suites")
                    .into_iter()
                    .flat_map(|names| names.split_whitespace())
                    .map(str::to_owned)
                    .collect(),
            });
        }
    }
    sources
}

fn fields(stanza: &[&str]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in stanza {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push('\n');
                value.push_str(line);
            }
        } else if let Some((key, value)) = line.split_once(':') {
            fields.push((key.trim().to_owned(), value.trim().to_owned()));
        }
    }
    fields
}

/// `deb [options] uri suite component…`
fn one_line(text: &str) -> Vec<Source> {
    text.lines()
        .filter_map(|line| one_line_entry(line.split('#').next().unwrap_or_default().trim()))
        .collect()
}

fn one_line_entry(line: &str) -> Option<Source> {
    let rest = line.strip_prefix("deb")?.strip_prefix([' ', '\t'])?.trim_start();
    let (options, rest) = match rest.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => ("", rest),
    };
    let option = |name: &str| {
        options
            .split_whitespace()
            .find_map(|option| option.strip_prefix(name)?.strip_prefix('='))
    };
    let mut words = rest.split_whitespace();
    Some(Source {
        uri: words.next()?.to_owned(),
        signed_by: option("signed-by").map(str::to_owned),
        trusted: option("trusted") == Some("yes"),
        suites: vec![words.next()?.to_owned()],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_deb822_with_comments_and_embedded_keys() {
        let text = "Types: deb deb-src\n# a comment\nURIs: http://mirror.example/debian\nSuites: a a-updates\n\
                    Components: main\nSigned-By:\n -----BEGIN\n .\n xyz\n\nTypes: deb\nURIs: http://other.example\n\
                    Suites: a\nEnabled: no\n";
        let sources = deb822(text);
        assert_eq!(sources.len(), 1);
        assert_eq!(sources[0].suites(), ["a", "a-updates"]);
        assert!(
            sources[0]
                .stanza(&["b"])
                .contains("Signed-By: \n -----BEGIN\n .\n xyz\n")
        );
    }

    #[test]
    fn reads_the_one_line_format_with_and_without_options() {
        let text = "# deb http://off.example a main\ndeb [arch=amd64 signed-by=/k.gpg] http://user:pw@m.example/debian a main # x\n\
                    deb http://n.example/debian b main contrib\ndeb-src http://n.example/debian b main\n";
        let sources = one_line(text);
        assert_eq!(sources.len(), 2);
        assert_eq!(sources[0].signed_by.as_deref(), Some("/k.gpg"));
        assert_eq!(sources[0].shown(), "http://m.example/debian");
        assert_eq!(sources[1].suites(), ["b"]);
    }
}
