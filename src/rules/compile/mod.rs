//! Compiling a version: what a tool is given, what its words mean, and what a claim of somebody else's run is worth.

mod claim;
mod graph;
mod heard;
mod outcome;
mod workload;

pub use claim::{Accepted, ClaimError, claim_file, claimed, judge_claim, read_claim};
pub use graph::{GraphError, dependency_use};
pub use heard::{Asked, Heard, Word, hear, is_compiled};
pub use outcome::{MOST_WORDS, findings, outcome, tool_version, wants_graph};
pub(in crate::rules) use workload::{DEPENDENCIES, lay};
pub use workload::{MOST_BYTES, command, workload};
