//! What looks whether archives are true says what agrees and what does not, and believes nothing but the index.

use std::fs;

use crate::sample::Sample;
use crate::scene::{Read, mirror, published};

#[test]
fn every_line_of_one_version_is_said() {
    let sample = Sample::published();
    let text = sample.run(&["verify", "seedbed@1.1.0"]).ends(0);
    text.prints(&[
        "seedbed@1.1.0 from local\n",
        "  agrees   index and metadata\n",
        "  agrees   archive\n",
        "  agrees   size\n",
        "  agrees   hash\n",
        "  agrees   hash of its content\n",
        "  agrees   layout\n",
        "  agrees   manifest in it\n",
        "1 version verified: everything agrees.\n",
    ]);
    let hashes = sample.run(&["verify", "seedbed@1.1.0", "--hash-only"]).ends(0);
    hashes
        .prints_no(&["layout", "manifest"])
        .prints(&["  agrees   hash\n", "1 version verified: every size and hash agrees.\n"]);
    sample.run(&["verify", "--all"]).ends(0).prints(&["13 versions verified: everything agrees."]);
    let file = ".curator/store/seedbed/seedbed-1.1.0.tar.gz";
    sample.run(&["verify", file]).ends(0).prints(&["seedbed@1.1.0 from .curator/store/seedbed/"]);
}

#[test]
fn whatever_is_altered_is_found_where_it_is() {
    let sample = Sample::published();
    let archive = sample.store().join("seedbed/seedbed-1.1.0.tar.gz");
    let other = fs::read(sample.store().join("seedbed/seedbed-1.0.0.tar.gz")).unwrap();
    let bytes = fs::read(&archive).unwrap();
    let flipped = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 4;
        bytes
    };
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("a bit of the stream", flipped(bytes.len() / 2), "hash"),
        ("its last bit", flipped(bytes.len() - 1), "hash"),
        ("one byte more", [bytes.as_slice(), b"x"].concat(), "size"),
        ("cut", bytes[..bytes.len() / 2].to_vec(), "size"),
        ("another version", other, "manifest"),
        ("a page", b"<!doctype html>".to_vec(), "layout"),
        ("nothing", Vec::new(), "layout"),
    ];
    for (what, altered, differs) in cases {
        fs::write(&archive, altered).unwrap();
        let found = sample.run(&["verify", "seedbed@1.1.0", "--format", "json"]).ends(1).json();
        let comparisons = found["versions"][0]["comparisons"].as_array().unwrap();
        let faults: Vec<&str> = comparisons
            .iter()
            .filter(|comparison| comparison["agrees"] == false)
            .map(|comparison| comparison["what"].as_str().unwrap())
            .collect();
        assert!(faults.contains(&differs) && faults.contains(&"hash"), "{what}: {faults:?}");
        for depth in [&["verify", "--all"][..], &["verify", "--all", "--hash-only"]] {
            sample.run(depth).ends(1).prints(&["1 of them not as published", "DIFFERS  hash"]);
        }
    }
    fs::remove_file(&archive).unwrap();
    sample.run(&["verify", "seedbed@1.1.0"]).ends(1).prints(&["DIFFERS  archive: no place has it"]);
}

#[test]
fn what_the_index_says_is_compared_too() {
    let sample = Sample::published();
    let edit = |file: &str, from: &str, to: &str| {
        let place = sample.index().join(file);
        let text = fs::read_to_string(&place).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(&place, text.replacen(from, to, 1)).unwrap();
    };
    // A line that was altered does not say what the archive says.
    edit("te/xt/text-wrap", ">=1.1.0 <2.0.0", ">=1.0.0 <3.0.0");
    sample.run(&["verify", "text-wrap@1.0.0"]).ends(1).prints(&["DIFFERS  manifest in it"]);
    // A line that is gone.
    fs::remove_file(sample.index().join("pi/pe/pipework")).unwrap();
    sample
        .run(&["verify", "pipework@1.0.0"])
        .ends(1)
        .prints(&["DIFFERS  index and metadata: it has metadata, and no line"]);
    sample
        .run(&["verify", "seedbed@9.9.9"])
        .ends(1)
        .prints(&["DIFFERS  index and metadata: the index does not have it"]);
    sample.run(&["verify", "nothing-here@1.0.0"]).ends(1);
}

#[test]
fn a_file_that_is_no_archive_is_refused() {
    let sample = Sample::published();
    fs::write(sample.home().join("page.tar.gz"), "<!doctype html>").unwrap();
    sample.run(&["verify", "page.tar.gz"]).ends(1).complains(&["page.tar.gz is the archive of no package"]);
    sample.run(&["verify", "absent.tar.gz"]).ends(3);
    sample.run(&["verify", "a@1.0.0", "page.tar.gz"]).ends(3).complains(&["name versions, or one file"]);
}

#[test]
fn a_mirror_verifies_by_itself_and_offline() {
    let (remotes, _) = published();
    mirror(&remotes, &[]).ends(0);
    Read::whole(&remotes.home().join("mirror"));
    for folder in ["store", "index.git", "registry.git"] {
        fs::remove_dir_all(remotes.home().join(folder)).unwrap();
    }
    let verify = |more: &[&str]| {
        let args = ["verify", "--all", "--index", "mirror", "--from", "mirror", "--offline", "--cache", "c"];
        crate::program::run(remotes.home(), args.iter().chain(more))
    };
    verify(&[]).ends(0).prints(&["3 versions verified: everything agrees."]);
    fs::write(remotes.home().join("mirror/store/apps/apps-1.0.0.tar.gz"), "no archive").unwrap();
    verify(&[]).ends(1).prints(&["apps@1.0.0 from mirror", "DIFFERS  hash"]);
}
