//! An index as plain files on a web server: a mirror with a list of its files, or the index alone.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use url::Url;

use crate::adapters::git::message::shown;
use crate::model::{AddressRange, Checksums, CommitId, IndexConfig, MirrorConfig, TreePath};
use crate::ports::{IndexSource, RepoError};

use super::client::{Answer, Client, MOST_AT_ONCE, Question};
use super::failure::Failure;
use super::kept::{Kept, Known};
use super::line::{NamedBy, judge};
use super::patience::HttpPatience;
use super::session::{Read, Session, in_list};

/// The most bytes of a file of an index. The largest of the real one has 200 kB.
const MOST_BYTES: u64 = 16 << 20;

/// The most bytes of a mirror's list: that of the real index has 250 kB.
const MOST_LIST_BYTES: u64 = 64 << 20;

/// How often a mirror that changes while it is read is looked at again.
const MOST_LOOKS: usize = 3;

/// The file by which an index alone is known.
const CONFIG: &str = "config.json";

/// Whether other machines may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offline {
    /// They may.
    No,
    /// They may not: there is what was kept, and that may be of different ages.
    Yes,
}

/// How a file that is kept is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asking {
    /// The server says whether it is still the same.
    Usual,
    /// The same, and caches on the way must ask, too.
    Anew,
}

/// An index on a web server.
#[derive(Debug)]
pub struct HttpIndex {
    base: Url,
    client: Client,
    kept: Option<Kept>,
    offline: Offline,
    session: Mutex<Option<Arc<Session>>>,
}

impl HttpIndex {
    /// The index at `url`, which the operator named. What is read of it is kept below `cache`. Besides the public
    /// internet and this machine, it may be at the addresses that were `opened`. Nothing is asked yet.
    ///
    /// # Errors
    /// [`RepoError::Unusable`] where that is no URL, or one that holds a user, or where the cache cannot be used.
    pub fn new(
        url: &str,
        cache: Option<&Path>,
        offline: Offline,
        opened: Vec<AddressRange>,
        patience: HttpPatience,
    ) -> Result<Self, RepoError> {
        let base = base(url).map_err(|failure| failure.of_index("the URL of the index".to_owned()))?;
        let kept = cache.map(|cache| Kept::of(cache, base.as_str())).transpose().map_err(|error| {
            let place = cache.map(|cache| cache.display().to_string()).unwrap_or_default();
            RepoError::Unusable { place, message: error.to_string() }
        })?;
        let client = Client::new(NamedBy::Operator, opened, patience);
        Ok(Self { base, client, kept, offline, session: Mutex::default() })
    }

    /// The same index, where not the operator named it: then it may not be on this machine.
    #[must_use]
    pub fn named_by(self, named_by: NamedBy) -> Self {
        Self { client: self.client.named_by(named_by), ..self }
    }

    /// Where a mirror has its archives: a URL with `{name}` and `{version}` in it, as an index's store has one. `None`
    /// where the place is no mirror, and before it was opened.
    #[must_use]
    pub fn mirror_store(&self) -> Option<String> {
        self.known()?.listed().map(|_| format!("{}{}", self.base, MirrorConfig::ARCHIVE))
    }

    fn known(&self) -> Option<Arc<Session>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn session(&self) -> Result<Arc<Session>, RepoError> {
        match self.known() {
            Some(session) => Ok(session),
            None => self.look().await,
        }
    }

    /// Looks at the place anew, and tells its layout.
    async fn look(&self) -> Result<Arc<Session>, RepoError> {
        let described = self.file(MirrorConfig::FILE, MOST_BYTES, Asking::Usual).await?;
        let session = if let Some(bytes) = described {
            let mirror = self.mirror(&bytes)?;
            Session::mirror(self.list(Asking::Usual).await?, mirror.commit)
        } else {
            let bytes = self.file(CONFIG, MOST_BYTES, Asking::Usual).await?;
            let bytes = bytes.ok_or_else(|| RepoError::Missing { role: "index", place: self.place() })?;
            let config: Result<IndexConfig, _> = serde_json::from_slice(&bytes);
            let failed = |error: serde_json::Error| format!("it describes no index ({})", shown(&error.to_string()));
            config.map_err(|error| self.unusable(CONFIG, &failed(error)))?;
            Session::plain()
        };
        let session = Arc::new(session);
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&session));
        Ok(session)
    }

    fn mirror(&self, bytes: &[u8]) -> Result<MirrorConfig, RepoError> {
        let mirror: Result<MirrorConfig, _> = serde_json::from_slice(bytes);
        let failed = |error: serde_json::Error| format!("it describes no mirror ({})", shown(&error.to_string()));
        let mirror = mirror.map_err(|error| self.unusable(MirrorConfig::FILE, &failed(error)))?;
        if mirror.format == MirrorConfig::FORMAT {
            return Ok(mirror);
        }
        let message = format!("a mirror of format {} needs another curator than this one", mirror.format);
        Err(self.unusable(MirrorConfig::FILE, &message))
    }

    /// A mirror's list of its index files.
    async fn list(&self, asking: Asking) -> Result<Checksums, RepoError> {
        let bytes = self.file(MirrorConfig::LIST, MOST_LIST_BYTES, asking).await?;
        let unusable = |message: &str| self.unusable(MirrorConfig::LIST, message);
        let bytes = bytes.ok_or_else(|| unusable("the mirror has no list of its index files"))?;
        let text = std::str::from_utf8(&bytes).map_err(|_| unusable("it is not UTF-8 text"))?;
        Checksums::parse(text).map_err(|error| unusable(&error.to_string()))
    }

    /// A file by its path from the place, as it is now.
    async fn file(&self, file: &str, most: u64, asking: Asking) -> Result<Option<Vec<u8>>, RepoError> {
        let known = self.kept.as_ref().and_then(|kept| kept.find(file));
        if self.offline == Offline::Yes {
            return known.map(Known::into_bytes).ok_or_else(|| self.not_kept(file));
        }
        let tag = known.as_ref().filter(|known| known.content.is_some()).and_then(|known| known.tag.clone());
        let told = match self.ask(file, most, tag.as_deref(), asking).await? {
            Answer::Same => return Ok(known.and_then(Known::into_bytes)),
            Answer::Found(found) => Known::found(found.bytes, found.tag),
            Answer::Absent => Known::absent(),
        };
        if let Some(kept) = self.kept.as_ref().filter(|_| known.as_ref() != Some(&told)) {
            kept.keep(file, &told);
        }
        Ok(told.into_bytes())
    }

    async fn ask(&self, file: &str, most: u64, tag: Option<&str>, asking: Asking) -> Result<Answer, RepoError> {
        let question = Question { url: self.url(file), most, tag, anew: asking == Asking::Anew };
        let answer = self.client.ask(&question).await.map_err(|failure| self.failed(file, failure))?;
        match &answer {
            Answer::Found(found) if found.bytes.len() as u64 > most => {
                Err(self.unusable(file, &format!("it has more than {most} bytes")))
            }
            Answer::Found(found) if found.is_page => {
                Err(self.unusable(file, "what comes is a page for people, and not the file"))
            }
            _ => Ok(answer),
        }
    }

    /// What is at `path` of the index, asked for at most once in a session.
    async fn read_one(&self, session: &Session, path: &TreePath) -> Result<Option<Vec<u8>>, RepoError> {
        let cell = session.cell(path);
        let read = cell.get_or_try_init(|| async {
            if session.listed().is_some() {
                return self.listed_file(session, path).await;
            }
            let bytes = self.file(path.as_str(), MOST_BYTES, Asking::Usual).await?;
            Ok::<_, RepoError>(Read { listed: None, bytes: bytes.map(Arc::from) })
        });
        Ok(read.await?.bytes.as_deref().map(<[u8]>::to_vec))
    }

    /// A file of a mirror. One that is not as the list has it is asked for once more, with the list.
    async fn listed_file(&self, session: &Session, path: &TreePath) -> Result<Read, RepoError> {
        let file = format!("{}/{path}", MirrorConfig::INDEX);
        let mut asking = Asking::Usual;
        for _ in 0..MOST_LOOKS {
            let Some(listed) = session.listed() else { break };
            let Some(wanted) = in_list(&listed.list, path) else { return Ok(Read { listed: None, bytes: None }) };
            let of = |bytes: Vec<u8>| Read { listed: Some(wanted), bytes: Some(bytes.into()) };
            let known = self.kept.as_ref().and_then(|kept| kept.find(&file)).and_then(|known| known.content);
            match (known, self.offline) {
                (Some((hash, bytes)), offline) if hash == wanted || offline == Offline::Yes => return Ok(of(bytes)),
                (None, Offline::Yes) => return Err(self.not_kept(&file)),
                _ => {}
            }
            if let Answer::Found(found) = self.ask(&file, MOST_BYTES, None, asking).await? {
                let told = Known::found(found.bytes, found.tag);
                let is_wanted = told.content.as_ref().is_some_and(|(hash, _)| *hash == wanted);
                let is_current = session.listed().is_some_and(|now| in_list(&now.list, path) == Some(wanted));
                if is_wanted && is_current {
                    self.kept.iter().for_each(|kept| kept.keep(&file, &told));
                    return Ok(of(told.into_bytes().unwrap_or_default()));
                }
            }
            if asking == Asking::Usual {
                self.relist(session, listed.generation).await?;
            }
            asking = Asking::Anew;
        }
        let list = MirrorConfig::LIST;
        let message = format!(
            "it is not the file that {list} lists: the mirror is being changed, or it was damaged; run this again, and if \
             that does not help, tell whoever keeps the mirror"
        );
        Err(self.unusable(&file, &message))
    }

    /// Reads the list anew, unless somebody did so since `generation`.
    async fn relist(&self, session: &Session, generation: usize) -> Result<(), RepoError> {
        let _alone = session.relisting.lock().await;
        if session.listed().is_some_and(|listed| listed.generation != generation) {
            return Ok(());
        }
        let list = self.list(Asking::Anew).await?;
        if session.go_on_with(list) { Ok(()) } else { Err(RepoError::Moved { place: self.place() }) }
    }

    async fn read_many(&self, session: &Session, paths: &[TreePath]) -> Result<Vec<Option<Vec<u8>>>, RepoError> {
        let reading: Vec<_> = paths.iter().map(|path| self.read_one(session, path)).collect();
        stream::iter(reading).buffered(MOST_AT_ONCE).try_collect().await
    }

    fn url(&self, file: &str) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut parts) = url.path_segments_mut() {
            parts.pop_if_empty().extend(file.split('/'));
        }
        url
    }

    fn not_kept(&self, file: &str) -> RepoError {
        RepoError::NotKept { place: self.place(), file: file.to_owned() }
    }

    fn unusable(&self, file: &str, message: &str) -> RepoError {
        RepoError::Unusable { place: self.url(file).into(), message: message.to_owned() }
    }

    /// What is kept is never taken instead without a word: it may be old.
    fn failed(&self, file: &str, failure: Failure) -> RepoError {
        let failure = match failure {
            Failure::Unreachable(message, pause)
                if self.kept.as_ref().is_some_and(|kept| kept.find(file).is_some()) =>
            {
                Failure::Unreachable(format!("{message}; --offline takes what is kept of it"), pause)
            }
            failure => failure,
        };
        failure.of_index(self.url(file).into())
    }
}

/// The URL of a place: it ends with a slash, and nothing comes after its path.
fn base(text: &str) -> Result<Url, Failure> {
    let unusable = |message: &str| Failure::Unusable(message.to_owned());
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let url = Url::parse(text).ok().filter(|_| is_plain);
    let mut url = url.ok_or_else(|| unusable("it is no URL that begins with https://"))?;
    judge(&url)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(unusable("it ends with a query or a fragment: name the folder that the files stand in"));
    }
    if let Ok(mut parts) = url.path_segments_mut() {
        parts.pop_if_empty().push("");
    }
    Ok(url)
}

impl IndexSource for HttpIndex {
    fn place(&self) -> String {
        self.base.to_string()
    }

    async fn open(&self) -> Result<Option<CommitId>, RepoError> {
        Ok(self.look().await?.commit)
    }

    async fn read(&self, paths: &[TreePath]) -> Result<Vec<Option<Vec<u8>>>, RepoError> {
        let session = self.session().await?;
        self.read_many(&session, paths).await
    }

    async fn read_all(&self, under: Option<&TreePath>) -> Result<Vec<(TreePath, Vec<u8>)>, RepoError> {
        let session = self.session().await?;
        let folder: TreePath = MirrorConfig::INDEX.parse().map_err(|_| self.unusable("", "it has no folder"))?;
        for _ in 0..MOST_LOOKS {
            let listed = session.listed().ok_or_else(|| {
                let message = "a web server cannot tell what files an index has: name a clone of its git repository, or a \
                               mirror that `curator mirror` made";
                RepoError::Unusable { place: self.place(), message: message.to_owned() }
            })?;
            let paths = listed.list.0.keys().filter_map(|path| path.within(&folder));
            let is_wanted = |path: &TreePath| under.is_none_or(|under| path.within(under).is_some());
            let paths: Vec<TreePath> = paths.filter(is_wanted).collect();
            let read = self.read_many(&session, &paths).await?;
            if session.listed().is_some_and(|now| now.generation == listed.generation) {
                let files = paths.into_iter().zip(read).filter_map(|(path, bytes)| Some((path, bytes?)));
                return Ok(files.collect());
            }
        }
        Err(RepoError::Moved { place: self.place() })
    }
}
