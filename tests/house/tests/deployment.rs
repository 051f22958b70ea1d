//! What deploys the app agrees with what the app is: manifests of clusters, workflows, the developer's services (OPS-4, OPS-5).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use realcare_house::{root, toml};
use serde_json::Value;

/// Every document of a YAML file.
fn documents(path: &str) -> Vec<Value> {
    let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_saphyr::from_multiple(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn one(path: &str) -> Value {
    documents(path).remove(0)
}

fn of_kind(path: &str, kind: &str) -> Value {
    let found = documents(path)
        .into_iter()
        .find(|document| document["kind"] == kind);
    found.unwrap_or_else(|| panic!("{path} has no {kind}"))
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().expect("a mapping").keys().cloned().collect()
}

/// The variables of `spin.toml` with whether they are required and whether they are secret.
fn variables() -> Vec<(String, bool, bool)> {
    let manifest = toml("spin.toml");
    let is =
        |variable: &toml::Value, key: &str| variable.get(key).and_then(toml::Value::as_bool) == Some(true);
    let variables = manifest["variables"].as_table().expect("a table");
    variables
        .iter()
        .map(|(name, variable)| (name.clone(), is(variable, "required"), is(variable, "secret")))
        .collect()
}

/// The variables of the SpinApp: name and where its value is from.
fn bound() -> Vec<(String, Value)> {
    let app = of_kind("deploy/spinkube/app.yaml", "SpinApp");
    let variables = app["spec"]["variables"].as_array().expect("variables");
    variables
        .iter()
        .map(|variable| {
            let name = variable["name"].as_str().expect("a name");
            (name.to_owned(), variable["valueFrom"].clone())
        })
        .collect()
}

#[test]
fn a_cluster_gives_the_app_its_variables_and_keeps_secrets_secret() {
    let bound = bound();
    for (name, required, secret) in variables() {
        let source = bound
            .iter()
            .find(|(bound, _)| *bound == name)
            .map(|(_, source)| source);
        if required || secret {
            let source = source.unwrap_or_else(|| panic!("{name} is not bound"));
            let reference = &source["secretKeyRef"];
            assert_eq!(
                reference["key"],
                name.as_str(),
                "{name} must come from the secret"
            );
            let optional = reference["optional"] == true;
            // `database_url` has a default for a laptop, which would be a database for each replica on a cluster.
            let may_be_absent = !required && name != "database_url";
            assert_eq!(optional, may_be_absent, "{name}");
        } else if let Some(source) = source {
            assert_eq!(source["configMapKeyRef"]["key"], name.as_str(), "{name}");
        }
    }
    let known: BTreeSet<String> = variables().into_iter().map(|(name, ..)| name).collect();
    let map = of_kind("deploy/spinkube/app.yaml", "ConfigMap");
    let from_map: BTreeSet<String> = bound
        .iter()
        .filter(|(_, source)| source["configMapKeyRef"].is_object())
        .map(|(name, _)| name.clone())
        .collect();
    assert_eq!(
        keys(&map["data"]),
        from_map,
        "what the map holds is bound, and nothing else"
    );
    let mut seen = BTreeSet::new();
    for (name, _) in &bound {
        assert!(known.contains(name), "{name} is no variable of spin.toml");
        assert!(seen.insert(name), "{name} is bound twice");
    }
}

#[test]
fn the_example_of_the_secret_names_what_must_be_there() {
    let secret = of_kind("deploy/spinkube/secrets.example.yaml", "Secret");
    let app = of_kind("deploy/spinkube/app.yaml", "SpinApp");
    let stores = app["spec"]["runtimeConfig"]["keyValueStores"]
        .as_array()
        .expect("stores")
        .clone();
    let of_stores = stores
        .iter()
        .map(|store| store["options"][0]["valueFrom"]["secretKeyRef"]["key"].clone());
    let of_variables = bound()
        .into_iter()
        .filter(|(_, source)| {
            source["secretKeyRef"].is_object() && source["secretKeyRef"]["optional"] != true
        })
        .map(|(_, source)| source["secretKeyRef"]["key"].clone());
    let needed: BTreeSet<String> = of_stores
        .chain(of_variables)
        .map(|key| key.as_str().expect("a key").to_owned())
        .collect();
    assert_eq!(keys(&secret["stringData"]), needed);
}

#[test]
fn every_store_of_the_manifest_has_a_backend_everywhere() {
    let manifest = toml("spin.toml");
    let components = manifest["component"].as_table().expect("components");
    let named: BTreeSet<String> = components
        .values()
        .filter_map(|component| component.get("key_value_stores")?.as_array())
        .flatten()
        .filter_map(|store| store.as_str().map(ToOwned::to_owned))
        .collect();
    for file in ["local", "production"] {
        let text = fs::read_to_string(root().join(format!("runtime-config/{file}.toml"))).expect("a file");
        let config: toml::Table = text.parse().expect("TOML");
        let stores: BTreeSet<String> = config["key_value_store"]
            .as_table()
            .expect("stores")
            .keys()
            .cloned()
            .collect();
        assert_eq!(stores, named, "runtime-config/{file}.toml");
    }
    let app = of_kind("deploy/spinkube/app.yaml", "SpinApp");
    let stores = app["spec"]["runtimeConfig"]["keyValueStores"]
        .as_array()
        .expect("stores");
    let of_cluster: BTreeSet<String> = stores
        .iter()
        .map(|store| store["name"].as_str().expect("a name").to_owned())
        .collect();
    assert_eq!(of_cluster, named, "deploy/spinkube/app.yaml");
}

#[test]
fn probes_and_the_autoscaler_ask_for_what_is_there() {
    let app = of_kind("deploy/spinkube/app.yaml", "SpinApp");
    let checks = &app["spec"]["checks"];
    assert_eq!(checks["liveness"]["httpGet"]["path"], "/health/live");
    assert_eq!(checks["readiness"]["httpGet"]["path"], "/health/ready");
    assert_eq!(app["spec"]["enableAutoscaling"], true);
    assert!(
        app["spec"]["replicas"].is_null(),
        "replicas and an autoscaler exclude each other"
    );
    let scaler = of_kind("deploy/spinkube/autoscaling.yaml", "HorizontalPodAutoscaler");
    assert_eq!(scaler["spec"]["scaleTargetRef"]["name"], app["metadata"]["name"]);
}

#[test]
fn nothing_is_deployed_before_ci_passed() {
    let deploy = one(".github/workflows/deploy.yml");
    let jobs = &deploy["jobs"];
    assert_eq!(jobs["ci"]["uses"], "./.github/workflows/ci.yml");
    for (name, job) in jobs.as_object().expect("jobs") {
        assert!(name == "ci" || job["needs"] == "ci", "{name} does not need ci");
    }
    let steps = jobs["deploy"]["steps"].as_array().expect("steps");
    let releases = |step: &Value| {
        step["run"]
            .as_str()
            .is_some_and(|run| run.contains("deploy/spinkube/release"))
    };
    assert!(
        steps.iter().any(releases),
        "the release script migrates, smoke-tests and rolls back"
    );
    let ci = one(".github/workflows/ci.yml");
    let ci = ci["jobs"].as_object().expect("jobs");
    assert_eq!(
        ci["test"]["steps"]
            .as_array()
            .expect("steps")
            .last()
            .expect("a step")["run"],
        ".ci/run"
    );
    let uses = |job: &str, action: &str| {
        let steps = ci[job]["steps"].as_array().expect("steps");
        steps
            .iter()
            .any(|step| step["uses"].as_str().is_some_and(|uses| uses.starts_with(action)))
    };
    assert!(uses("audit", "EmbarkStudios/cargo-deny-action@"));
    assert!(uses("secrets", "gitleaks/gitleaks-action@"));
}

/// What a profile of `spin.toml` composes in, by component and import.
fn composed(profile: &str) -> BTreeMap<(String, String), toml::Value> {
    let manifest = toml("spin.toml");
    let components = manifest["component"].as_table().expect("components");
    let mut composed = BTreeMap::new();
    for (name, component) in components {
        let dependencies = component
            .get("profile")
            .and_then(|profiles| profiles.get(profile)?.get("dependencies")?.as_table());
        for (import, adapter) in dependencies.into_iter().flatten() {
            composed.insert((name.clone(), import.clone()), adapter.clone());
        }
    }
    composed
}

// Spin knows one profile at a time.
#[test]
fn the_image_has_every_adapter_of_production_and_its_variables_say_so() {
    let mut all = composed("mail-http");
    all.extend(composed("analyst-gemini"));
    assert_eq!(all.len(), 3, "{all:?}");
    assert_eq!(composed("production"), all);

    let deploy = one(".github/workflows/deploy.yml");
    let steps = deploy["jobs"]["deploy"]["steps"].as_array().expect("steps");
    let pushes = steps
        .iter()
        .filter_map(|step| step["run"].as_str())
        .flat_map(str::lines)
        .filter(|line| line.contains("spin registry push"));
    let pushes: Vec<&str> = pushes.map(str::trim).collect();
    assert_eq!(pushes, ["spin registry push --profile production \"$IMAGE\""]);

    let map = of_kind("deploy/spinkube/app.yaml", "ConfigMap");
    assert_eq!(map["data"]["analyst"], "gemini");
    let providers = ["resend", "ses"];
    assert!(
        map["data"]["mail_provider"]
            .as_str()
            .is_some_and(|name| providers.contains(&name))
    );
}

#[test]
fn the_developers_services_are_those_of_production() {
    let compose = one("docker-compose.dev.yml");
    let services = &compose["services"];
    for (service, image) in [("postgres", "postgres:15"), ("redis", "redis:7")] {
        let service = &services[service];
        assert_eq!(service["image"], image);
        assert!(
            service["healthcheck"]["test"].is_array(),
            "{image} has a health check"
        );
        for port in service["ports"].as_array().expect("ports") {
            assert!(
                port.as_str().expect("a port").starts_with("127.0.0.1:"),
                "{image} listens on this machine only"
            );
        }
        let volume = service["volumes"][0].as_str().expect("a volume");
        let (name, _) = volume.split_once(':').expect("a named volume");
        assert!(keys(&compose["volumes"]).contains(name));
    }
}

#[test]
fn workflows_run_no_script_that_is_not_there() {
    for path in ["deploy/spinkube/release", ".ci/run"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(root().join(path))
            .unwrap_or_else(|error| panic!("{path}: {error}"))
            .permissions()
            .mode();
        assert!(mode & 0o100 != 0, "{path} cannot be run");
    }
    assert!(Path::new(&root().join("deny.toml")).exists());
}
