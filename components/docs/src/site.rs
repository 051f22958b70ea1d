//! The files that `cargo xtask site` made, and the list of them. Only what the list names is read, by its whole address, so that no request
//! names a file.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use http_kit::compress::Coding;
use http_kit::{Code, Problem};
use serde::Deserialize;

use crate::policy::Policy;

/// The list's name.
const LIST: &str = "site.json";

/// One address.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Its file, relative to the site; encoded ones lie beside it with `.br` or `.gz` appended.
    file: PathBuf,
    /// The value of `Content-Type`.
    pub media_type: String,
    /// What its tag is: the beginning of the SHA-256 of its bytes.
    pub digest: String,
    /// What the browser lets it do.
    pub policy: Policy,
    /// Whether there are encoded files: not where they would not be smaller.
    encoded: bool,
}

/// All of them.
pub struct Site {
    folder: PathBuf,
    /// Or why there is no list.
    pages: Result<HashMap<String, Page>, String>,
}

impl Site {
    /// Reads the list. One that is missing is a problem of each request and not of the start, so that the log says it where it matters.
    pub fn open(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        let read = fs::read(folder.join(LIST)).map_err(|error| error.to_string());
        let pages = read.and_then(|bytes| serde_json::from_slice(&bytes).map_err(|error| error.to_string()));
        Self { folder, pages }
    }

    /// The page at an address; its `.html` may be left out.
    ///
    /// # Errors
    /// [`Code::NotFound`], or [`Code::InternalError`] without a list.
    pub fn find(&self, path: &str) -> Result<&Page, Problem> {
        let pages = self.pages.as_ref().map_err(|error| {
            let reason = format!("{LIST}: {error}; `cargo xtask site` makes it");
            Problem::new(Code::InternalError).because(reason)
        })?;
        let short = || pages.get(&format!("{path}.html"));
        pages
            .get(path)
            .or_else(short)
            .ok_or_else(|| Problem::new(Code::NotFound))
    }

    /// The bytes of a page in a coding.
    ///
    /// # Errors
    /// [`Code::InternalError`] when the file is not there.
    pub fn read(&self, page: &Page, coding: Coding) -> Result<Vec<u8>, Problem> {
        let mut name = page.file.clone().into_os_string();
        name.push(match coding {
            Coding::Identity => "",
            Coding::Gzip => ".gz",
            Coding::Brotli => ".br",
        });
        fs::read(self.folder.join(&name)).map_err(|error| {
            let reason = format!("{}: {error}", name.display());
            Problem::new(Code::InternalError).because(reason)
        })
    }
}

impl Page {
    /// The codings in which it lies there, the smallest first.
    pub fn codings(&self) -> &'static [Coding] {
        if self.encoded {
            &[Coding::Brotli, Coding::Gzip]
        } else {
            &[]
        }
    }
}
