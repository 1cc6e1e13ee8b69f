//! What a review knows of compiling: by a claim about its very head, or by what stands beside that head from before.

use std::collections::BTreeMap;

use curator::model::{
    Area, Artifact, ClaimSource, ClaimedVersion, CommitId, Compilation, CompileClaim, CompileOutcome, CompileRecord,
    DependencyUse, NotCompiled, Place, Prepared, Sha256, TreePath,
};
use curator::rules::compile::{Asked, Heard, Word, claimed, hear, is_compiled};

use crate::judged::{prepared, rules, tool};

fn head(letter: &str) -> CommitId {
    letter.repeat(40).parse().unwrap()
}

/// What a job says that looked at this head.
fn claim(of: &str, versions: Vec<ClaimedVersion>) -> ClaimSource {
    ClaimSource::Here(CompileClaim { format: CompileClaim::FORMAT, head: Some(head(of)), unable: false, versions })
}

fn said(outcome: &CompileOutcome, uses: &DependencyUse) -> Vec<ClaimedVersion> {
    let Prepared { publication, artifact, .. } = prepared();
    claimed((&publication, artifact.unwrap().hash), &tool("0.15.15"), outcome, uses, false).into_iter().collect()
}

fn compiled() -> Vec<ClaimedVersion> {
    said(&CompileOutcome::Compiled, &DependencyUse::default())
}

fn failed() -> Vec<ClaimedVersion> {
    said(&CompileOutcome::Failed("no".to_owned()), &DependencyUse::default())
}

/// What a review of the head `a…` gets to know.
fn heard(claim: &ClaimSource, before: Option<CompileRecord>, prepared: &[Prepared]) -> Heard {
    heard_by(false, claim, before, prepared)
}

fn heard_by(asks: bool, claim: &ClaimSource, before: Option<CompileRecord>, prepared: &[Prepared]) -> Heard {
    let whole: TreePath = "refs/pull/7/head".parse().unwrap();
    hear(&Asked {
        rules: Some(&rules()),
        claim,
        head: &head("a"),
        asks,
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
fn what_nobody_has_tried_is_asked_for_once() {
    let asking = |before| heard_by(true, &ClaimSource::Elsewhere, before, &[prepared()]);
    let first = asking(None);
    assert_eq!((first.word, first.compiled.record), (Word::Wanted, Some(CompileRecord::Awaited)));
    let again = asking(first.compiled.record);
    assert_eq!((again.word, again.compiled.record), (Word::Awaited, Some(CompileRecord::Awaited)));
    // A run that asks nobody does not say that somebody was asked; one that does not wait asks for nothing.
    let quiet = heard(&ClaimSource::Elsewhere, None, &[prepared()]);
    assert_eq!((quiet.word, quiet.compiled.record), (Word::Awaited, None));
    assert_eq!(heard_by(true, &ClaimSource::Nobody, None, &[prepared()]), Heard::default());
}

#[test]
fn what_compiled_is_known_in_later_runs_as_long_as_the_archive_is_the_same() {
    let known = heard(&ClaimSource::Elsewhere, Some(good()), &[prepared()]);
    assert_eq!((known.word, known.compiled.record, known.compiled.versions.len()), (Word::Repeated, Some(good()), 1));
    // It says the same as the run that compiled: else a comment would change back and forth.
    let own = heard(&claim("a", compiled()), None, &[prepared()]);
    assert_eq!(known.compiled, own.compiled);
    let other = Prepared {
        artifact: prepared().artifact.map(|artifact| Artifact { hash: Sha256::of(b"other"), ..artifact }),
        ..prepared()
    };
    let other = heard(&ClaimSource::Elsewhere, Some(good()), &[other]);
    assert_eq!((codes(&other), other.word, other.compiled.versions.len()), (vec![], Word::Awaited, 0));
    // A source that does not answer now takes nothing back.
    let none = Prepared { artifact: None, ..prepared() };
    assert_eq!(heard(&ClaimSource::Elsewhere, Some(good()), &[none]).compiled.record, Some(good()));
}

#[test]
fn what_nobody_can_compile_is_not_waited_for() {
    let ClaimSource::Here(nothing) = claim("a", Vec::new()) else { panic!("it is here") };
    let unable = ClaimSource::Here(CompileClaim { unable: true, ..nothing });
    let other = NotCompiled::OtherCompiler { wanted: "0.15.10".parse().unwrap(), found: "0.15.15".to_owned() };
    let other = claim("a", said(&CompileOutcome::NotCompiled(other), &DependencyUse::default()));
    for source in [unable, other] {
        let untold = heard(&source, None, &[prepared()]);
        assert_eq!((codes(&untold), untold.word), (vec![], Word::Own), "{source:?}");
        assert_eq!(untold.compiled.record, Some(CompileRecord::Untold));
        let later = heard(&ClaimSource::Elsewhere, Some(CompileRecord::Untold), &[prepared()]);
        assert_eq!((later.word, later.compiled), (Word::Repeated, untold.compiled));
    }
}

#[test]
fn what_a_claim_says_nothing_of_was_not_tried() {
    // The source was away while the compiler ran, or a dependency was not there yet.
    let silent = heard(&claim("a", Vec::new()), None, &[prepared()]);
    assert_eq!((codes(&silent), silent.word, silent.compiled.record), (vec![], Word::Awaited, None));
    let away = NotCompiled::NoDependency { name: "seedbed".parse().unwrap(), version: "1.0.0".parse().unwrap() };
    for why in [NotCompiled::NoArchive, NotCompiled::NoPlan, away] {
        assert_eq!(said(&CompileOutcome::NotCompiled(why), &DependencyUse::default()), []);
    }
    let none = Prepared { artifact: None, ..prepared() };
    let unknown = heard(&claim("a", compiled()), None, std::slice::from_ref(&none));
    assert_eq!((codes(&unknown), unknown.word, unknown.compiled.record), (vec![], Word::Awaited, None));
    // Of two of which one can be judged, the failure counts all the same, and a success settles nothing.
    let mixed = heard(&claim("a", failed()), None, &[none.clone(), prepared()]);
    assert_eq!((codes(&mixed), mixed.compiled.record), (vec!["R056"], Some(CompileRecord::Failed)));
    let mixed = heard(&claim("a", compiled()), None, &[none, prepared()]);
    assert_eq!((mixed.word, mixed.compiled.record), (Word::Awaited, None));
}

#[test]
fn that_nobody_knows_the_dependencies_is_told() {
    let Prepared { publication, artifact, .. } = prepared();
    let uses = DependencyUse::default();
    let hash = artifact.unwrap().hash;
    let version = claimed((&publication, hash), &tool("0.15.15"), &CompileOutcome::Compiled, &uses, true).unwrap();
    let told = heard(&claim("a", vec![version]), None, &[prepared()]);
    assert_eq!((codes(&told), told.findings[0].is_error()), (vec!["R057"], false));
    assert_eq!(told.compiled.record, Some(good()));
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
