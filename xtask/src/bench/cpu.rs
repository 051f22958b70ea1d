//! Processor time of the server, as the kernel counts it.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// What all processes of a group have used so far. Processes that have ended are not in it: the server's live as long as it does.
pub fn used(group: u32) -> Result<Duration> {
    let ticks_per_second = nix::unistd::sysconf(nix::unistd::SysconfVar::CLK_TCK)?
        .context("the kernel does not say its clock's rate")?;
    let mut ticks = 0;
    for entry in fs::read_dir("/proc").context("cannot list processes")? {
        // A process may end while it is looked at.
        let stat = entry
            .ok()
            .and_then(|entry| fs::read_to_string(entry.path().join("stat")).ok());
        ticks += stat.and_then(|stat| ticks_of(&stat, group)).unwrap_or(0);
    }
    Ok(Duration::from_secs_f64(ticks as f64 / ticks_per_second as f64))
}

/// The memory that all processes of a group hold, in bytes (resident set).
pub fn memory(group: u32) -> Result<u64> {
    let page = nix::unistd::sysconf(nix::unistd::SysconfVar::PAGE_SIZE)?
        .context("the kernel does not say its page size")?;
    let mut pages = 0;
    for entry in fs::read_dir("/proc").context("cannot list processes")? {
        let stat = entry
            .ok()
            .and_then(|entry| fs::read_to_string(entry.path().join("stat")).ok());
        pages += stat.and_then(|stat| field_of(&stat, group, 21)).unwrap_or(0);
    }
    Ok(pages * u64::try_from(page)?)
}

/// User and system time of a line of `/proc/<pid>/stat` (proc(5)), if the process belongs to the group.
fn ticks_of(stat: &str, group: u32) -> Option<u64> {
    Some(field_of(stat, group, 11)? + field_of(stat, group, 12)?)
}

/// A number of a line of `/proc/<pid>/stat`, counted from the state of the process, if that belongs to the group.
fn field_of(stat: &str, group: u32, index: usize) -> Option<u64> {
    // The name stands in parentheses and may hold anything, spaces too.
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    (number(2)? == u64::from(group)).then_some(number(index)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_group_is_counted() {
        let line = "7 (a b) c) S 1 42 42 0 -1 0 0 0 0 0 100 23 0 0 20 0 8 0 5 0 0";
        assert_eq!(ticks_of(line, 42), Some(123));
        assert_eq!(ticks_of(line, 41), None);
        assert_eq!(ticks_of("nonsense", 42), None);
        assert_eq!(
            field_of("7 (x) S 1 42 42 0 -1 0 0 0 0 0 1 2 0 0 20 0 8 0 5 0 77 0", 42, 21),
            Some(77)
        );
    }
}
