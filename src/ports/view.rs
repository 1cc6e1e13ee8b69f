//! The places of a view, which are opened when the view is made: not by a run that makes none.

use std::sync::Arc;

use crate::model::{ViewFormat, ViewPart};

use super::repo::RepoError;

/// A view, and the places of its parts.
pub struct ViewDesk<R> {
    /// What messages and the command line call it.
    pub name: String,
    /// The format.
    pub format: ViewFormat,
    /// Its parts, in the order of [`ViewPart`], and how the place of each is opened.
    pub parts: Vec<(ViewPart, OpenViewPlace<R>)>,
}

/// Opens the place of a part of a view.
pub type OpenViewPlace<R> = Arc<dyn Fn() -> Result<ViewPlace<R>, RepoError> + Send + Sync>;

/// The place of a part of a view.
pub struct ViewPlace<R> {
    /// The place.
    pub repo: R,
    /// Where it says what it was made from.
    pub memory: ViewMemory,
}

/// Where a place says what it was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewMemory {
    /// In the message of its last commit.
    Message,
    /// In a file of its own, since nothing else of a folder can.
    File,
}
