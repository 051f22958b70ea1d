//! `realcare-site`: what `cargo xtask site` runs after the npm packages are there.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

const HELP: &str = "\
Usage: realcare-site make ROOT OUT [PACKAGES]   makes the site of the project at ROOT in the folder OUT; PACKAGES is a node_modules
       realcare-site errors ROOT                writes the made parts of the pages in docs/errors
       realcare-site links ROOT                 checks the links of every page and of the built guide";

fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<()> {
    match arguments {
        ["make", root, out] => realcare_site::make(Path::new(root), None, Path::new(out)),
        ["make", root, out, packages] => {
            realcare_site::make(Path::new(root), Some(Path::new(packages)), Path::new(out))
        }
        ["errors", root] => write_errors(Path::new(root)),
        ["links", root] => check_links(Path::new(root)),
        ["-h" | "--help"] => {
            println!("{HELP}");
            Ok(())
        }
        _ => bail!("unknown arguments\n\n{HELP}"),
    }
}

fn write_errors(root: &Path) -> Result<()> {
    for code in http_kit::Code::ALL {
        let path = root.join("docs/errors").join(realcare_site::errors::file(*code));
        let text =
            std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let renewed =
            realcare_site::errors::renew(&text, *code).with_context(|| format!("{}", path.display()))?;
        if renewed != text {
            std::fs::write(&path, renewed).with_context(|| format!("cannot write {}", path.display()))?;
            println!("wrote {}", path.display());
        }
    }
    Ok(())
}

fn check_links(root: &Path) -> Result<()> {
    let pages: Vec<PathBuf> = realcare_site::links::pages(root)?;
    let dead = realcare_site::links::dead(root, &pages)?;
    if !dead.is_empty() {
        bail!("links that lead nowhere:\n  {}", dead.join("\n  "));
    }
    println!("{} pages, every link leads somewhere", pages.len());
    Ok(())
}
