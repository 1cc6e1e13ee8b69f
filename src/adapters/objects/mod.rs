//! A store of artifacts over `object_store`: a folder or a bucket.

mod bucket;
mod client;
mod failure;
mod silence;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::StreamExt as _;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path as Location;
use object_store::{Error, GetResult, ObjectStore, ObjectStoreExt as _, PutMode};
use tokio::time::timeout;

use crate::model::{
    ArtifactKey, Bucket, BucketKeys, Fault, KeysError, PackageName, ReleaseTag, Sha256, Version, Withdrawn,
};
use crate::ports::{ArtifactStore, Put, StoreError, StoredFile};

use super::asked::Asked;
use super::beneath::MOST_BYTES;
pub use bucket::Patience;
use bucket::{Closed, NotOpened};

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
    /// Nowhere but in this value.
    Memory(Arc<InMemory>),
    /// A bucket. It is never made: that is the operator's decision.
    Bucket(Box<Closed>),
}

/// How often a bucket is asked to store a file. The second time only after it was seen that the first one did nothing.
const PUTS: usize = 2;

impl Objects {
    /// The store `name` in a folder. Every put is on the disk, name and bytes, before it is answered.
    #[must_use]
    pub fn directory(name: &str, folder: &Path) -> Self {
        Self { name: name.to_owned(), place: Place::Directory(folder.to_owned()) }
    }

    /// An empty store `name` that lasts as long as the value.
    #[must_use]
    pub fn memory(name: &str) -> Self {
        Self { name: name.to_owned(), place: Place::Memory(Arc::new(InMemory::new())) }
    }

    /// The store `name` in a bucket. That its keys are missing is told when it is first asked for something.
    #[must_use]
    pub fn bucket(name: &str, bucket: Bucket, keys: Result<BucketKeys, KeysError>, patience: Patience) -> Self {
        Self { name: name.to_owned(), place: Place::Bucket(Box::new(Closed::new(bucket, keys, patience))) }
    }

    fn asked<'a>(&'a self, key: &'a str) -> Asked<'a> {
        Asked { store: &self.name, key }
    }

    /// The store for reading; `None` where the folder is not there yet.
    fn open(&self) -> Result<Option<Arc<dyn ObjectStore>>, StoreError> {
        let asked = self.asked("");
        match &self.place {
            Place::Memory(store) => Ok(Some(Arc::<InMemory>::clone(store))),
            Place::Bucket(bucket) => bucket.open().map(Some).map_err(|error| match error {
                NotOpened::Keys(error) => self.asked(&bucket.shown()).denied(error.to_string()),
                NotOpened::Client(message) => self.asked(&bucket.shown()).unusable(message),
            }),
            Place::Directory(folder) => match folder.try_exists() {
                Ok(false) => Ok(None),
                Ok(true) => {
                    let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| asked.failed(&error))?;
                    Ok(Some(Arc::new(store.with_fsync(true))))
                }
                Err(error) => Err(asked.unusable(error.to_string())),
            },
        }
    }

    /// The store for writing.
    fn create(&self) -> Result<Arc<dyn ObjectStore>, StoreError> {
        if let Place::Directory(folder) = &self.place {
            std::fs::create_dir_all(folder).map_err(|error| self.asked("").io_failed(&error))?;
        }
        self.open()?.ok_or_else(|| self.asked("").unusable("the folder is gone"))
    }

    /// Refuses a location that a link, a pipe or a device stands in: `object_store` would follow the link, out of the
    /// store too, and wait for the pipe. A store that came from someone else may hold such things.
    fn refuse_links(&self, location: &str) -> Result<(), StoreError> {
        let Place::Directory(folder) = &self.place else { return Ok(()) };
        let asked = self.asked(location);
        let mut path = folder.clone();
        for part in location.split('/') {
            path.push(part);
            match path.symlink_metadata() {
                Ok(found) if found.is_symlink() => {
                    return Err(asked.unusable(format!("{} is a symbolic link", path.display())));
                }
                // Reading a pipe would never end.
                Ok(found) if !found.is_file() && !found.is_dir() => {
                    return Err(asked.unusable(format!("{} is a pipe or a device", path.display())));
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                Err(error) => return Err(asked.unusable(error.to_string())),
            }
        }
        Ok(())
    }

    /// Waits for an answer that comes with so many bytes, for as long as there is patience. A folder is the machine's own.
    async fn wait<T>(&self, asked: Asked<'_>, bytes: u64, answer: impl Future<Output = T>) -> Result<T, StoreError> {
        let Place::Bucket(bucket) = &self.place else { return Ok(answer.await) };
        let patience = bucket.patience.with_bytes(bytes);
        timeout(patience, answer).await.map_err(|_| asked.too_late(patience))
    }

    /// The answer of a question after something that may not be there. That a whole bucket is not there is an error.
    fn found<T>(&self, asked: Asked<'_>, answer: Result<T, Error>) -> Result<Option<T>, StoreError> {
        match answer {
            Ok(found) => Ok(Some(found)),
            Err(error @ Error::NotFound { .. }) => match (&self.place, asked.failed(&error)) {
                (Place::Bucket(_), error @ StoreError::Absent { .. }) => Err(error),
                _ => Ok(None),
            },
            Err(error) => Err(asked.failed(&error)),
        }
    }

    async fn open_object(&self, key: &str) -> Result<Option<GetResult>, StoreError> {
        self.refuse_links(key)?;
        let Some(store) = self.open()? else { return Ok(None) };
        let asked = self.asked(key);
        let answer = self.wait(asked, 0, store.get(&Location::from(key))).await?;
        self.found(asked, answer)
    }

    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let asked = self.asked(key);
        let Some(found) = self.open_object(key).await? else { return Ok(None) };
        let size = found.meta.size;
        if size > MOST_BYTES {
            return Err(asked.unusable(format!("{size} bytes are more than the {MOST_BYTES} that are read")));
        }
        let bytes = self.wait(asked, size, found.bytes()).await?.map_err(|error| asked.failed(&error))?;
        Ok(Some(bytes.into()))
    }

    /// Stores the bytes where nothing is.
    async fn create_object(&self, key: &str, bytes: &[u8]) -> Result<Put, StoreError> {
        let (asked, store, size) = (self.asked(key), self.create()?, bytes.len() as u64);
        let location = Location::from(key);
        let stored = store.put_opts(&location, bytes.to_vec().into(), PutMode::Create.into());
        match self.wait(asked, size, stored).await? {
            Ok(_) => Ok(Put::Stored),
            Err(Error::AlreadyExists { .. }) => Ok(Put::AlreadyThere),
            Err(error) => Err(asked.failed(&error)),
        }
    }

    /// Compares what the store has with what was offered.
    fn compared(&self, key: &str, put: Put, found: &[u8], offered: &[u8]) -> Result<Put, StoreError> {
        if found == offered {
            return Ok(put);
        }
        let (found, offered) = (Sha256::of(found), Sha256::of(offered));
        Err(StoreError::Conflict { store: self.name.clone(), key: key.to_owned(), found, offered })
    }

    /// Every object of a bucket: pages of a flat list, however many packages there are.
    async fn pages(&self, store: Arc<dyn ObjectStore>) -> Result<Vec<StoredFile>, StoreError> {
        let asked = self.asked("the list of its files");
        let mut files = Vec::new();
        let mut listing = store.list(None);
        while let Some(object) = self.wait(asked, 0, listing.next()).await? {
            let object = object.map_err(|error| asked.failed(&error))?;
            files.push(StoredFile { path: object.location.into(), size: object.size });
        }
        Ok(files)
    }

    /// Every file of a folder, so that a link is refused before anything below it is listed. Names ending in `#<number>`
    /// are puts under way, or cut short by a crash: `object_store` leaves them out.
    async fn folders(&self, store: Arc<dyn ObjectStore>) -> Result<Vec<StoredFile>, StoreError> {
        let mut files = Vec::new();
        let mut folders: Vec<Option<Location>> = vec![None];
        while let Some(folder) = folders.pop() {
            let key = folder.as_ref().map_or("", |folder| folder.as_ref());
            let listed = store.list_with_delimiter(folder.as_ref()).await;
            let listed = listed.map_err(|error| self.asked(key).failed(&error))?;
            for subfolder in listed.common_prefixes {
                self.refuse_links(subfolder.as_ref())?;
                folders.push(Some(subfolder));
            }
            for object in listed.objects {
                self.refuse_links(object.location.as_ref())?;
                files.push(StoredFile { path: object.location.into(), size: object.size });
            }
        }
        Ok(files)
    }
}

impl ArtifactStore for Objects {
    fn name(&self) -> &str {
        &self.name
    }

    /// The bytes are read back and compared in every case: what the index will promise is what the store gives.
    ///
    /// A bucket is read first. There are servers that take no notice of a condition, and would overwrite; and a request
    /// whose answer was lost may have done its work.
    async fn put(&self, key: &ArtifactKey, bytes: &[u8]) -> Result<Put, StoreError> {
        let key = key.to_string();
        self.refuse_links(&key)?;
        let is_bucket = matches!(self.place, Place::Bucket(_));
        if is_bucket && let Some(found) = self.read(&key).await? {
            return self.compared(&key, Put::AlreadyThere, &found, bytes);
        }
        let mut puts = 1;
        loop {
            let put = self.create_object(&key, bytes).await;
            let lost = put.as_ref().is_err_and(|error| error.fault() == Fault::Transient);
            if !lost {
                let put = put?;
                return match self.read(&key).await? {
                    Some(found) => self.compared(&key, put, &found, bytes),
                    // The place is taken by a put that is under way.
                    None if is_bucket && put == Put::AlreadyThere => {
                        Err(self.asked(&key).unreachable("somebody else is storing it"))
                    }
                    None => Err(self.asked(&key).unusable("the file was stored and is not there")),
                };
            }
            if let Some(found) = self.read(&key).await? {
                return self.compared(&key, Put::Stored, &found, bytes);
            }
            if puts == PUTS {
                return put;
            }
            puts += 1;
        }
    }

    /// Nothing: every file stands for itself.
    async fn complete(&self, _: &PackageName, _: &Version) -> Result<Option<ReleaseTag>, StoreError> {
        Ok(None)
    }

    async fn get(&self, key: &ArtifactKey) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(&key.to_string()).await
    }

    /// What is gone already is gone. A bucket is asked again whether it is: an answer may be lost, and some servers keep
    /// what they call deleted.
    async fn remove(&self, withdrawn: &Withdrawn) -> Result<(), StoreError> {
        for key in ArtifactKey::all(withdrawn.name(), withdrawn.version()) {
            let key = key.to_string();
            self.refuse_links(&key)?;
            let Some(store) = self.open()? else { return Ok(()) };
            let asked = self.asked(&key);
            let removed = self.wait(asked, 0, store.delete(&Location::from(key.as_str()))).await?;
            self.found(asked, removed)?;
            if matches!(self.place, Place::Bucket(_)) && self.open_object(&key).await?.is_some() {
                return Err(asked.unusable("the file was deleted and is still there"));
            }
        }
        Ok(())
    }

    async fn list(&self) -> Result<Vec<StoredFile>, StoreError> {
        let Some(store) = self.open()? else { return Ok(Vec::new()) };
        let mut files = match &self.place {
            Place::Bucket(_) => self.pages(store).await?,
            _ => self.folders(store).await?,
        };
        files.sort();
        Ok(files)
    }
}
