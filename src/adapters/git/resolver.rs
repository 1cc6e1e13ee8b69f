//! Which addresses a name may lead to, and the one question that is asked of it (threats 3 to 5).

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;

use crate::model::AddressRange;

/// The addresses of a name, or why there are none.
pub type Lookup<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// Who knows the addresses of hosts.
pub trait Resolver: Send + Sync {
    /// Every address of the name.
    fn lookup<'a>(&'a self, host: &'a str) -> Lookup<'a>;
}

/// What this machine itself knows: its hosts file and its name servers.
#[derive(Debug, Clone, Copy)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn lookup<'a>(&'a self, host: &'a str) -> Lookup<'a> {
        Box::pin(async move {
            let mut addresses: Vec<IpAddr> =
                tokio::net::lookup_host((host, 443)).await?.map(|found| found.ip()).collect();
            addresses.dedup();
            Ok(addresses)
        })
    }
}

/// Whether a fetch may connect to `address`: it is one of the public internet, or the operator opened its range.
pub(in crate::adapters) fn may_connect(address: IpAddr, opened: &[AddressRange]) -> bool {
    is_public(address) || opened.iter().any(|range| range.contains(address))
}

/// The blocks of IPv4 that lead to this machine, to its neighbours or to nobody (IANA's special-purpose registry).
const SPECIAL_V4: &[&str] = &[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
];

/// All of IPv6 that is given out to the public. Loopback, private and link-local addresses, multicast, and those that
/// hold an IPv4 address (mapped, NAT64) lie outside of it.
const GIVEN_OUT_V6: &[&str] = &["2000::/3"];

/// What inside of that is not the public internet: protocols (Teredo and others), documentation, 6to4.
const SPECIAL_V6: &[&str] = &["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

fn is_public(address: IpAddr) -> bool {
    let lies_in = |blocks: &[&str]| {
        blocks.iter().any(|block| block.parse().is_ok_and(|block: AddressRange| block.contains(address)))
    };
    match address {
        IpAddr::V4(_) => !lies_in(SPECIAL_V4),
        IpAddr::V6(_) => lies_in(GIVEN_OUT_V6) && !lies_in(SPECIAL_V6),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_public, may_connect};

    #[test]
    fn only_the_public_internet_is_public() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:2::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in ["8.8.8.8", "140.82.121.3", "100.63.255.255", "172.32.0.1", "2606:50c0:8000::64", "2a00:1450::1"]
        {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn an_operator_opens_no_more_than_was_said() {
        let opened = ["127.0.0.0/8".parse().unwrap(), "fd00::1".parse().unwrap()];
        for (address, may) in [
            ("127.0.0.1", true),
            ("fd00::1", true),
            ("fd00::2", false),
            ("::1", false),
            ("::ffff:127.0.0.1", false),
            ("10.0.0.1", false),
            ("8.8.8.8", true),
        ] {
            assert_eq!(may_connect(address.parse().unwrap(), &opened), may, "{address}");
        }
    }
}
