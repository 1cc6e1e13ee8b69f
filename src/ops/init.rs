//! Making a new registry in a folder of the user's.

use crate::model::{Profile, TreePath};
use crate::ports::{Workspace, WorkspaceError};
use crate::rules::init::{GitHubSetup, github_registry, new_registry};
use crate::rules::registry::RegistryPath;

use super::Stop;

/// What became of the files of a new registry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Begun {
    /// Those that were written.
    pub written: Vec<TreePath>,
    /// Those that were there already, and stay as they are.
    pub kept: Vec<TreePath>,
}

/// Writes the files of a new registry called `name` and gives those that were written. A file that is there already
/// stays as it is.
///
/// # Errors
/// [`Stop::Usage`] where the folder holds a registry already or the name is none; [`Stop::Workspace`] where a file
/// cannot be written. `curator.toml` is written last, so that a run that was cut off can be repeated.
pub fn init<W: Workspace>(workspace: &W, name: &str, profile: Profile) -> Result<Vec<TreePath>, Stop> {
    check_name(name)?;
    let files = new_registry(name, profile);
    for (path, _) in files.iter().filter(|(path, _)| RegistryPath::of(path) == RegistryPath::Config) {
        if workspace.read(path)?.is_some() {
            return Err(Stop::Usage(format!("the folder holds a registry already: there is a {path}")));
        }
    }
    Ok(create(workspace, files)?.written)
}

/// Writes the files of a registry called `name` in the work tree of a repository on GitHub. A file that is there already
/// stays as it is: so a registry that exists comes to GitHub, too.
///
/// # Errors
/// [`Stop::Usage`] where the name is none or the registry's folder cannot stand in a script; [`Stop::Workspace`] where a
/// file cannot be written.
pub fn init_on_github<W: Workspace>(
    workspace: &W,
    name: &str,
    profile: Profile,
    setup: &GitHubSetup,
) -> Result<Begun, Stop> {
    check_name(name)?;
    if !setup.has_plain_folder() {
        let message =
            "workflows name the folder of the registry in scripts: give it a path of letters, digits, '.', '_' and '-'";
        return Err(Stop::Usage(message.to_owned()));
    }
    create(workspace, github_registry(name, profile, setup))
}

fn create<W: Workspace>(workspace: &W, files: Vec<(TreePath, Vec<u8>)>) -> Result<Begun, Stop> {
    let mut begun = Begun::default();
    for (path, bytes) in files {
        match workspace.create(&path, &bytes) {
            Ok(()) => begun.written.push(path),
            Err(WorkspaceError::Exists { .. }) => begun.kept.push(path),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(begun)
}

/// Refuses a name that would not stand on one line.
pub(super) fn check_name(name: &str) -> Result<(), Stop> {
    if name.trim().is_empty() || name.contains(char::is_control) {
        return Err(Stop::Usage("a registry needs a name, on one line".to_owned()));
    }
    Ok(())
}
