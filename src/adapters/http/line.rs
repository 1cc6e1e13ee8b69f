//! The lines to hosts: which of them may be spoken to, and at which of their addresses (threats 3 to 5).

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Client;
use tokio::sync::OnceCell;
use tokio::time::timeout;
use url::{Host, Url};

use crate::adapters::git::message::shown;
use crate::adapters::git::resolver::{SystemResolver, may_connect};
use crate::model::AddressRange;

use super::failure::Failure;
use super::judged::{addresses, pinned};
use super::patience::HttpPatience;

/// Who named a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NamedBy {
    /// Whoever runs the program: it may be on this machine.
    Operator,
    /// A file that comes from elsewhere, like the description of an index: it may not.
    Stranger,
}

/// A host, and who named it. Its name has been through the URL parser, which knows every spelling of an address.
type Key = (bool, String, u16, NamedBy);

/// The lines to every host that was spoken to. A name is looked up once, and the addresses that were judged then are
/// those that are connected to.
#[derive(Debug)]
pub(super) struct Lines {
    opened: Vec<AddressRange>,
    patience: HttpPatience,
    open: Mutex<BTreeMap<Key, Arc<OnceCell<Client>>>>,
}

/// Whether a URL is one that may be asked for, before anybody knows where its host is.
pub(super) fn judge(url: &Url) -> Result<(), Failure> {
    let unusable = |message: &str| Err(Failure::Unusable(message.to_owned()));
    match url.scheme() {
        "https" | "http" if url.has_host() => {}
        _ => return unusable("it is no URL that begins with https://"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return unusable("its URL holds a user, which would be shown and kept: leave it out");
    }
    Ok(())
}

impl Lines {
    /// No lines yet. Besides the public internet, those addresses may be connected to that were `opened`.
    pub(super) fn new(opened: Vec<AddressRange>, patience: HttpPatience) -> Self {
        Self { opened, patience, open: Mutex::default() }
    }

    /// The line to the host of `url`, and whether that is this machine.
    pub(super) async fn to(&self, url: &Url, named_by: NamedBy) -> Result<Client, Failure> {
        let is_clear = url.scheme() == "http";
        let host = match url.host() {
            Some(Host::Domain(name)) => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            None => String::new(),
        };
        let port = url.port_or_known_default().unwrap_or(443);
        let key = (is_clear, host.clone(), port, named_by);
        let cell = Arc::clone(self.open.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default());
        cell.get_or_try_init(|| self.connect(&host, port, is_clear, named_by)).await.cloned()
    }

    /// A client that connects to the judged addresses of the host alone, and asks nobody on the way.
    async fn connect(&self, host: &str, port: u16, is_clear: bool, named_by: NamedBy) -> Result<Client, Failure> {
        let client = pinned(self.addresses(host, is_clear, named_by).await?, port)
            .connect_timeout(self.patience.connect)
            .https_only(!is_clear);
        client.build().map_err(|error| Failure::Unusable(shown(&error.to_string())))
    }

    /// The addresses of the host: all of them are ones that may be connected to.
    async fn addresses(&self, host: &str, is_clear: bool, named_by: NamedBy) -> Result<Vec<IpAddr>, Failure> {
        let none = |why: String| Failure::Unreachable(format!("{} {why}", shown(host)), Some(self.patience.pause));
        let judge = |ip: IpAddr| {
            let is_opened = self.opened.iter().any(|range| range.contains(ip));
            let is_here = ip.is_loopback() && named_by == NamedBy::Operator;
            if !(is_here || may_connect(ip, &self.opened)) {
                return Err(Failure::closed(host, ip));
            }
            if is_clear && !(is_here || is_opened) { Err(Failure::clear(host, ip)) } else { Ok(()) }
        };
        let found = timeout(self.patience.connect, addresses(&SystemResolver, host, judge, none)).await;
        found.unwrap_or_else(|_| Err(Failure::too_late("the name servers do not answer")))
    }
}

/// Who counts as having named the place to which `url` redirects: a host that is not this machine does not lead to it.
pub(super) fn named_after(url: &Url, named_by: NamedBy) -> NamedBy {
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name.trim_end_matches('.') == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if is_here { named_by } else { NamedBy::Stranger }
}
