//! Patterns of paths: the extra and the left-out files of a package.

use std::fmt;
use std::str::FromStr;

use super::glob_pattern::{PathPattern, Syntax};
use super::serde_text::serde_through_text;
use super::tree::TreePath;

/// A pattern as a manifest writes it. It is only known not to be empty: published manifests must stay readable, and
/// [`Self::compile`] does the stricter work.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Glob(String);

/// Why a text is not a pattern that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GlobError {
    /// There is no pattern at all.
    #[error("a glob cannot be empty")]
    Empty,
    /// The pattern is absolute or has a part `..`.
    #[error("the glob '{0}' reaches outside of the package")]
    Outside(String),
    /// The pattern starts with `!`, or holds an extended pattern such as `@(a|b)` or a range of braces.
    #[error("the glob '{0}' uses syntax that is not supported; known are *, **, ?, [a-z], {{a,b}} and \\")]
    Unsupported(String),
    /// A bracket or brace is never closed or never opened, or a range runs backwards.
    #[error("the glob '{glob}' is malformed: {reason}")]
    Syntax {
        /// The pattern.
        glob: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// The pattern has more than 500 bytes, or its braces stand for more than 64 patterns.
    #[error("the glob has more than 500 bytes, or its braces stand for more than 64 patterns")]
    TooLarge,
}

/// The longest pattern, in bytes.
const MAX_BYTES: usize = 500;
/// The most patterns that the braces of one pattern may stand for: `{a,b}{a,b}{a,b}…` doubles with every pair.
const MAX_ALTERNATIVES: usize = 64;

impl Glob {
    /// The pattern as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads the pattern by the rules of the JavaScript library fast-glob in its default settings, as the PureScript
    /// registry does: `*` and `?` stay inside one part of a path, `**` is any number of parts, and a part that starts
    /// with a dot is matched only where the pattern writes that dot. Case counts.
    ///
    /// # Errors
    /// [`GlobError`]; [`GlobError::Outside`] sets apart patterns that leave the package.
    pub fn compile(&self) -> Result<GlobMatcher, GlobError> {
        if self.0.len() > MAX_BYTES {
            return Err(GlobError::TooLarge);
        }
        let extended = ["@(", "+(", "!(", "?(", "*("];
        if self.0.starts_with('!') || extended.iter().any(|start| self.0.contains(start)) {
            return Err(GlobError::Unsupported(self.0.clone()));
        }
        let alternatives = self.expand_braces()?.into_iter().map(|pattern| self.compile_alternative(&pattern));
        Ok(GlobMatcher { alternatives: alternatives.collect::<Result<_, _>>()? })
    }

    /// The patterns that the braces stand for: `{a,b/c}.js` is `a.js` and `b/c.js`.
    fn expand_braces(&self) -> Result<Vec<String>, GlobError> {
        let mut open = vec![self.0.clone()];
        let mut done = Vec::new();
        while let Some(pattern) = open.pop() {
            let Some(Braces { before, alternatives, after }) =
                Braces::first(&pattern).map_err(|syntax| self.malformed(&syntax))?
            else {
                done.push(pattern);
                continue;
            };
            // JavaScript takes `{a}` literally and `{1..3}` for three numbers; neither is worth a surprise.
            if alternatives.len() < 2 {
                return Err(GlobError::Unsupported(self.0.clone()));
            }
            if open.len() + done.len() + alternatives.len() > MAX_ALTERNATIVES {
                return Err(GlobError::TooLarge);
            }
            open.extend(alternatives.iter().map(|middle| format!("{before}{middle}{after}")));
        }
        Ok(done)
    }

    fn compile_alternative(&self, pattern: &str) -> Result<PathPattern, GlobError> {
        let pattern = pattern.trim_start_matches("./");
        if pattern.starts_with('/') || pattern.split('/').any(|part| part == "..") {
            return Err(GlobError::Outside(self.0.clone()));
        }
        PathPattern::compile(pattern).map_err(|syntax| self.malformed(&syntax))
    }

    fn malformed(&self, &Syntax(reason): &Syntax) -> GlobError {
        GlobError::Syntax { glob: self.0.clone(), reason }
    }
}

/// The first braces of a pattern.
struct Braces<'a> {
    before: &'a str,
    /// What stands between the commas.
    alternatives: Vec<&'a str>,
    after: &'a str,
}

impl<'a> Braces<'a> {
    fn first(pattern: &'a str) -> Result<Option<Self>, Syntax> {
        let mut marks = Vec::new();
        let mut depth = 0_usize;
        let mut is_escaped = false;
        for (at, c) in pattern.char_indices() {
            let is_plain = !is_escaped;
            is_escaped = is_plain && c == '\\';
            match c {
                '{' if is_plain => {
                    depth += 1;
                    marks.extend((depth == 1).then_some(at));
                }
                ',' if is_plain => marks.extend((depth == 1).then_some(at)),
                '}' if is_plain => {
                    depth = depth.checked_sub(1).ok_or(Syntax("a brace is not opened"))?;
                    if depth == 0 {
                        marks.push(at);
                        return Ok(Self::cut(pattern, &marks));
                    }
                }
                _ => {}
            }
        }
        if depth > 0 { Err(Syntax("a brace is not closed")) } else { Ok(None) }
    }

    /// Cuts the pattern at the places of its brace, commas and closing brace.
    fn cut(pattern: &'a str, marks: &[usize]) -> Option<Self> {
        let between = marks.windows(2).filter_map(|pair| match pair {
            &[from, to] => pattern.get(from + 1..to),
            _ => None,
        });
        Some(Self {
            before: pattern.get(..*marks.first()?)?,
            alternatives: between.collect(),
            after: pattern.get(marks.last()? + 1..)?,
        })
    }
}

/// A pattern ready for use.
#[derive(Debug, Clone)]
pub struct GlobMatcher {
    alternatives: Vec<PathPattern>,
}

impl GlobMatcher {
    /// Whether the pattern matches `path`, which may be a file or a folder. A folder that matches does not make the
    /// files below it match.
    #[must_use]
    pub fn is_match(&self, path: &TreePath) -> bool {
        self.alternatives.iter().any(|pattern| pattern.is_match(path))
    }
}

impl FromStr for Glob {
    type Err = GlobError;

    fn from_str(text: &str) -> Result<Self, GlobError> {
        if text.is_empty() { Err(GlobError::Empty) } else { Ok(Self(text.to_owned())) }
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_through_text!(Glob);
