//! Dependencies: ranges, existence, and whether they fit together.

use curator::model::{Demand, Limits, Manifest, Profile, Version};
use curator::rules::check::waits;
use curator::rules::registry::{Candidate, PackageState};

use super::clean::{DEFINITION, PATH, Surroundings, name, path};
use super::{Pair, Variant, clean, said};

fn needing(dependencies: &str) -> Variant {
    said("\"seedbed\": \">=1.1.0 <2.0.0\"", dependencies)
}

/// Somebody asks for another package, or another version, in the same run.
fn wanted(surroundings: &mut Surroundings, package: &str, version: &str) {
    let at = path(&format!("packages/{}/{package}/{version}.json", &package[..2]));
    let text = DEFINITION.replace("tally", package).replace("1.1.0\",\n", &format!("{version}\",\n"));
    let text = text.replace("\"seedbed\": \">=1.1.0 <2.0.0\"", "");
    let candidate = Candidate::parse(&at, text.as_bytes(), Limits::default().terms(Profile::Purescript));
    assert!(candidate.placed_definition().is_some(), "{text}");
    let state = surroundings.world.packages.entry(name(package)).or_default();
    state.wanted.insert(version.parse().unwrap(), candidate);
}

/// The registry asks for upper bounds.
fn bounded(surroundings: &mut Surroundings) {
    surroundings.policy.upper_bounds = Demand::Required;
}

pub(super) fn pairs() -> Vec<Pair> {
    let ranged = |range: &str| needing(&format!("\"seedbed\": \"{range}\""));
    vec![
        (ranged("^1.1.0"), &["R027 14:16"], ranged(">=1.1.0 <2.0.0")),
        (ranged(">=1.1.0  <2.0.0"), &["R027 14:16"], clean()),
        (ranged(">=1.1.0 <=2.0.0"), &["R027 14:16"], clean()),
        (ranged(">=2.0.0 <2.0.0"), &["R027 14:16"], ranged(">=2.0.0 <2.0.1")),
        (ranged("*"), &["R027 14:16"], clean()),
        (needing("\"seadbed\": \">=1.1.0 <2.0.0\""), &["R028 14:5"], needing("")),
        (needing("\"tally\": \">=1.0.0 <2.0.0\""), &["R028 14:5"], clean()),
        (
            needing("\"trellis\": \">=1.0.0 <2.0.0\""),
            &["R028 14:5"],
            needing("\"trellis\": \">=1.0.0 <2.0.0\"").around(|it| wanted(it, "trellis", "1.0.0")),
        ),
        // A registered name without versions is not there yet; a version that failed is waited for.
        (needing("\"abacus\": \">=1.0.0 <2.0.0\""), &["R028 14:5"], clean()),
        (
            needing("\"trellis\": \">=1.0.0 <2.0.0\"").around(|it| {
                wanted(it, "trellis", "1.0.0");
                let state = it.world.packages.get_mut("trellis").unwrap();
                state.failed.insert("1.0.0".parse().unwrap());
            }),
            &["R039 14:16"],
            clean(),
        ),
        (
            ranged(">=3.0.0 <4.0.0"),
            &["R029 14:16"],
            ranged(">=3.0.0 <4.0.0").around(|it| wanted(it, "seedbed", "3.0.0")),
        ),
        (ranged(">=1.1.1 <2.0.0"), &["R029 14:16"], clean()),
        // Upper bounds, where the registry asks for them: 2.0.0 is the newest, or 3.0.0 where somebody wants that.
        (ranged(">=1.1.0 <3.0.1").around(bounded), &["R043 14:16"], ranged(">=1.1.0 <3.0.0").around(bounded)),
        (ranged(">=1.1.0 <2147483647.0.0").around(bounded), &["R043 14:16"], ranged(">=1.1.0 <2147483647.0.0")),
        (
            ranged(">=1.1.0 <5.0.0").around(bounded).around(|it| wanted(it, "seedbed", "3.0.0")),
            &["R043 14:16"],
            ranged(">=1.1.0 <4.0.0").around(bounded).around(|it| wanted(it, "seedbed", "3.0.0")),
        ),
        // One rule at a time: without a version in it, the range has another fault.
        (ranged(">=2.0.1 <9.0.0").around(bounded), &["R029 14:16"], ranged(">=2.0.0 <2.0.1").around(bounded)),
        (
            needing("\"cons-list\": \">=1.0.0 <2.0.0\", \"seedbed\": \">=2.0.0 <3.0.0\""),
            &["R030 13:19"],
            needing("\"cons-list\": \">=1.0.0 <2.0.0\", \"seedbed\": \">=1.0.0 <3.0.0\""),
        ),
    ]
}

#[test]
fn an_unknown_dependency_is_said_once_and_the_rest_is_judged_alone() {
    let variant = needing("\"seadbed\": \">=1.1.0 <2.0.0\", \"seedbed\": \">=9.0.0 <10.0.0\"");
    assert_eq!(variant.found(), ["R028 14:5", "R029 14:45"]);
}

#[test]
fn a_conflict_is_told_step_by_step() {
    let variant = needing("\"cons-list\": \">=1.0.0 <2.0.0\", \"seedbed\": \">=2.0.0 <3.0.0\"");
    let message = &variant.findings()[0].message;
    for part in ["cons-list", "seedbed", ">=1.0.0 <2.0.0", ">=2.0.0 <3.0.0"] {
        assert!(message.contains(part), "{message}");
    }
    assert!(message.lines().count() > 2, "{message}");
}

fn manifest() -> Manifest {
    let candidate = Candidate::parse(&path(PATH), DEFINITION.as_bytes(), Limits::default().terms(Profile::Purescript));
    candidate.definition().unwrap().manifest.clone()
}

#[test]
fn a_version_waits_for_what_failed() {
    let mut surroundings = Surroundings::clean();
    assert_eq!(waits(&surroundings.world, &manifest()), None);

    let fresh = Version::new(1, 1, 0).unwrap();
    surroundings.world.packages.insert(name("seedbed"), PackageState::default());
    wanted(&mut surroundings, "seedbed", "1.1.0");
    assert_eq!(waits(&surroundings.world, &manifest()), None);
    surroundings.world.packages.get_mut("seedbed").unwrap().failed.insert(fresh);
    let wording = waits(&surroundings.world, &manifest()).unwrap();
    let finding = wording.at(curator::model::Place::file(curator::model::Area::Registry, PATH));
    assert_eq!(finding.code.as_str(), "R039");
    assert!(finding.message.contains("seedbed >=1.1.0 <2.0.0"), "{}", finding.message);
}
