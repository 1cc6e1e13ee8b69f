//! Verifying: that archive, hashes, manifest, index and metadata say the same of a version.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::{
    Compare, Comparison, Files, Limits, Manifest, PackageName, Published, Sha256, TreePath, Verified, VerifyDepth,
    Version,
};
use crate::ops::Stop;
use crate::ops::parallel::in_order_of;
use crate::ports::{ArtifactRequest, ArtifactSource, Client, ClientPorts, Event};
use crate::rules::index::{Index, MetadataFile};
use crate::rules::pack;
use crate::rules::report::client as report;

use super::Refusal;
use super::catalogue::Catalogue;

/// How many archives are read at once: the next are read while those before them are hashed.
const AT_ONCE: usize = 32;

/// What is to be verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VerifySubject {
    /// Every published version.
    All,
    /// These.
    Versions(Vec<(PackageName, Version)>),
    /// An archive that somebody has, by the name of its file.
    File(String, Vec<u8>),
}

/// What an archive is compared by.
struct Measure {
    depth: VerifyDepth,
    /// The file of an archive that holds its manifest.
    file: String,
    limits: Limits,
}

/// A version that is to be verified, and what the index has of it.
struct Case<'i> {
    name: PackageName,
    version: Version,
    facts: Option<&'i Published>,
    line: Option<&'i Manifest>,
    gone: bool,
}

/// Compares everything that is known of versions.
///
/// # Errors
/// [`Stop`] where the index cannot be read, or a file is the archive of no version.
pub async fn verify<P: ClientPorts>(
    client: &Arc<Client<P>>,
    subject: VerifySubject,
    depth: VerifyDepth,
) -> Result<Vec<Verified>, Stop> {
    let mut catalogue = Catalogue::open(&client.index).await?;
    let file = catalogue.config.manifest_file().to_owned();
    let measure = Measure { depth, file, limits: client.limits.clone() };
    let versions = match subject {
        VerifySubject::File(shown, bytes) => {
            let (name, version) = identity(&shown, &bytes, &measure)?;
            catalogue.read([name.clone()]).await?;
            let case = Case::of(&catalogue.index, name, version);
            return Ok(vec![case.judge(shown, Ok(Some(bytes)), &measure)]);
        }
        VerifySubject::Versions(versions) => {
            catalogue.read(versions.iter().map(|(name, _)| name.clone())).await?;
            versions
        }
        VerifySubject::All => {
            catalogue.read_everything().await?;
            all(&catalogue.index)
        }
    };
    (client.progress)(Event::Total(versions.len()));
    let shared = Arc::new((Arc::clone(client), catalogue.index, measure));
    let verified = in_order_of(AT_ONCE, versions, move |(name, version)| {
        let shared = Arc::clone(&shared);
        async move {
            let (client, index, measure) = &*shared;
            let case = Case::of(index, name, version);
            let (source, answer) = read(client, &case).await;
            let verified = case.judge(source, answer, measure);
            (client.progress)(Event::Done);
            Ok(verified)
        }
    });
    let verified = verified.await?;
    (client.progress)(Event::Total(0));
    Ok(verified)
}

/// Every version that the index has a line or facts of.
fn all(index: &Index) -> Vec<(PackageName, Version)> {
    let mut all = Vec::new();
    for (name, package) in &index.packages {
        let published = package.metadata.iter().flat_map(|file| file.metadata().published.keys());
        let listed = package.manifests.iter().flat_map(|file| file.manifests().map(|manifest| &manifest.version));
        let versions: BTreeSet<&Version> = published.chain(listed).collect();
        all.extend(versions.into_iter().map(|version| (name.clone(), version.clone())));
    }
    all
}

/// What the first place that answers has of an archive. One that is silent hides none that speaks.
async fn read<P: ClientPorts>(client: &Client<P>, case: &Case<'_>) -> (String, Result<Option<Vec<u8>>, String>) {
    let mut troubles = Vec::new();
    let Case { name, version, facts, .. } = case;
    let (release, bytes) = facts.map_or((None, 0), |facts| (facts.release.as_ref(), facts.bytes));
    for source in &client.sources {
        match source.fetch(&ArtifactRequest { name, version, release, bytes }).await {
            Ok(Some(bytes)) => return (source.name().to_owned(), Ok(Some(bytes))),
            Ok(None) => {}
            Err(error) => troubles.push(error.to_string()),
        }
    }
    let names: Vec<&str> = client.sources.iter().map(ArtifactSource::name).collect();
    let answer = if troubles.is_empty() { Ok(None) } else { Err(troubles.join("; ")) };
    (names.join(", "), answer)
}

/// The version that an archive says it is of: by its manifest.
fn identity(shown: &str, bytes: &[u8], measure: &Measure) -> Result<(PackageName, Version), Stop> {
    let refused = |reason: String| Refusal::NoPackageFile { file: shown.to_owned(), reason };
    let (_, files) = pack::unpack(bytes, &measure.limits).map_err(|error| refused(error.to_string()))?;
    let manifest = manifest_of(&files, &measure.file).map_err(refused)?;
    Ok((manifest.name, manifest.version))
}

/// The manifest in the file of an archive that holds it.
fn manifest_of(files: &Files, file: &str) -> Result<Manifest, String> {
    let path: TreePath = file.parse().map_err(|error: crate::model::PathError| error.to_string())?;
    let found = files.get(&path).ok_or_else(|| report::no_manifest(file))?;
    serde_json::from_slice(&found.bytes).map_err(|error| format!("{file}: {error}"))
}

impl<'i> Case<'i> {
    fn of(index: &'i Index, name: PackageName, version: Version) -> Self {
        let package = index.packages.get(&name);
        let metadata = package.and_then(|package| package.metadata.as_ref()).map(MetadataFile::metadata);
        let facts = metadata.and_then(|metadata| metadata.published.get(&version));
        let line = package.and_then(|package| package.manifests.as_ref()?.get(&version));
        let gone = metadata.is_some_and(|metadata| metadata.unpublished.contains_key(&version));
        Self { name, version, facts, line, gone }
    }

    /// Compares what a place gave with what the index has.
    fn judge(self, source: String, answer: Result<Option<Vec<u8>>, String>, measure: &Measure) -> Verified {
        let mut comparisons = Vec::new();
        let mut say = |what, fault: Option<String>| comparisons.push(Comparison { what, fault });
        let halves = report::halves(self.facts.is_some(), self.line.is_some(), self.gone);
        say(Compare::Halves, halves);
        let bytes = match answer {
            Ok(Some(bytes)) => Some(bytes),
            Ok(None) => None,
            Err(trouble) => {
                say(Compare::Archive, Some(trouble));
                return self.verified(source, comparisons);
            }
        };
        let Some((facts, bytes)) = self.facts.zip(bytes.as_ref()) else {
            // Of what is not published nothing has to be there.
            if bytes.is_none() && self.facts.is_some() {
                say(Compare::Archive, Some(report::no_archive()));
            }
            return self.verified(source, comparisons);
        };
        say(Compare::Archive, None);
        let size = bytes.len() as u64;
        say(Compare::Size, (size != facts.bytes).then(|| report::differs(&size, &facts.bytes)));
        let hash = Sha256::of(bytes);
        say(Compare::Hash, (hash != facts.hash).then(|| report::differs(&hash, &facts.hash)));
        if measure.depth == VerifyDepth::Everything {
            self.look_inside(facts, bytes, measure, &mut say);
        }
        self.verified(source, comparisons)
    }

    /// Compares what is inside an archive.
    fn look_inside(
        &self,
        facts: &Published,
        bytes: &[u8],
        measure: &Measure,
        say: &mut impl FnMut(Compare, Option<String>),
    ) {
        let tar = match pack::gunzip(bytes, &measure.limits) {
            Ok(tar) => tar,
            Err(error) => return say(Compare::Layout, Some(error.to_string())),
        };
        if let Some(recorded) = facts.content_hash {
            let content = Sha256::of(&tar);
            say(Compare::Content, (content != recorded).then(|| report::differs(&content, &recorded)));
        }
        match pack::untar(&tar, &measure.limits) {
            Ok((top, files)) => {
                let folder = pack::top_folder(&self.name, &self.version);
                say(Compare::Layout, (top != folder).then(|| report::differs(&top, &folder)));
                if let Some(line) = self.line {
                    say(Compare::Manifest, against_manifest(&files, &measure.file, &facts.archive_manifest(line)));
                }
            }
            Err(error) => say(Compare::Layout, Some(error.to_string())),
        }
    }

    fn verified(self, source: String, comparisons: Vec<Comparison>) -> Verified {
        Verified { name: self.name, version: self.version, source, comparisons }
    }
}

/// How the manifest in an archive differs from what the index says that it is.
fn against_manifest(files: &Files, file: &str, expected: &Manifest) -> Option<String> {
    match manifest_of(files, file) {
        Ok(manifest) if manifest == *expected => None,
        Ok(_) => Some(report::other_manifest()),
        Err(reason) => Some(reason),
    }
}
