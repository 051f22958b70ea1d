//! The guide: `docs/` rendered by mdBook into pages that need no script and one style sheet.
//!
//! mdBook's own page comes with scripts in the page, fonts and themes; `docs/theme/index.hbs` is a page of ours in its place. The files that
//! mdBook copies for its own page stay behind.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use mdbook_driver::MDBook;
use mdbook_driver::book::{BookItem, Chapter};

use crate::links;
use crate::list::{Policy, Site};

/// Where `index.hbs` wants the contents.
const CONTENTS: &str = "<!-- contents -->";
/// Where it wants the style sheet.
const STYLE: &str = "guide.css";
/// Where it wants the icon.
const ICON: &str = "icon.svg";

/// A page as it was rendered.
pub struct Rendered {
    /// Relative to the guide, `errors/not-found.html`.
    pub path: String,
    /// The page; the names of the style sheet and the icon are not filled in yet.
    pub html: String,
}

/// Renders the guide and adds it, with the icon at this address.
///
/// # Errors
/// A page that cannot be rendered, a page that is missing in `SUMMARY.md`.
pub fn add(site: &mut Site, docs: &Path, icon: &str) -> Result<()> {
    let style = fs::read(docs.join("theme").join(STYLE)).context("the guide has no style sheet")?;
    let style = site.add_asset(STYLE, &style)?;
    for page in render(docs)? {
        let html = page.html.replacen(STYLE, &style, 1).replacen(ICON, icon, 1);
        site.add(&format!("/docs/{}", page.path), html.as_bytes(), Policy::Guide)?;
    }
    Ok(())
}

/// Renders the guide.
///
/// # Errors
/// As [`add`].
pub fn render(docs: &Path) -> Result<Vec<Rendered>> {
    let folder = Folder::new()?;
    let mut book = MDBook::load(docs).context("docs/ is no book")?;
    book.config.build.build_dir = folder.0.clone();
    book.build().context("the guide cannot be rendered")?;
    let chapters = chapters(&book);
    check_complete(docs, &chapters)?;
    let mut pages = Vec::new();
    for chapter in &chapters {
        let path = html_path(chapter)?;
        let html =
            fs::read_to_string(folder.0.join(&path)).with_context(|| format!("{path} was not rendered"))?;
        if html.matches(CONTENTS).count() != 1 {
            bail!("docs/theme/index.hbs has lost the place of the contents");
        }
        let html = html.replace(CONTENTS, &contents(&chapters, &path)?);
        let html = without_styles(&without_links_outside(&html, &path));
        pages.push(Rendered { path, html });
    }
    Ok(pages)
}

fn chapters(book: &MDBook) -> Vec<Chapter> {
    let chapter = |item: &BookItem| match item {
        BookItem::Chapter(chapter) if chapter.path.is_some() => Some(chapter.clone()),
        _ => None,
    };
    book.iter().filter_map(chapter).collect()
}

/// Every page of the folder has its line in `SUMMARY.md`, else mdBook leaves it out without a word.
fn check_complete(docs: &Path, chapters: &[Chapter]) -> Result<()> {
    let mut files = Vec::new();
    collect(docs, &mut files)?;
    let missing: Vec<String> = files
        .iter()
        .filter_map(|file| file.strip_prefix(docs).ok())
        .filter(|file| *file != Path::new("SUMMARY.md"))
        .filter(|file| {
            !chapters
                .iter()
                .any(|chapter| chapter.path.as_deref() == Some(file))
        })
        .map(|file| file.display().to_string())
        .collect();
    if !missing.is_empty() {
        bail!("docs/SUMMARY.md does not name {}", missing.join(", "));
    }
    Ok(())
}

/// The Markdown files of a folder and of those in it.
pub(crate) fn collect(folder: &Path, into: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, into)?;
        } else if path.extension().is_some_and(|ending| ending == "md") {
            into.push(path);
        }
    }
    into.sort();
    Ok(())
}

fn html_path(chapter: &Chapter) -> Result<String> {
    let path = chapter.path.as_ref().context("a chapter without a page")?;
    Ok(path.with_extension("html").to_string_lossy().into_owned())
}

/// The contents as `page` shows them: the first floor, and below a chapter its own pages while one of them is shown.
fn contents(chapters: &[Chapter], page: &str) -> Result<String> {
    let up = "../".repeat(page.matches('/').count());
    let here = chapters
        .iter()
        .find(|chapter| html_path(chapter).is_ok_and(|path| path == page));
    let here = here.context("a page that is no chapter")?;
    let branch = here.parent_names.first().unwrap_or(&here.name);
    let mut html = String::from("<ul>");
    for chapter in chapters {
        let shown = match chapter.parent_names.first() {
            None => true,
            Some(root) => root == branch,
        };
        if !shown {
            continue;
        }
        let path = html_path(chapter)?;
        let class = if chapter.parent_names.is_empty() {
            ""
        } else {
            " class=\"below\""
        };
        let current = if path == page {
            " aria-current=\"page\""
        } else {
            ""
        };
        let name = escape(&chapter.name);
        html.push_str(&format!(
            "<li{class}><a href=\"{up}{path}\"{current}>{name}</a></li>\n"
        ));
    }
    html.push_str("</ul>");
    Ok(html)
}

/// Files of the repository that are no pages are not served, so what links to them in a page is plain text here.
fn without_links_outside(html: &str, path: &str) -> String {
    const BEGIN: &str = "<a href=\"../";
    const END: &str = "</a>";
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once(BEGIN) {
        kept.push_str(before);
        let link = after.split(['"', '#']).next().unwrap_or_default();
        let parts = after.split_once('>').and_then(|(_, text)| text.split_once(END));
        match parts {
            Some((text, behind)) if links::resolve(path, &format!("../{link}")).is_none() => {
                kept.push_str(text);
                rest = behind;
            }
            _ => {
                kept.push_str(BEGIN);
                rest = after;
            }
        }
    }
    kept.push_str(rest);
    kept
}

/// mdBook aligns the cells of tables by a style of their own, which the guide's policy refuses; `guide.css` has classes for them.
fn without_styles(html: &str) -> String {
    ["left", "center", "right"]
        .into_iter()
        .fold(html.to_owned(), |html, side| {
            html.replace(
                &format!(" style=\"text-align: {side}\""),
                &format!(" class=\"{side}\""),
            )
        })
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

/// A folder that goes away with its value.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("realcare-guide-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
