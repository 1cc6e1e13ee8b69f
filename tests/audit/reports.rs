//! What an audit says.

use curator::rules::report::{Style, audit_json, audit_text};

use crate::place::{Place, manifest};

#[test]
fn a_sound_registry_is_one_line() {
    let place = Place::sound();
    let report = place.report(vec![place.store("primary")]);
    let text = audit_text(&report, Style::Plain);
    assert_eq!(text, "2 packages, 3 versions, 1 package set, 3 archives audited: all agree.\n");
}

#[test]
fn findings_are_shown_and_counted() {
    let place = Place::sound();
    place.index(&manifest("prelude", "1.2.0", &[]));
    place.index(&manifest("prelude", "1.3.0", &[]));
    place.write("store/notes", "what is this?");
    let report = place.report(vec![place.store("primary")]);
    let text = audit_text(&report, Style::Plain);
    assert!(text.starts_with("error[A005]: the index has a manifest of prelude@1.2.0, but no metadata\n"), "{text}");
    assert!(text.contains("index: pr/el/prelude"), "{text}");
    assert!(text.ends_with("audited: 3 findings (2 A005, 1 A010).\n"), "{text}");

    let json = audit_json(&report);
    assert_eq!(json["counts"], serde_json::json!({"A005": 2, "A010": 1}));
    assert_eq!(json["archivesRead"], 3);
    assert_eq!(json["findings"].as_array().map(Vec::len), Some(3));
    assert_eq!(json["findings"][0]["version"], "1.2.0");
}
