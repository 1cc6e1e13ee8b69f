//! Who said yes to a pull request, and by which authority each of its changes was allowed.

use super::change::ChangeKind;
use super::code::Code;
use super::git_ref::CommitId;
use super::name::PackageName;
use super::person::{Login, Person};
use super::pull::PullNumber;
use super::version::Version;

/// Somebody as a record names them: by number, and by what the account was called at the time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signatory {
    /// The forge's number of the account.
    pub id: u64,
    /// The login of that time; `None` where it was none that a forge gives.
    pub login: Option<Login>,
}

impl From<&Person> for Signatory {
    fn from(person: &Person) -> Self {
        Self { id: person.id, login: person.login.parse().ok() }
    }
}

/// As whom somebody spoke.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// As one who looks after the registry.
    Trustee,
    /// As one who may publish the package.
    Maintainer(PackageName),
}

/// A yes that counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Yes {
    /// Whose.
    pub by: Signatory,
    /// As whom, in order.
    pub roles: Vec<Role>,
}

/// What a change can be allowed by: the right-hand side of the authority table of design §5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warrant {
    /// The yes of a trustee, or of two where the table asks for two.
    Trustee,
    /// The yes of somebody who may publish the package.
    Maintainer,
    /// The source's own manifest, at a tag named after the version.
    Source,
    /// The signature of an owner.
    Signature,
    /// The waiting period, which is over.
    Wait,
    /// Nothing: nobody has to be asked.
    Nobody,
}

impl Warrant {
    /// Every warrant.
    pub const ALL: [Self; 6] =
        [Self::Trustee, Self::Maintainer, Self::Source, Self::Signature, Self::Wait, Self::Nobody];

    /// Its name, as records spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trustee => "trustee",
            Self::Maintainer => "maintainer",
            Self::Source => "the source's own manifest",
            Self::Signature => "owner's signature",
            Self::Wait => "the waiting period",
            Self::Nobody => "nobody",
        }
    }
}

/// A change, and what allowed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warranted {
    /// What it is.
    pub kind: ChangeKind,
    /// The package, where it is about one.
    pub package: Option<PackageName>,
    /// The version, where it is about one.
    pub version: Option<Version>,
    /// Everything that spoke for it; nothing, where it is not allowed.
    pub by: Vec<Warrant>,
}

/// Who said yes, and by which authority each change is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mandate {
    /// Each yes that counted, by number: that of whoever opened the pull request, too, where their word counts.
    pub yes: Vec<Yes>,
    /// The changes, in the order of the pull request.
    pub changes: Vec<Warranted>,
}

/// What the message of a merge says of its pull request: a record that whoever can write to the registry can forge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// The pull request.
    pub pull: PullNumber,
    /// The commit that was reviewed.
    pub head: CommitId,
    /// Who opened it.
    pub proposer: Signatory,
    /// Who said yes, and by which authority.
    pub mandate: Mandate,
    /// The rules that were lifted, each with the trustee who did.
    pub lifted: Vec<(Code, Signatory)>,
}
