//! Locations, git URLs, refs and globs.

use curator::model::{CommitId, GitHubName, GitUrl, GitUrlError, Glob, GlobError, Location, Ref, RefError, TreePath};

use super::{keeps, refuses, refuses_with};

#[test]
fn git_urls() {
    keeps::<GitUrl>(&[
        "https://github.com/user/project",
        "https://github.com/user/project.git",
        "http://github.com/user/project.git",
        "https://192.168.101.127/user/project.git",
        "http://192.168.101.127/user/project.git",
        "git://host.xz/path/to/repo.git/",
        "git://host.xz/~user/path/to/repo.git/",
        "http://host.xz/path/to/repo.git/",
        "https://host.xz/path/to/repo.git/",
        "https://git.gay/string/purescript-trivial-unfold.git",
        "https://host.xz/größe",
    ]);
    let other_schemes = [
        "git@github.com:user/project.git",
        "git@192.168.101.127:user/project.git",
        "ssh://user@host.xz:port/path/to/repo.git/",
        "ssh://user@host.xz/path/to/repo.git/",
        "ssh://host.xz:port/path/to/repo.git/",
        "ssh://host.xz/path/to/repo.git/",
        "ssh://user@host.xz/~user/path/to/repo.git/",
        "ssh://host.xz/~user/path/to/repo.git/",
        "ssh://user@host.xz/~/path/to/repo.git",
        "ssh://host.xz/~/path/to/repo.git",
        "/path/to/repo.git/",
        "path/to/repo.git/",
        "~/path/to/repo.git",
        "file:///path/to/repo.git/",
        "file://~/path/to/repo.git/",
        "user@host.xz:/path/to/repo.git/",
        "host.xz:/path/to/repo.git/",
        "user@host.xz:~user/path/to/repo.git/",
        "host.xz:~user/path/to/repo.git/",
        "user@host.xz:path/to/repo.git",
        "host.xz:path/to/repo.git",
        "rsync://host.xz/path/to/repo.git/",
        "--upload-pack=touch x",
        "ext::sh -c id",
        "HTTPS://host.xz/a",
    ];
    refuses_with::<GitUrl>(&other_schemes.map(|text| (text, GitUrlError::Scheme)));
    let other_characters = [
        "https://",
        "https://host.xz:8080/a",
        "https://user:word@host.xz/a",
        "https://host.xz/a?b",
        "https://host.xz/a#b",
        "https://host.xz/a b",
        "https://host.xz/a%2fb",
        "https://host.xz/a+b",
        "https://host.xz/a\\b",
        "https://host.xz/a\n",
    ];
    refuses_with::<GitUrl>(&other_characters.map(|text| (text, GitUrlError::Alphabet)));
    let early =
        ["https://a.github.io/b", "https://host.xz/a.git/b", "https://host.xz/a.git//", "https://host.xz/a.git.git"];
    refuses_with::<GitUrl>(&early.map(|text| (text, GitUrlError::EarlySuffix)));
}

#[test]
fn locations() {
    let texts = [
        r#"{"githubOwner":"purescript","githubRepo":"purescript-prelude"}"#,
        r#"{"githubOwner":"purescript","githubRepo":"monorepo","subdir":"packages/core"}"#,
        r#"{"gitUrl":"https://host.xz/repo.git"}"#,
        r#"{"gitUrl":"https://host.xz/repo.git","subdir":"core"}"#,
    ];
    for text in texts {
        let location: Location = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&location).unwrap(), text);
    }
    let shuffled: Location = serde_json::from_str(r#"{"githubRepo":"b","later":1,"githubOwner":"a"}"#).unwrap();
    assert_eq!(serde_json::to_string(&shuffled).unwrap(), r#"{"githubOwner":"a","githubRepo":"b"}"#);
    assert_eq!(shuffled.clone_url(), "https://github.com/a/b.git");
}

#[test]
fn locations_name_one_repository() {
    let ambiguous = [
        r"{}",
        r#"{"githubOwner":"a"}"#,
        r#"{"githubRepo":"b"}"#,
        r#"{"githubOwner":"a","githubRepo":"b","gitUrl":"https://host.xz/r"}"#,
        r#"{"githubOwner":"a","gitUrl":"https://host.xz/r"}"#,
    ];
    for text in ambiguous {
        let error = serde_json::from_str::<Location>(text).unwrap_err().to_string();
        assert!(error.starts_with("a location has either"), "{text}: {error}");
    }
    for subdir in ["..", "/etc", "a/../b", ".git", ""] {
        let text = format!(r#"{{"githubOwner":"a","githubRepo":"b","subdir":"{subdir}"}}"#);
        assert!(serde_json::from_str::<Location>(&text).is_err(), "{subdir}");
    }
    keeps::<GitHubName>(&["purescript", "a.b_c-d", "0", ".github"]);
    refuses::<GitHubName>(&["", ".", "..", "-a", "a/b", "a b", "a:b", "é", "a\n"]);
}

#[test]
fn refs() {
    keeps::<Ref>(&["v1.0.0", "1.0.0", "release/v1", "v1.0.0@next", "päckchen"]);
    let hex = "0123456789abcdef0123456789abcdef01234567";
    refuses_with::<Ref>(&[
        ("", RefError::Length),
        (&"a".repeat(256), RefError::Length),
        ("--upload-pack=touch", RefError::Option),
        (hex, RefError::LooksLikeCommit),
        (&hex.to_uppercase(), RefError::LooksLikeCommit),
        (&"a".repeat(64), RefError::LooksLikeCommit),
    ]);
    let forbidden = [
        ".a", "a/.b", "a..b", "a b", "a~", "a^", "a:b", "a?", "a*", "a[", "a\\b", "a\n", "a\u{7f}", "/a", "a/", "a//b",
        "a.", "a.lock", "a.lock/b", "a@{b", "@",
    ];
    refuses_with::<Ref>(&forbidden.map(|text| (text, RefError::Format)));
    keeps::<CommitId>(&[hex]);
    refuses::<CommitId>(&["", &hex[1..], &hex.to_uppercase(), &format!("{hex}0"), &hex.replace('0', "g")]);
}

/// Patterns, paths that they match, paths that they do not.
const GLOBS: [(&str, &[&str], &[&str]); 19] = [
    ("*.md", &["README.md"], &["docs/README.md", ".md", "README.MD", "README.md.bak"]),
    ("test/**/*.purs", &["test/A.purs", "test/a/b/C.purs"], &["test/.a/B.purs", "test/.A.purs", "src/test/A.purs"]),
    ("src/**", &["src/a", "src/a/b"], &["src", "src/.a", "src/a/.b", "srca"]),
    ("**", &["a", "a/b"], &[".a", "a/.b", ".a/b"]),
    ("**/*", &["a", "a/b"], &[".a", ".a/b"]),
    ("**/.env", &[".env", "a/.env"], &[".a/.env", "env"]),
    (".github", &[".github"], &[".github/a", "github"]),
    (".github/**", &[".github/a"], &[".github", ".github/.a"]),
    ("./shell.nix", &["shell.nix"], &["a/shell.nix"]),
    ("{a,b/c}.js", &["a.js", "b/c.js"], &["a/c.js", "b.js"]),
    ("{.a,b{c,d}}", &[".a", "bc", "bd"], &["b", "a"]),
    ("?.js", &["a.js", "é.js", "🍝.js"], &[".js", "..js", "ab.js"]),
    ("[a-c]*", &["abc"], &["dbc", ".abc"]),
    ("x[!a-c]", &["xd", "xé"], &["xa", "x", "xdd"]),
    ("[]^-]", &["]", "^", "-"], &["a"]),
    ("[\\]à-ü]", &["]", "é"], &["e"]),
    ("*a*b*", &["ab", "xaxbx", "aab"], &["ba", ".ab", "a/b"]),
    ("\\{a,b\\}", &["{a,b}"], &["a", "b"]),
    ("assets/", &["assets"], &["assets/a"]),
];

#[test]
fn globs_match_as_fast_glob_does() {
    for (pattern, matched, unmatched) in GLOBS {
        let matcher = pattern.parse::<Glob>().unwrap().compile().unwrap();
        for (paths, expected) in [(matched, true), (unmatched, false)] {
            for path in paths {
                assert_eq!(matcher.is_match(&path.parse().unwrap()), expected, "{pattern} {path}");
            }
        }
    }
}

#[test]
fn any_glob_but_the_empty_one_is_read() {
    keeps::<Glob>(&["../flake.nix", "/var/www/root/shell.nix", "src/**/*.purs src/**/*.js", "[", "!a"]);
    refuses_with::<Glob>(&[("", GlobError::Empty)]);
}

#[test]
fn globs_that_leave_the_package_are_set_apart() {
    for pattern in ["../flake.nix", "/var/www/root/shell.nix", "a/../b", "a/..", "{a,..}/b", "./../a", ".//a"] {
        let error = pattern.parse::<Glob>().unwrap().compile().unwrap_err();
        assert_eq!(error, GlobError::Outside(pattern.to_owned()));
    }
}

#[test]
fn unusable_globs() {
    let error = |pattern: &str| pattern.parse::<Glob>().unwrap().compile().unwrap_err();
    for pattern in ["!a", "@(a|b)", "a+(b)", "{a}", "{1..3}"] {
        assert_eq!(error(pattern), GlobError::Unsupported(pattern.to_owned()));
    }
    for pattern in ["[", "[]", "[!]", "[a-", "[a/b]", "{a,b", "[z-a]", "a}", "a\\", "a\\/b"] {
        assert!(matches!(error(pattern), GlobError::Syntax { .. }), "{pattern}");
    }
    let bomb = "{a,b}".repeat(40);
    assert_eq!(error(&bomb), GlobError::TooLarge);
    assert_eq!(error(&"a".repeat(501)), GlobError::TooLarge);
}

#[test]
fn many_stars_do_not_take_exponential_time() {
    let parts = format!("{}x", "**/*/".repeat(60));
    let characters = format!("{}x", "*a".repeat(120));
    for (pattern, path) in [(parts, vec!["a"; 120].join("/")), (characters, "a".repeat(255))] {
        let path: TreePath = path.parse().unwrap();
        assert!(!pattern.parse::<Glob>().unwrap().compile().unwrap().is_match(&path));
    }
}
