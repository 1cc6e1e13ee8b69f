//! What the curator says of a pull request: in its one comment, in the verdict beside the commit, in the log, and to
//! programs.

mod amended;
mod announcement;
mod comment;
mod decision;
mod dependants;
mod found;
mod impact;
mod json;
mod picture;
mod publication;
mod suggestion;
mod title;
mod verdict;

pub use announcement::{announced_lines, announcement, over, overtaken, untellable};
pub use comment::{MARKER, comment, job_summary};
pub use json::{announcement_json, review_json};
pub use suggestion::suggestions;
pub use title::{merge_message, merge_title, review_line};
pub use verdict::{compile_record, verdict};
