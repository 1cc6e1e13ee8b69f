//! A small registry with index and store, made by hand, that the tests damage.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use curator::adapters::Objects;
use curator::model::{
    ArtifactKey, AuditReport, Definition, EncoderName, Finding, Manifest, Metadata, PackageName, Published, Sha256,
    Unpublished, Version,
};
use curator::ops::audit;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::hands::{curator, wait};

/// The folders `registry`, `index` and `store`, removed at the end of the test.
pub(crate) struct Place {
    top: TempDir,
}

impl Place {
    /// A registry in which everything agrees: `prelude` 1.0.0 (adopted: its definition has no recorded digest) and 1.1.0,
    /// `control` 1.0.0 (with an override) and 0.9.0 (unpublished), and a package set of both.
    pub(crate) fn sound() -> Self {
        let place = Self { top: tempfile::tempdir().unwrap() };
        let prelude = [manifest("prelude", "1.0.0", &[]), manifest("prelude", "1.1.0", &[])];
        let wanted = manifest("control", "1.0.0", &[("prelude", ">=1.0.0 <2.0.0")]);
        let published = manifest("control", "1.0.0", &[("prelude", ">=1.1.0 <2.0.0")]);
        place.write("index/pr/el/prelude", &lines(&prelude));
        place.write("index/co/nt/control", &lines(&[published]));
        place.write("index/README.md", "An index.\n");
        place.write("index/config.json", "{\"format\": 1, \"name\": \"test\", \"stores\": []}\n");
        for manifest in prelude.iter().chain([&wanted]) {
            place.define(manifest);
            let archive = archive(&manifest.name, &manifest.version);
            place.write(&format!("store/{}", ArtifactKey::archive(&manifest.name, &manifest.version)), &archive);
            let checksum =
                ArtifactKey::checksum_text(&manifest.name, &manifest.version, &Sha256::of(archive.as_bytes()));
            place.write(&format!("store/{}", ArtifactKey::checksum(&manifest.name, &manifest.version)), &checksum);
        }
        let mut adopted = place.facts(&prelude[0]);
        (adopted.definition, adopted.encoder) = (None, None);
        let facts = [("1.0.0", adopted), ("1.1.0", place.facts(&prelude[1]))];
        place.write("index/metadata/pr/el/prelude.json", &metadata(facts, []));
        let facts = [("1.0.0", Published { revision: Some(2), ..place.facts(&wanted) })];
        place.write("index/metadata/co/nt/control.json", &metadata(facts, ["0.9.0"]));
        let bounds = json!({"revision": 2, "dependencies": {"prelude": ">=1.1.0 <2.0.0"}, "reason": "Needs 1.1."});
        place.write("registry/overrides/co/control/1.0.0.json", &bounds.to_string());
        let registration = json!({"location": {"githubOwner": "purescript", "githubRepo": "purescript-control"}});
        place.write("registry/packages/co/control/registration.json", &registration.to_string());
        place.write(
            "registry/status/co/control/0.9.0.json",
            &json!({"status": "unpublished", "reason": "A leak."}).to_string(),
        );
        place.set("2.0.0", &[("control", "1.0.0"), ("prelude", "1.1.0")]);
        place
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.top.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Replaces `from`, which must be there, by `to`.
    pub(crate) fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from:?}: {text}");
        self.write(path, &text.replace(from, to));
    }

    /// Removes a file or a folder with all that is in it.
    pub(crate) fn remove(&self, path: &str) {
        let path = self.path(path);
        if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        let to = self.path(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::rename(self.path(from), to).unwrap();
    }

    /// Moves what is at `path` away and puts a link to it there.
    pub(crate) fn link(&self, path: &str) {
        let away = self.path(&format!("away/{}", path.replace('/', "-")));
        fs::create_dir_all(away.parent().unwrap()).unwrap();
        fs::rename(self.path(path), &away).unwrap();
        symlink(away, self.path(path)).unwrap();
    }

    /// Adds a manifest to the end of its index file.
    pub(crate) fn index(&self, manifest: &Manifest) {
        let path = format!("index/{}/{}", manifest.name.shard(), manifest.name);
        let before = fs::read_to_string(self.path(&path)).unwrap_or_default();
        self.write(&path, &(before + &lines(std::slice::from_ref(manifest))));
    }

    /// Writes a package set.
    pub(crate) fn set(&self, version: &str, members: &[(&str, &str)]) {
        let packages: BTreeMap<_, _> = members.iter().copied().collect();
        let set = json!({"version": version, "compiler": "0.15.15", "published": "2024-01-01", "packages": packages});
        self.write(&format!("index/package-sets/{version}.json"), &set.to_string());
    }

    /// The findings, each as `code area:file package@version`, of index, registry and store.
    pub(crate) fn found(&self) -> Vec<String> {
        self.found_with(vec![self.store("primary")])
    }

    pub(crate) fn store(&self, name: &str) -> Objects {
        Objects::directory(name, &self.path("store"))
    }

    pub(crate) fn found_with(&self, stores: Vec<Objects>) -> Vec<String> {
        short(&self.report(stores))
    }

    pub(crate) fn report(&self, stores: Vec<Objects>) -> AuditReport {
        wait(audit(&curator(&self.path("registry"), &self.path("index"), stores))).unwrap()
    }

    /// Writes the definition of `manifest`.
    fn define(&self, manifest: &Manifest) {
        let compiler = Some("0.15.15".parse().unwrap());
        let definition = Definition { manifest: manifest.clone(), commit: None, compiler };
        self.write(&definition_path(manifest), &(serde_json::to_string_pretty(&definition).unwrap() + "\n"));
    }

    fn facts(&self, manifest: &Manifest) -> Published {
        let archive = archive(&manifest.name, &manifest.version);
        Published {
            advisories: BTreeSet::new(),
            archive_dependencies: BTreeMap::new(),
            bytes: archive.len() as u64,
            commit: None,
            compiled: None,
            compilers: vec!["0.15.15".parse().unwrap()],
            content_hash: None,
            definition: Some(Sha256::of(self.read(&definition_path(manifest)).as_bytes())),
            encoder: Some(EncoderName::default()),
            hash: Sha256::of(archive.as_bytes()),
            published_time: "2024-01-01T00:00:00.000Z".parse().unwrap(),
            reference: Some(String::new()),
            release: None,
            revision: None,
            revisions: Vec::new(),
            deprecated: None,
            quarantined: None,
            yanked: None,
        }
    }
}

/// The bytes that stand for an archive: an audit compares archives and does not open them.
fn archive(name: &PackageName, version: &Version) -> String {
    format!("the archive of {name}@{version}")
}

/// Findings as `code area:file package@version`.
pub(crate) fn short(report: &AuditReport) -> Vec<String> {
    let one = |finding: &Finding| {
        let area = serde_json::to_value(finding.place.area).unwrap();
        let concerned = match (&finding.package, &finding.version) {
            (Some(name), Some(version)) => format!(" {name}@{version}"),
            (Some(name), None) => format!(" {name}"),
            _ => String::new(),
        };
        format!("{} {}:{}{concerned}", finding.code, area.as_str().unwrap(), finding.place.file)
    };
    report.findings.iter().map(one).collect()
}

pub(crate) fn manifest(name: &str, version: &str, dependencies: &[(&str, &str)]) -> Manifest {
    let dependencies: BTreeMap<_, _> = dependencies.iter().copied().collect();
    let location: Value = json!({"githubOwner": "purescript", "githubRepo": format!("purescript-{name}")});
    let value = json!({
        "name": name,
        "version": version,
        "license": "MIT",
        "location": location,
        "ref": format!("v{version}"),
        "dependencies": dependencies,
    });
    serde_json::from_value(value).unwrap()
}

pub(crate) fn lines(manifests: &[Manifest]) -> String {
    manifests.iter().map(|manifest| manifest.to_line().unwrap() + "\n").collect()
}

fn definition_path(manifest: &Manifest) -> String {
    format!("registry/packages/{}/{}/{}.json", manifest.name.folder(), manifest.name, manifest.version)
}

fn metadata<const P: usize, const U: usize>(published: [(&str, Published); P], unpublished: [&str; U]) -> String {
    let location = json!({"githubOwner": "purescript", "githubRepo": "purescript-package"});
    let gone = |version: &str| {
        let facts = Unpublished {
            published_time: "2024-01-01T00:00:00.000Z".parse().unwrap(),
            reason: "A secret was in it.".parse().unwrap(),
            unpublished_time: "2024-01-02T00:00:00.000Z".parse().unwrap(),
        };
        (version.parse().unwrap(), facts)
    };
    let metadata = Metadata {
        authorizations: BTreeSet::new(),
        location: serde_json::from_value(location).unwrap(),
        owners: None,
        published: published.into_iter().map(|(version, facts)| (version.parse().unwrap(), facts)).collect(),
        unpublished: unpublished.into_iter().map(gone).collect(),
    };
    metadata.to_file().unwrap()
}
