//! The versions that are to be compiled: wanted ones as they would be published, and published ones as they are.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{
    Area, CommitId, CompileOutcome, CompiledVersion, DependencyUse, Document, Files, Finding, Manifest, NotCompiled,
    PackageName, Place, Prepared, Publication, Sha256, Terms, Tool, TreePath, Version,
};
use crate::ops::check::SourceAccess;
use crate::ops::examination::{Portion, look};
use crate::ops::plan::{PlanReport, preview};
use crate::ops::reader::{Reader, bug};
use crate::ops::review::examine_head;
use crate::ops::{Curator, Stop};
use crate::ports::{Ports, Proposals as _};
use crate::rules::check::resolved;
use crate::rules::compile as rule;
use crate::rules::registry::{RegistryPath, definition_path};
use crate::rules::report::Texts;

use super::CompileSubject;
use super::materials::published_files;

/// A version that is to be compiled.
pub(in crate::ops) struct Case {
    /// Its manifest, with the override in force.
    pub(in crate::ops) manifest: Manifest,
    /// The compilers that it was written for.
    pub(super) compilers: Vec<Version>,
    /// Its files; `None` where no archive can be made.
    pub(in crate::ops) files: Option<Files>,
    /// What its dependencies, and theirs, resolve to.
    pub(in crate::ops) plan: BTreeMap<PackageName, Version>,
    /// Its definition file, and what stands in it, where that is at hand.
    file: TreePath,
    document: Option<Document>,
    /// What would be published, with the digest of the archive; `None` where it is published already.
    publication: Option<(Publication, Sha256)>,
}

/// The versions, and what was found on the way to them.
#[derive(Default)]
pub(super) struct Cases {
    pub(super) head: Option<CommitId>,
    pub(super) all: Vec<Case>,
    pub(super) findings: Vec<Finding>,
    pub(super) texts: Texts,
    pub(super) transient: bool,
}

/// Finds the versions that `subject` means.
pub(super) async fn cases<P: Ports>(curator: &Arc<Curator<P>>, subject: &CompileSubject) -> Result<Cases, Stop> {
    match subject {
        CompileSubject::Pull(pull) => {
            let reference = pull.head_ref();
            let head = curator.registry.proposed(&reference).await?;
            let seen = examine_head(curator, &reference, &head).await?;
            let terms = curator.terms();
            let all = seen.prepared.into_iter().map(|it| Case::wanted(it, &seen.texts, terms)).collect();
            Ok(Cases { head: Some(head), all, findings: seen.findings, texts: seen.texts, transient: seen.transient })
        }
        CompileSubject::Wanted(request) => {
            let PlanReport { prepared, findings, texts, transient, .. } = preview(curator, *request).await?;
            let terms = curator.terms();
            let all = prepared.into_iter().map(|it| Case::wanted(it, &texts, terms)).collect();
            Ok(Cases { head: None, all, findings, texts, transient })
        }
        CompileSubject::Version(name, version) => {
            let reader = Reader::open(curator.as_ref()).await?;
            match Case::published(curator, &reader, name, version).await? {
                Some(case) => Ok(Cases { all: vec![case], ..Cases::default() }),
                None => of_files(curator, &reader, &[definition_path(name, version).map_err(bug)?]).await,
            }
        }
        CompileSubject::Files(files) => of_files(curator, &Reader::open(curator.as_ref()).await?, files).await,
    }
}

async fn of_files<P: Ports>(
    curator: &Arc<Curator<P>>,
    reader: &Reader<'_, P>,
    files: &[TreePath],
) -> Result<Cases, Stop> {
    let report = look(curator, reader, Portion::Prepared(files), SourceAccess::Fetch).await?.report;
    let terms = curator.terms();
    let mut all: Vec<Case> = report.prepared.into_iter().map(|it| Case::wanted(it, &report.texts, terms)).collect();
    for file in files {
        if let RegistryPath::Definition(name, version) = RegistryPath::of(file) {
            all.extend(Case::published(curator, reader, &name, &version).await?);
        }
    }
    let (findings, texts, transient) = (report.findings, report.texts, report.transient);
    Ok(Cases { head: None, all, findings, texts, transient })
}

impl Case {
    /// A version that would be published.
    fn wanted(prepared: Prepared, texts: &Texts, terms: Terms) -> Self {
        let Prepared { publication, artifact, resolution, .. } = prepared;
        let text = texts.get(publication.file.as_str());
        let hash = artifact.as_ref().map(|artifact| artifact.hash);
        Self {
            manifest: publication.effective_manifest(),
            compilers: publication.definition.compiler.iter().cloned().collect(),
            files: artifact.map(|artifact| artifact.files),
            plan: resolution,
            file: publication.file.clone(),
            document: text.and_then(|text| Document::parse(text.as_bytes(), terms.json_bytes).ok()),
            publication: hash.map(|hash| (publication, hash)),
        }
    }

    /// A version that is published, from its archive; `None` where it is not published.
    pub(in crate::ops) async fn published<P: Ports>(
        curator: &Curator<P>,
        reader: &Reader<'_, P>,
        name: &PackageName,
        version: &Version,
    ) -> Result<Option<Self>, Stop> {
        let package = reader.published(name)?;
        let facts = package.metadata.as_ref().and_then(|file| file.metadata().published.get(version));
        let manifest = package.manifests.as_ref().and_then(|file| file.get(version));
        let Some((facts, manifest)) = facts.zip(manifest) else { return Ok(None) };
        let world = reader.world([name.clone()], &mut BTreeMap::new())?;
        Ok(Some(Self {
            plan: resolved(&world, manifest),
            files: Some(published_files(curator, name, version, facts).await?),
            compilers: facts.compilers.clone(),
            file: definition_path(name, version).map_err(bug)?,
            manifest: manifest.clone(),
            document: None,
            publication: None,
        }))
    }

    /// Where what is wrong with it is told.
    pub(super) fn place(&self) -> Place {
        Place::file(Area::Registry, &self.file)
    }

    pub(super) fn findings(&self, tool: &Tool, outcome: &CompileOutcome, uses: &DependencyUse) -> Vec<Finding> {
        let identity = (&self.manifest.name, &self.manifest.version);
        rule::findings(tool, outcome, uses, identity, self.document.as_ref(), &self.place())
    }

    pub(super) fn compiled(
        &self,
        tool: &Tool,
        outcome: CompileOutcome,
        uses: &DependencyUse,
        ungraphed: bool,
    ) -> CompiledVersion {
        let claim = self.publication.as_ref();
        let claim = claim.and_then(|it| rule::claimed((&it.0, it.1), tool, &outcome, uses, ungraphed));
        CompiledVersion { tool: Some(tool.clone()), claim, outcome, ..self.not_compiled(NotCompiled::NoArchive) }
    }

    pub(super) fn not_compiled(&self, why: NotCompiled) -> CompiledVersion {
        CompiledVersion {
            name: self.manifest.name.clone(),
            version: self.manifest.version.clone(),
            dependencies: self.plan.len(),
            tool: None,
            outcome: CompileOutcome::NotCompiled(why),
            claim: None,
        }
    }
}
