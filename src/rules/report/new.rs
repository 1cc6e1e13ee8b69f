//! What `curator new` wrote, and what its author does next.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::{Definition, TreePath};
use crate::rules::import::Note;

use super::inert::inert_line;
use super::words::refusal::note;

/// A definition that was written, with everything that a person should look at.
#[derive(Debug, Clone, Copy)]
pub struct NewFiles<'a> {
    /// The definition.
    pub definition: &'a Definition,
    /// The files that were written.
    pub written: &'a [TreePath],
    /// What was respelled, left out or guessed.
    pub notes: &'a [Note],
    /// Why the registration has no numeric ids, where it was written without them.
    pub unidentified: Option<&'a str>,
    /// Whether the checks found no error.
    pub sound: bool,
}

impl NewFiles<'_> {
    /// The summary on a terminal; `shown` is how a person there names a file of the registry.
    #[must_use]
    pub fn text(&self, shown: &dyn Fn(&TreePath) -> String) -> String {
        let manifest = &self.definition.manifest;
        let files: Vec<String> = self.written.iter().map(shown).collect();
        let mut text = String::new();
        for file in &files {
            let _ = writeln!(text, "  wrote {}", inert_line(file));
        }
        for said in self.notes.iter().map(note).chain(self.without_ids()) {
            let _ = writeln!(text, "  note: {}", inert_line(&said));
        }
        if !self.sound {
            let _ = writeln!(text, "Mend what stands above in these files, then check them again:");
            let _ = writeln!(text, "  curator check {}", inert_line(&files.join(" ")));
            return text;
        }
        let (name, version) = (&manifest.name, &manifest.version);
        push_steps(&mut text, &format!("{}-{version}", name.stem()), &files, &format!("Publish {name}@{version}"));
        let _ = writeln!(text, "and open a pull request: after the merge it is published.");
        text
    }

    /// The summary for a program.
    #[must_use]
    pub fn json(&self, findings: &[Value]) -> Value {
        json!({
            "name": self.definition.manifest.name,
            "version": self.definition.manifest.version,
            "written": self.written,
            "notes": self.notes.iter().map(note).chain(self.without_ids()).collect::<Vec<_>>(),
            "findings": findings,
        })
    }

    fn without_ids(&self) -> Option<String> {
        let why = self.unidentified?;
        Some(format!(
            "the registration has no numeric ids: {why}; a trustee can add \"locationId\" and \"maintainers\""
        ))
    }
}

/// How files come into a pull request; whatever that leads to is said behind it.
pub(super) fn push_steps(text: &mut String, branch: &str, files: &[String], title: &str) {
    let _ = writeln!(text, "Look through the files. Then, in the registry's repository:");
    let _ = writeln!(text, "  git switch -c {branch}");
    let _ = writeln!(text, "  git add {}", inert_line(&files.join(" ")));
    let _ = writeln!(text, "  git commit -m \"{title}\"");
    let _ = writeln!(text, "  git push -u origin {branch}");
}
