//! Putting together what was examined and what was heard, and deciding.

use std::collections::BTreeSet;

use crate::model::{
    Area, Decision, Finding, Lift, Need, PackageName, Place, Prepared, PullRequest, Review, ReviewPolicy, Severity,
    Timestamp, Version,
};
use crate::rules::compile::{Heard, Word};
use crate::rules::report::words;
use crate::rules::review::{self as rule, Petition, Sources};

use super::ReviewRequest;
use super::examine::Examined;
use super::hearing::Hearing;

/// For how long after its publication the maintainers of a version may unpublish it (PureScript registry, design §5).
const REGRET_MILLIS: i64 = 48 * 60 * 60 * 1000;

/// Decides about the pull request; gives the review, and every label that it has from now on.
pub(super) fn judge(
    policy: &ReviewPolicy,
    request: &ReviewRequest,
    pull: PullRequest,
    examined: Examined,
    hearing: &Hearing,
    heard: Heard,
) -> (Review, BTreeSet<String>) {
    let folder = &request.place.folder;
    let mut changes = rule::classify(&examined.touched, &[], &examined.before);
    if !folder.is_empty() {
        let files = changes.iter_mut().flat_map(|change| &mut change.files);
        files.for_each(|file| *file = format!("{folder}/{file}"));
    }
    changes.extend(rule::classify(&[], &examined.beside, &examined.before));
    let category = rule::category(&changes);
    let sources = if examined.transient { Sources::Unreached } else { Sources::Answered };
    let ruling = rule::decide(&Petition {
        pull: &pull,
        branch: &request.place.branch,
        changes: &changes,
        category,
        findings: &examined.findings,
        conflict: examined.conflict.as_deref(),
        too_large: examined.too_large,
        sources,
        awaits_compilation: matches!(heard.word, Word::Awaited | Word::Wanted),
        trustees: &hearing.trustees,
        maintainers: &examined.maintainers,
        vouched: &examined.vouched,
        signed: &examined.signed,
        withdrawable: &withdrawable(&examined, request.now),
        package_set: examined.package_set,
        judgements: &hearing.judgements,
        labellings: &hearing.labellings,
        remarks: &hearing.remarks,
        policy,
        seen: hearing.seen,
        now: request.now,
    });
    let mut prepared = examined.prepared;
    tell_lifted(&mut prepared, &ruling.lifts);
    let mut findings = ruling.findings;
    findings.extend(unseen_team(hearing, &ruling.decision));
    let review = Review {
        pull,
        changes,
        category,
        findings,
        texts: examined.texts,
        prepared,
        amendments: examined.amendments,
        subjects: examined.subjects,
        compiled: heard.compiled,
        impact: examined.impact,
        folder: folder.clone(),
        decision: ruling.decision,
        lifts: ruling.lifts,
        mandate: ruling.mandate,
        explained: ruling.explained,
        unheard: ruling.unheard,
        obstacle: None,
    };
    (review, ruling.labels)
}

/// What was lifted keeps no version back: the preview must not say so either.
fn tell_lifted(prepared: &mut [Prepared], lifts: &[Lift]) {
    let found = prepared.iter_mut().flat_map(|prepared| &mut prepared.findings);
    let lifted = found.filter(|finding| lifts.iter().any(|lift| lift.code == finding.code));
    lifted.for_each(|finding| finding.severity = Severity::Warning);
}

/// That the team of trustees cannot be seen, where somebody's approval is waited for: whoever has given it in vain must not
/// have to guess why.
fn unseen_team(hearing: &Hearing, decision: &Decision) -> Option<Finding> {
    let Decision::Needs(needs) = decision else { return None };
    let team = hearing.unseen_team.as_ref()?;
    let is_approval = needs.iter().any(|need| matches!(need, Need::Approval { .. }));
    is_approval.then(|| words::file::unseen_team(team).at(Place::file(Area::Registry, "curator.toml")))
}

/// The versions that their maintainers may still unpublish.
fn withdrawable(examined: &Examined, now: Timestamp) -> BTreeSet<(PackageName, Version)> {
    let is_young = |published: &Timestamp| now.unix_millis().saturating_sub(published.unix_millis()) <= REGRET_MILLIS;
    let young = examined.unneeded.iter().filter(|(_, published)| is_young(published));
    young.map(|(version, _)| version.clone()).collect()
}
