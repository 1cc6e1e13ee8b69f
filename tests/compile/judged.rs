//! A claim is held against what the judge prepared: it is believed of those very bytes, and of nothing else.

use std::collections::BTreeMap;

use curator::model::{
    Artifact, ClaimedVersion, CompileBounds, CompileClaim, CompileOutcome, CompileRules, Definition, DependencyUse,
    Document, EncoderName, Files, Prepared, Profile, Publication, Sha256, Tool,
};
use curator::rules::compile::{Accepted, claim_file, claimed, judge_claim, read_claim};

use crate::registry::definition;

pub(crate) fn prepared() -> Prepared {
    let commit = "3ea3d2be28bb5b00c247cc84771ba10439afa16d";
    let text = definition("tally", "1.1.0", commit, &[("seedbed", ">=1.0.0 <2.0.0")]).to_string();
    let document = Document::parse(text.as_bytes(), 1 << 20).unwrap();
    let publication = Publication {
        file: "packages/ta/tally/1.1.0.json".parse().unwrap(),
        file_digest: Sha256::of(text.as_bytes()),
        definition: Definition::read(&document, Profile::Purescript).value.unwrap(),
        bound_override: None,
        revised: None,
        registration: None,
        encoder: EncoderName::default(),
        merge: None,
    };
    let bytes = b"the archive".to_vec();
    let artifact = Artifact {
        files: Files::new(),
        hash: Sha256::of(&bytes),
        content_hash: Sha256::of(b"the tar"),
        bytes,
        encoder: EncoderName::default(),
        commit: None,
    };
    let artifact = Some(artifact);
    Prepared { publication, artifact, findings: Vec::new(), difference: None, resolution: BTreeMap::new() }
}

pub(crate) fn tool(version: &str) -> Tool {
    Tool { program: "purs".parse().unwrap(), version: Some(version.to_owned()) }
}

pub(crate) fn rules() -> CompileRules {
    CompileRules::purs(CompileBounds::default())
}

/// An honest claim, changed, written, read and judged.
fn judged(outcome: &CompileOutcome, uses: &DependencyUse, change: impl Fn(&mut ClaimedVersion)) -> Accepted {
    let prepared = prepared();
    let hash = prepared.artifact.as_ref().unwrap().hash;
    let mut version = claimed((&prepared.publication, hash), &tool("0.15.15"), outcome, uses, false).unwrap();
    change(&mut version);
    let claim = CompileClaim { format: CompileClaim::FORMAT, head: None, unable: false, versions: vec![version] };
    let claim = read_claim(claim_file(claim).unwrap().as_bytes()).unwrap();
    judge_claim(&claim, &prepared.publication, prepared.artifact.as_ref().unwrap(), &rules())
}

#[test]
fn a_claim_is_about_the_very_bytes_and_the_very_compiler() {
    let none = DependencyUse::default();
    let accepted = judged(&CompileOutcome::Compiled, &none, |_| {});
    let expected = Accepted::Outcome {
        tool: tool("0.15.15"),
        outcome: CompileOutcome::Compiled,
        uses: none.clone(),
        ungraphed: false,
    };
    assert_eq!(accepted, expected);
    assert_eq!(accepted.findings(&prepared().publication, None), []);
    let changes: [fn(&mut ClaimedVersion); 7] = [
        |it| it.archive = Sha256::of(b"other"),
        |it| it.definition = Sha256::of(b"other"),
        |it| it.package = "tallies".parse().unwrap(),
        |it| it.version = "1.1.1".parse().unwrap(),
        |it| it.compiler.name = "true".to_owned(),
        |it| it.compiler.version = Some("0.15.10".to_owned()),
        |it| it.compiler.version = None,
    ];
    for change in changes {
        assert_eq!(judged(&CompileOutcome::Compiled, &none, change), Accepted::Nothing);
    }
}

#[test]
fn a_hostile_claim_says_harmless_words_and_accuses_nobody_else() {
    let said = CompileOutcome::Failed("honest".to_owned());
    let accepted = judged(&said, &DependencyUse::default(), |it| {
        it.words = "\u{1b}[2J\n::set-env name=a::b\n##[x]\u{202e}\n".to_owned() + &"x\n".repeat(10_000);
        it.unused = ["seedbed", "abacus"].map(|name| name.parse().unwrap()).into();
        it.missing = ["seedbed", "abacus"].map(|name| name.parse().unwrap()).into();
    });
    let Accepted::Outcome { outcome: CompileOutcome::Failed(words), uses, .. } = &accepted else {
        panic!("it is a failure");
    };
    assert!(words.lines().count() <= 50 && words.chars().count() <= 8_000);
    assert!(words.starts_with("\\u{1b}[2J\n\\u{3a}:set-env name=a::b\n##\\u{5b}x]\\u{202e}\n"), "{words}");
    let names = |names: &std::collections::BTreeSet<_>| names.iter().map(ToString::to_string).collect::<Vec<String>>();
    let found = accepted.findings(&prepared().publication, None);
    let told: Vec<_> = found.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(told, ["R056", "R057", "R057"]);
    assert_eq!((names(&uses.unused), names(&uses.missing)), (vec!["seedbed".to_owned()], vec!["abacus".to_owned()]));
}
