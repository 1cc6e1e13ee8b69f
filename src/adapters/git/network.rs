//! A repository on a network, ready to be asked: its name was resolved once, every answer was judged, and git connects
//! to these addresses alone (threats 4 and 5).

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::model::{AddressRange, Limits};
use crate::ports::FetchError;

use super::address::Address;
use super::credentials::Credentials;
use super::message::{shown, without_credentials};
use super::program::{Call, Ended, Program, ProgramError};
use super::resolver::{Resolver, SystemResolver, may_connect};

/// The most addresses of one name that git is told.
const MOST_ADDRESSES: usize = 8;
/// What a connection must bring, in bytes a second.
const LEAST_RATE: u64 = 1000;
/// For how long it may bring less.
const PATIENCE: Duration = Duration::from_secs(20);
/// The first git that can be told which addresses a name has (`http.curloptResolve`).
const NEEDED: (u32, u32) = (2, 37);

/// How a fetcher may use networks.
#[derive(Clone)]
pub struct NetworkSettings {
    /// `[fetch] allow_hosts`: the hosts that a source may lie on.
    pub allow_hosts: BTreeSet<String>,
    /// Addresses beyond those of the public internet, opened by the operator.
    pub allow_addresses: Vec<AddressRange>,
    /// What lets the curator in, by host.
    pub credentials: Credentials,
    /// Where all sources are to be had instead of at their own locations.
    pub mirror: Option<super::Mirror>,
    /// Who knows the addresses of hosts. Where `pass_env` names a proxy for https, it is the proxy that resolves names
    /// and connects, so nobody is asked here and nothing is pinned: keeping it from private addresses is then the
    /// proxy's part. `NO_PROXY` is not passed on, so that nothing goes around the proxy.
    pub resolver: Arc<dyn Resolver>,
}

impl Default for NetworkSettings {
    /// No host at all.
    fn default() -> Self {
        Self {
            allow_hosts: BTreeSet::new(),
            allow_addresses: Vec::new(),
            credentials: Credentials::default(),
            mirror: None,
            resolver: Arc::new(SystemResolver),
        }
    }
}

/// A repository on a network.
#[derive(Clone)]
pub(super) struct Network {
    address: Address,
    settings: Vec<String>,
    env: Vec<(OsString, OsString)>,
}

/// What a server said of itself in its last answers, as far as it matters.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Headers {
    /// Where it sends those who ask.
    pub(super) location: Option<String>,
    /// Whether it spoke git at all: any page could be an answer otherwise.
    pub(super) speaks_git: bool,
}

impl Network {
    /// Resolves the name in `address`, once, and prepares what git is told.
    ///
    /// # Errors
    /// The name leads to an address that is not public, or to none, or this machine's git is too old.
    pub(super) async fn open(
        address: Address,
        location: &str,
        program: &Program,
        settings: &NetworkSettings,
        limits: &Limits,
        deadline: Instant,
    ) -> Result<Self, FetchError> {
        // A rate that is too low must show well before the deadline.
        let patience = PATIENCE.min(limits.fetch_time / 3).as_secs().max(1);
        let mut told = vec![
            "http.followRedirects=false".to_owned(),
            "http.sslVerify=true".to_owned(),
            format!("http.lowSpeedLimit={LEAST_RATE}"),
            format!("http.lowSpeedTime={patience}"),
        ];
        if let Some(variable) = settings.credentials.missing(address.host()) {
            let (host, variable) = (address.host().to_owned(), variable.clone());
            return Err(FetchError::NoCredential { host, variable });
        }
        let mut env = settings.credentials.environment(address.host(), &address.origin());
        env.push(("GIT_TRACE_REDACT".into(), "1".into()));
        if program.passes("https_proxy") || program.passes("all_proxy") {
            env.extend(["no_proxy", "NO_PROXY"].map(|name| (name.into(), OsString::new())));
        } else {
            let addresses = resolve(&address, location, settings, deadline).await?;
            let pinned: Vec<String> = addresses.iter().map(bracketed).collect();
            told.push(format!("http.curloptResolve={}:{}:{}", address.host(), address.port(), pinned.join(",")));
        }
        Ok(Self { address, settings: told, env })
    }

    /// What git fetches from.
    pub(super) fn url(&self) -> &str {
        self.address.as_str()
    }

    /// What git is told on its command line.
    pub(super) fn settings(&self) -> Vec<String> {
        self.settings.clone()
    }

    /// What git is told in its environment. It writes the headers of all answers to `headers`, since it says itself
    /// neither where a redirect leads nor whether a server spoke git.
    pub(super) fn env(&self, headers: &Path) -> Vec<(OsString, OsString)> {
        let mut env = self.env.clone();
        env.push(("GIT_TRACE_CURL".into(), headers.into()));
        env.push(("GIT_TRACE_CURL_NO_DATA".into(), "1".into()));
        env
    }
}

/// Where git writes the headers, beside its home.
pub(super) fn headers_path(scratch: &Path) -> PathBuf {
    scratch.join("headers")
}

/// What the headers of the last run say; they are removed, so that those of the next run are its own.
pub(super) fn take_headers(path: &Path, most_bytes: u64) -> Headers {
    let bytes = super::refs::plain_file(path, most_bytes).ok().flatten().unwrap_or_default();
    let _ = fs::remove_file(path);
    headers(&String::from_utf8_lossy(&bytes))
}

fn headers(trace: &str) -> Headers {
    let mut read = Headers::default();
    for line in trace.lines() {
        // `12:34:13.148602 http.c:872   <= Recv header: Location: https://…`; nothing before the mark is the server's.
        let Some((_, header)) = line.split_once("<= ").and_then(|(_, rest)| rest.split_once(" header: ")) else {
            continue;
        };
        let Some((name, value)) = header.split_once(':') else { continue };
        if name.eq_ignore_ascii_case("location") {
            read.location = Some(shown(&without_credentials(value.trim())));
        } else if name.eq_ignore_ascii_case("content-type") && value.trim().starts_with("application/x-git-") {
            read.speaks_git = true;
        }
    }
    read
}

/// The addresses of the host: all of them are ones that a fetch may connect to.
async fn resolve(
    address: &Address,
    location: &str,
    settings: &NetworkSettings,
    deadline: Instant,
) -> Result<Vec<IpAddr>, FetchError> {
    let host = address.host();
    let unreachable = |message: String| FetchError::Unreachable { location: location.to_owned(), message };
    let Ok(found) = timeout_at(deadline, settings.resolver.lookup(host)).await else {
        return Err(unreachable(format!("the name servers do not answer for {host}")));
    };
    let found = found.map_err(|error| unreachable(format!("{host} has no address ({})", shown(&error.to_string()))))?;
    if found.is_empty() {
        return Err(unreachable(format!("{host} has no address")));
    }
    // One address that is not public makes the others suspect, too: a name server may be choosing among them.
    if let Some(inner) = found.iter().find(|&&found| !may_connect(found, &settings.allow_addresses)) {
        let reason = format!(
            "{host} leads to {inner}, which is no address of the public internet; only the operator can open it, with \
             --allow-address or CURATOR_ALLOW_ADDRESSES"
        );
        return Err(FetchError::Refused { location: location.to_owned(), reason });
    }
    Ok(found.into_iter().take(MOST_ADDRESSES).collect())
}

fn bracketed(address: &IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

/// Asserts that git is new enough to be told addresses: an older one would not say that it does not understand, and ask
/// the name servers again.
///
/// # Errors
/// It is older, or cannot be run.
pub(super) async fn check_version(program: &Program, folder: &Path, deadline: Instant) -> Result<(), FetchError> {
    let call = Call {
        repository: folder,
        home: folder,
        protocol: None,
        settings: Vec::new(),
        env: Vec::new(),
        args: vec!["version".into()],
        stdin: Vec::new(),
        deadline,
    };
    let failed = |error: ProgramError| FetchError::Local { message: error.to_string() };
    let said = match program.run(call).await.map_err(failed)? {
        Ended::Well(said) => String::from_utf8_lossy(&said).into_owned(),
        Ended::Badly(_) | Ended::Late | Ended::Flooded => String::new(),
    };
    if version(&said).is_some_and(|version| version >= NEEDED) {
        return Ok(());
    }
    let said = shown(said.trim());
    let message =
        format!("networks need git {}.{} or newer, and this is '{said}'; install a newer git", NEEDED.0, NEEDED.1);
    Err(FetchError::Local { message })
}

/// The first two numbers in `git version 2.47.3`.
fn version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.trim().strip_prefix("git version ")?.split(['.', ' ']);
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{Headers, headers, version};

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(version("git version 2.47.3\n"), Some((2, 47)));
        assert_eq!(version("git version 2.39.2 (Apple Git-143)"), Some((2, 39)));
        assert_eq!(version("hub version 2.47"), None);
    }

    #[test]
    fn headers_are_read_from_what_came_only() {
        let trace = "12:00:00.1 http.c:872 => Send header: Location: https://sent.example\n\
                     12:00:00.2 http.c:872 <= Recv header: Content-Type: application/x-git-upload-pack-advertisement\n\
                     12:00:00.2 http.c:872 <= recv header: location:  https://\u{1b}evil.example/a\n";
        let location = Some("https://\\u{1b}evil.example/a".to_owned());
        assert_eq!(headers(trace), Headers { location, speaks_git: true });
        assert_eq!(headers("<= Recv header: Content-Type: text/html\n"), Headers::default());
    }
}
