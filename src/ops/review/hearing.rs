//! What people said of a pull request, and who they are.

use std::collections::BTreeSet;

use crate::model::{
    CompileRecord, Course, Judgement, Labelling, Person, PullNumber, PullRequest, Remark, ReviewPolicy, Timestamp,
};
use crate::ports::{ForgeError, Forum, Given};
use crate::rules::report::review::{MARKER, compile_record};
use crate::rules::review::may_lift;

use crate::ops::Stop;

/// What people said of a pull request, and who they are.
pub(super) struct Hearing {
    /// The numbers of those who look after the registry.
    pub(super) trustees: BTreeSet<u64>,
    /// The team that looks after the registry, too, where nobody can see with this token who is in it.
    pub(super) unseen_team: Option<String>,
    /// What reviewers said.
    pub(super) judgements: Vec<Judgement>,
    /// The conversation.
    pub(super) remarks: Vec<Remark>,
    /// Who labelled it; asked for only where that counts.
    pub(super) labellings: Vec<Labelling>,
    /// The verdict that was given about the head before.
    pub(super) given: Option<Given>,
    /// Since when the head could be looked at, by the forge's clock.
    pub(super) seen: Timestamp,
    /// The curator's own account.
    me: Person,
}

impl Hearing {
    /// Hears everybody.
    pub(super) async fn hold<F: Forum>(
        forge: &F,
        policy: &ReviewPolicy,
        pull: &PullRequest,
        now: Timestamp,
    ) -> Result<Self, Stop> {
        let given = forge.given(pull.number, &pull.head).await?;
        let is_asked = may_lift(&pull.labels) || given.is_some() && policy.waits();
        let course = if is_asked { forge.course(pull.number).await? } else { Course::default() };
        // A head that nobody has seen yet can be looked at from this review on. One that was there, went and came back
        // begins anew: what was there between is what everybody looked at.
        let seen = given.as_ref().map_or(now, |given| given.first).max(pull.opened);
        let seen = course.turned.map_or(seen, |turned| seen.max(turned));
        let (trustees, unseen_team) = trustees(forge, policy).await?;
        Ok(Self {
            trustees,
            unseen_team,
            judgements: forge.judgements(pull.number).await?,
            remarks: forge.remarks(pull.number).await?,
            labellings: course.labellings,
            given,
            seen,
            me: forge.me().await?,
        })
    }

    /// The comment in which the curator says what it has to say, and those that say it again.
    pub(super) fn stickies(&self) -> Vec<&Remark> {
        stickies(&self.remarks, &self.me)
    }

    /// What was found of compiling the head. That somebody waits for it is no news, where somebody knows.
    pub(super) fn compiled(&self) -> Option<CompileRecord> {
        let given = self.given.iter().flat_map(|given| &given.fingerprints);
        let records: Vec<CompileRecord> = given.filter_map(|fingerprint| compile_record(fingerprint)).collect();
        let settled = records.iter().rev().find(|record| **record != CompileRecord::Awaited);
        settled.or(records.last()).copied()
    }

    /// Whether the verdict that is shown says that the head does not compile.
    pub(super) fn shows_failure(&self) -> bool {
        let shown = self.given.as_ref().filter(|given| given.is_shown).and_then(|given| given.fingerprints.last());
        shown.and_then(|fingerprint| compile_record(fingerprint)) == Some(CompileRecord::Failed)
    }

    /// Whether the curator has said something since then that was not heard here: in another run.
    pub(super) async fn has_spoken_since<F: Forum>(&self, forge: &F, number: PullNumber) -> Result<bool, Stop> {
        let remarks = forge.remarks(number).await?;
        Ok(stickies(&remarks, &self.me) != self.stickies())
    }
}

/// The comment in which `me` says what it has to say, and, where two runs spoke for the first time at once, those that say
/// it again: the oldest one counts.
pub(super) fn stickies<'a>(remarks: &'a [Remark], me: &Person) -> Vec<&'a Remark> {
    remarks.iter().filter(|remark| remark.by == *me && remark.text.starts_with(MARKER)).collect()
}

/// The numbers of those who look after the registry: the listed ones, and the members of the team; and the team, where it
/// cannot be seen.
pub(super) async fn trustees<F: Forum>(
    forge: &F,
    policy: &ReviewPolicy,
) -> Result<(BTreeSet<u64>, Option<String>), Stop> {
    let mut trustees = policy.trustees.clone();
    let Some(team) = &policy.trustee_team else { return Ok((trustees, None)) };
    match forge.team(team).await {
        Ok(members) => {
            trustees.extend(members);
            Ok((trustees, None))
        }
        Err(error @ (ForgeError::Denied { .. } | ForgeError::Unknown { .. })) => {
            tracing::warn!(team = %team, error = %error, "the team of trustees cannot be seen with this token");
            Ok((trustees, Some(team.clone())))
        }
        Err(error) => Err(error.into()),
    }
}
