//! The manifest of a source at a tag, read leniently and given in the registry's spelling.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde_json::Value;

use crate::model::{
    CLIENT_DESCRIPTION_LIMIT, Dependencies, Description, Entry, Glob, License, Location, Manifest, NonEmpty, Owner,
    PackageName, PackageRules, Profile, Range, Ref, SourceTree, TreePath, Version,
};
use crate::rules::own_manifest::OwnManifest;
use crate::rules::report::words;

use super::bower::Bower;
use super::license;
use super::refusal::{Refusal, RefusalKind};

/// What a source says of itself, in the registry's spelling. What it does not say is left open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The file that says it.
    pub file: String,
    /// The package.
    pub name: Option<PackageName>,
    /// The version.
    pub version: Option<Version>,
    /// The licence.
    pub license: Option<License>,
    /// What the package is for.
    pub description: Option<Description>,
    /// Where the source says that it is.
    pub location: Option<Location>,
    /// The keys that may unpublish or transfer.
    pub owners: Option<NonEmpty<Owner>>,
    /// Globs of files to pack.
    pub include_files: Option<NonEmpty<Glob>>,
    /// Globs of files not to pack.
    pub exclude_files: Option<NonEmpty<Glob>>,
    /// What it depends on; `None` for a dependency without an upper bound.
    pub dependencies: BTreeMap<PackageName, Option<Range>>,
    /// What was respelled or left out on the way.
    pub notes: Vec<Note>,
}

/// What was respelled or left out while a manifest was read, or guessed where it says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The licence has another spelling today.
    License {
        /// What stands in the manifest.
        written: String,
        /// What is written instead.
        canonical: License,
    },
    /// A licence beside others cannot be read, and is left out.
    LicenseLeftOut(String),
    /// The description is longer than clients can read, and is left out.
    DescriptionLeftOut {
        /// Its length in characters.
        chars: usize,
    },
    /// The licence stands in no manifest: it is that of the file LICENSE.
    LicenseGuessed(License),
    /// No compiler was named: it is the newest that the index names.
    CompilerGuessed(Version),
    /// A dependency stands in the manifest without bounds: it takes what is compatible with the newest version.
    RangeGuessed(PackageName, Range),
    /// The version stands in no manifest: it is that of the tag.
    VersionOfTag(Version),
    /// The tag is that of another version than the manifest's.
    TagDiffers(Version),
    /// The name stands in no manifest: it is that of the repository.
    NameOfRepository(PackageName),
}

/// The manifest of a source, the file that counts most first: `purs.json`, `spago.yaml`, `bower.json`; or the one that the
/// registry names.
///
/// A `spago.yaml` without what publishing needs steps back behind a `bower.json`, as it did while both were kept.
///
/// # Errors
/// [`Refusal`]: there is none, or it says something that cannot be read. What it does not say is no error here.
pub fn read_draft(tree: &SourceTree, package: Option<&PackageRules>) -> Result<Draft, Refusal> {
    let bower = || text(tree, "bower.json").filter(|_| package.is_none()).map(|text| from_bower(text?));
    let Some((file, own)) = OwnManifest::all(tree, package).into_iter().next() else {
        let absent = || match package {
            None => words::refusal::NO_MANIFEST.to_owned(),
            Some(package) => words::refusal::no_manifest(package.manifest.as_str()),
        };
        return bower().unwrap_or_else(|| Err(Refusal::new(RefusalKind::NoManifest, absent())));
    };
    let profile = if package.is_some() { Profile::Generic } else { Profile::Purescript };
    let unreadable = |reason: &str| Refusal::new(RefusalKind::Manifest, words::refusal::manifest(&file, reason));
    let own = own.map_err(|reason| unreadable(&reason))?;
    let says_enough = own.fields.contains_key("license") && own.dependencies.is_some();
    match bower() {
        Some(bower) if !says_enough => bower,
        _ if own.dependencies.is_none() => Err(unreadable("it describes no package with dependencies")),
        _ => from_own(&file, &own, profile),
    }
}

impl Draft {
    /// The whole manifest, where the source says everything that one needs.
    ///
    /// # Errors
    /// [`Refusal`] names what is missing.
    pub fn manifest(
        self,
        name: PackageName,
        version: Version,
        location: Location,
        reference: Ref,
    ) -> Result<Manifest, Refusal> {
        let missing = || Refusal::new(RefusalKind::LicenseMissing, words::refusal::license_missing(&self.file));
        let mut dependencies = Dependencies::new();
        for (dependency, range) in self.dependencies {
            let unbounded =
                || Refusal::new(RefusalKind::RangeUnbounded, words::refusal::range_missing(&self.file, &dependency));
            dependencies.insert(dependency.clone(), range.ok_or_else(unbounded)?);
        }
        Ok(Manifest {
            name,
            version,
            license: self.license.ok_or_else(missing)?,
            description: self.description,
            location,
            reference,
            owners: self.owners,
            include_files: self.include_files,
            exclude_files: self.exclude_files,
            dependencies,
        })
    }
}

fn from_bower(text: &str) -> Result<Draft, Refusal> {
    let file = "bower.json";
    let Bower { licenses, description, dependencies } = Bower::read(text)?;
    let (license, unread) = license::joined(&licenses);
    let mut notes: Vec<Note> = Vec::new();
    match &license {
        None if !licenses.is_empty() => {
            let reason = words::refusal::bad_license(file, &words::listed(&licenses));
            return Err(Refusal::new(RefusalKind::License, reason));
        }
        Some(license) if licenses.iter().all(|written| written != license.as_str()) => {
            let written = words::listed(licenses.iter().filter(|it| !unread.contains(&it.as_str())));
            notes.push(Note::License { written, canonical: license.clone() });
        }
        _ => {}
    }
    notes.extend(unread.iter().map(|text| Note::LicenseLeftOut((*text).to_owned())));
    let description = description.and_then(|text| {
        let chars = text.chars().count();
        if chars > CLIENT_DESCRIPTION_LIMIT {
            notes.push(Note::DescriptionLeftOut { chars });
            return None;
        }
        text.parse().ok()
    });
    Ok(Draft {
        file: file.to_owned(),
        name: None,
        version: None,
        license,
        description,
        location: None,
        owners: None,
        include_files: None,
        exclude_files: None,
        dependencies: dependencies.into_iter().map(|(name, range)| (name, Some(range))).collect(),
        notes,
    })
}

fn from_own(file: &str, own: &OwnManifest, profile: Profile) -> Result<Draft, Refusal> {
    let field = |key: &str| own.fields.get(key).filter(|value| !value.is_null());
    let mut notes = Vec::new();
    let license = match parsed::<License>(file, field("license"), "license", RefusalKind::License)? {
        None => None,
        Some(written) => {
            let reason = || words::refusal::bad_license(file, written.as_str());
            let canonical = license::canonical(&written).ok_or_else(|| Refusal::new(RefusalKind::License, reason()))?;
            if canonical != written {
                notes.push(Note::License { written: written.to_string(), canonical: canonical.clone() });
            }
            Some(canonical)
        }
    };
    let mut dependencies = BTreeMap::new();
    for (name, range) in own.dependencies.iter().flatten() {
        let parsed = profile.name(name);
        let bad = |error| Refusal::new(RefusalKind::DependencyName, words::refusal::quoted(name, &error));
        dependencies.insert(parsed.map_err(|error: crate::model::NameError| bad(error))?, range.clone());
    }
    Ok(Draft {
        file: file.to_owned(),
        name: parsed_by(file, field("name"), "name", RefusalKind::Manifest, |text| profile.name(text))?,
        version: parsed_by(file, field("version"), "version", RefusalKind::Manifest, |text| profile.version(text))?,
        license,
        description: parsed(file, field("description"), "description", RefusalKind::Manifest)?,
        location: shaped(file, field("location"), "location")?,
        owners: shaped(file, field("owners"), "owners")?,
        include_files: shaped(file, field("includeFiles"), "includeFiles")?,
        exclude_files: shaped(file, field("excludeFiles"), "excludeFiles")?,
        dependencies,
        notes,
    })
}

/// The text of a field, through the parser of its noun.
fn parsed<T: FromStr<Err: std::fmt::Display>>(
    file: &str,
    value: Option<&Value>,
    key: &str,
    kind: RefusalKind,
) -> Result<Option<T>, Refusal> {
    parsed_by(file, value, key, kind, str::parse)
}

fn parsed_by<T, E: std::fmt::Display>(
    file: &str,
    value: Option<&Value>,
    key: &str,
    kind: RefusalKind,
    read: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>, Refusal> {
    let Some(value) = value else { return Ok(None) };
    let bad = |reason: &str| Refusal::new(kind, words::refusal::field(file, key, reason));
    let text = value.as_str().ok_or_else(|| bad("it is not a text"))?;
    read(text).map(Some).map_err(|error| bad(&error.to_string()))
}

/// A field of several parts.
fn shaped<T: serde::de::DeserializeOwned>(file: &str, value: Option<&Value>, key: &str) -> Result<Option<T>, Refusal> {
    let bad = |error: serde_json::Error| {
        Refusal::new(RefusalKind::Manifest, words::refusal::field(file, key, &error.to_string()))
    };
    value.map(|value| serde_json::from_value(value.clone())).transpose().map_err(bad)
}

/// The text of a file at the top of the source, where it is there.
fn text<'t>(tree: &'t SourceTree, file: &str) -> Option<Result<&'t str, Refusal>> {
    let path: TreePath = file.parse().ok()?;
    let unreadable = |reason: &str| Refusal::new(RefusalKind::Manifest, words::refusal::manifest(file, reason));
    match tree.get(&path)? {
        Entry::File(found) => Some(std::str::from_utf8(&found.bytes).map_err(|_| unreadable("it is not UTF-8 text"))),
        _ => Some(Err(unreadable("it is not a plain file"))),
    }
}
