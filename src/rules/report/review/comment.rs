//! The one comment of the curator: the decision first, then all that it rests on.

use std::fmt::Write as _;

use crate::model::{Decision, Prepared, PullStage, Review};

use super::super::findings::counted;
use super::super::plan::details;
use super::amended::amended;
use super::decision::{headline, needs};
use super::dependants::dependants;
use super::found::{explained, findings, lifts};
use super::impact::impact;
use super::picture::picture;
use super::publication::{changes, subjects, versions};

/// What the curator's comment begins with. A comment is the curator's where it begins with this *and* is of its
/// account: everybody can write these words.
pub const MARKER: &str = "<!-- curator -->";

/// The most characters of the comment: GitHub refuses more than 65,536.
const LONGEST: usize = 60_000;
/// The most files that are listed of one archive, and of a difference of each kind.
const MOST_LISTED: usize = 200;
/// How to talk to the curator.
const FOOT: &str = "A comment with one of these on a line of its own is heard: `/curator recheck`, \
                    `/curator explain R001`, `/curator retry`, `/curator hold`, `/curator release`.
";

/// The comment on a pull request, in Markdown. Nothing in it that a stranger wrote is more than text.
#[must_use]
pub fn comment(review: &Review) -> String {
    format!("{MARKER}\n{}", job_summary(review))
}

/// The same for the summary of a job and of a check, without the mark of the comment.
#[must_use]
pub fn job_summary(review: &Review) -> String {
    let mut head = format!("**{}.**\n\n", headline(review));
    push_part(&mut head, &needs(review));
    push_part(&mut head, &lifts(review));
    let is_refused = matches!(review.decision, Decision::Reject(_));
    // Who has something to mend reads that first.
    if is_refused {
        head.push_str(&findings(review));
    }
    push_part(&mut head, &changes(review));
    head.push_str(&versions(review));
    head.push_str(&amended(review));
    let mut tail = String::new();
    tail.push_str(&impact(review));
    tail.push_str(&subjects(review));
    tail.push_str(&dependants(review));
    tail.push_str(&picture(review));
    if !is_refused {
        tail.push_str(&findings(review));
    }
    tail.push_str(&explained(review));
    if matches!(review.pull.stage, PullStage::Open | PullStage::Draft) {
        tail.push_str(FOOT);
    }
    let used = MARKER.len() + head.chars().count() + tail.chars().count();
    head.truncate(head.trim_end().len());
    head.push('\n');
    head + &files(&review.prepared, LONGEST.saturating_sub(used)) + &tail
}

/// Adds a part and the blank line that ends it.
fn push_part(text: &mut String, part: &str) {
    if !part.is_empty() {
        let _ = writeln!(text, "{}\n", part.trim_end());
    }
}

/// The files of the archives, folded up, as far as they fit.
fn files(prepared: &[Prepared], room: usize) -> String {
    let packed: Vec<&Prepared> = prepared.iter().filter(|prepared| prepared.artifact.is_some()).collect();
    let (mut text, mut left) = (String::new(), room.saturating_sub(200));
    for (at, prepared) in packed.iter().enumerate() {
        let listing = details(prepared, MOST_LISTED);
        let chars = listing.chars().count();
        if chars > left {
            let _ = writeln!(text, "\nThe files of {} are not listed.", counted(packed.len() - at, "archive"));
            break;
        }
        left -= chars;
        text.push_str(&listing);
    }
    text.push('\n');
    text
}
