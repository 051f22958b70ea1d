//! A component of the manifest, ready to be instantiated.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use wasmtime_wasi_http::handler::ProxyPre;

use crate::{
    allowed_hosts::AllowedHosts, faults::Faults, key_value::Stores, outbound::Outbound, postgres::Pools,
    sqlite::Databases, state::State, stdio::Stdio, variables::ComponentVariables,
};

/// Compiled and linked code with the capabilities that its manifest entry grants.
pub struct Component {
    /// Code, linked to the host.
    pub code: ProxyPre<State>,
    /// Environment: the manifest's, overridden by the command line's.
    pub environment: Vec<(String, String)>,
    /// Folders that it may read, each with its path in the component.
    pub folders: Vec<(PathBuf, String)>,
    /// Where its output goes.
    pub stdio: Stdio,
    /// Where it may send requests.
    pub outbound: Outbound,
    /// Its variables.
    pub variables: ComponentVariables,
    /// Where it may connect to at all.
    pub allowed_hosts: Arc<AllowedHosts>,
    /// Key-value stores of the app.
    pub stores: Arc<Stores>,
    /// Those of them that it may open.
    pub allowed_stores: Arc<BTreeSet<String>>,
    /// Databases of the app.
    pub databases: Arc<Databases>,
    /// Those of them that it may open.
    pub allowed_databases: Arc<BTreeSet<String>>,
    /// Postgres connections of the app.
    pub pools: Arc<Pools>,
    /// What is broken on purpose.
    pub faults: Faults,
}
