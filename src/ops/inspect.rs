//! Preparing one publication: fetch, choose, pack, compress, and run every check on the way. Nothing is written.

use crate::model::{
    Area, Artifact, Code, CommitId, EncoderName, Fault, Files, Finding, Glob, GlobMatcher, Location, Manifest,
    NonEmpty, PackageName, Place, Recipe, Severity, Sha256, SourceTree, TreePath,
};
use crate::ports::{Encoder, FetchError, Ports, Proof, SourceRequest};
use crate::rules::check::{Case, Inspected};
use crate::rules::pack::{self, FileRules, SelectError};
use crate::rules::registry::{Candidate, Origin, World};
use crate::rules::report::words;
use crate::rules::review::{Vouch, vouches};

use super::fetched::{Fetched, fetched};
use super::{Curator, Stop};

/// What an inspection gave.
pub(super) struct Inspection {
    /// What the checks found.
    pub(super) findings: Vec<Finding>,
    /// The archive, where one can be made.
    pub(super) artifact: Option<Artifact>,
    /// Whether another try could end better.
    pub(super) transient: bool,
    /// Whether the source speaks for the definition, where it was looked at before the merge.
    pub(super) vouch: Option<Vouch>,
}

impl Inspection {
    /// One without a source.
    pub(super) fn offline(findings: Vec<Finding>) -> Self {
        Self { findings, artifact: None, transient: false, vouch: None }
    }
}

/// What packing a recipe again gave.
pub(super) enum Repacked {
    /// The archive.
    Archive(Artifact),
    /// The source cannot be had, and why.
    NoSource(FetchError),
    /// No archive can be made of the source, and why.
    NoArchive(String),
}

/// When a definition is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Before it is merged: the ref must resolve to the commit.
    Review,
    /// After it was merged: the reviewed commit is published. A ref that has moved since is only told (threat 14), as is
    /// what a trustee could have lifted.
    Publication,
}

/// A definition in its surroundings.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    /// The definition file.
    pub(super) candidate: &'a Candidate,
    /// Its package, its dependencies, and theirs.
    pub(super) world: &'a World,
    /// Every name that exists.
    pub(super) names: &'a [PackageName],
    /// When it is looked at.
    pub(super) stage: Stage,
}

impl<P: Ports> Curator<P> {
    /// Runs the checks that need no source.
    pub(super) fn check_offline(&self, subject: Subject<'_>) -> Vec<Finding> {
        self.judged(subject, None)
    }

    /// Prepares a definition, as far as it goes, and runs every check.
    pub(super) async fn inspect(&self, subject: Subject<'_>) -> Result<Inspection, Stop> {
        if let Origin::Archive(hash) = subject.candidate.origin {
            return self.inspect_archive(subject, &hash).await;
        }
        let Some(definition) = subject.candidate.definition() else { return Ok(self.without_source(subject, None)) };
        let proof = match subject.stage {
            Stage::Review => Proof::Reachable,
            Stage::Publication => Proof::Reviewed,
        };
        let location = &definition.manifest.location;
        let source = match self.fetch(location, &definition.manifest, definition.commit, proof).await {
            Ok(source) => source,
            Err(error) if error.fault() == Fault::Operator => return Err(error.into()),
            Err(error) => return Ok(self.without_source(subject, Some(&error))),
        };
        self.inspect_source(subject, &source)
    }

    /// The same for a source that was fetched.
    pub(super) fn inspect_source(&self, subject: Subject<'_>, source: &Fetched) -> Result<Inspection, Stop> {
        self.inspect_tree(subject, &source.tree, source.commit, source.resolved)
    }

    /// The same for the tree of `commit`, where its ref is `resolved` to this one; a folder has neither.
    pub(super) fn inspect_tree(
        &self,
        subject: Subject<'_>,
        tree: &SourceTree,
        commit: Option<CommitId>,
        resolved: Option<CommitId>,
    ) -> Result<Inspection, Stop> {
        let publication = subject.candidate.publication(None, self.encoder_name);
        let Some(recipe) = publication.map(|publication| publication.recipe()) else {
            return Ok(self.without_source(subject, None));
        };
        let packed = match choose(&self.file_rules(), tree, &recipe.manifest)? {
            Ok(files) => Ok(self.compress(&recipe, files, commit)?),
            Err(errors) => Err(errors),
        };
        let inspected = Inspected {
            resolved,
            tree,
            packed: packed.as_ref().map(|artifact| &artifact.files).map_err(Vec::as_slice),
            archive_bytes: packed.as_ref().ok().map(|artifact| artifact.bytes.len() as u64),
        };
        let findings = self.judged(subject, Some(inspected));
        let definition = subject.candidate.placed_definition().filter(|_| subject.stage == Stage::Review);
        let vouch = definition.map(|definition| vouches(tree, definition, self.policy.package.as_ref()));
        Ok(Inspection { findings, artifact: packed.ok(), transient: false, vouch })
    }

    /// Which files of a source are packed.
    pub(super) fn file_rules(&self) -> FileRules {
        FileRules::of(self.policy.package.as_ref())
    }

    /// Packs a recipe again, whatever the checks of today say of it.
    pub(super) async fn repack(&self, recipe: &Recipe) -> Result<Repacked, Stop> {
        let first = self.repack_at(recipe, &recipe.location, Proof::Reviewed).await?;
        let gone = matches!(&first, Repacked::NoSource(error) if error.fault() != Fault::Transient);
        if gone && recipe.location != recipe.manifest.location {
            // Whoever moved it may have left the old place as it was.
            return self.repack_at(recipe, &recipe.manifest.location, Proof::Reviewed).await;
        }
        Ok(first)
    }

    /// The same from a source at `location`, with this proof that the commit is its own.
    pub(super) async fn repack_at(&self, recipe: &Recipe, location: &Location, proof: Proof) -> Result<Repacked, Stop> {
        let source = match self.fetch(location, &recipe.manifest, recipe.commit, proof).await {
            Ok(source) => source,
            Err(error) if error.fault() == Fault::Operator => return Err(error.into()),
            Err(error) => return Ok(Repacked::NoSource(error)),
        };
        match choose(&self.file_rules(), &source.tree, &recipe.manifest)? {
            Ok(files) => self.compress(recipe, files, source.commit).map(Repacked::Archive),
            Err(errors) => Ok(Repacked::NoArchive(words::joined(&errors))),
        }
    }

    /// Whether the version is published already: then its file is held to one rule only.
    pub(super) fn is_published(&self, subject: Subject<'_>) -> bool {
        self.case(subject, None).is_published()
    }

    /// What the checks find. What was merged is held to no rule of reviews any more: a ref may have moved since, and a
    /// trustee may have lifted the policy.
    fn judged(&self, subject: Subject<'_>, source: Option<Inspected<'_>>) -> Vec<Finding> {
        let mut findings = self.case(subject, source).findings();
        if subject.stage == Stage::Publication {
            let past = |code: Code| code == Code::RefMoved || code.is_liftable();
            let past = findings.iter_mut().filter(|finding| past(finding.code));
            past.for_each(|finding| finding.severity = Severity::Warning);
        }
        findings
    }

    fn case<'a>(&'a self, subject: Subject<'a>, source: Option<Inspected<'a>>) -> Case<'a> {
        let Subject { candidate, world, names, .. } = subject;
        Case { candidate, world, names, policy: &self.policy, limits: &self.limits, source }
    }

    fn without_source(&self, subject: Subject<'_>, error: Option<&FetchError>) -> Inspection {
        let mut findings = self.check_offline(subject);
        findings.extend(error.map(|error| {
            let place = Place::file(Area::Registry, &subject.candidate.file);
            let document = subject.candidate.document.as_ref().ok();
            let span = document.and_then(|document| document.member("ref")).map(|member| member.value.span.clone());
            let place = match span {
                Some(span) => place.at(span),
                None => place,
            };
            let wording = match error {
                FetchError::NotReachable { .. } => words::source::unreachable(&error.to_string()),
                _ => words::source::unavailable(&error.to_string(), error.fault() == Fault::Transient),
            };
            match &subject.candidate.expected {
                Some((name, version)) => wording.of(name, version, place),
                None => wording.at(place),
            }
        }));
        let transient = error.is_some_and(|error| error.fault() == Fault::Transient);
        Inspection { transient, ..Inspection::offline(findings) }
    }

    async fn fetch(
        &self,
        location: &Location,
        manifest: &Manifest,
        commit: Option<CommitId>,
        proof: Proof,
    ) -> Result<Fetched, FetchError> {
        let (location, reference) = (location.clone(), manifest.reference.clone());
        let request = SourceRequest { location, reference, commit, proof };
        let include = matchers(manifest.include_files.as_ref());
        let rules = self.file_rules();
        let wanted = |path: &TreePath| is_read(&rules, path) || rules.wanted(path, &|it| rules.includes(&include, it));
        fetched(&self.sources, &request, &wanted, &self.limits).await
    }

    fn compress(&self, recipe: &Recipe, files: Files, commit: Option<CommitId>) -> Result<Artifact, Stop> {
        compress(&self.encoder, recipe.encoder.unwrap_or(self.encoder_name), &recipe.manifest, files, commit)
    }
}

/// Packs and compresses the chosen files.
pub(super) fn compress<E: Encoder>(
    encoder: &E,
    name: EncoderName,
    manifest: &Manifest,
    files: Files,
    commit: Option<CommitId>,
) -> Result<Artifact, Stop> {
    let tar = pack::tar(&pack::top_folder(&manifest.name, &manifest.version), &files);
    let bytes = encoder.encode(name, &tar)?;
    let (hash, content_hash) = (Sha256::of(&bytes), Sha256::of(&tar));
    Ok(Artifact { files, bytes, hash, content_hash, encoder: name, commit })
}

/// Files that are packed or looked at whatever a manifest says, the manifests among them.
pub(super) fn is_read(rules: &FileRules, path: &TreePath) -> bool {
    let is_inspected = path.as_str().to_ascii_uppercase().starts_with("COPYING") && path.parent().is_none();
    is_inspected || rules.wanted(path, &|_| false)
}

/// The files that `manifest` publishes of `tree`, with the manifest itself among them.
pub(super) fn choose(
    rules: &FileRules,
    tree: &SourceTree,
    manifest: &Manifest,
) -> Result<Result<Files, Vec<SelectError>>, Stop> {
    let include = matchers(manifest.include_files.as_ref());
    let exclude = matchers(manifest.exclude_files.as_ref());
    let own = manifest.to_file().map_err(|error| Stop::Bug(error.to_string()))?;
    let excludes = |path: &TreePath| exclude.iter().any(|glob| glob.is_match(path));
    Ok(rules.select(tree, &|path| rules.includes(&include, path), &excludes, own.as_bytes()))
}

/// The globs that can be used. Those that cannot be are a finding of their own, and match nothing.
pub(super) fn matchers(globs: Option<&NonEmpty<Glob>>) -> Vec<GlobMatcher> {
    globs.into_iter().flatten().filter_map(|glob| glob.compile().ok()).collect()
}
