//! Which core runs what: the server one, the generator another, so that neither takes time from the other.

use anyhow::Result;

/// The cores of a measurement.
#[derive(Clone, Copy)]
pub struct Cores {
    pinned: Option<(usize, usize)>,
}

impl Cores {
    /// The first two cores that this process may use; nothing is pinned if there is one only, or not on Linux.
    pub fn choose() -> Result<Self> {
        let allowed = allowed()?;
        let pinned = match allowed.as_slice() {
            [first, second, ..] => Some((*first, *second)),
            _ => None,
        };
        Ok(Self { pinned })
    }

    /// What a table says about them.
    pub fn describe(self) -> String {
        match self.pinned {
            Some((server, generator)) => format!("server on core {server}, generator on core {generator}"),
            None => "server and generator share all cores".to_owned(),
        }
    }

    /// Starts something that stays on the server's core.
    pub fn server<T>(self, start: impl FnOnce() -> Result<T>) -> Result<T> {
        self.on(self.pinned.map(|(server, _)| server), start)
    }

    /// Starts something that stays on the generator's core: the generator, and services that a server asks.
    pub fn generator<T>(self, start: impl FnOnce() -> Result<T>) -> Result<T> {
        self.on(self.pinned.map(|(_, generator)| generator), start)
    }

    /// What is started inherits the cores of the thread that starts it.
    fn on<T>(self, core: Option<usize>, start: impl FnOnce() -> Result<T>) -> Result<T> {
        let Some(core) = core else { return start() };
        let before = allowed()?;
        restrict(&[core])?;
        let started = start();
        restrict(&before)?;
        started
    }
}

#[cfg(target_os = "linux")]
fn allowed() -> Result<Vec<usize>> {
    use nix::sched::{CpuSet, sched_getaffinity};
    use nix::unistd::Pid;

    let set = sched_getaffinity(Pid::from_raw(0))?;
    Ok((0..CpuSet::count())
        .filter(|core| set.is_set(*core).unwrap_or(false))
        .collect())
}

#[cfg(target_os = "linux")]
fn restrict(cores: &[usize]) -> Result<()> {
    use nix::sched::{CpuSet, sched_setaffinity};
    use nix::unistd::Pid;

    let mut set = CpuSet::new();
    for core in cores {
        set.set(*core)?;
    }
    Ok(sched_setaffinity(Pid::from_raw(0), &set)?)
}

#[cfg(not(target_os = "linux"))]
fn allowed() -> Result<Vec<usize>> {
    Ok(Vec::new())
}

#[cfg(not(target_os = "linux"))]
fn restrict(_: &[usize]) -> Result<()> {
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_thread_comes_back_to_its_cores() {
        let before = allowed().unwrap();
        let cores = Cores::choose().unwrap();
        let inside = cores.generator(allowed).unwrap();
        assert_eq!(inside.len(), if before.len() < 2 { before.len() } else { 1 });
        assert_eq!(allowed().unwrap(), before);
    }
}
