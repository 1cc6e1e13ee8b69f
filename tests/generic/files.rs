//! The registry's own choice of files, and what a definition changes of it.

use curator::model::{Entry, File, Glob, GlobMatcher, PackageRules, SourceTree, TreePath};
use curator::rules::pack::FileRules;

fn globs(texts: &[&str]) -> Vec<Glob> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn rules(always: &[&str], ignore: &[&str]) -> FileRules {
    let (always, ignore, required) = (globs(always), globs(ignore), globs(&["**/*.lua"]));
    FileRules::of(Some(&PackageRules { manifest: "rock.json".parse().unwrap(), always, ignore, required }))
}

fn tree(paths: &[&str]) -> SourceTree {
    paths.iter().map(|path| (path.parse().unwrap(), Entry::File(File::regular(*path)))).collect()
}

fn matchers(texts: &[&str]) -> Vec<GlobMatcher> {
    texts.iter().map(|text| text.parse::<Glob>().unwrap().compile().unwrap()).collect()
}

/// What is packed of `paths`.
fn packed(rules: &FileRules, paths: &[&str], include: &[&str], exclude: &[&str]) -> Vec<String> {
    let (include, exclude) = (matchers(include), matchers(exclude));
    let excludes = |path: &TreePath| exclude.iter().any(|glob| glob.is_match(path));
    let files = rules.select(&tree(paths), &|path| rules.includes(&include, path), &excludes, b"{}").unwrap();
    assert_eq!(files[&"rock.json".parse().unwrap()].bytes, b"{}", "the manifest is the registry's");
    files.keys().filter(|path| path.as_str() != "rock.json").map(ToString::to_string).collect()
}

const PATHS: [&str; 10] = [
    ".editorconfig",
    ".svn/entries",
    "LICENSE",
    "README.md",
    "init.lua",
    "lib/.hidden/a.lua",
    "lib/a.lua",
    "node_modules/x/index.js",
    "rock.json",
    "spec/a_spec.lua",
];

#[test]
fn everything_is_packed_that_nothing_leaves_out() {
    let by_default = rules(&PackageRules::ALWAYS, &PackageRules::IGNORE);
    let all = ["LICENSE", "README.md", "init.lua", "lib/a.lua", "node_modules/x/index.js", "spec/a_spec.lua"];
    assert_eq!(packed(&by_default, &PATHS, &[], &[]), all);
    assert_eq!(packed(&by_default, &PATHS, &["lib"], &[]), ["LICENSE", "README.md", "lib/a.lua"]);
    let less = ["LICENSE", "README.md", "init.lua", "lib/a.lua", "node_modules/x/index.js"];
    assert_eq!(packed(&by_default, &PATHS, &[], &["spec", "README.md"]), less, "what always is cannot be left out");
}

#[test]
fn a_registry_ignores_what_it_wants_and_never_a_history() {
    let open = rules(&["spec/**"], &["node_modules"]);
    let all =
        [".editorconfig", "LICENSE", "README.md", "init.lua", "lib/.hidden/a.lua", "lib/a.lua", "spec/a_spec.lua"];
    assert_eq!(packed(&open, &PATHS, &[], &[]), all);
    assert_eq!(packed(&open, &PATHS, &["init.lua"], &["**"]), ["spec/a_spec.lua"]);
}
