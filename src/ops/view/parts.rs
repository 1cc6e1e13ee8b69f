//! The parts of a view: what stands in each, what it was made from, and how it changes.

use std::collections::BTreeMap;

use crate::model::{TreePath, ViewPart, ViewPush, ViewState};
use crate::ops::Stop;
use crate::ops::reader::bug;
use crate::ports::{Change, History, Repo, RepoEntryKind, Revision, ViewDesk, ViewMemory, ViewPlace};
use crate::rules::views::{STATE_FILE, ViewFiles, state_name, state_of, state_text};

/// The parts of a view that is being made.
pub(super) struct Parts<R> {
    open: BTreeMap<ViewPart, Part<R>>,
    /// The state that all of them are to be made from.
    pub(super) goal: ViewState,
}

/// A part of a view.
struct Part<R> {
    place: ViewPlace<R>,
    head: Revision,
    /// What it was made from; `None` where it does not say so.
    made_from: Option<ViewState>,
}

/// A change of one part, visible as a whole.
#[derive(Debug)]
pub(super) struct Step {
    /// The part.
    pub(super) part: ViewPart,
    /// What changes.
    pub(super) change: Change,
    /// Whether the part shows the goal then, and nothing else.
    pub(super) end: End,
}

/// What a step comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The part still shows something that is to leave.
    Between,
    /// It shows the goal.
    Goal,
}

impl Step {
    /// What is written.
    pub(super) fn push(&self) -> ViewPush {
        let removed = self.change.values().filter(|bytes| bytes.is_none()).count();
        ViewPush { part: self.part, written: self.change.len() - removed, removed }
    }
}

impl<R: Repo + History> Parts<R> {
    /// Opens the parts of a view. The goal names no commit of the index yet.
    pub(super) async fn open(desk: &ViewDesk<R>) -> Result<Self, Stop> {
        let mut open = BTreeMap::new();
        for (part, opener) in &desk.parts {
            let place = opener()?;
            let head = place.repo.head().await?;
            let text = match place.memory {
                ViewMemory::Message => place.repo.describe(&head)?.map(|logged| logged.message),
                ViewMemory::File => {
                    let bytes = place.repo.read(&head, &STATE_FILE.parse().map_err(bug)?)?;
                    bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                }
            };
            let made_from = text.as_deref().and_then(state_of);
            // Nothing of a folder comes back: whoever names a folder in a registry must not have it emptied by others.
            if place.memory == ViewMemory::File && made_from.is_none() && !place.repo.list(&head, None)?.is_empty() {
                return Err(Stop::Usage(foreign_folder(*part)));
            }
            open.insert(*part, Part { place, head, made_from });
        }
        Ok(Self { open, goal: ViewState { format: state_name(desk.format), index_commit: None } })
    }

    /// Whether every part shows the goal. In an index that is a plain folder, no state can be told from another.
    pub(super) fn are_current(&self) -> bool {
        self.goal.index_commit.is_some() && self.states().all(|state| state == Some(&self.goal))
    }

    /// Whether every part says that this rendering made it as it is.
    pub(super) fn are_ours(&self) -> bool {
        self.states().all(|state| state.is_some_and(|state| state.format == self.goal.format))
    }

    /// What the parts were made from.
    pub(super) fn states(&self) -> impl Iterator<Item = Option<&ViewState>> {
        self.open.values().map(|part| part.made_from.as_ref())
    }

    /// Whether the view has this part.
    pub(super) fn has(&self, part: ViewPart) -> bool {
        self.open.contains_key(&part)
    }

    fn part(&self, part: ViewPart) -> Result<&Part<R>, Stop> {
        self.open.get(&part).ok_or_else(|| Stop::Bug(format!("the view has no part '{}'", part.as_str())))
    }

    /// The bytes of a file of a part as it is.
    pub(super) fn read(&self, part: ViewPart, path: &TreePath) -> Result<Option<Vec<u8>>, Stop> {
        let part = self.part(part)?;
        Ok(part.place.repo.read(&part.head, path)?)
    }

    /// The files of a part below `under` that `owns` takes.
    pub(super) fn files(
        &self,
        part: ViewPart,
        under: Option<&TreePath>,
        owns: impl Fn(&TreePath) -> bool,
    ) -> Result<Vec<TreePath>, Stop> {
        let part = self.part(part)?;
        let entries = part.place.repo.list(&part.head, under)?.into_iter();
        let files = entries.filter(|entry| entry.kind == RepoEntryKind::File && owns(&entry.path));
        Ok(files.map(|entry| entry.path).collect())
    }

    /// What of `files` is not there yet.
    pub(super) fn difference(&self, part: ViewPart, files: ViewFiles) -> Result<Change, Stop> {
        let mut change = Change::new();
        for (path, bytes) in files {
            if self.read(part, &path)? != bytes {
                change.insert(path, bytes);
            }
        }
        Ok(change)
    }

    /// The removal of every file of a part that is the view's own and not among `files`: where everything was rendered.
    pub(super) fn strangers(
        &self,
        part: ViewPart,
        files: &ViewFiles,
        owns: impl Fn(&TreePath) -> bool,
    ) -> Result<ViewFiles, Stop> {
        let standing = self.files(part, None, owns)?.into_iter();
        Ok(standing.filter(|path| !files.contains_key(path)).map(|path| (path, None)).collect())
    }

    /// Makes a step visible, where there is something to make visible or to record.
    pub(super) async fn push(&mut self, step: &Step, title: &str) -> Result<(), Stop> {
        let goal = self.goal.clone();
        let bug_part = || Stop::Bug(format!("the view has no part '{}'", step.part.as_str()));
        let part = self.open.get_mut(&step.part).ok_or_else(bug_part)?;
        let made_from = if step.end == End::Goal { Some(goal) } else { part.made_from.clone() };
        let is_news = match (part.place.memory, &part.made_from, &made_from) {
            // A commit that changes nothing is made only where none, or none of this rendering, says what this one does.
            (ViewMemory::Message, Some(old), Some(new)) => old.format != new.format,
            (_, old, new) => old != new,
        };
        if step.change.is_empty() && !is_news {
            return Ok(());
        }
        let recorded = made_from.as_ref().map(state_text).unwrap_or_default();
        let mut change = step.change.clone();
        let message = match part.place.memory {
            ViewMemory::Message if recorded.is_empty() => format!("{title}\n"),
            ViewMemory::Message => format!("{title}\n\n{recorded}"),
            ViewMemory::File => {
                let file = STATE_FILE.parse().map_err(bug)?;
                change.extend(made_from.as_ref().map(|_| (file, Some(recorded.into_bytes()))));
                title.to_owned()
            }
        };
        part.head = part.place.repo.commit(&part.head, &change, &message).await?;
        part.made_from = made_from;
        Ok(())
    }
}

/// Why a folder is no place for a view.
fn foreign_folder(part: ViewPart) -> String {
    format!(
        "the folder under '{}' holds files, and no {STATE_FILE} that says that a view made them: name a folder that is empty \
         or not there yet",
        part.as_str()
    )
}
