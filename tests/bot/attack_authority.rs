//! Attacks on who decides: whatever a pull request brings counts once it is merged, and not for itself.

use serde_json::json;

use crate::ground::{File, bytes};
use crate::scene::{Scene, definition_path, registration_path};

/// What decides about other pull requests or runs with rights.
const POWERS: [&str; 5] = [
    ".github/workflows/new.yml",
    ".github/CODEOWNERS",
    ".gitattributes",
    ".github/actions/curator/action.yml",
    "stores/replacement.bundle",
];

#[test]
fn what_has_power_needs_two_trustees_and_a_hand_whatever_comes_with_it() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let version = bytes(&scene.version("lists", "1.1.0"));
    let own = format!("\n# {}\n", scene.ann.id);
    let mut pulls: Vec<_> = POWERS
        .iter()
        .map(|path| {
            let power: File = ((*path).to_owned(), b"* merge=union export-ignore @ann\n".to_vec());
            scene.opens_files(&scene.ann, &[version.clone(), power])
        })
        .collect();
    pulls.push(scene.opens_files(&scene.ann, &[version.clone(), scene.configured(&own)]));
    scene.review_none(&pulls.iter().collect::<Vec<_>>());
    for pull in &pulls {
        scene.stands(pull, &["2 trustees"]);
        assert!(pull.labels().contains(&"needs-trustee".to_owned()), "{:?}", pull.labels());
        assert_eq!(pull.checks().last().unwrap().conclusion.as_deref(), Some("action_required"));
    }
    pulls[0].approve(&scene.tess);
    pulls[5].approve(&scene.tess);
    scene.review_none(&[&pulls[0], &pulls[5]]);
    scene.stands(&pulls[0], &["Needs approval by a trustee"]);
    pulls[0].approve(&scene.theo);
    pulls[5].approve(&scene.theo);
    scene.review_none(&[&pulls[0], &pulls[5]]);
    for at in [0, 5] {
        scene.stands(&pulls[at], &["a trustee merges it by hand"]);
    }
}

#[test]
fn a_configuration_that_a_pull_request_brings_is_not_read() {
    let scene = Scene::nearby("[policy]\nupper_bounds = true\n");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let mallory = scene.github.person("mallory");
    let version = bytes(&scene.version("maps", "1.0.0"));
    let registration = bytes(&(registration_path("maps"), scene.registration("maps", &[&mallory])));
    let base = String::from_utf8(scene.configured("").1).unwrap();
    let trustees = base.replace("people = [", &format!("people = [{}, ", mallory.id));
    assert_ne!(trustees, base);
    let configurations = [
        trustees,
        base.replace("[policy]", "[policy]\nnew_package = \"wait\"\nnew_package_wait = \"1s\""),
        format!("{base}\n[fetch]\nallow_hosts = [\"127.0.0.1\", \"evil.example\"]\n"),
        format!("{base}\n[[store]]\nname = \"mine\"\nurl = \"https://evil.example\"\n"),
        "this is no TOML [".to_owned(),
        String::new(),
    ];
    let pulls: Vec<_> = configurations
        .iter()
        .map(|text| {
            let config = ("curator.toml".to_owned(), text.clone().into_bytes());
            scene.opens_files(&mallory, &[version.clone(), registration.clone(), config])
        })
        .collect();
    scene.review_none(&pulls.iter().collect::<Vec<_>>());
    for pull in &pulls {
        scene.stands(pull, &[]);
        let said = scene.says(pull);
        assert!(said.contains("2 trustees") || said.contains("Refused"), "{said}");
    }
    // Not even where everybody who is named by it agrees.
    pulls[0].approve(&scene.github.person("helper"));
    pulls[0].approve(&scene.ann);
    scene.review_none(&[&pulls[0]]);
}

#[test]
fn nobody_makes_themselves_a_maintainer_or_moves_what_is_another_s() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let mallory = scene.github.person("mallory");
    let own = scene.registration("lists", &[&scene.ann, &mallory]);
    let mut moved = scene.tag_files("lists-fork", "1.1.0", &[]);
    moved["name"] = json!("lists");
    let there = json!({ "location": moved["location"], "maintainers": [mallory.id],
        "locationId": scene.source("lists-fork").id });
    let (path, registered) = (definition_path("lists", "1.1.0"), registration_path("lists"));
    std::fs::remove_file(scene.home.path().join("work/lists/purs.json")).unwrap();
    let version = scene.tag_files("lists", "1.1.0", &[]);
    let pulls = [
        // Herself, and a version that only a maintainer may bring.
        scene.opens(&mallory, &[(registered.clone(), own), (path.clone(), version.clone())]),
        // The package with its name, from her own repository.
        scene.opens(&mallory, &[(registered.clone(), there.clone()), (path.clone(), moved.clone())]),
        scene.opens(&mallory, &[(registered.clone(), there)]),
        // Nobody registered that repository.
        scene.opens(&mallory, &[(path.clone(), moved.clone())]),
        // The source says nothing of it.
        scene.opens(&mallory, &[(path, version)]),
    ];
    scene.review_none(&pulls.iter().collect::<Vec<_>>());
    pulls[3].approve(&scene.ann);
    pulls[4].approve(&scene.github.person("friend"));
    scene.review_none(&[&pulls[3], &pulls[4]]);
    scene.stands(&pulls[3], &["Refused as it is"]);
    scene.stands(&pulls[4], &["a maintainer of `lists` or a trustee"]);
    // A registration that vanishes would leave the name to anybody.
    let gone = scene.repository.pull(&mallory, "main", &[(registered.as_str(), None)]);
    scene.review_none(&[&gone]);
    scene.stands(&gone, &["R042"]);
}

#[test]
fn a_source_vouches_only_where_it_is_the_registered_one_and_says_all_of_it() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let mallory = scene.github.person("mallory");
    // A manifest that names the package, in a repository of somebody else.
    let mut there = scene.tag("maps", "1.1.0", &json!({}));
    let manifest = json!({ "name": "lists", "version": "1.2.0", "license": "MIT", "location": there["location"],
        "ref": "v1.2.0", "dependencies": {} });
    there = scene.tag_files("maps", "1.2.0", &[("purs.json", &manifest.to_string())]);
    there["name"] = json!("lists");
    let elsewhere = scene.opens(&mallory, &[(definition_path("lists", "1.2.0"), there)]);
    // spago.yaml says nothing of keys.
    let spago = "package:\n  name: lists\n  dependencies: []\n  publish:\n    version: 1.3.0\n    license: MIT\n";
    std::fs::remove_file(scene.home.path().join("work/lists/purs.json")).unwrap();
    let plain = scene.tag_files("lists", "1.3.0", &[("spago.yaml", spago)]);
    let mut keyed = plain.clone();
    keyed["owners"] = json!([{ "id": "mallory", "keytype": "ssh-ed25519", "public": "AAAAC3NzaC1lZDI1NTE5" }]);
    let keys = scene.opens(&mallory, &[(definition_path("lists", "1.3.0"), keyed)]);
    let mut narrowed = plain.clone();
    narrowed["excludeFiles"] = json!(["src/**"]);
    let files = scene.opens(&mallory, &[(definition_path("lists", "1.3.0"), narrowed)]);
    scene.review_none(&[&elsewhere, &keys, &files]);
    scene.stands(&keys, &["R017"]);
    scene.stands(&elsewhere, &["Refused as it is"]);
    // What the source says itself, anybody may bring.
    let sound = scene.opens(&mallory, &[(definition_path("lists", "1.3.0"), plain)]);
    scene.review(&sound).ends(0);
    scene.merged(&sound);
}

#[test]
fn a_repository_that_was_made_anew_is_another_one() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let before = scene.source("lists").id;
    // Its owner leaves the name, and somebody else takes it.
    scene.source("lists").rename("acme/lists-of-old");
    let now = scene.github.repository("acme/lists");
    assert_ne!(now.id, before);
    let version = scene.version("lists", "1.1.0");
    let vouched = scene.opens(&scene.github.person("mallory"), std::slice::from_ref(&version));
    let own = scene.opens(&scene.ann, &[version]);
    scene.review_none(&[&vouched, &own]);
    for pull in [&vouched, &own] {
        scene.stands(pull, &["R046"]);
        pull.approve(&scene.tess);
    }
    scene.review_none(&[&vouched, &own]);
    // A new number is a new registration, which its maintainers decide.
    let registration = scene.opens(
        &scene.github.person("mallory"),
        &[(registration_path("lists"), scene.registration("lists", &[&scene.ann]))],
    );
    scene.review_none(&[&registration]);
}

#[test]
fn a_name_close_to_another_waits_for_a_trustee_also_where_others_wait_only_for_time() {
    let scene = Scene::nearby("[policy]\nnew_package = \"wait\"\nnew_package_wait = \"1h\"\n");
    scene.published("strings", "1.0.0", &[&scene.ann]);
    let mallory = scene.github.person("mallory");
    let squats: Vec<_> =
        ["string", "strinqs"].iter().map(|name| scene.opens(&mallory, &scene.package(name, &[&mallory]))).collect();
    let alone = [(registration_path("parsing"), scene.registration("parsing", &[&mallory]))];
    let alone = scene.opens(&mallory, &alone);
    let far = scene.opens(&mallory, &scene.package("quaternions", &[&mallory]));
    let all: Vec<_> = squats.iter().chain([&alone, &far]).collect();
    scene.review_none(&all);
    scene.github.advance(std::time::Duration::from_hours(2));
    scene.review_all().ends(0);
    scene.merged(&far);
    for squat in &squats {
        scene.stands(squat, &["close to another's", "Needs approval by a trustee"]);
    }
    scene.stands(&alone, &["Needs approval by a trustee"]);
}
