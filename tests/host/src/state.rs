//! What the host keeps for one instance of a component.

use std::sync::Arc;

use wasmtime_wasi::{FsPerms, ResourceTable, WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::{
    component::Component,
    key_value::KeyValue,
    outbound::{Inbound, Outbound},
    postgres::Postgres,
    sqlite::Sqlite,
    variables::ComponentVariables,
};

/// Data of a store; each capability has a field of its own.
pub struct State {
    table: ResourceTable,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    inbound: Inbound,
    outbound: Outbound,
    /// Application variables.
    pub variables: ComponentVariables,
    /// Key-value stores.
    pub key_value: KeyValue,
    /// SQLite databases.
    pub sqlite: Sqlite,
    /// Postgres servers.
    pub postgres: Postgres,
}

impl State {
    /// A fresh state with the capabilities of `component` and nothing open.
    ///
    /// # Errors
    /// A mounted folder cannot be opened.
    pub fn new(component: &Component) -> wasmtime::Result<Self> {
        let mut builder = WasiCtx::builder();
        builder
            .envs(&component.environment)
            .stdout(component.stdio.stdout.stream())
            .stderr(component.stdio.stderr.stream());
        for (source, destination) in &component.folders {
            builder.preopened_dir(source, destination, FsPerms::ReadOnly)?;
        }
        if let Some(clock) = component.faults.clock() {
            builder.wall_clock(clock);
        }
        let wasi = builder.build();
        Ok(Self {
            table: ResourceTable::new(),
            wasi,
            http: WasiHttpCtx::new(),
            inbound: Inbound(component.outbound.clone()),
            outbound: component.outbound.clone(),
            variables: component.variables.clone(),
            key_value: KeyValue::new(
                Arc::clone(&component.stores),
                Arc::clone(&component.allowed_stores),
            ),
            sqlite: Sqlite::new(
                Arc::clone(&component.databases),
                Arc::clone(&component.allowed_databases),
            ),
            postgres: Postgres::new(Arc::clone(&component.pools), Arc::clone(&component.allowed_hosts)),
        })
    }

    /// Access for handing requests to the guest; the guest's own goes through [`WasiHttpView`].
    pub fn view(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            hooks: &mut self.inbound,
            table: &mut self.table,
            ctx: &mut self.http,
        }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            hooks: &mut self.outbound,
            table: &mut self.table,
            ctx: &mut self.http,
        }
    }
}
