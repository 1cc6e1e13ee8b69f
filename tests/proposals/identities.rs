//! Whether the repository at a registered location is the one that was registered.

use std::sync::Mutex;

use curator::model::{Code, Location, Severity};
use curator::ops::{Examined, check_location_ids};
use curator::ports::{Forge, ForgeError, ForgeOwner, Identity};
use serde_json::json;

use crate::examined::Village;
use crate::registry::definition;
use crate::wait;

/// A forge that knows one repository, or none; and what it was asked for.
struct OneRepository {
    answer: Result<Option<u64>, ForgeError>,
    asked: Mutex<Vec<String>>,
}

impl Forge for OneRepository {
    async fn identify(&self, location: &Location) -> Result<Option<Identity>, ForgeError> {
        self.asked.lock().unwrap().push(location.to_string());
        let answer = self.answer.clone()?;
        Ok(answer.map(|repository| Identity { repository, owner: ForgeOwner::User(1) }))
    }
}

/// What is found of the numbers, and how often the forge was asked.
fn asked(examined: &Examined, answer: Result<Option<u64>, ForgeError>) -> (Examined, usize) {
    let mut examined = examined.clone();
    let forge = OneRepository { answer, asked: Mutex::default() };
    wait(check_location_ids(&forge, &mut examined)).unwrap();
    let asked = forge.asked.lock().unwrap().len();
    (examined, asked)
}

/// A new version of `tally`, whose registration (in the base, or brought along) says this number.
fn proposed(number: Option<u64>, in_base: bool) -> Examined {
    let mut village = Village::new();
    let tally = village.remotes.work.package("tally");
    let commit = tally.tag("1.0.0", &[("src/Tally.purs", "module Tally where\n")]);
    village.remotes.work.stand_in(&tally);
    let file = "packages/ta/tally/registration.json";
    let mut registration = json!({ "location": { "githubOwner": "acme", "githubRepo": "tally" }, "maintainers": [11] });
    if let Some(number) = number {
        registration["locationId"] = json!(number);
    }
    let text = format!("{registration:#}\n");
    village.remotes.work.write(file, &text);
    if !in_base {
        std::fs::remove_file(village.remotes.work.file(file)).unwrap();
    }
    village.remotes.merge("2026-02-02T00:00:00Z");
    village.remotes.work.write(file, &text);
    village.remotes.work.define(&definition("tally", "1.0.0", &commit, &[]));
    village.examine(&village.propose())
}

#[test]
fn a_repository_that_was_made_anew_under_an_old_name_is_refused() {
    for in_base in [true, false] {
        let examined = proposed(Some(7), in_base);
        assert_eq!(asked(&examined, Ok(Some(7))), (examined.clone(), 1));
        let (found, _) = asked(&examined, Ok(Some(8)));
        let [finding] = found.findings.as_slice() else { panic!("{:?}", found.findings) };
        assert_eq!((finding.code, finding.severity), (Code::LocationId, Severity::Error));
        assert_eq!(finding.place.file, "packages/ta/tally/registration.json");
        assert!(finding.message.contains("is the repository 8") && finding.fix.is_none(), "{finding:?}");
        // Where the file is in the pull request, its very line is shown.
        assert_eq!(finding.place.span.is_some(), !in_base);
    }
}

#[test]
fn a_new_registration_without_a_number_is_given_it() {
    let examined = proposed(None, false);
    let (found, _) = asked(&examined, Ok(Some(8)));
    let [finding] = found.findings.as_slice() else { panic!("{:?}", found.findings) };
    assert_eq!((finding.code, finding.severity), (Code::LocationId, Severity::Error));
    let fix = finding.fix.as_ref().unwrap();
    let mut text = found.texts[&finding.place.file].clone();
    text.replace_range(fix.span.start..fix.span.end, &fix.replacement);
    let mended: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(mended["locationId"], 8);
    // Of one that stands there without a number nobody can say whose it was.
    let examined = proposed(None, true);
    assert_eq!(asked(&examined, Ok(Some(8))), (examined, 0));
}

#[test]
fn a_forge_that_does_not_answer_makes_the_pull_request_wait() {
    let examined = proposed(Some(7), true);
    let message = || "x".to_owned();
    for error in [ForgeError::RateLimited { message: message() }, ForgeError::Denied { message: message() }] {
        let (found, _) = asked(&examined, Err(error));
        assert_eq!((found.transient, found.findings.len()), (true, 0));
    }
    // Of other places it knows nothing, and what is not there cannot be fetched either, which is told already.
    let location = "acme/tally".to_owned();
    for answer in
        [Ok(None), Err(ForgeError::Unknown { location: location.clone() }), Err(ForgeError::Moved { location })]
    {
        assert_eq!(asked(&examined, answer), (examined.clone(), 1));
    }
}
