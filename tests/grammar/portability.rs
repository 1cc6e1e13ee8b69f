//! Paths: those that would leave their folder, those that mean something else elsewhere, and those that collide.

use curator::model::{PathError, PortabilityError, TreePath, collisions, portability};

use super::{keeps, refuses_with};

#[test]
fn paths_cannot_leave_their_folder() {
    keeps::<TreePath>(&[
        "a",
        "src/Data/Maybe.purs",
        ".github/x",
        "a..b",
        "..a",
        "a b",
        "-",
        "gitx",
        ".gitignore",
        "git~2",
    ]);
    refuses_with::<TreePath>(&[
        ("", PathError::Empty),
        ("/etc/passwd", PathError::Absolute),
        ("\\\\server\\share", PathError::Absolute),
        ("a//b", PathError::EmptyPart),
        ("a/", PathError::EmptyPart),
        ("a\0b", PathError::Nul),
        (&"a".repeat(256), PathError::TooLong),
        (&"a/".repeat(2_100), PathError::TooLong),
    ]);
    let dots = [".", "..", "a/../../x", "a/.", "./a", "...", ".. ", "a/.. ./b", " ", "a\\..\\..\\x", "..\\x"];
    refuses_with::<TreePath>(&dots.map(|text| (text, PathError::Dots)));
    refuses_with::<TreePath>(&["C:\\x", "c:x", "a/C:/x", "a\\d:"].map(|text| (text, PathError::Drive)));
    assert_eq!(TreePath::from_bytes(b"a\xff"), Err(PathError::NotUtf8));
}

#[test]
fn no_spelling_of_git_s_folder_passes() {
    let spellings = [
        ".git",
        ".git/config",
        "a/.git/hooks/post-checkout",
        ".GIT",
        ".Git/config",
        "git~1",
        "GIT~1/config",
        ".git.",
        ".git ",
        ".git . .",
        "git~1. ",
        ".git::$INDEX_ALLOCATION",
        ".git:x",
        ".git .:x",
        "a\\.git\\config",
        ".git\\config",
        ".g\u{200c}it",
        "\u{feff}.git",
        ".git\u{206f}",
        ".gi\u{202e}T",
        ".git\u{200d}.",
    ];
    refuses_with::<TreePath>(&spellings.map(|text| (text, PathError::DotGit)));
}

#[test]
fn paths_that_mean_something_else_elsewhere() {
    let kind = |path: &str| portability(&path.parse().unwrap());
    for path in ["con", "src/NUL", "aux.purs", "Prn.a.b", "com1", "lpt9.txt", "COM¹", "lpt³.x", "con .txt", "conout$"]
    {
        assert!(matches!(kind(path), Some(PortabilityError::Device(_))), "{path}");
    }
    for path in ["a.", "a /b", "src/x. "] {
        assert!(matches!(kind(path), Some(PortabilityError::TrailingDotOrBlank(_))), "{path}");
    }
    for character in ['<', '>', '"', '|', '?', '*', '\\', ':'] {
        let part = format!("ab{character}c");
        assert_eq!(kind(&part), Some(PortabilityError::Reserved { part: part.clone(), character }));
    }
    for path in ["a\nb", "a\u{1b}[31m", "a\u{7f}", "a\u{85}", "a\tb"] {
        assert!(matches!(kind(path), Some(PortabilityError::Control(_))), "{path:?}");
    }
    for path in ["a\u{200b}b", "a\u{202e}b", "a\u{2066}b", "\u{ad}a", "a\u{2028}", "a\u{e0041}", "a\u{feff}b"] {
        assert!(matches!(kind(path), Some(PortabilityError::Invisible(_))), "{path:?}");
    }
    for path in ["-rf", "src/--help"] {
        assert!(matches!(kind(path), Some(PortabilityError::LeadingDash(_))), "{path}");
    }
    for path in ["src/Data/Maybe.purs", "console", "com10", "com", "lpt0", "a-b", ".hidden", "größe", "日本", "a b"]
    {
        assert_eq!(kind(path), None, "{path}");
    }
    let shown = kind("a\u{1b}[31m").unwrap().to_string();
    assert!(!shown.contains('\u{1b}'), "{shown}");
}

#[test]
fn collisions_are_found_and_named_once() {
    let found = |paths: &[&str]| -> Vec<String> {
        let paths: Vec<TreePath> = paths.iter().map(|path| path.parse().unwrap()).collect();
        collisions(&paths).iter().map(|(first, second)| format!("{first} {second}")).collect()
    };
    assert_eq!(found(&["README", "readme", "src/a", "src/b"]), ["README readme"]);
    // One letter with a combining accent, and the composed letter.
    assert_eq!(found(&["caf\u{65}\u{301}", "caf\u{e9}"]), ["cafe\u{301} caf\u{e9}"]);
    assert_eq!(found(&["CAF\u{c9}", "caf\u{65}\u{301}"]), ["CAF\u{c9} cafe\u{301}"]);
    assert_eq!(found(&["STRASSE", "straße"]), ["STRASSE straße"]);
    assert_eq!(found(&["Σ", "ς"]), ["Σ ς"]);
    assert_eq!(found(&["a", "a/b", "a/c"]), ["a a"]);
    assert_eq!(found(&["A", "a/b"]), ["A a"]);
    assert_eq!(found(&["Data/x", "data/x", "data/y", "other/data/x"]), ["Data data"]);
    assert_eq!(found(&["src/A.purs", "src/a.js", "src/a/b", "a", "b/a"]), Vec::<String>::new());
}
