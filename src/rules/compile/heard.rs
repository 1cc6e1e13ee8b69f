//! What a review knows of compiling, from the claim of this run or from what an earlier one found at the same head.
//!
//! Not every run compiles: reviews also begin with a comment, an approval or a clock. What a run that compiled found stands
//! in the fingerprint of its verdict, which the curator alone can have given. So nothing that failed to compile passes later,
//! and nothing passes before it was tried.

use std::collections::BTreeMap;

use crate::model::{
    Artifact, ClaimSource, CommitId, Compilation, Compilations, CompileClaim, CompileOutcome, CompileRecord,
    CompileRules, Document, Finding, PackageName, Place, Prepared, Publication, Sha256, Version,
};
use crate::rules::report::{Texts, words};

use super::claim::{Accepted, judge_claim};

/// What a review asks about compiling.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// How versions are compiled; `None` where nobody asks for it.
    pub rules: Option<&'a CompileRules>,
    /// Who says whether they are.
    pub claim: &'a ClaimSource,
    /// The head of the pull request.
    pub head: &'a CommitId,
    /// What an earlier review of this head found.
    pub before: Option<CompileRecord>,
    /// What would be published.
    pub prepared: &'a [Prepared],
    /// The texts of the definitions, and the most bytes of one.
    pub texts: &'a Texts,
    /// The most bytes of a definition.
    pub limit: u64,
    /// What the pull request is called, as a place.
    pub whole: &'a Place,
}

/// What it gets to know.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Heard {
    /// What is known, and kept for the next review.
    pub compiled: Compilations,
    /// What stands against them.
    pub findings: Vec<Finding>,
    /// Whether it knows that by itself.
    pub word: Word,
}

/// Whether a review knows by itself what it says of compiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Word {
    /// It does, or there is nothing to know.
    #[default]
    Own,
    /// It says again, in fewer words, what an earlier one said.
    Repeated,
    /// Nobody has tried yet, and somebody will.
    Awaited,
}

/// What a review gets to know about compiling.
#[must_use]
pub fn hear(asked: &Asked<'_>) -> Heard {
    let Some(rules) = asked.rules.filter(|_| !asked.prepared.is_empty()) else { return Heard::default() };
    let claim = match asked.claim {
        // What was compiled is another head, where somebody has pushed meanwhile.
        ClaimSource::Here(claim) => Some(claim).filter(|claim| claim.head.as_ref() == Some(asked.head)),
        ClaimSource::Elsewhere | ClaimSource::Nobody => None,
    };
    let own = claim.map(|claim| judged(asked, claim, rules));
    match (own, asked.before) {
        // It failed at this very head. That somebody else does not know is no reason to forget it.
        (None, Some(CompileRecord::Failed)) => failed_before(asked),
        (Some(own), Some(CompileRecord::Failed)) if own.compiled.record == Some(CompileRecord::Untold) => {
            failed_before(asked)
        }
        (Some(own), _) => own,
        (None, None) if *asked.claim != ClaimSource::Nobody => Heard { word: Word::Awaited, ..Heard::default() },
        (None, None) => Heard::default(),
        (None, Some(CompileRecord::Untold)) => kept(CompileRecord::Untold, BTreeMap::new()),
        (None, Some(record @ CompileRecord::Compiled(of))) => {
            let is_same = archives(asked.prepared) == Some(of);
            kept(record, if is_same { all(asked.prepared, rules) } else { BTreeMap::new() })
        }
    }
}

/// What another run found, and nothing else.
fn kept(record: CompileRecord, versions: BTreeMap<(PackageName, Version), Compilation>) -> Heard {
    Heard { compiled: Compilations { versions, record: Some(record) }, word: Word::Repeated, ..Heard::default() }
}

fn failed_before(asked: &Asked<'_>) -> Heard {
    let finding = words::compile::failed_before().at(asked.whole.clone());
    Heard { findings: vec![finding], ..kept(CompileRecord::Failed, BTreeMap::new()) }
}

/// What a claim says of each version. Where some archive could not be made, the claim cannot be held against it: then
/// nothing is kept but what was.
fn judged(asked: &Asked<'_>, claim: &CompileClaim, rules: &CompileRules) -> Heard {
    let mut heard = Heard::default();
    for prepared in asked.prepared {
        let Prepared { publication, artifact: Some(artifact), .. } = prepared else { continue };
        let accepted = judge_claim(claim, publication, artifact, rules);
        let text = asked.texts.get(publication.file.as_str());
        let document = text.and_then(|text| Document::parse(text.as_bytes(), asked.limit).ok());
        heard.findings.extend(accepted.findings(publication, document.as_ref()));
        if let Accepted::Outcome { tool, outcome, .. } = accepted {
            let known = match outcome {
                CompileOutcome::Compiled => Compilation::Compiled(tool),
                CompileOutcome::Failed(_) | CompileOutcome::NotCompiled(_) => Compilation::Failed,
            };
            heard.compiled.versions.insert(identity(prepared), known);
        }
    }
    heard.compiled.record = if heard.findings.iter().any(Finding::is_error) {
        Some(CompileRecord::Failed)
    } else {
        match archives(asked.prepared) {
            None => asked.before,
            Some(of) if heard.compiled.versions.len() == asked.prepared.len() => Some(CompileRecord::Compiled(of)),
            Some(_) => Some(CompileRecord::Untold),
        }
    };
    heard
}

/// Every version as compiled, with the tool as far as definition and rules tell it.
fn all(prepared: &[Prepared], rules: &CompileRules) -> BTreeMap<(PackageName, Version), Compilation> {
    let tool = |prepared: &Prepared| rules.tool_for(prepared.publication.definition.compiler.as_ref());
    prepared.iter().map(|it| (identity(it), Compilation::Compiled(tool(it)))).collect()
}

fn identity(prepared: &Prepared) -> (PackageName, Version) {
    let manifest = &prepared.publication.definition.manifest;
    (manifest.name.clone(), manifest.version.clone())
}

/// The digest of the archives, by version; `None` where one could not be made.
fn archives(prepared: &[Prepared]) -> Option<Sha256> {
    let mut lines = Vec::new();
    for prepared in prepared {
        let (name, version) = identity(prepared);
        lines.push(format!("{name}@{version} {}\n", prepared.artifact.as_ref()?.hash));
    }
    lines.sort_unstable();
    Some(Sha256::of(lines.concat().as_bytes()))
}

/// Whether a claim says that the very archive compiles that is published: what `compiled` in its facts says.
#[must_use]
pub fn is_compiled(
    source: &ClaimSource,
    rules: Option<&CompileRules>,
    publication: &Publication,
    artifact: &Artifact,
) -> bool {
    let (ClaimSource::Here(claim), Some(rules)) = (source, rules) else { return false };
    let accepted = judge_claim(claim, publication, artifact, rules);
    matches!(accepted, Accepted::Outcome { outcome: CompileOutcome::Compiled, .. })
}
