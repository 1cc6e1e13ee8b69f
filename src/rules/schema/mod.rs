//! The JSON Schema of every file that people write: what an editor completes and underlines while they type.
//!
//! The dialect is draft-07: the newest that the JSON and TOML editors in use (VS Code, taplo) know whole. A schema can
//! say less than the readers do, and `tests/schema` lists what; the readers decide.

mod generic;

use std::fmt;
use std::str::FromStr;

use crate::model::Profile;

pub use generic::schema_of;

/// The kinds of file that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SchemaKind {
    /// `advisories/<ID>.json`.
    Advisory,
    /// `curator.toml`.
    Config,
    /// `packages/<ab>/<name>/<version>.json`.
    Definition,
    /// `overrides/<ab>/<name>/<version>.json`.
    Override,
    /// `package-set.json`.
    PackageSet,
    /// `packages/<ab>/<name>/registration.json`.
    Registration,
    /// `status/<ab>/<name>/<version>.json` and `all.json`.
    Status,
}

impl SchemaKind {
    /// Every kind, by name.
    pub const ALL: [Self; 7] = [
        Self::Advisory,
        Self::Config,
        Self::Definition,
        Self::Override,
        Self::PackageSet,
        Self::Registration,
        Self::Status,
    ];

    /// The name as text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Advisory => "advisory",
            Self::Config => "config",
            Self::Definition => "definition",
            Self::Override => "override",
            Self::PackageSet => "package-set",
            Self::Registration => "registration",
            Self::Status => "status",
        }
    }

    /// The files of this kind, as editors match paths in a registry of that profile.
    #[must_use]
    pub fn file_patterns(self, profile: Profile) -> &'static [&'static str] {
        match self {
            // A scope is one folder more.
            Self::Definition if profile == Profile::Generic => &[
                "packages/*/*/*.json",
                "packages/*/*/*/*.json",
                "!packages/*/*/registration.json",
                "!packages/*/*/*/registration.json",
            ],
            Self::Override if profile == Profile::Generic => &["overrides/*/*/*.json", "overrides/*/*/*/*.json"],
            Self::Registration if profile == Profile::Generic => {
                &["packages/*/*/registration.json", "packages/*/*/*/registration.json"]
            }
            Self::Status if profile == Profile::Generic => &["status/*/*/*.json", "status/*/*/*/*.json"],
            Self::Advisory => &["advisories/*.json"],
            Self::Config => &["curator.toml"],
            Self::Definition => &["packages/*/*/*.json", "!packages/*/*/registration.json"],
            Self::Override => &["overrides/*/*/*.json"],
            Self::PackageSet => &["package-set.json"],
            Self::Registration => &["packages/*/*/registration.json"],
            Self::Status => &["status/*/*/*.json"],
        }
    }
}

/// The schema of a kind of file in a PureScript registry, as JSON.
#[must_use]
pub fn schema(kind: SchemaKind) -> &'static str {
    match kind {
        SchemaKind::Advisory => include_str!("advisory.schema.json"),
        SchemaKind::Config => include_str!("config.schema.json"),
        SchemaKind::Definition => include_str!("definition.schema.json"),
        SchemaKind::Override => include_str!("override.schema.json"),
        SchemaKind::PackageSet => include_str!("package-set.schema.json"),
        SchemaKind::Registration => include_str!("registration.schema.json"),
        SchemaKind::Status => include_str!("status.schema.json"),
    }
}

/// A text that names no kind of file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no schema '{0}'; there are advisory, config, definition, override, package-set, registration and status"
)]
pub struct SchemaKindError(String);

impl FromStr for SchemaKind {
    type Err = SchemaKindError;

    fn from_str(text: &str) -> Result<Self, SchemaKindError> {
        let known = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        known.ok_or_else(|| SchemaKindError(text.to_owned()))
    }
}

impl fmt::Display for SchemaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
