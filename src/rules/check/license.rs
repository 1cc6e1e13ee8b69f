//! Whether the licence is spelled as it is today, and is the one that the source names.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use spdx::detection::{Store, TextData};

use crate::model::{Area, Document, Entry, Finding, License, Place, SourceTree, TreePath, Value};
use crate::rules::report::words;

use super::Case;
use super::usual_text::{is_too_short, usual};

/// How alike a text must be to a licence of the SPDX list (Sørensen–Dice): what GitHub's licensee asks for, less its
/// tolerance for the copyright line.
const LIKENESS: f32 = 0.95;
/// The largest text that is compared: the longest licence of the SPDX list has 97 kB.
const MAX_TEXT: usize = 128 << 10;

/// The texts of the SPDX list, unpacked at the first comparison.
static TEXTS: LazyLock<Option<Store>> = LazyLock::new(|| Store::load_inline().ok());

/// The licence is spelled canonically.
pub(super) fn spelling(case: &Case<'_>) -> Vec<Finding> {
    let Some(license) = case.parts().and_then(|parts| parts.license.as_ref()) else { return Vec::new() };
    if license.is_canonical() {
        return Vec::new();
    }
    let wording = words::definition::license_spelling(license.as_str(), license.canonical());
    let finding = match case.field_span("license") {
        // An ambiguous id is its own canonical spelling: a person must choose its successor.
        Some(span) if license.canonical() != license.as_str() => {
            wording.mended_by(case.place(), span, format!("\"{}\"", license.canonical()))
        }
        _ => wording.at(case.field("license")),
    };
    vec![finding]
}

/// Every licence that the source's LICENSE, package.json and bower.json name is among those of the definition.
///
/// `AND` and `OR` count alike, as in the PureScript registry; a text that is no known licence is passed over.
pub(super) fn agrees_with_source(case: &Case<'_>) -> Vec<Finding> {
    let (Some(source), Some(definition)) = (case.source, case.definition()) else { return Vec::new() };
    let declared = definition.manifest.license.ids();
    let texts = license_files(source.tree).map(|(path, license)| (path, license.ids()));
    let named = texts.chain(manifest_licenses(source.tree));
    let findings = named.filter_map(|(path, ids)| {
        let extra: Vec<String> = ids.difference(&declared).cloned().collect();
        let place = Place::file(Area::Source, &path);
        let wording = || words::source::license_differs(path.as_str(), &extra, definition.manifest.license.as_str());
        (!extra.is_empty()).then(|| wording().at(place))
    });
    findings.collect()
}

/// The licences whose texts stand at the top of a source, sorted.
#[must_use]
pub fn detected_licenses(tree: &SourceTree) -> Vec<License> {
    let mut licenses: Vec<License> = license_files(tree).map(|(_, license)| license).collect();
    licenses.sort();
    licenses
}

fn license_files(tree: &SourceTree) -> impl Iterator<Item = (TreePath, License)> {
    let is_license = |path: &TreePath| {
        let name = path.as_str().to_ascii_uppercase();
        !name.contains('/') && ["LICENSE", "LICENCE", "COPYING"].iter().any(|start| name.starts_with(start))
    };
    tree.iter().filter(move |(path, _)| is_license(path)).filter_map(|(path, entry)| {
        let Entry::File(file) = entry else { return None };
        let text = std::str::from_utf8(&file.bytes).ok().filter(|text| text.len() <= MAX_TEXT)?;
        Some((path.clone(), detect(text)?))
    })
}

/// The licence whose text this is.
fn detect(text: &str) -> Option<License> {
    if is_too_short(text) {
        return None;
    }
    match usual(text) {
        Some(id) => id.parse().ok(),
        None => most_alike(text),
    }
}

/// The licence that the text is most like, among all of the SPDX list.
fn most_alike(text: &str) -> Option<License> {
    let best = TEXTS.as_ref()?.analyze(&TextData::new(text));
    // Variants of one text are listed under the bare id of the family; `ids` settles which one is meant.
    best.name.parse().ok().filter(|_| best.score >= LIKENESS)
}

fn manifest_licenses(tree: &SourceTree) -> impl Iterator<Item = (TreePath, BTreeSet<String>)> {
    let files = ["package.json", "bower.json"].into_iter().filter_map(|name| name.parse::<TreePath>().ok());
    files.filter_map(|path| {
        let Some(Entry::File(file)) = tree.get(&path) else { return None };
        let document = Document::parse(&file.bytes, file.bytes.len() as u64).ok()?;
        let texts = match &document.member("license")?.value.value {
            Value::Text(text) => vec![text.clone()],
            Value::Array(items) => items.iter().filter_map(|item| item.value.as_text().map(str::to_owned)).collect(),
            _ => Vec::new(),
        };
        let ids = texts.iter().filter_map(|text| text.parse::<License>().ok()).flat_map(|license| license.ids());
        Some((path, ids.collect()))
    })
}

#[cfg(test)]
mod tests {
    use super::{detect, is_too_short, most_alike, usual};

    const MIT: &str = include_str!("../../../LICENSE-MIT");
    const APACHE: &str = include_str!("../../../LICENSE-APACHE");
    const BSD: &str = include_str!("../../../tests/fixtures/licences/BSD-3-Clause.txt");

    #[test]
    fn what_is_told_by_a_digest_is_what_the_list_tells() {
        for (text, id) in [(MIT, "MIT"), (APACHE, "Apache-2.0"), (BSD, "BSD-3-Clause")] {
            assert_eq!(usual(text), Some(id));
            let start = text.find("Permission is").or_else(|| text.find("Redistribution and")).unwrap_or(0);
            let body = &text[start..];
            for head in ["", "The licence\n\n", "Copyright 2018 A\nCopyright (c) 2019, B\nAll rights reserved.\n\n"] {
                let text = format!("{head}{body}").replace('\n', "\r\n");
                assert_eq!(detect(&text), most_alike(&text), "{id} after {head:?}");
                assert_eq!(detect(&text).unwrap().to_string(), id);
            }
        }
    }

    #[test]
    fn one_other_word_is_for_the_list_to_judge() {
        for text in [MIT, APACHE, BSD] {
            assert_eq!(usual(&text.replacen(" without ", " with ", 1)), None);
            assert_eq!(usual(&format!("{text} And more.")), None);
            assert_eq!(usual(&format!("These are the terms of all but one file.\n{text}")), None);
        }
    }

    #[test]
    fn what_is_too_short_is_no_licence_of_the_list() {
        for text in ["", "MIT License\n", "(c) 2020 by me. All rights reserved, I think.", "BSD-3-Clause OR MIT"] {
            assert!(is_too_short(text) && most_alike(text).is_none(), "{text:?}");
        }
        // The shortest of the list.
        let shortest = "pick your favourite OSI approved license https://opensource.org/licenses";
        assert!(!is_too_short(shortest) && most_alike(shortest).is_some());
        assert!(!is_too_short("one two three four five six seven eight nine ten"));
    }
}
