//! A pull request that publishes one version and with which nothing is wrong: what the tests start from.

use std::collections::{BTreeMap, BTreeSet};

use curator::model::{
    Area, Artifact, Category, ChangeKind, Code, CommitId, Compilations, Decision, Dependant, Difference, Document,
    EncoderName, File, Files, Finding, Fix, License, Limits, Mandate, Mergeable, NonEmpty, Origin, PackageBefore,
    Person, Place, Prepared, PreviousVersion, Profile, ProposedChange, Publication, PullNumber, PullRequest, PullStage,
    Registration, Review, Severity, Sha256, Timestamp, Version,
};
use curator::rules::registry::Candidate;

use crate::clean::{self, DEFINITION, PATH};

pub(crate) fn version(text: &str) -> Version {
    text.parse().unwrap()
}

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn person(id: u64, login: &str) -> Person {
    Person { id, login: login.to_owned() }
}

pub(crate) fn some<T: std::fmt::Debug>(items: Vec<T>) -> NonEmpty<T> {
    NonEmpty::try_from(items).unwrap()
}

/// The pull request.
pub(crate) fn pull() -> PullRequest {
    PullRequest {
        number: PullNumber(7),
        title: "tally 1.1.0".to_owned(),
        author: person(42, "larkspur"),
        head: CommitId::from_bytes([7; 20]),
        head_ref: "refs/pull/7/head".to_owned(),
        origin: Origin::Author,
        base: "main".to_owned(),
        base_commit: CommitId::from_bytes([8; 20]),
        stage: PullStage::Open,
        mergeable: Mergeable::Yes,
        labels: BTreeSet::new(),
        opened: time("2026-11-20T12:00:00Z"),
        updated: time("2026-11-20T12:01:00Z"),
    }
}

/// A change of this kind of one file, about a package and a version.
pub(crate) fn change(kind: ChangeKind, about: &str, file: &str) -> ProposedChange {
    let (name, at) = about.split_once('@').map_or((about, None), |(name, at)| (name, Some(at)));
    let package = (!name.is_empty()).then(|| clean::name(name));
    ProposedChange { kind, package, version: at.map(version), files: vec![file.to_owned()] }
}

/// The archive of some files.
pub(crate) fn artifact(files: Files) -> Artifact {
    Artifact {
        files,
        bytes: b"archive".to_vec(),
        hash: Sha256::of(b"archive"),
        content_hash: Sha256::of(b"tar"),
        encoder: EncoderName::default(),
        commit: Some(CommitId::from_bytes([7; 20])),
    }
}

pub(crate) fn publication(definition: &str) -> Publication {
    let candidate =
        Candidate::parse(&clean::path(PATH), definition.as_bytes(), Limits::default().terms(Profile::Purescript));
    candidate.publication(None, EncoderName::default()).unwrap()
}

pub(crate) fn files(files: &[(&str, &str)]) -> Files {
    files.iter().map(|(path, text)| (clean::path(path), File::regular(*text))).collect()
}

/// What would be published.
pub(crate) fn prepared() -> Prepared {
    let difference = Difference {
        from: version("1.0.0"),
        added: vec![clean::path("src/Tally/Many.purs")],
        removed: vec![],
        changed: vec![clean::path("purs.json"), clean::path("src/Tally.purs")],
    };
    let packed = files(&[
        ("purs.json", "{}"),
        ("src/Tally.purs", "module Tally where"),
        ("src/Tally/Many.purs", "module Tally.Many where"),
    ]);
    Prepared {
        publication: publication(DEFINITION),
        artifact: Some(artifact(packed)),
        findings: vec![],
        difference: Some(difference),
        resolution: BTreeMap::from([("prelude".parse().unwrap(), "6.0.1".parse().unwrap())]),
    }
}

pub(crate) fn dependant(name: &str, at: &str, range: &str) -> Dependant {
    Dependant { name: clean::name(name), version: version(at), range: range.parse().unwrap() }
}

pub(crate) fn license(text: &str) -> License {
    text.parse().unwrap()
}

pub(crate) fn registration(text: &str) -> Registration {
    Registration::read(&Document::parse(text.as_bytes(), 1 << 20).unwrap(), Profile::Purescript).value.unwrap()
}

/// The package as it is before the pull request.
pub(crate) fn before() -> PackageBefore {
    PackageBefore {
        previous: Some(PreviousVersion {
            version: version("1.0.0"),
            license: license("MIT"),
            location: publication(DEFINITION).definition.manifest.location,
        }),
        registered: None,
        registering: None,
        dependants: vec![
            dependant("abacus", "2.0.0", ">=1.0.0 <2.0.0"),
            dependant("cons-list", "1.0.0", ">=1.0.0 <1.1.0"),
        ],
    }
}

/// The review of it.
pub(crate) fn review() -> Review {
    Review {
        pull: pull(),
        changes: vec![change(ChangeKind::NewVersion, "tally@1.1.0", PATH)],
        category: Category::One(ChangeKind::NewVersion),
        findings: vec![],
        texts: BTreeMap::from([(PATH.to_owned(), DEFINITION.to_owned())]),
        prepared: vec![prepared()],
        amendments: Vec::new(),
        subjects: BTreeMap::from([(clean::name("tally"), before())]),
        compiled: Compilations::default(),
        impact: None,
        folder: String::new(),
        decision: Decision::Merge,
        lifts: vec![],
        mandate: Mandate::default(),
        explained: vec![],
        unheard: None,
        obstacle: None,
    }
}

/// The same with another decision.
pub(crate) fn decided(decision: Decision) -> Review {
    Review { decision, ..review() }
}

/// A finding on these words of the definition, which putting others there mends.
pub(crate) fn finding(words: &str, replacement: Option<&str>) -> Finding {
    let at = DEFINITION.find(words).unwrap();
    let span = at..at + words.len();
    Finding {
        code: Code::LicenseSpelling,
        severity: Severity::Error,
        place: Place::file(Area::Registry, PATH).at(span.clone()),
        package: Some(clean::name("tally")),
        version: Some(version("1.1.0")),
        message: format!("{words} is written otherwise"),
        hint: Some("write it otherwise".to_owned()),
        fix: replacement.map(|text| Fix { span: span.into(), replacement: text.to_owned() }),
    }
}

pub(crate) fn warning(finding: Finding) -> Finding {
    Finding { severity: Severity::Warning, ..finding }
}

/// The same in a registry that stands in a folder of its repository.
pub(crate) fn in_folder(review: Review) -> Review {
    let changes = vec![change(ChangeKind::NewVersion, "tally@1.1.0", &format!("registry/{PATH}"))];
    Review { folder: "registry".to_owned(), changes, ..review }
}
