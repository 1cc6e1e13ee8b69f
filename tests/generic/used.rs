//! Packages of another language are used, verified, mirrored and restored like any others.

use std::fs;

use serde_json::json;

use crate::moonshelf::{Moonshelf, committed};
use crate::program::{Ran, run};
use crate::serving::Serving;
use crate::trees::{Tree, assert_same};

/// Runs the program in the project beside the registry.
fn using(sample: &Moonshelf, args: &[&str]) -> Ran {
    let project = sample.home().join("project");
    fs::create_dir_all(&project).unwrap();
    run(&project, args.iter().chain(&["--index", "../index", "--store", "../.curator/store"]))
}

#[test]
fn packages_with_scopes_are_installed_under_their_names_or_an_alias() {
    let sample = Moonshelf::published();
    using(&sample, &["add", "@tide/clock"])
        .ends(0)
        .prints(&["asks for @tide/clock ^0.3.0", "installed @tide/clock 0.3.0"]);
    let project = sample.home().join("project");
    assert!(project.join(".curator/packages/@tide/clock/rock.json").exists());
    assert!(project.join(".curator/packages/strings/strings.lua").exists());
    let lock = fs::read_to_string(project.join("curator.lock")).unwrap();
    assert!(lock.contains("\"@tide/clock\" = { version = \"0.3.0\""), "{lock}");
    using(&sample, &["install", "--locked"]).ends(0).prints(&["Nothing to do: 2 packages"]);
    using(&sample, &["tree"]).ends(0).prints(&["@tide/clock 0.3.0\n  strings 1.1.0\n"]);
    using(&sample, &["info", "@tide/clock@0.3.0"]).ends(0).prints(&["@tide/clock 0.3.0", "strings"]);

    using(&sample, &["remove", "@tide/clock"]).ends(0);
    assert!(!project.join(".curator/packages/@tide/clock").exists());
    using(&sample, &["add", "@tide/clock", "--as", "clock"]).ends(0).prints(&["as clock"]);
    assert!(project.join(".curator/packages/clock/rock.json").exists());
}

#[test]
fn a_prerelease_is_chosen_by_whoever_asks_for_one() {
    let sample = Moonshelf::published();
    using(&sample, &["resolve", "strings"]).ends(0).prints(&["strings 1.1.0\n"]);
    using(&sample, &["resolve", "strings@>=1.1.0-rc.1, <1.1.0"]).ends(0).prints(&["strings 1.1.0-rc.1\n"]);
    using(&sample, &["resolve", "strings@1.1.0-rc.1"]).ends(0).prints(&["strings 1.1.0-rc.1\n"]);
    // Nobody gets the only versions of a package that has nothing but pre-releases without asking.
    using(&sample, &["resolve", "@tide/calendar"]).ends(1).complains(&["@tide/calendar"]);
    using(&sample, &["resolve", "@tide/calendar@^2.0.0-beta"]).ends(0).prints(&["@tide/calendar 2.0.0-beta.2"]);
}

/// One pre-release and no other is asked for, written down, and found again.
#[test]
fn a_prerelease_is_added_by_its_number() {
    let sample = Moonshelf::published();
    using(&sample, &["add", "strings@1.1.0-rc.1"]).ends(0).prints(&["installed strings 1.1.0-rc.1"]);
    let text = fs::read_to_string(sample.home().join("project/curator.project.toml")).unwrap();
    assert!(text.contains("strings = \"=1.1.0-rc.1\""), "{text}");
    using(&sample, &["install", "--locked"]).ends(0).prints(&["Nothing to do"]);
    using(&sample, &["update"]).ends(0);
    using(&sample, &["tree"]).ends(0).prints(&["strings 1.1.0-rc.1"]);
    using(&sample, &["info", "strings@1.1.0-rc.1"]).ends(0).prints_no(&["compilers"]);
}

/// A folder of its own machine: everything in it, but what the registry leaves out.
#[test]
fn a_folder_is_published_by_the_rules_of_the_registry() {
    let sample = Moonshelf::published();
    let manifest = json!({
        "name": "@tide/moon", "version": "1.0.0-rc.1", "license": "MIT",
        "location": { "githubOwner": "moonshelf", "githubRepo": "moon" },
        "dependencies": { "@tide/clock": "^0.3" },
    });
    for (file, text) in [
        ("rock.json", manifest.to_string().as_str()),
        ("init.lua", "return {}\n"),
        ("phases/new.lua", "return 0\n"),
        ("spec/init_spec.lua", "left out\n"),
        (".hidden", "left out\n"),
    ] {
        let place = sample.home().join("moon").join(file);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, text).unwrap();
    }
    sample.run(&["publish", "moon", "--registry", "registry"]).ends(0).prints(&["published @tide/moon@1.0.0-rc.1"]);
    sample.run(&["pack", "moon", "--out", "moon.tar.gz"]).ends(0);
    let archive = fs::read(sample.store().join("@tide/moon/moon-1.0.0-rc.1.tar.gz")).unwrap();
    assert_eq!(fs::read(sample.home().join("moon.tar.gz")).unwrap(), archive);
    let (_, files) = curator::rules::pack::unpack(&archive, &curator::model::Limits::default()).unwrap();
    let names: Vec<String> = files.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["init.lua", "phases/new.lua", "rock.json"]);
    sample.run(&["audit"]).ends(0).prints(&["all agree"]);
    using(&sample, &["add", "@tide/moon@^1.0.0-rc"]).ends(0).prints(&["installed @tide/moon 1.0.0-rc.1"]);
    let again = sample.run(&["publish", "moon", "--registry", "registry"]).ends(1);
    again.complains(&["@tide/moon@1.0.0-rc.1 is published already, with these very bytes"]);
}

/// By whatever the archives of a package with a scope are called there.
#[test]
fn they_are_had_from_a_web_server() {
    let sample = Moonshelf::published();
    sample.run(&["mirror", "index", "mirror", "--store", ".curator/store"]).ends(0);
    let server = Serving::start(&sample.home().join("mirror"));
    sample.run(&["verify", "--all", "--index", &server.url(), "--cache", "c"]).ends(0).prints(&["everything agrees"]);
    // A mirror of the mirror has them all.
    sample.run(&["mirror", &server.url(), "second", "--cache", "c"]).ends(0);
    assert_same(&Tree::read(&sample.home().join("mirror/store")), &Tree::read(&sample.home().join("second/store")));
}

/// Of a mirror without a copy of what people wrote.
#[test]
fn a_registry_that_is_made_of_its_index_is_of_the_same_language() {
    let sample = Moonshelf::published();
    sample.run(&["mirror", "index", "mirror", "--store", ".curator/store"]).ends(0);
    sample.run(&["restore", "--from", "mirror", "--to", "home"]).ends(0);
    let home = sample.home().join("home");
    assert_same(&committed("index"), &Tree::read(&home.join("index")));
    let text = std::fs::read_to_string(home.join("registry/curator.toml")).unwrap();
    let config: toml::Value = toml::from_str(&text).unwrap();
    assert_eq!(config["registry"]["profile"].as_str(), Some("generic"));
    assert_eq!(config["package"]["manifest"].as_str(), Some("rock.json"));
    let scoped = home.join("registry/packages/@tide/cl/clock");
    assert!(scoped.join("registration.json").exists() && scoped.join("0.3.0.json").exists());
    run(&home, ["sync"]).ends(0).prints(&["Nothing to do"]);
    assert_same(&committed("index"), &Tree::read(&home.join("index")));
}

#[test]
fn they_are_verified_mirrored_and_restored() {
    let sample = Moonshelf::published();
    sample.run(&["verify", "--all"]).ends(0).prints(&["everything agrees"]);
    sample.run(&["verify", "@tide/clock@0.3.0"]).ends(0).prints(&["agrees   manifest in it"]);
    sample.run(&["verify", ".curator/store/@tide/clock/clock-0.3.0.tar.gz"]).ends(0);
    let mirror = ["mirror", "index", "mirror", "--store", ".curator/store", "--registry", "registry"];
    sample.run(&mirror).ends(0);
    sample.run(&["restore", "--from", "mirror", "--to", "home"]).ends(0);
    let home = sample.home().join("home");
    assert_same(&committed("index"), &Tree::read(&home.join("index")));
    assert_same(&Tree::read(&sample.store()), &Tree::read(&home.join(".curator/store")));
    run(&home, ["plan"]).ends(0).prints(&["Nothing to do"]);
    run(&home, ["audit"]).ends(0).prints(&["all agree"]);
}
