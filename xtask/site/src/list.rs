//! The list of files, and the files: each as it is and, where that is smaller, encoded by gzip and Brotli, so that the component encodes
//! nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The list's name.
pub const LIST: &str = "site.json";

/// Below this many bytes an answer fits into one packet anyway.
const SMALLEST: usize = 1024;

/// As the component's `policy.rs` names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// Swagger UI.
    Swagger,
    /// Redoc.
    Redoc,
    /// A page of the guide.
    Guide,
    /// No page.
    Data,
}

#[derive(Serialize)]
struct Page {
    file: String,
    media_type: &'static str,
    digest: String,
    policy: Policy,
    encoded: bool,
}

/// A site that is being made.
pub struct Site {
    folder: PathBuf,
    pages: BTreeMap<String, Page>,
    files: BTreeSet<PathBuf>,
}

impl Site {
    /// Begins in a folder; files that are right already stay.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self {
            folder: folder.to_owned(),
            pages: BTreeMap::new(),
            files: BTreeSet::new(),
        })
    }

    /// Adds a page at its address.
    ///
    /// # Errors
    /// An ending that is not known, an address that is taken, a file that cannot be written.
    pub fn add(&mut self, address: &str, bytes: &[u8], policy: Policy) -> Result<()> {
        let name = match address.trim_matches('/') {
            name if name.contains('.') => name.to_owned(),
            name => format!("{name}.html"),
        };
        let page = Page {
            media_type: media_type(&name)?,
            digest: digest(bytes),
            policy,
            encoded: self.write(&name, bytes)?,
            file: name,
        };
        if self.pages.insert(address.to_owned(), page).is_some() {
            bail!("{address} stands twice in the site");
        }
        Ok(())
    }

    /// Adds a file under a name that changes with its content; gives its address. Two pages may share one.
    ///
    /// # Errors
    /// As [`Site::add`].
    pub fn add_asset(&mut self, name: &str, bytes: &[u8]) -> Result<String> {
        let (stem, ending) = name
            .rsplit_once('.')
            .with_context(|| format!("{name} has no ending"))?;
        let address = format!("/docs/assets/{stem}.{}.{ending}", &digest(bytes)[..12]);
        if !self.pages.contains_key(&address) {
            self.add(&address, bytes, Policy::Data)?;
        }
        Ok(address)
    }

    /// Writes the list, and takes away what is not in it.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn close(mut self) -> Result<()> {
        let text = serde_json::to_vec_pretty(&self.pages)?;
        write(&self.folder.join(LIST), &text)?;
        self.files.insert(self.folder.join(LIST));
        sweep(&self.folder, &self.files)
    }

    /// Writes a file, encoded too if that is smaller; says whether it is.
    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<bool> {
        let path = self.folder.join(name);
        let (gzip, brotli) = (
            self.folder.join(format!("{name}.gz")),
            self.folder.join(format!("{name}.br")),
        );
        let known = fs::read(&path).is_ok_and(|known| known == bytes) && gzip.exists() && brotli.exists();
        self.files.insert(path.clone());
        let mut encoded = known;
        if !known && bytes.len() >= SMALLEST {
            let (by_gzip, by_brotli) = (by_gzip(bytes)?, by_brotli(bytes)?);
            encoded = by_gzip.len().max(by_brotli.len()) < bytes.len();
            if encoded {
                write(&gzip, &by_gzip)?;
                write(&brotli, &by_brotli)?;
            }
        }
        // Last, so that whoever finds it finds its encodings.
        if !known {
            write(&path, bytes)?;
        }
        if !encoded {
            return Ok(false);
        }
        self.files.extend([gzip, brotli]);
        Ok(true)
    }
}

/// The beginning of a SHA-256, long enough that two files never share it.
fn digest(bytes: &[u8]) -> String {
    let mut text = base16ct::lower::encode_string(&Sha256::digest(bytes));
    text.truncate(32);
    text
}

fn media_type(name: &str) -> Result<&'static str> {
    Ok(match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        ending => bail!("what media type has {name}, which ends with {ending:?}?"),
    })
}

fn by_gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

fn by_brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    // The levels above take many times as long for a twentieth less.
    const LEVEL: u32 = 9;
    const WINDOW: u32 = 22;
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, LEVEL, WINDOW);
    encoder.write_all(bytes)?;
    encoder.flush()?;
    Ok(encoder.into_inner())
}

/// By renaming, so that a running server never reads half a file.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    fs::write(&part, bytes).with_context(|| format!("cannot write {}", part.display()))?;
    fs::rename(&part, path).with_context(|| format!("cannot write {}", path.display()))
}

fn sweep(folder: &Path, keep: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sweep(&path, keep)?;
            // Only when it is empty.
            let _ = fs::remove_dir(&path);
        } else if !keep.contains(&path) {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}
