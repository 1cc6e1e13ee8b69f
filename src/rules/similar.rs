//! Names that could be taken for one another, and names that nobody may have: what typosquatting and look-alikes live on.
//!
//! Asked when a package is registered, never of a package that exists.

use std::sync::LazyLock;

use crate::model::PackageName;

/// An existing name that a new one could be taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Similar<'n> {
    /// The existing name.
    pub name: &'n PackageName,
    /// In what way.
    pub likeness: Likeness,
}

/// How two different names are alike, the gravest first.
///
/// Of all pairs among the 1,215 names of the PureScript registry none has the same skeleton, 3 differ in dashes, 1 in the order of
/// words, 3 in a plural and 21 in one letter: the first can be refused, the others are for a trustee to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Likeness {
    /// They look the same: `lens` and `1ens`, `remote` and `rernote`, whatever their dashes.
    SameSkeleton,
    /// Only their dashes differ: `node-fs` and `nodefs`.
    OtherDashes,
    /// The same words in another order: `node-http` and `http-node`.
    SwappedWords,
    /// One has an `s` at the end of a word that the other lacks: `record` and `records`.
    Plural,
    /// One letter is missing, added or replaced, or two neighbours are swapped: `argonaut` and `argonuat`. Names of four letters or more.
    OneEdit,
}

/// A name with fewer letters than this is one edit away from too many others.
const LEAST_LETTERS_FOR_EDITS: usize = 4;

/// The names in `existing` that `name` could be taken for, gravest likeness first; each once, by its gravest. `name` itself is not one.
pub fn similar<'n>(name: &PackageName, existing: impl IntoIterator<Item = &'n PackageName>) -> Vec<Similar<'n>> {
    let mut found: Vec<Similar<'n>> = existing
        .into_iter()
        .filter_map(|other| Some(Similar { name: other, likeness: likeness(name.as_str(), other.as_str())? }))
        .collect();
    found.sort_by_key(|similar| (similar.likeness, similar.name));
    found
}

fn likeness(a: &str, b: &str) -> Option<Likeness> {
    if a == b {
        None
    } else if letters(a).eq(letters(b)) {
        Some(Likeness::OtherDashes)
    } else if skeleton(a).eq(skeleton(b)) {
        Some(Likeness::SameSkeleton)
    } else if same_words(a, b) {
        Some(Likeness::SwappedWords)
    } else if is_plural(a, b) || is_plural(b, a) {
        Some(Likeness::Plural)
    } else if one_edit_apart(a, b) && letters(a).count().min(letters(b).count()) >= LEAST_LETTERS_FOR_EDITS {
        Some(Likeness::OneEdit)
    } else {
        None
    }
}

fn letters(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().filter(|byte| *byte != b'-')
}

/// What the letters look like: the prototypes of Unicode's confusables (UTS 39), which make `rn` of `m` and `l` of `1`, and above
/// them the look-alikes of lower-case ASCII that UTS 39 leaves apart.
fn skeleton(name: &str) -> impl Iterator<Item = u8> {
    static PROTOTYPES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| (0..=u8::MAX).map(prototype).collect());
    letters(name).flat_map(|byte| PROTOTYPES.get(usize::from(byte)).into_iter().flatten().copied())
}

fn prototype(byte: u8) -> Vec<u8> {
    let prototype: String =
        unicode_security::confusable_detection::skeleton(char::from(byte).encode_utf8(&mut [0; 4])).collect();
    prototype.replace('O', "o").replace('i', "l").replace('w', "vv").into_bytes()
}

fn same_words(a: &str, b: &str) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let sorted = |name: &'_ str| {
        let mut words: Vec<String> = name.split('-').map(str::to_owned).collect();
        words.sort_unstable();
        words
    };
    sorted(a) == sorted(b)
}

/// Whether `plural` is `singular` with one `s` more at the end of one of its words.
fn is_plural(singular: &str, plural: &str) -> bool {
    let at = common_prefix(singular.bytes(), plural.bytes());
    let (Some(rest), Some(longer)) = (singular.get(at..), plural.get(at..)) else { return false };
    longer.strip_prefix('s') == Some(rest) && (rest.is_empty() || rest.starts_with('-'))
}

/// Whether the Damerau–Levenshtein distance of two different names is 1.
fn one_edit_apart(a: &str, b: &str) -> bool {
    let start = common_prefix(a.bytes(), b.bytes());
    let (Some(a), Some(b)) = (a.as_bytes().get(start..), b.as_bytes().get(start..)) else { return false };
    let end = common_prefix(a.iter().rev(), b.iter().rev());
    let (Some(a), Some(b)) = (a.get(..a.len() - end), b.get(..b.len() - end)) else { return false };
    match (a, b) {
        ([_], [_] | []) | ([], [_]) => true,
        ([first, second], [other_first, other_second]) => first == other_second && second == other_first,
        _ => false,
    }
}

fn common_prefix<T: PartialEq>(a: impl Iterator<Item = T>, b: impl Iterator<Item = T>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}

/// Why a name is nobody's to register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reserved {
    /// Windows opens a device instead of a file or folder of that name, whatever its extension: the registry could not be cloned there.
    WindowsDevice,
    /// It stands for the language or its compiler: resolvers take `purs` for the compiler's version.
    Language,
    /// It stands for the registry or a part of it, in paths, commands and people's minds.
    Registry,
}

/// Why nobody may register `name`, if that is so.
#[must_use]
pub fn reserved(name: &PackageName) -> Option<Reserved> {
    let name = name.as_str();
    let numbered =
        |device: &str| name.strip_prefix(device).is_some_and(|rest| matches!(rest.as_bytes(), [b'0'..=b'9']));
    match name {
        "con" | "prn" | "aux" | "nul" => Some(Reserved::WindowsDevice),
        _ if numbered("com") || numbered("lpt") => Some(Reserved::WindowsDevice),
        "prim" | "purescript" | "purs" => Some(Reserved::Language),
        "all" | "curator" | "index" | "metadata" | "package-sets" | "packages" | "registry" => Some(Reserved::Registry),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::{Likeness, Reserved, likeness, one_edit_apart, reserved, similar, skeleton};
    use crate::model::PackageName;

    fn name(text: &str) -> PackageName {
        text.parse().unwrap()
    }

    #[test]
    fn likenesses_are_told_apart() {
        for (a, b, expected) in [
            ("lens", "1ens", Some(Likeness::SameSkeleton)),
            ("lens", "iens", Some(Likeness::SameSkeleton)),
            ("foreign", "f0reign", Some(Likeness::SameSkeleton)),
            ("remote", "rernote", Some(Likeness::SameSkeleton)),
            ("web-dom", "vveb-dorn", Some(Likeness::SameSkeleton)),
            ("web-dom", "webd0m", Some(Likeness::SameSkeleton)),
            ("node-fs", "nodefs", Some(Likeness::OtherDashes)),
            ("node-http", "http-node", Some(Likeness::SwappedWords)),
            ("a-b-c", "c-a-b", Some(Likeness::SwappedWords)),
            ("record", "records", Some(Likeness::Plural)),
            ("http-methods", "http-method", Some(Likeness::Plural)),
            ("arrays-zipper", "array-zipper", Some(Likeness::Plural)),
            ("argonaut", "argonuat", Some(Likeness::OneEdit)),
            ("argonaut", "argonau", Some(Likeness::OneEdit)),
            ("argonaut", "argonauut", Some(Likeness::OneEdit)),
            ("argonaut", "argonaux", Some(Likeness::OneEdit)),
            ("prelude", "prelude", None),
            ("aff", "eff", None),
            ("halogen", "hologram", None),
            ("node-fs", "node-os", Some(Likeness::OneEdit)),
            ("node-fs", "node-http", None),
        ] {
            assert_eq!(likeness(a, b), expected, "{a} {b}");
            assert_eq!(likeness(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn the_gravest_come_first() {
        let existing = ["argonauts", "argon-aut", "arg0naut", "prelude", "argonaut"].map(name);
        let found: Vec<_> = similar(&name("argonaut"), &existing).iter().map(|similar| similar.name.as_str()).collect();
        assert_eq!(found, ["arg0naut", "argon-aut", "argonauts"]);
    }

    #[test]
    fn names_that_nobody_may_have() {
        for (text, expected) in [
            ("con", Some(Reserved::WindowsDevice)),
            ("lpt9", Some(Reserved::WindowsDevice)),
            ("com0", Some(Reserved::WindowsDevice)),
            ("com10", None),
            ("console", None),
            ("purs", Some(Reserved::Language)),
            ("metadata", Some(Reserved::Registry)),
            ("prelude", None),
        ] {
            assert_eq!(reserved(&name(text)), expected, "{text}");
        }
    }

    /// What Unicode calls confusable is confusable here too.
    #[test]
    fn skeletons_are_as_coarse_as_unicode_has_them() {
        let alphabet = || "abcdefghijklmnopqrstuvwxyz0123456789".chars().map(String::from).chain([String::from("rn")]);
        for a in alphabet() {
            for b in alphabet() {
                let unicode = |text: &str| unicode_security::confusable_detection::skeleton(text).collect::<String>();
                if unicode(&a) == unicode(&b) {
                    assert!(skeleton(&a).eq(skeleton(&b)), "{a} {b}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn one_edit_is_the_distance_of_the_textbook(a in "[abs-]{0,6}", b in "[abs-]{0,6}") {
            prop_assert_eq!(one_edit_apart(&a, &b), strsim::damerau_levenshtein(&a, &b) == 1);
        }

        #[test]
        fn likeness_is_mutual(a in "[alo10rnmvw-]{1,8}", b in "[alo10rnmvw-]{1,8}") {
            prop_assert_eq!(likeness(&a, &b), likeness(&b, &a));
        }
    }
}
