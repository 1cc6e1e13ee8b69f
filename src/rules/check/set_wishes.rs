//! Whether `package-set.json` can be read, and what is wished for in it can be had.

use crate::model::{Area, Document, Finding, PackageSet, Place, SetWishes, Span, Terms, TreePath};
use crate::rules::package_set::{Held, Hold, Origin, Proposal, Wanted};
use crate::rules::report::words;

use super::registration::read;

/// What is wrong with the wishes for the next package set.
#[must_use]
pub fn check_wishes(file: &TreePath, bytes: &[u8], terms: Terms) -> (Option<SetWishes>, Vec<Finding>) {
    read(file, bytes, terms, SetWishes::read)
}

/// What cannot be had of the wishes, as the next set that they lead to tells; and those that are fulfilled and keep their
/// package from going on.
#[must_use]
pub fn check_wishes_target(file: &TreePath, bytes: &[u8], terms: Terms, proposal: &Proposal) -> Vec<Finding> {
    let Ok(document) = Document::parse(bytes, terms.json_bytes) else { return Vec::new() };
    let wishes = SetWishes::read(&document, terms.profile).value.unwrap_or_default();
    let place = Place::file(Area::Registry, file);
    let finding = |held: &Held| {
        let wording = match (&held.wanted, held.by, &held.why) {
            (Wanted::FirstSet, ..) if wishes.packages.is_empty() => return None,
            (Wanted::FirstSet, ..) | (_, Origin::Wish, _) => words::package_set::wish(held),
            (Wanted::Version(name, newer), Origin::News, Hold::Decided { kept: Some(kept) }) => {
                let member = proposal.before.as_ref().and_then(|set: &PackageSet| set.packages.get(name));
                words::package_set::keeps(member.filter(|member| *member == kept)?, newer)
            }
            _ => return None,
        };
        let place = match span(&document, &held.wanted) {
            Some(span) => place.clone().at(span),
            None => place.clone(),
        };
        Some(match &held.wanted {
            Wanted::Version(name, _) | Wanted::Removal(name) => wording.about(name, place),
            Wanted::Compiler(_) | Wanted::FirstSet => wording.at(place),
        })
    };
    proposal.held.iter().filter_map(finding).collect()
}

/// Where a wish stands.
fn span(document: &Document, wanted: &Wanted) -> Option<Span> {
    let member = match wanted {
        Wanted::Version(name, _) | Wanted::Removal(name) => document.member("packages")?.value.member(name.as_str()),
        Wanted::Compiler(_) => document.member("compiler"),
        Wanted::FirstSet => None,
    };
    member.map(|member| member.key_span.start..member.value.span.end)
}
