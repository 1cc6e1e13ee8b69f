//! What people do again and again, and what they see then.

use std::time::Duration;

use serde_json::{Value, json};

use crate::github::face::person::Person;
use crate::github::face::pull::Pull;
use crate::program::Ran;
use crate::scene::{Scene, definition_path, registration_path};

impl Scene {
    /// Somebody with an account who is nobody in this registry.
    pub(crate) fn somebody(&self, login: &str) -> Person {
        self.github.person(login)
    }

    /// Somebody asks for one file.
    pub(crate) fn asks(&self, author: &Person, path: &str, file: &Value) -> Pull {
        self.opens(author, &[(path.to_owned(), file.clone())])
    }

    /// Somebody asks for a file of these bytes; without bytes, that it goes.
    pub(crate) fn asks_for_text(&self, author: &Person, path: &str, text: Option<&str>) -> Pull {
        self.repository.pull(author, "main", &[(path, text.map(str::as_bytes))])
    }

    /// Somebody asks that a file goes.
    pub(crate) fn takes_back(&self, author: &Person, path: &str) -> Pull {
        self.asks_for_text(author, path, None)
    }

    /// Somebody asks for a version that is tagged now, and whose source vouches for it.
    pub(crate) fn asks_for_version(&self, author: &Person, name: &str, version: &str) -> Pull {
        let definition = self.tag(name, version, &json!({}));
        self.asks(author, &definition_path(name, version), &definition)
    }

    /// Somebody asks for a version whose source says nothing of it.
    pub(crate) fn asks_for_silent_version(&self, author: &Person, name: &str, version: &str) -> Pull {
        let definition = self.tag_files(name, version, &[("README.md", version)]);
        self.asks(author, &definition_path(name, version), &definition)
    }

    /// Somebody asks for a new package, maintained by themself.
    pub(crate) fn asks_for_package(&self, author: &Person, name: &str) -> Pull {
        let definition = self.tag(name, "1.0.0", &json!({}));
        let registration = self.registration(name, &[author]);
        self.opens(author, &[(definition_path(name, "1.0.0"), definition), (registration_path(name), registration)])
    }

    /// The workflow that looks at every open pull request on schedule runs.
    pub(crate) fn review_all(&self) -> Ran {
        self.run(&["review", "--open", "--dispatch", "sync.yml"]).ends(0)
    }

    /// Time passes.
    pub(crate) fn passes(&self, seconds: u64) {
        self.github.advance(Duration::from_secs(seconds));
    }

    /// Asserts that a pull request was merged.
    #[track_caller]
    pub(crate) fn has_merged(&self, pull: &Pull) {
        assert!(pull.is_merged(), "{}", self.says(pull));
    }

    /// Asserts that a pull request is open, and that the curator says each of `texts` there.
    #[track_caller]
    pub(crate) fn keeps(&self, pull: &Pull, texts: &[&str]) {
        let said = self.says(pull);
        assert!(!pull.is_merged(), "{said}");
        for text in texts {
            assert!(said.contains(text), "no {text:?} in:\n{said}");
        }
    }

    /// Reviews a pull request and asserts that this merges it.
    #[track_caller]
    pub(crate) fn merges(&self, pull: &Pull) {
        let ran = self.review(pull).ends(0);
        assert!(pull.is_merged(), "{ran:?}\n{}", self.says(pull));
    }

    /// Reviews a pull request and asserts that it stays open, and what is said there.
    #[track_caller]
    pub(crate) fn holds_back(&self, pull: &Pull, texts: &[&str]) {
        self.review(pull).ends(0);
        self.keeps(pull, texts);
    }
}

/// Where an override stands.
pub(crate) fn override_path(name: &str, version: &str) -> String {
    format!("overrides/{}/{name}/{version}.json", &name[..2])
}

/// Where a status stands.
pub(crate) fn status_path(name: &str, version: &str) -> String {
    format!("status/{}/{name}/{version}.json", &name[..2])
}
