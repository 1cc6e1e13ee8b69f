//! Who must say yes to each kind of change: the authority table of design §5.

use std::time::Duration;

use crate::model::{
    Authority, ChangeKind, Code, Lift, Need, NeedReason, NewPackagePolicy, PackageName, ProposedChange, Warrant,
};

use super::decide::{Petition, is_lifted};
use super::package_set::SetChange;
use super::voices::{Voices, is_for_maintainers};

/// What the changes still need, change by change.
pub(super) fn needs(petition: &Petition<'_>, voices: &Voices<'_>, lifts: &[Lift]) -> Vec<Need> {
    let table = Table { petition, voices, lifts };
    petition.changes.iter().flat_map(|change| table.needs(change)).collect()
}

/// The table, and those whom it is asked about.
pub(super) struct Table<'a> {
    pub(super) petition: &'a Petition<'a>,
    pub(super) voices: &'a Voices<'a>,
    pub(super) lifts: &'a [Lift],
}

impl Table<'_> {
    /// Everything that speaks for the change, where that is enough; nothing, where it still needs something.
    pub(super) fn warrants(&self, change: &ProposedChange) -> Vec<Warrant> {
        if change.kind == ChangeKind::Forbidden || !self.needs(change).is_empty() {
            return Vec::new();
        }
        let trustee = self.voices.trustees() > 0;
        let maintainer = change.package.as_ref().is_some_and(|name| self.voices.maintainer_of(name));
        let signed = self.is_signed(change);
        let of_people = [(trustee, Warrant::Trustee), (maintainer, Warrant::Maintainer), (signed, Warrant::Signature)];
        let people = || of_people.into_iter().filter(|(speaks, _)| *speaks).map(|(_, warrant)| warrant).collect();
        match change.kind {
            ChangeKind::NewPackage if !trustee => vec![self.waited(self.petition.policy.new_package_wait)],
            ChangeKind::NewVersion => self.for_version(change, people()),
            ChangeKind::Registration => people(),
            ChangeKind::Status(_) | ChangeKind::StatusTakenBack(_) if is_for_maintainers(self.petition, change) => {
                people()
            }
            ChangeKind::PackageSet if self.petition.package_set == SetChange::Grows => vec![Warrant::Nobody],
            _ => vec![Warrant::Trustee],
        }
    }

    /// What speaks for a version besides `people`.
    fn for_version(&self, change: &ProposedChange, mut people: Vec<Warrant>) -> Vec<Warrant> {
        let wait = self.petition.policy.new_version_wait;
        let waited = (!people.contains(&Warrant::Trustee) && !wait.is_zero()).then(|| self.waited(wait));
        people.extend(self.is_vouched(change).then_some(Warrant::Source));
        people.extend(waited.filter(|waited| !people.contains(waited)));
        people
    }

    /// What ended a waiting period: time, or the trustee who lifted it.
    fn waited(&self, wait: Duration) -> Warrant {
        let is_over = self.petition.now >= self.petition.seen.after(wait);
        if is_over { Warrant::Wait } else { Warrant::Trustee }
    }

    fn is_vouched(&self, change: &ProposedChange) -> bool {
        let version = change.package.clone().zip(change.version.clone());
        version.is_some_and(|version| self.petition.vouched.contains(&version))
    }

    fn is_signed(&self, change: &ProposedChange) -> bool {
        let subject = change.package.clone().map(|name| (name, change.version.clone()));
        subject.is_some_and(|subject| self.petition.signed.contains(&subject))
    }

    fn needs(&self, change: &ProposedChange) -> Vec<Need> {
        let about = |reason: fn(PackageName) -> NeedReason| change.package.clone().map(reason);
        match change.kind {
            ChangeKind::NewPackage => change.package.iter().flat_map(|name| self.new_package(name, change)).collect(),
            ChangeKind::NewVersion => change.package.iter().flat_map(|name| self.new_version(name, change)).collect(),
            ChangeKind::Override => self.yes(1, about(NeedReason::Override)),
            ChangeKind::Registration => self.maintainer(change, about(NeedReason::Registration)),
            ChangeKind::Status(_) | ChangeKind::StatusTakenBack(_) if is_for_maintainers(self.petition, change) => {
                self.maintainer(change, about(NeedReason::Status))
            }
            ChangeKind::Status(_) | ChangeKind::StatusTakenBack(_) => self.yes(1, about(NeedReason::Status)),
            ChangeKind::Advisory => self.yes(1, Some(NeedReason::Advisory)),
            ChangeKind::PackageSet => match self.petition.package_set {
                SetChange::Grows => Vec::new(),
                SetChange::Loses => self.yes(1, Some(NeedReason::PackageSet)),
            },
            ChangeKind::Configuration => {
                self.yes(self.petition.trustees.len().clamp(1, 2), Some(NeedReason::Configuration))
            }
            // Refused before anybody is asked.
            ChangeKind::Forbidden => Vec::new(),
        }
    }

    /// A trustee may let a package in at once. Without one it waits, where the policy says that this is enough and its
    /// name is not close to another. Names are compared where a definition is checked: of a registration that comes alone
    /// nobody knows what its name is close to.
    fn new_package(&self, name: &PackageName, change: &ProposedChange) -> Vec<Need> {
        if self.voices.trustees() > 0 {
            return Vec::new();
        }
        let policy = self.petition.policy;
        let reason = NeedReason::NewPackage(name.clone());
        let similar = self.similar_name(name);
        let is_alone = change.files.len() < 2;
        match policy.new_package {
            _ if similar.is_some() => self.yes(1, similar),
            NewPackagePolicy::Wait if !is_alone => self.time(policy.new_package_wait, reason).into_iter().collect(),
            NewPackagePolicy::Wait | NewPackagePolicy::Trustee => self.yes(1, Some(reason)),
        }
    }

    /// A maintainer, a trustee or the source itself speaks for a version. A name of which nothing was published yet may
    /// still be close to another, whoever registered it.
    fn new_version(&self, name: &PackageName, change: &ProposedChange) -> Vec<Need> {
        if self.voices.trustees() > 0 {
            return Vec::new();
        }
        let reason = NeedReason::NewVersion(name.clone());
        let mut needs = self.yes(usize::from(self.similar_name(name).is_some()), self.similar_name(name));
        if !self.is_vouched(change) {
            needs.extend(self.maintainer(change, Some(reason.clone())));
        }
        needs.extend(self.time(self.petition.policy.new_version_wait, reason));
        needs
    }

    /// The reason to ask a trustee about the name; `None` where it is not close to another, or that was lifted.
    fn similar_name(&self, name: &PackageName) -> Option<NeedReason> {
        let mut findings = self.petition.findings.iter();
        let is_close = findings.any(|it| it.code == Code::SimilarName && it.package.as_ref() == Some(name));
        let is_lifted = is_lifted(self.lifts, Code::SimilarName);
        (is_close && !is_lifted).then(|| NeedReason::SimilarName(name.clone()))
    }

    /// So many trustees.
    fn yes(&self, number: usize, why: Option<NeedReason>) -> Vec<Need> {
        let more = number.saturating_sub(self.voices.trustees());
        let need = why.filter(|_| more > 0).map(|why| Need::Approval { of: Authority::Trustee, more, why });
        need.into_iter().collect()
    }

    /// Somebody who may publish the package, or a trustee. Of a package without maintainers that is a trustee.
    fn maintainer(&self, change: &ProposedChange, why: Option<NeedReason>) -> Vec<Need> {
        let name = change.package.as_ref();
        // What an owner signed is as good as a maintainer's word; of a registration that is the transfer alone.
        if self.is_signed(change) {
            return Vec::new();
        }
        if self.voices.trustees() > 0 || name.is_some_and(|name| self.voices.maintainer_of(name)) {
            return Vec::new();
        }
        let people = name.and_then(|name| self.petition.maintainers.get(name));
        let of =
            if people.is_some_and(|people| !people.is_empty()) { Authority::Maintainer } else { Authority::Trustee };
        why.map(|why| Need::Approval { of, more: 1, why }).into_iter().collect()
    }

    /// The rest of a waiting period, counted from when the head could be looked at.
    fn time(&self, wait: Duration, why: NeedReason) -> Option<Need> {
        let until = self.petition.seen.after(wait);
        let is_over = self.petition.now >= until || is_lifted(self.lifts, Code::WaitingPeriod);
        (!is_over).then_some(Need::Time { until, why })
    }
}
