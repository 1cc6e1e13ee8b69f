//! Putting together what was examined and what was heard, and deciding.

use std::collections::BTreeSet;

use crate::model::{PackageName, PullRequest, Review, ReviewPolicy, Severity, Timestamp, Version};
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
        trustees: &hearing.trustees,
        maintainers: &examined.maintainers,
        vouched: &examined.vouched,
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
    // What was lifted keeps no version back: the preview must not say so either.
    let found = prepared.iter_mut().flat_map(|prepared| &mut prepared.findings);
    let lifted = found.filter(|finding| ruling.lifts.iter().any(|lift| lift.code == finding.code));
    lifted.for_each(|finding| finding.severity = Severity::Warning);
    let review = Review {
        pull,
        changes,
        category,
        findings: ruling.findings,
        texts: examined.texts,
        prepared,
        subjects: examined.subjects,
        folder: folder.clone(),
        decision: ruling.decision,
        lifts: ruling.lifts,
        explained: ruling.explained,
        obstacle: None,
    };
    (review, ruling.labels)
}

/// The versions that their maintainers may still unpublish.
fn withdrawable(examined: &Examined, now: Timestamp) -> BTreeSet<(PackageName, Version)> {
    let is_young = |published: &Timestamp| now.unix_millis().saturating_sub(published.unix_millis()) <= REGRET_MILLIS;
    let young = examined.unneeded.iter().filter(|(_, published)| is_young(published));
    young.map(|(version, _)| version.clone()).collect()
}
