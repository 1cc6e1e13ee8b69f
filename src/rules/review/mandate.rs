//! By which authority a pull request is merged, and whose yes counted: what its merge commit tells for good.

use std::collections::BTreeSet;

use crate::model::{Lift, Mandate, Person, ProposedChange, Role, Signatory, Warranted, Yes};

use super::authority::Table;
use super::decide::Petition;
use super::voices::{Voices, is_for_maintainers, maintains};

/// Who says yes to the head with any authority, and what allows each change.
pub(super) fn mandate(petition: &Petition<'_>, lifts: &[Lift]) -> Mandate {
    let voices = Voices::of(petition);
    let table = Table { petition, voices: &voices, lifts };
    let warranted = |change: &ProposedChange| Warranted {
        kind: change.kind,
        package: change.package.clone(),
        version: change.version.clone(),
        by: table.warrants(change),
    };
    let yes = |by: &Person| {
        let roles = roles(petition, by);
        (!roles.is_empty()).then(|| Yes { by: Signatory::from(by), roles })
    };
    Mandate { yes: voices.yes().filter_map(yes).collect(), changes: petition.changes.iter().map(warranted).collect() }
}

/// As whom somebody's yes counts: a maintainer has no say in what trustees decide.
fn roles(petition: &Petition<'_>, by: &Person) -> Vec<Role> {
    let trustee = petition.trustees.contains(&by.id).then_some(Role::Trustee);
    let decided = petition
        .changes
        .iter()
        .filter(|change| is_for_maintainers(petition, change) && maintains(petition, change, by.id));
    let packages: BTreeSet<Role> = decided.filter_map(|it| it.package.clone().map(Role::Maintainer)).collect();
    trustee.into_iter().chain(packages).collect()
}
