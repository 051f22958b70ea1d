//! Numbers that stand for host objects in a guest's hands.

use std::collections::HashMap;

/// How many handles of one kind an instance may hold at once, as on Spin.
pub const CAPACITY: usize = 256;

/// A bounded table from handle number to host object.
///
/// Numbers are not reused soon after they are freed, so a stale handle is noticed instead of meaning something else.
pub struct Handles<V> {
    capacity: usize,
    next: u32,
    objects: HashMap<u32, V>,
}

/// The table holds [`CAPACITY`] objects already.
#[derive(Debug, PartialEq, Eq)]
pub struct TableFull;

impl<V> Default for Handles<V> {
    fn default() -> Self {
        Self {
            capacity: CAPACITY,
            next: 0,
            objects: HashMap::new(),
        }
    }
}

impl<V> Handles<V> {
    /// A table without a bound, as Spin has for key-value stores.
    pub fn unbounded() -> Self {
        Self {
            capacity: usize::MAX,
            ..Self::default()
        }
    }
}

impl<V> Handles<V> {
    /// Stores an object and returns its number.
    pub fn push(&mut self, object: V) -> Result<u32, TableFull> {
        if self.objects.len() >= self.capacity {
            return Err(TableFull);
        }
        while self.objects.contains_key(&self.next) {
            self.next = self.next.wrapping_add(1);
        }
        let number = self.next;
        self.next = self.next.wrapping_add(1);
        self.objects.insert(number, object);
        Ok(number)
    }

    /// The object behind a number, if it is still open.
    pub fn get(&self, number: u32) -> Option<&V> {
        self.objects.get(&number)
    }

    /// As [`Handles::get`], to change the object.
    pub fn get_mut(&mut self, number: u32) -> Option<&mut V> {
        self.objects.get_mut(&number)
    }

    /// Forgets a number; dropping the object closes what it holds.
    pub fn remove(&mut self, number: u32) {
        self.objects.remove(&number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_bounded_and_frees_places() {
        let mut table = Handles::default();
        let first = table.push(()).unwrap();
        for _ in 1..CAPACITY {
            table.push(()).unwrap();
        }
        assert_eq!(table.push(()), Err(TableFull));
        table.remove(first);
        assert_ne!(table.push(()).unwrap(), first);
    }
}
