//! What is left of the program where it crashes: nothing that anybody could read a secret from.

/// Lets no image of this program's memory, nor of a program that it starts, be written where it crashes: there are tokens
/// and keys in it (threat 32). What the operator forbids already stays forbidden. Where it cannot be forbidden, nobody could
/// be told yet.
#[cfg(unix)]
pub fn forbid_core_dumps() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // Children inherit it. To lower a limit is everybody's right.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    // A program that gathers dumps may not ask for the limit. It also keeps others of the same account out of the memory.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// There is nothing to forbid.
#[cfg(not(unix))]
pub fn forbid_core_dumps() {}
