//! A claim of the job that compiles: written there, and judged where the pull request is decided.
//!
//! That job runs a stranger's code, so whatever it says is held against what the judge knows by itself: the definition,
//! and the archive that was prepared from it. What remains is one bit for each version, and words.

use std::collections::BTreeSet;

use crate::model::{
    Area, Artifact, ClaimedCompiler, ClaimedOutcome, ClaimedVersion, CompileClaim, CompileOutcome, CompileRules,
    Definition, DependencyUse, Document, ExpectedTool, Finding, NotCompiled, PackageName, Place, ProgramName,
    Publication, Sha256, Tool, Version,
};
use crate::rules::report::words::{self, compile as wording};

use super::outcome::{MOST_WORDS, findings};

/// The most bytes of a claim, and the most versions that it speaks of.
const MOST_BYTES: u64 = 4 << 20;
const MOST_VERSIONS: usize = 500;
/// The most names in a list of a claim.
const MOST_NAMES: usize = 1_000;

/// Why bytes are no claim.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// It is not strict JSON of the right shape.
    #[error("it cannot be read: {0}")]
    Shape(String),
    /// It has another format.
    #[error("its format is {0}, which nobody knows here")]
    Format(u32),
    /// It says too much.
    #[error("it says more than a claim can")]
    TooLarge,
    /// It speaks of one version twice.
    #[error("it speaks twice of {0}@{1}")]
    Twice(PackageName, Version),
}

/// What a claim says of a version; `None` where it could not be tried, so that somebody else may.
#[must_use]
pub fn claimed(
    (publication, archive): (&Publication, Sha256),
    tool: &Tool,
    outcome: &CompileOutcome,
    uses: &DependencyUse,
    ungraphed: bool,
) -> Option<ClaimedVersion> {
    let manifest = &publication.definition.manifest;
    let (outcome, words) = match outcome {
        CompileOutcome::Compiled => (ClaimedOutcome::Compiled, String::new()),
        CompileOutcome::Failed(said) => (ClaimedOutcome::Failed, said.clone()),
        CompileOutcome::NotCompiled(NotCompiled::OtherCompiler { .. } | NotCompiled::TooLarge { .. }) => {
            (ClaimedOutcome::Untold, String::new())
        }
        CompileOutcome::NotCompiled(_) => return None,
    };
    Some(ClaimedVersion {
        package: manifest.name.clone(),
        version: manifest.version.clone(),
        definition: publication.file_digest,
        archive,
        compiler: ClaimedCompiler { name: tool.program.to_string(), version: tool.version.clone() },
        outcome,
        ungraphed,
        words,
        unused: uses.unused.clone(),
        missing: uses.missing.clone(),
    })
}

/// A claim as a file. Of more versions than a claim may speak of, the others are left out: nothing is known of them.
///
/// # Errors
/// None in practice: every part of it can be written as JSON.
pub fn claim_file(mut claim: CompileClaim) -> Result<String, serde_json::Error> {
    claim.versions.truncate(MOST_VERSIONS);
    serde_json::to_string_pretty(&claim).map(|text| text + "\n")
}

/// Reads a claim. Nothing of it is believed yet.
///
/// # Errors
/// [`ClaimError`], in which nothing unsafe to show is repeated.
pub fn read_claim(bytes: &[u8]) -> Result<CompileClaim, ClaimError> {
    if bytes.len() as u64 > MOST_BYTES {
        return Err(ClaimError::TooLarge);
    }
    // Two readers of one claim must not read two things: no duplicate key, no byte order mark, nothing behind it.
    let shape = |message: &str| ClaimError::Shape(words::cut(message, 200));
    let document = Document::parse(bytes, MOST_BYTES).map_err(|errors| shape(&words::joined(&errors)))?;
    let claim: CompileClaim = serde_json::from_str(document.text()).map_err(|error| shape(&error.to_string()))?;
    if claim.format != CompileClaim::FORMAT {
        return Err(ClaimError::Format(claim.format));
    }
    let is_long = |it: &ClaimedVersion| {
        // Harmless text may be longer than what it stands for.
        let words = it.words.chars().count() > 10 * MOST_WORDS;
        words || it.unused.len() > MOST_NAMES || it.missing.len() > MOST_NAMES
    };
    if claim.versions.len() > MOST_VERSIONS || claim.versions.iter().any(is_long) {
        return Err(ClaimError::TooLarge);
    }
    let mut seen = BTreeSet::new();
    let twice = claim.versions.iter().find(|it| !seen.insert((&it.package, &it.version)));
    match twice {
        Some(it) => Err(ClaimError::Twice(it.package.clone(), it.version.clone())),
        None => Ok(claim),
    }
}

/// What a claim is worth for one publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// It says nothing of the very archive that would be published, by the compiler that the registry asks for.
    Nothing,
    /// Nobody can say whether it compiles: the tool or a sandbox is not there, or it is not for this tool.
    Untold,
    /// It says what became of that archive.
    Outcome {
        /// What compiled it.
        tool: Tool,
        /// Whether it compiles. The words are the tool's, cut and harmless again.
        outcome: CompileOutcome,
        /// What its modules say of its dependencies.
        uses: DependencyUse,
        /// Whether that is not known.
        ungraphed: bool,
    },
}

/// Holds a claim against a publication as it was prepared by whoever judges.
#[must_use]
pub fn judge_claim(
    claim: &CompileClaim,
    publication: &Publication,
    artifact: &Artifact,
    rules: &CompileRules,
) -> Accepted {
    let Publication { definition, file_digest, .. } = publication;
    let is_about = |it: &&ClaimedVersion| {
        it.package == definition.manifest.name
            && it.version == definition.manifest.version
            && it.definition == *file_digest
            && it.archive == artifact.hash
    };
    let Some(said) = claim.versions.iter().find(is_about) else {
        return if claim.unable { Accepted::Untold } else { Accepted::Nothing };
    };
    let outcome = match said.outcome {
        ClaimedOutcome::Untold => return Accepted::Untold,
        ClaimedOutcome::Compiled => CompileOutcome::Compiled,
        ClaimedOutcome::Failed => CompileOutcome::Failed(harmless(&said.words)),
    };
    let Some(tool) = tool(&said.compiler, rules, definition) else { return Accepted::Nothing };
    // A package that is no dependency is not unused, and one that is is not missing: no honest job says so.
    let named = &definition.manifest.dependencies;
    let uses = DependencyUse {
        unused: said.unused.iter().filter(|name| named.contains_key(*name)).cloned().collect(),
        missing: said.missing.iter().filter(|name| !named.contains_key(*name)).cloned().collect(),
    };
    Accepted::Outcome { tool, outcome, uses, ungraphed: said.ungraphed }
}

impl Accepted {
    /// What it finds of the publication, at the places of its definition: what a review says besides its own findings.
    #[must_use]
    pub fn findings(&self, publication: &Publication, document: Option<&Document>) -> Vec<Finding> {
        let Self::Outcome { tool, outcome, uses, ungraphed } = self else { return Vec::new() };
        let manifest = &publication.definition.manifest;
        let identity = (&manifest.name, &manifest.version);
        let place = Place::file(Area::Registry, &publication.file);
        let mut found = findings(tool, outcome, uses, identity, document, &place);
        if *ungraphed {
            found.push(wording::no_graph(wording::GRAPH_FAILED).of(identity.0, identity.1, place));
        }
        found
    }
}

/// The tool that a claim names, where it is the one that the registry asks for.
fn tool(claimed: &ClaimedCompiler, rules: &CompileRules, definition: &Definition) -> Option<Tool> {
    let program: ProgramName = claimed.name.parse().ok()?;
    let version = claimed.version.as_ref().map(|version| words::cut(version, 80));
    let is_expected = match rules.expected {
        ExpectedTool::Any => true,
        ExpectedTool::AsDefined => version == definition.compiler.as_ref().map(ToString::to_string),
    };
    (program == rules.command.program && is_expected).then_some(Tool { program, version })
}

/// A tool's words once more cut and made harmless: the claim may not come from the curator.
fn harmless(said: &str) -> String {
    let lines: Vec<String> = said.lines().take(50).map(|line| words::cut(line, 400)).collect();
    lines.join("\n").chars().take(2 * MOST_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::{ClaimError, read_claim};
    use crate::model::{ClaimedOutcome, Sha256};

    fn entry(more: &str) -> String {
        let digest = Sha256::of(b"x");
        format!(
            "{{\"package\":\"tally\",\"version\":\"1.1.0\",\"definition\":\"{digest}\",\"archive\":\"{digest}\",\
             \"compiler\":{{\"name\":\"purs\"}},\"outcome\":\"compiled\"{more}}}"
        )
    }

    fn claim(entries: &[String]) -> String {
        format!("{{\"format\":1,\"versions\":[{}]}}", entries.join(","))
    }

    #[test]
    fn a_claim_is_strict() {
        let read = read_claim(claim(&[entry("")]).as_bytes()).unwrap();
        assert_eq!((read.versions.len(), read.versions[0].outcome), (1, ClaimedOutcome::Compiled));
        let twice = claim(&[entry(""), entry("")]);
        assert!(matches!(read_claim(twice.as_bytes()), Err(ClaimError::Twice(..))));
        let bad = [
            String::new(),
            "[]".to_owned(),
            "{\"format\":1}".to_owned(),
            claim(&[entry("")]) + "{}",
            "\u{feff}".to_owned() + &claim(&[]),
            claim(&[entry(",\"outcome\":\"failed\"")]),
            claim(&[entry(",\"trusted\":true")]),
            claim(&[entry("").replace("compiled", "Compiled")]),
            claim(&[entry("").replace("tally", "../tally")]),
        ];
        for bad in bad {
            assert!(matches!(read_claim(bad.as_bytes()), Err(ClaimError::Shape(_))), "{bad}");
        }
        let later = claim(&[]).replace('1', "2");
        assert_eq!(read_claim(later.as_bytes()), Err(ClaimError::Format(2)));
        let long = claim(&[entry(&format!(",\"words\":\"{}\"", "x".repeat(50_000)))]);
        assert_eq!(read_claim(long.as_bytes()), Err(ClaimError::TooLarge));
        assert_eq!(read_claim(&vec![b' '; 5 << 20]), Err(ClaimError::TooLarge));
    }
}
