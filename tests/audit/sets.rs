//! Package sets.

use crate::place::Place;

const SET: &str = "index/package-sets/2.0.0.json";
const FOUND: &str = "A013 index:package-sets/2.0.0.json";

/// What is said about the only finding.
fn message(place: &Place) -> String {
    assert_eq!(place.found(), [FOUND]);
    place.report(Vec::new()).findings.remove(0).message
}

#[test]
fn a_set_that_cannot_be_read_is_a_finding() {
    let place = Place::sound();
    place.replace(SET, "compiler", "Compiler");
    assert!(message(&place).contains("missing field `compiler`"));
    place.link(SET);
    assert!(message(&place).contains("a link"));
}

#[test]
fn a_file_that_clients_do_not_take_for_a_set_is_left_alone() {
    let place = Place::sound();
    place.write("index/package-sets/latest.json", "not a set");
    place.write("index/package-sets/.gitkeep", "");
    assert_eq!(place.found(), [""; 0]);
}

#[test]
fn the_members_of_a_set_are_in_the_index() {
    let place = Place::sound();
    place.set("2.0.0", &[("prelude", "1.0.0"), ("control", "2.0.0"), ("none", "1.0.0")]);
    assert_eq!(message(&place), "the set names control@2.0.0 and none@1.0.0, which the index lacks");
}

#[test]
fn a_long_list_of_members_is_cut_short() {
    let place = Place::sound();
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    place.set("2.0.0", &names.map(|name| (name, "1.0.0")));
    let few = "a@1.0.0, b@1.0.0, c@1.0.0, d@1.0.0, e@1.0.0 and 2 others";
    assert_eq!(message(&place), format!("the set names {few}, which the index lacks"));
}

#[test]
fn a_set_holds_what_its_members_need_whatever_the_range() {
    let place = Place::sound();
    place.set("2.0.0", &[("control", "1.0.0"), ("prelude", "1.0.0")]);
    assert_eq!(place.found(), [""; 0], "1.0.0 is out of range, and that is allowed");
    place.set("2.0.0", &[("control", "1.0.0")]);
    assert_eq!(message(&place), "the set lacks prelude (for control@1.0.0)");
}

#[test]
fn an_unpublished_member_is_a_warning() {
    let place = Place::sound();
    place.set("2.0.0", &[("control", "0.9.0")]);
    assert!(message(&place).contains("control@0.9.0, unpublished meanwhile"));
    assert!(!place.report(Vec::new()).findings[0].is_error());
}

#[test]
fn a_set_is_called_after_its_version() {
    let place = Place::sound();
    place.replace(SET, "2.0.0", "2.0.1");
    assert_eq!(message(&place), "the set in this file says that it is 2.0.1");
}
