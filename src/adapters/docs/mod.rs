//! Documentation, brought to a server or into a folder.

mod folder;
mod server;

use crate::model::{Docs, PackageName, Version};
use crate::ports::{DocsError, DocsHost, Put};

pub use folder::DocsFolder;
pub use server::{DocsPatience, DocsServer, DocsToken};

/// Where documentation is kept, whatever that is.
pub enum DocsShelf {
    /// A folder.
    Folder(DocsFolder),
    /// A server.
    Server(Box<DocsServer>),
}

impl DocsHost for DocsShelf {
    fn name(&self) -> &str {
        match self {
            Self::Folder(it) => it.name(),
            Self::Server(it) => it.name(),
        }
    }

    async fn put(&self, name: &PackageName, version: &Version, docs: &Docs) -> Result<Put, DocsError> {
        match self {
            Self::Folder(it) => it.put(name, version, docs),
            Self::Server(it) => it.put(name, version, docs).await,
        }
    }
}
