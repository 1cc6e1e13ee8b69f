//! What became of documentation that was sent by hand.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::{PackageName, Version};

use super::findings::counted;
use super::inert::inert_line;
use super::outcome::identities;

/// What would be sent, on a terminal.
#[must_use]
pub fn docs_plan_text(host: &str, wanted: &[(PackageName, Version)]) -> String {
    let mut text = String::new();
    for (name, version) in wanted {
        let _ = writeln!(text, "  would document {name}@{version}");
    }
    let _ = writeln!(text, "{} would go to {}.", counted(wanted.len(), "version"), inert_line(host));
    text
}

/// What would be sent, for a program.
#[must_use]
pub fn docs_plan_json(host: &str, wanted: &[(PackageName, Version)]) -> Value {
    json!({ "host": host, "wanted": identities(wanted) })
}

/// What was sent, on a terminal.
#[must_use]
pub fn docs_text(host: &str, documented: &[(PackageName, Version)]) -> String {
    let mut text = String::new();
    for (name, version) in documented {
        let _ = writeln!(text, "  documented {name}@{version}");
    }
    let _ = writeln!(text, "{} documented at {}.", counted(documented.len(), "version"), inert_line(host));
    text
}

/// What was sent, for a program.
#[must_use]
pub fn docs_json(host: &str, documented: &[(PackageName, Version)], findings: &[Value]) -> Value {
    json!({ "host": host, "documented": identities(documented), "findings": findings })
}
