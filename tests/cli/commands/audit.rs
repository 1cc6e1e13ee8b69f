//! `curator audit`: each damage between index, definitions and stores is told, and nothing is touched.

use std::fs;

use serde_json::json;

use crate::program::run;
use crate::registry::{Registry, definition_file};
use crate::sample::Sample;
use crate::trees::assert_same;

#[test]
fn the_sample_agrees_with_itself() {
    let sample = Sample::published();
    let before = sample.everything();
    let ran = sample.run(&["audit"]).ends(0);
    ran.prints(&["11 packages, 13 versions, 0 package sets, 13 archives audited: all agree.\n"]);
    let report = sample.run(&["audit", "--format", "json"]).ends(0).json();
    assert_eq!((&report["findings"], &report["archivesRead"]), (&json!([]), &13.into()));
    assert_same(&before, &sample.everything());
    // A fresh clone lacks every archive, and nothing else.
    let cloned = Sample::cloned();
    let report = cloned.run(&["audit", "--format", "json"]).ends(1).json();
    assert_eq!(report["counts"], json!({ "A008": 13 }));
}

/// A damage, and the code of its finding.
type Damage = (&'static str, fn(&Registry));

const DAMAGES: [Damage; 11] = [
    ("A001", |it| fs::write(it.index().join("lo/gs/logs"), "}{").unwrap()),
    ("A001", |it| fs::write(it.index().join("metadata/lo/gs/logs.json"), "}{").unwrap()),
    ("A002", |it| fs::rename(it.index().join("lo/gs/logs"), it.index().join("lo/gs/blog")).unwrap()),
    ("A004", |it| fs::remove_file(it.index().join("lo/gs/logs")).unwrap()),
    ("A005", |it| fs::remove_file(it.index().join("metadata/lo/gs/logs.json")).unwrap()),
    ("A008", |it| fs::remove_file(it.archive("logs", "1.0.0")).unwrap()),
    ("A009", |it| fs::write(it.archive("logs", "1.0.0"), "other bytes").unwrap()),
    ("A010", |it| fs::write(it.store().join("stray"), "what is this?").unwrap()),
    ("A011", |it| fs::remove_file(it.file(&definition_file("logs", "1.0.0"))).unwrap()),
    ("A012", |it| it.write(&definition_file("logs", "1.0.0"), "{}")),
    ("A014", |it| it.write("overrides/lo/logs/1.0.0.json", "}{")),
];

#[test]
fn each_damage_is_told() {
    let mut sound = Registry::new();
    let (logs, maps) = (sound.package("logs"), sound.package("maps"));
    sound.release(&logs, "1.0.0", &[]);
    sound.release(&maps, "1.0.0", &[("logs", ">=1.0.0 <2.0.0")]);
    sound.sync().ends(0);
    sound.run(&["audit"]).ends(0).prints(&["2 packages, 2 versions", "all agree"]);
    for (code, damage) in DAMAGES {
        let registry = Registry::new();
        sound.everything().write(registry.home());
        damage(&registry);
        let before = registry.everything();
        let ran = registry.run(&["audit"]);
        // A file that nobody lists harms nobody.
        assert_eq!(ran.code, i32::from(code != "A010"), "{code}: {ran:?}");
        assert!(ran.out.contains(&format!("[{code}]: ")), "{code}: {ran:?}");
        let report = registry.run(&["audit", "--format", "json"]).json();
        assert!(report["counts"][code].as_u64() >= Some(1), "{code}: {report}");
        assert_eq!(ran, registry.run(&["audit"]), "two runs, two answers");
        assert_same(&before, &registry.everything());
    }
}

#[test]
fn a_plain_copy_without_configuration_is_audited() {
    let sample = Sample::cloned();
    fs::remove_file(sample.registry().join("curator.toml")).unwrap();
    let places = ["audit", "--registry", "registry", "--index", "index"];
    sample.run(&places).ends(0).prints(&["11 packages, 13 versions, 0 package sets, 0 archives audited: all agree."]);
    run(sample.home(), places.iter().chain(&["--store", ".curator/store"])).ends(1).prints(&["[A008]"]);
}
