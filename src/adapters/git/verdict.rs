//! What it means that git failed: its words, judged.

use std::path::Path;

use crate::ports::FetchError;

use super::message;
use super::network::Headers;
use super::program::Program;
use super::unsound;

/// What git says where this machine's disk, quota or limit on files is at fault, and not what was sent.
const NO_ROOM: [&str; 3] =
    ["write error: No space left on device", "write error: Disk quota exceeded", "write error: File too large"];

/// What git says where what came is no sound object, also where the connection ends with it.
const UNSOUND: [&str; 5] =
    ["error: object ", "fatal: fsck error", "fatal: pack has bad object", "inflate returned", "sha1 collision"];

/// What git, or the library it speaks https with, says where a connection broke.
const BROKEN: [&str; 7] = [
    "RPC failed",
    "early EOF",
    "hung up unexpectedly",
    "unexpected disconnect",
    "expected flush after",
    "bytes of body are still expected",
    "unable to access",
];

/// What git says where it was not let in.
const CLOSED: [&str; 3] = ["could not read Username", "could not read Password", "Authentication failed"];

/// What is known of a run of git that failed.
pub(super) struct Failure<'a> {
    /// The location that was asked for.
    pub(super) location: &'a str,
    /// The scratch folder: messages do not repeat its name.
    pub(super) scratch: &'a Path,
    /// Its words.
    pub(super) words: &'a str,
    /// The size of the largest pack that it wrote.
    pub(super) largest: u64,
    /// What the server said of itself, where there is one.
    pub(super) headers: Option<Headers>,
}

impl Failure<'_> {
    /// Why git failed.
    pub(super) fn verdict(self, program: &Program) -> FetchError {
        // git dies of the limit in the middle of a pack, which then has just that size.
        if self.largest >= program.disk_bytes {
            return FetchError::OverLimit { what: "bytes on the disk".to_owned(), limit: program.disk_bytes };
        }
        let own = own_words(self.words);
        if is_out_of_memory(self.words) {
            return FetchError::OverLimit { what: "bytes of memory".to_owned(), limit: program.memory_bytes };
        }
        let reason = message::reason(self.words, self.scratch);
        if NO_ROOM.iter().any(|phrase| says(own, phrase)) {
            return FetchError::Full { message: reason };
        }
        match &self.headers {
            Some(headers) => self.of_network(own, headers, reason),
            None => unsound(self.location, reason),
        }
    }

    fn of_network(&self, own: &str, headers: &Headers, reason: String) -> FetchError {
        let location = self.location.to_owned();
        let said = |phrases: &[&str]| phrases.iter().any(|phrase| own.contains(phrase));
        match status(own) {
            Some(300..=399) => {
                let unnamed = || "a place that the server does not name".to_owned();
                let to = headers.location.clone().unwrap_or_else(unnamed);
                FetchError::Relocated { location, to }
            }
            Some(401 | 403) => FetchError::Private { location },
            Some(404 | 410 | 451) => FetchError::NoRepository { location },
            Some(408 | 429 | 500..) => FetchError::Unreachable { location, message: reason },
            _ if said(&CLOSED) => FetchError::Private { location },
            _ if says(own, "repository '") && own.contains("' not found") => FetchError::NoRepository { location },
            _ if said(&UNSOUND) => unsound(self.location, reason),
            _ if said(&BROKEN) => FetchError::Unreachable { location, message: reason },
            _ if !headers.speaks_git => FetchError::NoRepository { location },
            _ => unsound(self.location, reason),
        }
    }
}

/// Whether git had no memory left within its limit.
pub(in crate::adapters) fn is_out_of_memory(words: &str) -> bool {
    let own = own_words(words);
    own.contains("Out of memory") || own.contains("Cannot allocate memory")
}

/// Whether git says that what came is no sound object.
pub(in crate::adapters) fn is_unsound(words: &str) -> bool {
    let own = own_words(words);
    UNSOUND.iter().any(|phrase| own.contains(phrase))
}

/// Whether git itself, and not the other side through it, says `phrase`.
pub(super) fn says(words: &str, phrase: &str) -> bool {
    let is_gits = |line: &&str| line.starts_with("fatal: ") || line.starts_with("error: ");
    words.lines().filter(is_gits).any(|line| line.contains(phrase))
}

/// The words before those that git relays as the other side's error: these may have any number of lines, in any form.
fn own_words(words: &str) -> &str {
    words.split_once("remote error:").map_or(words, |(own, _)| own)
}

/// The status of the answer that made git give up: `The requested URL returned error: 502`, `RPC failed; HTTP 502 …`.
fn status(words: &str) -> Option<u16> {
    let after = ["returned error: ", "RPC failed; HTTP "].iter().find_map(|mark| Some(words.split_once(mark)?.1))?;
    after.get(..3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{Failure, Headers};
    use crate::adapters::git::program::Program;
    use crate::model::Limits;
    use crate::ports::FetchError;

    fn verdict(words: &str) -> FetchError {
        let program = Program::new(PathBuf::from("git"), Vec::new(), &Limits::default());
        let headers = Some(Headers { location: None, speaks_git: true });
        Failure { location: "x", scratch: Path::new("/tmp/s"), words, largest: 0, headers }.verdict(&program)
    }

    #[test]
    fn a_server_cannot_speak_for_this_machine() {
        let words = "fatal: remote error: no\nfatal: write error: No space left on device\n";
        assert!(matches!(verdict(words), FetchError::Unsound { .. }));
        let words = "remote: fatal: write error: No space left on device\nfatal: early EOF\n";
        assert!(matches!(verdict(words), FetchError::Unreachable { .. }));
        assert!(matches!(verdict("fatal: write error: No space left on device\n"), FetchError::Full { .. }));
    }

    #[test]
    fn a_broken_connection_is_no_verdict_on_what_came() {
        for words in [
            "fatal: unable to access 'https://x/': Could not resolve host: x",
            "fatal: unable to access 'https://x/': The requested URL returned error: 503",
            "error: RPC failed; curl 18 transfer closed with outstanding read data remaining\nfatal: early EOF",
            "error: RPC failed; HTTP 500 curl 22 The requested URL returned error: 500",
            "fatal: the remote end hung up unexpectedly",
        ] {
            assert!(matches!(verdict(words), FetchError::Unreachable { .. }), "{words}: {}", verdict(words));
        }
        let words = "error: object 1: hasDotgit\nfatal: fsck error in packed object\nfatal: early EOF\n";
        assert!(matches!(verdict(words), FetchError::Unsound { .. }));
    }

    #[test]
    fn what_a_server_answers_is_told_apart() {
        let error = |status: u16| {
            verdict(&format!("fatal: unable to access 'https://x/': The requested URL returned error: {status}"))
        };
        assert!(matches!(error(301), FetchError::Relocated { .. }));
        assert!(matches!(error(403), FetchError::Private { .. }));
        assert!(matches!(error(410), FetchError::NoRepository { .. }));
        assert!(matches!(error(429), FetchError::Unreachable { .. }));
        assert!(matches!(verdict("fatal: repository 'https://x/' not found"), FetchError::NoRepository { .. }));
        let words = "fatal: could not read Username for 'https://x': terminal prompts disabled";
        assert!(matches!(verdict(words), FetchError::Private { .. }));
    }
}
