//! A definition: the file by which an author asks for one version of a package to be published.

use serde::{Serialize, Serializer};

use super::archive_url::ArchiveUrl;
use super::fields::{FieldProblem, Fields, Reading};
use super::git_ref::{CommitId, Ref};
use super::glob::Glob;
use super::json::{Document, Node};
use super::license::License;
use super::location::{GitHubName, GitUrl, Location, LocationError};
use super::manifest::{Dependencies, Manifest};
use super::name::PackageName;
use super::nonempty::NonEmpty;
use super::owner::Owner;
use super::profile::Profile;
use super::text::Description;
use super::tree::TreePath;
use super::version::Version;

/// A manifest and the two facts that stay in the registry: the commit that is packed and the compiler it was written for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// What enters the archive and the index.
    pub manifest: Manifest,
    /// The commit that `ref` resolves to.
    pub commit: Option<CommitId>,
    /// The compiler that the version was written for.
    pub compiler: Option<Version>,
}

/// The fields of a definition in the order of [`DEFINITION_KEYS`].
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'d> {
    name: &'d PackageName,
    version: &'d Version,
    license: &'d License,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'d Description>,
    location: &'d Location,
    r#ref: &'d Ref,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'d CommitId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compiler: Option<&'d Version>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owners: Option<&'d NonEmpty<Owner>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    include_files: Option<&'d NonEmpty<Glob>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exclude_files: Option<&'d NonEmpty<Glob>>,
    dependencies: &'d Dependencies,
}

impl Serialize for Definition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { manifest, commit, compiler } = self;
        let written = Written {
            name: &manifest.name,
            version: &manifest.version,
            license: &manifest.license,
            description: manifest.description.as_ref(),
            location: &manifest.location,
            r#ref: &manifest.reference,
            commit: commit.as_ref(),
            compiler: compiler.as_ref(),
            owners: manifest.owners.as_ref(),
            include_files: manifest.include_files.as_ref(),
            exclude_files: manifest.exclude_files.as_ref(),
            dependencies: &manifest.dependencies,
        };
        written.serialize(serializer)
    }
}

/// Every key of a definition, in the order in which the curator writes them.
pub const DEFINITION_KEYS: [&str; 12] = [
    "name",
    "version",
    "license",
    "description",
    "location",
    "ref",
    "commit",
    "compiler",
    "owners",
    "includeFiles",
    "excludeFiles",
    "dependencies",
];

/// The fields of a definition that can be read, each by itself: what the checks look at where one field is broken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DefinitionParts {
    /// The package.
    pub name: Option<PackageName>,
    /// Its version.
    pub version: Option<Version>,
    /// The licence.
    pub license: Option<License>,
    /// What the package is for.
    pub description: Option<Description>,
    /// Where the source is.
    pub location: Option<Location>,
    /// The tag of the source.
    pub reference: Option<Ref>,
    /// The commit.
    pub commit: Option<CommitId>,
    /// The compiler.
    pub compiler: Option<Version>,
    /// The keys that may unpublish or transfer.
    pub owners: Option<NonEmpty<Owner>>,
    /// Globs of files to pack.
    pub include_files: Option<NonEmpty<Glob>>,
    /// Globs of files not to pack.
    pub exclude_files: Option<NonEmpty<Glob>>,
    /// The dependencies that can be read.
    pub dependencies: Dependencies,
}

/// A definition file, read as far as it can be read.
#[derive(Debug, Clone, PartialEq)]
pub struct DefinitionReading {
    /// The definition; `None` where a problem other than an unknown key stands in the way.
    pub value: Option<Definition>,
    /// The fields that can be read.
    pub parts: DefinitionParts,
    /// Everything that is wrong, in the order of the fields.
    pub problems: Vec<FieldProblem>,
    /// The keys that the reader asked for, whether they were there or not.
    pub known: Vec<&'static str>,
}

impl Definition {
    /// Reads a definition of a registry of that profile, and everything that is wrong with its fields.
    #[must_use]
    pub fn read(document: &Document, profile: Profile) -> DefinitionReading {
        let mut fields = Fields::of(document.root());
        let parts = DefinitionParts {
            name: fields.required_by("name", |text| profile.name(text)),
            version: fields.required_by("version", |text| profile.version(text)),
            license: fields.required("license"),
            description: fields.optional("description"),
            location: fields.required_node("location").and_then(|node| {
                let location = fields.adopt("location", read_location(node, profile))?;
                pinned(&mut fields, node, location)
            }),
            reference: fields.required("ref"),
            commit: fields.optional("commit"),
            compiler: match profile {
                Profile::Purescript => fields.required_by("compiler", |text| profile.version(text)),
                // Not every language has one.
                Profile::Generic => fields.optional_by("compiler", |text| profile.version(text)),
            },
            owners: read_owners(&mut fields),
            include_files: fields.optional_list("includeFiles").and_then(non_empty),
            exclude_files: fields.optional_list("excludeFiles").and_then(non_empty),
            dependencies: fields
                .sound_entries("dependencies", (|text: &str| profile.name(text), |text: &str| profile.range(text))),
        };
        if parts.location.as_ref().is_some_and(Location::is_archive)
            && let Some(node) = fields.node("commit")
        {
            fields.invalid("commit", &node.span, "", "an archive has no commit: its digest says what it is");
        }
        let Reading { value, problems, known } = fields.finish(parts.clone().whole());
        DefinitionReading { value, parts, problems, known }
    }

    /// The definition as a file: indented by two, with a line end.
    ///
    /// # Errors
    /// None in practice: every part of it can be written as JSON.
    pub fn to_file(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}

impl DefinitionParts {
    fn whole(self) -> Option<Definition> {
        let manifest = Manifest {
            name: self.name?,
            version: self.version?,
            license: self.license?,
            description: self.description,
            location: self.location?,
            reference: self.reference?,
            owners: self.owners,
            include_files: self.include_files,
            exclude_files: self.exclude_files,
            dependencies: self.dependencies,
        };
        Some(Definition { manifest, commit: self.commit, compiler: self.compiler })
    }
}

/// The location of a version: an archive has its digest, and nothing that only a repository has.
fn pinned(fields: &mut Fields<'_>, node: &Node, location: Location) -> Option<Location> {
    let Location::Archive { url, sha256 } = &location else { return Some(location) };
    let reason = match sha256 {
        _ if !url.is_archive() => "the URL of an archive ends in .tar.gz or .tgz",
        None => "an archive has its digest beside it: \"sha256\", as `curator new` writes it",
        Some(_) => return Some(location),
    };
    fields.invalid("location", &node.span, url.as_str(), reason);
    None
}

/// Reads a location in a registry of that profile and everything that is wrong with it. The clients of PureScript know no
/// archives: there its keys are unknown ones.
pub(super) fn read_location(node: &Node, profile: Profile) -> Reading<Location> {
    let mut fields = Fields::of(node);
    if profile == Profile::Generic && node.member("url").is_some() {
        let (url, sha256) = (fields.required::<ArchiveUrl>("url"), fields.optional("sha256"));
        let is_sound = fields.is_sound();
        return fields.finish(url.filter(|_| is_sound).map(|url| Location::Archive { url, sha256 }));
    }
    let github = ["githubOwner", "githubRepo"].map(|key| fields.node(key).is_some());
    let subdir_given = fields.node("subdir").is_some();
    let subdir = fields.optional::<TreePath>("subdir");
    let sound = subdir.is_some() == subdir_given;
    if github.contains(&true) && fields.node("gitUrl").is_some() {
        fields.invalid("location", &node.span, "", &LocationError.to_string());
    }
    let location = if github.contains(&true) {
        let github_owner = fields.required::<GitHubName>("githubOwner");
        let github_repo = fields.required::<GitHubName>("githubRepo");
        github_owner.zip(github_repo).map(|(github_owner, github_repo)| Location::GitHub {
            github_owner,
            github_repo,
            subdir,
        })
    } else {
        fields.required::<GitUrl>("gitUrl").map(|git_url| Location::Git { git_url, subdir })
    };
    fields.finish(location.filter(|_| sound))
}

/// Reads the optional field `owners` and everything that is wrong with it.
pub(super) fn read_owners(fields: &mut Fields<'_>) -> Option<NonEmpty<Owner>> {
    let node = fields.node("owners")?;
    let items = fields.non_empty("owners", node)?;
    let owners: Option<Vec<Owner>> = items.iter().map(|item| fields.adopt("owners", read_owner(item))).collect();
    owners.and_then(non_empty)
}

fn read_owner(node: &Node) -> Reading<Owner> {
    let mut fields = Fields::of(node);
    let id = fields.optional::<String>("id");
    let keytype = fields.required::<String>("keytype");
    let public = fields.required::<String>("public");
    let owner = keytype.zip(public).and_then(|(keytype, public)| {
        let owner = Owner::new(id, keytype, public);
        owner.map_err(|error| fields.invalid("owners", &node.span, "", &error.to_string())).ok()
    });
    fields.finish(owner)
}

fn non_empty<T>(items: Vec<T>) -> Option<NonEmpty<T>> {
    NonEmpty::try_from(items).ok()
}
