//! The app, driven from outside. Each test starts an app of its own; the ids are those of `requirements.md`.

mod accounts;
mod answers;
mod bodies;
mod configuration;
mod crowd;
mod fields;
mod identity;
mod limits;
mod lists;
mod logs;
mod path;
mod refresh;
mod restart;
mod storage;
mod tokens;
mod visibility;
