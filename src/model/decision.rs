//! What becomes of a pull request: merged, waiting for somebody or something, or refused.

use super::code::Code;
use super::name::PackageName;
use super::nonempty::NonEmpty;
use super::person::Person;
use super::time::Timestamp;

/// What becomes of a pull request, at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is merged.
    Merge,
    /// It is sound, and a person merges it by hand: the policy says so of such changes.
    ByHand,
    /// It is sound as far as it goes, and waits.
    Needs(NonEmpty<Need>),
    /// It cannot be merged as it is; each reason is a finding, or one of these.
    Reject(NonEmpty<Refusal>),
}

/// What a pull request waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// The word of so many more of these people, and why.
    Approval {
        /// Whose.
        of: Authority,
        /// How many more of them.
        more: usize,
        /// For what.
        why: NeedReason,
    },
    /// Time.
    Time {
        /// Until then.
        until: Timestamp,
        /// For what.
        why: NeedReason,
    },
    /// That its author declares it ready.
    Ready,
    /// That somebody who held it lets it go.
    Release {
        /// Who holds it.
        by: Person,
    },
    /// That somebody who asked for changes is content.
    Consent {
        /// Who.
        of: Person,
    },
    /// A source that could not be reached.
    Source,
    /// The run that compiles what it would publish.
    Compilation,
}

/// Who may say yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Authority {
    /// Those who look after the registry.
    Trustee,
    /// Those who may publish the package, and trustees.
    Maintainer,
}

/// For what a yes or time is needed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum NeedReason {
    /// A new package.
    NewPackage(PackageName),
    /// A new package whose name is close to another.
    SimilarName(PackageName),
    /// A version by somebody who is no maintainer, whose source does not vouch for it.
    NewVersion(PackageName),
    /// Other bounds.
    Override(PackageName),
    /// A status.
    Status(PackageName),
    /// A transfer, owners or maintainers.
    Registration(PackageName),
    /// An advisory.
    Advisory,
    /// A package set that loses or lowers something, or has another compiler.
    PackageSet,
    /// The registry's own rules and programs.
    Configuration,
}

/// Why a pull request cannot be merged as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Findings stand against it.
    Findings {
        /// How many.
        errors: usize,
    },
    /// It conflicts with what was merged meanwhile.
    Conflict {
        /// The files, as far as they are known.
        files: Vec<String>,
    },
    /// It asks for what nobody may merge.
    Forbidden,
    /// It changes more files than are reviewed.
    TooLarge {
        /// The most files.
        most: usize,
    },
    /// It changes nothing.
    Nothing,
    /// It is to be merged into another branch than that of the registry.
    OtherBranch,
}

/// A rule that a trustee lifted for one pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lift {
    /// The rule.
    pub code: Code,
    /// Who lifted it.
    pub by: Person,
}
