//! What an audit says.

use crate::model::{Code, PackageName, Range, Sha256, StatusKind, Version};
use crate::rules::report::counted;

use super::{Wording, first_few};

/// An index file cannot be read.
#[must_use]
pub fn unreadable(reason: &str) -> Wording {
    Wording::error(Code::IndexUnreadable, reason.to_owned())
        .hint("restore the file from the index's history or a mirror; the curator never overwrites what it cannot read")
}

/// A registry file cannot be read.
#[must_use]
pub fn registry_unreadable(reason: &str) -> Wording {
    Wording::error(Code::RegistryUnreadable, reason.to_owned()).hint("restore the file from the registry's history")
}

/// A file of a store, or the store itself, cannot be read.
#[must_use]
pub fn store_unreadable(reason: &str) -> Wording {
    Wording::error(Code::StoreUnreadable, reason.to_owned())
}

/// A mirror cannot be looked into.
#[must_use]
pub fn mirror_unreadable(reason: &str) -> Wording {
    Wording::warning(Code::StoreUnreadable, reason.to_owned())
        .hint("publishing goes on without this mirror; what it lacks is filled in when it can be reached again")
}

/// An archive could not be put into a mirror.
#[must_use]
pub fn mirror_lacks(reason: &str) -> Wording {
    Wording::warning(Code::ArtifactMissing, format!("the version is published, and a mirror lacks it: {reason}"))
        .hint("it is written down as owed and tried again; `curator status` lists it")
}

/// Why a store is to be emptied of a version, before it was tried.
pub const BYTES_STAY: &str = "the version was unpublished, and its archive is not removed yet";

/// An archive could not be taken out of a store.
#[must_use]
pub fn not_removed(reason: &str) -> Wording {
    Wording::warning(
        Code::ArtifactUnlisted,
        format!("the version is unpublished, and its archive is still there: {reason}"),
    )
    .hint("it is written down as owed and tried again; `curator status` lists it")
}

/// The revisions of a version do not ascend, or the last is not the one in force.
#[must_use]
pub fn revisions_disordered() -> Wording {
    Wording::error(Code::RevisionDiffers, "its revisions do not ascend to the one in force".to_owned())
}

/// A line carries another revision than the metadata says.
#[must_use]
pub fn revision_differs(line: Option<u64>, recorded: Option<u64>) -> Wording {
    let said = |revision: Option<u64>| revision.map_or_else(|| "none".to_owned(), |revision| revision.to_string());
    let message = format!("its line carries revision {}, and its metadata says {}", said(line), said(recorded));
    Wording::error(Code::RevisionDiffers, message)
}

/// Registry and index do not agree on a status.
#[must_use]
pub fn status_differs(name: &PackageName, version: &Version, kind: StatusKind) -> Wording {
    let message = format!("registry and index do not agree whether {name}@{version} is {}", kind.as_str());
    Wording::warning(Code::StatusDiffers, message).hint("`curator sync` makes the index say what the registry says")
}

/// A file or line stands in another package's place.
#[must_use]
pub fn misplaced(expected: Option<&str>) -> Wording {
    let wording = Wording::error(Code::IndexMisplaced, "clients look for this elsewhere".to_owned());
    match expected {
        Some(expected) => wording.hint(format!("it belongs in {expected}")),
        None => wording,
    }
}

/// The lines do not ascend.
#[must_use]
pub fn out_of_order(version: &Version) -> Wording {
    Wording::error(Code::IndexOrder, format!("{version} stands after a line of the same or a higher version"))
}

/// A published version has no line.
#[must_use]
pub fn manifest_missing(name: &PackageName, version: &Version) -> Wording {
    Wording::error(Code::ManifestMissing, format!("{name}@{version} is published, but the index has no manifest of it"))
        .hint("clients take it for a package without dependencies; put its line back")
}

/// A line has no metadata.
#[must_use]
pub fn metadata_missing(name: &PackageName, version: &Version) -> Wording {
    Wording::error(Code::MetadataMissing, format!("the index has a manifest of {name}@{version}, but no metadata"))
        .hint("clients do not see it; put its metadata back")
}

/// The same of a package of which something is wanted.
#[must_use]
pub fn holding(wording: Wording, name: &PackageName) -> Wording {
    let message = format!("{}: nothing more of {name} is published before that is mended", wording.message);
    Wording { message, ..wording }
}

/// An unpublished version has a line.
#[must_use]
pub fn resurrected(name: &PackageName, version: &Version) -> Wording {
    Wording::error(Code::Resurrected, format!("{name}@{version} was unpublished, but the index has a manifest of it"))
}

/// A dependency does not exist.
#[must_use]
pub fn dependency_unknown(name: &PackageName, version: &Version, dependency: &PackageName) -> Wording {
    Wording::error(Code::IndexUnsatisfiable, format!("{name}@{version} needs {dependency}, which is not in the index"))
}

/// A dependency has no version in the range.
#[must_use]
pub fn dependency_range(name: &PackageName, version: &Version, dependency: &PackageName, range: &Range) -> Wording {
    Wording::error(
        Code::IndexUnsatisfiable,
        format!("{name}@{version} needs {dependency} {range}, and the index has no such version"),
    )
}

/// A version cannot be had without itself.
#[must_use]
pub fn dependency_circle(name: &PackageName, version: &Version) -> Wording {
    Wording::error(
        Code::IndexUnsatisfiable,
        format!("{name}@{version} can never be built: whatever it takes, its dependencies lead in a circle"),
    )
}

/// A store lacks an archive.
#[must_use]
pub fn artifact_missing(name: &PackageName, version: &Version, store: &str) -> Wording {
    Wording::error(Code::ArtifactMissing, format!("the store '{store}' lacks the archive of {name}@{version}"))
        .hint("`curator sync` packs it again where its recipe is known")
}

/// A store lacks the checksum beside an archive.
#[must_use]
pub fn checksum_missing(name: &PackageName, version: &Version, store: &str) -> Wording {
    Wording::warning(Code::ArtifactMissing, format!("the store '{store}' lacks the checksum file of {name}@{version}"))
        .hint("`curator sync` writes it again")
}

/// An archive has another size.
#[must_use]
pub fn artifact_size(name: &PackageName, version: &Version, store: &str, found: u64, recorded: u64) -> Wording {
    Wording::error(
        Code::ArtifactAltered,
        format!("the archive of {name}@{version} in the store '{store}' has {found} bytes; the index says {recorded}"),
    )
    .hint(PACK_AGAIN)
}

/// An archive has another hash.
#[must_use]
pub fn artifact_altered(
    name: &PackageName,
    version: &Version,
    store: &str,
    found: &Sha256,
    recorded: &Sha256,
) -> Wording {
    Wording::error(
        Code::ArtifactAltered,
        format!(
            "the archive of {name}@{version} in the store '{store}' has the hash {found}; the index says {recorded}"
        ),
    )
    .hint(PACK_AGAIN)
}

const PACK_AGAIN: &str = "move it away and run `curator sync`, which packs it again where its recipe is known";

/// A checksum file says something else.
#[must_use]
pub fn checksum_altered(name: &PackageName, version: &Version, store: &str) -> Wording {
    Wording::error(
        Code::ArtifactAltered,
        format!("the checksum file of {name}@{version} in the store '{store}' does not name the recorded hash"),
    )
    .hint("move it away and run `curator sync`, which writes it again")
}

/// A store holds something that the index does not list.
#[must_use]
pub fn artifact_unlisted(store: &str) -> Wording {
    Wording::warning(Code::ArtifactUnlisted, format!("the store '{store}' has this file; the index does not list it"))
        .hint("an interrupted run leaves such a file and the next run completes it; otherwise nobody can vouch for it")
}

/// A published version has no definition.
#[must_use]
pub fn definition_missing(name: &PackageName, version: &Version) -> Wording {
    Wording::error(Code::DefinitionMissing, format!("{name}@{version} is published, but its definition is gone"))
        .hint("restore the file from the registry's history; definitions are never deleted")
}

/// A definition is not what was published.
#[must_use]
pub fn definition_differs(name: &PackageName, version: &Version) -> Wording {
    Wording::error(Code::DefinitionDiffers, format!("the definition of {name}@{version} is not the published one"))
        .hint("restore the file from the registry's history")
}

/// A line says something else than its definition.
#[must_use]
pub fn line_differs(name: &PackageName, version: &Version) -> Wording {
    Wording::error(
        Code::LineDiffers,
        format!("the index's manifest of {name}@{version} is not that of its definition, which is unchanged"),
    )
    .hint("clients resolve by this line: restore the file from the index's history or a mirror")
}

/// The facts of a version name another commit than its definition.
#[must_use]
pub fn commit_differs(name: &PackageName, version: &Version) -> Wording {
    Wording::error(
        Code::LineDiffers,
        format!("the index's commit of {name}@{version} is not that of its definition, which is unchanged"),
    )
    .hint("the archive is packed again from this commit: restore the file from the index's history or a mirror")
}

/// A package set cannot be used.
#[must_use]
pub fn package_set_unreadable(reason: &str) -> Wording {
    Wording::error(Code::PackageSetBroken, reason.to_owned())
        .hint("one set that cannot be read stops every spago command")
}

/// A package set says that it is another one.
#[must_use]
pub fn package_set_misnamed(version: &Version) -> Wording {
    Wording::error(Code::PackageSetBroken, format!("the set in this file says that it is {version}"))
}

/// A package set names versions that the index lacks.
#[must_use]
pub fn package_set_members(missing: &[String]) -> Wording {
    Wording::error(Code::PackageSetBroken, format!("the set names {}, which the index lacks", first_few(missing)))
}

/// A package set names versions that were unpublished after its release.
#[must_use]
pub fn package_set_unpublished(gone: &[String]) -> Wording {
    Wording::warning(
        Code::PackageSetBroken,
        format!("the set names {}, unpublished meanwhile: nobody can install it as it is", first_few(gone)),
    )
    .hint("release a set without it")
}

/// A package set lacks dependencies of its members.
#[must_use]
pub fn package_set_incomplete(lacking: &[String]) -> Wording {
    Wording::error(Code::PackageSetBroken, format!("the set lacks {}", first_few(lacking)))
}

/// The recorded hash of the tar in an archive is not that of the tar.
#[must_use]
pub fn content_altered(name: &PackageName, version: &Version, found: &Sha256, recorded: &Sha256) -> Wording {
    Wording::error(
        Code::ArtifactAltered,
        format!("the tar in the archive of {name}@{version} has the hash {found}; the index says {recorded}"),
    )
    .hint(
        "the archive is the published one, so the index was altered: restore its metadata from its history or a mirror",
    )
}

/// A store has other bytes under the name of a new archive.
#[must_use]
pub fn artifact_conflict(reason: &str) -> Wording {
    Wording::error(Code::ArtifactAltered, reason.to_owned())
        .hint("nothing is ever overwritten: find out who put those bytes there, move them away and run `curator sync`")
}

/// A store cannot take an archive, because what holds the files of its version is frozen without it.
#[must_use]
pub fn artifact_frozen(reason: &str) -> Wording {
    Wording::error(Code::ArtifactMissing, reason.to_owned()).hint(
        "GitHub thaws nothing: in a repository whose releases are immutable use layout = \"per-version\"; where a version's own \
         release lacks the file, use layout = \"per-package\" and let the repository's releases be mutable, or name another \
         repository. Then run `curator sync`: what was released before is still found",
    )
}

/// Packing a published version again gave other bytes.
#[must_use]
pub fn not_reproduced(name: &PackageName, version: &Version, found: &Sha256, recorded: &Sha256) -> Wording {
    Wording::error(
        Code::ArtifactMissing,
        format!("packing {name}@{version} again gives {found}; the index says {recorded}"),
    )
    .hint("only an archive that equals the index is stored; bring it from a mirror")
}

/// Packing a published version again is impossible.
#[must_use]
pub fn not_rebuilt(name: &PackageName, version: &Version, reason: &str) -> Wording {
    Wording::error(Code::ArtifactMissing, format!("the archive of {name}@{version} cannot be packed again: {reason}"))
        .hint("bring it from a mirror")
}

/// An adopted version cannot be packed again, and no store has its archive as it was published.
#[must_use]
pub fn without_recipe(name: &PackageName, version: &Version) -> Wording {
    let message = format!(
        "{name}@{version} was adopted, so its archive cannot be packed again, and no store has it with the recorded hash"
    );
    Wording::error(Code::ArtifactMissing, message).hint("bring it from where it was adopted, or from a mirror")
}

/// A version was published from a folder, and no store has its archive any more.
#[must_use]
pub fn local_source(name: &PackageName, version: &Version) -> Wording {
    let message = format!(
        "{name}@{version} was published from a local folder, so its archive cannot be packed again here, and no store has it \
         with the recorded hash"
    );
    Wording::error(Code::ArtifactMissing, message).hint(
        "bring it from a mirror, or pack that folder again with `curator pack`: an archive with the recorded hash is taken",
    )
}

/// A store lacks archives that nobody but their former registry can give.
#[must_use]
pub fn adopted_elsewhere(store: &str, number: usize) -> Wording {
    let message = format!("the store '{store}' does not hold the archives of {}", counted(number, "adopted version"));
    Wording::warning(Code::ArtifactMissing, message).hint(
        "clients have them from the registry that published them; to hold them here, bring them from there or from a \
         mirror: an archive with the recorded hash is taken",
    )
}

/// Why what stands in the place of a folder cannot be looked into.
pub const NO_FOLDER: &str = "a folder belongs here, not a file or a link";
