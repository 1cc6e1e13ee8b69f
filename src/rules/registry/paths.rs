//! Where things stand in a registry.

use crate::model::{AdvisoryId, PackageName, PathError, Profile, TreePath, Version};

/// What a path of a registry is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegistryPath {
    /// `curator.toml`.
    Config,
    /// `packages/<ab>/<name>/registration.json`, where a scope comes before `<ab>`: `packages/@scope/<ab>/<name>/…`.
    Registration(PackageName),
    /// `packages/<ab>/<name>/<version>.json`.
    Definition(PackageName, Version),
    /// `overrides/<ab>/<name>/<version>.json`.
    Override(PackageName, Version),
    /// `status/<ab>/<name>/<version>.json`, or `all.json` for the whole package.
    Status(PackageName, Option<Version>),
    /// `advisories/<ID>.json`.
    Advisory(AdvisoryId),
    /// `package-set.json`.
    PackageSet,
    /// A file below one of those folders that is none of those; the text says what belongs there.
    Stray(&'static str),
    /// Anything else: a README at the top of a folder, sources.
    Other,
}

const IN_PACKAGES: &str = "below packages/ stand packages/<ab>/<name>/<version>.json and registration.json, where <ab> are the first two characters of the name";
const IN_OVERRIDES: &str = "below overrides/ stand overrides/<ab>/<name>/<version>.json";
const IN_STATUS: &str = "below status/ stand status/<ab>/<name>/<version>.json and all.json";
const IN_ADVISORIES: &str =
    "below advisories/ stand advisories/<ID>.json, where <ID> is the id of an advisory, like LARK-2026-0001";

impl RegistryPath {
    /// Tells what `path` is for in a registry of that profile: a name or a version that it cannot have stands nowhere.
    #[must_use]
    pub fn within(profile: Profile, path: &TreePath) -> Self {
        let of = Self::of(path);
        let (name, version, belongs) = match &of {
            Self::Registration(name) => (name, None, IN_PACKAGES),
            Self::Definition(name, version) => (name, Some(version), IN_PACKAGES),
            Self::Override(name, version) => (name, Some(version), IN_OVERRIDES),
            Self::Status(name, version) => (name, version.as_ref(), IN_STATUS),
            _ => return of,
        };
        let admits = profile.admits_name(name) && version.is_none_or(|version| profile.admits_version(version));
        if admits { of } else { Self::Stray(belongs) }
    }

    /// Tells what `path` is for in a registry of any profile.
    #[must_use]
    pub fn of(path: &TreePath) -> Self {
        let text = path.as_str();
        if text == "curator.toml" {
            return Self::Config;
        }
        if text == "package-set.json" {
            return Self::PackageSet;
        }
        // Without a slash, something else stands in the place of the whole folder.
        let (top, rest) = text.split_once('/').unwrap_or((text, ""));
        match top {
            _ if rest == "README.md" => Self::Other,
            "packages" => Self::in_packages(path).unwrap_or(Self::Stray(IN_PACKAGES)),
            "overrides" => {
                Self::versioned(path).map_or(Self::Stray(IN_OVERRIDES), |(name, version)| Self::Override(name, version))
            }
            "status" => Self::in_status(path).unwrap_or(Self::Stray(IN_STATUS)),
            "advisories" => {
                let id = rest.strip_suffix(".json").and_then(|id| id.parse().ok());
                id.map_or(Self::Stray(IN_ADVISORIES), Self::Advisory)
            }
            _ => Self::Other,
        }
    }

    fn in_packages(path: &TreePath) -> Option<Self> {
        if path.file_name() == "registration.json" {
            return package(path).map(Self::Registration);
        }
        Self::versioned(path).map(|(name, version)| Self::Definition(name, version))
    }

    fn in_status(path: &TreePath) -> Option<Self> {
        if path.file_name() == "all.json" {
            return package(path).map(|name| Self::Status(name, None));
        }
        Self::versioned(path).map(|(name, version)| Self::Status(name, Some(version)))
    }

    fn versioned(path: &TreePath) -> Option<(PackageName, Version)> {
        let version = path.file_name().strip_suffix(".json")?.parse().ok()?;
        package(path).map(|name| (name, version))
    }
}

/// The package whose folder holds `path`, if the folder is where it must be.
fn package(path: &TreePath) -> Option<PackageName> {
    let parts: Vec<&str> = path.parts().skip(1).collect();
    let (folder, name): (String, PackageName) = match parts.as_slice() {
        [folder, name, _file] => ((*folder).to_owned(), name.parse().ok()?),
        [scope, folder, name, _file] => (format!("{scope}/{folder}"), format!("{scope}/{name}").parse().ok()?),
        _ => return None,
    };
    (folder == name.folder()).then_some(name)
}

/// The file of a definition.
///
/// # Errors
/// None in practice: the path of a name and a version is a legal path.
pub fn definition_path(name: &PackageName, version: &Version) -> Result<TreePath, PathError> {
    format!("packages/{}/{version}.json", name.home()).parse()
}

/// The file of an advisory.
///
/// # Errors
/// None in practice: the path of an id is a legal path.
pub fn advisory_path(id: &AdvisoryId) -> Result<TreePath, PathError> {
    format!("advisories/{id}.json").parse()
}

/// The file of a registration.
///
/// # Errors
/// None in practice: the path of a name is a legal path.
pub fn registration_path(name: &PackageName) -> Result<TreePath, PathError> {
    format!("packages/{}/registration.json", name.home()).parse()
}

/// The file of the override of a version.
///
/// # Errors
/// None in practice: the path of a name and a version is a legal path.
pub fn override_path(name: &PackageName, version: &Version) -> Result<TreePath, PathError> {
    format!("overrides/{}/{version}.json", name.home()).parse()
}

/// The file of the status of a version; of the whole package, for `None`.
///
/// # Errors
/// None in practice: the path of a name and a version is a legal path.
pub fn status_path(name: &PackageName, version: Option<&Version>) -> Result<TreePath, PathError> {
    let file = version.map_or_else(|| "all".to_owned(), Version::to_string);
    format!("status/{}/{file}.json", name.home()).parse()
}
