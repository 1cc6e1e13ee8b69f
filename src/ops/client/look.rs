//! Looking: what a project uses, what is newer, what there is, and what is known of one version.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{ChoiceTerms, Details, Newer, PackageName, Version, Withheld};
use crate::ops::Stop;
use crate::ports::{Client, ClientPorts};
use crate::rules::choose::{Branch, Offer, tree};
use crate::rules::index::MetadataFile;
use crate::rules::report;
use crate::rules::resolve::Universe as _;
use crate::rules::search::{Hit, hits};

use super::Refusal;
use super::catalogue::Catalogue;
use super::install::with_project;
use super::project;

/// What a project uses.
#[derive(Debug, Clone, PartialEq)]
pub struct Uses {
    /// The tree of it, in the order in which it is printed.
    pub branches: Vec<Branch>,
    /// The names that the project has for packages, by package.
    pub aliases: BTreeMap<PackageName, PackageName>,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The packages, the likeliest first.
    pub hits: Vec<Hit>,
    /// How many fit, also those that are left out.
    pub matched: usize,
    /// How many packages were looked through.
    pub of: usize,
}

/// What the project uses, by its lock file, and through what.
///
/// # Errors
/// [`Stop`].
pub async fn uses<P: ClientPorts>(client: &Arc<Client<P>>) -> Result<Uses, Stop> {
    let opened = project::opened(&client.project)?;
    let versions = opened.required_lock()?.versions();
    let mut catalogue = Catalogue::open(&client.index).await?;
    catalogue.read(versions.keys().cloned()).await?;
    let roots = opened.project.requirements.values().map(|requirement| requirement.package.clone());
    let branches = tree(&catalogue.index, &versions, roots);
    let aliased = opened.project.requirements.into_iter().filter(|(alias, it)| *alias != it.package);
    Ok(Uses { branches, aliases: aliased.map(|(alias, it)| (it.package, alias)).collect() })
}

/// What is newer than what the project uses.
///
/// # Errors
/// [`Stop`].
pub async fn outdated<P: ClientPorts>(client: &Arc<Client<P>>, terms: &ChoiceTerms) -> Result<Vec<Newer>, Stop> {
    let opened = project::opened(&client.project)?;
    let versions = opened.required_lock()?.versions();
    let mut catalogue = Catalogue::open(&client.index).await?;
    catalogue.read(versions.keys().cloned()).await?;
    let terms = with_project(terms, &opened.project);
    let offer = Offer::new(&catalogue.index, &catalogue.advisories, &terms);
    let mut newer = Vec::new();
    for (name, used) in versions {
        let own = opened.project.requirements.values().find(|requirement| requirement.package == name);
        let range = own.and_then(|requirement| requirement.range.clone());
        let offered: Vec<Version> =
            offer.releases(&name).into_iter().flatten().map(|release| release.version.clone()).collect();
        let admitted = offered.iter().filter(|it| range.as_ref().is_none_or(|range| range.includes(it))).max().cloned();
        if let Some(highest) = offered.into_iter().max().filter(|highest| *highest > used) {
            newer.push(Newer { name, used, admitted, highest, range });
        }
    }
    Ok(newer)
}

/// The packages that words are about: in their names, or in what they say that they are for.
///
/// # Errors
/// [`Stop`], also where the place cannot tell what packages it has.
pub async fn search<P: ClientPorts>(client: &Arc<Client<P>>, words: &[String], most: usize) -> Result<Found, Stop> {
    let mut catalogue = Catalogue::open(&client.index).await?;
    catalogue.read_everything().await?;
    let terms = ChoiceTerms::default();
    let offer = Offer::new(&catalogue.index, &catalogue.advisories, &terms);
    let newest = catalogue.index.packages.iter().filter_map(|(name, package)| {
        let releases = offer.releases(name)?;
        let version = releases.iter().map(|release| release.version).max()?;
        package.manifests.as_ref()?.get(version)
    });
    let mut hits = hits(newest, words);
    let matched = hits.len();
    hits.truncate(most);
    Ok(Found { hits, matched, of: catalogue.index.packages.len() })
}

/// What is known of a package, or of one version of it.
///
/// # Errors
/// [`Stop`]: [`Refusal::NoPackage`] and [`Refusal::NoVersion`] where there is none.
pub async fn info<P: ClientPorts>(
    client: &Arc<Client<P>>,
    name: &PackageName,
    version: Option<&Version>,
) -> Result<Details, Stop> {
    let mut catalogue = Catalogue::open(&client.index).await?;
    catalogue.read([name.clone()]).await?;
    if catalogue.missing.contains(name) {
        let alike = report::client::alike(name, &catalogue.alike(name).await);
        return Err(Refusal::NoPackage { name: name.clone(), alike }.into());
    }
    let Some(package) = catalogue.index.packages.get(name) else {
        return Err(Stop::Bug(format!("{name} was not read")));
    };
    let terms = ChoiceTerms::default();
    let offer = Offer::new(&catalogue.index, &catalogue.advisories, &terms);
    let metadata = package.metadata.as_ref().map(MetadataFile::metadata);
    let published = metadata.into_iter().flat_map(|metadata| &metadata.published);
    let versions: Vec<(Version, Option<Withheld>)> =
        published.map(|(version, facts)| (version.clone(), offer.against(name, version, facts))).collect();
    let highest = versions.iter().rev().find(|(_, withheld)| withheld.is_none()).map(|(version, _)| version);
    let told = version.or(highest).cloned();
    let facts = told.as_ref().and_then(|version| catalogue.index.published(name, version)).cloned();
    let unpublished = told.as_ref().and_then(|version| metadata?.unpublished.get(version)).cloned();
    if let Some(version) = version.filter(|_| facts.is_none() && unpublished.is_none()) {
        let why = "was never published".to_owned();
        return Err(Refusal::NoVersion { name: name.clone(), version: version.clone(), why }.into());
    }
    let ids = facts.iter().flat_map(|facts| &facts.advisories);
    let advisories = ids.filter_map(|id| catalogue.advisories.iter().find(|advisory| advisory.id == *id)).cloned();
    Ok(Details {
        advisories: advisories.collect(),
        manifest: told.as_ref().and_then(|version| catalogue.index.manifest(name, version)).cloned(),
        gone: metadata.into_iter().flat_map(|metadata| metadata.unpublished.keys()).cloned().collect(),
        name: name.clone(),
        version: told,
        facts,
        unpublished,
        versions,
    })
}
