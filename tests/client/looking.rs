//! What is used, what is newer, what there is: for people and for programs, whatever strangers wrote.

use std::fs;

use serde_json::{Value, json};

use crate::sample::Sample;
use crate::scene::{CRITICAL, Market};

#[test]
fn the_tree_shows_each_package_once() {
    let market = Market::new();
    let project = market.asking("tree", &[("plain", "*"), ("tool-kit", "*"), ("middle", "*")]);
    let ran = project.run(&["tree"]).ends(1);
    ran.complains(&["curator.lock is not what curator.project.toml asks for: there is no lock file"]);
    project.run(&["install"]).ends(0);
    let tree = "middle 1.1.0\n  base 1.1.0\nplain 1.1.0\ntool-kit 1.0.0\n  base 1.1.0\n  middle 1.1.0 (see above)\n";
    assert_eq!(project.run(&["tree"]).ends(0).out, tree);
    let json = project.run(&["tree", "--format", "json"]).ends(0).json();
    let line = |depth: usize, name: &str, version: &str, repeated: bool| json!({ "depth": depth, "name": name, "version": version, "called": null, "repeated": repeated });
    let wanted = [
        line(0, "middle", "1.1.0", false),
        line(1, "base", "1.1.0", false),
        line(0, "plain", "1.1.0", false),
        line(0, "tool-kit", "1.0.0", false),
        line(1, "base", "1.1.0", false),
        line(1, "middle", "1.1.0", true),
    ];
    assert_eq!(json, json!(wanted));
    let empty = market.asking("empty", &[]);
    empty.run(&["install"]).ends(0).prints(&["Nothing to do: 0 packages"]);
    assert_eq!(empty.run(&["tree"]).ends(0).out, "The project uses no packages.\n");
    market.project("none", "README.md", "").run(&["tree"]).ends(3).complains(&["there is no project here"]);
}

#[test]
fn what_is_newer_is_told_with_the_reason_why_it_is_not_used() {
    let market = Market::new();
    let project = market.asking("old", &[("middle", ">=1.0.0 <2.0.0"), ("plain", "*"), ("fancy", ">=1.0.0 <1.1.0")]);
    project.run(&["install", "--minimal-versions"]).ends(0);
    let ran = project.run(&["outdated"]).ends(0);
    ran.prints(&[
        "base 1.0.0 -> 2.0.0",
        "fancy 1.0.0 -> 1.1.0 (>=1.0.0 <1.1.0 admits 1.0.0)",
        "middle 1.0.0 -> 2.0.0 (>=1.0.0 <2.0.0 admits 1.1.0)",
        "plain 1.0.0 -> 1.1.0",
    ]);
    let json = project.run(&["outdated", "--format", "json"]).ends(0).json();
    let middle = json!({ "name": "middle", "used": "1.0.0", "admitted": "1.1.0", "highest": "2.0.0", "range": ">=1.0.0 <2.0.0" });
    assert_eq!((json.as_array().unwrap().len(), &json[2]), (4, &middle));
    market.go_wrong();
    project.run(&["outdated"]).ends(0).prints_no(&["plain"]);
    project.run(&["outdated", "--allow-advisory", CRITICAL]).ends(0).prints(&["plain 1.0.0 -> 1.1.0"]);
    project.run(&["update"]).ends(0);
}

#[test]
fn words_find_packages_of_the_sample() {
    let sample = Sample::published();
    let search = |words: &[&str]| sample.run(&[&["search", "--cache", "cache"], words].concat());
    search(&["text", "wrap"])
        .ends(0)
        .prints(&["text-wrap 1.0.0  Breaks text into lines at white space\n1 package of 11.\n"]);
    search(&["LIST", "--limit", "1"])
        .ends(0)
        .prints(&["cons-list 1.0.0", "1 of 3 packages that fit, of 11; --limit shows more"]);
    search(&["nothing-like-it"]).ends(1);
    let json = search(&["money", "--format", "json"]).ends(0).json();
    let description = "Amounts of money that cannot be mixed up";
    let coinage = json!({ "name": "coinage", "version": "0.3.0", "description": description });
    assert_eq!(json, json!({ "packages": [coinage], "matched": 1, "lookedThrough": 11 }));
    sample.run(&["info", "seedbed@1.0.0", "--cache", "cache"]).ends(0);
}

#[test]
fn what_is_known_of_a_package_is_told() {
    let market = Market::marked();
    let project = market.asking("asking", &[]);
    let info = |args: &[&str]| project.run(&[&["info"], args].concat());
    info(&["base"]).ends(0).prints(&["base 2.0.0", "1.1.0: yanked (base was yanked)"]);
    info(&["plain@1.1.0"]).ends(0).prints(&["plain 1.1.0", CRITICAL]);
    info(&["gone@1.1.0"]).ends(0).prints(&["1.1.0"]);
    info(&["fancy"]).ends(0).prints(&["fancy 1.1.0", "fancy was deprecated"]);
    info(&["base@9.0.0"]).ends(1).complains(&["base@9.0.0 was never published"]);
    info(&["bases"]).ends(1).complains(&["there is no package bases", "Names like bases: base", "curator search"]);
    info(&["base@>=1.0.0 <2.0.0"]).ends(3);
    let json = info(&["gone", "--format", "json"]).ends(0).json();
    assert_eq!((&json["version"], &json["gone"]), (&json!("1.0.0"), &json!(["1.1.0"])));
    assert_eq!(json["versions"][0]["onOffer"], true);
}

/// Descriptions, reasons and names of stores are strangers' words: the runs assert that none of them does anything.
#[test]
fn hostile_words_stay_words() {
    let market = Market::marked();
    let project = market.asking("reading", &[("plain", ">=1.0.0 <1.1.0")]);
    let shard = market.index().join("pl/ai/plain");
    let lines = fs::read_to_string(&shard).unwrap();
    for words in crate::inertness::HOSTILE {
        let described = lines.lines().map(|line| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            line["description"] = words.into();
            format!("{line}\n")
        });
        fs::write(&shard, described.collect::<String>()).unwrap();
        let metadata = market.index().join("metadata/ba/se/base.json");
        let mut facts: Value = serde_json::from_slice(&fs::read(&metadata).unwrap()).unwrap();
        facts["published"]["1.1.0"]["yanked"]["reason"] = words.into();
        fs::write(&metadata, facts.to_string()).unwrap();
        let mut shown = 0;
        for args in
            [&["search", "plain"][..], &["info", "plain"], &["info", "base"], &["resolve", "base@1.1.0"], &["install"]]
        {
            for format in ["human", "json", "github", "markdown"] {
                // An index with such words may be refused as a whole, and then that is inert.
                let ran = project.run(&[args, &["--format", format]].concat());
                shown += usize::from(ran.out.contains("EVIL") || ran.err.contains("EVIL"));
            }
        }
        assert!(shown > 0, "{words:?} is shown nowhere");
    }
}
