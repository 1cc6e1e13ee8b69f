//! The decision about a pull request.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Area, Authority, Category, ChangeKind, Code, Decision, Finding, Judgement, Labelling, Lift, Mandate, Mergeable,
    Need, NonEmpty, PackageName, Place, ProposedChange, PullRequest, PullStage, Refusal, Remark, ReviewPolicy,
    Severity, Timestamp, Version,
};
use crate::rules::report::words;

use super::authority::needs;
use super::commands::{explained, holds};
use super::labels::{labels, lifts};
use super::mandate::mandate;
use super::package_set::SetChange;
use super::voices::{Voices, unheard};

/// A pull request with everything that its decision rests on. Rules, people and keys are those of the base: what a pull
/// request says of them counts once it is merged.
#[derive(Debug, Clone, Copy)]
pub struct Petition<'a> {
    /// The pull request.
    pub pull: &'a PullRequest,
    /// The branch of the registry.
    pub branch: &'a str,
    /// What it asks for.
    pub changes: &'a [ProposedChange],
    /// The same in one word.
    pub category: Category,
    /// What was found.
    pub findings: &'a [Finding],
    /// The files that conflict with the base; `None` where it can be merged.
    pub conflict: Option<&'a [String]>,
    /// The most files that are reviewed, where it has more.
    pub too_large: Option<usize>,
    /// Whether every source could be looked at.
    pub sources: Sources,
    /// Whether it is compiled in another run, and nobody has tried yet.
    pub awaits_compilation: bool,
    /// Those who look after the registry, by number: those of the base's `curator.toml`, and the members of its team.
    pub trustees: &'a BTreeSet<u64>,
    /// Who may publish each touched package, by number, as the registrations of the base say.
    pub maintainers: &'a BTreeMap<PackageName, BTreeSet<u64>>,
    /// The versions whose source speaks for them: see [`super::vouches`].
    pub vouched: &'a BTreeSet<(PackageName, Version)>,
    /// The changes that an owner signed, by package and version.
    pub signed: &'a BTreeSet<(PackageName, Option<Version>)>,
    /// The versions that were published at most 48 hours ago and that nothing depends on: their maintainers may unpublish
    /// them.
    pub withdrawable: &'a BTreeSet<(PackageName, Version)>,
    /// What it makes of the next package set.
    pub package_set: SetChange,
    /// What reviewers said, oldest first.
    pub judgements: &'a [Judgement],
    /// Who put on which label and took it off, oldest first.
    pub labellings: &'a [Labelling],
    /// Every comment, oldest first.
    pub remarks: &'a [Remark],
    /// How the base decides.
    pub policy: &'a ReviewPolicy,
    /// Since when this head could be looked at: when the first verdict about it was given for this pull request, or when it
    /// came back after others, or now.
    pub seen: Timestamp,
    /// Now.
    pub now: Timestamp,
}

/// Whether every source could be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sources {
    /// Every source was, or its absence will not pass.
    #[default]
    Answered,
    /// One was not, for a reason that may pass. What is found of it by R021 is no reason to refuse then.
    Unreached,
}

/// What becomes of a pull request, and what follows from that.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruling {
    /// What becomes of it.
    pub decision: Decision,
    /// The rules that trustees lifted for it, in the order of their codes.
    pub lifts: Vec<Lift>,
    /// Every label that it has from now on.
    pub labels: BTreeSet<String>,
    /// The rules that somebody asked to have explained, in the order in which they were asked for.
    pub explained: Vec<Code>,
    /// Whose yes counted, and by which authority each change is allowed.
    pub mandate: Mandate,
    /// What the author's word would count as, if others could not push to the branch.
    pub unheard: Option<Authority>,
    /// What was found; what was lifted is a warning. Where a trustee is asked for and there is none, that is said too.
    pub findings: Vec<Finding>,
}

/// Decides about a pull request that is open.
///
/// A draft waits for its author, and so does one that was closed; one that was merged changes nothing any more.
#[must_use]
pub fn decide(petition: &Petition<'_>) -> Ruling {
    let lifts = lifts(petition);
    let mut findings = petition.findings.to_vec();
    let lifted = findings.iter_mut().filter(|finding| is_lifted(&lifts, finding.code));
    lifted.for_each(|finding| finding.severity = Severity::Warning);
    let decision = decision(petition, &lifts, &findings);
    if petition.trustees.is_empty() && super::labels::needs_trustee(&decision) {
        findings.push(words::file::no_trustees().at(Place::file(Area::Registry, "curator.toml")));
    }
    let (labels, explained) = (labels(petition, &decision), explained(petition.remarks));
    let (mandate, unheard) = (mandate(petition, &lifts), unheard(petition));
    Ruling { decision, lifts, labels, explained, mandate, unheard, findings }
}

/// Whether a trustee lifted the rule.
pub(super) fn is_lifted(lifts: &[Lift], code: Code) -> bool {
    lifts.iter().any(|lift| lift.code == code)
}

fn decision(petition: &Petition<'_>, lifts: &[Lift], findings: &[Finding]) -> Decision {
    if let Ok(refusals) = NonEmpty::try_from(refusals(petition, findings)) {
        return Decision::Reject(refusals);
    }
    if let Ok(needs) = NonEmpty::try_from(waits(petition, lifts)) {
        return Decision::Needs(needs);
    }
    let by_hand = petition.changes.iter().any(|change| change.kind == ChangeKind::Configuration);
    if by_hand || petition.policy.merge.is_none() { Decision::ByHand } else { Decision::Merge }
}

/// Why it cannot be merged, whoever says yes.
fn refusals(petition: &Petition<'_>, findings: &[Finding]) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if petition.pull.base != petition.branch {
        refusals.push(Refusal::OtherBranch);
    }
    if let Some(most) = petition.too_large {
        refusals.push(Refusal::TooLarge { most });
    }
    if petition.conflict.is_some() || petition.pull.mergeable == Mergeable::Conflicting {
        let files = petition.conflict.unwrap_or_default().to_vec();
        refusals.push(Refusal::Conflict { files });
    }
    let forbidden = |change: &ProposedChange| change.kind == ChangeKind::Forbidden;
    if petition.category == Category::Forbidden || petition.changes.iter().any(forbidden) {
        refusals.push(Refusal::Forbidden);
    }
    let is_over = matches!(petition.pull.stage, PullStage::Merged { .. });
    if petition.changes.is_empty() || is_over {
        refusals.push(Refusal::Nothing);
    }
    let may_pass = |finding: &Finding| petition.sources == Sources::Unreached && finding.code == Code::SourceGone;
    let errors = findings.iter().filter(|finding| finding.is_error() && !may_pass(finding)).count();
    if errors > 0 {
        refusals.push(Refusal::Findings { errors });
    }
    refusals
}

/// What it waits for.
fn waits(petition: &Petition<'_>, lifts: &[Lift]) -> Vec<Need> {
    let voices = Voices::of(petition);
    let mut waits = Vec::new();
    if petition.pull.stage != PullStage::Open {
        waits.push(Need::Ready);
    }
    waits.extend(holds(petition).into_iter().map(|by| Need::Release { by }));
    waits.extend(voices.objections().map(|of| Need::Consent { of }));
    if petition.sources == Sources::Unreached {
        waits.push(Need::Source);
    }
    if petition.awaits_compilation {
        waits.push(Need::Compilation);
    }
    for need in needs(petition, &voices, lifts) {
        if !waits.contains(&need) {
            waits.push(need);
        }
    }
    waits
}
