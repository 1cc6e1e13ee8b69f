//! Stores.

use curator::adapters::Objects;
use curator::model::Finding;

use crate::place::Place;

const ARCHIVE: &str = "store/control/control-1.0.0.tar.gz";
const CHECKSUM: &str = "store/control/control-1.0.0.tar.gz.sha256";
const MISSING: [&str; 1] = ["A008 store:control/control-1.0.0.tar.gz control@1.0.0"];

#[test]
fn a_missing_archive_is_reported_once_with_its_checksum() {
    let place = Place::sound();
    place.remove(ARCHIVE);
    assert_eq!(place.found(), MISSING);
    place.remove(CHECKSUM);
    assert_eq!(place.found(), MISSING);
}

#[test]
fn a_missing_checksum_is_a_warning() {
    let place = Place::sound();
    place.remove(CHECKSUM);
    assert_eq!(place.found(), ["A008 store:control/control-1.0.0.tar.gz.sha256 control@1.0.0"]);
    assert!(!place.report(vec![place.store("primary")]).findings[0].is_error());
}

#[test]
fn an_archive_has_the_recorded_size_and_hash() {
    let altered = ["A009 store:control/control-1.0.0.tar.gz control@1.0.0"];
    let place = Place::sound();
    place.replace(ARCHIVE, "archive", "archives");
    assert_eq!(place.found(), altered);
    let place = Place::sound();
    place.replace(ARCHIVE, "archive", "Archive");
    assert_eq!(place.found(), altered);
    let message = place.report(vec![place.store("primary")]).findings.remove(0).message;
    assert!(message.contains("in the store 'primary' has the hash sha256-"), "{message}");
}

#[test]
fn a_checksum_names_the_recorded_hash() {
    let place = Place::sound();
    let other = place.read("store/prelude/prelude-1.0.0.tar.gz.sha256");
    place.write(CHECKSUM, &other);
    assert_eq!(place.found(), ["A009 store:control/control-1.0.0.tar.gz.sha256 control@1.0.0"]);
}

#[test]
fn a_store_holds_nothing_else() {
    let place = Place::sound();
    place.write("store/control/control-0.9.0.tar.gz", "unpublished");
    place.write("store/notes", "what is this?");
    let unlisted = ["A010 store:control/control-0.9.0.tar.gz", "A010 store:notes"];
    assert_eq!(place.found(), unlisted);
}

#[test]
fn every_store_is_looked_into() {
    let place = Place::sound();
    let empty = Objects::directory("mirror", &place.path("nowhere"));
    let report = place.report(vec![place.store("primary"), empty]);
    let lacks = |finding: &&Finding| finding.is_error() && finding.message.contains("the store 'mirror' lacks");
    assert_eq!((report.findings.len(), report.findings.iter().filter(lacks).count()), (3, 2));
    assert_eq!(report.archives_read, 3);
}

#[test]
fn adopted_archives_that_a_store_does_not_hold_are_one_warning() {
    let place = Place::sound();
    let adopted = "store/prelude/prelude-1.0.0.tar.gz";
    place.remove(&format!("{adopted}.sha256"));
    // One that it does hold must be sound, with its checksum.
    assert_eq!(place.found(), ["A008 store:prelude/prelude-1.0.0.tar.gz.sha256 prelude@1.0.0"]);
    place.remove(adopted);
    assert_eq!(place.found(), ["A008 store:primary"]);
    let finding = place.report(vec![place.store("primary")]).findings.remove(0);
    assert!(!finding.is_error());
    assert_eq!(finding.message, "the store 'primary' does not hold the archives of 1 adopted version");
}

#[test]
fn without_stores_none_is_looked_into() {
    let place = Place::sound();
    place.remove("store");
    assert_eq!(place.found_with(Vec::new()), [""; 0]);
}

#[test]
fn a_link_in_a_store_does_not_end_the_audit() {
    let place = Place::sound();
    place.link("store/prelude/prelude-1.0.0.tar.gz");
    place.remove(ARCHIVE);
    assert_eq!(
        place.found(),
        [MISSING[0], "A016 store:prelude/prelude-1.0.0.tar.gz prelude@1.0.0", "A016 store:primary",]
    );
}
