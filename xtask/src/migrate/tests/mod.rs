//! The migrations of this project, applied to real databases of both engines (OPS-2).

mod fresh;
mod rows;
mod safety;
mod schema;
