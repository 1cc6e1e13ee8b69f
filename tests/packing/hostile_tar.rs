//! Hostile tars: one case per attack. Every case is refused, with the error of its attack.

use curator::model::{Limits, Mode, PathError};
use curator::rules::pack::{UnpackError, tar, untar};

use crate::raw_tar::{Raw, record, tar_of};
use crate::trees::{files, path};

fn limits() -> Limits {
    Limits { entries: 8, depth: 3, tree_bytes: 3000, file_bytes: 2000, ..Limits::default() }
}

/// Asserts that each tar is refused with its error, also where honest entries stand before and after the hostile ones.
fn assert_refused<const N: usize>(cases: [(&str, Vec<Raw>, UnpackError); N]) {
    for (attack, entries, error) in cases {
        assert_eq!(untar(&tar_of(&entries), &limits()), Err(error.clone()), "{attack}");
        let first = [Raw::folder("p/"), Raw::file("p/first")];
        let last = [Raw::file("p/last")];
        let surrounded = tar_of(first.iter().chain(&entries).chain(&last));
        assert_eq!(untar(&surrounded, &limits()), Err(error), "{attack}, surrounded");
    }
}

fn bad_path(path: &str, error: PathError) -> UnpackError {
    UnpackError::Path { path: path.to_owned(), error }
}

fn text(text: &str) -> String {
    text.to_owned()
}

#[test]
fn names_that_leave_the_folder_are_refused() {
    let dots = |path| bad_path(path, PathError::Dots);
    let renamed = |path| vec![Raw::pax(record("path", path)), Raw::file("p/innocent")];
    assert_refused([
        ("..", vec![Raw::file("../evil")], dots("../evil")),
        (".. inside", vec![Raw::file("p/../../evil")], dots("p/../../evil")),
        (".. at the end", vec![Raw::folder("p/..")], dots("p/..")),
        (".", vec![Raw::file("./p/x")], dots("./p/x")),
        ("absolute", vec![Raw::file("/etc/passwd")], bad_path("/etc/passwd", PathError::Absolute)),
        ("two slashes", vec![Raw::file("p//x")], bad_path("p//x", PathError::EmptyPart)),
        ("a file with a slash", vec![Raw::file("p/x/")], bad_path("p/x/", PathError::EmptyPart)),
        ("a folder with two", vec![Raw::folder("p/x//")], bad_path("p/x/", PathError::EmptyPart)),
        ("no name", vec![Raw::file("")], bad_path("", PathError::Empty)),
        ("git's folder", vec![Raw::file("p/.GIT/config")], bad_path("p/.GIT/config", PathError::DotGit)),
        ("not UTF-8", vec![Raw::file(b"p/\xff")], bad_path("p/\u{fffd}", PathError::NotUtf8)),
        (".. in pax", renamed("p/../../evil"), dots("p/../../evil")),
        ("absolute in pax", renamed("/etc/passwd"), bad_path("/etc/passwd", PathError::Absolute)),
        ("NUL in pax", renamed("p/a\0/../../evil"), bad_path("p/a\0/../../evil", PathError::Nul)),
        (".. in the prefix", vec![Raw::file("evil").prefix("p/../..")], dots("p/../../evil")),
        ("absolute prefix", vec![Raw::file("p/x").prefix("/etc")], bad_path("/etc/p/x", PathError::Absolute)),
        (".. after a prefix", vec![Raw::file("../../evil").prefix("p")], dots("p/../../evil")),
    ]);
}

#[test]
fn names_that_leave_the_folder_on_windows_are_refused() {
    let backslash = |path| UnpackError::Backslash { path: text(path) };
    let drive = |path| UnpackError::DriveLetter { path: text(path) };
    assert_refused([
        ("backslash", vec![Raw::file(r"p\..\..\evil")], backslash(r"p\..\..\evil")),
        ("backslash below", vec![Raw::file(r"p/a\b")], backslash(r"p/a\b")),
        ("share", vec![Raw::file(r"\\host\share")], backslash(r"\\host\share")),
        ("drive", vec![Raw::file("C:/evil")], drive("C:/evil")),
        ("drive below", vec![Raw::file("p/c:evil")], drive("p/c:evil")),
        ("drive in pax", vec![Raw::pax(record("path", "p/C:/x")), Raw::file("p/x")], drive("p/C:/x")),
    ]);
}

#[test]
fn contradictions_are_refused() {
    let twice = |key: &str, value| record(key, value).repeat(2);
    let repeated = |key: &str| UnpackError::PaxRepeated { key: text(key) };
    let long_name = || Raw::file("././@LongLink").type_flag(b'L').content(b"p/../../evil\0").put(257, b"ustar  \0");
    let inner = tar_of(&[Raw::file("p/hidden")]);
    let sized = |size: &str| vec![Raw::pax(record("size", size)), Raw::file("p/x").content(&inner[..1024])];
    let two_sizes = |pax| UnpackError::TwoSizes { header: 1024, pax };
    assert_refused([
        // TARmageddon: one reader skips the content, another takes it for the next header.
        ("pax size 0", sized("00000"), two_sizes(0)),
        ("pax size larger", sized("02048"), two_sizes(2048)),
        ("pax size no number", sized("+1024"), UnpackError::Number { field: "size" }),
        ("pax size empty", vec![Raw::pax("8 size=\n"), Raw::file("p/x")], UnpackError::Number { field: "size" }),
        ("two paths", vec![Raw::pax(twice("path", "p/abc")), Raw::file("p/x")], repeated("path")),
        ("two sizes", vec![Raw::pax(twice("size", "00001")), Raw::file("p/x")], repeated("size")),
        ("GNU long name", vec![long_name(), Raw::file("p/x")], UnpackError::GnuLongName),
        ("GNU long link", vec![long_name().type_flag(b'K'), Raw::file("p/x")], UnpackError::GnuLongName),
        ("pax, then long name", vec![Raw::pax(record("path", "p/abc")), long_name()], UnpackError::GnuLongName),
        ("two pax headers", vec![Raw::pax(""), Raw::pax(""), Raw::file("p/x")], UnpackError::PaxStray),
        ("pax no record", vec![Raw::pax("path=p/x\n"), Raw::file("p/x")], UnpackError::PaxRecord),
        ("prefix in GNU's way", vec![Raw::file("x").put(257, b"ustar  \0").prefix("p")], UnpackError::Format),
        ("no magic", vec![Raw::file("p/x").put(257, &[0; 8])], UnpackError::Format),
        (
            "binary size",
            vec![Raw::file("p/x").size(b"\x80\0\0\0\0\0\0\0\0\0\0\x01")],
            UnpackError::Number { field: "size" },
        ),
        ("negative size", vec![Raw::file("p/x").size(b"-0000000001\0")], UnpackError::Number { field: "size" }),
        ("wrong checksum", vec![Raw::file("p/x").checksum(*b"000001\0 ")], UnpackError::Checksum),
        ("no checksum", vec![Raw::file("p/x").checksum(*b"        ")], UnpackError::Checksum),
        ("folder with content", vec![Raw::folder("p/d/").content(b"x")], {
            UnpackError::FolderWithContent { path: text("p/d/") }
        }),
        ("the same file twice", vec![Raw::file("p/x"), Raw::file("p/x")], UnpackError::Duplicate { path: text("x") }),
        (
            "file, then folder",
            vec![Raw::file("p/x"), Raw::file("p/x/y")],
            UnpackError::FileAndFolder { path: text("x") },
        ),
        ("folder, then file", vec![Raw::folder("p/x/"), Raw::file("p/x")], {
            UnpackError::FileAndFolder { path: text("x") }
        }),
        ("another top", vec![Raw::file("p/x"), Raw::file("q/x")], {
            UnpackError::TwoTopFolders { first: text("p"), second: text("q") }
        }),
    ]);
}

#[test]
fn global_headers_may_only_comment() {
    let global = |records: String| Raw::pax(records).type_flag(b'g');
    let set = |key: &str| UnpackError::PaxGlobal { key: text(key) };
    assert_refused([
        ("global path", vec![global(record("path", "p/evil")), Raw::file("p/x")], set("path")),
        ("global size", vec![global(record("size", "00000")), Raw::file("p/x")], set("size")),
        ("pax, then global", vec![Raw::pax(""), global(String::new()), Raw::file("p/x")], UnpackError::PaxStray),
    ]);
    // `git archive` writes the commit as a comment.
    let archive = tar_of(&[global(record("comment", "0123456789abcdef")), Raw::file("p/x")]);
    assert_eq!(untar(&archive, &limits()), Ok((text("p"), files([("x", "x")]))));
}

#[test]
fn what_is_neither_file_nor_folder_is_refused() {
    let link = |type_flag| Raw::empty("p/x", type_flag).put(157, b"/etc/passwd");
    let sparse = record("GNU.sparse.major", "1");
    let of = |type_flag| UnpackError::UnknownType { path: text("p/x"), type_flag };
    assert_refused([
        ("hard link", vec![link(b'1')], UnpackError::HardLink { path: text("p/x") }),
        ("hard link with data", vec![link(b'1').content(b"evil")], UnpackError::HardLink { path: text("p/x") }),
        ("symbolic link", vec![link(b'2')], UnpackError::SymbolicLink { path: text("p/x") }),
        ("link as the top", vec![Raw::empty("p", b'2')], UnpackError::SymbolicLink { path: text("p") }),
        ("character device", vec![link(b'3')], UnpackError::Device { path: text("p/x") }),
        ("block device", vec![link(b'4')], UnpackError::Device { path: text("p/x") }),
        ("named pipe", vec![link(b'6')], UnpackError::Fifo { path: text("p/x") }),
        ("contiguous file", vec![link(b'7')], of('7')),
        ("multi-volume", vec![link(b'M')], of('M')),
        ("Solaris pax", vec![link(b'X')], of('X')),
        ("sparse", vec![link(b'S')], UnpackError::SparseFile),
        ("GNU sparse", vec![link(b'S').put(257, b"ustar  \0").put(483, b"777")], UnpackError::SparseFile),
        ("sparse in pax", vec![Raw::pax(sparse), Raw::file("p/x")], UnpackError::SparseFile),
    ]);
}

#[test]
fn budgets_hold() {
    let limits = limits();
    let many: Vec<Raw> = (0..9).map(|number| Raw::file(format!("p/{number}"))).collect();
    assert_eq!(untar(&tar_of(&many), &limits), Err(UnpackError::TooManyEntries { limit: 8 }));
    assert!(untar(&tar_of(&many[..8]), &limits).is_ok());

    let headers: Vec<Raw> = (0..9).map(|_| Raw::pax("").type_flag(b'g')).collect();
    assert_eq!(untar(&tar_of(&headers), &limits), Err(UnpackError::TooManyEntries { limit: 8 }));

    assert!(untar(&tar_of(&[Raw::file("p/a/b/c/x")]), &limits).is_ok());
    let too_deep = UnpackError::TooDeep { path: text("a/b/c/d"), limit: 3 };
    assert_eq!(untar(&tar_of(&[Raw::file("p/a/b/c/d/x")]), &limits), Err(too_deep.clone()));
    assert_eq!(untar(&tar_of(&[Raw::folder("p/a/b/c/d/")]), &limits), Err(too_deep));

    let file = |name: &str, size| Raw::file(name).content(&vec![b'x'; size]);
    let too_large = UnpackError::FileTooLarge { path: text("x"), size: 2001, limit: 2000 };
    assert_eq!(untar(&tar_of(&[file("p/x", 2001)]), &limits), Err(too_large));
    assert!(untar(&tar_of(&[file("p/x", 2000), file("p/y", 1000)]), &limits).is_ok());
    let files_too_large = UnpackError::FilesTooLarge { limit: 3000 };
    assert_eq!(untar(&tar_of(&[file("p/x", 2000), file("p/y", 1001)]), &limits), Err(files_too_large));

    let header = Raw::pax(vec![b'x'; 64 << 20]);
    let pax_too_large = UnpackError::PaxTooLarge { size: 64 << 20, limit: 64 << 10 };
    assert_eq!(untar(&tar_of(&[header, Raw::file("p/x")]), &limits), Err(pax_too_large));

    let long = bad_path(&"p/".repeat(100), PathError::TooLong);
    let name = "p/".repeat(2100);
    let header = Raw::pax(format!("{} path={name}x\n", name.len() + 12));
    assert_eq!(untar(&tar_of(&[header, Raw::file("p/x")]), &limits), Err(long));
}

#[test]
fn a_tar_ends_where_it_says() {
    let file = Raw::file("p/x").bytes();
    let refused = |tail: Vec<u8>, error| {
        assert_eq!(untar(&[file.clone(), tail].concat(), &limits()), Err(error));
    };
    refused(vec![], UnpackError::Truncated);
    refused(vec![0; 511], UnpackError::Truncated);
    refused(vec![0; 512], UnpackError::Truncated);
    refused(vec![0; 1023], UnpackError::Truncated);
    refused([vec![0; 1024], Raw::file("p/hidden").bytes()].concat(), UnpackError::AfterEnd);
    refused([vec![0; 512], Raw::file("p/hidden").bytes(), vec![0; 1024]].concat(), UnpackError::AfterEnd);
    refused([vec![0; 2048], vec![1]].concat(), UnpackError::AfterEnd);
    refused([Raw::pax(record("path", "p/abc")).bytes(), vec![0; 1024]].concat(), UnpackError::PaxStray);
    // The header promises more than follows, up to all that a header can promise.
    refused([Raw::file("p/y").size(b"00000002000\0").bytes(), vec![0; 511]].concat(), UnpackError::Truncated);
    refused(Raw::file("p/y").size(b"777777777777").bytes(), UnpackError::Truncated);

    assert!(untar(&[file, vec![0; 10_240]].concat(), &limits()).is_ok());
    assert_eq!(untar(&[], &limits()), Err(UnpackError::Truncated));
    assert_eq!(untar(&[0; 10_240], &limits()), Err(UnpackError::Empty));
}

#[test]
fn everything_lies_in_one_folder() {
    let outside = UnpackError::NoTopFolder { path: text("x") };
    assert_eq!(untar(&tar_of(&[Raw::file("x")]), &limits()), Err(outside));
    let two = UnpackError::TwoTopFolders { first: text("p"), second: text("x") };
    assert_eq!(untar(&tar_of(&[Raw::folder("p/"), Raw::file("x")]), &limits()), Err(two));
    assert_eq!(untar(&tar_of(&[Raw::folder("p/")]), &limits()), Ok((text("p"), files([]))));
    assert_eq!(untar(&tar_of(&[Raw::folder("p")]), &limits()), Ok((text("p"), files([]))));
}

#[test]
fn owner_times_and_attributes_leave_no_trace() {
    let adorned = [
        Raw::file("p/a")
            .put(100, b"0006644\0")
            .put(108, b"0001750\0")
            .put(116, b"\x80\0\0\0\0\0\0\x01")
            .put(136, b"14777777777\0")
            .put(265, b"mallory")
            .put(297, b"wheel"),
        Raw::pax(record("SCHILY.xattr.user.x", "y") + &record("mtime", "1.5")),
        Raw::file("b").prefix("p").put(100, b"0004755\0").type_flag(0),
        Raw::file("p/c").put(257, b"ustar  \0"),
    ];
    let (top, unpacked) = untar(&tar_of(&adorned), &limits()).unwrap();
    let mut plain = files([("a", "x"), ("b", "x"), ("c", "x")]);
    plain.get_mut(&path("b")).unwrap().mode = Mode::Executable;
    assert_eq!(unpacked, plain);
    assert_eq!(tar(&top, &unpacked), tar("p", &plain));
}
