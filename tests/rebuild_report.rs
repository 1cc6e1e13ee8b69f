//! The table at the end of a rebuild: how many versions of each host can still be made, and what became of the others.
#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

use curator::model::{Compared, EncoderName, Rebuilt, RebuiltVersion, Sha256};
use curator::rules::report::{rebuild_json, rebuild_text};

fn rebuilt(version: &str, host: Option<&str>, outcome: Rebuilt) -> RebuiltVersion {
    let (name, version) = ("tally".parse().unwrap(), version.parse().unwrap());
    RebuiltVersion { name, version, host: host.map(str::to_owned), outcome }
}

#[test]
fn every_host_is_counted_for_itself() {
    let (hub, own) = (Some("github.com"), Some("git.example.org"));
    let reason = || "503".to_owned();
    let (recorded, found) = (Sha256::of(b"recorded"), Sha256::of(b"found"));
    let same = Rebuilt::SameContent { published: None, packed: EncoderName::GnuGzip };
    let outcomes = [
        rebuilt("1.0.0", hub, Rebuilt::Reproduced),
        rebuilt("1.0.1", hub, same),
        rebuilt("1.0.2", hub, Rebuilt::Differs { compared: Compared::Archive, recorded, found, difference: None }),
        rebuilt("1.0.3", own, Rebuilt::SourceGone { reason: reason() }),
        rebuilt("1.0.4", own, Rebuilt::SourceUnreachable { reason: reason() }),
        rebuilt("1.0.5", own, Rebuilt::Reproduced),
        rebuilt("1.0.6", own, Rebuilt::Unpackable { reason: reason() }),
        rebuilt("1.0.7", None, Rebuilt::NotPublished),
    ];
    let text = rebuild_text(&outcomes);
    let (_, table) = text.split_once("\n\n").unwrap();
    insta::assert_snapshot!(table, @r"
      host             reproduced  same content  differs  source gone  unreachable  unpackable  not published  versions
      -                         0             0        0            0            0           0              1         1
      git.example.org           1             0        0            1            1           1              0         4
      github.com                1             1        1            0            0           0              0         3
      all                       2             1        1            1            1           1              1         8

    3 of 8 versions can still be made from the recorded source.
    ");
    let report = rebuild_json(&outcomes);
    let counts = |value: &serde_json::Value| {
        let keys = ["versions", "reproduced", "sourceUnreachable", "notPublished"];
        keys.map(|key| value[key].as_u64().unwrap())
    };
    assert_eq!(counts(&report["summary"]), [8, 2, 1, 1]);
    assert_eq!(counts(&report["hosts"]["git.example.org"]), [4, 1, 1, 0]);
    assert_eq!(report["hosts"].as_object().unwrap().len(), 2);
    // One version needs no table.
    let [one, ..] = outcomes;
    assert_eq!(rebuild_text(&[one]).lines().count(), 2);
}
