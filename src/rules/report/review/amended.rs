//! What becomes of published versions by a pull request, besides what it publishes.

use crate::model::{Amendment, Review};

use super::super::amendment::{amendment_details, amendment_line};
use super::super::markdown::{Room, code, fitting};

const AMENDMENTS: Room = Room { chars: 6_000, items: 40, indent: "" };

/// What the index says from then on, with the reasons; nothing where it says nothing else.
pub(super) fn amended(review: &Review) -> String {
    if review.amendments.is_empty() {
        return String::new();
    }
    let shown = fitting(&review.amendments, AMENDMENTS, "change", line);
    format!("### What becomes of published versions\n\n{shown}\n")
}

fn line(amendment: &Amendment) -> String {
    let mut text = format!("- {}\n", code(&amendment_line(amendment)));
    for detail in amendment_details(amendment) {
        let (what, said) = detail.split_once(' ').unwrap_or(("", detail.as_str()));
        text.push_str("  - ");
        text.push_str(what);
        text.push_str(": ");
        text.push_str(&code(said.trim_start()));
        text.push('\n');
    }
    text
}
