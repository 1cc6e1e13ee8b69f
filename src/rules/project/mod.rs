//! Reading what a project asks for, and changing it in the text that a person wrote.

mod curator_toml;
mod purs_json;
mod spago_yaml;

use crate::model::{PackageName, Project, ProjectFile, Requirement, TwiceRequired};

/// A change to what a project asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// It asks for this, by this name, instead of whatever it asked for by that name before.
    Put(PackageName, Requirement),
    /// It asks for what it calls so no more.
    Drop(PackageName),
}

/// Why the file of a project cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// It cannot be read.
    #[error("{file}: {reason}")]
    Unreadable {
        /// The file.
        file: ProjectFile,
        /// Where and why.
        reason: String,
    },
    /// One package is asked for twice.
    #[error("{file}: {error}")]
    Twice {
        /// The file.
        file: ProjectFile,
        /// Which.
        error: TwiceRequired,
    },
    /// The file has no place for an alias.
    #[error("{file} knows no aliases: {alias} cannot stand for {package} there")]
    NoAlias {
        /// The file.
        file: ProjectFile,
        /// The alias.
        alias: PackageName,
        /// The package.
        package: PackageName,
    },
    /// The file has no word for any version.
    #[error("{file} knows no '*': {package} needs a range there")]
    NoAny {
        /// The file.
        file: ProjectFile,
        /// The package.
        package: PackageName,
    },
    /// The text is written in a way that cannot be changed without changing more.
    #[error("{file} is written in a way that cannot be changed here without changing more of it")]
    Uneditable {
        /// The file.
        file: ProjectFile,
    },
}

/// The most bytes of a project's file. A line for each package of the largest registry takes a tenth of it.
const MOST_BYTES: usize = 1 << 20;

/// What the text of a project's file asks for.
///
/// # Errors
/// [`ProjectError`] says what is wrong with it.
pub fn read(file: ProjectFile, text: &str) -> Result<Project, ProjectError> {
    if text.len() > MOST_BYTES {
        let reason = format!("it has more than {MOST_BYTES} bytes");
        return Err(ProjectError::Unreadable { file, reason });
    }
    let project = match file {
        ProjectFile::Curator => curator_toml::read(text),
        ProjectFile::PursJson => purs_json::read(text),
        ProjectFile::SpagoYaml => spago_yaml::read(text),
    };
    let project = project.map_err(|reason| ProjectError::Unreadable { file, reason })?;
    project.each_once().map_err(|error| ProjectError::Twice { file, error })?;
    Ok(project)
}

/// The text with a change in it, and nothing else changed: it was read again to be sure.
///
/// # Errors
/// [`ProjectError`], also where the text cannot be changed so.
pub fn edited(file: ProjectFile, text: &str, edit: &Edit) -> Result<String, ProjectError> {
    let present = read(file, text)?;
    let mut wanted = present.clone();
    match edit {
        Edit::Put(alias, requirement) => {
            let package = requirement.package.clone();
            if file != ProjectFile::Curator && package != *alias {
                return Err(ProjectError::NoAlias { file, alias: alias.clone(), package });
            }
            if file == ProjectFile::PursJson && requirement.range.is_none() {
                return Err(ProjectError::NoAny { file, package });
            }
            wanted.requirements.insert(alias.clone(), requirement.clone());
        }
        Edit::Drop(alias) => drop(wanted.requirements.remove(alias)),
    }
    wanted.each_once().map_err(|error| ProjectError::Twice { file, error })?;
    if wanted == present {
        return Ok(text.to_owned());
    }
    let uneditable = || ProjectError::Uneditable { file };
    // Whatever ends the lines, it is the same for all of them, and stays.
    let plain = text.replace("\r\n", "\n");
    let returns = text.len() - plain.len();
    if plain.contains('\r') || (returns > 0 && returns != plain.matches('\n').count()) {
        return Err(uneditable());
    }
    let changed = match file {
        ProjectFile::Curator => curator_toml::edited(&plain, edit),
        ProjectFile::PursJson => purs_json::edited(&plain, edit),
        ProjectFile::SpagoYaml => spago_yaml::edited(&plain, edit),
    };
    let changed = if returns > 0 { changed.map(|text| text.replace('\n', "\r\n")) } else { changed };
    changed.filter(|text| read(file, text).as_ref() == Ok(&wanted)).ok_or_else(uneditable)
}
