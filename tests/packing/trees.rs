//! Builds the trees of the tests.

use curator::model::{File, Files, Mode, TreePath};

/// The path that `text` spells.
pub(crate) fn path(text: &str) -> TreePath {
    text.parse().unwrap()
}

/// Plain files with these contents.
pub(crate) fn files<const N: usize>(contents: [(&str, &str); N]) -> Files {
    contents.into_iter().map(|(name, content)| (path(name), File::regular(content))).collect()
}

/// A tree with everything that the format treats in a way of its own.
pub(crate) fn every_shape() -> Files {
    let mut files = files([
        ("purs.json", "{}\n"),
        ("LICENSE", ""),
        ("src/Effect.js", "export const unit = {};\n"),
        ("src/Effect.purs", "module Effect where\n"),
        ("src/Effect/Class.purs", "module Effect.Class where\n"),
        ("src/Effect-old/Class.purs", "module Effect.Old where\n"),
        ("src/Effect0.purs", "module Effect0 where\n"),
        ("src/.hidden/file", "x"),
        ("src/a b/c'd", "blanks and quotes"),
        ("src/héllo/wörld.purs", "non-ASCII folder and file"),
        ("src/ascii/\u{65e5}\u{672c}.purs", "non-ASCII file"),
    ]);
    let script = File { mode: Mode::Executable, bytes: b"#!/bin/sh\n".to_vec() };
    files.insert(path("src/run.sh"), script);
    for length in [511, 512, 513, 10_240, 100_000] {
        files.insert(path(&format!("src/size/{length}")), File::regular(vec![b'x'; length]));
    }
    // The top folder `pkg-1.0.0/` takes 10 of the 100 bytes that a header has for a name.
    for length in [88, 89, 90, 91, 92, 200, 254] {
        let part = "n".repeat(length.min(250));
        files.insert(path(&format!("{part}{}", "m".repeat(length - part.len()))), File::regular("long file"));
        files.insert(path(&format!("{}/f", "d".repeat(length))), File::regular("long folder"));
    }
    let deep = "deeper/".repeat(40);
    files.insert(path(&format!("{deep}bottom")), File::regular("deep"));
    files
}
