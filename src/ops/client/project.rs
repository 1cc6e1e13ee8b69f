//! The project in the user's folder: what it asks for, and what it has locked.

use crate::model::{LockFile, Project, ProjectFile};
use crate::ops::Stop;
use crate::ops::reader::bug;
use crate::ports::{Workspace, WorkspaceError};
use crate::rules::project::{self, ProjectError};

use super::Refusal;

/// The name of the lock file.
pub(super) const LOCK_FILE: &str = "curator.lock";

/// A project as it stands in its folder.
pub(super) struct Opened {
    /// The file that says what it asks for.
    pub(super) file: ProjectFile,
    /// The text of it.
    pub(super) text: String,
    /// What it asks for.
    pub(super) project: Project,
    /// What it has locked; `None` where it has no lock file.
    pub(super) lock: Option<LockFile>,
}

impl Opened {
    /// The lock file of a project that must have one.
    pub(super) fn required_lock(&self) -> Result<&LockFile, Stop> {
        let missing = || Refusal::Stale { file: self.file.to_string(), reason: "there is no lock file".to_owned() };
        Ok(self.lock.as_ref().ok_or_else(missing)?)
    }
}

/// Reads the project.
pub(super) fn opened(folder: &impl Workspace) -> Result<Opened, Stop> {
    let lock = locked(folder)?;
    let (file, text, project) = described(folder)?.ok_or(Refusal::NoProject)?;
    Ok(Opened { file, text, project, lock })
}

/// The same; where there is no project yet, an empty one of the curator's own kind.
pub(super) fn opened_or_new(folder: &impl Workspace) -> Result<Opened, Stop> {
    let lock = locked(folder)?;
    let none = || (ProjectFile::Curator, String::new(), Project::default());
    let (file, text, project) = described(folder)?.unwrap_or_else(none);
    Ok(Opened { file, text, project, lock })
}

/// The file that describes the project, its text and what it says; `None` where there is no project.
fn described(folder: &impl Workspace) -> Result<Option<(ProjectFile, String, Project)>, Stop> {
    for file in ProjectFile::ALL {
        let Some(bytes) = folder.read(&file.as_str().parse().map_err(bug)?)? else { continue };
        let unreadable = || ProjectError::Unreadable { file, reason: "it is not UTF-8 text".to_owned() };
        let text = String::from_utf8(bytes).map_err(|_| Refusal::from(unreadable()))?;
        let project = project::read(file, &text).map_err(Refusal::from)?;
        return Ok(Some((file, text, project)));
    }
    Ok(None)
}

/// The lock file.
pub(super) fn locked(folder: &impl Workspace) -> Result<Option<LockFile>, Stop> {
    let Some(bytes) = folder.read(&LOCK_FILE.parse().map_err(bug)?)? else { return Ok(None) };
    let lock = LockFile::parse(&bytes).map_err(|error| Refusal::Lock { reason: error.to_string() })?;
    Ok(Some(lock))
}

/// Writes a file of the project, unless it says just this already; tells whether it was written.
pub(super) fn write(folder: &impl Workspace, name: &str, text: &str) -> Result<bool, Stop> {
    let path = name.parse().map_err(bug)?;
    let bytes = text.as_bytes();
    match folder.read(&path)? {
        Some(present) if present == bytes => return Ok(false),
        Some(_) => folder.replace(&path, bytes)?,
        None => match folder.create(&path, bytes) {
            // Another run was faster. Of two that write at once, the last one counts.
            Err(WorkspaceError::Exists { .. }) => folder.replace(&path, bytes)?,
            created => created?,
        },
    }
    Ok(true)
}

/// What the project in a folder says of itself; nothing, where there is none. What it has locked is of no concern: places
/// do not stand there.
///
/// # Errors
/// [`Stop`] where its file cannot be read.
pub fn project_here(folder: &impl Workspace) -> Result<Project, Stop> {
    Ok(described(folder)?.map(|(_, _, project)| project).unwrap_or_default())
}
