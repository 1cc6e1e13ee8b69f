//! The real PureScript registry, to the byte: what the curator reads it writes again, adding a version changes nothing
//! else, and the audit finds no fault but the known one.
//!
//! Reads `index/`, `metadata/` and `package-sets/` under the directory that `CURATOR_REAL_DATA` names; ignored without it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "the tests read and make real folders, and a failure to do so is a failure of the test"
)]

#[path = "support/hands.rs"]
mod hands;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use curator::adapters::Directory;
use curator::model::{Code, Manifest, Metadata, PackageName, PackageSet, Published, TreePath, Version};
use curator::ops::audit;
use curator::ports::{Change, Repo as _, Role};
use curator::rules::index::{IndexFile, IndexPath, MetadataFile, metadata_path, shard_path};

use hands::{curator, wait};

/// The folder with the real data, or one of its folders.
fn real(folder: &str) -> PathBuf {
    let real = std::env::var_os("CURATOR_REAL_DATA").expect("CURATOR_REAL_DATA names the directory of the real data");
    PathBuf::from(real).join(folder)
}

/// Every file below a folder.
fn files(folder: &Path) -> BTreeMap<TreePath, Vec<u8>> {
    let directory = Directory::reading(folder, Role::Registry);
    let head = wait(directory.head()).unwrap();
    directory.read_all(&head, None).unwrap().into_iter().collect()
}

/// The files of manifests in the real index.
fn shards() -> BTreeMap<TreePath, Vec<u8>> {
    let mut files = files(&real("index"));
    files.retain(|path, _| matches!(IndexPath::of(path), IndexPath::Manifests(_)));
    files
}

/// Commits `change` to the index in `folder` as a sync does.
fn commit(folder: &Path, change: &Change) {
    let directory = Directory::writing(folder, Role::Index).unwrap();
    let head = wait(directory.head()).unwrap();
    wait(directory.commit(&head, change, "a test")).unwrap();
}

#[test]
#[ignore = "needs CURATOR_REAL_DATA"]
fn every_manifest_is_written_as_it_was_read() {
    let (mut lines, mut bytes) = (0, 0);
    for (path, text) in shards() {
        let file = IndexFile::parse(&text).unwrap();
        let name: PackageName = path.file_name().parse().unwrap();
        assert_eq!((file.misplaced(&name).count(), file.out_of_order().count()), (0, 0), "{path}");
        let printed: String = file.manifests().map(|manifest| manifest.to_line().unwrap() + "\n").collect();
        assert_eq!(printed.as_bytes(), text, "{path}");
        lines += file.lines().len();
        bytes += text.len();
    }
    assert_eq!((lines, bytes), (5494, 2_990_788));
}

#[test]
#[ignore = "needs CURATOR_REAL_DATA"]
fn all_metadata_is_written_as_it_was_read() {
    let files = files(&real("metadata"));
    let mut versions = (0, 0);
    for (path, text) in &files {
        let metadata: Metadata = serde_json::from_slice(text).unwrap();
        assert_eq!(metadata.to_file().unwrap().as_bytes(), text, "{path}");
        versions = (versions.0 + metadata.published.len(), versions.1 + metadata.unpublished.len());
    }
    assert_eq!((files.len(), versions), (1215, (5495, 1)));
}

#[test]
#[ignore = "needs CURATOR_REAL_DATA"]
fn every_package_set_is_written_as_it_was_read() {
    let files = files(&real("package-sets"));
    for (path, text) in &files {
        let set: PackageSet = serde_json::from_slice(text).unwrap();
        assert_eq!(set.to_file().unwrap().as_bytes(), text, "{path}");
    }
    assert_eq!(files.len(), 501);
}

#[test]
#[ignore = "needs CURATOR_REAL_DATA"]
fn the_index_made_anew_from_its_manifests_is_the_same() {
    let shards = shards();
    let mut anew: BTreeMap<TreePath, IndexFile> = BTreeMap::new();
    let manifests = shards.values().flat_map(|text| IndexFile::parse(text).unwrap().into_lines());
    let manifests: Vec<Manifest> = manifests.map(|line| line.manifest).collect();
    // Backwards, so that every one of them must find its place.
    for manifest in manifests.into_iter().rev() {
        let path = shard_path(&manifest.name).unwrap();
        anew.entry(path).or_insert_with(IndexFile::empty).insert(manifest, None).unwrap();
    }
    let change: Change = anew.into_iter().map(|(path, file)| (path, Some(file.text().as_bytes().to_vec()))).collect();
    let top = tempfile::tempdir().unwrap();
    commit(&top.path().join("index"), &change);
    let written = files(&top.path().join("index"));
    assert_eq!(written.len(), 1158);
    assert!(written == shards, "some file differs");
}

/// A version that the package does not have: above all, below all, or somewhere in the middle.
fn new_version(file: &IndexFile, which: usize) -> Option<Version> {
    let versions: Vec<&Version> = file.manifests().map(|manifest| &manifest.version).collect();
    let version = match which % 3 {
        0 => versions.last()?.bump_major(),
        1 => Version::new(0, 0, 0).unwrap(),
        _ => versions.get(versions.len() / 2)?.bump_patch(),
    };
    (!versions.contains(&&version)).then_some(version)
}

#[test]
#[ignore = "needs CURATOR_REAL_DATA"]
fn adding_a_version_leaves_every_other_byte_alone() {
    let facts = |name: &PackageName| {
        let text = fs::read(real("metadata").join(format!("{name}.json"))).unwrap();
        MetadataFile::parse(&text).unwrap()
    };
    let top = tempfile::tempdir().unwrap();
    let index = top.path().join("index");
    let mut before: Change = files(&real("index")).into_iter().map(|(path, text)| (path, Some(text))).collect();
    let mut after = Change::new();
    let mut added = 0;
    for (number, (path, text)) in shards().into_iter().enumerate() {
        let mut lines = IndexFile::parse(&text).unwrap();
        let first = lines.manifests().next().unwrap().clone();
        let mut metadata = facts(&first.name);
        let metadata_path = metadata_path(&first.name).unwrap();
        before.insert(metadata_path.clone(), Some(metadata.text().as_bytes().to_vec()));
        let Some(version) = new_version(&lines, number) else { continue };
        let published: Published = metadata.metadata().published.values().next().unwrap().clone();
        metadata.insert(&version, &published).unwrap();
        let line = Manifest { version, ..first }.to_line().unwrap() + "\n";
        lines.insert(serde_json::from_str(&line).unwrap(), None).unwrap();
        assert_eq!(lines.text().replacen(&line, "", 1).as_bytes(), text, "{path}");
        after.insert(path, Some(lines.text().as_bytes().to_vec()));
        // The facts as the PureScript registry prints them: in their place, and nothing else is new.
        assert_eq!(metadata.metadata().to_file().unwrap(), metadata.text(), "{metadata_path}");
        after.insert(metadata_path, Some(metadata.text().as_bytes().to_vec()));
        added += 1;
    }
    assert_eq!(added, 1074, "of the others, each has the version that would be added");
    commit(&index, &before);
    for (path, text) in after.iter().step_by(400) {
        commit(&index, &Change::from([(path.clone(), text.clone())]));
        before.insert(path.clone(), text.clone());
        let expected: BTreeMap<_, _> =
            before.iter().map(|(path, text)| (path.clone(), text.clone().unwrap())).collect();
        assert!(files(&index) == expected, "adding to {path} changed something else");
    }
}

#[test]
#[ignore = "needs CURATOR_REAL_DATA"]
fn the_audit_finds_the_one_version_that_the_index_lacks() {
    let report = wait(audit(&curator(&real(""), &real("index"), Vec::new()))).unwrap();
    assert_eq!((report.packages, report.versions, report.package_sets), (1158, 5495, 501));
    let codes: Vec<Code> = report.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::ManifestMissing], "{:#?}", report.findings);
}
