//! What attackers do that a browser does not let them do, and how it must end.

use git2::build::TreeUpdateBuilder;
use git2::{FileMode, Oid, Signature};
use serde_json::{Value, json};

use crate::github::face::person::Person;
use crate::github::face::pull::Pull;
use crate::scene::{Scene, definition_path, registration_path};

/// A file as bytes.
pub(crate) type File = (String, Vec<u8>);

impl Scene {
    /// Reviews these pull requests, and others that are open; none is merged by that.
    #[track_caller]
    pub(crate) fn review_none(&self, pulls: &[&Pull]) {
        let before = self.repository.tip("main");
        if pulls.len() < 3 {
            for pull in pulls {
                self.review(pull).ends(0);
            }
        } else {
            self.review_all().ends(0);
        }
        for pull in pulls {
            self.stands(pull, &[]);
        }
        assert_eq!(self.repository.tip("main"), before);
    }

    /// Asserts that a pull request is not merged, and that the curator says all this there.
    #[track_caller]
    pub(crate) fn stands(&self, pull: &Pull, says: &[&str]) {
        let said = self.says(pull);
        assert!(!pull.is_merged(), "{} is merged: {said}", pull.number);
        for text in says {
            assert!(said.contains(text), "no {text:?} on {}: {said}", pull.number);
        }
    }

    /// Asserts that a pull request is merged.
    #[track_caller]
    pub(crate) fn merged(&self, pull: &Pull) {
        assert!(pull.is_merged(), "{}: {}", pull.number, self.says(pull));
    }

    /// Somebody opens a pull request with these bytes.
    pub(crate) fn opens_files(&self, author: &Person, files: &[File]) -> Pull {
        let changes: Vec<(&str, Option<&[u8]>)> =
            files.iter().map(|(path, bytes)| (path.as_str(), Some(bytes.as_slice()))).collect();
        self.repository.pull(author, "main", &changes)
    }

    /// A version that its source vouches for, as the file that a pull request brings.
    pub(crate) fn version(&self, name: &str, version: &str) -> (String, Value) {
        (definition_path(name, version), self.tag(name, version, &json!({})))
    }

    /// A new package with one version, as the files that a pull request brings.
    pub(crate) fn package(&self, name: &str, maintainers: &[&Person]) -> Vec<(String, Value)> {
        vec![self.version(name, "1.0.0"), (registration_path(name), self.registration(name, maintainers))]
    }

    /// The configuration of the base with `more` behind it.
    pub(crate) fn configured(&self, more: &str) -> File {
        let mut bytes = self.repository.file("main", "curator.toml").unwrap();
        bytes.extend_from_slice(more.as_bytes());
        ("curator.toml".to_owned(), bytes)
    }
}

/// A JSON value as the bytes of a file.
pub(crate) fn bytes((path, value): &(String, Value)) -> File {
    (path.clone(), format!("{value:#}\n").into_bytes())
}

/// Puts a commit with these entries on top of the head of a pull request, as only git itself can. An entry without an
/// object is a file of this text.
pub(crate) fn graft(pull: &Pull, entries: &[(&str, FileMode, &str)]) {
    let mut world = pull.shared.world();
    let state = world.pull(pull.repository, pull.number).clone();
    let bare = world.repository(state.head_repo).bare.clone();
    let git = bare.open();
    let parent = git.find_commit(Oid::from_str(&state.head).unwrap()).unwrap();
    let mut update = TreeUpdateBuilder::new();
    for (path, mode, text) in entries {
        let object = match mode {
            FileMode::Commit => Oid::from_str(text).unwrap(),
            _ => git.blob(text.as_bytes()).unwrap(),
        };
        update.upsert(*path, object, *mode);
    }
    let tree = git.find_tree(update.create_updated(&git, &parent.tree().unwrap()).unwrap()).unwrap();
    let by = Signature::new("mallory", "mallory@example.org", &git2::Time::new(1_777_000_000, 0)).unwrap();
    let head = git.commit(None, &by, &by, "More\n", &tree, &[&parent]).unwrap();
    bare.point(&format!("refs/heads/{}", state.head_branch), &head.to_string());
    world.take_head(pull.repository, pull.number);
}
