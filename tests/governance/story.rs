//! The life of a version, told from its commits.

use serde_json::{Value, json};

use crate::scene::{Scene, TESS, bounds, registration_file};

const OVERRIDE: &str = "overrides/ma/maybe/1.0.0.json";
const STATUS: &str = "status/ma/maybe/1.0.0.json";

/// Published, given other bounds twice, yanked and given back, moved, and its maintainers changed; and a rule of the
/// registry changed by hand.
fn life() -> Scene {
    let mut scene = Scene::new();
    let prelude = scene.remotes.work.package("prelude");
    scene.remotes.work.release(&prelude, "1.0.0", &[]);
    scene.merged_by_bot(1, 1, "Publish prelude@1.0.0", "Authority: the waiting period (new-package prelude@1.0.0)\n");
    let maybe = scene.remotes.work.package("maybe");
    scene.remotes.work.release(&maybe, "1.0.0", &[("prelude", ">=1.0.0 <2.0.0")]);
    let lines =
        "Approved-By: 11 tess (trustee)\nAuthority: trustee (new-package maybe@1.0.0)\nLifted: R045 by 11 tess\n";
    scene.merged_by_bot(2, 2, "Publish maybe@1.0.0", lines);
    scene.sync(3);
    scene.write(OVERRIDE, &bounds(1, "prelude", ">=1.0.0 <3.0.0", "It builds with prelude 2."));
    let lines = "Approved-By: 11 tess (trustee)\nAuthority: trustee (override maybe@1.0.0)\n";
    scene.merged_by_bot(4, 3, "Revise the bounds of maybe@1.0.0", lines);
    scene.write(OVERRIDE, &bounds(2, "prelude", ">=1.0.0 <2.5.0", "Not with 2.5 \u{202e}."));
    scene.by_hand(TESS, 5, "Narrow it again\n\nWe saw reports.\n");
    scene.sync(5);
    scene.write(STATUS, &json!({ "status": "yanked", "reason": "Loses data.", "replacement": "prelude" }));
    let lines = "Approved-By: 31 ann (maintainer of maybe)\nAuthority: maintainer (status:yanked maybe@1.0.0)\n";
    scene.merged_by_bot(6, 4, "Yank maybe@1.0.0", lines);
    scene.sync(6);
    scene.remove(STATUS);
    scene.by_hand(TESS, 7, "It does not, after all");
    scene.sync(7);
    let registration = json!({
        "location": { "githubOwner": "elsewhere", "githubRepo": "maybe" }, "locationId": 8, "maintainers": [31, 32],
    });
    scene.write(&registration_file("maybe"), &registration);
    let lines = "Approved-By: 12 theo (trustee)\nAuthority: trustee (registration maybe)\n";
    scene.merged_by_bot(8, 5, "Change the registration of maybe", lines);
    scene.remotes.work.configure("[policy]\nnew_package = \"trustee\"\n");
    scene.merged(TESS, 9, "Change the policy", |_| {
        "Merge pull request #6 from ann/policy\n\nChange the policy".to_owned()
    });
    scene
}

#[test]
#[allow(clippy::too_many_lines, reason = "most of it is what the program says")]
fn a_version_tells_its_life_and_why_it_looks_the_way_it_does() {
    let scene = life();
    let told = scene.named(&scene.log(&["maybe@1.0.0"]).out);
    insta::assert_snapshot!(told, @r"
    2026-03-08 12:00 UTC  registry R000000007  Change the registration of maybe (#5)
      maybe: transferred from github.com/acme/maybe to github.com/elsewhere/maybe
      maybe: maintainers: 31 and 32 came, 11 went
      maybe: number of the source repository: 7 → 8
      by authority of a trustee
      pull request 5 at P000000004: proposed by ann (31), approved by theo (12, trustee) (says the
        message of the merge; git proves that this head was merged)
      git: merged by github-actions[bot]

    2026-03-07 12:00 UTC  index I000000003  Take back that maybe@1.0.0 is yanked
      maybe@1.0.0: the index no longer says: yanked
      git: made by curator, from the registry's commit R000000006

    2026-03-07 12:00 UTC  registry R000000006  It does not, after all
      maybe@1.0.0: no longer yanked
      git: committed by Tess

    2026-03-06 12:00 UTC  index I000000002  Yank maybe@1.0.0
      maybe@1.0.0: the index says: yanked; use prelude instead, because: Loses data.
      git: made by curator, from the registry's commit R000000005

    2026-03-06 12:00 UTC  registry R000000005  Yank maybe@1.0.0 (#4)
      maybe@1.0.0: yanked; use prelude instead, because: Loses data.
      by authority of a maintainer
      pull request 4 at P000000003: proposed by ann (31, maintainer of maybe) (says the message of the
        merge; git proves that this head was merged)
      git: merged by github-actions[bot]

    2026-03-05 12:00 UTC  index I000000001  Revise maybe@1.0.0 to revision 2
      maybe@1.0.0: revision in the index: none → 2: prelude >=1.0.0 <2.0.0 → >=1.0.0 <2.5.0
      git: made by curator, from the registry's commit R000000004

    2026-03-05 12:00 UTC  registry R000000004  Narrow it again
      maybe@1.0.0: bound override, revision 2, instead of 1: prelude >=1.0.0 <3.0.0 → >=1.0.0 <2.5.0,
        because: Not with 2.5 \u{202e}.
      git: committed by Tess

    2026-03-04 12:00 UTC  registry R000000003  Revise the bounds of maybe@1.0.0 (#3)
      maybe@1.0.0: bound override, revision 1: prelude >=1.0.0 <2.0.0 → >=1.0.0 <3.0.0, because: It
        builds with prelude 2.
      by authority of a trustee
      pull request 3 at P000000002: proposed by ann (31), approved by tess (11, trustee) (says the
        message of the merge; git proves that this head was merged)
      git: merged by github-actions[bot]

    2026-03-03 12:00 UTC  index I000000000  Publish 2 versions
      maybe@1.0.0: published: archive sha256-tPaCx9utfrv4T1/kUBEXo/MVlj49RGYfaQoi4kWWQ2c=, encoder
        libdeflate-1.26-6, source commit 78e39661a3
      git: made by curator, from the registry's commit R000000002

    2026-03-02 12:00 UTC  registry R000000002  Publish maybe@1.0.0 (#2)
      maybe@1.0.0: definition added: v1.0.0, commit 78e39661a3
      maybe: registered at github.com/acme/maybe, maintained by 11
      by authority of a trustee
      pull request 2 at P000000001: proposed by ann (31), approved by tess (11, trustee), R045 lifted by
        tess (11) (says the message of the merge; git proves that this head was merged)
      git: merged by github-actions[bot]

    Why maybe@1.0.0 looks the way it does:
      definition added: v1.0.0, commit 78e39661a3 (R000000002, pull request 2, by authority of a
        trustee)
      bound override, revision 1: prelude >=1.0.0 <2.0.0 → >=1.0.0 <3.0.0, because: It builds with
        prelude 2. (R000000003, pull request 3, by authority of a trustee)
      bound override, revision 2, instead of 1: prelude >=1.0.0 <3.0.0 → >=1.0.0 <2.5.0, because: Not
        with 2.5 \u{202e}. (R000000004)
      no longer yanked (R000000006)
      published: archive sha256-tPaCx9utfrv4T1/kUBEXo/MVlj49RGYfaQoi4kWWQ2c=, encoder libdeflate-1.26-6,
        source commit 78e39661a3 (I000000000)

    13 entries of maybe@1.0.0; read: 9 commits of the registry, 4 commits of the index.
    ");
}

#[test]
#[allow(clippy::too_many_lines, reason = "most of it is what the program says")]
fn the_same_for_a_program() {
    let scene = life();
    let log = scene.log(&["maybe@1.0.0", "--format", "json", "--reverse"]).json();
    let named = |value: &Value| scene.named(&format!("{value:#}"));
    let overridden = log["entries"].as_array().unwrap().iter().find(|it| it["kind"] == "overridden").unwrap();
    insta::assert_snapshot!(named(overridden), @r#"
    {
      "authority": [
        "trustee"
      ],
      "by": {
        "author": "github-actions[bot] <author@example.org>",
        "committer": "github-actions[bot] <author@example.org>",
        "merged": "P000000002",
        "record": "merge",
        "registryCommit": null,
        "says": {
          "approvers": [
            {
              "id": 11,
              "login": "tess",
              "roles": [
                {
                  "role": "trustee"
                }
              ]
            }
          ],
          "head": "P000000002",
          "lifted": [],
          "proposer": {
            "id": 31,
            "login": "ann"
          },
          "pull": 3
        },
        "title": "Revise the bounds of maybe@1.0.0 (#3)"
      },
      "commit": "R000000003",
      "file": "overrides/ma/maybe/1.0.0.json",
      "kind": "overridden",
      "package": "maybe",
      "place": "registry",
      "version": "1.0.0",
      "what": {
        "before": null,
        "ranges": [
          {
            "after": ">=1.0.0 <3.0.0",
            "before": ">=1.0.0 <2.0.0",
            "name": "prelude"
          }
        ],
        "reason": "It builds with prelude 2.",
        "revision": 1
      },
      "when": "2026-03-04T12:00:00.000Z"
    }
    "#);
    let why = &log["why"];
    assert_eq!(why["overrides"].as_array().unwrap().len(), 2);
    assert_eq!(why["definition"]["by"]["says"]["pull"], 2);
    assert_eq!(why["status"]["kind"], "status-removed");
    assert_eq!(why["published"]["what"]["encoder"], "libdeflate-1.26-6", "{}", named(&why["published"]));
    assert_eq!(why["unpublished"], Value::Null);
    let kinds: Vec<&str> = log["entries"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
    let expected = [
        "defined",
        "registered",
        "published",
        "overridden",
        "overridden",
        "revised",
        "yanked",
        "marked",
        "status-removed",
        "unmarked",
        "transferred",
        "maintainers",
        "renumbered",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(log["walked"][0]["commits"], 9);
}

#[test]
fn everything_is_told_the_newest_first_and_from_a_day_on() {
    let scene = life();
    let all = scene.entries(&[]);
    let days: Vec<String> = all.iter().map(|it| it["when"].as_str().unwrap()[..10].to_owned()).collect();
    assert!(days.is_sorted_by(|one, other| one >= other), "{days:?}");
    assert_eq!((all[0]["kind"].as_str(), all[0]["file"].as_str()), (Some("configuration"), Some("curator.toml")));
    let mut reversed = scene.entries(&["--reverse"]);
    reversed.reverse();
    assert_eq!(reversed, all);
    let since = scene.entries(&["--since", "2026-03-08"]);
    assert_eq!(since, all[..4], "transferred, maintainers, renumbered and the configuration");
    assert_eq!(scene.entries(&["--since", "2027-01-01"]), [Value::Null; 0]);
    // Another package's log is its own, and the registry's rules are nobody's.
    let prelude = scene.entries(&["prelude"]);
    assert!(prelude.iter().all(|it| it["package"] == "prelude"), "{prelude:?}");
    assert_eq!(prelude.len(), 3, "registered, defined and published");
    assert_eq!(scene.entries(&["prelude", "--since", "2026-03-02"]).len(), 1);
    scene.log(&["nothing"]).prints(&["Nothing is recorded of nothing; read: 9 commits of the registry"]);
    let with_version = scene.entries(&["maybe@2.0.0"]);
    assert!(with_version.iter().all(|it| it["version"] == Value::Null), "{with_version:?}");
}

#[test]
fn what_was_done_by_hand_says_who_recorded_it_and_names_no_authority() {
    let scene = life();
    let all = scene.log(&[]).prints(&[
        "git: merged by hand by Tess",
        "git: committed by Tess",
        "curator.toml changed",
        "git: made by curator, from the registry's commit ",
    ]);
    assert!(!all.out.contains("We saw reports"), "only the first line is a title: {}", all.out);
    let by_hand = scene.entries(&[]).into_iter().find(|it| it["kind"] == "configuration").unwrap();
    assert_eq!((&by_hand["authority"], &by_hand["by"]["record"]), (&json!([]), &json!("none")));
    assert_eq!(by_hand["by"]["says"], Value::Null);
    assert_eq!(by_hand["by"]["committer"], "Tess <author@example.org>");
}
