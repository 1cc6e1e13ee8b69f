//! Lines and facts.

use std::fs;

use curator::model::Manifest;

use crate::place::{Place, lines, manifest};

const PRELUDE: &str = "index/pr/el/prelude";
const CONTROL: &str = "index/co/nt/control";
const PRELUDE_METADATA: &str = "index/metadata/pr/el/prelude.json";

#[test]
fn a_sound_registry_has_no_findings() {
    let place = Place::sound();
    let report = place.report(vec![place.store("primary")]);
    assert_eq!(report.findings, []);
    assert_eq!((report.packages, report.versions, report.package_sets, report.archives_read), (2, 3, 1, 3));
}

#[test]
fn an_unreadable_file_of_manifests_is_one_finding_and_nothing_is_concluded_from_it() {
    let place = Place::sound();
    place.replace(PRELUDE, "MIT", "no licence");
    assert_eq!(place.found(), ["A001 index:pr/el/prelude prelude"]);
    place.write(PRELUDE, "\n");
    assert_eq!(place.found(), ["A001 index:pr/el/prelude prelude"]);
    fs::write(place.path(PRELUDE), b"\xff\n").unwrap();
    assert_eq!(place.found(), ["A001 index:pr/el/prelude prelude"]);
}

#[test]
fn unreadable_metadata_is_one_finding_and_nothing_is_concluded_from_it() {
    let place = Place::sound();
    place.write("store/prelude/prelude-9.0.0.tar.gz", "perhaps it is listed there");
    place.replace(PRELUDE_METADATA, "unpublished", "Unpublished");
    assert_eq!(place.found(), ["A001 index:metadata/pr/el/prelude.json prelude"]);
}

#[test]
fn every_unreadable_file_is_found_in_one_run() {
    let place = Place::sound();
    place.write(PRELUDE, "{}\n");
    place.write(PRELUDE_METADATA, "[]");
    place.write(CONTROL, "null\n");
    place.write("index/config.json", "{}");
    assert_eq!(
        place.found(),
        [
            "A001 index:co/nt/control control",
            "A001 index:config.json",
            "A001 index:metadata/pr/el/prelude.json prelude",
            "A001 index:pr/el/prelude prelude",
        ]
    );
}

#[test]
fn a_link_is_a_finding_and_the_rest_is_still_audited() {
    let place = Place::sound();
    place.link(PRELUDE);
    place.remove("store/control/control-1.0.0.tar.gz");
    let archive = "A008 store:control/control-1.0.0.tar.gz control@1.0.0";
    assert_eq!(place.found(), ["A001 index:pr/el/prelude prelude", archive]);
}

#[test]
fn nothing_is_concluded_from_a_folder_that_is_a_link() {
    let place = Place::sound();
    place.link("index/pr");
    assert_eq!(place.found(), ["A001 index:pr"]);
    let place = Place::sound();
    place.link("index/metadata");
    assert_eq!(place.found(), ["A001 index:metadata"]);
}

#[test]
fn a_line_in_another_package_s_file_is_misplaced_and_not_missing_besides() {
    let place = Place::sound();
    place.write(PRELUDE, &(place.read(PRELUDE) + &place.read(CONTROL)));
    place.remove(CONTROL);
    assert_eq!(place.found(), ["A002 index:pr/el/prelude control@1.0.0"]);
    let report = place.report(Vec::new());
    assert_eq!(report.findings[0].hint.as_deref(), Some("it belongs in co/nt/control"));
}

#[test]
fn files_in_the_wrong_place_are_misplaced_and_not_missing_besides() {
    let place = Place::sound();
    place.rename(PRELUDE, "index/3/p/prelude");
    place.rename("index/metadata/co/nt/control.json", "index/metadata/control.json");
    place.write("index/co/nt/Control", "not a name");
    place.write("index/metadata/notes.txt", "not metadata");
    assert_eq!(
        place.found(),
        [
            "A002 index:3/p/prelude prelude",
            "A002 index:co/nt/Control",
            "A002 index:metadata/control.json control",
            "A002 index:metadata/notes.txt",
        ]
    );
    let hints: Vec<_> = place.report(Vec::new()).findings.into_iter().map(|finding| finding.hint).collect();
    let hint = |text: &str| Some(format!("it belongs in {text}"));
    assert_eq!(hints, [hint("pr/el/prelude"), None, hint("metadata/co/nt/control.json"), None]);
}

#[test]
fn lines_ascend_without_doubles() {
    let place = Place::sound();
    let (old, new) = (manifest("prelude", "1.0.0", &[]), manifest("prelude", "1.1.0", &[]));
    place.write(PRELUDE, &lines(&[new.clone(), old.clone()]));
    assert_eq!(place.found(), ["A003 index:pr/el/prelude prelude@1.0.0"]);
    place.write(PRELUDE, &lines(&[old, new.clone(), new]));
    assert_eq!(place.found(), ["A003 index:pr/el/prelude prelude@1.1.0"]);
}

#[test]
fn a_published_version_without_a_line_is_missing() {
    let place = Place::sound();
    place.write(PRELUDE, &lines(&[manifest("prelude", "1.1.0", &[])]));
    assert_eq!(place.found(), ["A004 index:pr/el/prelude prelude@1.0.0"]);
    place.remove(CONTROL);
    let set = "A013 index:package-sets/2.0.0.json";
    let control = "A004 index:co/nt/control control@1.0.0";
    assert_eq!(place.found(), [control, set, "A004 index:pr/el/prelude prelude@1.0.0"]);
}

#[test]
fn a_line_without_facts_is_reported() {
    let place = Place::sound();
    place.index(&manifest("prelude", "1.2.0", &[]));
    place.index(&manifest("new", "1.0.0", &[]));
    assert_eq!(place.found(), ["A005 index:3/n/new new@1.0.0", "A005 index:pr/el/prelude prelude@1.2.0"]);
}

#[test]
fn an_unpublished_version_does_not_come_back() {
    let place = Place::sound();
    let before = place.read(CONTROL);
    place.write(CONTROL, &(lines(&[manifest("control", "0.9.0", &[])]) + &before));
    assert_eq!(place.found(), ["A006 index:co/nt/control control@0.9.0"]);
}

#[test]
fn dependencies_are_in_the_index_and_in_range() {
    let place = Place::sound();
    let unknown = manifest("needy", "1.0.0", &[("gone", ">=1.0.0 <2.0.0"), ("prelude", ">=3.0.0 <4.0.0")]);
    place.index(&unknown);
    let needy = "A007 index:ne/ed/needy needy@1.0.0";
    assert_eq!(place.found(), ["A005 index:ne/ed/needy needy@1.0.0", needy, needy]);
    let messages: Vec<_> = place.report(Vec::new()).findings.into_iter().map(|finding| finding.message).collect();
    assert!(messages[1].contains("gone, which is not in the index"), "{messages:?}");
    assert!(messages[2].contains("prelude >=3.0.0 <4.0.0"), "{messages:?}");
}

#[test]
fn an_unpublished_version_satisfies_nobody() {
    let place = Place::sound();
    place.index(&manifest("control", "0.9.0", &[]));
    place.index(&manifest("needy", "1.0.0", &[("control", ">=0.9.0 <1.0.0")]));
    let found = place.found();
    assert!(found.contains(&"A006 index:co/nt/control control@0.9.0".to_owned()), "{found:?}");
    assert!(found.contains(&"A007 index:ne/ed/needy needy@1.0.0".to_owned()), "{found:?}");
}

#[test]
fn a_finding_points_at_its_line() {
    let place = Place::sound();
    place.index(&manifest("prelude", "1.2.0", &[]));
    let report = place.report(Vec::new());
    let span = report.findings[0].place.span.unwrap();
    let text = place.read(PRELUDE);
    assert_eq!(Some(&text[span.start..span.end]), text.lines().last());
}

/// What is said of `needy` and `helper`, which are in the index with these manifests and without facts.
fn unsatisfied(manifests: &[Manifest]) -> Vec<String> {
    let place = Place::sound();
    for manifest in manifests {
        place.index(manifest);
    }
    let mut found = place.found();
    found.retain(|finding| !finding.starts_with("A005"));
    found
}

#[test]
fn names_may_go_in_circles_and_versions_may_not() {
    let helper = |version, range| manifest("helper", version, &[("needy", range)]);
    let needy = |version, range| manifest("needy", version, &[("helper", range)]);
    let start = manifest("needy", "0.1.0", &[]);
    let way_in = [start, needy("1.0.0", ">=1.0.0 <2.0.0"), helper("1.0.0", ">=0.1.0 <2.0.0")];
    assert_eq!(unsatisfied(&way_in), [""; 0]);
    let circle = [needy("1.0.0", ">=1.0.0 <2.0.0"), helper("1.0.0", ">=1.0.0 <2.0.0")];
    assert_eq!(unsatisfied(&circle), ["A007 index:he/lp/helper helper@1.0.0", "A007 index:ne/ed/needy needy@1.0.0"]);
    let itself = manifest("needy", "1.0.0", &[("needy", ">=1.0.0 <2.0.0")]);
    assert_eq!(unsatisfied(&[itself]), ["A007 index:ne/ed/needy needy@1.0.0"]);
}
