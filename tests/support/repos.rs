//! Real git repositories for tests, sound and hostile ones: always the same ids.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use git2::{ObjectType, Oid, Repository};
use tempfile::TempDir;

/// One entry of a tree: mode, name, object.
pub(crate) type TreeEntry<'a> = (&'a str, &'a [u8], Oid);

/// A bare repository in a directory of its own, which can also hold other files.
pub(crate) struct Repo {
    /// Removed at the end of the test.
    pub(crate) home: TempDir,
}

impl Repo {
    /// An empty repository.
    pub(crate) fn new() -> Self {
        let repo = Self { home: TempDir::new().unwrap() };
        repo.git(["init", "--quiet", "--bare", "--initial-branch=main", "."]);
        repo
    }

    /// The repository's directory.
    pub(crate) fn path(&self) -> PathBuf {
        self.home.path().join("repo.git")
    }

    /// Runs git in the repository; its output without the last newline.
    pub(crate) fn git<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, args: I) -> String {
        self.git_reading(args, b"")
    }

    /// Runs git in the repository with `input` on its standard input.
    pub(crate) fn git_reading<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, args: I, input: &[u8]) -> String {
        std::fs::create_dir_all(self.path()).unwrap();
        let mut child =
            git_command(&self.path()).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "git failed");
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// Writes an object as it is, sound or not.
    pub(crate) fn object(&self, kind: ObjectType, bytes: &[u8]) -> Oid {
        Repository::open_bare(self.path()).unwrap().odb().unwrap().write(kind, bytes).unwrap()
    }

    /// Writes a blob.
    pub(crate) fn blob(&self, bytes: impl AsRef<[u8]>) -> Oid {
        self.object(ObjectType::Blob, bytes.as_ref())
    }

    /// Writes a tree with these entries in this order, whatever they are.
    pub(crate) fn tree(&self, entries: &[TreeEntry<'_>]) -> Oid {
        let mut bytes = Vec::new();
        for (mode, name, id) in entries {
            bytes.extend_from_slice(mode.as_bytes());
            bytes.push(b' ');
            bytes.extend_from_slice(name);
            bytes.push(0);
            bytes.extend_from_slice(id.as_bytes());
        }
        self.object(ObjectType::Tree, &bytes)
    }

    /// A commit of `tree` on top of `parents`.
    pub(crate) fn commit(&self, tree: Oid, parents: &[&str]) -> String {
        let tree = tree.to_string();
        let mut args = vec!["commit-tree", "-m", "a commit", &tree];
        args.extend(parents.iter().flat_map(|parent| ["-p", parent]));
        self.git(args)
    }

    /// A commit of plain files, all in the root.
    pub(crate) fn commit_files(&self, files: &[(&str, &str)], parents: &[&str]) -> String {
        let mut files = files.to_vec();
        files.sort_unstable();
        let entries: Vec<_> =
            files.iter().map(|(name, text)| ("100644", name.as_bytes(), self.blob(text.as_bytes()))).collect();
        self.commit(self.tree(&entries), parents)
    }

    /// Makes, or moves, the tag `name`.
    pub(crate) fn tag(&self, name: &str, target: &str) {
        self.git(["update-ref", &format!("refs/tags/{name}"), target]);
    }

    /// A commit of `tree` with the tag v1.0.0: the shortest way to a hostile tree.
    pub(crate) fn tag_tree(&self, tree: Oid) -> String {
        let commit = self.commit(tree, &[]);
        self.tag("v1.0.0", &commit);
        commit
    }

    /// Writes a bundle of all refs and gives its path.
    pub(crate) fn bundle(&self) -> PathBuf {
        let path = self.home.path().join("all.bundle");
        self.git([
            OsStr::new("bundle"),
            OsStr::new("create"),
            OsStr::new("--quiet"),
            path.as_os_str(),
            OsStr::new("--all"),
        ]);
        path
    }
}

/// git in `folder`, with a fixed identity and date, and without anyone's configuration.
pub(crate) fn git_command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).stderr(Stdio::inherit());
    command.envs([
        ("GIT_ADVICE", "0"),
        // A bundle would lack the objects that were replaced.
        ("GIT_NO_REPLACE_OBJECTS", "1"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_AUTHOR_NAME", "Author"),
        ("GIT_AUTHOR_EMAIL", "author@example.org"),
        ("GIT_AUTHOR_DATE", "2024-01-01T00:00:00Z"),
        ("GIT_COMMITTER_NAME", "Author"),
        ("GIT_COMMITTER_EMAIL", "author@example.org"),
        ("GIT_COMMITTER_DATE", "2024-01-01T00:00:00Z"),
    ]);
    command
}
