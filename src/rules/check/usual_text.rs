//! Texts of licences that can be told without those of the SPDX list, which take a tenth of a second and 60 MB to unpack:
//! the few that nearly every package has, and texts too short for any licence.

use crate::model::Sha256;

/// The digests of texts, as [`body`] has them, and the licences that they are of.
const USUAL: [(&str, &str); 3] = [
    ("265a1abd73ba842dd55cef048e1e837a58739a4ab571217a7de9a26b8d0fe72f", "MIT"),
    ("a6c202f104098113da7d47e5365b425ccf8297336512f77f9bae499bed56df84", "Apache-2.0"),
    ("d070e691fd3ec3c5e1531cf6301a52474a5800c48fbce638d0ece164416d7a3e", "BSD-3-Clause"),
];
/// The words of the shortest text on the SPDX list. One with fewer differs from it by more than a twentieth.
const FEWEST_WORDS: usize = 10;
/// The most words of a line that only names the licence.
const TITLE_WORDS: usize = 8;

/// The id of the licence whose text this is, word for word, whoever has the copyright.
pub(super) fn usual(text: &str) -> Option<&'static str> {
    let digest = Sha256::of(body(text).as_bytes()).to_hex();
    USUAL.iter().find(|(known, _)| *known == digest).map(|(_, id)| *id)
}

/// Whether a text is too short to be that of a licence, even of one a twentieth of whose words are others.
pub(super) fn is_too_short(text: &str) -> bool {
    // A URL counts as other words than it consists of.
    !text.contains("://") && words(text).take(FEWEST_WORDS).count() < FEWEST_WORDS
}

/// The words of a text from where titles and copyright notices end, in lower case, with a blank before each.
fn body(text: &str) -> String {
    let lines = text.lines().skip_while(|line| {
        let line = line.to_ascii_lowercase();
        let is_title = line.contains("license") && words(&line).count() <= TITLE_WORDS;
        words(&line).next().is_none()
            || is_title
            || line.trim_start().starts_with("copyright")
            || line.trim() == "all rights reserved."
    });
    let mut body = String::with_capacity(text.len());
    for word in lines.flat_map(words) {
        body.push(' ');
        body.extend(word.chars().map(|c| c.to_ascii_lowercase()));
    }
    body
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}
