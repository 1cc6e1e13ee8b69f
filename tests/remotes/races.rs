//! Several curators at once, while people merge: every version once, nothing lost, a linear history (threat 40).

use std::collections::BTreeMap;
use std::process::{Child, Stdio};

use crate::remotes::{Remotes, git};

/// Starts a sync with a cache of its own.
fn start(remotes: &Remotes, curator: usize) -> Child {
    let mut command = remotes.command(&format!("cache-{curator}"), &["sync"]);
    command.args(["--store", "store"]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn end(child: Child, expected: &[i32]) {
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(expected.contains(&output.status.code().unwrap()), "{said}");
}

/// Asserts that each of `versions` was published in exactly one commit, on one line of commits.
fn assert_once(remotes: &Remotes, versions: &[String]) {
    let mut published: BTreeMap<String, usize> = BTreeMap::new();
    for message in remotes.messages() {
        let (subject, rest) = message.split_once('\n').unwrap_or((&message, ""));
        let many = rest.lines().map(str::to_owned);
        let one = subject.strip_prefix("Publish ").map(str::to_owned);
        for version in many.chain(one).filter(|line| line.contains('@')) {
            *published.entry(version).or_default() += 1;
        }
    }
    let expected: BTreeMap<String, usize> = versions.iter().map(|version| (version.clone(), 1)).collect();
    assert_eq!(published, expected);
    let parents = git(&remotes.index(), &["log", "--format=%P", "main"]);
    assert!(parents.lines().all(|parents| parents.split(' ').count() == 1), "{parents}");
    git(&remotes.index(), &["fsck", "--strict", "--no-dangling"]);
    remotes.run(&["audit"]).ends(0);
    remotes.run(&["sync", "--full"]).ends(0).prints(&["Nothing to do"]);
}

#[test]
fn eight_curators_publish_everything_once() {
    let mut remotes = Remotes::new();
    let mut versions = Vec::new();
    for number in 0..4 {
        let name = format!("package-{number}");
        let package = remotes.work.package(&name);
        remotes.work.release(&package, "1.0.0", &[]);
        versions.push(format!("{name}@1.0.0"));
    }
    remotes.merge("2026-02-01T00:00:00Z");
    let curators: Vec<Child> = (0..8).map(|curator| start(&remotes, curator)).collect();
    for curator in curators {
        end(curator, &[0]);
    }
    assert_once(&remotes, &versions);
}

#[test]
fn curators_race_while_people_merge() {
    let mut remotes = Remotes::new();
    let mut versions = Vec::new();
    let mut curators = Vec::new();
    for number in 0..6_usize {
        let name = format!("package-{number}");
        let package = remotes.work.package(&name);
        let before = format!("package-{}", number.saturating_sub(1));
        let dependency = [(before.as_str(), ">=1.0.0 <2.0.0")];
        remotes.work.release(&package, "1.0.0", if number == 0 { &[] } else { &dependency });
        versions.push(format!("{name}@1.0.0"));
        remotes.merge(&format!("2026-02-01T00:0{number}:00Z"));
        curators.extend([start(&remotes, 2 * number), start(&remotes, 2 * number + 1)]);
    }
    // One that read the registry before a merge may find an index that was made after it, and asks to be run again.
    for curator in curators {
        end(curator, &[0, 2]);
    }
    remotes.sync("2026-03-01T00:00:00Z").ends(0);
    assert_once(&remotes, &versions);
    for number in 0..6 {
        let facts = remotes.facts(&format!("package-{number}"), "1.0.0");
        assert_eq!(facts["publishedTime"], format!("2026-02-01T00:0{number}:00.000Z"), "whoever published it");
    }
}
