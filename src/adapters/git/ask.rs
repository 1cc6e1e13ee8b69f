//! One question to the other side, asked with git, until there is an answer or no time left.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tokio::time::Instant;

use crate::ports::FetchError;

use super::local;
use super::network::{Headers, take_headers};
use super::patience::Patience;
use super::program::{Call, Ended, Program, ProgramError};
use super::remote::Remote;
use super::store::Store;
use super::verdict::{Failure, says};

/// How every fetch begins. What is wanted comes on standard input, so that nothing is ever taken for an option.
const FETCH: &[&str] =
    &["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--stdin"];

/// A depth that git takes for the whole history. Without any, it would also take what is no git server at its word.
const WHOLE: &str = "2147483647";

/// What is asked for.
pub(super) enum Ask {
    /// These refspecs or ids with their files, and this much history.
    Objects { wanted: Vec<String>, depth: Option<u32> },
    /// The commits behind these ids, without any files.
    Commits { wanted: Vec<String> },
    /// Branches and tags, from what is asked or, where one could only list its own, from the store.
    Refs,
}

/// What was answered.
#[derive(Debug)]
pub(super) enum Answer {
    /// What was asked for is here; for a list, the list.
    Here(Vec<u8>),
    /// The other side does not have it.
    Absent,
    /// The other side gives nothing by its id.
    NotById,
}

/// Who asks, where, and until when.
pub(super) struct Asking<'a> {
    pub(super) program: &'a Program,
    pub(super) store: &'a Store,
    pub(super) location: &'a str,
    pub(super) deadline: Instant,
}

impl Asking<'_> {
    /// Asks, and asks again where what failed may pass by itself.
    ///
    /// # Errors
    /// [`FetchError`], judged from what git says.
    pub(super) async fn ask(&self, ask: &Ask) -> Result<Answer, FetchError> {
        let mut patience = Patience::until(self.deadline);
        loop {
            match self.once(ask).await {
                Err(error) if patience.allows(&error).await => {}
                answer => return answer,
            }
        }
    }

    async fn once(&self, ask: &Ask) -> Result<Answer, FetchError> {
        let (store, into) = (self.store, self.into(ask));
        let network = match &store.remote {
            Remote::Network(network) => Some(network),
            Remote::Bundle(_) | Remote::Directory(_) => None,
        };
        let call = Call {
            repository: &into,
            home: &store.home(),
            protocol: Some(store.remote.protocol()),
            settings: network.map(super::network::Network::settings).unwrap_or_default(),
            env: network.map(|network| network.env(&store.headers())).unwrap_or_default(),
            args: self.args(ask),
            stdin: ask.wanted().join("\n").into_bytes(),
            deadline: self.deadline,
        };
        let failed = |error: ProgramError| FetchError::Local { message: error.to_string() };
        let ended = self.program.run(call).await.map_err(failed)?;
        let headers = network.map(|_| take_headers(&store.headers(), MOST_HEADERS));
        let largest = largest_file(&into.join("objects/pack"))
            .map_err(|error| local("looking at a scratch repository", &error))?;
        self.judge(ended, largest, headers)
    }

    fn judge(&self, ended: Ended, largest: u64, headers: Option<Headers>) -> Result<Answer, FetchError> {
        let location = self.location.to_owned();
        let is_git = headers.as_ref().is_none_or(|headers| headers.speaks_git);
        let words = match ended {
            // A server without git's protocol has an answer to everything: some page.
            Ended::Well(_) if !is_git => return Err(FetchError::NoRepository { location }),
            Ended::Well(written) if largest <= self.program.disk_bytes => return Ok(Answer::Here(written)),
            Ended::Well(_) => String::new(),
            Ended::Flooded => {
                let limit = self.program.file_bytes;
                return Err(FetchError::OverLimit { what: "bytes of branches and tags".to_owned(), limit });
            }
            Ended::Late => {
                return Err(FetchError::TimedOut { location, seconds: self.program.time.as_secs() });
            }
            Ended::Badly(words) => words,
        };
        if is_git && (says(&words, "couldn't find remote ref") || says(&words, "not our ref")) {
            return Ok(Answer::Absent);
        }
        if says(&words, "unadvertised object") {
            return Ok(Answer::NotById);
        }
        let scratch = self.store.scratch.path();
        let failure = Failure { location: self.location, scratch, words: &words, largest, headers };
        Err(failure.verdict(self.program))
    }

    /// The repository that the answer goes to.
    fn into(&self, ask: &Ask) -> PathBuf {
        match ask {
            Ask::Objects { .. } | Ask::Refs => self.store.repository(),
            Ask::Commits { .. } => self.store.history(),
        }
    }

    fn args(&self, ask: &Ask) -> Vec<OsString> {
        let mut args: Vec<OsString> = Vec::new();
        match ask {
            Ask::Refs => args.extend(["ls-remote", "--quiet", "--heads", "--tags"].map(OsString::from)),
            Ask::Objects { depth, .. } => {
                args.extend(FETCH.iter().map(OsString::from));
                if let Some(depth) = depth {
                    args.extend(["--depth".into(), depth.to_string().into()]);
                }
            }
            Ask::Commits { .. } => {
                args.extend(FETCH.iter().map(OsString::from));
                args.extend(["--filter=tree:0", "--depth", WHOLE].map(OsString::from));
            }
        }
        let address = match (ask, &self.store.remote) {
            // A bundle lists its tags without what they lead to.
            (Ask::Refs, Remote::Bundle(_)) => self.store.repository().into_os_string(),
            // git remembers by the address that files are left out, and takes no path for that.
            (Ask::Commits { .. }, Remote::Directory(facade)) => {
                format!("file://{}", facade.path().to_string_lossy().replace('%', "%25")).into()
            }
            (_, remote) => remote.address().to_owned(),
        };
        args.extend(["--".into(), address]);
        args
    }
}

impl Ask {
    fn wanted(&self) -> &[String] {
        match self {
            Self::Objects { wanted, .. } | Self::Commits { wanted } => wanted,
            Self::Refs => &[],
        }
    }
}

/// The most bytes of headers that are read.
const MOST_HEADERS: u64 = 1 << 20;

/// The size of the largest file in `folder`.
fn largest_file(folder: &Path) -> io::Result<u64> {
    fs::read_dir(folder)?.try_fold(0, |largest, entry| Ok(entry?.metadata()?.len().max(largest)))
}
