//! An account by its address, in stores that must not hold addresses.

use base16ct::lower::encode_string as hex;
use domain::Email;
use guard::Context;
use sha2::{Digest, Sha256};
use store::sign_in::Attempt;

/// SHA-256 of the address.
pub fn digest(email: &Email) -> [u8; 32] {
    Sha256::digest(email.as_str()).into()
}

/// An account in the limiter's keys.
pub fn subject(email: &Email) -> String {
    let digest = hex(&digest(email));
    // Half of it is more than enough to tell accounts apart.
    format!("account/{}", digest.get(..32).unwrap_or(&digest))
}

/// An attempt on an account by the client of this request (AUTH-10): counted by what a limit counts, so IPv6 by its /64.
pub fn attempt(email: &Email, context: &Context) -> Attempt {
    let mut hash = Sha256::new();
    hash.update(email.as_str());
    hash.update([0]);
    hash.update(context.address().subject());
    Attempt {
        id: hash.finalize().into(),
        account: digest(email),
    }
}
