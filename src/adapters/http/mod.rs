//! Reading over HTTP: an index as plain files on a web server, and archives from wherever an index says that they are.
//! Nothing that comes is believed: it is bounded in size and time, and only addresses are asked that were judged.

mod archives;
mod client;
mod failure;
mod index;
pub(super) mod judged;
mod kept;
mod line;
mod patience;
mod session;

pub use archives::HttpArtifacts;
pub use index::{HttpIndex, Offline};
pub use line::NamedBy;
pub use patience::HttpPatience;
