//! Coarse places of client addresses (AUTH-12).

use std::net::{IpAddr, Ipv6Addr};

/// An address in the form in which ranges are compared: IPv6 as 32 hexadecimal digits, IPv4 mapped into it (RFC 4291, section 2.5.5.2).
/// `None` for what is no address.
pub fn address_key(raw: &str) -> Option<String> {
    let address: Ipv6Addr = match raw.parse().ok()? {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    };
    Some(format!("{:032x}", u128::from(address)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_families_have_one_order() {
        assert_eq!(
            address_key("192.0.2.1").as_deref(),
            Some("00000000000000000000ffffc0000201")
        );
        assert_eq!(address_key("::ffff:192.0.2.1"), address_key("192.0.2.1"));
        assert_eq!(address_key("unknown"), None);
        assert_eq!(address_key(""), None);
    }

    proptest! {
        #[test]
        fn text_order_is_address_order(a in any::<u128>(), b in any::<u128>()) {
            let key = |bits: u128| address_key(&Ipv6Addr::from(bits).to_string()).unwrap();
            prop_assert_eq!(key(a).len(), 32);
            prop_assert_eq!(key(a).cmp(&key(b)), a.cmp(&b));
        }
    }
}
