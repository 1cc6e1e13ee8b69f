//! A forge of which a third of the answers go wrong, and curators that are killed: nothing is lost, nothing is doubled.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests use the disk and programs, print their seeds, and may fail loudly, also in functions that they share"
)]

mod counts;
#[allow(dead_code, reason = "shared with the stories, which need other parts of it")]
#[path = "../support/github/mod.rs"]
mod github;
#[path = "../support/hall.rs"]
mod hall;
#[allow(dead_code, reason = "shared with the tests of the git hand, which need more of it")]
#[path = "../support/https.rs"]
mod https;
mod kills;
#[path = "../support/ledger.rs"]
mod ledger;
#[path = "../support/office.rs"]
mod office;
#[allow(dead_code, reason = "shared with the tests of the commands, which need more of it")]
#[path = "../support/program.rs"]
mod program;
mod storm;
#[allow(dead_code, reason = "shared with the stories of the daemon, which need more of it")]
#[path = "../support/town.rs"]
mod town;
