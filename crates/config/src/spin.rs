//! Reads the variables from Spin.

use spin_sdk::variables;

use crate::values::Values;

/// The variables with these names. One that the manifest does not grant or that has no value is simply absent; reading
/// it then says so by name.
pub async fn fetch(names: &[&'static str]) -> Values {
    let mut pairs = Vec::with_capacity(names.len());
    for name in names {
        if let Ok(value) = variables::get(*name).await {
            pairs.push((*name, value));
        }
    }
    Values::new(pairs)
}
