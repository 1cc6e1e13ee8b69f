//! A pull request and its people, to be changed by a test and decided about.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use curator::model::{
    Area, ChangeKind, Code, CommitId, Decision, Finding, Judgement, LabelDeed, Labelling, Mergeable, Need,
    NewPackagePolicy, Origin, PackageName, Person, Place, ProposedChange, PullNumber, PullRequest, PullStage, Refusal,
    Remark, RemarkId, ReviewPolicy, Severity, Timestamp, Version, Word,
};
use curator::rules::review::{Petition, Ruling, SetChange, Sources, category, decide};

pub(crate) const TRUSTEE: u64 = 11;
pub(crate) const OTHER_TRUSTEE: u64 = 12;
pub(crate) const MAINTAINER: u64 = 21;
pub(crate) const AUTHOR: u64 = 31;
pub(crate) const STRANGER: u64 = 41;

pub(crate) fn head() -> CommitId {
    "3ea3d2be28bb5b00c247cc84771ba10439afa16d".parse().unwrap()
}

pub(crate) fn old_head() -> CommitId {
    "99aeb02f740752e83842702f9b41a91823de1d87".parse().unwrap()
}

pub(crate) fn name(text: &str) -> PackageName {
    text.parse().unwrap()
}

pub(crate) fn version(text: &str) -> Version {
    text.parse().unwrap()
}

/// So many seconds after the head could first be looked at, at 100.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_unix_millis(second * 1_000).unwrap()
}

/// Somebody with this number. Logins say nothing.
pub(crate) fn person(id: u64) -> Person {
    Person { id, login: "trustee".to_owned() }
}

/// A change of tally, or of the whole registry.
pub(crate) fn change(kind: ChangeKind) -> ProposedChange {
    let is_about_all = matches!(kind, ChangeKind::Advisory | ChangeKind::PackageSet | ChangeKind::Configuration);
    let package = (!is_about_all).then(|| name("tally"));
    let is_versioned = matches!(kind, ChangeKind::NewVersion | ChangeKind::Override | ChangeKind::Status(_));
    let version = is_versioned.then(|| version("1.1.0"));
    ProposedChange { kind, package, version, files: vec!["a".to_owned(), "b".to_owned()] }
}

pub(crate) fn finding(code: Code, severity: Severity, package: Option<&str>) -> Finding {
    Finding {
        code,
        severity,
        place: Place::file(Area::Registry, "packages/ta/tally/1.1.0.json"),
        package: package.map(name),
        version: None,
        message: "…".to_owned(),
        hint: None,
        fix: None,
    }
}

/// Everything that a decision rests on.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    pub(crate) pull: PullRequest,
    pub(crate) changes: Vec<ProposedChange>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) conflict: Option<Vec<String>>,
    pub(crate) too_large: Option<usize>,
    pub(crate) sources: Sources,
    pub(crate) awaits_compilation: bool,
    pub(crate) trustees: BTreeSet<u64>,
    pub(crate) maintainers: BTreeMap<PackageName, BTreeSet<u64>>,
    pub(crate) vouched: BTreeSet<(PackageName, Version)>,
    pub(crate) signed: BTreeSet<(PackageName, Option<Version>)>,
    pub(crate) withdrawable: BTreeSet<(PackageName, Version)>,
    pub(crate) package_set: SetChange,
    pub(crate) judgements: Vec<Judgement>,
    pub(crate) labellings: Vec<Labelling>,
    pub(crate) remarks: Vec<Remark>,
    pub(crate) policy: ReviewPolicy,
    pub(crate) now: Timestamp,
}

impl Scene {
    /// A sound pull request of a stranger with these changes.
    pub(crate) fn of(kinds: &[ChangeKind]) -> Self {
        let pull = PullRequest {
            number: PullNumber(7),
            title: "Publish it".to_owned(),
            author: person(AUTHOR),
            head: head(),
            head_ref: "refs/pull/7/head".to_owned(),
            origin: Origin::Author,
            base: "main".to_owned(),
            base_commit: old_head(),
            stage: PullStage::Open,
            mergeable: Mergeable::Yes,
            labels: BTreeSet::new(),
            opened: at(50),
            updated: at(100),
        };
        Self {
            pull,
            changes: kinds.iter().copied().map(change).collect(),
            findings: Vec::new(),
            conflict: None,
            too_large: None,
            sources: Sources::Answered,
            awaits_compilation: false,
            trustees: BTreeSet::from([TRUSTEE, OTHER_TRUSTEE]),
            maintainers: BTreeMap::from([(name("tally"), BTreeSet::from([MAINTAINER]))]),
            vouched: BTreeSet::new(),
            signed: BTreeSet::new(),
            withdrawable: BTreeSet::new(),
            package_set: SetChange::Loses,
            judgements: Vec::new(),
            labellings: Vec::new(),
            remarks: Vec::new(),
            policy: ReviewPolicy::default(),
            now: at(200),
        }
    }

    pub(crate) fn by(mut self, author: u64) -> Self {
        self.pull.author = person(author);
        self
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub(crate) fn says(self, by: u64, word: Word) -> Self {
        self.says_of(by, word, head())
    }

    pub(crate) fn approved_by(self, by: u64) -> Self {
        self.says(by, Word::Approved)
    }

    pub(crate) fn says_of(self, by: u64, word: Word, commit: CommitId) -> Self {
        self.with(|it| it.judgements.push(Judgement { by: person(by), word, commit, at: at(150) }))
    }

    pub(crate) fn comments(self, by: u64, text: &str) -> Self {
        self.with(|it| {
            let id = RemarkId(it.remarks.len() as u64);
            it.remarks.push(Remark { id, by: person(by), text: text.to_owned(), posted: at(150), edited: None });
        })
    }

    /// Somebody puts a label on at this second.
    pub(crate) fn labelled(self, by: u64, label: &str, second: i64) -> Self {
        self.with(|it| {
            it.pull.labels.insert(label.to_owned());
            it.labellings.push(Labelling {
                label: label.to_owned(),
                by: person(by),
                at: at(second),
                deed: LabelDeed::Put,
            });
        })
    }

    pub(crate) fn finds(self, code: Code, severity: Severity) -> Self {
        self.with(|it| it.findings.push(finding(code, severity, Some("tally"))))
    }

    /// New packages come in by time alone.
    pub(crate) fn waiting(self, seconds: u64) -> Self {
        self.with(|it| {
            it.policy.new_package = NewPackagePolicy::Wait;
            it.policy.new_package_wait = Duration::from_secs(seconds);
            it.policy.new_version_wait = Duration::from_secs(seconds);
        })
    }

    pub(crate) fn ruling(&self) -> Ruling {
        decide(&Petition {
            pull: &self.pull,
            branch: "main",
            changes: &self.changes,
            category: category(&self.changes),
            findings: &self.findings,
            conflict: self.conflict.as_deref(),
            too_large: self.too_large,
            sources: self.sources,
            awaits_compilation: self.awaits_compilation,
            trustees: &self.trustees,
            maintainers: &self.maintainers,
            vouched: &self.vouched,
            signed: &self.signed,
            withdrawable: &self.withdrawable,
            package_set: self.package_set,
            judgements: &self.judgements,
            labellings: &self.labellings,
            remarks: &self.remarks,
            policy: &self.policy,
            seen: at(100),
            now: self.now,
        })
    }

    pub(crate) fn decision(&self) -> Decision {
        self.ruling().decision
    }

    /// The decision in a word or a few.
    pub(crate) fn told(&self) -> String {
        told(&self.decision())
    }
}

pub(crate) fn told(decision: &Decision) -> String {
    let need = |need: &Need| match need {
        Need::Approval { of, more, why } => {
            let why = format!("{why:?}");
            format!("{more} {of:?} for {}", why.split('(').next().unwrap_or_default())
        }
        Need::Time { until, .. } => format!("time until {}", until.unix_millis() / 1_000),
        Need::Ready => "ready".to_owned(),
        Need::Release { by } => format!("release by {}", by.id),
        Need::Consent { of } => format!("consent of {}", of.id),
        Need::Source => "source".to_owned(),
        Need::Compilation => "compilation".to_owned(),
    };
    let refusal = |refusal: &Refusal| match refusal {
        Refusal::Findings { errors } => format!("{errors} errors"),
        Refusal::Conflict { files } => format!("conflict in {files:?}"),
        Refusal::TooLarge { most } => format!("more than {most}"),
        Refusal::Forbidden => "forbidden".to_owned(),
        Refusal::Nothing => "nothing".to_owned(),
        Refusal::OtherBranch => "other branch".to_owned(),
    };
    match decision {
        Decision::Merge => "merge".to_owned(),
        Decision::ByHand => "by hand".to_owned(),
        Decision::Needs(needs) => needs.iter().map(need).collect::<Vec<_>>().join(", "),
        Decision::Reject(refusals) => refusals.iter().map(refusal).collect::<Vec<_>>().join(", "),
    }
}
