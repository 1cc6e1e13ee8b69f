//! Which changes come with the signature of somebody who owns the package, by the keys that it had before.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Area, Authorization, Finding, NonEmpty, Owner, PackageName, Place, Terms, TreePath, Version};
use crate::ports::{Differences, History as _, Ports, RepoEntryKind};
use crate::rules::authorize::{Claim, check_status_authorization, check_transfer_authorization};
use crate::rules::check::{check_registration, check_status};
use crate::rules::index::MetadataFile;
use crate::rules::registry::{RegistryPath, World, registration_path};

use super::Stop;
use super::reader::{Reader, bug};

/// What was signed: a version of a package, or the package as a whole.
pub(super) type Signed = BTreeSet<(PackageName, Option<Version>)>;

/// What the changed overrides, statuses and registrations said before a change; `None` where they came with it.
pub(super) type Earlier = BTreeMap<TreePath, Option<Vec<u8>>>;

/// What stood in overrides, statuses and registrations before a change.
pub(super) fn earlier<P: Ports>(reader: &Reader<'_, P>, changes: Option<&Differences>) -> Result<Earlier, Stop> {
    let mut earlier = Earlier::new();
    let Some((registry, _)) = reader.registry() else { return Ok(earlier) };
    for changed in changes.iter().flat_map(|changes| &changes.changed) {
        let (RegistryPath::Override(..) | RegistryPath::Status(..) | RegistryPath::Registration(_)) =
            RegistryPath::of(&changed.path)
        else {
            continue;
        };
        let before = changed.before.filter(|before| before.kind == RepoEntryKind::File);
        let bytes = before.map(|before| registry.bytes(&before.object)).transpose()?;
        earlier.insert(changed.path.clone(), bytes);
    }
    Ok(earlier)
}

/// Looks at the signatures that come with a change.
pub(super) struct Notary<'c> {
    pub(super) world: &'c World,
    pub(super) earlier: &'c Earlier,
    pub(super) terms: Terms,
}

impl Notary<'_> {
    /// Looks at the signature of a changed status or registration. Adds the change to `signed` where it holds; says what is
    /// wrong where it does not, and nothing where there is none.
    pub(super) fn look(&self, file: &TreePath, bytes: &[u8], signed: &mut Signed) -> Result<Vec<Finding>, Stop> {
        let place = Place::file(Area::Registry, file);
        let earlier = self.earlier.get(file).and_then(Option::as_ref);
        let (subject, findings) = match RegistryPath::of(file) {
            RegistryPath::Status(name, version) => {
                let before = earlier.and_then(|bytes| check_status(file, bytes, self.terms).0);
                let Some(status) = check_status(file, bytes, self.terms).0 else { return Ok(Vec::new()) };
                let stood = before.and_then(|before| before.authorization);
                let Some(came) = came(status.authorization.as_ref(), stood.as_ref()) else { return Ok(Vec::new()) };
                let owners = self.owners(&name)?;
                let claim = self.claim(&name, came, &owners, &place);
                let (_, findings) = check_status_authorization(&claim, &name, version.as_ref(), &status);
                ((name, version), findings)
            }
            RegistryPath::Registration(name) => {
                let before = earlier.and_then(|bytes| check_registration(file, bytes, self.terms).0);
                let after = check_registration(file, bytes, self.terms).0;
                let (Some(before), Some(after)) = (before, after) else { return Ok(Vec::new()) };
                let same_place = before.location == after.location;
                let stood = before.authorization.as_ref().filter(|_| same_place);
                let Some(came) = came(after.authorization.as_ref(), stood) else { return Ok(Vec::new()) };
                let owners = self.owners(&name)?;
                let claim = self.claim(&name, came, &owners, &place);
                let (_, findings) = check_transfer_authorization(&claim, &name, &before, &after);
                ((name, None), findings)
            }
            _ => return Ok(Vec::new()),
        };
        if findings.is_empty() {
            signed.insert(subject);
        }
        Ok(findings)
    }

    /// A signed request, as it is held against what there was before it.
    fn claim<'a>(
        &'a self,
        name: &PackageName,
        authorization: &'a Authorization,
        owners: &'a [Owner],
        place: &'a Place,
    ) -> Claim<'a> {
        static NONE: BTreeSet<crate::model::Sha256> = BTreeSet::new();
        let metadata = self.world.packages.get(name).and_then(|state| state.published.metadata.as_ref());
        let accepted = metadata.map(MetadataFile::metadata).map_or(&NONE, |metadata| &metadata.authorizations);
        Claim { authorization, owners, accepted, place }
    }

    /// The keys of the package before the change, which cannot bring the one that signs for it (threat 36).
    fn owners(&self, name: &PackageName) -> Result<Vec<Owner>, Stop> {
        let file = registration_path(name).map_err(bug)?;
        let registration = match self.earlier.get(&file) {
            Some(Some(bytes)) => check_registration(&file, bytes, self.terms).0,
            Some(None) => None,
            None => self.world.packages.get(name).and_then(|state| state.registration.clone()),
        };
        Ok(registration.and_then(|it| it.owners).map(NonEmpty::into_vec).unwrap_or_default())
    }
}

/// The signature that came with the change: one that stood there before speaks for what it was given for.
fn came<'a>(after: Option<&'a Authorization>, before: Option<&Authorization>) -> Option<&'a Authorization> {
    after.filter(|after| before != Some(*after))
}
