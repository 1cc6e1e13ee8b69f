//! What keeps packages from being used.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::model::{Mark, PackageName, Sha256, Version, Withheld};
use crate::rules::report::inert::inert_line;

/// The most withheld versions of one package that are told one by one.
const SHOWN: usize = 8;

/// Why nothing fits together: the solver's explanation, and the versions that it could not choose from.
#[must_use]
pub fn unresolved(explanation: &str, withheld: &BTreeMap<PackageName, BTreeMap<Version, Withheld>>) -> String {
    let mut text = explanation.to_owned();
    for (name, versions) in withheld.iter().filter(|(_, versions)| !versions.is_empty()) {
        let _ = write!(text, "\nNot on offer of {name}:");
        // The newest are those that somebody may have hoped for.
        for (version, why) in versions.iter().rev().take(SHOWN) {
            let _ = write!(text, "\n  - {version}: {}", self::withheld(why));
        }
        if versions.len() > SHOWN {
            let _ = write!(text, "\n  - and {} more", versions.len() - SHOWN);
        }
    }
    text
}

/// The packages that somebody may have meant, on a line of its own; nothing, where there are none.
#[must_use]
pub fn alike(name: &PackageName, others: &[PackageName]) -> String {
    if others.is_empty() {
        return String::new();
    }
    let others: Vec<String> = others.iter().take(SHOWN).map(ToString::to_string).collect();
    format!("\nNames like {name}: {}", others.join(", "))
}

/// Why a version is not on offer.
#[must_use]
pub fn withheld(why: &Withheld) -> String {
    match why {
        Withheld::Yanked(mark) => format!("yanked ({}); only a lock file that names it keeps it", reason(mark)),
        Withheld::Quarantined(mark) => format!("quarantined ({})", reason(mark)),
        Withheld::Advisory(id) => {
            format!(
                "it has the critical advisory {id}; `--allow-advisory {id}` puts up with that, and for good \
                 `allow_advisories` in curator.project.toml"
            )
        }
        Withheld::Compiler { lowest, highest } if lowest == highest => format!("it is for the compiler {lowest}"),
        Withheld::Compiler { lowest, highest } => format!("it is for the compilers {lowest} to {highest}"),
    }
}

fn reason(mark: &Mark) -> String {
    inert_line(mark.reason.as_str()).into_owned()
}

/// That a version is not published.
#[must_use]
pub fn not_published(gone: bool) -> String {
    if gone { "it was unpublished" } else { "the index does not have it" }.to_owned()
}

/// That a place does not have an archive.
#[must_use]
pub fn not_there(source: &str) -> String {
    format!("the store '{}' does not have it", inert_line(source))
}

/// That a place gave something else than what was published; `size` is what came and what it should have been.
#[must_use]
pub fn lie(
    source: &str,
    name: &PackageName,
    version: &Version,
    size: Option<(u64, u64)>,
    found: &Sha256,
    hash: &Sha256,
) -> String {
    let source = inert_line(source);
    match size {
        Some((came, recorded)) => {
            format!("the store '{source}' gave {came} bytes or more for {name}@{version}, which has {recorded}")
        }
        None => format!("the store '{source}' gave other bytes for {name}@{version}: {found}, not {hash}"),
    }
}

/// What each place said that an archive was asked of.
#[must_use]
pub fn tried(said: &[String]) -> String {
    if said.is_empty() {
        return "it is not kept on this machine, and there is no place to ask".to_owned();
    }
    said.iter().map(|said| inert_line(said).into_owned()).collect::<Vec<_>>().join("; ")
}

/// That the index names another archive for a version than it did.
#[must_use]
pub fn changed(name: &PackageName, version: &Version, before: &Sha256, now: &Sha256) -> String {
    format!("the archive of {name}@{version} was {before}, and is {now} now")
}

/// That the index does not know a version any more.
#[must_use]
pub fn vanished(name: &PackageName, version: &Version) -> String {
    format!("{name}@{version} was published, and is neither published nor unpublished now")
}
