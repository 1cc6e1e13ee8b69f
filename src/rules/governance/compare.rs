//! What happened between two states of a file, by what the file is for.

use crate::model::{About, AdvisoryId, Area, Happening, LogScope, PackageName, Terms, Touch, TreePath, Version};
use crate::rules::audit::history::{Layout, Unreadable};
use crate::rules::index::{IndexPath, holds_facts, package_set_version};
use crate::rules::registry::RegistryPath;

use super::facts::{entries, lines};
use super::registered::{advised, defined, overridden, registered, status};

/// Two states of a file, and what is needed to tell them apart.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'t> {
    /// Which files hold what.
    pub layout: Layout,
    /// The file.
    pub path: &'t TreePath,
    /// Its bytes before; `None` where there was none.
    pub before: Option<&'t [u8]>,
    /// Its bytes after; `None` where there is none.
    pub after: Option<&'t [u8]>,
    /// The definition of the version, where the file is its override: what it changes says that.
    pub definition: Option<&'t [u8]>,
    /// The most bytes of a file that is looked into.
    pub terms: Terms,
}

/// Something that happened, and the file that tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// The file.
    pub file: TreePath,
    /// To whom.
    pub about: About,
    /// What.
    pub what: Happening,
}

/// What a file tells of.
enum Holding {
    Registration(PackageName),
    Definition(PackageName, Version),
    Override(PackageName, Version),
    Status(PackageName, Option<Version>),
    Advisory(AdvisoryId),
    SetWanted,
    Configuration,
    Lines(PackageName),
    Entries(PackageName),
    Set(Version),
}

impl Holding {
    /// `None` where nothing in the file is anybody's doing: what is owed, and what is computed from the rest.
    fn of(layout: Layout, path: &TreePath) -> Option<Self> {
        let of_facts = layout.facts == layout.area;
        match (layout.area, IndexPath::of(path)) {
            (Area::Index, IndexPath::Manifests(name)) => Some(Self::Lines(name)),
            (_, IndexPath::Metadata(name)) if of_facts => Some(Self::Entries(name)),
            (_, IndexPath::PackageSet) if of_facts => package_set_version(path).map(Self::Set),
            (Area::Index, _) => (path.as_str() == "config.json").then_some(Self::Configuration),
            _ if of_facts && holds_facts(path) => None,
            _ => Some(Self::wanted(path)),
        }
    }

    fn wanted(path: &TreePath) -> Self {
        match RegistryPath::of(path) {
            RegistryPath::Registration(name) => Self::Registration(name),
            RegistryPath::Definition(name, version) => Self::Definition(name, version),
            RegistryPath::Override(name, version) => Self::Override(name, version),
            RegistryPath::Status(name, version) => Self::Status(name, version),
            RegistryPath::Advisory(id) => Self::Advisory(id),
            RegistryPath::PackageSet => Self::SetWanted,
            RegistryPath::Config | RegistryPath::Stray(_) | RegistryPath::Other => Self::Configuration,
        }
    }

    /// The package that the file is about; `None` where only its bytes tell.
    fn package(&self) -> Option<&PackageName> {
        match self {
            Self::Registration(name)
            | Self::Definition(name, _)
            | Self::Override(name, _)
            | Self::Status(name, _)
            | Self::Lines(name)
            | Self::Entries(name) => Some(name),
            Self::Advisory(_) | Self::SetWanted | Self::Configuration | Self::Set(_) => None,
        }
    }
}

/// Whether a change of the file at `path` may tell of those whom the log is asked about.
#[must_use]
pub fn concerns(layout: Layout, scope: Option<&LogScope>, path: &TreePath) -> bool {
    let (Some(holding), Some(scope)) = (Holding::of(layout, path), scope) else {
        return scope.is_none() && Holding::of(layout, path).is_some();
    };
    match holding.package() {
        Some(name) => *name == scope.package,
        None => matches!(holding, Holding::Advisory(_)),
    }
}

/// What the bare fact tells that a file came, changed or went; `None` where only its bytes tell. A registry may hold files
/// of any size besides its own.
#[must_use]
pub fn touched(layout: Layout, path: &TreePath, touch: Touch) -> Option<Happened> {
    let what = match Holding::of(layout, path)? {
        Holding::SetWanted => Happening::SetWanted(touch),
        Holding::Configuration => Happening::Configuration(touch),
        Holding::Set(version) => Happening::PackageSet(version, touch),
        _ => return None,
    };
    Some(Happened { file: path.clone(), about: About::default(), what })
}

/// What happened between two states of a file.
#[must_use]
pub fn happened(sight: Sight<'_>) -> Vec<Happened> {
    let Some(holding) = Holding::of(sight.layout, sight.path) else { return Vec::new() };
    let Some(touch) = touch(sight) else { return Vec::new() };
    let about = |package: Option<&PackageName>, version: Option<&Version>| About {
        package: package.cloned(),
        version: version.cloned(),
    };
    let found = match &holding {
        Holding::Registration(name) => of_one(&about(Some(name), None), registered(sight)),
        Holding::Definition(name, version) => of_one(&about(Some(name), Some(version)), defined(sight, touch)),
        Holding::Override(name, version) => of_one(&about(Some(name), Some(version)), overridden(sight)),
        Holding::Status(name, version) => of_one(&about(Some(name), version.as_ref()), status(sight)),
        Holding::Advisory(id) => {
            let told = |about| (about, Happening::Advisory(id.clone(), touch));
            advised(sight).into_iter().map(told).collect()
        }
        Holding::SetWanted | Holding::Configuration | Holding::Set(_) => {
            return touched(sight.layout, sight.path, touch).into_iter().collect();
        }
        Holding::Lines(name) => lines(sight).unwrap_or_else(|it| of_one(&about(Some(name), None), vec![unread(it)])),
        Holding::Entries(name) => {
            entries(sight, name).unwrap_or_else(|it| of_one(&about(Some(name), None), vec![unread(it)]))
        }
    };
    let told = |(about, what)| Happened { file: sight.path.clone(), about, what };
    found.into_iter().map(told).collect()
}

fn touch(sight: Sight<'_>) -> Option<Touch> {
    match (sight.before, sight.after) {
        (None, Some(_)) => Some(Touch::Added),
        (Some(_), None) => Some(Touch::Removed),
        (Some(before), Some(after)) if before != after => Some(Touch::Changed),
        _ => None,
    }
}

fn of_one(about: &About, found: Vec<Happening>) -> Vec<(About, Happening)> {
    found.into_iter().map(|what| (about.clone(), what)).collect()
}

fn unread(state: Unreadable) -> Happening {
    match state {
        Unreadable::Before => Happening::Readable,
        Unreadable::After => Happening::Unreadable,
    }
}
