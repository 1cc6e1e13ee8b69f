//! Where the source of a package is, which commit of it is meant, and who speaks for it.

use curator::model::Location;

use super::clean::{Surroundings, name};
use super::{Pair, Variant, clean, said};

/// Registers the package elsewhere.
fn move_to(surroundings: &mut Surroundings, location: &str) {
    let location: Location = serde_json::from_str(location).unwrap();
    let state = surroundings.world.packages.get_mut(&name("tally")).unwrap();
    state.registration.as_mut().unwrap().location = location;
}

fn located(location: &str) -> Variant {
    let from = "{\n    \"githubOwner\": \"larkspur-labs\",\n    \"githubRepo\": \"purescript-tally\"\n  }";
    said(from, location)
}

const OWNED: &str = r#""owners": [{ "keytype": "ssh-ed25519", "public": "AAAAC3NzaC1lZDI1NTE5AAAAIDfWhn/7XHwjazpQtnBbAeZkl71cKYDEG5Q7scQ+CVoI" }],
  "dependencies""#;

fn owned(owners: &str) -> Variant {
    said("\"dependencies\"", &format!("\"owners\": {owners},\n  \"dependencies\""))
}

pub(super) fn pairs() -> Vec<Pair> {
    [locations(), commits()].into_iter().flatten().collect()
}

fn locations() -> Vec<Pair> {
    vec![
        (located(r#"{ "gitUrl": "git@github.com:a/b.git" }"#), &["R013 6:27"], clean()),
        (located(r#"{ "githubOwner": "a" }"#), &["R013 6:15"], clean()),
        (located("{}"), &["R013 6:15"], clean()),
        (located("\"github.com/a/b\""), &["R002 6:15"], clean()),
        (
            located(r#"{ "githubOwner": "a", "githubRepo": "b", "gitUrl": "https://github.com/a/b" }"#),
            &["R013 6:15"],
            clean(),
        ),
        (located(r#"{ "githubOwner": "a", "githubRepo": "b", "subdir": "../c" }"#), &["R013 6:66"], clean()),
        // The host.
        (
            located(r#"{ "gitUrl": "http://github.com/a/b.git" }"#)
                .around(|it| move_to(it, r#"{"gitUrl":"http://github.com/a/b.git"}"#)),
            &["R014 6:15"],
            located(r#"{ "gitUrl": "https://github.com/a/b.git" }"#)
                .around(|it| move_to(it, r#"{"gitUrl":"https://github.com/a/b.git"}"#)),
        ),
        (
            located(r#"{ "gitUrl": "https://github.com@a/b.git" }"#)
                .around(|it| move_to(it, r#"{"gitUrl":"https://github.com@a/b.git"}"#)),
            &["R014 6:15"],
            clean(),
        ),
        (
            located(r#"{ "gitUrl": "https://git.example.org/b.git" }"#)
                .around(|it| move_to(it, r#"{"gitUrl":"https://git.example.org/b.git"}"#)),
            &["R014 6:15"],
            located(r#"{ "gitUrl": "https://git.example.org/b.git" }"#).around(|it| {
                move_to(it, r#"{"gitUrl":"https://git.example.org/b.git"}"#);
                it.policy.allow_hosts.insert("git.example.org".to_owned());
            }),
        ),
        (clean().around(|it| it.policy.allow_hosts.clear()), &["R014 6:15"], clean()),
        // The registration.
        (
            clean().around(|it| it.world.packages.get_mut(&name("tally")).unwrap().registration = None),
            &["R015 2:11"],
            clean(),
        ),
        (said("larkspur-labs", "Larkspur-labs"), &["R016 6:15"], clean()),
        (said("\"purescript-tally\"", "\"purescript-tally\", \"subdir\": \"a\""), &["R016 6:15"], clean()),
        // The owners.
        (
            owned(r#"[{ "keytype": "ssh-ed25519", "public": "AAAA" }]"#),
            &["R017 13:13"],
            said("\"dependencies\"", OWNED),
        ),
        (
            owned(r#"[{ "keytype": "ssh ed25519", "public": "AAAA" }]"#),
            &["R017 13:14"],
            said("\"dependencies\"", OWNED),
        ),
        (owned("[]"), &["R017 13:13"], said("\"dependencies\"", OWNED)),
        (
            said("\"dependencies\"", OWNED).around(|it| {
                it.world.packages.get_mut(&name("tally")).unwrap().registration.as_mut().unwrap().owners = None;
            }),
            &["R017 13:13"],
            clean(),
        ),
    ]
}

fn commits() -> Vec<Pair> {
    let other = "99aeb02f740752e83842702f9b41a91823de1d87";
    let commit = "3ea3d2be28bb5b00c247cc84771ba10439afa16d";
    let missing = || said(",\n  \"commit\": \"3ea3d2be28bb5b00c247cc84771ba10439afa16d\"", "");
    vec![
        (said("\"v1.1.0\"", "\"-v1.1.0\""), &["R018 10:10"], said("\"v1.1.0\"", "\"release/1.1.0\"")),
        (said("\"v1.1.0\"", &format!("\"{commit}\"")), &["R018 10:10"], clean()),
        (said(commit, "3ea3d2b"), &["R019 11:13"], clean()),
        (said(commit, &commit.to_uppercase()), &["R019 11:13"], clean()),
        // With a source the place is where the fix goes in.
        (missing(), &["R019 10:18"], clean()),
        (missing().around(|it| it.tree = None), &["R019"], clean().around(|it| it.tree = None)),
        (said(commit, other), &["R020 11:13"], clean()),
        (clean().around(|it| it.resolved = None), &["R020 11:13"], clean()),
        // A licence in the source that the definition does not name.
        (
            clean().with("package.json", r#"{"license": "Apache-2.0"}"#),
            &["R025 package.json"],
            clean().with("package.json", r#"{"license": "MIT"}"#),
        ),
        (
            clean().with("bower.json", r#"{"license": ["MIT", "Apache-2.0"]}"#),
            &["R025 bower.json"],
            clean().with("bower.json", r#"{"license": ["MIT"]}"#),
        ),
        (
            clean().with("LICENSE", include_str!("../../LICENSE-APACHE")),
            &["R025 LICENSE"],
            clean().with("LICENSE", "All rights reserved, I think."),
        ),
        (
            clean().with("COPYING", include_str!("../../LICENSE-APACHE")),
            &["R025 COPYING"],
            clean().with("docs/COPYING", include_str!("../../LICENSE-APACHE")),
        ),
    ]
}
