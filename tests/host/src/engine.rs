//! The Wasm engine: the settings of Spin, with compiled components kept on disk.

use std::path::Path;

use anyhow::Result;
use wasmtime::{
    Cache, CacheConfig, Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig,
    component::{HasSelf, Linker},
};

use crate::{
    bindings::{spin, wasi},
    state::State,
};

/// Live instances at once, over all components.
const INSTANCES: u32 = 1000;
/// A component with dependencies consists of several modules with a memory each.
const MEMORIES_PER_COMPONENT: u32 = 32;
const KEEP_RESIDENT: usize = 2 << 20;

/// Builds the engine; compiled code goes to `cache`, if given.
///
/// # Errors
/// The cache directory cannot be used, or the machine lacks the address space for the pool.
pub fn engine(cache: Option<&Path>) -> Result<Engine> {
    let mut config = Config::new();
    config.wasm_component_model(true);
    config.wasm_component_model_async(true);
    // Nothing is interrupted; the checks are compiled in because they are on Spin, and they have a cost.
    config.epoch_interruption(true);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool()));
    if let Some(directory) = cache {
        let mut cache = CacheConfig::new();
        cache.with_directory(std::path::absolute(directory)?);
        config.cache(Some(Cache::new(cache)?));
    }
    Ok(Engine::new(&config)?)
}

fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(INSTANCES)
        .total_memories(INSTANCES)
        .total_tables(2 * INSTANCES)
        .total_stacks(INSTANCES)
        .total_core_instances(4 * INSTANCES)
        .table_elements(100_000)
        .max_component_instance_size(10 << 20)
        .max_core_instance_size(10 << 20)
        .max_core_instances_per_component(200)
        .max_tables_per_component(64)
        .max_memories_per_component(MEMORIES_PER_COMPONENT)
        .max_memory_size(4 << 30)
        .linear_memory_keep_resident(KEEP_RESIDENT)
        .table_keep_resident(KEEP_RESIDENT / 4);
    pool
}

/// Everything that a component may import.
///
/// # Errors
/// None in practice: an interface would have to be defined twice.
pub fn linker(engine: &Engine) -> Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
    spin::variables::variables::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut State| {
        &mut state.variables
    })?;
    wasi::config::store::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut State| {
        &mut state.variables
    })?;
    spin::key_value::key_value::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut State| {
        &mut state.key_value
    })?;
    wasi::keyvalue::store::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut State| {
        &mut state.key_value
    })?;
    wasi::keyvalue::atomics::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut State| {
        &mut state.key_value
    })?;
    wasi::keyvalue::batch::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut State| {
        &mut state.key_value
    })?;
    spin::sqlite::sqlite::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut State| &mut state.sqlite)?;
    spin::postgres::postgres::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut State| {
        &mut state.postgres
    })?;
    Ok(linker)
}
