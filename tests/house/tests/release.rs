//! `deploy/spinkube/release` with a cluster that only pretends: what it asks for, in which order, and that it goes back (OPS-4).

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use realcare_house::root;

/// Notes every call with what it was asked; what it does is decided by files beside it. The operator of the cluster follows an apply when
/// somebody has looked: the first look finds the Deployment of before, or none. What is patched it follows at once.
const PRETEND: &str = r#"#!/bin/sh
name=$(basename "$0")
echo "$name $*" >> "$STAGE/calls"
case "$name $*" in
    "kubectl get spinapp"*) cat "$STAGE/before" ;;
    "kubectl apply --filename -") cat > "$STAGE/applied" ;;
    "kubectl get deployment"*)
        cat "$STAGE/deployment"
        test -e "$STAGE/idle" || sed -n 's/^  image: //p' "$STAGE/applied" > "$STAGE/deployment"
        ;;
    "kubectl patch"*)
        rm -f "$STAGE/broken"
        cp "$STAGE/before" "$STAGE/deployment"
        touch "$STAGE/idle"
        ;;
    "kubectl rollout"*)
        echo "rolled out: $(cat "$STAGE/deployment")" >> "$STAGE/calls"
        test -s "$STAGE/deployment" && test ! -e "$STAGE/stuck"
        ;;
    curl*) test ! -e "$STAGE/broken" && test ! -e "$STAGE/down" ;;
    cargo*) test ! -e "$STAGE/unmigrated" ;;
esac
"#;

/// A folder with the pretended programs.
struct Stage(PathBuf);

impl Stage {
    /// `before` is the image that runs; `state` names the files that say what goes wrong.
    fn new(name: &str, before: &str, state: &[&str]) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("release-{name}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        for program in ["kubectl", "curl", "cargo"] {
            let path = folder.join(program);
            fs::write(&path, PRETEND).expect("a program");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
        }
        for file in ["before", "deployment"] {
            fs::write(folder.join(file), before).expect("a file");
        }
        for file in state {
            fs::write(folder.join(file), "").expect("a file");
        }
        Self(folder)
    }

    /// A release that fails is given up at once; one that must not fail has all the time that a busy machine needs.
    fn release(&self) -> Output {
        self.patient(1)
    }

    fn patient(&self, seconds: u32) -> Output {
        let path = format!(
            "{}:{}",
            self.0.display(),
            std::env::var("PATH").unwrap_or_default()
        );
        Command::new(root().join("deploy/spinkube/release"))
            .args(["registry.example.com/realcare:2", "https://api.example.com/"])
            .env("PATH", path)
            .env("STAGE", &self.0)
            .env("DATABASE_URL", "postgres://user:password@db.example.com/realcare")
            .env("PATIENCE_SECONDS", seconds.to_string())
            .output()
            .expect("the script runs")
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.0.join(file)).unwrap_or_default()
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_release_migrates_applies_and_asks_whether_it_is_ready() {
    let stage = Stage::new("good", "registry.example.com/realcare:1", &[]);
    let output = stage.patient(600);
    assert!(output.status.success(), "{output:?}");
    let calls = stage.read("calls");
    let at = |call: &str| {
        calls
            .find(call)
            .unwrap_or_else(|| panic!("no `{call}` in:\n{calls}"))
    };
    let order = [
        at("kubectl get spinapp realcare-edge"),
        at("cargo xtask migrate --url"),
        at("kubectl apply --filename -"),
        at("kubectl get deployment realcare-edge"),
        at("kubectl rollout status deployment/realcare-edge"),
        at("rolled out: registry.example.com/realcare:2"),
        at("https://api.example.com/health/ready"),
    ];
    assert!(order.is_sorted(), "{calls}");
    assert!(
        stage
            .read("applied")
            .contains("\n  image: registry.example.com/realcare:2\n")
    );
    assert!(!stage.read("applied").contains("image: IMAGE"));
    assert!(!calls.contains("patch"));
}

#[test]
fn what_does_not_get_ready_is_rolled_back() {
    for trouble in ["broken", "stuck"] {
        let stage = Stage::new(trouble, "registry.example.com/realcare:1", &[trouble]);
        let output = stage.release();
        assert!(
            !output.status.success(),
            "{trouble}: a release that failed must fail the workflow"
        );
        let calls = stage.read("calls");
        assert!(calls.contains(r#"patch spinapp realcare-edge --type merge --patch {"spec":{"image":"registry.example.com/realcare:1"}}"#), "{calls}");
        let rolled_back = said(&output).contains("serves registry.example.com/realcare:1 again");
        assert_eq!(rolled_back, trouble == "broken", "{}", said(&output));
    }
}

/// The Deployment of the release before is rolled out already: that says nothing of this one.
#[test]
fn the_rollout_is_of_the_new_image() {
    for (name, before) in [("second", "registry.example.com/realcare:1"), ("only", "")] {
        let stage = Stage::new(name, before, &[]);
        let output = stage.patient(600);
        assert!(output.status.success(), "{name}: {output:?}");
        let calls = stage.read("calls");
        let rolled_out = calls.lines().filter(|call| call.starts_with("rolled out"));
        let expected = ["rolled out: registry.example.com/realcare:2"];
        assert_eq!(rolled_out.collect::<Vec<_>>(), expected, "{name}");
    }
}

#[test]
fn an_operator_that_does_nothing_is_named_and_rolled_back() {
    let stage = Stage::new("idle", "registry.example.com/realcare:1", &["idle"]);
    let output = stage.release();
    assert!(!output.status.success(), "nothing of this release serves");
    let said = said(&output);
    assert!(
        said.contains("did not give the Deployment the image registry.example.com/realcare:2"),
        "{said}"
    );
    assert!(said.contains("kubectl describe spinapp"), "{said}");
    assert!(
        said.contains("serves registry.example.com/realcare:1 again"),
        "{said}"
    );
}

#[test]
fn a_first_release_has_nothing_to_go_back_to() {
    let stage = Stage::new("first", "", &["down"]);
    let output = stage.release();
    assert!(!output.status.success());
    assert!(
        said(&output).contains("no release before it"),
        "{}",
        said(&output)
    );
    assert!(!stage.read("calls").contains("patch"));
}

#[test]
fn nothing_is_applied_when_the_migrations_fail() {
    let stage = Stage::new("unmigrated", "registry.example.com/realcare:1", &["unmigrated"]);
    assert!(!stage.release().status.success());
    assert!(!stage.read("calls").contains("apply"), "{}", stage.read("calls"));
}
