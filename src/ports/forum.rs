//! Everything that the review of a pull request asks of a forge.

use super::{Conversation, Forge, People, PullRequests, Verdicts};

/// A forge at which a registry's pull requests are opened, talked about and merged.
pub trait Forum: Forge + PullRequests + Conversation + Verdicts + People {}

impl<T: Forge + PullRequests + Conversation + Verdicts + People> Forum for T {}
