//! The raw form of git's commit objects: what a repository is told, and what it says of its past.

use std::fmt::Write as _;

use git2::Oid;

use crate::model::Timestamp;

/// A commit, as far as anybody asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Commit {
    pub(super) tree: Oid,
    pub(super) parents: Vec<Oid>,
    /// `Name <address>`: a stranger's words.
    pub(super) author: String,
    /// The same of who recorded it: another one where a change was taken over from somebody.
    pub(super) committer: String,
    /// The committer's time, in seconds since 1970.
    pub(super) seconds: i64,
    pub(super) message: String,
}

impl Commit {
    /// Reads a commit object; `None` where it is malformed.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let (head, message) = text.split_once("\n\n").unwrap_or((text.trim_end_matches('\n'), ""));
        let mut lines = head.lines().peekable();
        let tree = id(lines.next()?.strip_prefix("tree ")?)?;
        let mut parents = Vec::new();
        while let Some(parent) = lines.peek().and_then(|line| line.strip_prefix("parent ")) {
            parents.push(id(parent)?);
            lines.next();
        }
        let (author, _) = signature(lines.next()?.strip_prefix("author ")?)?;
        let (committer, seconds) = signature(lines.next()?.strip_prefix("committer ")?)?;
        let (author, committer, message) = (author.to_owned(), committer.to_owned(), message.to_owned());
        Some(Self { tree, parents, author, committer, seconds, message })
    }

    /// The time of the commit. One that no calendar has is taken for the start of 1970.
    pub(super) fn time(&self) -> Option<Timestamp> {
        let time = self.seconds.checked_mul(1000).and_then(|millis| Timestamp::from_unix_millis(millis).ok());
        time.or_else(|| Timestamp::from_unix_millis(0).ok())
    }

    /// The object.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("tree {}\n", self.tree);
        for parent in &self.parents {
            let _ = writeln!(text, "parent {parent}");
        }
        // UTC always: the zone of the machine must not enter.
        let (author, committer, stamp) = (&self.author, &self.committer, format!("{} +0000", self.seconds));
        let _ = write!(text, "author {author} {stamp}\ncommitter {committer} {stamp}\n\n{}\n", self.message.trim_end());
        text.into_bytes()
    }
}

/// `Name <address>` and the seconds of a line `Name <address> seconds zone`. Old programs wrote odd times: those are 0.
fn signature(line: &str) -> Option<(&str, i64)> {
    let end = line.rfind('>')? + 1;
    let (who, when) = line.split_at_checked(end)?;
    Some((who, when.split_whitespace().next().and_then(|seconds| seconds.parse().ok()).unwrap_or(0)))
}

/// The id that 40 hexadecimal digits spell: git2 would take a shorter text for an id that ends in zeros.
pub(super) fn id(digits: &str) -> Option<Oid> {
    if digits.len() == 40 { Oid::from_str(digits).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let commit = Commit {
            tree: Oid::from_bytes(&[1; 20]).unwrap(),
            parents: vec![Oid::from_bytes(&[2; 20]).unwrap(), Oid::from_bytes(&[3; 20]).unwrap()],
            author: "curator <curator@localhost>".to_owned(),
            committer: "somebody <else@localhost>".to_owned(),
            seconds: 1_790_000_000,
            message: "Publish\n\nparent x\n".to_owned(),
        };
        assert_eq!(Commit::parse(&commit.to_bytes()), Some(commit));
    }

    #[test]
    fn reads_what_others_wrote() {
        let id = "0101010101010101010101010101010101010101";
        let text =
            format!("tree {id}\nauthor A> <a> 1 +0100\ncommitter B <> 99999999999999999999 +0000\ngpgsig x\n y\n");
        let commit = Commit::parse(text.as_bytes()).unwrap();
        assert_eq!((commit.author.as_str(), commit.seconds, commit.message.as_str()), ("A> <a>", 0, ""));
        assert_eq!(commit.committer, "B <>");
        assert!(commit.time().is_some());
        for malformed in ["", "tree 01\n", "parent x\n", "tree 0101010101010101010101010101010101010101\n"] {
            assert_eq!(Commit::parse(malformed.as_bytes()), None);
        }
    }
}
