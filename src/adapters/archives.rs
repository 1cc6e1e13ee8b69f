//! Archives of sources on the web: one request for each, to addresses that were judged, over https alone. What comes is
//! bytes; whether they are the right ones is for whoever asked to say.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reqwest::Response;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, LOCATION};
use tokio::io::AsyncReadExt as _;
use tokio::time::{Instant, timeout_at};
use url::{Host, Url};

use crate::adapters::git::message::shown;
use crate::adapters::git::resolver::{Resolver, may_connect};
use crate::adapters::http::judged::{addresses, pinned};
use crate::model::{AddressRange, ArchiveUrl, Limits};
use crate::ports::FetchError;

/// The most places that a server may send on to: hosts of releases send to where their files are, once or twice.
const MOST_REDIRECTS: usize = 5;

/// What fetching archives may use.
#[derive(Clone)]
pub struct ArchiveSettings {
    /// `[fetch] replace`: URL to the file that stands in for it.
    pub replace: BTreeMap<String, PathBuf>,
    /// `[fetch] allow_hosts`: the hosts that an archive may lie on. Where they send on to is not among them: the digest
    /// says what came.
    pub allow_hosts: std::collections::BTreeSet<String>,
    /// Addresses beyond those of the public internet, opened by the operator.
    pub allow_addresses: Vec<AddressRange>,
    /// The budgets.
    pub limits: Limits,
    /// Who knows the addresses of hosts.
    pub resolver: Arc<dyn Resolver>,
}

/// Fetches archives.
pub struct Archives(ArchiveSettings);

impl Archives {
    /// A fetcher of archives.
    #[must_use]
    pub fn new(settings: ArchiveSettings) -> Self {
        Self(settings)
    }

    /// The bytes at `url`.
    pub(super) async fn download(&self, url: &ArchiveUrl) -> Result<Vec<u8>, FetchError> {
        let asked = Asked { settings: &self.0, name: url.to_string() };
        if let Some(file) = self.0.replace.get(url.as_str()) {
            return asked.read(file).await;
        }
        if !self.0.allow_hosts.contains(url.host()) {
            return Err(asked.refused(format!("the host {} is not among those of [fetch] allow_hosts", url.host())));
        }
        let deadline = Instant::now() + self.0.limits.fetch_time;
        match timeout_at(deadline, asked.follow(url)).await {
            Ok(answer) => answer,
            Err(_) => {
                Err(FetchError::TimedOut { location: asked.name.clone(), seconds: self.0.limits.fetch_time.as_secs() })
            }
        }
    }
}

/// An archive that is being fetched.
struct Asked<'s> {
    settings: &'s ArchiveSettings,
    name: String,
}

impl Asked<'_> {
    /// The most bytes of an archive: what does not fit into a source does not fit here.
    fn most(&self) -> u64 {
        self.settings.limits.tree_bytes.min(self.settings.limits.fetch_bytes)
    }

    async fn read(&self, file: &Path) -> Result<Vec<u8>, FetchError> {
        let local = |error: std::io::Error| FetchError::Local { message: format!("{}: {error}", self.name) };
        let file = tokio::fs::File::open(file).await.map_err(local)?;
        let mut bytes = Vec::new();
        file.take(self.most() + 1).read_to_end(&mut bytes).await.map_err(local)?;
        if bytes.len() as u64 > self.most() { Err(self.too_large()) } else { Ok(bytes) }
    }

    async fn follow(&self, url: &ArchiveUrl) -> Result<Vec<u8>, FetchError> {
        let mut at = Url::parse(url.as_str()).map_err(|error| self.refused(error.to_string()))?;
        for _ in 0..=MOST_REDIRECTS {
            let answer = self.ask(&at).await?;
            let status = answer.status();
            if status.is_redirection() {
                at = self.onward(&at, &answer)?;
                continue;
            }
            return match status.as_u16() {
                200 => self.body(answer).await,
                status @ (408 | 425 | 429 | 500..=599) => Err(self.unreachable(&format!("HTTP {status}"))),
                status => Err(FetchError::NoArchive { location: self.name.clone(), status }),
            };
        }
        Err(self.refused(format!("it sends on more than {MOST_REDIRECTS} times")))
    }

    /// Where an answer sends on to.
    fn onward(&self, at: &Url, answer: &Response) -> Result<Url, FetchError> {
        let to = answer.headers().get(LOCATION).and_then(|to| to.to_str().ok());
        let to = to.and_then(|to| at.join(to).ok()).ok_or_else(|| self.refused("it sends on to nowhere".to_owned()))?;
        let is_sound = to.scheme() == "https" && to.username().is_empty() && to.password().is_none();
        let refused = || self.refused(format!("it sends on to {}, which is not https", shown(to.as_str())));
        if is_sound { Ok(to) } else { Err(refused()) }
    }

    /// One request, to the judged addresses of the host alone, through nobody on the way.
    async fn ask(&self, at: &Url) -> Result<Response, FetchError> {
        let host = at.host_str().unwrap_or_default().to_owned();
        let port = at.port_or_known_default().unwrap_or(443);
        let client = pinned(self.addresses(at, &host).await?, port).https_only(true).build();
        let client = client.map_err(|error| FetchError::Local { message: shown(&error.to_string()) })?;
        // Whatever coding a server would like: the bytes of the file are what is hashed.
        let request = client.get(at.clone()).header(ACCEPT, "*/*").header(ACCEPT_ENCODING, "identity");
        request.send().await.map_err(|error| self.lost(&error))
    }

    /// The addresses of a host: all of them are ones that may be connected to.
    async fn addresses(&self, at: &Url, host: &str) -> Result<Vec<IpAddr>, FetchError> {
        let judge = |ip| {
            let is_open = may_connect(ip, &self.settings.allow_addresses);
            let closed = || self.refused(format!("{host} has the address {ip}, which is not on the public internet"));
            if is_open { Ok(()) } else { Err(closed()) }
        };
        match at.host() {
            Some(Host::Ipv4(ip)) => judge(IpAddr::V4(ip)).map(|()| vec![IpAddr::V4(ip)]),
            Some(Host::Ipv6(ip)) => judge(IpAddr::V6(ip)).map(|()| vec![IpAddr::V6(ip)]),
            _ => {
                let none = |why: String| self.unreachable(&format!("{host} {why}"));
                addresses(&*self.settings.resolver, host, judge, none).await
            }
        }
    }

    async fn body(&self, mut answer: Response) -> Result<Vec<u8>, FetchError> {
        if answer.content_length().is_some_and(|length| length > self.most()) {
            return Err(self.too_large());
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.lost(&error))? {
            if bytes.len() as u64 + chunk.len() as u64 > self.most() {
                return Err(self.too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    fn lost(&self, error: &reqwest::Error) -> FetchError {
        let what = if error.is_connect() { "no connection can be made" } else { "the connection broke" };
        let cause = std::iter::successors(std::error::Error::source(error), |error| error.source()).last();
        let cause = cause.map(|cause| format!(" ({cause})")).unwrap_or_default();
        self.unreachable(&format!("{what}{cause}"))
    }

    fn unreachable(&self, message: &str) -> FetchError {
        FetchError::Unreachable { location: self.name.clone(), message: shown(message) }
    }

    fn refused(&self, reason: String) -> FetchError {
        FetchError::Refused { location: self.name.clone(), reason }
    }

    fn too_large(&self) -> FetchError {
        FetchError::OverLimit { what: "the bytes of the archive".to_owned(), limit: self.most() }
    }
}
