//! Whether a file is the provenance of an archive: in-toto statements that name it, each by itself or in a DSSE envelope.
//!
//! Whether a signature in it is anybody's is not asked here: whoever reads the file decides whom to trust. What is held is
//! that a reader finds statements in it, and that they are about these very bytes.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::model::{Document, Node, Sha256, Value};
use crate::rules::report::words::joined;

/// The type of an in-toto Statement v1 (in-toto/attestation, `spec/v1/statement.md`).
const STATEMENT: &str = "https://in-toto.io/Statement/v1";

/// The payload type of such a statement in a DSSE envelope (secure-systems-lab/dsse, `envelope.md`).
const PAYLOAD: &str = "application/vnd.in-toto+json";

/// Why a file is not the provenance of an archive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProvenanceError {
    /// It is larger than what is kept beside an archive.
    #[error("it has {size} bytes; the limit is {limit}")]
    TooLarge {
        /// Its size.
        size: u64,
        /// The most it may have.
        limit: u64,
    },
    /// It holds no line.
    #[error("it is empty")]
    Empty,
    /// A line is no statement.
    #[error("line {line}: {reason}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// A statement is about something else.
    #[error("line {line}: none of its subjects has the digest of the archive, which is sha256 {}", .hash.to_hex())]
    OtherSubject {
        /// The line, from 1.
        line: usize,
        /// The digest of the archive.
        hash: Sha256,
    },
}

/// Whether `bytes`, of which there may be at most `limit`, are JSON Lines of in-toto statements that each name the archive
/// with this `hash` among their subjects.
///
/// # Errors
/// [`ProvenanceError`] with the first thing that is wrong.
pub fn check_provenance(bytes: &[u8], hash: &Sha256, limit: u64) -> Result<(), ProvenanceError> {
    let size = bytes.len() as u64;
    if size > limit {
        return Err(ProvenanceError::TooLarge { size, limit });
    }
    let lines = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    if lines.is_empty() {
        return Err(ProvenanceError::Empty);
    }
    for (line, bytes) in (1..).zip(lines.split(|byte| *byte == b'\n')) {
        let wrong = |reason: String| ProvenanceError::Line { line, reason };
        let document = parse(bytes, limit).map_err(wrong)?;
        let root = document.root();
        let enveloped = root.member("payload").map(|_| payload(root)).transpose().map_err(wrong)?;
        let enveloped = enveloped.map(|payload| parse(&payload, limit)).transpose().map_err(wrong)?;
        let statement = enveloped.as_ref().map_or(root, Document::root);
        if !names(statement, hash).map_err(wrong)? {
            return Err(ProvenanceError::OtherSubject { line, hash: *hash });
        }
    }
    Ok(())
}

fn parse(bytes: &[u8], limit: u64) -> Result<Document, String> {
    Document::parse(bytes, limit).map_err(|errors| joined(&errors))
}

/// What is in an envelope.
fn payload(envelope: &Node) -> Result<Vec<u8>, String> {
    if text(envelope, "payloadType") != Some(PAYLOAD) {
        return Err(format!("its \"payloadType\" is not \"{PAYLOAD}\""));
    }
    if items(envelope, "signatures").is_none_or(<[Node]>::is_empty) {
        return Err("it is an envelope without signatures".to_owned());
    }
    // The specification has readers take both alphabets.
    let encoded = text(envelope, "payload").unwrap_or_default();
    let decoded = STANDARD.decode(encoded).or_else(|_| URL_SAFE.decode(encoded));
    decoded.map_err(|_| "its \"payload\" is not base64".to_owned())
}

/// Whether a statement names the archive among its subjects.
fn names(statement: &Node, hash: &Sha256) -> Result<bool, String> {
    if text(statement, "_type") != Some(STATEMENT) {
        return Err(format!(
            "it is neither an in-toto statement (\"_type\": \"{STATEMENT}\") nor a DSSE envelope of one"
        ));
    }
    if text(statement, "predicateType").is_none() {
        return Err("it is a statement without \"predicateType\"".to_owned());
    }
    let subjects = items(statement, "subject").ok_or("it is a statement without subjects")?;
    let digest = |subject: &Node| {
        let digests = &subject.member("digest")?.value;
        Sha256::from_hex(text(digests, "sha256")?).ok()
    };
    Ok(subjects.iter().any(|subject| digest(subject).as_ref() == Some(hash)))
}

fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    match &node.member(key)?.value.value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn items<'n>(node: &'n Node, key: &str) -> Option<&'n [Node]> {
    match &node.member(key)?.value.value {
        Value::Array(items) => Some(items),
        _ => None,
    }
}
