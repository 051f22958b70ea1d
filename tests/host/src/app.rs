//! From a manifest to a running app.

use std::{
    collections::{BTreeSet, HashMap},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use anyhow::{Context, Result, anyhow, bail};
use tokio::net::TcpListener;
use wasmtime::{Engine, component as wasm};
use wasmtime_wasi_http::{
    handler::{ProxyHandler, ProxyPre},
    p2, p3,
};

use crate::{
    allowed_hosts::AllowedHosts,
    cli::Up,
    component::Component,
    compose, engine,
    faults::{self, Faults},
    http::{Server, router::Router},
    key_value::Stores,
    manifest::{self, Files, Manifest, Target},
    outbound::Outbound,
    pool::{Pool, Reuse},
    postgres::Pools,
    runtime_config::{self, RuntimeConfig},
    sqlite::Databases,
    state::State,
    stdio::Stdio,
    variables::{Provided, Variables},
};

/// Starts the app and serves it.
///
/// # Errors
/// Anything that keeps the app from starting, in one line; afterwards only a broken listener.
pub async fn up(options: Up) -> Result<()> {
    let manifest = manifest::load(&options.from)?;
    for kind in &manifest.other_triggers {
        eprintln!("Trigger type {kind:?} is not served by this host: skipped");
    }
    let config = runtime_config::load(
        options.runtime_config_file.as_deref(),
        options.state_dir.as_deref(),
        &manifest.directory,
    )?;
    let variables = Variables::new(
        &manifest.variables,
        &Provided::new(&options.variable, config.variables.clone()),
    )?;
    variables.ensure_complete()?;
    let listener = listen(&options).await?;
    let address = listener.local_addr()?;
    let own_address = Arc::new(OnceLock::from(address));
    let faults = match options.faults {
        Some(_) => Faults::switchable(),
        None => Faults::default(),
    };
    let loader = Loader {
        options: &options,
        manifest: &manifest,
        config: &config,
        variables: &variables,
        own_address,
        stores: Arc::new(Stores::new(&config.key_value, faults.clone())?),
        databases: Arc::new(Databases::new(&config.sqlite, faults.clone())?),
        pools: Arc::new(Pools::new(faults.clone())),
        faults: faults.clone(),
    };
    loader.check_labels()?;
    let server = loader.server()?;
    if let Some(address) = options.faults {
        faults::listen(&faults, address).await?;
    }
    announce(&server, &manifest, &format!("http://{address}"));
    Arc::new(server).serve(listener).await
}

async fn listen(options: &Up) -> Result<TcpListener> {
    TcpListener::bind(options.listen)
        .await
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                anyhow!(
                    "{} is already in use: pass --listen with another port, or port 0 for a free one",
                    options.listen
                )
            }
            _ => anyhow!("cannot listen on {}: {error}", options.listen),
        })
}

/// The same lines as Spin's, because callers wait for them and read the address there.
fn announce(server: &Server, manifest: &Manifest, url: &str) {
    println!("\nServing {url}");
    println!("Available Routes:");
    for (route, target) in server.router.routes() {
        let (id, description) = match target {
            Target::Component(id) => (id.as_str(), manifest.components[id].description.as_str()),
            Target::Static(_) => ("static response", ""),
        };
        println!("  {id}: {url}{}", route.shown());
        if !description.is_empty() {
            println!("    {description}");
        }
    }
}

struct Loader<'a> {
    options: &'a Up,
    manifest: &'a Manifest,
    config: &'a RuntimeConfig,
    variables: &'a Variables,
    own_address: Arc<OnceLock<SocketAddr>>,
    stores: Arc<Stores>,
    databases: Arc<Databases>,
    pools: Arc<Pools>,
    faults: Faults,
}

impl Loader<'_> {
    /// Every label that the manifest grants needs a backend.
    fn check_labels(&self) -> Result<()> {
        for (id, component) in &self.manifest.components {
            if let Some(label) = component
                .key_value_stores
                .iter()
                .find(|label| !self.stores.contains(label))
            {
                bail!(
                    "component {id:?}: unknown key_value_stores label {label:?}: define it in --runtime-config-file"
                );
            }
            if let Some(label) = component
                .sqlite_databases
                .iter()
                .find(|label| !self.databases.contains(label))
            {
                bail!(
                    "component {id:?}: unknown sqlite_databases label {label:?}: define it in --runtime-config-file"
                );
            }
        }
        Ok(())
    }

    fn server(&self) -> Result<Server> {
        let in_state = || Some(self.config.state_dir.as_ref()?.join("host-cache"));
        let cache = self.options.cache_dir.clone().or_else(in_state);
        let engine = engine::engine(cache.as_deref()).context("cannot prepare the Wasm engine")?;
        let linker = engine::linker(&engine)?;
        let routes = self.manifest.routes.iter();
        let routed: BTreeSet<_> = routes
            .filter_map(|trigger| match &trigger.target {
                Target::Component(id) => Some(id),
                Target::Static(_) => None,
            })
            .collect();
        let reuse = Reuse {
            total: self.options.max_instance_reuse_count,
            concurrent: self.options.max_instance_concurrent_reuse_count,
            request_timeout: self.options.request_timeout,
            idle_timeout: self.options.idle_instance_timeout,
        };
        let mut components = HashMap::new();
        for id in routed {
            let component = self
                .component(id, &engine, &linker)
                .with_context(|| format!("component {id:?}"))?;
            components.insert(
                id.clone(),
                ProxyHandler::new(Pool {
                    component: Arc::new(component),
                    reuse,
                }),
            );
        }
        let routes = self.manifest.routes.iter();
        let routes = routes.filter_map(|trigger| Some((trigger.route.clone()?, trigger.target.clone())));
        Ok(Server {
            router: Router::new(routes).map_err(|error| anyhow!("{error}"))?,
            components,
            name: self.manifest.name.clone(),
        })
    }

    /// The folders that a component mounts, checked once, so that a missing one is not a surprise of the first request.
    fn folders(&self, entry: &manifest::Component) -> Result<Vec<(PathBuf, String)>> {
        let folder = |files: &Files| match files {
            Files::Folder { source, destination } => {
                Some((self.manifest.directory.join(source), destination.clone()))
            }
            Files::Pattern(_) => None,
        };
        let folders: Vec<_> = entry.files.iter().filter_map(folder).collect();
        if let Some((missing, _)) = folders.iter().find(|(source, _)| !source.is_dir()) {
            bail!("files: no folder {}", missing.display());
        }
        Ok(folders)
    }

    fn component(&self, id: &str, engine: &Engine, linker: &wasm::Linker<State>) -> Result<Component> {
        let entry = &self.manifest.components[id];
        let binary = compose::compose(self.manifest, id)?;
        let component =
            wasm::Component::from_binary(engine, &binary).map_err(|error| anyhow!("{error:#}"))?;
        let hosts = entry
            .allowed_outbound_hosts
            .iter()
            .map(|host| self.variables.render(host));
        let hosts = hosts.collect::<Result<Vec<_>, _>>()?;
        let hosts = AllowedHosts::parse(hosts).map_err(|error| anyhow!("allowed_outbound_hosts: {error}"))?;
        let hosts = Arc::new(hosts);
        let mut environment = entry.environment.clone();
        environment.extend(self.options.env.iter().cloned());
        Ok(Component {
            code: link(linker, &component)?,
            environment: environment.into_iter().collect(),
            folders: self.folders(entry)?,
            stdio: Stdio::open(id, self.log_directory().as_deref(), !self.options.quiet)?,
            outbound: Outbound::new(Arc::clone(&hosts), Arc::clone(&self.own_address)),
            variables: self.variables.of_component(id, entry)?,
            allowed_hosts: hosts,
            stores: Arc::clone(&self.stores),
            allowed_stores: Arc::new(entry.key_value_stores.iter().cloned().collect()),
            databases: Arc::clone(&self.databases),
            allowed_databases: Arc::new(entry.sqlite_databases.iter().cloned().collect()),
            pools: Arc::clone(&self.pools),
            faults: self.faults.clone(),
        })
    }

    fn log_directory(&self) -> Option<PathBuf> {
        match &self.options.log_dir {
            Some(directory) if directory == Path::new("") => None,
            Some(directory) => Some(directory.clone()),
            None => self
                .config
                .state_dir
                .as_ref()
                .map(|directory| directory.join("logs")),
        }
    }
}

/// Finds out what kind of HTTP handler a component is, and checks that the host offers all that it imports.
fn link(linker: &wasm::Linker<State>, component: &wasm::Component) -> Result<ProxyPre<State>> {
    let linked = linker.instantiate_pre(component).map_err(|error| {
        anyhow!(
            "unknown host capability: {}",
            format!("{error:#}").replace('\n', " ")
        )
    })?;
    if let Ok(code) = p3::bindings::ServicePre::new(linked.clone()) {
        return Ok(ProxyPre::P3(code));
    }
    p2::bindings::ProxyPre::new(linked)
        .map(ProxyPre::P2)
        .map_err(|_| anyhow!("exports neither wasi:http/handler@0.3 nor wasi:http/incoming-handler@0.2"))
}
