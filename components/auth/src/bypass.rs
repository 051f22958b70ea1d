//! Keeps the test-only sign-in out of what is deployed (AUTH-18). The feature compiles in debug builds alone; the profiles `release` and
//! `component`, from which every component is made, have no debug assertions.

#[cfg(all(feature = "test-sign-in", not(debug_assertions)))]
compile_error!("the feature `test-sign-in` lets anybody in and is for debug builds only: build without it");
