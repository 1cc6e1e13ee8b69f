//! A source as the stories want it: files, out of a repository or out of an archive that is what it was.

use crate::model::{CommitId, Entry, Limits, Location, Sha256, SourceTree};
use crate::ports::{FetchError, Source, SourceFetcher, SourceRequest, Wanted};
use crate::rules::pack::unpack;

/// A source that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fetched {
    /// The commit that was read; `None` of an archive.
    pub(super) commit: Option<CommitId>,
    /// The commit that the tag names now; `None` where the tag is gone, and of an archive.
    pub(super) resolved: Option<CommitId>,
    /// The digest of the archive; `None` of a repository.
    pub(super) digest: Option<Sha256>,
    /// The files below the package's folder.
    pub(super) tree: SourceTree,
}

impl From<Source> for Fetched {
    fn from(source: Source) -> Self {
        let Source { commit, resolved, tree } = source;
        Self { commit: Some(commit), resolved, digest: None, tree }
    }
}

/// Brings the source of a request. An archive is unpacked only where its digest is the one that its location names; of one
/// that names none, whoever asks learns the digest.
pub(super) async fn fetched<F: SourceFetcher>(
    sources: &F,
    request: &SourceRequest,
    wanted: Wanted<'_>,
    limits: &Limits,
) -> Result<Fetched, FetchError> {
    let Location::Archive { url, sha256 } = &request.location else {
        return sources.fetch(request, wanted).await.map(Fetched::from);
    };
    let bytes = sources.download(url).await?;
    let digest = Sha256::of(&bytes);
    if let Some(expected) = sha256.filter(|expected| *expected != digest) {
        return Err(FetchError::OtherBytes { location: url.to_string(), expected, found: digest });
    }
    let unusable = |error: String| FetchError::BadArchive { location: url.to_string(), message: error };
    let (_, files) = unpack(&bytes, limits).map_err(|error| unusable(error.to_string()))?;
    let entry = |(path, file): (_, crate::model::File)| {
        let size = file.bytes.len() as u64;
        let is_wanted = wanted(&path);
        let entry = if is_wanted { Entry::File(file) } else { Entry::Unread { size } };
        (path, entry)
    };
    let tree = files.into_iter().map(entry).collect();
    Ok(Fetched { commit: None, resolved: None, digest: Some(digest), tree })
}
