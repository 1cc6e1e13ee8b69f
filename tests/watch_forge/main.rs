//! `curator watch` at a forge: from an opened pull request to a version that can be installed, with no hand on it.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests use the disk, the network and programs, and may fail loudly, also in functions that they share"
)]

mod deliveries;
#[allow(dead_code, reason = "shared with the stories, which need other parts of it")]
#[path = "../support/github/mod.rs"]
mod github;
#[allow(dead_code, reason = "shared with the tests of the git hand, which need more of it")]
#[path = "../support/https.rs"]
mod https;
mod kills;
#[path = "../support/ledger.rs"]
mod ledger;
mod life;
#[path = "../support/office.rs"]
mod office;
#[allow(dead_code, reason = "shared with the tests of the commands, which need more of it")]
#[path = "../support/program.rs"]
mod program;
#[allow(dead_code, reason = "shared with other tests, which need other parts of it")]
#[path = "../support/town.rs"]
mod town;
#[allow(dead_code, reason = "shared with the tests of the door, which need more of it")]
#[path = "../support/visitor.rs"]
mod visitor;
mod voices;
mod watch;
#[allow(dead_code, reason = "shared with the tests of the daemon, which need more of it")]
#[path = "../support/watching.rs"]
mod watching;
