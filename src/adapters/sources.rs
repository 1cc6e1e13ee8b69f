//! Where sources come from: repositories and archives.

use crate::adapters::Archives;
use crate::adapters::git::GitSources;
use crate::model::{ArchiveUrl, Location};
use crate::ports::{FetchError, Source, SourceFetcher, SourceRequest, Tag, Wanted};

/// The hands that fetch sources.
pub struct Sources {
    git: GitSources,
    archives: Archives,
}

impl Sources {
    /// Repositories by one hand, archives by the other.
    #[must_use]
    pub fn new(git: GitSources, archives: Archives) -> Self {
        Self { git, archives }
    }
}

impl SourceFetcher for Sources {
    async fn fetch(&self, request: &SourceRequest, wanted: Wanted<'_>) -> Result<Source, FetchError> {
        self.git.fetch(request, wanted).await
    }

    async fn tags(&self, location: &Location) -> Result<Vec<Tag>, FetchError> {
        self.git.tags(location).await
    }

    async fn download(&self, url: &ArchiveUrl) -> Result<Vec<u8>, FetchError> {
        self.archives.download(url).await
    }
}
