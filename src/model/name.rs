//! The name of a package: as the PureScript registry spells names, or with a scope before it.

use std::fmt;
use std::str::FromStr;

use super::serde_text::serde_through_text;

/// A package name: `[a-z0-9]+(-[a-z0-9]+)*`, or `@scope/name` of two such words; 1 to 150 characters.
///
/// This is what any registry may hold. What a registry does hold is narrower by its [`Profile`](super::Profile), which reads
/// the names of its files: profile `purescript` has the grammar of the PureScript registry's `PackageName`, without scopes
/// and without the prefix `purescript-`. One name is exempt from that rule because it was published before the rule existed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageName(Box<str>);

/// The longest name, in characters.
const MAX_CHARS: usize = 150;
/// A prefix that says nothing in a registry of PureScript packages.
const REDUNDANT_PREFIX: &str = "purescript-";
/// The only name that may keep the redundant prefix.
const BLESSED: &str = "purescript-compiler-backend-utilities";

/// Why a text is not a package name: in the words of the PureScript registry, and in its order of checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// The first character is neither a lower-case ASCII letter nor a digit, or there is none.
    #[error("Package name should start with a lower case char or a digit")]
    Start,
    /// A later character is outside the alphabet.
    #[error("Package name can contain lower case chars, digits and non-consecutive dashes")]
    Alphabet,
    /// Two dashes stand side by side.
    #[error("Package names cannot contain consecutive dashes")]
    ConsecutiveDashes,
    /// The last character is a dash.
    #[error("Package name should end with a lower case char or digit")]
    End,
    /// The name starts with `purescript-`.
    #[error("Package names should not begin with 'purescript-'")]
    Prefix,
    /// The name has more than 150 characters.
    #[error("Package name cannot be longer than 150 characters")]
    TooLong,
    /// The name starts with `@`, and what follows is not a scope, a slash and a name.
    #[error(
        "a name with a scope is '@scope/name', and both are lower-case letters, digits and single dashes between them"
    )]
    Scope,
}

impl PackageName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads a name of profile `purescript`.
    ///
    /// # Errors
    /// [`NameError`], in the order of checks of the PureScript registry.
    pub fn parse_plain(text: &str) -> Result<Self, NameError> {
        if is_redundant(text) {
            return Err(NameError::Prefix);
        }
        word(text)?;
        bounded(text)
    }

    /// Whether profile `purescript` has such names.
    pub(super) fn is_plain(&self) -> bool {
        self.scope().is_none() && !is_redundant(&self.0)
    }

    /// The scope, with its `@`; `None` where the name has none.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.0.split_once('/').map(|(scope, _)| scope)
    }

    /// The name without its scope.
    #[must_use]
    pub fn stem(&self) -> &str {
        self.0.split_once('/').map_or(&self.0, |(_, stem)| stem)
    }

    /// The folder below which this package's own one stands in the registry: the first two characters of the name. A scope
    /// comes before them, with nothing but its own packages below it: `@scope/na`.
    #[must_use]
    pub fn folder(&self) -> String {
        self.within_scope(self.stem().get(..2).unwrap_or(self.stem()).to_owned())
    }

    /// The folder of this package in the registry, below `packages/`, `overrides/` or `status/`: `pr/prelude`, or
    /// `@scope/na/name`.
    #[must_use]
    pub fn home(&self) -> String {
        format!("{}/{}", self.folder(), self.stem())
    }

    /// The folder that holds this package in an index, by Cargo's sharding: `1`, `2`, `3/a` or `ab/cd`, below the scope
    /// where there is one.
    #[must_use]
    pub fn shard(&self) -> String {
        let stem = self.stem();
        self.within_scope(match (stem.len(), stem.get(..1), stem.get(..2), stem.get(2..4)) {
            (1, ..) => "1".to_owned(),
            (2, ..) => "2".to_owned(),
            (3, Some(first), ..) => format!("3/{first}"),
            (_, _, Some(first), Some(second)) => format!("{first}/{second}"),
            _ => String::new(),
        })
    }

    /// The file of this package in an index, below the folder of manifests or of metadata: `pr/el/prelude`, or
    /// `@scope/na/me/name`.
    #[must_use]
    pub fn shelf(&self) -> String {
        format!("{}/{}", self.shard(), self.stem())
    }

    fn within_scope(&self, folder: String) -> String {
        match self.scope() {
            Some(scope) => format!("{scope}/{folder}"),
            None => folder,
        }
    }
}

impl FromStr for PackageName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if let Some(rest) = text.strip_prefix('@') {
            let (scope, stem) = rest.split_once('/').ok_or(NameError::Scope)?;
            word(scope).and_then(|()| word(stem)).map_err(|_| NameError::Scope)?;
        } else {
            word(text)?;
        }
        bounded(text)
    }
}

fn is_redundant(text: &str) -> bool {
    text.starts_with(REDUNDANT_PREFIX) && text != BLESSED
}

/// Whether `text` is words of lower-case letters and digits with single dashes between them.
fn word(text: &str) -> Result<(), NameError> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    if !bytes.first().copied().is_some_and(allowed) {
        return Err(NameError::Start);
    }
    if !bytes.iter().all(|&byte| allowed(byte) || byte == b'-') {
        return Err(NameError::Alphabet);
    }
    if bytes.windows(2).any(|pair| pair == b"--") {
        return Err(NameError::ConsecutiveDashes);
    }
    if text.ends_with('-') { Err(NameError::End) } else { Ok(()) }
}

fn bounded(text: &str) -> Result<PackageName, NameError> {
    if text.len() > MAX_CHARS { Err(NameError::TooLong) } else { Ok(PackageName(text.into())) }
}

impl fmt::Display for PackageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PackageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for PackageName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

serde_through_text!(PackageName);
