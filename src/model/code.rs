//! The stable codes of findings: what a person looks up with `curator explain`.

use std::fmt;
use std::str::FromStr;

use super::serde_text::serde_through_text;

macro_rules! codes {
    ($($code:ident = $text:literal, $title:literal;)*) => {
        /// A rule that a file, a source or a published fact can break. A code never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = concat!("`", $text, "`: ", $title, ".")] $code,)*
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$code,)*];

            /// The code as people write it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$code => $text,)* }
            }

            /// The rule in a few words.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$code => $title,)* }
            }
        }
    };
}

codes! {
    Json = "R001", "a file of the registry is strict JSON";
    Shape = "R002", "every field that must be there is there, with the right type";
    UnknownKey = "R003", "no key is unknown";
    Path = "R004", "the path of a file agrees with the name and version in it";
    Foreign = "R005", "the registry holds plain files in known places";
    Name = "R006", "a package name is well-formed";
    ReservedName = "R007", "a package name is not reserved";
    ConfusableName = "R008", "a new name cannot be mistaken for an existing one";
    SimilarName = "R009", "a new name that is close to an existing one needs a trustee";
    VersionGrammar = "R010", "a version is three numbers";
    Changed = "R011", "a published definition never changes";
    Unpublished = "R012", "an unpublished version never comes back";
    LocationGrammar = "R013", "a location is one that clients can read";
    Host = "R014", "a source lies on a host that the registry allows";
    Unregistered = "R015", "a package is registered";
    LocationDiffers = "R016", "a definition's location is the registered one";
    Owners = "R017", "owners come from the registration alone";
    RefGrammar = "R018", "a ref is the name of a tag";
    Commit = "R019", "a definition names the commit that is packed";
    RefMoved = "R020", "the ref resolves to the commit of the definition";
    SourceGone = "R021", "the source can be fetched";
    Compiler = "R022", "a definition names the compiler it was written for";
    License = "R023", "a licence is an SPDX expression";
    LicenseSpelling = "R024", "a licence is spelled canonically";
    LicenseDiffers = "R025", "the licence agrees with the source";
    Description = "R026", "a description has at most 300 characters";
    RangeGrammar = "R027", "a range is written >=A <B";
    DependencyUnknown = "R028", "every dependency exists";
    DependencyRange = "R029", "every range has a published version in it";
    Unsolvable = "R030", "the dependencies can be resolved together";
    Glob = "R031", "globs stay inside the package";
    NoModules = "R032", "the source has a module under src";
    ModuleHeader = "R033", "every module has a legal header";
    ManifestDiffers = "R034", "the source's own manifest agrees with the definition";
    Unpackable = "R035", "a package holds plain files only";
    PortablePath = "R036", "file names work on every system";
    ArchiveSize = "R037", "an archive stays within the limits";
    Config = "R038", "curator.toml is well-formed";
    DependencyHeld = "R039", "a version waits for its dependencies";
    CommitUnreachable = "R041", "the commit is on a branch or tag of the source";
    Deleted = "R042", "files of the registry stay, and other files are for trustees";
    UpperBound = "R043", "every range ends before a major version that nobody has seen";
    VersionOrder = "R044", "a version is the next after a published one";
    WaitingPeriod = "R045", "what is new can be looked at before it is merged";
    LocationId = "R046", "a location is the repository that was registered";
    Unmergeable = "R047", "a pull request can be looked at, and merged into its branch";
    Revision = "R048", "the revisions of a version's bounds count up by one";
    StatusTarget = "R049", "a status is one that its version can have";
    Needed = "R050", "nothing needs what is unpublished";
    TransferContent = "R051", "every published version is found at the new location";
    LocationShared = "R052", "a location belongs to one package";
    Authorization = "R053", "a signed request is valid, for this very change, and new";
    Advisory = "R054", "an advisory is OSV and is about packages of this registry";
    AdvisoryVersions = "R055", "an advisory names versions that exist";
    Uncompilable = "R056", "a version compiles with its compiler";
    DependencyUse = "R057", "the dependencies are those that the modules use";
    SetWish = "R058", "what is wished for the next package set can be had";
    Impact = "R059", "what other bounds change can be seen";
    Undocumented = "R060", "documentation reaches its host";
    IndexUnreadable = "A001", "every file of the index can be read";
    IndexMisplaced = "A002", "a line of the index stands in the file of its package";
    IndexOrder = "A003", "the lines of the index ascend by version";
    ManifestMissing = "A004", "every published version has a line in the index";
    MetadataMissing = "A005", "every line of the index has its metadata";
    Resurrected = "A006", "an unpublished version is not in the index";
    IndexUnsatisfiable = "A007", "every dependency in the index can be satisfied";
    ArtifactMissing = "A008", "every published version has its archive in every store";
    ArtifactAltered = "A009", "every archive has the recorded size and hash";
    ArtifactUnlisted = "A010", "a store holds nothing that the index does not list";
    DefinitionMissing = "A011", "every published version has its definition";
    DefinitionDiffers = "A012", "every definition is as it was published";
    PackageSetBroken = "A013", "every package set can be read and its members exist";
    RegistryUnreadable = "A014", "every file of the registry can be read";
    LineDiffers = "A015", "every line of the index says what its definition says";
    StoreUnreadable = "A016", "every file of a store can be read";
    Vanished = "A017", "what was published vanishes only by an unpublish record";
    Rewritten = "A018", "published facts are never rewritten";
    DefinitionRewritten = "A019", "a definition stays as it is once it is published";
    RevisionDiffers = "A020", "a line of the index carries the newest revision of its bounds";
    StatusDiffers = "A021", "the index says what the registry says of a version";
    AffectedVersion = "A022", "no published version is affected by an advisory";
}

impl Code {
    /// Whether a trustee may lift the rule for one pull request: the policy of a registry, which somebody can judge. What
    /// clients and mirrors rely on (hashes, paths, hosts, that a published definition stays) nobody lifts.
    ///
    /// Such a rule is for reviews alone: a publication that breaks it was let in, and is only told.
    #[must_use]
    pub fn is_liftable(self) -> bool {
        matches!(
            self,
            Self::SimilarName
                | Self::UpperBound
                | Self::VersionOrder
                | Self::WaitingPeriod
                | Self::TransferContent
                | Self::LocationShared
        )
    }
}

/// A text that is no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a code; `curator explain` lists them all")]
pub struct CodeError(String);

impl FromStr for Code {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let known = Self::ALL.iter().copied().find(|code| code.as_str().eq_ignore_ascii_case(text));
        known.ok_or_else(|| CodeError(text.to_owned()))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

serde_through_text!(Code);
