//! What a review knows of compiling: by a claim about its very head, or by what stands beside that head from before.

use std::collections::BTreeMap;

use curator::model::{
    Area, Artifact, ClaimSource, ClaimedVersion, CommitId, Compilation, CompileClaim, CompileOutcome, CompileRecord,
    DependencyUse, Place, Prepared, Sha256, TreePath,
};
use curator::rules::compile::{Asked, Heard, Word, claimed, hear, is_compiled};

use crate::judged::{prepared, rules, tool};

fn head(letter: &str) -> CommitId {
    letter.repeat(40).parse().unwrap()
}

/// What a job says that looked at this head.
fn claim(of: &str, versions: Vec<ClaimedVersion>) -> ClaimSource {
    ClaimSource::Here(CompileClaim { format: CompileClaim::FORMAT, head: Some(head(of)), versions })
}

fn said(outcome: &CompileOutcome, uses: &DependencyUse) -> Vec<ClaimedVersion> {
    let Prepared { publication, artifact, .. } = prepared();
    claimed(&publication, artifact.unwrap().hash, &tool("0.15.15"), outcome, uses).into_iter().collect()
}

fn compiled() -> Vec<ClaimedVersion> {
    said(&CompileOutcome::Compiled, &DependencyUse::default())
}

fn failed() -> Vec<ClaimedVersion> {
    said(&CompileOutcome::Failed("no".to_owned()), &DependencyUse::default())
}

/// What a review of the head `a…` gets to know.
fn heard(claim: &ClaimSource, before: Option<CompileRecord>, prepared: &[Prepared]) -> Heard {
    let whole: TreePath = "refs/pull/7/head".parse().unwrap();
    hear(&Asked {
        rules: Some(&rules()),
        claim,
        head: &head("a"),
        before,
        prepared,
        texts: &BTreeMap::new(),
        limit: 1 << 20,
        whole: &Place::file(Area::Registry, &whole),
    })
}

fn codes(heard: &Heard) -> Vec<&str> {
    heard.findings.iter().map(|finding| finding.code.as_str()).collect()
}

/// The record of the archive that compiles.
fn good() -> CompileRecord {
    heard(&claim("a", compiled()), None, &[prepared()]).compiled.record.unwrap()
}

#[test]
fn a_claim_counts_for_the_head_that_it_names() {
    let known = heard(&claim("a", compiled()), None, &[prepared()]);
    assert_eq!((codes(&known), known.word), (vec![], Word::Own));
    assert!(matches!(known.compiled.record, Some(CompileRecord::Compiled(_))));
    let expected = Compilation::Compiled(tool("0.15.15"));
    assert_eq!(known.compiled.versions.into_values().collect::<Vec<_>>(), [expected]);
    // Somebody pushed while it was compiled; or the claim is about no pull request at all.
    let ClaimSource::Here(nameless) = claim("a", compiled()) else { panic!("it is here") };
    let nameless = ClaimSource::Here(CompileClaim { head: None, ..nameless });
    for other in [claim("b", compiled()), claim("b", failed()), nameless, ClaimSource::Elsewhere] {
        let unknown = heard(&other, None, &[prepared()]);
        assert_eq!((codes(&unknown), unknown.word, unknown.compiled.record), (vec![], Word::Awaited, None));
    }
    let nobody = heard(&ClaimSource::Nobody, None, &[prepared()]);
    assert_eq!(nobody, Heard::default());
}

#[test]
fn what_failed_passes_in_no_later_run() {
    let told = heard(&claim("a", failed()), None, &[prepared()]);
    assert_eq!((codes(&told), told.word, told.compiled.record), (vec!["R056"], Word::Own, Some(CompileRecord::Failed)));
    let unused = DependencyUse { unused: ["seedbed".parse().unwrap()].into(), ..DependencyUse::default() };
    let told = heard(&claim("a", said(&CompileOutcome::Compiled, &unused)), None, &[prepared()]);
    assert_eq!((codes(&told), told.compiled.record), (vec!["R057"], Some(CompileRecord::Failed)));
    let sources = [ClaimSource::Elsewhere, ClaimSource::Nobody, claim("b", compiled()), claim("a", Vec::new())];
    for source in &sources {
        let again = heard(source, Some(CompileRecord::Failed), &[prepared()]);
        assert_eq!((codes(&again), again.word), (vec!["R056"], Word::Repeated), "{source:?}");
        assert_eq!(again.compiled.record, Some(CompileRecord::Failed));
    }
    // Another try at the same head may end otherwise.
    let mended = heard(&claim("a", compiled()), Some(CompileRecord::Failed), &[prepared()]);
    assert_eq!((codes(&mended), mended.compiled.record), (vec![], Some(good())));
}

#[test]
fn what_compiled_is_known_in_later_runs_as_long_as_the_archive_is_the_same() {
    let known = heard(&ClaimSource::Elsewhere, Some(good()), &[prepared()]);
    assert_eq!((known.word, known.compiled.record, known.compiled.versions.len()), (Word::Repeated, Some(good()), 1));
    let other = Prepared {
        artifact: prepared().artifact.map(|artifact| Artifact { hash: Sha256::of(b"other"), ..artifact }),
        ..prepared()
    };
    let other = heard(&ClaimSource::Elsewhere, Some(good()), &[other]);
    assert_eq!((codes(&other), other.compiled.versions.len()), (vec![], 0));
}

#[test]
fn what_nobody_could_compile_is_not_waited_for_again() {
    let untold = heard(&claim("a", Vec::new()), None, &[prepared()]);
    assert_eq!((codes(&untold), untold.word, untold.compiled.record), (vec![], Word::Own, Some(CompileRecord::Untold)));
    let later = heard(&ClaimSource::Elsewhere, Some(CompileRecord::Untold), &[prepared()]);
    assert_eq!((codes(&later), later.word, later.compiled.versions.len()), (vec![], Word::Repeated, 0));
}

#[test]
fn where_no_archive_could_be_made_nothing_is_settled() {
    let none = Prepared { artifact: None, ..prepared() };
    let unknown = heard(&claim("a", compiled()), None, std::slice::from_ref(&none));
    assert_eq!((codes(&unknown), unknown.compiled.record), (vec![], None));
    // Of two of which one can be judged, the failure counts all the same.
    let mixed = heard(&claim("a", failed()), None, &[none, prepared()]);
    assert_eq!((codes(&mixed), mixed.compiled.record), (vec!["R056"], Some(CompileRecord::Failed)));
}

#[test]
fn nothing_is_asked_where_nothing_is_compiled() {
    assert_eq!(heard(&ClaimSource::Elsewhere, None, &[]), Heard::default());
    let Prepared { publication, artifact, .. } = prepared();
    let artifact = artifact.unwrap();
    let known = |source: &ClaimSource| is_compiled(source, Some(&rules()), &publication, &artifact);
    assert!(known(&claim("a", compiled())) && !known(&claim("a", failed())) && !known(&claim("a", Vec::new())));
    assert!(!known(&ClaimSource::Elsewhere) && !known(&ClaimSource::Nobody));
    assert!(!is_compiled(&claim("a", compiled()), None, &publication, &artifact));
}
