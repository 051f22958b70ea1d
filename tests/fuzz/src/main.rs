//! libFuzzer over one target, named by `REALCARE_FUZZ_TARGET`.

#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use realcare_fuzz::{Target, target};

fuzz_target!(|bytes: &[u8]| {
    static CHOSEN: OnceLock<&Target> = OnceLock::new();
    let chosen = CHOSEN.get_or_init(|| {
        let name = std::env::var("REALCARE_FUZZ_TARGET").unwrap_or_default();
        target(&name).unwrap_or_else(|| panic!("REALCARE_FUZZ_TARGET={name} is no target"))
    });
    (chosen.run)(bytes);
});
