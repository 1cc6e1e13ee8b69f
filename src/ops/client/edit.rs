//! Changing what a project asks for: its file, its lock file and what is installed, in one go.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::{ChoiceTerms, InstallReport, LockFile, PackageName, Project, ProjectFile, Range, Requirement};
use crate::ops::Stop;
use crate::ports::{Client, ClientPorts};
use crate::rules::project::{Edit, ProjectError, edited, read};

use super::Refusal;
use super::catalogue::Catalogue;
use super::choice::{choose, keeping, lock_of};
use super::install::{Changed, finish, with_project};
use super::project::{self, Opened};

/// What became of a project.
#[derive(Debug, Clone, PartialEq)]
pub struct Edited {
    /// The file that was changed; `None` where only the lock file was to change.
    pub file: Option<ProjectFile>,
    /// What it asks for now that it did not ask for before.
    pub put: Vec<(PackageName, Requirement)>,
    /// What it does not ask for any more.
    pub dropped: Vec<PackageName>,
    /// What was installed for it.
    pub report: InstallReport,
}

/// A package that somebody wants to use: its name, the versions, and what the project is to call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    /// The package.
    pub package: PackageName,
    /// The versions that will do; where nothing is said, those that are compatible with the highest that fits.
    pub range: Option<Range>,
    /// What the project calls it; its own name, for `None`.
    pub alias: Option<PackageName>,
}

/// Adds packages to what the project asks for. Nothing is written unless all of it fits together.
///
/// # Errors
/// [`Stop`].
pub async fn add<P: ClientPorts>(
    client: &Arc<Client<P>>,
    additions: &[Addition],
    terms: &ChoiceTerms,
) -> Result<Edited, Stop> {
    let opened = project::opened_or_new(&client.project)?;
    let mut terms = keeping(opened.lock.as_ref(), &with_project(terms, &opened.project));
    let mut wanted = opened.project.clone();
    let mut aliases = Vec::new();
    for addition @ Addition { package, range, .. } in additions {
        let alias = alias_of(addition, &opened.project)?;
        wanted.requirements.insert(alias.clone(), Requirement { package: package.clone(), range: range.clone() });
        aliases.push(alias);
        // What is asked for anew is chosen anew, within what the rest allows.
        terms.locked.remove(package);
    }
    wanted.each_once().map_err(|error| Refusal::from(ProjectError::Twice { file: opened.file, error }))?;
    let mut catalogue = Catalogue::open(&client.index).await?;
    let versions = choose(&mut catalogue, &wanted.ranges(), &terms).await?;
    let mut put = Vec::new();
    let mut text = opened.text.clone();
    for (Addition { package, range, .. }, alias) in additions.iter().zip(aliases) {
        let version = versions.get(package).ok_or_else(|| Stop::Bug(format!("{package} was not chosen")))?;
        let range = range.clone().unwrap_or_else(|| catalogue.config.profile.caret(version));
        let requirement = Requirement { package: package.clone(), range: Some(range).filter(|range| !range.is_any()) };
        text = edited(opened.file, &text, &Edit::Put(alias.clone(), requirement.clone())).map_err(Refusal::from)?;
        put.push((alias, requirement));
    }
    let lock = lock_of(&catalogue, &versions)?;
    let report = write(client, &catalogue, &opened, &text, lock).await?;
    Ok(Edited { file: Some(opened.file), put, dropped: Vec::new(), report })
}

/// The name that the project is to call an added package by: the one that was asked for, or else the one that it has.
fn alias_of(Addition { package, alias, .. }: &Addition, project: &Project) -> Result<PackageName, Stop> {
    let alias = alias.clone().unwrap_or_else(|| project.called(package).clone());
    match project.requirements.get(&alias) {
        Some(other) if other.package != *package => {
            Err(Refusal::Hidden { package: other.package.clone(), alias }.into())
        }
        _ => Ok(alias),
    }
}

/// Takes packages, by the names that the project calls them by, out of what it asks for.
///
/// # Errors
/// [`Stop`].
pub async fn remove<P: ClientPorts>(
    client: &Arc<Client<P>>,
    names: &[PackageName],
    terms: &ChoiceTerms,
) -> Result<Edited, Stop> {
    let opened = project::opened(&client.project)?;
    let mut text = opened.text.clone();
    let mut wanted = opened.project.clone();
    for name in names {
        wanted.requirements.remove(name).ok_or_else(|| Refusal::NotUsed(name.clone()))?;
        text = edited(opened.file, &text, &Edit::Drop(name.clone())).map_err(Refusal::from)?;
    }
    let terms = keeping(opened.lock.as_ref(), &with_project(terms, &opened.project));
    let mut catalogue = Catalogue::open(&client.index).await?;
    let versions = choose(&mut catalogue, &wanted.ranges(), &terms).await?;
    let lock = lock_of(&catalogue, &versions)?;
    let report = write(client, &catalogue, &opened, &text, lock).await?;
    Ok(Edited { file: Some(opened.file), put: Vec::new(), dropped: names.to_vec(), report })
}

/// Chooses anew the versions of `names`, by the names that the project calls them by, or of everything, within what the
/// project asks for.
///
/// # Errors
/// [`Stop`].
pub async fn update<P: ClientPorts>(
    client: &Arc<Client<P>>,
    names: &BTreeSet<PackageName>,
    terms: &ChoiceTerms,
) -> Result<Edited, Stop> {
    let opened = project::opened(&client.project)?;
    let mut terms = keeping(opened.lock.as_ref(), &with_project(terms, &opened.project));
    let requirements = &opened.project.requirements;
    let package = |name: &PackageName| requirements.get(name).map_or(name, |it| &it.package).clone();
    let names: BTreeSet<PackageName> = names.iter().map(package).collect();
    let asked = opened.project.ranges();
    let is_used = |name: &PackageName| {
        asked.contains_key(name) || opened.lock.as_ref().is_some_and(|lock| lock.packages.contains_key(name))
    };
    if let Some(stranger) = names.iter().find(|name| !is_used(name)) {
        return Err(Refusal::NotUsed(stranger.clone()).into());
    }
    terms.locked.retain(|name, _| !names.is_empty() && !names.contains(name));
    let mut catalogue = Catalogue::open(&client.index).await?;
    let versions = choose(&mut catalogue, &asked, &terms).await?;
    let lock = lock_of(&catalogue, &versions)?;
    let changed = Changed { project: &opened.project, text: None };
    let report = finish(client, &catalogue, &opened, &changed, lock).await?;
    Ok(Edited { file: None, put: Vec::new(), dropped: Vec::new(), report })
}

/// Writes the project's file, and installs what it asks for.
async fn write<P: ClientPorts>(
    client: &Arc<Client<P>>,
    catalogue: &Catalogue<'_, P::Index>,
    opened: &Opened,
    text: &str,
    lock: LockFile,
) -> Result<InstallReport, Stop> {
    let project = read(opened.file, text).map_err(Refusal::from)?;
    finish(client, catalogue, opened, &Changed { project: &project, text: Some(text) }, lock).await
}
