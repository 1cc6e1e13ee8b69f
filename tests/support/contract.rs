//! What every store has to do, whatever it is made of.

use curator::adapters::Objects;
use curator::model::{ArtifactKey, Sha256, Withdrawn};
use curator::ports::{ArtifactStore as _, Put, StoreError, StoredFile};
use curator::rules::index::MetadataFile;

/// Waits for `future` on a runtime of its own.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Where the archive of a version is.
pub(crate) fn key(name: &str, version: &str) -> ArtifactKey {
    ArtifactKey::archive(&name.parse().unwrap(), &version.parse().unwrap())
}

/// A file of a store.
pub(crate) fn file(path: &str, size: u64) -> StoredFile {
    StoredFile { path: path.to_owned(), size }
}

/// Asserts it of an empty store.
pub(crate) fn check(store: &Objects) {
    let (one, two) = (key("effect", "1.0.0"), key("effect", "1.0.1"));
    assert_eq!(wait(store.list()), Ok(vec![]));
    assert_eq!(wait(store.get(&one)), Ok(None));
    assert_eq!(wait(store.put(&two, b"second")), Ok(Put::Stored));
    assert_eq!(wait(store.put(&one, b"first")), Ok(Put::Stored));
    assert_eq!(wait(store.put(&one, b"first")), Ok(Put::AlreadyThere));
    let conflict = StoreError::Conflict {
        store: store.name().to_owned(),
        key: "effect/effect-1.0.0.tar.gz".to_owned(),
        found: Sha256::of(b"first"),
        offered: Sha256::of(b"other"),
    };
    assert_eq!(wait(store.put(&one, b"other")), Err(conflict));
    assert_eq!(wait(store.get(&one)), Ok(Some(b"first".to_vec())));
    let checksum = ArtifactKey::checksum(&one.name, &one.version);
    assert_eq!(wait(store.put(&checksum, b"")), Ok(Put::Stored));
    assert_eq!(wait(store.put(&key("aff", "7.0.0"), b"aff")), Ok(Put::Stored));
    let expected = [
        file("aff/aff-7.0.0.tar.gz", 3),
        file("effect/effect-1.0.0.tar.gz", 5),
        file("effect/effect-1.0.0.tar.gz.sha256", 0),
        file("effect/effect-1.0.1.tar.gz", 6),
    ];
    assert_eq!(wait(store.list()), Ok(expected.to_vec()));
    // What was unpublished goes, once and for all, and nothing else.
    let gone = withdrawn(&one);
    assert_eq!([wait(store.remove(&gone)), wait(store.remove(&gone))], [Ok(()), Ok(())]);
    assert_eq!(wait(store.list()), Ok([&expected[..1], &expected[3..]].concat()));
    assert_eq!(wait(store.get(&one)), Ok(None));
}

/// That the index says of the version of `key` that it is gone for good.
pub(crate) fn withdrawn(key: &ArtifactKey) -> Withdrawn {
    let ArtifactKey { name, version, .. } = key;
    let time = "2026-01-01T00:00:00.000Z";
    let metadata = format!(
        r#"{{
          "location": {{ "githubOwner": "acme", "githubRepo": "{name}" }},
          "published": {{}},
          "unpublished": {{
            "{version}": {{ "publishedTime": "{time}", "reason": "a key in it", "unpublishedTime": "{time}" }}
          }}
        }}"#
    );
    let metadata = MetadataFile::parse(metadata.as_bytes()).unwrap();
    metadata.metadata().withdrawn(name, version).unwrap()
}
