//! What a run came to.

use serde::Serialize;

/// One task of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Task {
    /// Its stable name.
    pub task: &'static str,
    /// What was taken away, noted or driven.
    pub done: u64,
    /// Whether something is left.
    pub more: bool,
    /// Whether it broke off; the log knows why, and the next run tries again.
    pub failed: bool,
}

/// A whole run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// In the order in which they ran.
    pub tasks: Vec<Task>,
    /// Whether something is left in any of them.
    pub more: bool,
    /// Whether any of them broke off.
    pub failed: bool,
}

impl Report {
    /// Adds a task.
    pub fn push(&mut self, task: Task) {
        self.more |= task.more;
        self.failed |= task.failed;
        self.tasks.push(task);
    }
}
