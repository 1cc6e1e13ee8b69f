//! The sandbox that compilers run in.

use crate::adapters::{Sandbox, Way};
use crate::config::Environment;

/// The sandbox of this machine: bubblewrap before util-linux, and sudo where the operator says so.
#[must_use]
pub fn sandbox(environment: &Environment) -> Sandbox {
    let by_sudo = environment.sandbox_sudo.then_some(Way::SudoUnshare);
    Sandbox::new([Way::Bubblewrap, Way::Unshare].into_iter().chain(by_sudo).collect())
}
