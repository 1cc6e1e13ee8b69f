//! The checks of a definition: a table, of which every row runs.

mod advisory;
mod dependencies;
mod document;
mod fields;
mod identity;
mod license;
mod life;
mod location;
mod location_id;
mod modules;
mod name;
mod own_manifest;
mod packing;
mod registration;
mod set_wishes;
mod source;
mod usual_text;

use crate::model::{
    Area, Code, CommitId, Definition, DefinitionParts, Document, Files, Finding, Limits, PackageName, Place, Policy,
    Registration, SourceTree, Span, Value,
};
use crate::rules::pack::SelectError;
use crate::rules::registry::{Candidate, PackageState, World};

pub use advisory::{check_advisory, check_advisory_targets};
pub use dependencies::{resolved, unsolvable, waits};
pub use identity::is_as_published;
pub use license::detected_licenses;
pub use life::{Before, check_revision, check_status_target, needing};
pub use location_id::{Identified, check_location_id};
pub use own_manifest::differs_from_own;
pub use registration::{check_override, check_override_target, check_registration, check_status, check_stray};
pub use set_wishes::{check_wishes, check_wishes_target};

/// A definition under check, and everything that the checks may look at.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The definition file.
    pub candidate: &'a Candidate,
    /// Its package, its dependencies, and theirs.
    pub world: &'a World,
    /// Every name that exists, where the package is new; otherwise nothing.
    pub names: &'a [PackageName],
    /// What the registry allows.
    pub policy: &'a Policy,
    /// The budgets.
    pub limits: &'a Limits,
    /// The source, where it was fetched.
    pub source: Option<Inspected<'a>>,
}

/// A source that was fetched, and what became of it.
#[derive(Debug, Clone, Copy)]
pub struct Inspected<'a> {
    /// The commit that the ref resolves to now.
    pub resolved: Option<CommitId>,
    /// The files below the package's folder.
    pub tree: &'a SourceTree,
    /// What would be packed, or why nothing can be.
    pub packed: Result<&'a Files, &'a [SelectError]>,
    /// The size of the archive, where there is one.
    pub archive_bytes: Option<u64>,
}

/// A row of the table: a check, and the codes of the findings that it can make.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// The codes of its findings.
    pub codes: &'static [Code],
    run: fn(&Case<'_>) -> Vec<Finding>,
}

/// Every check of a definition. None stops another; each looks at what could be read and is silent about the rest.
pub const CHECKS: &[Check] = &[
    Check { codes: &[Code::Json], run: document::json },
    Check { codes: &[Code::Shape, Code::UnknownKey], run: fields::shape },
    Check {
        codes: &[
            Code::Name,
            Code::VersionGrammar,
            Code::LocationGrammar,
            Code::RefGrammar,
            Code::Commit,
            Code::Compiler,
            Code::License,
            Code::Glob,
            Code::RangeGrammar,
            Code::Description,
            Code::Owners,
        ],
        run: fields::grammar,
    },
    Check { codes: &[Code::Path], run: document::path },
    Check { codes: &[Code::ReservedName], run: name::reserved },
    Check { codes: &[Code::ConfusableName, Code::SimilarName], run: name::similar },
    Check { codes: &[Code::Unpublished], run: identity::unpublished },
    Check { codes: &[Code::VersionOrder], run: identity::sequential },
    Check { codes: &[Code::Unregistered], run: identity::registered },
    Check { codes: &[Code::LocationDiffers], run: location::registered },
    Check { codes: &[Code::Host], run: location::host },
    Check { codes: &[Code::Owners], run: identity::owners },
    Check { codes: &[Code::Commit], run: identity::commit },
    Check { codes: &[Code::RefMoved], run: source::ref_moved },
    Check { codes: &[Code::LicenseSpelling], run: license::spelling },
    Check { codes: &[Code::LicenseDiffers], run: license::agrees_with_source },
    Check { codes: &[Code::Description], run: fields::description },
    Check { codes: &[Code::DependencyUnknown, Code::DependencyRange, Code::DependencyHeld], run: dependencies::exist },
    Check { codes: &[Code::UpperBound], run: dependencies::bounded },
    Check { codes: &[Code::Unsolvable], run: dependencies::solve },
    Check { codes: &[Code::Glob], run: packing::globs },
    Check { codes: &[Code::NoModules], run: source::has_modules },
    Check { codes: &[Code::ModuleHeader], run: modules::headers },
    Check { codes: &[Code::ManifestDiffers], run: own_manifest::agrees },
    Check { codes: &[Code::Unpackable], run: packing::plain_files },
    Check { codes: &[Code::PortablePath], run: packing::portable },
    Check { codes: &[Code::ArchiveSize], run: packing::size },
];

impl<'a> Case<'a> {
    /// Runs every check and gives the findings by place.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = if self.is_published() {
            identity::unchanged(self)
        } else {
            CHECKS.iter().flat_map(|check| (check.run)(self)).collect()
        };
        if let Some((name, version)) = &self.candidate.expected {
            for finding in &mut findings {
                finding.package.get_or_insert_with(|| name.clone());
                finding.version.get_or_insert_with(|| version.clone());
            }
        }
        findings.sort_by(Finding::by_place);
        findings
    }

    /// Whether the version that the path names is published: then the file is held to one rule only.
    #[must_use]
    pub fn is_published(&self) -> bool {
        let Some((name, version)) = &self.candidate.expected else { return false };
        let metadata = self.world.packages.get(name).and_then(|state| state.published.metadata.as_ref());
        metadata.is_some_and(|file| file.metadata().published.contains_key(version))
    }

    fn definition(&self) -> Option<&'a Definition> {
        self.candidate.definition()
    }

    /// The fields that can be read; nothing, where the file is no JSON.
    fn parts(&self) -> Option<&'a DefinitionParts> {
        self.candidate.reading.as_ref().map(|reading| &reading.parts)
    }

    fn document(&self) -> Option<&'a Document> {
        self.candidate.document.as_ref().ok()
    }

    /// What the package's name stood for when the definition was merged; what it stands for, before that.
    fn registration(&self) -> Option<&'a Registration> {
        let candidate = self.candidate;
        candidate.registered.as_ref().or_else(|| self.state().and_then(|state| state.registration.as_ref()))
    }

    fn state(&self) -> Option<&'a PackageState> {
        self.world.packages.get(self.parts()?.name.as_ref()?)
    }

    /// The whole file.
    fn place(&self) -> Place {
        Place::file(Area::Registry, &self.candidate.file)
    }

    /// The value of a top-level field; the whole file, where it is not there.
    fn field(&self, key: &str) -> Place {
        match self.field_span(key) {
            Some(span) => self.place().at(span),
            None => self.place(),
        }
    }

    /// An item of the array under a top-level key; the whole array, where it is not there.
    fn item(&self, key: &str, at: usize) -> Place {
        let array = self.document().and_then(|document| document.member(key)).map(|member| &member.value.value);
        match array {
            Some(Value::Array(items)) => {
                items.get(at).map_or_else(|| self.field(key), |item| self.place().at(item.span.clone()))
            }
            _ => self.field(key),
        }
    }

    fn field_span(&self, key: &str) -> Option<Span> {
        Some(self.document()?.member(key)?.value.span.clone())
    }
}
