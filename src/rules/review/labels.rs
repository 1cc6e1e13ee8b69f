//! The labels of a pull request: those that the curator keeps true, and those by which a trustee lifts a rule.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Authority, ChangeKind, Code, Decision, LabelDeed, Labelling, Lift, Need, ProposedChange};

use super::decide::Petition;

/// The labels that are the curator's: each is on a pull request exactly where it is true.
const OURS: [&str; 6] = ["new-package", "new-version", "override", "needs-trustee", "waiting-period", "ready"];

/// How the labels begin by which a trustee lifts a rule.
const LIFT: &str = "lift-";

/// Every label that the pull request has from now on: those of others, and of ours those that are true.
pub(super) fn labels(petition: &Petition<'_>, decision: &Decision) -> BTreeSet<String> {
    let present = &petition.pull.labels;
    // A forge may keep a label in another case than it was asked for: that is the same label, in its spelling.
    let spelled = |label: &'static str| {
        let known = present.iter().find(|it| it.eq_ignore_ascii_case(label));
        known.cloned().unwrap_or_else(|| label.to_owned())
    };
    let ours = OURS.into_iter().filter(|label| is_true(label, petition.changes, decision)).map(spelled);
    let others = present.iter().filter(|label| !OURS.iter().any(|ours| label.eq_ignore_ascii_case(ours)));
    ours.chain(others.cloned()).collect()
}

fn is_true(label: &str, changes: &[ProposedChange], decision: &Decision) -> bool {
    let asks_for = |kind: ChangeKind| changes.iter().any(|change| change.kind == kind);
    match label {
        "new-package" => asks_for(ChangeKind::NewPackage),
        "new-version" => asks_for(ChangeKind::NewVersion),
        "override" => asks_for(ChangeKind::Override),
        "needs-trustee" => needs_trustee(decision),
        "waiting-period" => needs(decision).iter().any(|need| matches!(need, Need::Time { .. })),
        "ready" => matches!(decision, Decision::Merge | Decision::ByHand),
        _ => false,
    }
}

fn needs(decision: &Decision) -> &[Need] {
    match decision {
        Decision::Needs(needs) => needs.as_slice(),
        Decision::Merge | Decision::ByHand | Decision::Reject(_) => &[],
    }
}

/// Whether a trustee is waited for.
pub(super) fn needs_trustee(decision: &Decision) -> bool {
    needs(decision).iter().any(|need| matches!(need, Need::Approval { of: Authority::Trustee, .. }))
}

/// The rules that trustees lifted: each by a label that a trustee put on last, and after the head could be looked at. What
/// was lifted for another head is not lifted for this one.
pub(super) fn lifts(petition: &Petition<'_>) -> Vec<Lift> {
    let mut last: BTreeMap<Code, &Labelling> = BTreeMap::new();
    for labelling in petition.labellings {
        if let Some(code) = lifted_by(&labelling.label) {
            last.insert(code, labelling);
        }
    }
    let present: BTreeSet<Code> = petition.pull.labels.iter().filter_map(|label| lifted_by(label)).collect();
    let counts = |(code, labelling): &(Code, &Labelling)| {
        let is_put = labelling.deed == LabelDeed::Put && present.contains(code);
        is_put && petition.trustees.contains(&labelling.by.id) && labelling.at > petition.seen
    };
    last.into_iter().filter(counts).map(|(code, labelling)| Lift { code, by: labelling.by.clone() }).collect()
}

/// Whether one of the labels may lift a rule: then it matters who put it on.
#[must_use]
pub fn may_lift(labels: &BTreeSet<String>) -> bool {
    labels.iter().any(|label| lifted_by(label).is_some())
}

/// The rule that a label lifts: `lift-R009`, in any case.
fn lifted_by(label: &str) -> Option<Code> {
    let (start, code) = label.split_at_checked(LIFT.len())?;
    let code: Code = start.eq_ignore_ascii_case(LIFT).then(|| code.parse().ok())??;
    code.is_liftable().then_some(code)
}
