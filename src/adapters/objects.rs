//! A store of artifacts over `object_store`: a folder today, a bucket with the same code.

use std::error::Error as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path as Location;
use object_store::{Error, ObjectStore, ObjectStoreExt as _, PutMode};

use crate::model::{ArtifactKey, Sha256};
use crate::ports::{ArtifactStore, Put, StoreError, StoredFile};

use super::beneath::{MOST_BYTES, is_full};

/// Artifacts under `<package>/<file name>` of an object store.
#[derive(Debug)]
pub struct Objects {
    name: String,
    place: Place,
}

/// Where the objects are.
#[derive(Debug)]
enum Place {
    /// A folder, which comes into being with the first put: a folder that is not there is an empty store.
    Directory(PathBuf),
    /// Any other store of `object_store`.
    Other(Arc<dyn ObjectStore>),
}

impl Objects {
    /// The store `name` in a folder. Every put is on the disk, name and bytes, before it is answered.
    #[must_use]
    pub fn directory(name: &str, folder: &Path) -> Self {
        Self { name: name.to_owned(), place: Place::Directory(folder.to_owned()) }
    }

    /// An empty store `name` that lasts as long as the value.
    #[must_use]
    pub fn memory(name: &str) -> Self {
        Self { name: name.to_owned(), place: Place::Other(Arc::new(InMemory::new())) }
    }

    /// The store for reading; `None` where the folder is not there yet.
    fn open(&self) -> Result<Option<Arc<dyn ObjectStore>>, StoreError> {
        match &self.place {
            Place::Other(store) => Ok(Some(Arc::clone(store))),
            Place::Directory(folder) => match folder.try_exists() {
                Ok(false) => Ok(None),
                Ok(true) => {
                    let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| self.failed("", &error))?;
                    Ok(Some(Arc::new(store.with_fsync(true))))
                }
                Err(error) => Err(self.unusable("", error.to_string())),
            },
        }
    }

    /// The store for writing.
    fn create(&self) -> Result<Arc<dyn ObjectStore>, StoreError> {
        if let Place::Directory(folder) = &self.place {
            std::fs::create_dir_all(folder).map_err(|error| self.io_failed("", &error))?;
        }
        self.open()?.ok_or_else(|| self.unusable("", "the folder is gone".to_owned()))
    }

    /// Refuses a location that a link, a pipe or a device stands in: `object_store` would follow the link, out of the
    /// store too, and wait for the pipe. A store that came from someone else may hold such things.
    fn refuse_links(&self, location: &str) -> Result<(), StoreError> {
        let Place::Directory(folder) = &self.place else { return Ok(()) };
        let mut path = folder.clone();
        for part in location.split('/') {
            path.push(part);
            match path.symlink_metadata() {
                Ok(found) if found.is_symlink() => {
                    return Err(self.unusable(location, format!("{} is a symbolic link", path.display())));
                }
                // Reading a pipe would never end.
                Ok(found) if !found.is_file() && !found.is_dir() => {
                    return Err(self.unusable(location, format!("{} is a pipe or a device", path.display())));
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                Err(error) => return Err(self.unusable(location, error.to_string())),
            }
        }
        Ok(())
    }

    fn unusable(&self, key: &str, message: String) -> StoreError {
        StoreError::Unusable { store: self.name.clone(), key: key.to_owned(), message }
    }

    fn io_failed(&self, key: &str, error: &io::Error) -> StoreError {
        if is_full(error) {
            return StoreError::Full { store: self.name.clone(), message: error.to_string() };
        }
        self.unusable(key, error.to_string())
    }

    /// The port's error for one of `object_store`, which keeps the operating system's somewhere in its chain of causes.
    fn failed(&self, key: &str, error: &Error) -> StoreError {
        let mut cause = error.source();
        while let Some(inner) = cause {
            if let Some(io) = inner.downcast_ref::<io::Error>() {
                return self.io_failed(key, io);
            }
            cause = inner.source();
        }
        self.unusable(key, error.to_string())
    }
}

impl ArtifactStore for Objects {
    fn name(&self) -> &str {
        &self.name
    }

    /// The bytes are read back and compared in every case: what the index will promise is what the store gives.
    async fn put(&self, key: &ArtifactKey, bytes: &[u8]) -> Result<Put, StoreError> {
        let key_text = key.to_string();
        self.refuse_links(&key_text)?;
        let store = self.create()?;
        let location = Location::from(key_text.as_str());
        let put = match store.put_opts(&location, bytes.to_vec().into(), PutMode::Create.into()).await {
            Ok(_) => Put::Stored,
            Err(Error::AlreadyExists { .. }) => Put::AlreadyThere,
            Err(error) => return Err(self.failed(&key_text, &error)),
        };
        match self.get(key).await? {
            Some(found) if found == bytes => Ok(put),
            Some(found) => Err(StoreError::Conflict {
                store: self.name.clone(),
                key: key_text,
                found: Sha256::of(&found),
                offered: Sha256::of(bytes),
            }),
            None => Err(self.unusable(&key_text, "the file was stored and is not there".to_owned())),
        }
    }

    async fn get(&self, key: &ArtifactKey) -> Result<Option<Vec<u8>>, StoreError> {
        let key_text = key.to_string();
        self.refuse_links(&key_text)?;
        let Some(store) = self.open()? else { return Ok(None) };
        let found = match store.get(&Location::from(key_text.as_str())).await {
            Ok(found) if found.meta.size > MOST_BYTES => {
                let message = format!("{} bytes are more than the {MOST_BYTES} that are read", found.meta.size);
                return Err(self.unusable(&key_text, message));
            }
            Ok(found) => found,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(self.failed(&key_text, &error)),
        };
        let bytes = found.bytes().await.map_err(|error| self.failed(&key_text, &error))?;
        Ok(Some(bytes.into()))
    }

    async fn size(&self, key: &ArtifactKey) -> Result<Option<u64>, StoreError> {
        let key_text = key.to_string();
        self.refuse_links(&key_text)?;
        let Some(store) = self.open()? else { return Ok(None) };
        match store.head(&Location::from(key_text.as_str())).await {
            Ok(found) => Ok(Some(found.size)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.failed(&key_text, &error)),
        }
    }

    /// Folder by folder, so that a link is refused before anything below it is listed. Names ending in `#<number>` are
    /// puts under way, or cut short by a crash: `object_store` leaves them out.
    async fn list(&self) -> Result<Vec<StoredFile>, StoreError> {
        let Some(store) = self.open()? else { return Ok(Vec::new()) };
        let mut files = Vec::new();
        let mut folders: Vec<Option<Location>> = vec![None];
        while let Some(folder) = folders.pop() {
            let listed = store
                .list_with_delimiter(folder.as_ref())
                .await
                .map_err(|error| self.failed(folder.as_ref().map_or("", |folder| folder.as_ref()), &error))?;
            for subfolder in listed.common_prefixes {
                self.refuse_links(subfolder.as_ref())?;
                folders.push(Some(subfolder));
            }
            for object in listed.objects {
                self.refuse_links(object.location.as_ref())?;
                files.push(StoredFile { path: object.location.into(), size: object.size });
            }
        }
        files.sort();
        Ok(files)
    }
}
