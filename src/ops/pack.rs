//! Packing a source by itself, with the rules of a registry and nothing else of one: what would be published of this
//! folder, or of that tag.

use crate::model::{Artifact, CommitId, EncoderName, Location, Manifest, PackageRules, Ref, SourceTree};
use crate::ports::{Encoder, Proof, SourceFetcher, SourceRequest, Workspace, WorkspaceError};
use crate::rules::own_manifest::OwnManifest;
use crate::rules::pack::FileRules;
use crate::rules::report::words;

use super::Stop;
use super::inspect::{choose, compress};

/// How to pack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackRequest {
    /// The manifest; where there is none, the source's own.
    pub manifest: Option<Manifest>,
    /// The tag, where the source is a git repository.
    pub reference: Option<Ref>,
    /// How the tar is compressed.
    pub encoder: EncoderName,
    /// The files of a package, where a registry says which; `None` where its language does.
    pub package: Option<PackageRules>,
}

/// Packs a folder of the user's.
///
/// # Errors
/// [`Stop`]: the folder cannot be read or packed, has no manifest, or the encoder fails.
pub fn pack_folder<W: Workspace, E: Encoder>(
    workspace: &W,
    encoder: &E,
    request: &PackRequest,
) -> Result<Artifact, Stop> {
    let tree = workspace.source(&|_| true)?;
    pack(encoder, &tree, None, request)
}

/// Packs a git source at the tag of the request.
///
/// # Errors
/// [`Stop`]: the source cannot be fetched or packed, has no manifest, or the encoder fails.
pub async fn pack_git<F: SourceFetcher, E: Encoder>(
    sources: &F,
    encoder: &E,
    location: Location,
    request: &PackRequest,
) -> Result<Artifact, Stop> {
    let reference =
        request.reference.clone().ok_or_else(|| Stop::Usage("name the tag to pack with --ref".to_owned()))?;
    let fetched =
        sources.fetch(&SourceRequest { location, reference, commit: None, proof: Proof::Reviewed }, &|_| true).await?;
    pack(encoder, &fetched.tree, Some(fetched.commit), request)
}

fn pack<E: Encoder>(
    encoder: &E,
    tree: &SourceTree,
    commit: Option<CommitId>,
    request: &PackRequest,
) -> Result<Artifact, Stop> {
    let manifest = match &request.manifest {
        Some(manifest) => manifest.clone(),
        None => own_manifest(tree, request.reference.as_ref(), request.package.as_ref())
            .map_err(|reason| unpackable(format!("{reason}; {WITHOUT_MANIFEST}")))?,
    };
    let rules = FileRules::of(request.package.as_ref());
    let files = choose(&rules, tree, &manifest)?.map_err(|errors| unpackable(words::joined(&errors)))?;
    compress(encoder, request.encoder, &manifest, files, commit)
}

/// What to do about a source that does not say what it is.
const WITHOUT_MANIFEST: &str = "name a definition with --definition";

/// The manifest that stands in a source, or why there is none that says enough.
pub(super) fn own_manifest(
    tree: &SourceTree,
    reference: Option<&Ref>,
    package: Option<&PackageRules>,
) -> Result<Manifest, String> {
    let Some((file, own)) = OwnManifest::all(tree, package).into_iter().next() else {
        return Err(match package {
            None => "there is no purs.json and no spago.yaml".to_owned(),
            Some(package) => format!("there is no {}", package.manifest),
        });
    };
    let manifest = own.and_then(|own| own.manifest(reference));
    manifest.map_err(|reason| format!("{file} is no complete manifest: {reason}"))
}

fn unpackable(message: String) -> Stop {
    Stop::Workspace(WorkspaceError::Unpackable { place: "the source".to_owned(), message })
}
