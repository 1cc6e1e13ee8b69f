//! What a pull request makes of the next package set.

use crate::model::{Document, PackageName, PackageSet, Value, Version};

/// What a pull request makes of the next package set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum SetChange {
    /// It gains packages and newer versions, and nothing else.
    Grows,
    /// It loses or lowers something, has another compiler, or nobody can tell: a trustee's matter.
    #[default]
    Loses,
}

/// What the file `package-set.json` makes of the newest set: `{compiler?, packages: {name: version | null}}`, as the
/// PureScript registry has it. A file that is not wholly understood is for a trustee.
#[must_use]
pub fn set_change(wanted: &[u8], limit: u64, newest: Option<&PackageSet>) -> SetChange {
    let Ok(document) = Document::parse(wanted, limit) else { return SetChange::Loses };
    // Any other key, the compiler among them, is more than a choice of versions.
    let packages = match &document.root().value {
        Value::Object(members) => match members.as_slice() {
            [only] if only.key == "packages" => &only.value.value,
            _ => return SetChange::Loses,
        },
        _ => return SetChange::Loses,
    };
    let Value::Object(members) = packages else { return SetChange::Loses };
    let grows = members.iter().all(|member| {
        let (Ok(name), Some(text)) = (member.key.parse::<PackageName>(), member.value.value.as_text()) else {
            return false;
        };
        let before = newest.and_then(|set| set.packages.get(&name));
        text.parse::<Version>().is_ok_and(|version| before.is_none_or(|before| version > *before))
    });
    if grows { SetChange::Grows } else { SetChange::Loses }
}
