//! The app, driven from outside. Each test starts an app of its own; the ids are those of `requirements.md`.

mod access;
mod accounts;
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
mod mail;
mod path;
mod refresh;
mod restart;
mod search;
mod storage;
mod tables;
mod tokens;
mod visibility;
