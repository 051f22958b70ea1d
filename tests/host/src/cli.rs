//! The command line, in the words of `spin up`.

use std::{
    net::{Ipv4Addr, SocketAddr, ToSocketAddrs},
    path::PathBuf,
    time::Duration,
};

use clap::{Args, Parser, Subcommand};

/// Runs a spin.toml where Spin itself is absent. A stand-in for tests: production is Spin.
#[derive(Debug, Parser)]
#[command(name = "realcare-host", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the host can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the app and serve it until interrupted
    Up(Box<Up>),
}

/// Options of `up`.
#[derive(Debug, Args)]
pub struct Up {
    /// The manifest, or the directory that it lies in
    #[arg(short = 'f', long = "from", alias = "file", default_value = "spin.toml")]
    pub from: PathBuf,

    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, env = "SPIN_HTTP_LISTEN_ADDR", default_value = "127.0.0.1:3000", value_parser = listen_address)]
    pub listen: SocketAddr,

    /// Where stores, databases, logs and compiled components are kept; empty keeps nothing. Default: .spin beside the
    /// manifest
    #[arg(long)]
    pub state_dir: Option<String>,

    /// Where compiled components are kept, if not in the state directory
    #[arg(long, env = "REALCARE_HOST_CACHE")]
    pub cache_dir: Option<PathBuf>,

    /// Which backends stand behind stores and databases
    #[arg(long, env = "RUNTIME_CONFIG_FILE")]
    pub runtime_config_file: Option<PathBuf>,

    /// Set an application variable
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    pub variable: Vec<(String, String)>,

    /// Set an environment variable of all components
    #[arg(short = 'e', long, value_name = "KEY=VALUE", value_parser = key_value)]
    pub env: Vec<(String, String)>,

    /// Do not show what components print
    #[arg(short = 'q', long)]
    pub quiet: bool,

    /// Directory for what components print; empty keeps none. Default: logs in the state directory
    #[arg(short = 'L', long, env = "SPIN_LOG_DIR")]
    pub log_dir: Option<PathBuf>,

    /// Requests that an instance serves before it is dropped; `a..b` picks at random
    #[arg(long, default_value = "128", value_parser = count)]
    pub max_instance_reuse_count: Range<usize>,

    /// Requests that an instance serves at once; `a..b` picks at random
    #[arg(long, default_value = "16", value_parser = count)]
    pub max_instance_concurrent_reuse_count: Range<usize>,

    /// Time that a request may take (`5`, `5s`, `500ms`, or a range); unlimited by default
    #[arg(long, value_parser = duration)]
    pub request_timeout: Option<Range<Duration>>,

    /// Time that an instance is kept without requests
    #[arg(long, default_value = "1s", value_parser = duration)]
    pub idle_instance_timeout: Range<Duration>,

    /// Let tests break things: listen for rules at this address of the loopback interface (port 0 takes a free one); Spin has no such
    /// option
    #[arg(long, value_name = "ADDRESS")]
    pub faults: Option<SocketAddr>,
}

/// One value, or any between two (the end not included), chosen anew for each instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range<T> {
    /// The value, or the least one.
    pub start: T,
    /// What the value stays below, if it is not fixed.
    pub end: Option<T>,
}

fn listen_address(text: &str) -> Result<SocketAddr, String> {
    let found: Vec<_> = text
        .to_socket_addrs()
        .map_err(|error| error.to_string())?
        .collect();
    let loopback = found.iter().find(|address| address.ip() == Ipv4Addr::LOCALHOST);
    loopback
        .or(found.first())
        .copied()
        .ok_or_else(|| "no such address".to_owned())
}

fn key_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

fn range<T>(text: &str, parse: impl Fn(&str) -> Result<T, String>) -> Result<Range<T>, String> {
    match text.split_once("..") {
        Some((start, end)) => Ok(Range {
            start: parse(start)?,
            end: Some(parse(end)?),
        }),
        None => Ok(Range {
            start: parse(text)?,
            end: None,
        }),
    }
}

fn count(text: &str) -> Result<Range<usize>, String> {
    range(text, |text| {
        text.parse().map_err(|_| format!("{text:?} is not a count"))
    })
}

fn duration(text: &str) -> Result<Range<Duration>, String> {
    range(text, |text| {
        let unit = text.trim_start_matches(|character: char| character.is_ascii_digit());
        let number = text[..text.len() - unit.len()]
            .parse()
            .map_err(|_| format!("{text:?} is not a duration"))?;
        match unit {
            "" | "s" => Ok(Duration::from_secs(number)),
            "ms" => Ok(Duration::from_millis(number)),
            "us" | "μs" => Ok(Duration::from_micros(number)),
            "ns" => Ok(Duration::from_nanos(number)),
            _ => Err(format!("{unit:?} is not a unit of time: use s, ms, us or ns")),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn reads_ranges_and_units() {
        assert_eq!(
            count("1..8").unwrap(),
            Range {
                start: 1,
                end: Some(8)
            }
        );
        assert_eq!(
            duration("5").unwrap(),
            Range {
                start: Duration::from_secs(5),
                end: None
            }
        );
        assert_eq!(duration("250ms").unwrap().start, Duration::from_millis(250));
        assert!(duration("5m").is_err());
        assert_eq!(
            listen_address("localhost:81").unwrap(),
            "127.0.0.1:81".parse().unwrap()
        );
    }
}
