//! `cargo xtask common-passwords`: makes the embedded list of common passwords (AUTH-9) out of a text with one on each line.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::workspace::Workspace;

/// Where the component embeds it from.
const LIST: &str = "components/auth/src/password/common.bin";
/// What is shorter is neither a password nor the stem of one, see `domain::password`.
const SHORTEST: usize = 4;

/// What `cargo xtask common-passwords` understands.
#[derive(clap::Args)]
pub struct Args {
    /// Text file with one password on each line, such as Django's common-passwords.txt, unpacked
    #[arg(value_name = "LIST")]
    list: PathBuf,
}

/// Runs `cargo xtask common-passwords`.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let text = std::fs::read_to_string(&args.list)
        .with_context(|| format!("cannot read {}", args.list.display()))?;
    let entries = prefixes(&text);
    let bytes: Vec<u8> = entries.iter().flatten().copied().collect();
    let path = workspace.root.join(LIST);
    std::fs::write(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
    println!(
        "{LIST}: {} entries, {} bytes, finds one in {} of what is not on the list",
        entries.len(),
        bytes.len(),
        (1_u64 << 32) / entries.len().max(1) as u64
    );
    Ok(())
}

/// The first four bytes of each entry's SHA-256 in lower case, sorted.
fn prefixes(text: &str) -> BTreeSet<[u8; 4]> {
    text.lines()
        .map(|line| line.trim().to_lowercase())
        .filter(|password| password.chars().count() >= SHORTEST)
        .filter_map(|password| Sha256::digest(password).first_chunk::<4>().copied())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_and_order_do_not_matter() {
        assert_eq!(
            prefixes("password\nSunshine \nabc\n\n"),
            prefixes("sunshine\nPASSWORD\n")
        );
        // SHA-256 of "password" (FIPS 180-4).
        assert!(prefixes("password").contains(&[0x5e, 0x88, 0x48, 0x98]));
    }
}
