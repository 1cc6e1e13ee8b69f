//! Choosing the files that a package publishes, exactly as the PureScript registry chooses them, or by the registry's own
//! globs.
//!
//! The PureScript registry lists files *and folders*, subtracts what is excluded from that list, and copies each member whole. So a
//! listed folder brings everything in it, and an exclusion has an effect only on what is listed itself: `src` is one
//! member, and a glob below it excludes nothing (the published hash of `blessed@1.0.0` shows it).

use std::borrow::Cow;
use std::iter;

use crate::model::{Entry, File, Files, GlobMatcher, PackageRules, PathError, SourceTree, TreePath};

use super::globs::GlobRules;

/// Whether one of the manifest's globs matches a path, which may be that of a file or of a folder.
pub type Globs<'a> = &'a (dyn Fn(&TreePath) -> bool + Sync);

/// Which files of a source a profile always packs, and which never. All names are exact and those of the package's own
/// folder.
#[derive(Debug)]
pub struct FileRules {
    /// The manifest that the registry writes, whatever the source holds in its place.
    pub manifest: Cow<'static, str>,
    /// Folders that are packed whole. Nothing excludes them.
    pub folders: &'static [&'static str],
    /// Manifests of all kinds. Nothing excludes them.
    pub manifests: &'static [&'static str],
    /// What the names of the texts start with that are packed unless excluded.
    pub texts: &'static [&'static str],
    /// Files and folders that are never packed.
    pub never: &'static [&'static str],
    /// What a registry says itself, in the place of those lists.
    pub globs: Option<GlobRules>,
}

/// The rules of the PureScript registry (registry-dev, `lib/src/Constants.purs`).
///
/// Its specification wants the case of `README*`, `LICENSE*` and `LICENCE*` ignored; its code, and so every published
/// archive, does not.
pub const PURESCRIPT: FileRules = FileRules {
    manifest: Cow::Borrowed("purs.json"),
    folders: &["src"],
    manifests: &["purs.json", "spago.dhall", "packages.dhall", "bower.json", "package.json", "spago.yaml"],
    texts: &["README", "LICENSE", "LICENCE"],
    never: &[
        ".psci",
        ".psci_modules",
        ".spago",
        "node_modules",
        "bower_components",
        ".git",
        "CVS",
        ".svn",
        ".hg",
        "_darcs",
        ".fossil",
        ".jj",
        ".pijul",
        "package-lock.json",
        "yarn.lock",
        "pnpm-lock.yaml",
    ],
    globs: None,
};

/// The folders of version control: no package of any registry has them.
const HISTORIES: &[&str] = &[".git", "CVS", ".svn", ".hg", "_darcs", ".fossil", ".jj", ".pijul"];

/// Why the files of a package were not chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SelectError {
    /// A symbolic link would be packed. It could make whoever unpacks the archive read or write anywhere.
    #[error("{path} is a symbolic link and would be published; only files can be")]
    Link {
        /// The link.
        path: TreePath,
    },
    /// A symbolic link leads out of the package.
    #[error("{path} is a symbolic link to {target:?}, which lies outside of the package")]
    EscapingLink {
        /// The link.
        path: TreePath,
        /// Where it leads, as far as it can be shown.
        target: String,
    },
    /// The package has a git submodule, whose files nobody fetches.
    #[error("{path} is a git submodule; the files of a package must be in its own repository")]
    Submodule {
        /// The submodule.
        path: TreePath,
    },
    /// A file was replaced by a Git LFS pointer, and its content is elsewhere.
    #[error("{path} is a Git LFS pointer; the files of a package must be in its own repository")]
    LfsPointer {
        /// The file.
        path: TreePath,
    },
    /// There is a folder where the manifest belongs.
    #[error("{path} lies in a folder that has the name of the manifest")]
    ManifestIsFolder {
        /// The file in that folder.
        path: TreePath,
    },
    /// The profile's manifest has a name that no file can have: a fault of the program.
    #[error("the manifest cannot have the name {name:?}: {error}")]
    ManifestName {
        /// The name.
        name: String,
        /// Why no file can have it.
        error: PathError,
    },
    /// The bytes of a file that belongs to the package were not read: a fault of the program.
    #[error("{path} belongs to the package, but was not read")]
    Unread {
        /// The file.
        path: TreePath,
    },
}

impl SelectError {
    /// The entry that cannot be packed, where it is one entry's fault.
    #[must_use]
    pub fn path(&self) -> Option<&TreePath> {
        match self {
            Self::Link { path }
            | Self::EscapingLink { path, .. }
            | Self::Submodule { path }
            | Self::LfsPointer { path }
            | Self::ManifestIsFolder { path }
            | Self::Unread { path } => Some(path),
            Self::ManifestName { .. } => None,
        }
    }
}

impl FileRules {
    /// The rules of a registry: its own, where it has some, else those of the PureScript registry.
    #[must_use]
    pub fn of(package: Option<&PackageRules>) -> Self {
        let Some(package) = package else { return PURESCRIPT };
        let (manifest, globs) = (Cow::Owned(package.manifest.to_string()), Some(GlobRules::new(package)));
        Self { manifest, folders: &[], manifests: &[], texts: &[], never: HISTORIES, globs }
    }

    /// Whether the globs of a definition include a path. Where a registry has rules of its own, none include everything.
    #[must_use]
    pub fn includes(&self, include: &[GlobMatcher], path: &TreePath) -> bool {
        self.globs.is_some() && include.is_empty() || include.iter().any(|glob| glob.is_match(path))
    }

    /// Whether the bytes of `path` may be packed, or looked at by a check: what a fetch has to read.
    #[must_use]
    pub fn wanted(&self, path: &TreePath, include: Globs<'_>) -> bool {
        self.is_packed(path, include, &|_| false)
    }

    /// The files to publish of `tree`, `manifest_json` being the bytes of the manifest.
    ///
    /// A folder that held nothing but litter is not published; the registry would publish it empty.
    ///
    /// # Errors
    /// Every [`SelectError`] that there is, sorted by path. Links that stay in the package and are not packed are none.
    pub fn select(
        &self,
        tree: &SourceTree,
        include: Globs<'_>,
        exclude: Globs<'_>,
        manifest_json: &[u8],
    ) -> Result<Files, Vec<SelectError>> {
        let mut files = Files::new();
        let mut errors = Vec::new();
        for (path, entry) in tree {
            let packed = self.is_packed(path, include, exclude);
            match self.file(path, entry, packed) {
                Ok(Some(file)) => {
                    files.insert(path.clone(), file.clone());
                }
                Ok(None) => {}
                Err(error) => errors.push(error),
            }
        }
        match self.manifest.parse() {
            // The registry writes over the file, so that the mode of the source's manifest stays.
            Ok(path) => files.entry(path).or_insert_with(|| File::regular([])).bytes = manifest_json.to_vec(),
            Err(error) => errors.push(SelectError::ManifestName { name: self.manifest.to_string(), error }),
        }
        if errors.is_empty() { Ok(files) } else { Err(errors) }
    }

    /// The file that stands for an entry in the archive, if any does.
    fn file<'a>(&self, path: &TreePath, entry: &'a Entry, packed: bool) -> Result<Option<&'a File>, SelectError> {
        match entry {
            Entry::Submodule { .. } => Err(SelectError::Submodule { path: path.clone() }),
            Entry::Link { target } if escapes(path, target) => {
                let target = String::from_utf8_lossy(target).into_owned();
                Err(SelectError::EscapingLink { path: path.clone(), target })
            }
            _ if !packed => Ok(None),
            Entry::Link { .. } => Err(SelectError::Link { path: path.clone() }),
            Entry::Unread { .. } => Err(SelectError::Unread { path: path.clone() }),
            Entry::File(_) if path.parts().next() == Some(&*self.manifest) && path.as_str() != self.manifest => {
                Err(SelectError::ManifestIsFolder { path: path.clone() })
            }
            Entry::File(file) if is_lfs_pointer(&file.bytes) => Err(SelectError::LfsPointer { path: path.clone() }),
            Entry::File(file) => Ok(Some(file)),
        }
    }

    /// Whether `path`, or a folder that it lies in, is listed, and nothing removes it afterwards.
    fn is_packed(&self, path: &TreePath, include: Globs<'_>, exclude: Globs<'_>) -> bool {
        if let Some(globs) = &self.globs {
            return !self.is_removed(path) && (path.as_str() == self.manifest || globs.packs(path, include, exclude));
        }
        let is_listed = |member: &TreePath| {
            self.folders.contains(&member.as_str())
                || self.manifests.contains(&member.as_str())
                || ((self.is_text(member.as_str()) || include(member)) && !exclude(member))
        };
        let mut members = iter::successors(Some(path.clone()), TreePath::parent);
        !self.is_removed(path) && members.any(|member| is_listed(&member))
    }

    fn is_text(&self, path: &str) -> bool {
        !path.contains('/') && self.texts.iter().any(|start| path.starts_with(start))
    }

    /// Whether `path` is taken out again, whatever listed it.
    fn is_removed(&self, path: &TreePath) -> bool {
        if path.parts().next().is_some_and(|first| self.never.contains(&first)) {
            return true;
        }
        for part in path.parts() {
            if is_litter(part) {
                return true;
            }
            // The globs of the litter start with `**/`, and in the registry's glob library that enters no hidden folder.
            if part.starts_with('.') {
                return false;
            }
        }
        false
    }
}

/// Whether a name is left behind by an editor or a Mac: `*.*.swp`, `._*` or `.DS_Store`, where a `*` that starts a name
/// takes no dot (so that vim's own `.Main.purs.swp` stays).
fn is_litter(name: &str) -> bool {
    match name.strip_prefix('.') {
        Some(hidden) => hidden == "DS_Store" || hidden.starts_with('_'),
        None => name.strip_suffix(".swp").is_some_and(|stem| stem.contains('.')),
    }
}

/// Whether a link leads out of the package, on any file system. Where a part of its target is a link itself it is not
/// followed: that one is judged where it stands.
fn escapes(link: &TreePath, target: &[u8]) -> bool {
    if matches!(target, [] | [b'/', ..] | [_, b':', ..]) || target.contains(&b'\\') {
        return true;
    }
    let folders = link.parts().count() - 1;
    let depth = target.split(|&byte| byte == b'/').try_fold(folders, |depth, part| match part {
        b"" | b"." => Some(depth),
        b".." => depth.checked_sub(1),
        _ => Some(depth + 1),
    });
    depth.is_none()
}

/// Whether `bytes` are a pointer of Git LFS (its specification: less than 1,024 bytes, the version first).
fn is_lfs_pointer(bytes: &[u8]) -> bool {
    bytes.len() < 1024 && bytes.starts_with(b"version https://git-lfs.github.com/spec/")
}
