//! A set of one package's versions as bits, so that the solver's set algebra is one machine instruction, not a comparison of version numbers.

use std::fmt;

use pubgrub::VersionSet;

/// The place of a version among all versions of its package, ascending from 0.
pub(super) type Place = u32;

const BITS: u32 = u64::BITS;

/// A set of places, finite or with a finite complement.
///
/// The 1,158 packages of the PureScript registry have at most 48 versions: the first word nearly always is the whole set.
/// `Eq` is that of the sets, as the solver demands: `more` never ends in a word that only repeats `beyond`.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Places {
    /// Places 0 to 63, from the lowest bit.
    first: u64,
    /// The places from 64 on.
    more: Vec<u64>,
    /// All places after `more`: none of them (0) or every one (`u64::MAX`).
    beyond: u64,
}

impl Places {
    /// No place at all.
    pub(super) const NONE: Self = Self { first: 0, more: Vec::new(), beyond: 0 };

    /// The places from `start` up to, not including, `end`.
    pub(super) fn span(start: Place, end: Place) -> Self {
        if start >= end {
            return Self::NONE;
        }
        let word = |index: u32| {
            let base = index * BITS;
            below(end.saturating_sub(base)) & !below(start.saturating_sub(base))
        };
        Self { first: word(0), more: (1..end.div_ceil(BITS)).map(word).collect(), beyond: 0 }
    }

    /// The number of places, not counting those beyond the last word.
    pub(super) fn count(&self) -> u32 {
        self.words().map(u64::count_ones).sum()
    }

    /// The highest place, not counting those beyond the last word.
    pub(super) fn highest(&self) -> Option<Place> {
        let bases = (0..).step_by(BITS as usize);
        bases.zip(self.words()).filter(|(_, word)| *word != 0).last().map(|(base, word)| base + word.ilog2())
    }

    /// The lowest place, not counting those beyond the last word.
    pub(super) fn lowest(&self) -> Option<Place> {
        let bases = (0..).step_by(BITS as usize);
        bases.zip(self.words()).find(|(_, word)| *word != 0).map(|(base, word)| base + word.trailing_zeros())
    }

    /// The unbroken runs of places below `end`, ascending, each as its first place and the place after its last.
    pub(super) fn runs(&self, end: Place) -> Vec<(Place, Place)> {
        let mut runs: Vec<(Place, Place)> = Vec::new();
        for place in (0..end).filter(|place| self.contains(place)) {
            match runs.last_mut() {
                Some((_, after)) if *after == place => *after = place + 1,
                _ => runs.push((place, place + 1)),
            }
        }
        runs
    }

    fn words(&self) -> impl Iterator<Item = u64> {
        std::iter::once(self.first).chain(self.more.iter().copied())
    }

    fn map(&self, change: impl Fn(u64) -> u64) -> Self {
        // Flipping every bit cannot make the last word equal to what lies beyond it.
        let more = self.more.iter().map(|word| change(*word)).collect();
        Self { first: change(self.first), more, beyond: change(self.beyond) }
    }

    fn zip(&self, other: &Self, combine: impl Fn(u64, u64) -> u64) -> Self {
        let beyond = combine(self.beyond, other.beyond);
        let mut more: Vec<u64> = self.pairs_after_first(other).map(|(mine, theirs)| combine(mine, theirs)).collect();
        while more.last() == Some(&beyond) {
            more.pop();
        }
        Self { first: combine(self.first, other.first), more, beyond }
    }

    /// Whether `holds` is true of every pair of words.
    fn all(&self, other: &Self, holds: impl Fn(u64, u64) -> bool) -> bool {
        holds(self.first, other.first)
            && holds(self.beyond, other.beyond)
            && self.pairs_after_first(other).all(|(mine, theirs)| holds(mine, theirs))
    }

    fn pairs_after_first(&self, other: &Self) -> impl Iterator<Item = (u64, u64)> {
        let word = |set: &Self, index: usize| set.more.get(index).copied().unwrap_or(set.beyond);
        (0..self.more.len().max(other.more.len())).map(move |index| (word(self, index), word(other, index)))
    }
}

/// A word with its lowest `count` bits set, all of them when `count` is 64 or more.
fn below(count: u32) -> u64 {
    1u64.checked_shl(count).map_or(u64::MAX, |bit| bit - 1)
}

impl VersionSet for Places {
    type V = Place;

    fn empty() -> Self {
        Self::NONE
    }

    fn full() -> Self {
        Self { first: u64::MAX, more: Vec::new(), beyond: u64::MAX }
    }

    fn singleton(place: Place) -> Self {
        Self::span(place, place + 1)
    }

    fn complement(&self) -> Self {
        self.map(|word| !word)
    }

    fn intersection(&self, other: &Self) -> Self {
        self.zip(other, |mine, theirs| mine & theirs)
    }

    fn union(&self, other: &Self) -> Self {
        self.zip(other, |mine, theirs| mine | theirs)
    }

    fn contains(&self, place: &Place) -> bool {
        let index = place / BITS;
        let word = if index == 0 {
            self.first
        } else {
            usize::try_from(index - 1).ok().and_then(|index| self.more.get(index)).copied().unwrap_or(self.beyond)
        };
        word >> (place % BITS) & 1 == 1
    }

    fn is_disjoint(&self, other: &Self) -> bool {
        self.all(other, |mine, theirs| mine & theirs == 0)
    }

    fn subset_of(&self, other: &Self) -> bool {
        self.all(other, |mine, theirs| mine & !theirs == 0)
    }
}

/// Only the solver's own log would show this.
impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<u64> = self.words().collect();
        let ellipsis = if self.beyond == 0 { "" } else { "…" };
        write!(f, "{words:x?}{ellipsis}")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::{Strategy, any, proptest};
    use pubgrub::VersionSet as _;

    use super::{Place, Places};

    /// Past the second word, so that sets of one, two and three words meet.
    const END: Place = 150;

    /// A set, built by the operations under test, beside the same set spelled out up to `END`.
    fn sets() -> impl Strategy<Value = (Places, BTreeSet<Place>)> {
        (proptest::collection::vec((0..END, 0..END), 0..4), any::<bool>()).prop_map(|(spans, inverted)| {
            let mut places = Places::NONE;
            let mut listed = BTreeSet::new();
            for (start, end) in spans {
                places = places.union(&Places::span(start, end));
                listed.extend(start..end);
            }
            if inverted {
                (places.complement(), (0..END).filter(|place| !listed.contains(place)).collect())
            } else {
                (places, listed)
            }
        })
    }

    fn listed(places: &Places) -> BTreeSet<Place> {
        (0..END).filter(|place| places.contains(place)).collect()
    }

    proptest! {
        #[test]
        fn operations_are_those_of_sets((a, list_a) in sets(), (b, list_b) in sets()) {
            assert_eq!(listed(&a), list_a);
            assert_eq!(listed(&a.intersection(&b)), &list_a & &list_b);
            assert_eq!(listed(&a.union(&b)), &list_a | &list_b);
            assert_eq!(a.is_disjoint(&b), a.intersection(&b) == Places::empty());
            assert_eq!(a.subset_of(&b), a == a.intersection(&b));
        }

        #[test]
        fn equal_sets_are_equal_values((a, _) in sets(), (b, _) in sets()) {
            assert_eq!(a.complement().complement(), a);
            assert_eq!(a.union(&b).complement(), a.complement().intersection(&b.complement()));
            assert_eq!(a.intersection(&a.complement()), Places::empty());
            assert_eq!(a.union(&a.complement()), Places::full());
        }

        #[test]
        fn counts_and_runs_agree_with_the_list(start in 0..END, end in 0..END, other in 0..END) {
            let places = Places::span(start, end).union(&Places::singleton(other));
            let list = listed(&places);
            assert_eq!(places.count() as usize, list.len());
            assert_eq!(places.highest(), list.last().copied());
            assert_eq!(places.lowest(), list.first().copied());
            assert_eq!(places.runs(END).into_iter().flat_map(|(from, to)| from..to).collect::<BTreeSet<_>>(), list);
        }
    }
}
