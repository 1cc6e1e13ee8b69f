//! Which versions are chosen, and what is said where none can be.

use std::os::unix::fs::MetadataExt as _;

use crate::scene::{CRITICAL, Market, toml};

/// What `resolve` prints for these requests, one `name version` each.
fn resolved(market: &Market, args: &[&str]) -> Vec<String> {
    let project = market.project("resolving", "README.md", "");
    let ran = project.run(&[&["resolve", "--format", "json"], args].concat()).ends(0);
    let packages = ran.json()["packages"].as_array().unwrap().clone();
    packages.iter().map(|it| format!("{} {}", it["name"].as_str().unwrap(), it["version"].as_str().unwrap())).collect()
}

#[test]
fn the_highest_versions_are_chosen_or_the_lowest_where_that_is_asked() {
    let market = Market::new();
    assert_eq!(resolved(&market, &["middle"]), ["base 2.0.0", "middle 2.0.0"]);
    assert_eq!(resolved(&market, &["middle", "--minimal-versions"]), ["base 1.0.0", "middle 1.0.0"]);
    assert_eq!(resolved(&market, &["tool-kit"]), ["base 1.1.0", "middle 1.1.0", "tool-kit 1.0.0"]);
    assert_eq!(resolved(&market, &["base@>=1.0.0 <2.0.0", "middle"]), ["base 1.1.0", "middle 1.1.0"]);
    assert_eq!(resolved(&market, &["base@1.0.0", "middle@*"]), ["base 1.0.0", "middle 1.1.0"]);
    let asked = ["tool-kit", "plain", "fancy", "middle"];
    let mut other = asked;
    other.reverse();
    assert_eq!(resolved(&market, &asked), resolved(&market, &other));
}

#[test]
fn the_compiler_is_a_bound_like_others() {
    let market = Market::new();
    assert_eq!(resolved(&market, &["modern"]), ["modern 2.0.0"]);
    assert_eq!(resolved(&market, &["modern", "--compiler", "0.15.15"]), ["modern 1.0.0"]);
    assert_eq!(resolved(&market, &["modern", "--compiler", "0.16.0"]), ["modern 2.0.0"]);
    let project =
        market.project("old", "curator.project.toml", "compiler = \"0.15.15\"\n\n[dependencies]\nmodern = \"*\"\n");
    project.run(&["install"]).ends(0);
    assert_eq!(project.locked(), ["modern 1.0.0"]);
    // Another compiler on the command line counts, and the lock file does not fit it.
    let ran = project.run(&["install", "--locked", "--compiler", "0.16.0"]).ends(1);
    ran.complains(&[
        "curator.lock is not what curator.project.toml asks for: modern 1.0.0: it is for the compiler 0.15.15",
    ]);
    let ran = project.run(&["resolve", "modern@>=2.0.0 <3.0.0"]).ends(0);
    ran.prints(&["modern 2.0.0"]);
    let ran = project.run(&["resolve", "--compiler", "0.14.0"]).ends(1);
    ran.complains(&["Not on offer of modern:", "1.0.0: it is for the compiler 0.15.15"]);
}

#[test]
fn what_was_withdrawn_is_not_chosen() {
    let market = Market::marked();
    assert_eq!(resolved(&market, &["base@>=1.0.0 <2.0.0"]), ["base 1.0.0"]);
    assert_eq!(resolved(&market, &["middle@>=1.0.0 <2.0.0"]), ["base 1.0.0", "middle 1.0.0"]);
    assert_eq!(resolved(&market, &["gone"]), ["gone 1.0.0"]);
    assert_eq!(resolved(&market, &["plain"]), ["plain 1.0.0"]);
    assert_eq!(resolved(&market, &["plain", "--allow-advisory", CRITICAL]), ["plain 1.1.0"]);
    assert_eq!(resolved(&market, &["fancy"]), ["fancy 1.1.0"]);
    let project = market.project("asking", "README.md", "");
    for (asked, said) in [
        ("base@1.1.0", "1.1.0: yanked (base was yanked); only a lock file that names it keeps it"),
        ("middle@1.1.0", "1.1.0: quarantined (middle was quarantined)"),
        ("plain@1.1.0", "it has the critical advisory ACME-2026-1; `--allow-advisory ACME-2026-1` puts up with that"),
    ] {
        project.run(&["resolve", asked]).ends(1).complains(&["what is asked for cannot be resolved", said]);
    }
    project.run(&["resolve", "gone@1.1.0"]).ends(1).complains(&["what is asked for cannot be resolved", "gone"]);
    let ran = project.run(&["resolve", "fancy"]).ends(0);
    ran.prints(&[
        "fancy 1.1.0 is deprecated (fancy was deprecated)",
        "fancy 1.1.0 has the advisory ACME-2026-2 (medium)",
    ]);
}

#[test]
fn a_yanked_version_stays_where_it_is_locked_until_something_newer_is_asked_for() {
    let market = Market::new();
    let project = market.asking("keeping", &[("base", ">=1.0.0 <2.0.0")]);
    project.run(&["install"]).ends(0);
    assert_eq!(project.locked(), ["base 1.1.0"]);
    market.go_wrong();
    let lock = project.lock();
    for args in [&["install"][..], &["install", "--locked"], &["add", "plain"]] {
        let ran = project.run(args).ends(0);
        ran.prints(&["take care: base 1.1.0 was yanked (base was yanked); `curator update base` leaves it"]);
        assert!(project.lock().contains("base = { version = \"1.1.0\""), "{args:?}");
    }
    let ran = project.run(&["install", "--format", "json"]).ends(0).json();
    assert_eq!(ran["cautions"][0]["kind"], "yanked");
    project.run(&["update", "base"]).ends(0).prints(&["locked base 1.0.0, was 1.1.0"]).prints_no(&["take care"]);
    // Asking for it by name asks anew.
    project.write("curator.lock", &lock);
    project.run(&["add", "base@>=1.0.0 <2.0.0"]).ends(0).prints(&["locked base 1.0.0, was 1.1.0"]);
}

#[test]
fn what_is_quarantined_or_gone_is_not_used_even_where_it_is_locked() {
    for (name, version, why, left) in [
        ("middle", "1.1.0", "quarantined (middle was quarantined)", vec!["base 1.1.0", "middle 1.0.0"]),
        ("gone", "1.1.0", "it was unpublished", vec!["gone 1.0.0"]),
    ] {
        let market = Market::new();
        let project = market.asking("locked", &[(name, ">=1.0.0 <2.0.0")]);
        project.run(&["install"]).ends(0);
        assert!(project.locked().contains(&format!("{name} {version}")));
        market.go_wrong();
        let before = project.everything();
        for args in [&["install"][..], &["install", "--locked"], &["install", "--locked", "--offline"]] {
            let ran = project.run(args).ends(1);
            let said = format!("{name}@{version} of curator.lock must not be used: {why}");
            ran.complains(&[&said, "run `curator update` with its name to choose another version"]);
        }
        crate::trees::assert_same(&before, &project.everything());
        project.run(&["update", name]).ends(0);
        assert_eq!(project.locked(), left);
    }
}

#[test]
fn critical_advisories_are_put_up_with_by_the_command_line_or_the_project() {
    let market = Market::marked();
    let range = [("plain", ">=1.1.0 <2.0.0")];
    let project = market.asking("careful", &range);
    project.run(&["install"]).ends(1).complains(&["it has the critical advisory ACME-2026-1"]);
    project.run(&["install", "--allow-advisory", CRITICAL]).ends(0);
    // It is locked, and the next run wants the same said again.
    project.run(&["install"]).ends(1).complains(&["plain@1.1.0 of curator.lock must not be used"]);
    project.write("curator.project.toml", format!("allow_advisories = [\"{CRITICAL}\"]\n\n{}", toml(&range)));
    let ran = project.run(&["install"]).ends(0);
    ran.prints(&["plain 1.1.0 has the advisory ACME-2026-1 (critical)", "Nothing to do"]);
}

#[test]
fn a_failure_explains_itself_and_names_the_bound() {
    let market = Market::new();
    let project = market.asking("stuck", &[("base", ">=2.0.0 <3.0.0"), ("tool-kit", "*")]);
    let ran = project.run(&["install"]).ends(1);
    ran.complains(&[
        "tool-kit 1.0.0 depends on base >=1.0.0 <2.0.0",
        "base >=2.0.0 <3.0.0 is asked for",
        "It would resolve with one change: let base >=2.0.0 <3.0.0 admit 1.1.0.",
    ]);
    assert!(!project.file("curator.lock").exists() && !project.file(".curator").exists());
    let ran = project.run(&["resolve", "bases"]).ends(1);
    ran.complains(&["there is no package bases", "Names like bases: base"]);
    let ran = project.run(&["add", "plain", "base@9.0.0"]).ends(1);
    ran.complains(&["base"]);
    assert_eq!(project.read("curator.project.toml"), toml(&[("base", ">=2.0.0 <3.0.0"), ("tool-kit", "*")]));
}

#[test]
fn a_lock_file_stays_to_the_byte_and_differs_by_what_moved() {
    let market = Market::new();
    let project = market.asking("stable", &[("middle", ">=1.0.0 <2.0.0"), ("plain", ">=1.0.0 <1.1.0")]);
    project.run(&["install"]).ends(0);
    let stamp = |name: &str| {
        let stat = std::fs::metadata(project.file(name)).unwrap();
        (stat.mtime(), stat.mtime_nsec(), stat.ino())
    };
    let (text, when) = (project.lock(), stamp("curator.lock"));
    project.run(&["install"]).ends(0).prints(&["Nothing to do: 3 packages in .curator/packages."]);
    project.run(&["update"]).ends(0);
    project.run(&["resolve", "--lock"]).ends(0).prints_no(&["is written"]);
    assert_eq!((project.lock(), stamp("curator.lock")), (text.clone(), when));
    // What is asked for in another order gives the same bytes.
    let other = market.asking("other", &[("plain", ">=1.0.0 <1.1.0"), ("middle", ">=1.0.0 <2.0.0")]);
    other.run(&["install"]).ends(0);
    assert_eq!(other.lock(), text);
    project.write("curator.project.toml", toml(&[("middle", ">=1.0.0 <2.0.0"), ("plain", ">=1.0.0 <2.0.0")]));
    project.run(&["update", "plain"]).ends(0).prints(&["locked plain 1.1.0, was 1.0.0"]);
    let lock = project.lock();
    let moved: Vec<(&str, &str)> = text.lines().zip(lock.lines()).filter(|(a, b)| a != b).collect();
    assert_eq!(moved.len(), 1, "{moved:?}");
    assert!(moved[0].1.starts_with("plain = "));
}

#[test]
fn locked_versions_stay_when_something_else_comes_or_goes() {
    let market = Market::new();
    let project = market.asking("staying", &[("base", ">=1.0.0 <1.1.0")]);
    project.run(&["install"]).ends(0);
    project.write("curator.project.toml", toml(&[("base", ">=1.0.0 <3.0.0")]));
    project.run(&["install"]).ends(0);
    assert_eq!(project.locked(), ["base 1.0.0"]);
    project.run(&["add", "middle@>=1.0.0 <3.0.0"]).ends(0);
    assert_eq!(project.locked(), ["base 1.0.0", "middle 1.1.0"]);
    project.run(&["remove", "middle"]).ends(0);
    assert_eq!(project.locked(), ["base 1.0.0"]);
    project.run(&["update"]).ends(0);
    assert_eq!(project.locked(), ["base 2.0.0"]);
    project.run(&["install", "--minimal-versions"]).ends(0);
    assert_eq!(project.locked(), ["base 1.0.0"]);
}
