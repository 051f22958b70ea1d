//! Sweeping what is over (OPS-7): stores know no expiry, so somebody has to take the entries away.

use crate::backend::{Backend, Pending};
use crate::error::Error;
use crate::store::expires_at;

/// A store whose keys can be listed. Listing costs as much as the store is large, so only the sweep does it.
pub trait Listing: Backend {
    /// Up to `most` of the keys that are `wanted`, in no order.
    fn find<'a>(&'a self, wanted: &'a (dyn Fn(&str) -> bool + Sync), most: usize)
    -> Pending<'a, Vec<String>>;
}

/// What one step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swept {
    /// Entries that were taken away.
    pub removed: u32,
    /// Whether there may be more.
    pub more: bool,
}

/// Sweeps one name space.
pub struct Sweeper {
    backend: Box<dyn Listing>,
    namespace: &'static str,
}

impl Sweeper {
    /// Keys begin with `namespace`, as those of a [`crate::Store`].
    pub fn new(namespace: &'static str, backend: impl Listing + 'static) -> Self {
        Self {
            backend: Box::new(backend),
            namespace,
        }
    }

    /// Takes away up to `most` entries whose keys say that they are over.
    ///
    /// # Errors
    /// [`Error`] when the store cannot be read or written.
    pub async fn by_key(&self, over: impl Fn(&str) -> bool + Sync, most: usize) -> Result<Swept, Error> {
        let wanted = |key: &str| self.own(key).is_some_and(&over);
        let found = self.backend.find(&wanted, most).await?;
        for key in &found {
            self.backend.delete(key).await?;
        }
        Ok(Swept {
            removed: count(found.len()),
            more: found.len() >= most,
        })
    }

    /// Looks at up to `most` values whose keys are `candidate` and takes away those that have expired at `now` (seconds since 1970).
    /// Between the look and the removal somebody could write anew, and that would be lost. So only for keys that are not written again
    /// once they have expired, or where the next write makes it good.
    ///
    /// # Errors
    /// [`Error`] when the store cannot be read or written.
    pub async fn by_value(
        &self,
        candidate: impl Fn(&str) -> bool + Sync,
        now: i64,
        most: usize,
    ) -> Result<Swept, Error> {
        let wanted = |key: &str| self.own(key).is_some_and(&candidate);
        let found = self.backend.find(&wanted, most).await?;
        let mut removed = 0;
        for key in &found {
            let value = self.backend.get(key).await?;
            if value.is_some_and(|bytes| expires_at(&bytes).is_some_and(|end| end <= now)) {
                self.backend.delete(key).await?;
                removed += 1;
            }
        }
        Ok(Swept {
            removed,
            // If none of so many has expired, the next run would find the same.
            more: found.len() >= most && removed > 0,
        })
    }

    fn own<'a>(&self, key: &'a str) -> Option<&'a str> {
        key.strip_prefix(self.namespace)?.strip_prefix('/')
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;
    use crate::{Memory, Store};

    #[test]
    fn only_what_is_over_goes_and_only_in_ones_own_name_space() {
        let memory = Memory::default();
        let (own, other) = (
            Store::new("own", memory.clone()),
            Store::new("other", memory.clone()),
        );
        for number in 0..5 {
            block_on(own.increment(&format!("limit/{number}/a"), 1)).unwrap();
            block_on(other.increment(&format!("limit/{number}/a"), 1)).unwrap();
        }
        let sweeper = Sweeper::new("own", memory.clone());
        let over = |key: &str| key.starts_with("limit/") && !key.starts_with("limit/4/");
        let steps: Vec<_> = (0..3)
            .map(|_| block_on(sweeper.by_key(over, 3)).unwrap())
            .collect();
        let step = |removed, more| Swept { removed, more };
        assert_eq!(steps, [step(3, true), step(1, false), step(0, false)]);
        assert_eq!(block_on(own.increment("limit/4/a", 0)).unwrap(), 1);
        assert_eq!(block_on(own.increment("limit/3/a", 0)).unwrap(), 0);
        assert_eq!(block_on(other.increment("limit/3/a", 0)).unwrap(), 1);
    }

    #[test]
    fn values_go_when_they_have_expired() {
        let memory = Memory::default();
        let store = Store::new("own", memory.clone());
        for (key, end) in [("session/a", 100), ("session/b", 101), ("user/a", 50)] {
            block_on(store.set(key, b"1", end)).unwrap();
        }
        let sweeper = Sweeper::new("own", memory.clone());
        let sessions = |key: &str| key.starts_with("session/");
        let swept = block_on(sweeper.by_value(sessions, 100, 9)).unwrap();
        assert_eq!(
            swept,
            Swept {
                removed: 1,
                more: false
            }
        );
        let left = |key: &str| block_on(store.get(key, 0)).unwrap().is_some();
        assert!(!left("session/a") && left("session/b") && left("user/a"));
        memory.break_down(true);
        assert!(block_on(sweeper.by_value(sessions, 200, 9)).is_err());
    }
}
