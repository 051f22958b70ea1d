//! The template of a component speaks as the components do: nobody compiles it until somebody needs one.

use realcare_house::{Source, expect_none, sources};

const TEMPLATE: &str = "xtask/templates/component/src/";

/// The path and the names of `use path::{One, Other};` and of `use path::One;`.
fn imports(source: &Source) -> Vec<(&str, Vec<&str>)> {
    let lines = source
        .text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("use "));
    lines
        .filter_map(|line| line.strip_suffix(';')?.rsplit_once("::"))
        .map(|(path, names)| {
            let names = names.trim_matches(['{', '}']).split(',').map(str::trim);
            (path, names.collect())
        })
        .collect()
}

#[test]
fn the_template_imports_what_components_import() {
    let sources = sources();
    let (template, others): (Vec<&Source>, Vec<&Source>) = sources
        .iter()
        .partition(|source| source.path.starts_with(TEMPLATE));
    assert!(!template.is_empty(), "the template lies in {TEMPLATE}");
    let known: Vec<(&str, Vec<&str>)> = others
        .iter()
        .filter(|source| source.path.starts_with("components/"))
        .flat_map(|source| imports(source))
        .collect();
    let is_known = |path: &str, name: &str| {
        known
            .iter()
            .any(|(known, names)| *known == path && names.contains(&name))
    };
    let mut found = Vec::new();
    for source in template {
        for (path, names) in imports(source) {
            let strange = names.into_iter().filter(|name| {
                !path.starts_with("super") && !path.starts_with("crate") && !is_known(path, name)
            });
            found.extend(strange.map(|name| format!("{}: {path}::{name}", source.path)));
        }
    }
    expect_none(
        found,
        "No component imports these; the template has fallen behind:",
    );
}
