//! `curator check`: findings for people, for GitHub and for programs, and the mending of what a machine can mend.

use std::fs;
use std::path::PathBuf;

use crate::program::run;
use crate::sample::Sample;
use crate::trees::assert_same;

/// A definition that no other depends on.
const ZIPPER: &str = "packages/zi/zipper-list/0.2.0.json";

/// A copy of the sample in which two things of one definition need mending: a machine can mend one of them.
fn broken() -> Sample {
    let sample = Sample::wanted();
    edit(&sample, |text| text.replace("\"0.15.15\"", "\"v0.15.15\"").replace("\"MIT\"", "\"mit\""));
    sample
}

fn definition(sample: &Sample) -> PathBuf {
    sample.registry().join(ZIPPER)
}

fn edit(sample: &Sample, change: impl Fn(String) -> String) {
    let text = fs::read_to_string(definition(sample)).unwrap();
    fs::write(definition(sample), change(text)).unwrap();
}

#[test]
fn the_sample_is_sound() {
    let wanted = Sample::wanted();
    let before = wanted.everything();
    wanted.run(&["check"]).ends(0).prints(&["25 files checked: nothing to mend\n"]);
    assert_same(&before, &wanted.everything());
    let published = Sample::published();
    published.run(&["check", "--fix"]).ends(0).prints(&["25 files checked: nothing to mend\n"]);
    let report = published.run(&["check", "--format", "json"]).ends(0).json();
    assert_eq!(report, serde_json::json!({ "checked": 25, "findings": [], "fixed": [] }));
    assert_eq!(published.run(&["check", "--format", "github"]).ends(0).out, "25 files checked: nothing to mend\n");
}

#[test]
fn people_read_place_reason_and_remedy() {
    let sample = broken();
    let ran = sample.run(&["check", "--offline"]).ends(1);
    let expected = [
        "error[R023]: \"license\": 'mit' is not an id of the SPDX license list",
        "--> registry/packages/zi/zipper-list/0.2.0.json:4:14\n",
        "4 |   \"license\": \"mit\",\n  |              ^^^^^\n",
        "= help: identifiers are those of spdx.org/licenses",
        "error[R022]: 'v0.15.15' is not a compiler version",
        "12 -   \"compiler\": \"v0.15.15\",\n12 +   \"compiler\": \"0.15.15\",\n",
        "25 files checked: 2 errors, 0 warnings; `curator check --fix` mends 1\n",
    ];
    let err = ran.prints(&expected).err;
    assert_eq!(
        err,
        "note: there is no index at index: nothing counts as published; --index names one that is elsewhere\n"
    );
}

#[test]
fn github_gets_annotations_at_the_lines() {
    let ran = broken().run(&["check", "--offline", "--format", "github"]).ends(1);
    let lines: Vec<&str> = ran.out.lines().collect();
    let place = "file=registry/packages/zi/zipper-list/0.2.0.json";
    assert!(lines[0].starts_with(&format!("::error {place},line=4,endLine=4,col=14,endColumn=19,title=R023%3A ")));
    assert!(lines[1].starts_with(&format!("::error {place},line=12,endLine=12,col=15,endColumn=25,title=R022%3A ")));
    assert_eq!(lines[2], "25 files checked: 2 errors, 0 warnings; `curator check --fix` mends 1");
    assert_eq!(lines.len(), 3);
}

#[test]
fn programs_get_codes_places_and_fixes() {
    let sample = broken();
    let report = sample.run(&["check", "--offline", "--format", "json", ZIPPER]).ends(1).json();
    assert_eq!((&report["checked"], &report["fixed"]), (&1.into(), &serde_json::json!([])));
    let [license, compiler] = report["findings"].as_array().unwrap().as_slice() else { panic!("{report}") };
    assert_eq!((&license["code"], &license["severity"]), (&"R023".into(), &"error".into()));
    assert_eq!(license["place"]["file"], ZIPPER);
    assert_eq!(license["start"], serde_json::json!({ "line": 4, "column": 14 }));
    assert_eq!((&license["package"], &license["version"]), (&"zipper-list".into(), &"0.2.0".into()));
    assert_eq!(compiler["code"], "R022");
    assert_eq!(compiler["fix"]["replacement"], "\"0.15.15\"");
    let (start, end) = (&compiler["fix"]["span"]["start"], &compiler["fix"]["span"]["end"]);
    let text = fs::read_to_string(definition(&sample)).unwrap();
    let span = usize::try_from(start.as_u64().unwrap()).unwrap()..usize::try_from(end.as_u64().unwrap()).unwrap();
    assert_eq!(&text[span], "\"v0.15.15\"");
}

#[test]
fn fix_mends_what_a_machine_can_and_nothing_else() {
    let sample = broken();
    let ran = sample.run(&["check", "--fix", "--offline"]).ends(1);
    ran.prints(&["mended packages/zi/zipper-list/0.2.0.json\n", "error[R023]", "1 error, 0 warnings\n"])
        .prints_no(&["error[R022]"]);
    let expected = Sample::wanted();
    edit(&expected, |text| text.replace("\"MIT\"", "\"mit\""));
    assert_same(&expected.everything(), &sample.everything());

    // What a person mended stays, and then there is nothing left.
    edit(&sample, |text| text.replace("\"mit\"", "\"MIT\""));
    sample.run(&["check", "--fix", "--offline"]).ends(0).prints(&["nothing to mend"]).prints_no(&["mended"]);
    assert_same(&Sample::wanted().everything(), &sample.everything());
}

#[test]
fn a_missing_commit_is_filled_in() {
    let sample = Sample::wanted();
    edit(&sample, |text| text.replace("\"commit\": \"ff73684f212182d298e5cb932557adc54af7269b\",\n  ", ""));
    sample.run(&["check", "--offline", ZIPPER]).ends(1).prints(&["error[R019]", "git rev-parse"]);
    let ran = sample.run(&["check", "--fix", ZIPPER]).ends(0);
    ran.prints(&["mended packages/zi/zipper-list/0.2.0.json\n", "1 file checked: nothing to mend\n"]);
    assert_same(&Sample::wanted().everything(), &sample.everything());
}

#[test]
fn sources_are_looked_at_unless_offline() {
    let sample = Sample::wanted();
    fs::write(sample.registry().join("sources/purescript-zipper-list.bundle"), "no bundle").unwrap();
    sample.run(&["check", ZIPPER]).ends(1).prints(&["error[R021]: the source cannot be fetched", "1 error,"]);
    sample.run(&["check", "--offline"]).ends(0);
    // Published versions are held to one rule only, which needs no source.
    let published = Sample::published();
    fs::write(published.registry().join("sources/purescript-zipper-list.bundle"), "no bundle").unwrap();
    published.run(&["check"]).ends(0);
}

#[test]
fn files_are_named_from_where_one_stands_or_from_the_registry() {
    let sample = broken();
    let registry = sample.registry();
    let folder = registry.join("packages/zi/zipper-list");
    let absolute = definition(&sample).to_str().unwrap().to_owned();
    let top = "../../..";
    for (home, args) in [
        (sample.home(), vec!["check", "registry/packages/zi/zipper-list/0.2.0.json"]),
        (sample.home(), vec!["check", ZIPPER]),
        (sample.home(), vec!["check", &absolute]),
        (sample.home(), vec!["check", "registry/packages/../packages/zi/zipper-list/0.2.0.json"]),
        (registry.as_path(), vec!["check", ZIPPER]),
        (registry.as_path(), vec!["check", "./packages/zi/zipper-list/0.2.0.json"]),
        (folder.as_path(), vec!["check", "--registry", top, "0.2.0.json"]),
        (folder.as_path(), vec!["check", "--registry", top, ZIPPER]),
    ] {
        let ran = run(home, args.iter().copied().chain(["--offline"])).ends(1);
        ran.prints(&["packages/zi/zipper-list/0.2.0.json:4:14", "1 file checked: 2 errors"]);
    }
    let both = ["check", "--offline", ZIPPER, "packages/pi/pipework/1.0.0.json"];
    sample.run(&both).ends(1).prints(&["2 files checked: 2 errors"]);
    for stranger in ["/etc/passwd", "../elsewhere.json", "packages/zi/zipper-list/9.9.9.json", "packages/zi", "", "-"] {
        sample.run(&["check", stranger]).ends(3).complains(&["error: "]);
    }
}
