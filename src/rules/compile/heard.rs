//! What a review knows of compiling, from the claim of this run or from what an earlier one found at the same head.
//!
//! Not every run compiles: reviews also begin with an approval or by a clock. What a run that compiled found stands in the
//! fingerprint of its verdict, which whoever may give verdicts as the curator alone can write. So, where a claim is named at
//! all, nothing that failed to compile passes later at that head, and nothing passes before it was tried.

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
    /// Whether this run asks somebody to compile what nobody has tried.
    pub asks: bool,
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
    /// Nobody has tried yet, and this run asks somebody to.
    Wanted,
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
    let has_failed = |heard: &Heard| heard.compiled.record == Some(CompileRecord::Failed);
    match (own, asked.before) {
        (Some(own), _) if has_failed(&own) => own,
        (Some(own), _) if matches!(own.compiled.record, Some(CompileRecord::Compiled(_))) => own,
        // It failed at this very head. That somebody else does not know is no reason to forget it.
        (_, Some(CompileRecord::Failed)) => failed_before(asked),
        (Some(own), _) if own.compiled.record == Some(CompileRecord::Untold) => own,
        (_, Some(CompileRecord::Untold)) => kept(CompileRecord::Untold, BTreeMap::new()),
        // What compiled are these very archives: an override in force may have come since, or one may not be made now.
        (_, Some(record @ CompileRecord::Compiled(of))) if archives(asked.prepared).is_none_or(|now| now == of) => {
            kept(record, all(asked.prepared, rules))
        }
        (_, Some(CompileRecord::Compiled(_) | CompileRecord::Awaited) | None) => awaited(asked),
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

/// Nobody knows. Somebody is to find out, where there is somebody.
fn awaited(asked: &Asked<'_>) -> Heard {
    if *asked.claim == ClaimSource::Nobody {
        return Heard::default();
    }
    let was_asked = asked.before == Some(CompileRecord::Awaited);
    let word = if asked.asks && !was_asked { Word::Wanted } else { Word::Awaited };
    let record = (asked.asks || was_asked).then_some(CompileRecord::Awaited);
    Heard { word, compiled: Compilations { record, ..Compilations::default() }, ..Heard::default() }
}

/// What a claim says of each version. Where it says nothing of some, there is no record: somebody is to try again.
fn judged(asked: &Asked<'_>, claim: &CompileClaim, rules: &CompileRules) -> Heard {
    let mut heard = Heard::default();
    let (mut is_whole, mut is_told) = (true, true);
    for prepared in asked.prepared {
        let Prepared { publication, artifact: Some(artifact), .. } = prepared else {
            is_whole = false;
            continue;
        };
        let accepted = judge_claim(claim, publication, artifact, rules);
        let text = asked.texts.get(publication.file.as_str());
        let document = text.and_then(|text| Document::parse(text.as_bytes(), asked.limit).ok());
        heard.findings.extend(accepted.findings(publication, document.as_ref()));
        match accepted {
            Accepted::Nothing => is_whole = false,
            Accepted::Untold => is_told = false,
            Accepted::Outcome { outcome: CompileOutcome::Compiled, .. } => {
                // As it can be said again by a run that does not know the claim.
                let tool = rules.tool_for(publication.definition.compiler.as_ref());
                heard.compiled.versions.insert(identity(prepared), Compilation::Compiled(tool));
            }
            Accepted::Outcome { .. } => {
                heard.compiled.versions.insert(identity(prepared), Compilation::Failed);
            }
        }
    }
    let archives = archives(asked.prepared).filter(|_| is_whole);
    heard.compiled.record = match archives {
        _ if heard.findings.iter().any(Finding::is_error) => Some(CompileRecord::Failed),
        Some(of) if is_told => Some(CompileRecord::Compiled(of)),
        Some(_) => Some(CompileRecord::Untold),
        None => None,
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
