//! Links: in every Markdown file of the project as a person follows them in the repository, and in the rendered guide as a browser does.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::book::{self, Rendered};

/// Folders that hold no page of ours.
const SKIPPED: &[&str] = &["target", "node_modules", ".git", ".spin"];

/// What the component serves besides the guide.
const ADDRESSES: &[&str] = &["/docs", "/redoc", "/openapi.json"];

/// Every Markdown file of the project.
///
/// # Errors
/// A folder cannot be read.
pub fn pages(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    walk(root, &mut found)?;
    found.sort();
    Ok(found)
}

fn walk(folder: &Path, into: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        if entry.file_type()?.is_dir() {
            if !SKIPPED.iter().any(|skipped| *skipped == name) {
                walk(&path, into)?;
            }
        } else if path.extension().is_some_and(|ending| ending == "md") {
            into.push(path);
        }
    }
    Ok(())
}

/// Every link that leads nowhere, in these files and in the rendered guide.
///
/// # Errors
/// A file cannot be read, the guide cannot be rendered.
pub fn dead(root: &Path, pages: &[PathBuf]) -> Result<Vec<String>> {
    let mut dead = Vec::new();
    for page in pages {
        let text = fs::read_to_string(page).with_context(|| format!("cannot read {}", page.display()))?;
        let shown = page.strip_prefix(root).unwrap_or(page).display();
        for link in outline(&text).links {
            if !leads_somewhere(page, &text, &link) {
                dead.push(format!("{shown}: {link}"));
            }
        }
    }
    dead.extend(dead_in_guide(&book::render(&root.join("docs"))?));
    Ok(dead)
}

/// What a Markdown text links to, and what one can link to in it.
#[derive(Default)]
struct Outline {
    links: Vec<String>,
    anchors: BTreeSet<String>,
}

fn outline(text: &str) -> Outline {
    let mut outline = Outline::default();
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                outline.links.push(dest_url.into_string());
            }
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(part) | Event::Code(part) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&part);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let slug = slug(&heading.take().unwrap_or_default());
                let count = counts.entry(slug.clone()).or_default();
                outline.anchors.insert(match *count {
                    0 => slug,
                    more => format!("{slug}-{more}"),
                });
                *count += 1;
            }
            _ => {}
        }
    }
    outline
}

/// The anchor of a heading, as mdBook and code forges make it.
fn slug(heading: &str) -> String {
    let kept = |letter: char| match letter {
        letter if letter.is_alphanumeric() || letter == '_' || letter == '-' => {
            Some(letter.to_lowercase().collect::<String>())
        }
        letter if letter.is_whitespace() => Some("-".to_owned()),
        _ => None,
    };
    heading.trim().chars().filter_map(kept).collect()
}

fn is_elsewhere(link: &str) -> bool {
    link.contains("://") || link.starts_with("mailto:")
}

fn leads_somewhere(page: &Path, text: &str, link: &str) -> bool {
    if is_elsewhere(link) {
        return true;
    }
    let (path, anchor) = link
        .split_once('#')
        .map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    if path.starts_with('/') {
        return ADDRESSES.contains(&path);
    }
    let target = page.parent().unwrap_or(page).join(path);
    let Some(anchor) = anchor else {
        return target.exists();
    };
    let other = if path.is_empty() {
        Ok(text.to_owned())
    } else {
        fs::read_to_string(&target)
    };
    other.is_ok_and(|text| outline(&text).anchors.contains(anchor))
}

fn dead_in_guide(pages: &[Rendered]) -> Vec<String> {
    let by_path: BTreeMap<&str, &str> = pages
        .iter()
        .map(|page| (page.path.as_str(), page.html.as_str()))
        .collect();
    let mut dead = Vec::new();
    for page in pages {
        // The names of these two are filled in later.
        let filled = |link: &&str| link.ends_with("guide.css") || link.ends_with("icon.svg");
        for link in values(&page.html, "href").filter(|link| !is_elsewhere(link) && !filled(link)) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            if path.starts_with('/') {
                if !ADDRESSES.contains(&path) {
                    dead.push(format!("docs/{} as rendered: {link}", page.path));
                }
                continue;
            }
            let target = match path {
                "" => Some(page.path.clone()),
                path => resolve(&page.path, path),
            };
            let html = target.and_then(|target| by_path.get(target.as_str()).copied());
            let found =
                html.is_some_and(|html| anchor.is_empty() || values(html, "id").any(|id| id == anchor));
            if !found {
                dead.push(format!("docs/{} as rendered: {link}", page.path));
            }
        }
    }
    dead
}

/// The values of an attribute. mdBook writes every attribute in double quotes.
fn values<'a>(html: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let mark = format!(" {name}=\"");
    let length = mark.len();
    html.match_indices(&mark)
        .map(|(place, _)| place)
        .collect::<Vec<_>>()
        .into_iter()
        .filter_map(move |place| html.get(place + length..)?.split('"').next())
}

/// `errors/a.html` and `../b.html` are `b.html`; nothing when the link leaves the guide.
pub(crate) fn resolve(page: &str, link: &str) -> Option<String> {
    let mut parts: Vec<String> = Path::new(page)
        .parent()?
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    for part in Path::new(link).components() {
        match part {
            Component::ParentDir => {
                parts.pop()?;
            }
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_have_the_anchors_of_forges() {
        let text = "# One `two`\n## Who may do what?\n## Who may do what?\n[x](a.md#b) ![y](z.png)";
        let outline = outline(text);
        for anchor in ["one-two", "who-may-do-what", "who-may-do-what-1"] {
            assert!(outline.anchors.contains(anchor), "{:?}", outline.anchors);
        }
        assert_eq!(outline.links, ["a.md#b", "z.png"]);
    }

    #[test]
    fn links_in_the_guide_are_followed() {
        let page = |path: &str, html: &str| Rendered {
            path: path.to_owned(),
            html: html.to_owned(),
        };
        let pages = [
            page(
                "a.html",
                "<h1 id=\"top\">A</h1><a href=\"errors/b.html#x\">b</a><a href=\"#top\">t</a>",
            ),
            page(
                "errors/b.html",
                "<a href=\"../a.html\">a</a><a href=\"/docs\">d</a><a href=\"https://example.com\">e</a>",
            ),
            page(
                "c.html",
                "<a href=\"nowhere.html\">n</a><a href=\"/nowhere\">n</a><a href=\"a.html#gone\">g</a>",
            ),
        ];
        let dead = dead_in_guide(&pages);
        assert_eq!(dead.len(), 4, "{dead:?}");
        assert!(
            dead.iter()
                .all(|line| line.contains("nowhere") || line.contains("#gone") || line.contains("#x"))
        );
    }
}
