//! `cargo xtask reference`: writes what the code says about itself to files for people: every variable, as a page and as an example of
//! `.env` (OPS-5, DOC-2), and each code of a problem, in its page (CONV-4). A test says when the files are not what this would write.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result};
use config::{FIELDS, Field};

use crate::workspace::Workspace;
use crate::{site, term};

/// The files and what they should say.
fn files() -> [(&'static str, String); 2] {
    [(".env.example", example()), ("docs/configuration.md", page())]
}

/// Runs `cargo xtask reference`.
pub fn run(workspace: &Workspace) -> Result<()> {
    for (path, text) in files() {
        fs::write(workspace.root.join(path), text).with_context(|| format!("cannot write {path}"))?;
        term::note(path);
    }
    site::renew_errors(workspace)
}

fn environment(field: &Field) -> String {
    format!("SPIN_VARIABLE_{}", field.name.to_uppercase())
}

/// One block for each variable; those with a default are commented out.
fn example() -> String {
    let mut text = String::from(
        "# Every variable of the application. Written by `cargo xtask reference`.\n\
         #\n\
         # `cargo xtask up` makes a `.env` with fresh secrets by itself; copy from here what should differ from the default.\n\
         # `cargo xtask check-config` says what is wrong with a file. Spin reads `.env` in the folder where it is started.\n",
    );
    for field in FIELDS {
        let required = if field.default.is_none() { " Required." } else { "" };
        let secret = if field.secret { " Secret." } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n# {}{required}{secret}\n# Expected: {}.\n",
            field.purpose, field.expected
        );
        let _ = match field.default {
            None => writeln!(text, "{}=", environment(field)),
            Some(default) => writeln!(text, "# {}={default}", environment(field)),
        };
    }
    text
}

fn page() -> String {
    let mut text = String::from(
        "# Configuration\n\n\
         Spin variables, and nothing else (GUARD-12). They are read once per instance; a value that is missing or malformed is named in the\n\
         log and answered with 500 `configuration_invalid`, and `cargo xtask check-config` says the same before the start. On Spin a variable\n\
         comes from the environment as `SPIN_VARIABLE_<NAME>`, from `.env`, from `--variable`, or from a provider in the runtime\n\
         configuration. This page is written by `cargo xtask reference`.\n\n\
         | variable | what for | expected | default |\n|---|---|---|---|\n",
    );
    for field in FIELDS {
        let secret = if field.secret { " Secret." } else { "" };
        let default = match field.default {
            None => "required".to_owned(),
            Some(default) => format!("`{default}`"),
        };
        let _ = writeln!(
            text,
            "| `{}` | {}{secret} | {} | {default} |",
            field.name,
            cell(field.purpose),
            cell(field.expected)
        );
    }
    text
}

/// What a cell of a table can hold.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_files_say_what_the_code_says() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for (path, text) in files() {
            let written = fs::read_to_string(root.join(path)).unwrap_or_default();
            assert_eq!(
                written, text,
                "{path} is not current: run `cargo xtask reference`"
            );
        }
    }

    #[test]
    fn the_example_can_be_read_as_a_file_of_variables() {
        let example = example();
        let set: Vec<&str> = example
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect();
        let required = FIELDS.iter().filter(|field| field.default.is_none());
        let expected: Vec<String> = required.map(|field| format!("{}=", environment(field))).collect();
        assert_eq!(set, expected);
    }
}
