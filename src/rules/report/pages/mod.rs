//! What `curator explain` shows: one page a code, for an author who has never seen this registry.

use std::fmt::Write as _;

use crate::model::Code;

/// The page of a code, as Markdown that is meant to be read as it is.
#[must_use]
pub fn page(code: Code) -> &'static str {
    match code {
        Code::Json => include_str!("R001.md"),
        Code::Shape => include_str!("R002.md"),
        Code::UnknownKey => include_str!("R003.md"),
        Code::Path => include_str!("R004.md"),
        Code::Foreign => include_str!("R005.md"),
        Code::Name => include_str!("R006.md"),
        Code::ReservedName => include_str!("R007.md"),
        Code::ConfusableName => include_str!("R008.md"),
        Code::SimilarName => include_str!("R009.md"),
        Code::VersionGrammar => include_str!("R010.md"),
        Code::Changed => include_str!("R011.md"),
        Code::Unpublished => include_str!("R012.md"),
        Code::LocationGrammar => include_str!("R013.md"),
        Code::Host => include_str!("R014.md"),
        Code::Unregistered => include_str!("R015.md"),
        Code::LocationDiffers => include_str!("R016.md"),
        Code::Owners => include_str!("R017.md"),
        Code::RefGrammar => include_str!("R018.md"),
        Code::Commit => include_str!("R019.md"),
        Code::RefMoved => include_str!("R020.md"),
        Code::SourceGone => include_str!("R021.md"),
        Code::Compiler => include_str!("R022.md"),
        Code::License => include_str!("R023.md"),
        Code::LicenseSpelling => include_str!("R024.md"),
        Code::LicenseDiffers => include_str!("R025.md"),
        Code::Description => include_str!("R026.md"),
        Code::RangeGrammar => include_str!("R027.md"),
        Code::DependencyUnknown => include_str!("R028.md"),
        Code::DependencyRange => include_str!("R029.md"),
        Code::Unsolvable => include_str!("R030.md"),
        Code::Glob => include_str!("R031.md"),
        Code::NoModules => include_str!("R032.md"),
        Code::ModuleHeader => include_str!("R033.md"),
        Code::ManifestDiffers => include_str!("R034.md"),
        Code::Unpackable => include_str!("R035.md"),
        Code::PortablePath => include_str!("R036.md"),
        Code::ArchiveSize => include_str!("R037.md"),
        Code::Config => include_str!("R038.md"),
        Code::DependencyHeld => include_str!("R039.md"),
        Code::CommitUnreachable => include_str!("R041.md"),
        Code::Deleted => include_str!("R042.md"),
        Code::UpperBound => include_str!("R043.md"),
        Code::VersionOrder => include_str!("R044.md"),
        Code::WaitingPeriod => include_str!("R045.md"),
        Code::LocationId => include_str!("R046.md"),
        Code::Unmergeable => include_str!("R047.md"),
        code => page_of_life(code),
    }
}

/// Of the rules for what becomes of a version after it was published, and for what it needs.
fn page_of_life(code: Code) -> &'static str {
    match code {
        Code::Revision => include_str!("R048.md"),
        Code::StatusTarget => include_str!("R049.md"),
        Code::Needed => include_str!("R050.md"),
        Code::TransferContent => include_str!("R051.md"),
        Code::LocationShared => include_str!("R052.md"),
        Code::Authorization => include_str!("R053.md"),
        Code::Advisory => include_str!("R054.md"),
        Code::AdvisoryVersions => include_str!("R055.md"),
        Code::SetWish => include_str!("R058.md"),
        Code::Uncompilable => include_str!("R056.md"),
        Code::DependencyUse => include_str!("R057.md"),
        Code::Impact => include_str!("R059.md"),
        Code::Undocumented => include_str!("R060.md"),
        // The tests hold that no code is left out.
        code => audit_page(code),
    }
}

fn audit_page(code: Code) -> &'static str {
    match code {
        Code::IndexUnreadable => include_str!("A001.md"),
        Code::IndexMisplaced => include_str!("A002.md"),
        Code::IndexOrder => include_str!("A003.md"),
        Code::ManifestMissing => include_str!("A004.md"),
        Code::MetadataMissing => include_str!("A005.md"),
        Code::Resurrected => include_str!("A006.md"),
        Code::IndexUnsatisfiable => include_str!("A007.md"),
        Code::ArtifactMissing => include_str!("A008.md"),
        Code::ArtifactAltered => include_str!("A009.md"),
        Code::ArtifactUnlisted => include_str!("A010.md"),
        Code::DefinitionMissing => include_str!("A011.md"),
        Code::DefinitionDiffers => include_str!("A012.md"),
        Code::PackageSetBroken => include_str!("A013.md"),
        Code::RegistryUnreadable => include_str!("A014.md"),
        Code::LineDiffers => include_str!("A015.md"),
        Code::StoreUnreadable => include_str!("A016.md"),
        Code::Vanished => include_str!("A017.md"),
        Code::Rewritten => include_str!("A018.md"),
        Code::DefinitionRewritten => include_str!("A019.md"),
        Code::RevisionDiffers => include_str!("A020.md"),
        Code::StatusDiffers => include_str!("A021.md"),
        Code::AffectedVersion => include_str!("A022.md"),
        _ => "",
    }
}

/// What a code is about; the order is that of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Topic {
    Files,
    Names,
    Versions,
    Source,
    Description,
    Dependencies,
    Archive,
    AuditOfIndex,
    AuditOfStores,
    AuditOfRegistry,
    AuditOfHistory,
}

impl Topic {
    const ALL: [Self; 11] = [
        Self::Files,
        Self::Names,
        Self::Versions,
        Self::Source,
        Self::Description,
        Self::Dependencies,
        Self::Archive,
        Self::AuditOfIndex,
        Self::AuditOfStores,
        Self::AuditOfRegistry,
        Self::AuditOfHistory,
    ];

    fn of(code: Code) -> Self {
        match code {
            Code::Json
            | Code::Shape
            | Code::UnknownKey
            | Code::Path
            | Code::Foreign
            | Code::Config
            | Code::StatusTarget
            | Code::Deleted
            | Code::Unmergeable
            | Code::Advisory
            | Code::AdvisoryVersions => Self::Files,
            Code::Name | Code::ReservedName | Code::ConfusableName | Code::SimilarName => Self::Names,
            Code::VersionGrammar
            | Code::Changed
            | Code::Unpublished
            | Code::Needed
            | Code::VersionOrder
            | Code::WaitingPeriod => Self::Versions,
            Code::LocationGrammar
            | Code::Host
            | Code::Unregistered
            | Code::LocationDiffers
            | Code::LocationId
            | Code::LocationShared
            | Code::TransferContent
            | Code::Owners
            | Code::Authorization
            | Code::RefGrammar
            | Code::Commit
            | Code::RefMoved
            | Code::SourceGone
            | Code::CommitUnreachable => Self::Source,
            Code::Compiler
            | Code::License
            | Code::LicenseSpelling
            | Code::LicenseDiffers
            | Code::Description
            | Code::ManifestDiffers => Self::Description,
            Code::RangeGrammar
            | Code::DependencyUnknown
            | Code::DependencyRange
            | Code::Unsolvable
            | Code::DependencyHeld
            | Code::Revision
            | Code::SetWish
            | Code::DependencyUse
            | Code::Impact
            | Code::UpperBound => Self::Dependencies,
            Code::Glob
            | Code::NoModules
            | Code::ModuleHeader
            | Code::Uncompilable
            | Code::Unpackable
            | Code::PortablePath
            | Code::ArchiveSize => Self::Archive,
            // The tests hold that every code has its topic.
            code => Self::of_audit(code),
        }
    }

    fn of_audit(code: Code) -> Self {
        match code {
            Code::IndexUnreadable
            | Code::IndexMisplaced
            | Code::IndexOrder
            | Code::ManifestMissing
            | Code::MetadataMissing
            | Code::Resurrected
            | Code::IndexUnsatisfiable
            | Code::PackageSetBroken
            | Code::RevisionDiffers
            | Code::StatusDiffers
            | Code::LineDiffers => Self::AuditOfIndex,
            Code::ArtifactMissing | Code::ArtifactAltered | Code::ArtifactUnlisted | Code::StoreUnreadable => {
                Self::AuditOfStores
            }
            Code::DefinitionMissing | Code::DefinitionDiffers | Code::RegistryUnreadable | Code::AffectedVersion => {
                Self::AuditOfRegistry
            }
            _ => Self::AuditOfHistory,
        }
    }

    fn heading(self) -> &'static str {
        match self {
            Self::Files => "Files of the registry",
            Self::Names => "Names",
            Self::Versions => "Versions",
            Self::Source => "Where the source is, and who speaks for it",
            Self::Description => "What a definition says of the package",
            Self::Dependencies => "Dependencies",
            Self::Archive => "What is packed",
            Self::AuditOfIndex => "Audit: the index",
            Self::AuditOfStores => "Audit: the stores",
            Self::AuditOfRegistry => "Audit: the registry",
            Self::AuditOfHistory => "Audit: the history",
        }
    }
}

/// Every code with its title, by topic.
#[must_use]
pub fn index() -> String {
    let mut text = String::new();
    for topic in Topic::ALL {
        let _ = writeln!(text, "{}", topic.heading());
        for code in Code::ALL.iter().filter(|code| Topic::of(**code) == topic) {
            let _ = writeln!(text, "  {code}  {}", code.title());
        }
        text.push('\n');
    }
    text.push_str("`curator explain R001` shows the page of a code.\n");
    text
}

#[cfg(test)]
mod tests {
    use super::{index, page};
    use crate::model::Code;

    /// The headings of a page, in order.
    fn headings(page: &str) -> Vec<&str> {
        page.lines().filter_map(|line| line.strip_prefix("## ")).collect()
    }

    #[test]
    fn every_code_has_a_page_of_its_own_in_the_one_form() {
        for &code in Code::ALL {
            let text = page(code);
            assert_eq!(text.lines().next(), Some(format!("# {code}: {}", code.title()).as_str()));
            let is_audit = code.as_str().starts_with('A');
            let expected: &[&str] = if is_audit { &["Damage", "Way out"] } else { &["Why", "Bad", "Good"] };
            assert_eq!(headings(text), expected, "{code}");
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{code}");
        }
    }

    #[test]
    fn a_page_fits_on_a_terminal() {
        for &code in Code::ALL {
            let mut is_example = false;
            for line in page(code).lines() {
                is_example ^= line.starts_with("```");
                assert!(is_example || line.chars().count() <= 82, "{code}: {line}");
            }
            assert!(!is_example, "{code} ends in an example");
        }
    }

    #[test]
    fn the_index_lists_every_code_once() {
        let index = index();
        for &code in Code::ALL {
            let line = format!("  {code}  {}\n", code.title());
            assert_eq!(index.matches(line.as_str()).count(), 1, "{code}");
        }
        assert!(index.starts_with("Files of the registry\n  R001  a file of the registry is strict JSON\n"));
    }
}
