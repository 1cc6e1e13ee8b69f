//! Plain copies of the PureScript registry and its index: no configuration, no definitions, facts in the registry.

use crate::place::Place;

/// The same packages as the PureScript registry has them.
fn sound() -> Place {
    let place = Place::sound();
    for folder in ["overrides", "packages", "status"] {
        place.remove(&format!("registry/{folder}"));
    }
    place.rename("index/package-sets", "registry/package-sets");
    place.rename("index/metadata/pr/el/prelude.json", "registry/metadata/prelude.json");
    place.rename("index/metadata/co/nt/control.json", "registry/metadata/control.json");
    place.remove("index/metadata");
    place.remove("index/config.json");
    place
}

#[test]
fn sound_copies_have_no_findings() {
    assert_eq!(sound().found(), [""; 0]);
}

#[test]
fn facts_and_sets_are_those_of_the_registry() {
    let place = sound();
    place.write("index/pr/el/prelude", "");
    place.replace("registry/package-sets/2.0.0.json", "compiler", "Compiler");
    place.rename("registry/metadata/control.json", "registry/metadata/co/nt/control.json");
    let control = "A007 index:co/nt/control control@1.0.0";
    assert_eq!(
        place.found(),
        [
            "A002 registry:metadata/co/nt/control.json control",
            "A013 registry:package-sets/2.0.0.json",
            control,
            "A004 index:pr/el/prelude prelude@1.0.0",
            "A004 index:pr/el/prelude prelude@1.1.0",
        ]
    );
}

#[test]
fn unreadable_facts_are_a_fault_of_the_registry() {
    let place = sound();
    place.write("registry/metadata/prelude.json", "{}");
    assert_eq!(place.found(), ["A014 registry:metadata/prelude.json prelude"]);
    place.link("registry/metadata");
    assert_eq!(place.found(), ["A014 registry:metadata"]);
}

#[test]
fn a_registry_with_its_own_index_has_its_facts_there_alone() {
    let place = Place::sound();
    place.write("registry/metadata/prelude.json", "{}");
    assert_eq!(place.found(), [""; 0]);
}
