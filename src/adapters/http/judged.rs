//! The one way to a host on the web: to addresses that were judged, all of them, and through nobody (threats 3 to 5).

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};

use crate::adapters::git::message::shown;
use crate::adapters::git::resolver::Resolver;

/// The most addresses of one name that are tried.
const MOST_ADDRESSES: usize = 8;

/// The addresses of `host` to connect to, once `judge` let every one of them pass: a name that leads to a closed address
/// besides open ones leads nowhere. What is said where there are none goes through `none`.
pub(in crate::adapters) async fn addresses<E>(
    resolver: &dyn Resolver,
    host: &str,
    judge: impl Fn(IpAddr) -> Result<(), E>,
    none: impl Fn(String) -> E,
) -> Result<Vec<IpAddr>, E> {
    let found = resolver.lookup(host).await;
    let found = found.map_err(|error| none(format!("has no address ({})", shown(&error.to_string()))))?;
    if found.is_empty() {
        return Err(none("has no address".to_owned()));
    }
    found.iter().try_for_each(|&ip| judge(ip))?;
    Ok(found.into_iter().take(MOST_ADDRESSES).collect())
}

/// A client that connects to these addresses alone, asks nobody on the way and follows no redirect.
pub(in crate::adapters) fn pinned(addresses: Vec<IpAddr>, port: u16) -> ClientBuilder {
    // The first provider that a program names is the one that it keeps.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let sockets = addresses.into_iter().map(|ip| SocketAddr::new(ip, port)).collect();
    Client::builder()
        .dns_resolver(Arc::new(Judged(sockets)))
        .http1_only()
        .no_proxy()
        .referer(false)
        .redirect(Policy::none())
        .user_agent(concat!("curator/", env!("CARGO_PKG_VERSION")))
}

/// The addresses that were judged, whatever name is looked up: nobody else is asked, so that there is no second answer.
#[derive(Debug)]
struct Judged(Vec<SocketAddr>);

impl Resolve for Judged {
    fn resolve(&self, _: Name) -> Resolving {
        let addresses: Addrs = Box::new(self.0.clone().into_iter());
        Box::pin(std::future::ready(Ok(addresses)))
    }
}
