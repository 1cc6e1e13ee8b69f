//! Definitions and what was published from them.

use crate::place::Place;

const ADOPTED: &str = "registry/packages/pr/prelude/1.0.0.json";
const RECORDED: &str = "registry/packages/pr/prelude/1.1.0.json";

#[test]
fn a_missing_definition_is_reported() {
    let place = Place::sound();
    place.remove(RECORDED);
    assert_eq!(place.found(), ["A011 registry:packages/pr/prelude/1.1.0.json prelude@1.1.0"]);
    place.remove("registry/packages");
    assert_eq!(
        place.found(),
        [
            "A011 registry:packages/co/control/1.0.0.json control@1.0.0",
            "A011 registry:packages/pr/prelude/1.0.0.json prelude@1.0.0",
            "A011 registry:packages/pr/prelude/1.1.0.json prelude@1.1.0",
        ]
    );
}

#[test]
fn a_recorded_definition_is_held_to_its_bytes() {
    let place = Place::sound();
    let differs = ["A012 registry:packages/pr/prelude/1.1.0.json prelude@1.1.0"];
    let before = place.read(RECORDED);
    place.write(RECORDED, &format!("{before}\n"));
    assert_eq!(place.found(), differs);
    place.write(RECORDED, "broken");
    assert_eq!(place.found(), differs);
    place.write(RECORDED, &before);
    assert_eq!(place.found(), [""; 0]);
}

#[test]
fn an_adopted_definition_is_held_to_what_its_line_says() {
    let place = Place::sound();
    let before = place.read(ADOPTED);
    place.write(ADOPTED, &format!("{before}\n"));
    assert_eq!(place.found(), [""; 0]);
    place.replace(ADOPTED, "MIT", "Apache-2.0");
    assert_eq!(place.found(), ["A012 registry:packages/pr/prelude/1.0.0.json prelude@1.0.0"]);
}

#[test]
fn an_adopted_definition_that_cannot_be_read_is_not_taken_for_another() {
    let place = Place::sound();
    place.write(ADOPTED, "{");
    assert_eq!(place.found(), ["A014 registry:packages/pr/prelude/1.0.0.json prelude@1.0.0"]);
}

#[test]
fn the_facts_name_the_commit_of_the_definition() {
    let place = Place::sound();
    let metadata = "index/metadata/pr/el/prelude.json";
    let recorded =
        place.read(metadata).replace("\"definition\"", &format!("\"commit\": \"{:040}\", \"definition\"", 1));
    place.write(metadata, &recorded);
    assert_eq!(place.found(), ["A015 index:metadata/pr/el/prelude.json prelude@1.1.0"]);
}

#[test]
fn a_line_says_what_its_definition_says() {
    let place = Place::sound();
    place.replace("index/pr/el/prelude", "v1.1.0", "v1.1.1");
    assert_eq!(place.found(), ["A015 index:pr/el/prelude prelude@1.1.0"]);
}

#[test]
fn the_ranges_of_a_line_are_those_of_its_definition_or_override() {
    let line = "index/co/nt/control";
    let altered = ["A015 index:co/nt/control control@1.0.0"];
    let place = Place::sound();
    place.replace(line, ">=1.1.0", ">=1.0.1");
    assert_eq!(place.found(), altered, "neither the definition nor the override says this");

    let place = Place::sound();
    place.replace("registry/overrides/co/control/1.0.0.json", "\"revision\":2", "\"revision\":3");
    assert_eq!(place.found(), [""; 0], "the next override is wanted and not published yet");

    let place = Place::sound();
    place.replace("index/metadata/co/nt/control.json", "\"revision\": 2", "\"later\": 2");
    assert_eq!(place.found(), altered, "without an override, the definition's ranges hold");
}

#[test]
fn files_of_the_registry_that_cannot_be_read_are_found_in_one_run() {
    let place = Place::sound();
    place.write("registry/overrides/co/control/1.0.0.json", "{}");
    place.write("registry/packages/co/control/registration.json", "no JSON");
    place.write("registry/status/co/control/0.9.0.json", "[]");
    place.link(ADOPTED);
    assert_eq!(
        place.found(),
        [
            "A014 registry:overrides/co/control/1.0.0.json control@1.0.0",
            "A014 registry:packages/co/control/registration.json control",
            "A014 registry:packages/pr/prelude/1.0.0.json prelude@1.0.0",
            "A014 registry:status/co/control/0.9.0.json control@0.9.0",
        ]
    );
}

#[test]
fn nothing_is_concluded_from_a_folder_that_is_a_link() {
    let place = Place::sound();
    place.link("registry/packages");
    assert_eq!(place.found(), ["A014 registry:packages"]);
    let place = Place::sound();
    place.link("registry/packages/pr");
    assert_eq!(place.found(), ["A014 registry:packages/pr"]);
}

#[test]
fn what_is_not_published_yet_is_nobody_s_damage() {
    let place = Place::sound();
    place.write("registry/packages/pr/prelude/2.0.0.json", "not even JSON");
    assert_eq!(place.found(), [""; 0]);
}
