//! Writing the file by which somebody asks for something besides a publication: other bounds, a status, a transfer.

use std::sync::Arc;

use crate::model::{
    Authorization, BoundOverride, Dependencies, Location, PackageName, Reason, Registration, Status, StatusKind, Terms,
    TreePath, Version,
};
use crate::ports::{Forge, Ports, Workspace};
use crate::rules::check::{check_override, check_registration, check_status};
use crate::rules::registry::{override_path, registration_path, status_path};
use crate::rules::report::words;

use super::check::{CheckReport, CheckRequest, Selection, SourceAccess, check};
use super::reader::{Reader, bug};
use super::{Curator, Stop};

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Other ranges for a version. Those that an earlier override gave stay.
    Override {
        /// The package.
        name: PackageName,
        /// Its version.
        version: Version,
        /// The ranges.
        dependencies: Dependencies,
        /// Why.
        reason: Reason,
    },
    /// A status for a version, or for the whole package.
    Status {
        /// The package.
        name: PackageName,
        /// Its version.
        version: Option<Version>,
        /// The status.
        status: Status,
    },
    /// That a status is over.
    TakeBack {
        /// The package.
        name: PackageName,
        /// Its version.
        version: Option<Version>,
        /// The status that it has.
        kind: StatusKind,
    },
    /// That a package has its source elsewhere.
    Transfer {
        /// The package.
        name: PackageName,
        /// Where its source is.
        location: Location,
        /// An owner's signature under that.
        authorization: Option<Authorization>,
    },
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileDeed {
    /// It was written.
    Written,
    /// It was taken away.
    Removed,
}

/// What was done about a wish.
#[derive(Debug, Clone, PartialEq)]
pub struct Wished {
    /// The file.
    pub file: TreePath,
    /// What became of it.
    pub deed: FileDeed,
    /// What the checks say of it.
    pub report: CheckReport,
}

/// Writes the file of a wish into the registry's folder, and checks it.
///
/// # Errors
/// [`Stop`]: there is nothing that the wish could be about, or a file cannot be written.
pub async fn wish<P: Ports, F: Forge, W: Workspace>(
    curator: &Arc<Curator<P>>,
    forge: &F,
    workspace: &W,
    wish: &Wish,
) -> Result<Wished, Stop> {
    let desk = Desk { workspace, terms: curator.terms() };
    let (file, deed) = match wish {
        Wish::Override { name, version, dependencies, reason } => {
            let reader = Reader::open(curator.as_ref()).await?;
            let published = reader.published(name)?.metadata;
            let facts = published.as_ref().and_then(|file| file.metadata().published.get(version));
            let recorded = facts.and_then(|facts| facts.revision).unwrap_or(0);
            desk.bound_override((name, version), dependencies, reason, recorded)?
        }
        Wish::Status { name, version, status } => {
            let text = status.to_file().map_err(unwritten)?;
            (desk.put(status_path(name, version.as_ref()).map_err(bug)?, &text)?, FileDeed::Written)
        }
        Wish::TakeBack { name, version, kind } => {
            (desk.take_back(status_path(name, version.as_ref()).map_err(bug)?, *kind)?, FileDeed::Removed)
        }
        Wish::Transfer { name, location, authorization } => {
            let location_id = forge.identify(location).await.ok().flatten().map(|identity| identity.repository);
            let (location, authorization) = (location.clone(), authorization.clone());
            let edit = |registration| Registration { location, location_id, authorization, ..registration };
            (desk.register(name, edit)?, FileDeed::Written)
        }
    };
    let selection = match deed {
        FileDeed::Written => Selection::Files(vec![file.clone()]),
        FileDeed::Removed => Selection::Files(Vec::new()),
    };
    let report = check(curator, &CheckRequest { selection, sources: SourceAccess::Offline }).await?;
    Ok(Wished { file, deed, report })
}

/// The user's files, and how large one may be.
struct Desk<'w, W> {
    workspace: &'w W,
    terms: Terms,
}

impl<W: Workspace> Desk<'_, W> {
    /// Writes a file, whether it is there or not.
    fn put(&self, file: TreePath, text: &str) -> Result<TreePath, Stop> {
        match self.workspace.read(&file)? {
            Some(_) => self.workspace.replace(&file, text.as_bytes())?,
            None => self.workspace.create(&file, text.as_bytes())?,
        }
        Ok(file)
    }

    /// Writes the next override: the number after the one in the index, whoever wrote one that is not there yet.
    fn bound_override(
        &self,
        (name, version): (&PackageName, &Version),
        dependencies: &Dependencies,
        reason: &Reason,
        recorded: u64,
    ) -> Result<(TreePath, FileDeed), Stop> {
        let file = override_path(name, version).map_err(bug)?;
        let present = match self.workspace.read(&file)? {
            Some(bytes) => Some(check_override(&file, &bytes, self.terms).0.ok_or_else(|| unusable(&file))?),
            None => None,
        };
        let mut all = present.map(|present| present.dependencies).unwrap_or_default();
        all.extend(dependencies.clone());
        let revision = recorded.saturating_add(1);
        let bound_override = BoundOverride { revision, dependencies: all, reason: reason.clone() };
        Ok((self.put(file, &bound_override.to_file().map_err(unwritten)?)?, FileDeed::Written))
    }

    /// Takes away the file of a status, if it says the one that is to be over.
    fn take_back(&self, file: TreePath, kind: StatusKind) -> Result<TreePath, Stop> {
        let bytes = self.workspace.read(&file)?;
        let status = bytes.and_then(|bytes| check_status(&file, &bytes, self.terms).0);
        if status.is_none_or(|status| status.kind != kind) {
            return Err(Stop::Usage(words::life::not_so(&file, kind)));
        }
        self.workspace.remove(&file)?;
        Ok(file)
    }

    /// Writes a registration that is there otherwise.
    fn register(&self, name: &PackageName, edit: impl FnOnce(Registration) -> Registration) -> Result<TreePath, Stop> {
        let file = registration_path(name).map_err(bug)?;
        let bytes = self.workspace.read(&file)?;
        let bytes = bytes.ok_or_else(|| Stop::Usage(words::life::not_registered(name)))?;
        let registration = check_registration(&file, &bytes, self.terms).0.ok_or_else(|| unusable(&file))?;
        self.put(file, &edit(registration).to_file().map_err(unwritten)?)
    }
}

fn unusable(file: &TreePath) -> Stop {
    Stop::Usage(words::life::mend_first(file))
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands it over")]
fn unwritten(error: serde_json::Error) -> Stop {
    Stop::Bug(error.to_string())
}
