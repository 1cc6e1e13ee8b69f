//! Documentation on a server: one request for each version, to the addresses that were judged and no other. It carries
//! what lets the curator in, so no redirect is followed and nothing of an answer is repeated but its status.

use std::io::Write as _;
use std::net::IpAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, RequestBuilder};
use tokio::time::timeout;

use crate::adapters::git::message::shown;
use crate::adapters::git::resolver::{SystemResolver, may_connect};
use crate::adapters::http::judged::{addresses, pinned};
use crate::model::{AddressRange, Docs, DocsPlace, DocsUrl, PackageName, Secret, Version};
use crate::ports::{DocsError, Put};

/// How long a server is waited for.
#[derive(Debug, Clone, Copy)]
pub struct DocsPatience {
    /// The longest time until its name has addresses, and until a connection stands.
    pub connect: Duration,
    /// The longest time of a request as a whole.
    pub request: Duration,
}

impl Default for DocsPatience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), request: Duration::from_mins(2) }
    }
}

/// What lets the curator in at a server: the variable that holds it, and what that holds.
pub struct DocsToken {
    /// The variable.
    pub variable: String,
    /// What it holds; `None` where it is not set.
    pub secret: Option<Secret>,
}

/// A server for documentation.
pub struct DocsServer {
    name: String,
    place: DocsPlace,
    token: Option<DocsToken>,
    opened: Vec<AddressRange>,
    patience: DocsPatience,
}

impl DocsServer {
    /// The server at `place`, at which the curator is let in by `token`. Besides the public internet it may have the
    /// addresses that were `opened`.
    #[must_use]
    pub fn new(
        place: DocsPlace,
        token: Option<DocsToken>,
        opened: Vec<AddressRange>,
        patience: DocsPatience,
    ) -> Option<Self> {
        let url = url_of(&place)?;
        let uri: http::Uri = url.of("name", "1.0.0").parse().ok()?;
        let name = uri.authority()?.to_string();
        Some(Self { name, place, token, opened, patience })
    }

    /// What messages call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sends the documentation of a version.
    pub(super) async fn put(&self, name: &PackageName, version: &Version, docs: &Docs) -> Result<Put, DocsError> {
        let host = || self.name.clone();
        let unusable = |message: String| DocsError::Unusable { host: host(), message };
        let url = url_of(&self.place).ok_or_else(|| unusable("it is no server".to_owned()))?;
        let address = url.of(&name.to_string(), &version.to_string());
        // Before anything is connected to.
        let header = self.header()?;
        let client = self.client(url, &address).await?;
        let request = match self.place {
            DocsPlace::Put(_) => client.put(&address),
            _ => client.post(&address),
        };
        let request = self.body(request, docs)?;
        let request = header.into_iter().fold(request, |request, value| request.header(AUTHORIZATION, value));
        // Its error would repeat the URL, and this one says what the operator cannot see there.
        let answer = request.send().await.map_err(|error| self.lost(&error.without_url()))?;
        self.judge(answer.status().as_u16())
    }

    fn judge(&self, status: u16) -> Result<Put, DocsError> {
        let host = self.name.clone();
        let is_pursuit = matches!(self.place, DocsPlace::Pursuit(_));
        match status {
            201 => Ok(Put::Stored),
            // Pursuit answers that it has this version.
            200 if is_pursuit => Ok(Put::AlreadyThere),
            200..=299 if !is_pursuit => Ok(Put::Stored),
            409 => Ok(Put::AlreadyThere),
            401 | 403 | 407 => Err(DocsError::Denied { host, status }),
            408 | 425 | 429 | 500..=599 => Err(DocsError::Unreachable { host, message: format!("HTTP {status}") }),
            _ => Err(DocsError::Refused { host, status }),
        }
    }

    /// What lets the curator in, as a header that no log shows.
    fn header(&self) -> Result<Option<HeaderValue>, DocsError> {
        let Some(DocsToken { variable, secret }) = &self.token else { return Ok(None) };
        let host = || self.name.clone();
        let secret = secret.as_ref().ok_or_else(|| DocsError::NoToken { host: host(), variable: variable.clone() })?;
        let text = secret.reveal().trim();
        let value = match self.place {
            DocsPlace::Pursuit(_) => format!("token {text}"),
            _ if text.contains(':') => format!("Basic {}", STANDARD.encode(text)),
            _ => format!("Bearer {text}"),
        };
        let unusable = |_| DocsError::Unusable { host: host(), message: format!("{variable} holds no token") };
        let mut value = HeaderValue::from_str(&value).map_err(unusable)?;
        value.set_sensitive(true);
        Ok(Some(value))
    }

    fn body(&self, request: RequestBuilder, docs: &Docs) -> Result<RequestBuilder, DocsError> {
        let unfit = |wanted| DocsError::Unfit { host: self.name.clone(), wanted };
        let (bytes, kind) = match (docs, &self.place) {
            (Docs::Json(bytes), _) => (bytes, "application/json"),
            (_, DocsPlace::Pursuit(_)) => return Err(unfit("JSON")),
            (Docs::Bytes(bytes), _) => (bytes, "application/octet-stream"),
            (Docs::Folder(_), _) => return Err(unfit("what a command prints, and no folder")),
        };
        let request = request.header(CONTENT_TYPE, kind).header(ACCEPT, "application/json");
        if !matches!(self.place, DocsPlace::Pursuit(_)) {
            return Ok(request.body(bytes.clone()));
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
        let unusable =
            |error: std::io::Error| DocsError::Unusable { host: self.name.clone(), message: error.to_string() };
        Ok(request.header(CONTENT_ENCODING, "gzip").body(packed.map_err(unusable)?))
    }

    /// A client that connects to the judged addresses of the host alone, and asks nobody on the way.
    async fn client(&self, url: &DocsUrl, address: &str) -> Result<Client, DocsError> {
        let unusable = |message: String| DocsError::Unusable { host: self.name.clone(), message };
        let uri: http::Uri = address.parse().map_err(|_| unusable("its URL is none".to_owned()))?;
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = uri.port_u16().unwrap_or(if url.is_clear() { 80 } else { 443 });
        let client = pinned(self.addresses(url, &host).await?, port)
            .connect_timeout(self.patience.connect)
            .timeout(self.patience.request)
            .https_only(!url.is_clear());
        client.build().map_err(|error| unusable(shown(&error.to_string())))
    }

    /// The addresses of the host: all of them are ones that may be connected to.
    async fn addresses(&self, url: &DocsUrl, host: &str) -> Result<Vec<IpAddr>, DocsError> {
        let unreachable = |message: String| DocsError::Unreachable { host: self.name.clone(), message };
        let judge = |ip: IpAddr| {
            let may = may_connect(ip, &self.opened) && (!url.is_clear() || ip.is_loopback());
            let closed = || DocsError::Closed { host: self.name.clone(), address: ip.to_string() };
            if may { Ok(()) } else { Err(closed()) }
        };
        let none = |why: String| unreachable(format!("it {why}"));
        let found = timeout(self.patience.connect, addresses(&SystemResolver, host, judge, none)).await;
        found.unwrap_or_else(|_| Err(unreachable("the name servers do not answer".to_owned())))
    }

    fn lost(&self, error: &reqwest::Error) -> DocsError {
        let what = if error.is_timeout() {
            "it does not answer in time"
        } else if error.is_connect() {
            "no connection can be made"
        } else {
            "the connection broke"
        };
        let cause = std::iter::successors(std::error::Error::source(error), |error| error.source()).last();
        let cause = cause.map(|cause| format!(" ({})", shown(&cause.to_string()))).unwrap_or_default();
        DocsError::Unreachable { host: self.name.clone(), message: format!("{what}{cause}") }
    }
}

/// The URL of a place that is on a server.
fn url_of(place: &DocsPlace) -> Option<&DocsUrl> {
    match place {
        DocsPlace::Pursuit(url) | DocsPlace::Put(url) | DocsPlace::Post(url) => Some(url),
        DocsPlace::Directory(_) => None,
    }
}
