//! What a change makes of resolutions: in the comment, on a terminal, and for programs.

use curator::model::{
    Area, Breach, BreachKind, Category, ChangeKind, Code, Impact, LockError, Move, Pinning, PinningPlace, Place,
    Rerouted, Review, Root, Severity, StatusKind, Stranded,
};
use curator::rules::report::review::{comment, job_summary, review_json, verdict};
use curator::rules::report::words::impact as words;
use curator::rules::report::{impact_json, impact_text};
use serde_json::json;

use crate::clean::{name, path};
use crate::markdown::{Read, assert_only_text};
use crate::scene::{change, review, version};

pub(crate) fn root(of: &str, at: &str) -> Root {
    Root { name: name(of), before: Some(version(at)), after: Some(version(at)) }
}

pub(crate) fn stranded(of: &str, why: &str) -> Stranded {
    Stranded { root: root(of, "1.0.0"), why: Some(why.to_owned()) }
}

pub(crate) fn moved(of: &str, before: Option<&str>, after: Option<&str>) -> Move {
    Move { name: name(of), before: before.map(version), after: after.map(version) }
}

fn broken(of: &str, kind: BreachKind) -> Breach {
    Breach { name: name(of), version: version("1.0.0"), kind }
}

fn set(broken: Vec<Breach>, mended: Vec<Breach>) -> Pinning {
    Pinning { place: PinningPlace::PackageSet(version("80.8.0")), packages: 700, broken, mended, unchanged: 2 }
}

fn lock(file: &str, broken: Vec<Breach>) -> Pinning {
    Pinning { place: PinningPlace::LockFile(path(file)), packages: 3, broken, mended: vec![], unchanged: 0 }
}

fn range(text: &str) -> curator::model::Range {
    text.parse().unwrap()
}

/// One of everything.
fn everything() -> Impact {
    let prelude = || moved("prelude", Some("6.0.1"), Some("6.0.0"));
    Impact {
        roots_examined: 1158,
        roots_resolved: 40,
        became_solvable: vec![root("abacus", "1.0.0")],
        became_unsolvable: vec![
            stranded("cons-list", "cons-list 1.0.0 cannot be resolved:\n  - it is long\n  - and longer"),
            Stranded { root: Root { after: None, ..root("gone", "2.0.0") }, why: None },
        ],
        resolves_differently: vec![
            Rerouted { root: root("one", "1.0.0"), moves: vec![moved("added", None, Some("1.0.0")), prelude()] },
            Rerouted { root: root("two", "1.0.0"), moves: vec![prelude(), moved("removed", Some("2.0.0"), None)] },
        ],
        undecided: vec![root("tangled", "1.0.0")],
        pinnings: vec![
            set(
                vec![broken("aff", BreachKind::Withdrawn(StatusKind::Yanked)), broken("refs", BreachKind::Absent)],
                vec![broken("st", BreachKind::Missing { dependency: name("tailrec"), range: range(">=6.0.0 <7.0.0") })],
            ),
            lock("locks/app.lock", vec![]),
            lock(
                "locks/shop.lock",
                vec![broken(
                    "lists",
                    BreachKind::OutOfRange {
                        dependency: name("prelude"),
                        range: range(">=5.0.0 <6.0.0"),
                        chosen: version("6.0.1"),
                    },
                )],
            ),
        ],
    }
}

fn of(impact: Impact) -> Review {
    let file = "overrides/ta/tally/1.0.0.json";
    Review {
        changes: vec![change(ChangeKind::Override, "tally@1.0.0", file)],
        category: Category::One(ChangeKind::Override),
        prepared: vec![],
        impact: Some(impact),
        ..review()
    }
}

#[test]
fn the_counts_come_first_and_the_rest_is_folded_up() {
    let comment = comment(&of(everything()));
    let Read { prose, .. } = assert_only_text(&comment);
    assert!(prose.contains("What resolves otherwise"), "{comment}");
    for told in [
        "Of 1158 packages at the newest version, **2 become unsolvable**, 1 becomes solvable, 2 resolve differently and \
         1 is undecided.\n\n- in the package set 80.8.0 with 700 versions, where 2 ranges did not fit before either:\n",
        "  - **broken**: `aff@1.0.0` is yanked: it stays for who has it\n  - **broken**: `refs@1.0.0` is not in the index\n",
        "  - mended: `st@1.0.0` asks for `tailrec >=6.0.0 <7.0.0`, and no version of it is chosen\n",
        "- nothing changes for 3 versions in `locks/app.lock`\n",
        "  - **broken**: `lists@1.0.0` asks for `prelude >=5.0.0 <6.0.0`, and `6.0.1` is chosen\n",
        "<details><summary>2 packages cannot be resolved any more</summary>\n\n- `gone@2.0.0`\n\n  ```text\n  no version of \
         gone is left that can be used\n  ```\n",
        "  cons-list 1.0.0 cannot be resolved:\n    - it is long\n",
        "<details><summary>1 package can be resolved now</summary>\n\n- `abacus@1.0.0`\n\n</details>",
        "<details><summary>1 package could not be decided</summary>\n\n- `tangled@1.0.0`\n\n</details>",
        "<details><summary>2 packages resolve differently</summary>\n\n- `prelude` 6.0.1 -> 6.0.0 for 2 packages: `one@1.0.0` \
         and `two@1.0.0`\n- `added` 1.0.0 comes in for 1 package: `one@1.0.0`\n- `removed` 2.0.0 is not needed any more for \
         1 package: `two@1.0.0`\n",
    ] {
        assert!(comment.contains(told), "no {told:?} in:\n{comment}");
    }
    // The verdict says it, too, and is another one where the impact is.
    assert!(job_summary(&of(everything())).contains("What resolves otherwise"));
    let (some, none) = (verdict(&of(everything())), verdict(&of(Impact::default())));
    assert_ne!(some.fingerprint, none.fingerprint);
}

#[test]
fn that_nothing_changes_is_one_sentence() {
    let nothing = Impact { roots_examined: 1158, ..Impact::default() };
    let said = comment(&of(nothing.clone()));
    let expected = "### What resolves otherwise\n\nNothing changes for any of 1158 packages at the newest version.\n\n";
    assert!(said.contains(expected), "{said}");
    assert_eq!(impact_text(&nothing), "resolutions: nothing changes for any of 1158 packages at the newest version\n");
    let pinnings = vec![set(vec![], vec![]), lock("locks/app.lock", vec![])];
    let pinned = Impact { pinnings, ..nothing };
    let said = comment(&of(pinned.clone()));
    assert!(said.contains("version, nor for the package set 80.8.0 and `locks/app.lock`.\n"), "{said}");
    assert!(impact_text(&pinned).ends_with("version, with the package set 80.8.0 and locks/app.lock\n"));
    // Where only what was chosen breaks, the packages are not said to change.
    let only = Impact { pinnings: vec![set(vec![broken("refs", BreachKind::Absent)], vec![])], ..pinned };
    let said = comment(&of(only));
    assert!(said.contains("Nothing changes for any of 1158 packages at the newest version; what was chosen"), "{said}");
    // A change of no bounds has no such part.
    assert!(!comment(&review()).contains("What resolves otherwise"));
}

#[test]
fn a_terminal_shows_the_same() {
    let text = impact_text(&everything());
    for told in [
        "resolutions: of 1158 packages at the newest version, 2 become unsolvable, 1 becomes solvable, 2 resolve \
         differently and 1 is undecided\n",
        "  cons-list@1.0.0 cannot be resolved any more:\n    cons-list 1.0.0 cannot be resolved:\n      - it is long\n",
        "  gone@2.0.0 cannot be resolved any more:\n    no version of gone is left that can be used\n",
        "  abacus@1.0.0 can be resolved now\n  tangled@1.0.0 is undecided\n",
        "  prelude 6.0.1 -> 6.0.0 for 2 packages: one@1.0.0 and two@1.0.0\n",
        "  added 1.0.0 comes in for 1 package: one@1.0.0\n",
        "  removed 2.0.0 is not needed any more for 1 package: two@1.0.0\n",
        "  in the package set 80.8.0:\n    - aff@1.0.0 is yanked: it stays for who has it\n",
        "    + st@1.0.0 asks for tailrec >=6.0.0 <7.0.0, and no version of it is chosen\n",
    ] {
        assert!(text.contains(told), "no {told:?} in:\n{text}");
    }
}

#[test]
fn a_program_gets_everything() {
    let value = impact_json(&everything());
    assert_eq!(review_json(&of(everything()))["impact"], value);
    assert_eq!(review_json(&review())["impact"], json!(null));
    assert_eq!((&value["rootsExamined"], &value["rootsResolved"]), (&json!(1158), &json!(40)));
    assert_eq!(value["becameSolvable"], json!([{ "name": "abacus", "before": "1.0.0", "after": "1.0.0" }]));
    assert_eq!(value["becameUnsolvable"][1]["after"], json!(null));
    assert_eq!(
        value["resolvesDifferently"][1]["changes"][1],
        json!({ "name": "removed", "before": "2.0.0", "after": null })
    );
    assert_eq!(value["undecided"][0]["name"], "tangled");
    assert_eq!(
        (&value["packageSets"][0]["version"], &value["packageSets"][0]["packages"]),
        (&json!("80.8.0"), &json!(700))
    );
    let expected = json!({ "breach": "withdrawn", "status": "yanked", "name": "aff", "version": "1.0.0" });
    assert_eq!(value["packageSets"][0]["broken"][0], expected);
    assert_eq!(
        value["lockFiles"][0],
        json!({ "file": "locks/app.lock", "packages": 3, "broken": [], "mended": [], "unchanged": 0 })
    );
    let expected = json!({
        "breach": "out-of-range", "dependency": "prelude", "range": ">=5.0.0 <6.0.0", "chosen": "6.0.1",
        "name": "lists", "version": "1.0.0",
    });
    assert_eq!(value["lockFiles"][1]["broken"], json!([expected]));
}

/// More of everything than fits.
pub(crate) fn far_too_much() -> Impact {
    let many = || (0..2_000).map(|at| format!("{}-{at}", "x".repeat(140)));
    let why = "every line of it is long, and there are many of them\n".repeat(500);
    Impact {
        roots_examined: 9_999,
        roots_resolved: 9_999,
        became_solvable: many().map(|of| root(&of, "1.0.0")).collect(),
        became_unsolvable: many().map(|of| stranded(&of, &why)).collect(),
        resolves_differently: many()
            .map(|of| Rerouted { root: root(&of, "1.0.0"), moves: vec![moved(&of, Some("1.0.0"), None)] })
            .collect(),
        undecided: many().map(|of| root(&of, "1.0.0")).collect(),
        pinnings: (0..50)
            .map(|at| lock(&format!("locks/{at}.lock"), many().map(|of| broken(&of, BreachKind::Absent)).collect()))
            .collect(),
    }
}

#[test]
fn what_does_not_fit_is_counted() {
    let comment = comment(&of(far_too_much()));
    assert_only_text(&comment);
    assert!(comment.chars().count() < 30_000, "{}", comment.chars().count());
    assert!(comment.contains("2000 packages resolve differently"), "{comment}");
    assert!(comment.contains(" more moves\n"), "{comment}");
    let text = impact_text(&far_too_much());
    assert!(text.contains("  and 1980 more packages\n") && text.contains("    and 480 more lines\n"));
    assert!(text.contains("  and 1980 more moves\n") && text.contains("    and 1980 more versions\n"));
}

#[test]
fn what_must_not_be_overlooked_is_a_warning_in_a_line() {
    let Impact { became_unsolvable, undecided, pinnings, .. } = everything();
    let place = || Place::file(Area::Registry, "overrides/ta/tally/1.0.0.json");
    let many: Vec<Stranded> = (0..7).map(|at| stranded(&format!("p{at}"), "why")).collect();
    let error = LockError::Format(2);
    for (wording, message) in [
        (
            words::unsolvable(&became_unsolvable),
            "2 packages cannot be resolved any more: cons-list@1.0.0 and gone@2.0.0",
        ),
        (
            words::unsolvable(&many),
            "7 packages cannot be resolved any more: p0@1.0.0, p1@1.0.0, p2@1.0.0, p3@1.0.0, p4@1.0.0 and 2 more",
        ),
        (words::undecided(&undecided), "the search for a resolution of 1 package was given up: tangled@1.0.0"),
        (words::broken(&pinnings[0]), "in the package set 80.8.0, 2 versions would not be there or not fit any more"),
        (words::broken(&pinnings[2]), "in locks/shop.lock, 1 version would not be there or not fit any more"),
        (words::no_lock_file(&path("a.lock")), "the lock file a.lock is not there, and was not looked at"),
        (
            words::unreadable_lock_file(&path("a.lock"), &error),
            "the lock file a.lock was not looked at: the file has format 2, and only format 1 is known here",
        ),
    ] {
        let finding = wording.at(place());
        assert_eq!(
            (finding.message.as_str(), finding.code, finding.severity),
            (message, Code::Impact, Severity::Warning)
        );
        assert!(finding.hint.is_some());
    }
}
