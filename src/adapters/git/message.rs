//! What git said, made safe and short enough to be part of a message.

use std::path::Path;

/// The most characters of what git said that a message repeats.
const LONGEST: usize = 300;

/// The reason in `stderr`, as one line of plain text that is the same on every run.
///
/// What git says repeats the other side's words, so nothing in it may reach a terminal or a log as it is.
pub(in crate::adapters) fn reason(stderr: &str, scratch: &Path) -> String {
    let ours: Vec<&str> = stderr.lines().filter_map(own_words).collect();
    // upload-pack and fetch both report what the other side refused, in either order: prefer the one that always comes.
    let said = ours
        .iter()
        .find(|words| words.starts_with("remote error: "))
        .or_else(|| ours.first())
        .copied()
        .or_else(|| stderr.lines().find(|line| !line.trim().is_empty()))
        .unwrap_or("git gave no reason");
    let said = said.replace(&*scratch.to_string_lossy(), "<scratch>");
    shown(&without_credentials(&said))
}

/// The line without its prefix, where it is git's own and no relayed `remote: …`.
fn own_words(line: &str) -> Option<&str> {
    line.strip_prefix("error: ").or_else(|| line.strip_prefix("fatal: "))
}

/// `text` where `scheme://user:secret@host` has lost what stands before the `@`.
pub(super) fn without_credentials(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::with_capacity(text.len());
    while let Some((before, after)) = rest.split_once("://") {
        kept.push_str(before);
        kept.push_str("://");
        let authority = after.find(|c: char| c == '/' || c.is_whitespace()).unwrap_or(after.len());
        let (authority, tail) = after.split_at(authority);
        kept.push_str(authority.rsplit_once('@').map_or(authority, |(_, host)| host));
        rest = tail;
    }
    kept.push_str(rest);
    kept
}

/// `text` with everything that steers a terminal or a log (controls, bidi and other invisible characters) as `\u{..}`.
pub(in crate::adapters) fn shown(text: &str) -> String {
    let mut safe = String::new();
    for c in text.chars().take(LONGEST) {
        match c {
            '\'' | '"' | '\\' => safe.push(c),
            // `escape_debug` knows which characters are printable.
            _ => safe.extend(c.escape_debug()),
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        safe.push('…');
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, reason};
    use std::path::Path;

    fn said(stderr: &str) -> String {
        reason(stderr, Path::new("/tmp/scratch-1"))
    }

    #[test]
    fn takes_the_reason_and_not_the_echo() {
        assert_eq!(said("error: object 12: hasDotgit\nfatal: index-pack failed\n"), "object 12: hasDotgit");
        assert_eq!(said("fatal: git upload-pack: no\nfatal: remote error: no\n"), "remote error: no");
        assert_eq!(said("remote: hello\nfatal: early EOF\n"), "early EOF");
        assert_eq!(said(" \n"), "git gave no reason");
    }

    #[test]
    fn shows_controls_instead_of_sending_them() {
        assert_eq!(said("fatal: \u{1b}[2Ja\rb\u{202e}c"), "\\u{1b}[2Ja\\rb\\u{202e}c");
        assert_eq!(said("fatal: it's \"é\""), "it's \"é\"");
    }

    #[test]
    fn drops_credentials_and_the_scratch_path() {
        assert_eq!(
            said("fatal: unable to access 'https://bob:s3cret@example.org/x': no, ssh://a@b"),
            "unable to access 'https://example.org/x': no, ssh://b"
        );
        assert_eq!(said("fatal: cannot open /tmp/scratch-1/store"), "cannot open <scratch>/store");
    }

    #[test]
    fn is_short() {
        assert_eq!(said(&format!("fatal: {}", "x".repeat(9999))).chars().count(), LONGEST + 1);
    }
}
