//! What packages answered, kept from one run to the next: a file a package.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{CommitId, Location, Manifest, PackageName, Ref, TreePath, Version};
use crate::ports::{Workspace, WorkspaceError};
use crate::rules::import::Refusal;

use super::super::Stop;
use super::super::reader::bug;

/// The form of these files. One in another form is asked for again.
const FORMAT: u32 = 1;

/// What is known of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Answers {
    format: u32,
    /// The package.
    pub(super) name: PackageName,
    /// Where it was asked.
    pub(super) location: Location,
    /// The compiler that its definitions name.
    pub(super) compiler: Version,
    /// Why the package as a whole is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) refusal: Option<Refusal>,
    /// What became of each tag.
    pub(super) tags: BTreeMap<Ref, Answer>,
    /// Why something is still to be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pending: Option<String>,
}

/// What became of a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Answer {
    /// It can be defined.
    Offer(Box<Offer>),
    /// It cannot.
    Refused(Refusal),
}

/// A version that passed every check of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Offer {
    /// Its manifest.
    pub(super) manifest: Manifest,
    /// The commit of the tag.
    pub(super) commit: CommitId,
    /// What was respelled or left out.
    pub(super) notes: Vec<String>,
}

impl Answers {
    /// Nothing is known yet.
    pub(super) fn new(name: PackageName, location: Location, compiler: Version) -> Self {
        Self { format: FORMAT, name, location, compiler, refusal: None, tags: BTreeMap::new(), pending: None }
    }

    /// The versions that can be defined, by tag.
    pub(super) fn offers(&self) -> impl Iterator<Item = (&Ref, &Offer)> {
        self.tags.iter().filter_map(|(reference, answer)| match answer {
            Answer::Offer(offer) => Some((reference, &**offer)),
            Answer::Refused(_) => None,
        })
    }

    /// Whether something is still to be asked; refusals count, where they are to be tried `again`.
    pub(super) fn leaves_open(&self, again: bool) -> bool {
        let refused = || self.refusal.is_some() || self.tags.values().any(|it| matches!(it, Answer::Refused(_)));
        self.pending.is_some() || (again && refused())
    }

    /// Whether another run would be spared a question: a host that is down answers for none of its thousand packages.
    pub(super) fn is_worth_keeping(&self) -> bool {
        self.pending.is_none() || !self.tags.is_empty()
    }

    /// The same without what is to be asked `again`.
    pub(super) fn without_refusals(mut self, again: bool) -> Self {
        if again {
            self.refusal = None;
            self.tags.retain(|_, answer| matches!(answer, Answer::Offer(_)));
        }
        self
    }
}

/// The folder with what packages answered.
pub(super) struct Journal<'w, W> {
    folder: &'w W,
}

impl<'w, W: Workspace> Journal<'w, W> {
    /// The journal in `folder`.
    pub(super) fn new(folder: &'w W) -> Self {
        Self { folder }
    }

    /// What is known of a package. A file that cannot be read is as good as none: it only spares a question.
    pub(super) fn read(&self, name: &PackageName) -> Result<Option<Answers>, Stop> {
        let Some(bytes) = self.folder.read(&path(name)?)? else { return Ok(None) };
        let answers = serde_json::from_slice::<Answers>(&bytes).ok();
        Ok(answers.filter(|answers| answers.format == FORMAT && answers.name == *name))
    }

    /// Keeps what a package answered.
    pub(super) fn keep(&self, answers: &Answers) -> Result<(), Stop> {
        let path = path(&answers.name)?;
        let text = serde_json::to_string_pretty(answers).map_err(|error| Stop::Bug(error.to_string()))? + "\n";
        put(self.folder, &path, text.as_bytes())
    }
}

/// Writes a file, whether it is there already or not.
pub(super) fn put<W: Workspace>(folder: &W, path: &TreePath, bytes: &[u8]) -> Result<(), Stop> {
    match folder.create(path, bytes) {
        Err(WorkspaceError::Exists { .. }) => Ok(folder.replace(path, bytes)?),
        created => Ok(created?),
    }
}

fn path(name: &PackageName) -> Result<TreePath, Stop> {
    format!("{}.json", name.home()).parse().map_err(bug)
}
