//! The registry: what its paths mean, and the part of it that a change can reach.

mod candidate;
mod paths;
mod world;

pub use candidate::Candidate;
pub use paths::{RegistryPath, definition_path, registration_path};
pub use world::{PackageState, World};
