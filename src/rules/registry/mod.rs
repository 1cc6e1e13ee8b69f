//! The registry: what its paths mean, and the part of it that a change can reach.

mod advisory;
mod candidate;
mod paths;
mod timeline;
mod world;

pub use advisory::AdvisoryFile;
pub use candidate::{Candidate, Origin};
pub use paths::{RegistryPath, advisory_path, definition_path, override_path, registration_path, status_path};
pub use timeline::{Said, Since, Timeline, Word};
pub use world::{PackageState, Regard, World};
