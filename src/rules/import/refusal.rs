//! Why a package or a version of other days is not taken over.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::Code;

macro_rules! kinds {
    ($($kind:ident = $text:literal, $doc:literal;)*) => {
        /// What stands in the way. A kind never changes its meaning: reports are compared over years.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub enum RefusalKind {
            $(#[doc = $doc] $kind,)*
            /// A check of the registry found an error.
            Check(Code),
        }

        impl RefusalKind {
            /// Every kind but the checks', in the order of an import.
            pub const OWN: &'static [Self] = &[$(Self::$kind,)*];

            /// The kind as reports spell it; a check is spelled by its code.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $text,)*
                    Self::Check(code) => code.as_str(),
                }
            }
        }
    };
}

kinds! {
    Name = "name", "The listed name is no package name.";
    ListedTwice = "listed-twice", "The name is listed with two locations.";
    Location = "location", "The listed URL is no location.";
    SourceRefused = "source-refused", "The registry does not allow to fetch from there.";
    SourceGone = "source-gone", "There is no repository any more, or it is private.";
    SourceMoved = "source-moved", "The repository is elsewhere now.";
    SourceUnsound = "source-unsound", "The source is too large, broken, or holds what no package may hold.";
    NoVersions = "no-versions", "No tag of the repository is a version.";
    Tag = "tag", "The tag is no version.";
    TagTwice = "tag-twice", "Another tag names the same version and the same commit.";
    TagAmbiguous = "tag-ambiguous", "Two tags name one version and two commits.";
    NoManifest = "no-manifest", "The source has no manifest.";
    Manifest = "manifest", "The manifest cannot be read.";
    NameDiffers = "name-differs", "The manifest is that of another package.";
    VersionDiffers = "version-differs", "The manifest is that of another version.";
    LicenseMissing = "license-missing", "The manifest names no licence.";
    License = "license", "The licence is none that SPDX knows.";
    DependencyName = "dependency-name", "The name of a dependency is no package name.";
    Range = "range", "The range of a dependency cannot be read.";
    RangeUnbounded = "range-unbounded", "A dependency has no upper bound.";
    DependencyItself = "dependency-itself", "The version depends on its own package.";
    DependencyUnknown = "dependency-unknown", "A dependency is on no list and not in the registry.";
    DependencyPending = "dependency-pending", "A dependency was not asked for its versions yet.";
    DependencyRange = "dependency-range", "No version of a dependency was ever in the range.";
    DependencyRefused = "dependency-refused", "The versions of a dependency that are in the range were refused.";
    Unsolvable = "unsolvable", "The dependencies exist and cannot be resolved together.";
}

/// A text that is no kind of refusal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no kind of refusal")]
pub struct RefusalKindError(String);

impl FromStr for RefusalKind {
    type Err = RefusalKindError;

    fn from_str(text: &str) -> Result<Self, RefusalKindError> {
        let own = Self::OWN.iter().copied().find(|kind| kind.as_str() == text);
        let kind = own.or_else(|| text.parse().ok().map(Self::Check));
        kind.ok_or_else(|| RefusalKindError(text.to_owned()))
    }
}

impl TryFrom<String> for RefusalKind {
    type Error = RefusalKindError;

    fn try_from(text: String) -> Result<Self, RefusalKindError> {
        text.parse()
    }
}

impl From<RefusalKind> for String {
    fn from(kind: RefusalKind) -> Self {
        kind.as_str().to_owned()
    }
}

impl fmt::Display for RefusalKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why something is not taken over: the kind, and the words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Refusal {
    /// What stands in the way.
    pub kind: RefusalKind,
    /// The same in a sentence, with the names and texts in question.
    pub reason: String,
}

impl Refusal {
    /// A refusal of this kind.
    #[must_use]
    pub fn new(kind: RefusalKind, reason: impl Into<String>) -> Self {
        Self { kind, reason: reason.into() }
    }
}
