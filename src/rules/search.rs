//! Finding packages by words.

use crate::model::{Manifest, PackageName, Version};

/// A package that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The package.
    pub name: PackageName,
    /// Its highest version on offer.
    pub version: Version,
    /// What it says that it is for. Somebody's words.
    pub description: String,
}

/// How well a word fits a package, the best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Name,
    WordOfName,
    StartOfName,
    PartOfName,
    Description,
}

/// The packages, each by its highest manifest, that every word fits; the best fit first, and then by name.
#[must_use]
pub fn hits<'m>(newest: impl IntoIterator<Item = &'m Manifest>, words: &[String]) -> Vec<Hit> {
    let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let mut found: Vec<(Vec<Fit>, &Manifest)> = Vec::new();
    for manifest in newest {
        let fits: Option<Vec<Fit>> = words.iter().map(|word| fit(manifest, word)).collect();
        found.extend(fits.map(|fits| (fits, manifest)));
    }
    found.sort_by(|(a_fits, a), (b_fits, b)| (a_fits, &a.name).cmp(&(b_fits, &b.name)));
    let hit = |(_, manifest): (Vec<Fit>, &Manifest)| Hit {
        name: manifest.name.clone(),
        version: manifest.version.clone(),
        description: manifest.description.as_ref().map(ToString::to_string).unwrap_or_default(),
    };
    found.into_iter().map(hit).collect()
}

fn fit(manifest: &Manifest, word: &str) -> Option<Fit> {
    let name = manifest.name.as_str();
    if name == word {
        return Some(Fit::Name);
    }
    if name.split('-').any(|part| part == word) {
        return Some(Fit::WordOfName);
    }
    if name.starts_with(word) {
        return Some(Fit::StartOfName);
    }
    if name.contains(word) {
        return Some(Fit::PartOfName);
    }
    let description = manifest.description.as_ref()?.to_string().to_lowercase();
    description.contains(word).then_some(Fit::Description)
}
