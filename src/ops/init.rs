//! Making a new registry in a folder of the user's.

use crate::model::TreePath;
use crate::ports::{Workspace, WorkspaceError};
use crate::rules::init::new_registry;
use crate::rules::registry::RegistryPath;

use super::Stop;

/// Writes the files of a new registry called `name` and gives those that were written. A file that is there already
/// stays as it is.
///
/// # Errors
/// [`Stop::Usage`] where the folder holds a registry already or the name is none; [`Stop::Workspace`] where a file
/// cannot be written. `curator.toml` is written last, so that a run that was cut off can be repeated.
pub fn init<W: Workspace>(workspace: &W, name: &str) -> Result<Vec<TreePath>, Stop> {
    check_name(name)?;
    let files = new_registry(name);
    for (path, _) in files.iter().filter(|(path, _)| RegistryPath::of(path) == RegistryPath::Config) {
        if workspace.read(path)?.is_some() {
            return Err(Stop::Usage(format!("the folder holds a registry already: there is a {path}")));
        }
    }
    let mut written = Vec::new();
    for (path, bytes) in files {
        match workspace.create(&path, &bytes) {
            Ok(()) => written.push(path),
            Err(WorkspaceError::Exists { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(written)
}

/// Refuses a name that would not stand on one line.
pub(super) fn check_name(name: &str) -> Result<(), Stop> {
    if name.trim().is_empty() || name.contains(char::is_control) {
        return Err(Stop::Usage("a registry needs a name, on one line".to_owned()));
    }
    Ok(())
}
