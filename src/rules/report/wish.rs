//! What a command wrote that asks for something besides a publication, and what comes next.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::TreePath;

use super::inert::inert_line;
use super::new::push_steps;

/// A file that was written, or taken away.
#[derive(Debug, Clone, Copy)]
pub struct WishFile<'a> {
    /// The file.
    pub file: &'a TreePath,
    /// Whether it was taken away.
    pub removed: bool,
    /// What is asked for, as the title of a commit: `Yank tally@1.0.0`.
    pub title: &'a str,
    /// Whether the checks found no error.
    pub sound: bool,
}

impl WishFile<'_> {
    /// The summary on a terminal; `shown` is how a person there names a file of the registry.
    #[must_use]
    pub fn text(&self, shown: &dyn Fn(&TreePath) -> String) -> String {
        let file = shown(self.file);
        let mut text = String::new();
        let _ = writeln!(text, "  {} {}", if self.removed { "removed" } else { "wrote" }, inert_line(&file));
        if !self.sound {
            let _ = writeln!(text, "Mend what stands above in it, then check it again:");
            let _ = writeln!(text, "  curator check {}", inert_line(&file));
            return text;
        }
        let letters = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c.to_ascii_lowercase() } else { '-' };
        let branch: String = self.title.chars().map(letters).collect();
        push_steps(&mut text, &branch, &[file], self.title);
        let _ = writeln!(text, "and open a pull request: after the merge it is in force.");
        text
    }

    /// The summary for a program.
    #[must_use]
    pub fn json(&self, findings: &[Value]) -> Value {
        let key = if self.removed { "removed" } else { "written" };
        json!({ key: [self.file], "findings": findings })
    }
}
