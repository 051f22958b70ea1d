//! What can be asked for.

use serde::{Deserialize, Serialize};

/// Stands for every store.
pub const ANY: &str = "any";

/// One thing that goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `database`, the label of a key-value store, or `any`.
    pub on: String,
    /// Only this call to it, counted from 1 since the rules were set; without it every call, and opening it.
    #[serde(default)]
    pub call: Option<u64>,
    /// Before the call or at its end.
    #[serde(default)]
    pub when: When,
    /// What happens.
    pub what: What,
}

/// On which side of the call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// The call does not take place, or takes place later.
    #[default]
    Before,
    /// The call took place; its answer is lost, or comes later.
    After,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The guest gets the error that a store gives which cannot be reached.
    Fail,
    /// So many milliseconds pass.
    WaitMs(u64),
    /// No answer ever comes.
    Hang,
    /// The process of the host ends as if by SIGKILL.
    Kill,
}

/// What the control port takes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// In place of the rules so far.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// How many milliseconds the guests' clock is ahead, or behind if negative; absent leaves it.
    #[serde(default)]
    pub clock_ms: Option<i64>,
}

impl Rule {
    /// Whether the rule is about this call of `store`; `call` is its number under the name that the rule uses, nothing for opening.
    pub fn strikes(&self, store: &str, call: Option<u64>) -> bool {
        (self.on == store || self.on == ANY) && self.call.is_none_or(|wanted| call == Some(wanted))
    }
}
