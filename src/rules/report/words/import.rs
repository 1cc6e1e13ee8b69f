//! What an import says of what it adopts.

use crate::model::{PackageName, Version};

use super::{Wording, audit};

/// A published version has no line, so no definition can be made of it.
#[must_use]
pub fn without_line(name: &PackageName, version: &Version) -> Wording {
    audit::manifest_missing(name, version).as_warning().hint(
        "it has no definition: its facts are adopted as they are, and nothing new of this package is published before \
         its line is put back",
    )
}

/// A line has no facts: clients do not see the version.
#[must_use]
pub fn without_facts(name: &PackageName, version: &Version) -> Wording {
    audit::metadata_missing(name, version).as_warning().hint(
        "it has no definition: its line is adopted as it is, and nothing new of this package is published before its \
         facts are put back",
    )
}
