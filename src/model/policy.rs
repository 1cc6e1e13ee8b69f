//! What a registry allows: the part of `curator.toml` that decides about definitions.

use std::collections::BTreeSet;

use super::name::PackageName;

/// What a registry allows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// Names that nobody may register.
    pub reserved_names: BTreeSet<PackageName>,
    /// The hosts that a source may lie on.
    pub allow_hosts: BTreeSet<String>,
}
