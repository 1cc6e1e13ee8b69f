//! What a pull request makes of the next package set.

use crate::model::{Document, PackageSet, SetWishes, Terms, Version};

/// What a pull request makes of the next package set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum SetChange {
    /// It gains packages and newer versions, and nothing else.
    Grows,
    /// It loses or lowers something, has another compiler, or nobody can tell: a trustee's matter.
    #[default]
    Loses,
}

/// What a change of the file `package-set.json` makes of the newest set; `None` stands for a file that is not there. One
/// that is not wholly understood is for a trustee.
///
/// Only the wishes that differ count: one that was fulfilled stays in the file until somebody takes it away. A wish that was
/// a trustee's, and is not fulfilled yet, is a trustee's to take back.
#[must_use]
pub fn set_change(before: Option<&[u8]>, after: Option<&[u8]>, terms: Terms, newest: Option<&PackageSet>) -> SetChange {
    let Some(after) = read(after, terms) else { return SetChange::Loses };
    // Wishes that cannot be read have no effect.
    let before = read(before, terms).unwrap_or_default();
    let is_done = |compiler: &Version| newest.is_some_and(|set| set.compiler == *compiler);
    let same_compiler = match (&before.compiler, &after.compiler) {
        (Some(before), None) => is_done(before),
        (before, after) => before == after,
    };
    let differing = after.packages.iter().filter(|(name, wish)| before.packages.get(*name) != Some(*wish));
    let left = before.packages.iter().filter(|(name, wish)| after.packages.get(*name) != Some(*wish));
    let has = |name| newest.and_then(|set| set.packages.get(name));
    let grows = |wish: &Option<Version>, has: Option<&Version>| {
        wish.as_ref().is_some_and(|version| has.is_none_or(|has| version > has))
    };
    let only_grows = differing.clone().all(|(name, wish)| grows(wish, has(name)));
    let takes_nothing_back = left.clone().all(|(name, wish)| wish.as_ref() == has(name) || grows(wish, has(name)));
    if same_compiler && only_grows && takes_nothing_back { SetChange::Grows } else { SetChange::Loses }
}

/// The wishes of a file, where all of it is understood.
fn read(bytes: Option<&[u8]>, terms: Terms) -> Option<SetWishes> {
    let Some(bytes) = bytes else { return Some(SetWishes::default()) };
    let reading = SetWishes::read(&Document::parse(bytes, terms.json_bytes).ok()?, terms.profile);
    reading.value.filter(|_| reading.problems.is_empty())
}
