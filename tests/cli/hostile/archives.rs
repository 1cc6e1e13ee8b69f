//! Archives that somebody put into a store (threats 18 to 22): they are read to compare with, and never obeyed.

use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::twice;
use crate::registry::Registry;

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A tar with one entry of this type, name, link target and content.
fn tar_of(kind: tar::EntryType, name: &str, link: &str, content: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    header.set_entry_type(kind);
    header.set_size(content.len() as u64);
    header.set_mode(0o4777);
    let fields = header.as_ustar_mut().unwrap();
    fields.name[..name.len()].copy_from_slice(name.as_bytes());
    fields.linkname[..link.len()].copy_from_slice(link.as_bytes());
    header.set_cksum();
    let mut builder = tar::Builder::new(Vec::new());
    builder.append(&header, content).unwrap();
    builder.into_inner().unwrap()
}

fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let file = tar::EntryType::Regular;
    let sound = tar_of(file, "logs-1.0.0/a", "", b"x");
    let mut bad_checksum = gzipped(&sound);
    let crc = bad_checksum.len() - 6;
    bad_checksum[crc] ^= 1;
    vec![
        ("nothing", Vec::new()),
        ("no gzip", b"garbage".to_vec()),
        ("a bomb", gzipped(&vec![0; 70 << 20])),
        ("a bomb in a bomb", gzipped(&gzipped(&vec![0; 70 << 20]))),
        ("a bad checksum", bad_checksum),
        ("a second member", [gzipped(&sound), gzipped(&sound)].concat()),
        ("cut short", gzipped(&sound)[..40].to_vec()),
        ("no tar", gzipped(&[0xff; 2048])),
        ("a path up", gzipped(&tar_of(file, "logs-1.0.0/../../evil", "", b"x"))),
        ("an absolute path", gzipped(&tar_of(file, "/tmp/evil", "", b"x"))),
        ("a link", gzipped(&tar_of(tar::EntryType::Symlink, "logs-1.0.0/a", "/etc/passwd", b""))),
        ("a hard link", gzipped(&tar_of(tar::EntryType::Link, "logs-1.0.0/a", "/etc/passwd", b""))),
        ("a device", gzipped(&tar_of(tar::EntryType::Char, "logs-1.0.0/a", "", b""))),
        ("a pipe", gzipped(&tar_of(tar::EntryType::Fifo, "logs-1.0.0/a", "", b""))),
        ("a sparse file", gzipped(&tar_of(tar::EntryType::GNUSparse, "logs-1.0.0/a", "", b""))),
        ("a large header", gzipped(&tar_of(tar::EntryType::XHeader, "x", "", &vec![b'1'; 8 << 20]))),
        ("a name for a terminal", gzipped(&tar_of(file, "logs-1.0.0/\u{1b}[31m\n::error::", "", b"x"))),
    ]
}

#[test]
fn a_preview_and_a_rebuild_survive_what_is_in_the_store() {
    let mut registry = Registry::new();
    let logs = registry.package("logs");
    registry.release(&logs, "1.0.0", &[]);
    registry.sync().ends(0);
    registry.release(&logs, "1.1.0", &[]);
    // Rebuilding compares with the stored archive where the index names other hashes than the source gives.
    let metadata = registry.index().join("metadata/lo/gs/logs.json");
    let text = fs::read_to_string(&metadata).unwrap();
    let facts = registry.facts("logs", "1.0.0");
    let (hash, content) = (facts["hash"].as_str().unwrap(), facts["contentHash"].as_str().unwrap());
    let other = format!("sha256-{}=", "A".repeat(43));
    fs::write(&metadata, text.replace(hash, &other).replace(content, &other)).unwrap();

    for (what, bytes) in hostile() {
        fs::write(registry.archive("logs", "1.0.0"), &bytes).unwrap();
        let before = registry.everything();
        let plan = registry.run(&["plan", "--preview", "--format", "json"]).ends(0).json();
        let difference = &plan["steps"][0]["difference"];
        let shows_name = what == "a name for a terminal";
        assert_eq!(*difference == Value::Null, !shows_name, "{what}: {difference}");
        if shows_name {
            registry.run(&["plan", "--preview"]).ends(0).prints(&["\\u{1b}"]);
            registry.run(&["plan", "--preview", "--format", "markdown"]).ends(0).prints(&["\\u{1b}"]);
        }
        registry.run(&["audit"]).ends(1).prints(&["[A009]"]);
        twice(&registry, &["rebuild", "logs@1.0.0"]).ends(1).prints(&["logs@1.0.0  differs: "]);
        crate::trees::assert_same(&before, &registry.everything());
    }
}
