//! Whether paths mean the same on every machine that may unpack a package.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;

use super::tree::TreePath;

/// Why a path cannot be used everywhere: a variant per danger, with the part of the path that has it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PortabilityError {
    /// Windows takes the name for a device, whatever its extension.
    #[error("'{0}' names a device on Windows")]
    Device(String),
    /// Windows drops dots and blanks at the end of a name.
    #[error("'{0}' ends in a dot or a blank, which Windows drops")]
    TrailingDotOrBlank(String),
    /// Windows does not allow the character in a name.
    #[error("'{part}' holds '{character}', which Windows does not allow in a name")]
    Reserved {
        /// The part of the path.
        part: String,
        /// The character.
        character: char,
    },
    /// The part holds a control character, which a terminal or a log may obey.
    #[error("the path part {0:?} holds a control character")]
    Control(String),
    /// The part holds a character that is not seen or that turns the direction of the text (CVE-2021-42574).
    #[error("the path part {0:?} holds an invisible character or one that changes the direction of text")]
    Invisible(String),
    /// Programs may take the part for an option.
    #[error("'{0}' starts with '-' and could be taken for an option")]
    LeadingDash(String),
}

/// The first reason why `path` cannot be used everywhere; `None` for a portable path.
#[must_use]
pub fn portability(path: &TreePath) -> Option<PortabilityError> {
    path.parts().find_map(part_portability)
}

fn part_portability(part: &str) -> Option<PortabilityError> {
    let owned = || part.to_owned();
    let reserved = |c: char| matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\\');
    if part.contains(char::is_control) {
        Some(PortabilityError::Control(owned()))
    } else if part.contains(is_invisible) {
        Some(PortabilityError::Invisible(owned()))
    } else if let Some(character) = part.chars().find(|&c| reserved(c)) {
        Some(PortabilityError::Reserved { part: owned(), character })
    } else if part.starts_with('-') {
        Some(PortabilityError::LeadingDash(owned()))
    } else if part.ends_with(['.', ' ']) {
        Some(PortabilityError::TrailingDotOrBlank(owned()))
    } else if is_device(part) {
        Some(PortabilityError::Device(owned()))
    } else {
        None
    }
}

/// Whether Windows opens a device under this name (Microsoft, "Naming Files, Paths, and Namespaces").
fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default().trim_end_matches(' ').to_ascii_lowercase();
    if matches!(stem.as_str(), "con" | "prn" | "aux" | "nul" | "conin$" | "conout$") {
        return true;
    }
    // Windows reads the superscripts ¹, ² and ³ as digits here.
    let number = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    number.is_some_and(|number| {
        let mut digits = number.chars();
        matches!((digits.next(), digits.next()), (Some('1'..='9' | '¹' | '²' | '³'), None))
    })
}

/// Characters without a shape of their own: Unicode's `Default_Ignorable_Code_Point`, the line and paragraph
/// separators, and the marks of interlinear notes.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The form in which a file system without regard to case and composition compares a name.
fn folded(part: &str) -> String {
    if part.is_ascii() {
        return part.to_ascii_lowercase();
    }
    // Upper case first joins what only differs there (ß and ss, ς and σ); full case folding does the same.
    part.nfd().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfc().collect()
}

/// A file or folder that was met on the way through the paths.
struct Seen<'a> {
    spelling: &'a str,
    is_file: bool,
    id: usize,
}

/// The pairs of files or folders that some file system takes for one: equal but for case or for the composition of
/// their characters (macOS, Windows), or one name for a file and a folder.
///
/// A path is named for the topmost of its folders that collides, and each pair once.
#[must_use]
pub fn collisions<'a>(paths: impl IntoIterator<Item = &'a TreePath>) -> Vec<(TreePath, TreePath)> {
    // Children are looked up below their parent's number, so that hostile depth costs no more than its bytes.
    let mut seen: BTreeMap<(usize, String), Seen<'a>> = BTreeMap::new();
    let mut found = BTreeSet::new();
    for path in paths {
        let mut parent = 0;
        for prefix in prefixes(path) {
            let is_file = prefix.len() == path.as_str().len();
            let name = prefix.rsplit_once('/').map_or(prefix, |(_, name)| name);
            let id = seen.len() + 1;
            let first = seen.entry((parent, folded(name))).or_insert(Seen { spelling: prefix, is_file, id });
            parent = first.id;
            let is_same_folder = first.spelling == prefix && !first.is_file && !is_file;
            if first.id != id && !is_same_folder {
                found.insert((first.spelling, prefix));
                break;
            }
        }
    }
    // The start of a path up to a slash is a path, so no pair is lost here.
    found.into_iter().filter_map(|(first, second)| Some((first.parse().ok()?, second.parse().ok()?))).collect()
}

/// The folders above a path, from the top, and the path itself.
fn prefixes(path: &TreePath) -> impl Iterator<Item = &str> {
    let text = path.as_str();
    let folders = text.match_indices('/').filter_map(move |(at, _)| text.get(..at));
    folders.chain(std::iter::once(text))
}
