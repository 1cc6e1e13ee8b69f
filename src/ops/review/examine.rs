//! Looking at a pull request through git: what it changes, what every check finds of that, and what it would publish.
//!
//! Nothing of it decides about itself: rules, people and numbers are those of the base.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{
    Amendment, Area, CommitId, Finding, Impact, MergeMethod, PackageBefore, PackageName, Place, Prepared, PullRequest,
    Timestamp, Touch, TouchedFile, Version,
};
use crate::ports::{
    Changed, Commits, Merged, Ports, Proposal, Proposals as _, Repo as _, RepoEntryKind, RepoError, Revision,
    Unmergeable,
};
use crate::rules::report::{Texts, inert, words};
use crate::rules::review::{Before, SetChange};

use super::before::Bystanders;
use super::impact::{Move, look_around};
use crate::ops::check::SourceAccess;
use crate::ops::examination::{Portion, is_definition, look};
use crate::ops::reader::Reader;
use crate::ops::{Curator, Stop};

/// What a review rests on, besides what the forge alone knows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Examined {
    /// What would come of the merge; `None` where nobody can tell, which a finding or `too_large` says.
    pub proposal: Option<Proposal>,
    /// The files that it touches in the registry's folder, sorted by path.
    pub touched: Vec<TouchedFile>,
    /// What it touches outside of that folder, as paths in the repository, and names in it that no file of ours can have;
    /// sorted. A stranger's words.
    pub beside: Vec<String>,
    /// What a classification asks about the base.
    pub before: Before,
    /// What was found, by place. What it touches outside of the registry's folder has its path in the repository.
    pub findings: Vec<Finding>,
    /// The texts that the findings point into, by path in the registry.
    pub texts: Texts,
    /// What would be published.
    pub prepared: Vec<Prepared>,
    /// What the index would say besides.
    pub amendments: Vec<Amendment>,
    /// The packages that it is about, as they are before it.
    pub subjects: BTreeMap<PackageName, PackageBefore>,
    /// The versions whose source speaks for them.
    pub vouched: BTreeSet<(PackageName, Version)>,
    /// The changes that an owner signed.
    pub signed: BTreeSet<(PackageName, Option<Version>)>,
    /// The people who may publish the packages that it is about, as the registrations of the base say.
    pub maintainers: BTreeMap<PackageName, BTreeSet<u64>>,
    /// The published versions that its status files are about and that no version of another package could use, with the
    /// time of their publication.
    pub unneeded: BTreeMap<(PackageName, Version), Timestamp>,
    /// What it makes of resolutions; `None` where it touches no override and no status, and where it cannot be merged.
    pub impact: Option<Impact>,
    /// What it makes of the next package set.
    pub package_set: SetChange,
    /// The paths in the repository that both sides changed, and not alike; `None` where it can be merged.
    pub conflict: Option<Vec<String>>,
    /// The most files, or definitions, that are looked at, where it changes more.
    pub too_large: Option<usize>,
    /// Whether some source could not be fetched for a reason that may pass.
    pub transient: bool,
}

/// Looks at a pull request: at what the newest state of the registry would be after its merge, and where there can be no
/// merge, at its head.
///
/// # Errors
/// [`Stop`] where registry, index or machine are at fault, and where the head has moved meanwhile.
pub async fn examine<P: Ports>(curator: &Arc<Curator<P>>, pull: &PullRequest) -> Result<Examined, Stop> {
    examine_head(curator, &pull.head_ref, &pull.head).await
}

/// Looks at what is proposed by a ref, which leads to this head.
pub(in crate::ops) async fn examine_head<P: Ports>(
    curator: &Arc<Curator<P>>,
    head_ref: &str,
    head: &CommitId,
) -> Result<Examined, Stop> {
    // The index comes first: what it records of the registry was there before.
    let index = curator.index.head().await?;
    let base = curator.registry.head().await?;
    let proposal = match curator.registry.propose(head_ref, head, &base).await {
        Ok(proposal) => proposal,
        Err(RepoError::Unmergeable { why, .. }) => return Ok(Examined::unmergeable(&why, head_ref)),
        Err(error) => return Err(error.into()),
    };
    let (after, conflict) = match &proposal.merged {
        Merged::Cleanly(revision) => (revision.clone(), None),
        Merged::Conflict(paths) => (Revision(head.to_string()), Some(paths.clone())),
    };
    let before = Reader::at(curator.as_ref(), base, index.clone());
    before.own_index()?;
    let after = Reader::at(curator.as_ref(), after, index);
    let touched: Vec<TouchedFile> = proposal.differences.changed.iter().filter_map(touched).collect();
    let came = touched.iter().filter(|file| file.touch != Touch::Removed);
    // Each has a source, which is fetched.
    if came.filter(|file| is_definition(&file.path)).count() > curator.limits.batch {
        return Ok(Examined { too_large: Some(curator.limits.batch), ..Examined::default() });
    }
    let seen = look(curator, &after, Portion::Changes(&proposal.differences), SourceAccess::Fetch).await?;
    let bystanders = Bystanders::of(&before, &after, &touched, curator.terms())?;
    let mut beside = proposal.beside.clone();
    let mut findings = seen.report.findings;
    let (differences, prepared) = (&proposal.differences, seen.report.prepared.as_slice());
    let change = Move { before: &before, after: &after, differences, prepared };
    let around = if conflict.is_none() { look_around(curator, &change)? } else { None };
    let (impact, found) = around.unzip();
    findings.extend(found.into_iter().flatten());
    findings.extend(beside.iter().map(|path| {
        // A stranger's words, which a place repeats as they are.
        words::file::elsewhere().at(Place::file(Area::Registry, &inert(path)))
    }));
    // Somebody could bring what the branch has meanwhile, and take it back: no difference would show that.
    if curator.policy.review.merge == Some(MergeMethod::Rebase) && proposal.commits == Commits::Several {
        findings.push(words::file::several_commits().at(Place::file(Area::Registry, &inert(head_ref))));
    }
    findings.sort_by(Finding::by_place);
    beside.extend(proposal.differences.unlisted.iter().cloned());
    beside.sort_unstable();
    Ok(Examined {
        before: bystanders.before()?,
        subjects: bystanders.subjects()?,
        maintainers: bystanders.maintainers(),
        unneeded: bystanders.unneeded(),
        impact,
        package_set: bystanders.package_set()?,
        touched,
        beside,
        findings,
        texts: seen.report.texts,
        prepared: seen.report.prepared,
        amendments: seen.report.amendments,
        vouched: seen.vouched,
        signed: seen.signed,
        transient: seen.report.transient,
        conflict,
        too_large: None,
        proposal: Some(proposal),
    })
}

impl Examined {
    /// A pull request of which nobody can tell what would come of it.
    fn unmergeable(why: &Unmergeable, head_ref: &str) -> Self {
        if let Unmergeable::TooManyFiles { most } = why {
            return Self { too_large: Some(*most), ..Self::default() };
        }
        let place = Place::file(Area::Registry, &inert(head_ref));
        Self { findings: vec![words::file::unmergeable(&why.to_string()).at(place)], ..Self::default() }
    }
}

/// What happens to the file.
fn touched(changed: &Changed) -> Option<TouchedFile> {
    let touch = match (changed.before, changed.after) {
        (None, None) => return None,
        (None, Some(_)) => Touch::Added,
        (Some(_), None) => Touch::Removed,
        // A link in the place of a file, or the reverse, is no file that changes.
        (Some(before), Some(after)) if before.kind != after.kind && after.kind == RepoEntryKind::Foreign => {
            Touch::Removed
        }
        (Some(_), Some(_)) => Touch::Changed,
    };
    Some(TouchedFile { path: changed.path.clone(), touch })
}
