//! The branches and tags of a repository, as `git ls-remote` lists them.

use std::collections::{BTreeMap, BTreeSet};

use git2::Oid;

use crate::model::{CommitId, Ref};
use crate::ports::Tag;

/// What a repository shows of its branches and tags. Names that no [`Ref`] can have are left out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Listing {
    /// What each tag names: the object itself, and what it leads to.
    tags: BTreeMap<Ref, (Oid, Oid)>,
    /// What the branches name.
    heads: BTreeSet<Oid>,
}

impl Listing {
    /// Reads lines of `<id>\t<name>`. After an annotated tag comes one of the same name and `^{}`, with what it leads to.
    pub(super) fn read(written: &[u8]) -> Self {
        let mut listing = Self::default();
        for line in String::from_utf8_lossy(written).lines() {
            let Some((id, name)) = line.split_once('\t') else { continue };
            // git2 would take a shorter text for an id that ends in zeros.
            let Some(id) = Some(id).filter(|id| id.len() == 40).and_then(|id| Oid::from_str(id).ok()) else { continue };
            if name.starts_with("refs/heads/") {
                listing.heads.insert(id);
            } else if let Some(name) = name.strip_prefix("refs/tags/") {
                let (name, is_peeled) = name.strip_suffix("^{}").map_or((name, false), |name| (name, true));
                let Ok(reference) = name.parse::<Ref>() else { continue };
                let known = listing.tags.entry(reference).or_insert((id, id));
                if is_peeled {
                    known.1 = id;
                } else {
                    known.0 = id;
                }
            }
        }
        listing
    }

    /// How many branches and tags there are.
    pub(super) fn len(&self) -> usize {
        self.tags.len() + self.heads.len()
    }

    /// The tags, sorted by name.
    pub(super) fn tags(&self) -> Vec<Tag> {
        let commit = |id: Oid| id.as_bytes().try_into().ok().map(CommitId::from_bytes);
        let tag =
            |(name, &(_, peeled)): (&Ref, &(Oid, Oid))| Some(Tag { reference: name.clone(), commit: commit(peeled)? });
        self.tags.iter().filter_map(tag).collect()
    }

    /// What the tag itself names.
    pub(super) fn tag(&self, reference: &Ref) -> Option<Oid> {
        self.tags.get(reference).map(|&(id, _)| id)
    }

    /// What the tags themselves name, each once.
    pub(super) fn tag_objects(&self) -> BTreeSet<Oid> {
        self.tags.values().map(|&(id, _)| id).collect()
    }

    /// What branches and tags name, each once.
    pub(super) fn tips(&self) -> BTreeSet<Oid> {
        self.tags.values().map(|&(_, peeled)| peeled).chain(self.heads.iter().copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use git2::Oid;

    use super::Listing;

    #[test]
    fn annotated_tags_are_peeled_and_odd_names_left_out() {
        let id = |digit: &str| digit.repeat(40);
        let lines = [
            (id("1"), "refs/heads/main"),
            (id("2"), "refs/tags/v1"),
            (id("3"), "refs/tags/v1^{}"),
            (id("4"), "refs/tags/v0"),
            (id("5"), "refs/tags/-x"),
            (id("5"), &format!("refs/tags/{}", id("a"))),
            (id("5"), "refs/pull/1/head"),
            ("5555".to_owned(), "refs/tags/short"),
        ];
        let lines: Vec<String> = lines.iter().map(|(id, name)| format!("{id}\t{name}\n")).collect();
        let listing = Listing::read(lines.concat().as_bytes());
        let tags: Vec<_> =
            listing.tags().iter().map(|tag| (tag.reference.to_string(), tag.commit.to_string())).collect();
        assert_eq!(tags, [("v0".to_owned(), id("4")), ("v1".to_owned(), id("3"))]);
        assert_eq!(listing.tag(&"v1".parse().unwrap()), Some(Oid::from_str(&id("2")).unwrap()));
        assert_eq!(listing.len(), 3);
        assert_eq!(listing.tips().iter().map(Oid::to_string).collect::<Vec<_>>(), [id("1"), id("3"), id("4")]);
    }
}
