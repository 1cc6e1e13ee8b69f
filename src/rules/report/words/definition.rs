//! What is said of the fields of a definition.

use crate::model::{Code, CommitId, PackageName, Ref, Registration, Version};
use crate::rules::similar::{Likeness, Reserved};

use super::{Wording, listed, word};

/// The name is outside the grammar.
#[must_use]
pub fn name(text: &str, reason: &str) -> Wording {
    Wording::error(Code::Name, format!("'{}' is not a package name: {reason}", word(text)))
        .hint("lower-case letters and digits, joined by single dashes, like data-frames")
}

/// The name is reserved.
#[must_use]
pub fn reserved_name(name: &PackageName, reason: &str) -> Wording {
    Wording::error(Code::ReservedName, format!("the name {name} is reserved: {reason}")).hint("choose another name")
}

/// The name can be mistaken for an existing one.
#[must_use]
pub fn confusable_name(name: &PackageName, existing: &PackageName, reason: &str) -> Wording {
    Wording::error(Code::ConfusableName, format!("the new name {name} can be mistaken for {existing}: {reason}"))
        .hint("choose a name that nobody can confuse with an existing package")
}

/// The name is close to an existing one.
#[must_use]
pub fn similar_name(name: &PackageName, existing: &PackageName, reason: &str) -> Wording {
    Wording::warning(Code::SimilarName, format!("the new name {name} is close to {existing}: {reason}"))
        .hint("a trustee decides whether the two can stand side by side")
}

/// In what way two names are alike.
#[must_use]
pub fn likeness(likeness: Likeness) -> &'static str {
    match likeness {
        Likeness::SameSkeleton => "the two look the same",
        Likeness::OtherDashes => "only their dashes differ",
        Likeness::SwappedWords => "the words are the same in another order",
        Likeness::Plural => "one is the plural of the other",
        Likeness::OneEdit => "they are one letter apart",
    }
}

/// Why a name is nobody's to register.
#[must_use]
pub fn why_reserved(reserved: Reserved) -> &'static str {
    match reserved {
        Reserved::WindowsDevice => "Windows opens a device instead of a file of that name",
        Reserved::Language => "it stands for the language or its compiler",
        Reserved::Registry => "it stands for the registry or a part of it",
    }
}

/// The version is outside the grammar.
#[must_use]
pub fn version(text: &str, reason: &str) -> Wording {
    Wording::error(Code::VersionGrammar, format!("'{}' is not a version: {reason}", word(text)))
}

/// The version is not the next one.
#[must_use]
pub fn not_next(version: &Version, newest: &Version, next: &[Version]) -> Wording {
    Wording::error(Code::VersionOrder, format!("{version} does not follow any version of the package"))
        .hint(format!("after {newest} come {}; curator.toml asks for sequential versions", listed(next)))
}

/// The definition of a published version is not what it was.
#[must_use]
pub fn changed(name: &PackageName, version: &Version) -> Wording {
    Wording::error(
        Code::Changed,
        format!("{name}@{version} is published, and its definition differs from the published one"),
    )
    .hint("restore the file; a change needs a new version, other bounds need an override")
}

/// The version was unpublished.
#[must_use]
pub fn unpublished(name: &PackageName, version: &Version) -> Wording {
    Wording::error(Code::Unpublished, format!("{name}@{version} was unpublished and never comes back"))
        .hint("publish the next version")
}

/// The location is outside the grammar.
#[must_use]
pub fn location(reason: &str) -> Wording {
    Wording::error(Code::LocationGrammar, format!("\"location\": {reason}"))
        .hint(r#"write {"githubOwner": "…", "githubRepo": "…"} or {"gitUrl": "https://…"}, with "subdir" where needed"#)
}

/// The location's host is not allowed.
#[must_use]
pub fn host(host: &str, allowed: &[&str]) -> Wording {
    Wording::error(Code::Host, format!("this registry takes no sources from {host}"))
        .hint(format!("allowed are {}; [fetch] allow_hosts in curator.toml says so", listed(allowed)))
}

/// The URL is fetched without protection.
#[must_use]
pub fn insecure_url() -> Wording {
    Wording::error(Code::Host, "sources are fetched over https only".to_owned()).hint("write the URL with https://")
}

/// The package has no registration.
#[must_use]
pub fn unregistered(name: &PackageName) -> Wording {
    Wording::error(Code::Unregistered, format!("the package {name} is not registered"))
        .hint(format!("add packages/{}/registration.json with its location and maintainers", name.home()))
}

/// The location is not the registered one.
#[must_use]
pub fn location_differs(found: &str, registered: &str) -> Wording {
    Wording::error(
        Code::LocationDiffers,
        format!("the location is {found}, but the package is registered at {registered}"),
    )
    .hint("a move is a change of registration.json, reviewed as a transfer")
}

/// A registration does not say which repository it means.
#[must_use]
pub fn location_id_missing(id: u64, before: Option<&Registration>) -> Wording {
    let message = "the registration does not say the number of its repository".to_owned();
    // A package that was registered without it long ago is not held up by it.
    let wording = match before {
        Some(_) => Wording::warning(Code::LocationId, message),
        None => Wording::error(Code::LocationId, message),
    };
    wording.hint(format!("add \"locationId\": {id}, so that nobody can put another repository in its place"))
}

/// The repository at the registered location is not the one that was registered.
#[must_use]
pub fn location_id_differs(location: &str, registered: u64, found: u64) -> Wording {
    Wording::error(
        Code::LocationId,
        format!("{location} is the repository {found}, and the registration says {registered}"),
    )
    .hint("a repository that was made anew under an old name has another number: find out who made it")
}

/// The owners are not the registered ones.
#[must_use]
pub fn owners_differ() -> Wording {
    Wording::error(Code::Owners, "these are not the owners that the package is registered with".to_owned()).hint(
        "leave \"owners\" out, or repeat those of registration.json; a definition never changes who owns a package",
    )
}

/// The ref is outside the grammar.
#[must_use]
pub fn reference(text: &str, reason: &str) -> Wording {
    Wording::error(Code::RefGrammar, format!("'{}' cannot be a ref: {reason}", word(text)))
        .hint("name a tag, like v1.2.3")
}

/// The commit is outside the grammar.
#[must_use]
pub fn commit(reason: &str) -> Wording {
    Wording::error(Code::Commit, format!("\"commit\": {reason}")).hint("`git rev-parse 'v1.2.3^{commit}'` prints it")
}

/// There is no commit.
#[must_use]
pub fn commit_missing(resolved: Option<&CommitId>) -> Wording {
    let wording = Wording::error(Code::Commit, "the definition names no commit".to_owned());
    match resolved {
        Some(commit) => wording.hint(format!("the ref resolves to {commit}; add \"commit\": \"{commit}\"")),
        None => wording.hint("add \"commit\": the 40 hexadecimal digits that `git rev-parse '<ref>^{commit}'` prints"),
    }
}

/// The ref resolves to another commit.
#[must_use]
pub fn ref_moved(reference: &Ref, resolved: Option<&CommitId>, commit: &CommitId) -> Wording {
    let message = match resolved {
        Some(resolved) => format!("the ref {reference} resolves to {resolved}, not to {commit}"),
        None => format!("the source has no tag {reference}; the definition names commit {commit}"),
    };
    Wording::error(Code::RefMoved, message).hint("what is reviewed is the commit; correct it, or put the tag back")
}

/// The compiler is outside the grammar.
#[must_use]
pub fn compiler(text: &str, reason: &str) -> Wording {
    Wording::error(Code::Compiler, format!("'{}' is not a compiler version: {reason}", word(text)))
        .hint("`purs --version` prints it, like 0.15.15")
}

/// There is no compiler.
#[must_use]
pub fn compiler_missing() -> Wording {
    Wording::error(Code::Compiler, "the definition names no compiler".to_owned())
        .hint("add \"compiler\": the version that the package was written for, as `purs --version` prints it")
}

/// The licence is no SPDX expression.
#[must_use]
pub fn license(reason: &str) -> Wording {
    Wording::error(Code::License, format!("\"license\": {reason}"))
        .hint("identifiers are those of spdx.org/licenses, in their spelling there: MIT, BSD-3-Clause, Apache-2.0")
}

/// The licence has another canonical spelling.
#[must_use]
pub fn license_spelling(text: &str, canonical: &str) -> Wording {
    Wording::error(Code::LicenseSpelling, format!("the licence '{text}' is spelled '{canonical}' today"))
        .hint(format!("write \"{canonical}\""))
}

/// The description is longer than clients read.
#[must_use]
pub fn description(chars: usize, limit: usize) -> Wording {
    Wording::error(Code::Description, format!("the description has {chars} characters; the limit is {limit}"))
        .hint("spago 1.0 cannot read a package with a longer one, and then takes it for one without dependencies")
}

/// A glob is outside the grammar or the package.
#[must_use]
pub fn glob(key: &str, reason: &str) -> Wording {
    Wording::error(Code::Glob, format!("\"{key}\": {reason}"))
        .hint("globs are relative to the package's folder and stay inside it, like test/**/*.purs")
}

/// A list has more globs than are worth trying.
#[must_use]
pub fn many_globs(key: &str, number: usize, limit: usize) -> Wording {
    Wording::error(Code::Glob, format!("\"{key}\" has {number} globs; the limit is {limit}"))
        .hint("a glob with ** or {a,b} stands for many paths, and a folder for everything in it")
}
