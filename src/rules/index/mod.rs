//! The index: how manifests and metadata stand in files, and how a file changes without touching what did not.

mod advisories;
mod amend;
mod edit;
mod file;
mod half;
mod metadata;
mod paths;
mod view;

pub use advisories::{AllAdvisoriesError, affected, all_advisories_path, all_json, parse_all_json};
pub use amend::{AmendError, amend, list};
pub use file::{IndexFile, IndexFileError, IndexLine, differs_in_ranges_alone};
pub use half::Half;
pub use metadata::{MetadataFile, MetadataFileError};
pub use paths::{
    IndexPath, holds_facts, metadata_path, package_set_path, package_set_version, pending_path, shard_path,
};
pub use view::{Index, Package};

/// The trailer of an index commit that names the registry's commit up to which the index is complete.
pub const REGISTRY_COMMIT: &str = "Registry-Commit: ";
