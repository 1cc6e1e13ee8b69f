//! Reading an index and archives over HTTP, and serving them: real sockets, servers of every kind, and a cache that is
//! shared.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests use the disk, the network and programs, and may fail loudly, also in functions that they share"
)]

mod archives;
mod caches;
mod hostile;
mod index;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/program.rs"]
mod program;
mod scene;
mod serve;
#[path = "../support/serving.rs"]
mod serving;
#[path = "../support/shelf.rs"]
mod shelf;
mod tls;
