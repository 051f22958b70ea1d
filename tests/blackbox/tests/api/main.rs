//! The app, driven from outside. Each test starts an app of its own; the ids are those of `requirements.md`.

mod access;
mod accounts;
mod admin;
mod agents;
mod answers;
mod audit;
mod bodies;
mod compression;
mod configuration;
mod cors;
mod crowd;
mod fields;
mod identity;
mod interests;
mod limits;
mod lists;
mod logs;
mod own_account;
mod path;
mod refresh;
mod restart;
mod sessions;
mod storage;
mod tables;
mod tokens;
mod visibility;
