//! The nouns, well-formed by construction: each is parsed once, and its serde goes through that parser.

mod address_range;
mod advisory;
mod advisory_id;
mod amendment;
mod announcement;
mod archive_url;
mod artifact;
mod bound_override;
mod branch;
mod bucket;
mod change;
mod choice_terms;
mod claim;
mod code;
mod comparators;
mod compile;
mod decision;
mod definition;
mod digest;
mod docs;
mod encoder;
mod fault;
mod fields;
mod finding;
mod git_ref;
mod glob;
mod glob_pattern;
mod governance;
mod hint;
mod history;
mod impact;
mod index_config;
mod json;
mod lenient_range;
mod license;
mod limits;
mod location;
mod location_url;
mod lock;
mod mandate;
mod manifest;
mod metadata;
mod mirror;
mod mirrored;
mod name;
mod nonempty;
mod operation;
mod outcome;
mod owner;
mod package_rules;
mod package_set;
mod pending;
mod person;
mod plan;
mod policy;
mod portable;
mod profile;
mod project;
mod pull;
mod range;
mod registration;
mod release;
mod repository_name;
mod review;
mod secret;
mod serde_text;
mod set_wishes;
mod signature;
mod status;
mod store_url;
mod terms;
mod text;
mod time;
mod tree;
mod unique;
mod usage;
mod verdict;
mod version;
mod view;
mod vitals;

pub use address_range::{AddressRange, AddressRangeError};
pub use advisory::{
    Advisory, AdvisoryEntry, AdvisoryReading, AdvisoryRemark, AdvisoryRemarkKind, Affected, AffectedRange, BaseScore,
    Credit, Ecosystem, EventsError, RangeEvent, Rating, Reference, Severities, SeverityLevel, SeverityLevelError,
    VectorError,
};
pub use advisory_id::{AdvisoryId, AdvisoryIdError};
pub use amendment::{Amendment, AmendmentDeed};
pub use announcement::{AnnouncedVersion, Announcement, VersionOutcome};
pub use archive_url::{ArchiveUrl, ArchiveUrlError};
pub use artifact::{ArtifactKey, ArtifactKind};
pub use bound_override::BoundOverride;
pub use branch::{Branch, BranchError};
pub use bucket::{Bucket, BucketError, BucketKeys, KeysError};
pub use change::{Category, ChangeKind, ProposedChange, Touch, TouchedFile};
pub use choice_terms::{Caution, CautionKind, ChoiceTerms, VersionOrder, Withheld};
pub use claim::{
    ClaimSource, ClaimedCompiler, ClaimedOutcome, ClaimedVersion, Compilation, Compilations, CompileClaim,
    CompileRecord,
};
pub use code::{Code, CodeError};
pub use compile::{
    Argument, CompileBounds, CompileOutcome, CompileRules, CompiledVersion, DependencyUse, ExpectedTool, NotCompiled,
    ProgramName, RunEnd, Tool, ToolCommand, ToolCommandError, ToolRun, WORKLOAD, Workload,
};
pub use decision::{Authority, Decision, Lift, Need, NeedReason, Refusal};
pub use definition::{DEFINITION_KEYS, Definition, DefinitionParts, DefinitionReading};
pub use digest::{Sha256, Sha256Error};
pub use docs::{
    Docs, DocsArgument, DocsCommand, DocsCommandError, DocsPlace, DocsRules, DocsTool, DocsUrl, DocsUrlError,
};
pub use encoder::{EncoderName, EncoderNameError};
pub use fault::Fault;
pub use fields::{FieldProblem, FieldProblemKind, Fields, Reading};
pub use finding::{Area, Finding, Fix, Place, Severity, SpanOrd};
pub use git_ref::{CommitId, CommitIdError, Ref, RefError};
pub use glob::{Glob, GlobError, GlobMatcher};
pub use governance::{
    About, Happening, LogCommit, LogEntry, LogScope, LogScopeError, RangeChange, Record, RegistryLog, Why,
};
pub use hint::{Hint, HintError, Hints};
pub use history::{Deed, Fact, Fate, HistoryReport, Incident, PastCommit, Subject, Trace, Walked};
pub use impact::{Breach, BreachKind, Impact, Move, Pinning, PinningPlace, Rerouted, Root, Stranded};
pub use index_config::{IndexConfig, IndexStore};
pub use json::{Document, Member, Node, Span, SyntaxError, SyntaxKind, Value};
pub use license::{License, LicenseError};
pub use limits::Limits;
pub use location::{GitHubName, GitHubNameError, GitUrl, GitUrlError, Location, LocationError};
pub use location_url::LocationUrlError;
pub use lock::{LockChange, LockError, LockFile, LockedVersion};
pub use mandate::{Claims, Mandate, Role, Signatory, Warrant, Warranted, Yes};
pub use manifest::{Dependencies, Manifest};
pub use metadata::{Metadata, Published, Revised, Unpublished, Withdrawn};
pub use mirror::{Checksums, ChecksumsError, MirrorConfig};
pub use mirrored::{Compare, Comparison, MirrorReport, RestoreReport, Verified, VerifyDepth};
pub use name::{NameError, PackageName};
pub use nonempty::{EmptyList, NonEmpty};
pub use operation::{Operation, OwnerStatus, OwnerStatusError, PayloadError, SignedStatus, Unsignable};
pub use outcome::{AdoptionReport, AuditReport, Compared, Postponed, Rebuilt, RebuiltVersion, SyncReport};
pub use owner::{Owner, OwnerError};
pub use package_rules::{PackRules, PackageRules};
pub use package_set::PackageSet;
pub use pending::{Debts, Owed, Pending, PendingKind};
pub use person::{Login, LoginError, Person};
pub use plan::{Artifact, Difference, Merge, Moment, Plan, Prepared, Publication, Recipe, Removal, Restock, Step};
pub use policy::{Demand, NewPackagePolicy, Policy, ReviewPolicy};
pub use portable::{PortabilityError, collisions, portability};
pub use profile::{Foreign, Profile, ProfileError};
pub use project::{Project, ProjectFile, Requirement, TwiceRequired};
pub use pull::{
    Course, Judgement, LabelDeed, Labelling, MergeMethod, Mergeable, Origin, PullNumber, PullRequest, PullStage,
    Remark, RemarkId, ReviewPlace, Suggestion, Word,
};
pub use range::{Range, RangeError};
pub use registration::Registration;
pub use release::{ReleaseLayout, ReleaseTag, ReleaseTagError, Releases, ReleasesError};
pub use repository_name::{RepositoryName, RepositoryNameError};
pub use review::{Dependant, PackageBefore, PreviousVersion, Review};
pub use secret::Secret;
pub use set_wishes::SetWishes;
pub use signature::{Signature, SignatureError};
pub use status::{Authorization, Mark, Status, StatusKind, StatusKindError};
pub use store_url::archive_url;
pub use terms::Terms;
pub use text::{CLIENT_DESCRIPTION_LIMIT, Description, LimitedText, Reason, TextTooLong};
pub use time::{Date, TimeError, Timestamp};
pub use tree::{Entry, File, Files, Mode, PathError, SourceTree, TreePath};
pub use usage::{Details, InstallReport, Newer};
pub use verdict::{Annotation, AnnotationLevel, Conclusion, Verdict};
pub use version::{Version, VersionError};
pub use view::{
    LeftOut, LeftOutReason, LeftOutSubject, ViewFormat, ViewFormatError, ViewPart, ViewPush, ViewState, ViewUpdate,
};
pub use vitals::{ApiBudget, ApiUse, Half, HalfVitals, Latencies, PullCounts, Receipt, ReviewEnd, Stage, Vitals};
