//! What publishing a folder would write.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::{Artifact, ArtifactKey, Definition, TreePath};

use super::inert::{inert, inert_line};
use super::outcome::artifact_text;
use super::plan::files_json;

/// What publishing a folder would write, and where.
#[derive(Debug, Clone, Copy)]
pub struct LocalFiles<'a> {
    /// What is defined.
    pub definition: &'a Definition,
    /// The files of the registry.
    pub files: &'a [(TreePath, Vec<u8>)],
    /// The files of the index that change.
    pub indexed: &'a [TreePath],
    /// The archive; `None` where it cannot be made.
    pub artifact: Option<&'a Artifact>,
    /// Its provenance.
    pub provenance: Option<&'a [u8]>,
    /// The stores.
    pub stores: &'a [&'a str],
    /// Whether nothing stands against it.
    pub sound: bool,
}

impl LocalFiles<'_> {
    /// On a terminal.
    #[must_use]
    pub fn text(&self) -> String {
        let manifest = &self.definition.manifest;
        if !self.sound {
            return format!(
                "{}@{} is not published: mend what stands above, then run this again. Nothing was written.\n",
                manifest.name, manifest.version
            );
        }
        let mut text = format!("publish {}@{} would write:\n", manifest.name, manifest.version);
        for (path, bytes) in self.files {
            let _ = writeln!(text, "\n  registry {}", inert_line(path.as_str()));
            for line in String::from_utf8_lossy(bytes).lines() {
                let _ = writeln!(text, "    {}", inert_line(line));
            }
        }
        for (store, (key, size)) in
            self.stores.iter().flat_map(|store| self.stored().into_iter().map(move |it| (store, it)))
        {
            let _ = writeln!(text, "\n  store '{}' {key}, {size} bytes", inert_line(store));
        }
        for path in self.indexed {
            let _ = writeln!(text, "\n  index {path}");
        }
        text.push('\n');
        if let Some(artifact) = self.artifact {
            let file = ArtifactKey::archive(&manifest.name, &manifest.version).file_name();
            text.push_str(&inert(&artifact_text(artifact, &file)));
        }
        text.push_str("Nothing was written.\n");
        text
    }

    /// For a program.
    #[must_use]
    pub fn json(&self, findings: &[Value]) -> Value {
        let manifest = &self.definition.manifest;
        let file = |(path, bytes): &(TreePath, Vec<u8>)| (path.to_string(), json!(String::from_utf8_lossy(bytes)));
        let stored = |(key, size): (ArtifactKey, usize)| json!({ "file": key.to_string(), "bytes": size });
        json!({
            "name": manifest.name,
            "version": manifest.version,
            "publishable": self.sound,
            "registry": self.files.iter().map(file).collect::<serde_json::Map<String, Value>>(),
            "stores": self.stores,
            "stored": self.stored().into_iter().map(stored).collect::<Vec<_>>(),
            "index": self.indexed,
            "hash": self.artifact.map(|artifact| artifact.hash),
            "contentHash": self.artifact.map(|artifact| artifact.content_hash),
            "encoder": self.artifact.map(|artifact| artifact.encoder),
            "files": self.artifact.map(|artifact| files_json(&artifact.files)),
            "findings": findings,
        })
    }

    /// The files that each store gets, with their sizes in bytes.
    fn stored(&self) -> Vec<(ArtifactKey, usize)> {
        let (name, version) = (&self.definition.manifest.name, &self.definition.manifest.version);
        let archive = self.artifact.map(|artifact| {
            let text = ArtifactKey::checksum_text(name, version, &artifact.hash);
            [
                (ArtifactKey::archive(name, version), artifact.bytes.len()),
                (ArtifactKey::checksum(name, version), text.len()),
            ]
        });
        let provenance = self.provenance.map(|bytes| (ArtifactKey::provenance(name, version), bytes.len()));
        archive.into_iter().flatten().chain(provenance).collect()
    }
}
