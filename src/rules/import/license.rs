//! Licences as people wrote them, in the SPDX spelling, where that is no guess.

use crate::model::{License, SourceTree};
use crate::rules::check::detected_licenses;

/// Spellings that mean exactly one licence and are no SPDX expression. `BSD`, `Apache`, `GPL` and the like are not among
/// them: each is the name of several licences.
const SPELLINGS: [(&str, &str); 26] = [
    ("mit license", "MIT"),
    ("the mit license", "MIT"),
    ("the mit license (mit)", "MIT"),
    ("mit/expat", "MIT"),
    ("apache 2", "Apache-2.0"),
    ("apache-2", "Apache-2.0"),
    ("apache2", "Apache-2.0"),
    ("apache 2.0", "Apache-2.0"),
    ("apache v2", "Apache-2.0"),
    ("apache license 2.0", "Apache-2.0"),
    ("apache license, version 2.0", "Apache-2.0"),
    ("bsd-3", "BSD-3-Clause"),
    ("bsd3", "BSD-3-Clause"),
    ("bsd 3-clause", "BSD-3-Clause"),
    ("3-clause bsd", "BSD-3-Clause"),
    ("bsd-2", "BSD-2-Clause"),
    ("bsd2", "BSD-2-Clause"),
    ("bsd 2-clause", "BSD-2-Clause"),
    ("gplv2", "GPL-2.0-only"),
    ("gplv3", "GPL-3.0-only"),
    ("gpl-2", "GPL-2.0-only"),
    ("gpl-3", "GPL-3.0-only"),
    ("lgplv3", "LGPL-3.0-only"),
    ("agplv3", "AGPL-3.0-only"),
    ("mpl 2.0", "MPL-2.0"),
    ("mpl2", "MPL-2.0"),
];

/// The licence that `text` means, spelled canonically; `None` where that cannot be said.
#[must_use]
pub fn normalised_license(text: &str) -> Option<License> {
    let text = text.trim();
    let parsed = text.parse::<License>().ok().or_else(|| {
        let lower = text.to_ascii_lowercase();
        let spelled = SPELLINGS.iter().find(|(written, _)| *written == lower).map(|(_, id)| *id);
        // Case counts in SPDX ids, and people did not know that.
        spelled.or_else(|| in_other_case(&lower)).and_then(|id| id.parse().ok())
    })?;
    canonical(&parsed)
}

/// The canonical spelling as a licence of its own; `None` for an old id whose successor nobody named.
pub(super) fn canonical(license: &License) -> Option<License> {
    License::parse_canonical(license.canonical()).ok()
}

fn in_other_case(lower: &str) -> Option<&'static str> {
    ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "MPL-2.0", "Unlicense", "WTFPL", "CC0-1.0"]
        .into_iter()
        .find(|id| id.eq_ignore_ascii_case(lower))
}

/// Everything that `texts` name, joined by `AND` as the PureScript registry does it. What no one can read is left out,
/// and given back beside it.
pub(super) fn joined(texts: &[String]) -> (Option<License>, Vec<&str>) {
    let mut sound: Vec<License> = Vec::new();
    let mut unread = Vec::new();
    for text in texts {
        match normalised_license(text) {
            Some(license) if sound.contains(&license) => {}
            Some(license) => sound.push(license),
            None => unread.push(text.as_str()),
        }
    }
    let license = match sound.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        many => {
            let whole: Vec<String> = many.iter().map(|license| format!("({license})")).collect();
            whole.join(" AND ").parse().ok().and_then(|license| canonical(&license))
        }
    };
    (license, unread)
}

/// The licence whose text stands in the source, where that is one: a guess, since a text does not say `or later`.
#[must_use]
pub fn guess_license(tree: &SourceTree) -> Option<License> {
    let mut found = detected_licenses(tree);
    found.dedup();
    match found.as_slice() {
        [one] => canonical(one),
        _ => None,
    }
}
