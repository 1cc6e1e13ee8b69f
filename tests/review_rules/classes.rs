//! What a pull request asks for, file by file.

use std::collections::BTreeSet;

use curator::model::{Category, ChangeKind, Profile, ProposedChange, StatusKind, Terms, Touch, TouchedFile};
use curator::rules::review::{Before, SetChange, category, classify, set_change};

use super::scene::{name, version};

const TERMS: Terms = Terms { profile: Profile::Purescript, json_bytes: 1_000 };

fn before() -> Before {
    let yanked = [
        ("status/ta/tally/1.0.0.json", StatusKind::Yanked),
        ("status/ta/tally/all.json", StatusKind::Deprecated),
        ("status/ta/tally/1.0.2.json", StatusKind::Yanked),
        ("status/ta/tally/1.0.3.json", StatusKind::Yanked),
    ];
    let stood = [
        ("status/ta/tally/1.0.0.json", StatusKind::Deprecated),
        ("status/ta/tally/1.0.2.json", StatusKind::Quarantined),
        ("status/ta/tally/1.0.3.json", StatusKind::Unpublished),
    ];
    Before {
        registered: BTreeSet::from([name("tally"), name("seedbed")]),
        published: BTreeSet::from([(name("tally"), version("1.0.0")), (name("adopted"), version("2.0.0"))]),
        statuses: yanked.into_iter().map(|(path, kind)| (path.parse().unwrap(), kind)).collect(),
        stood: stood.into_iter().map(|(path, kind)| (path.parse().unwrap(), kind)).collect(),
    }
}

fn touched(files: &[(&str, Touch)]) -> Vec<TouchedFile> {
    files.iter().map(|(path, touch)| TouchedFile { path: path.parse().unwrap(), touch: *touch }).collect()
}

fn classified(files: &[(&str, Touch)]) -> Vec<ProposedChange> {
    classify(&touched(files), &[], &before())
}

#[test]
fn each_file_is_of_one_kind() {
    use ChangeKind::{
        Advisory, Configuration, Forbidden, NewPackage, NewVersion, Override, PackageSet, Registration, Status,
        StatusTakenBack,
    };
    use Touch::{Added, Changed, Removed};
    for (path, touch, expected) in [
        ("packages/ta/tally/1.1.0.json", Added, NewVersion),
        ("packages/ta/tally/1.1.0.json", Changed, NewVersion),
        ("packages/ta/tally/1.1.0.json", Removed, Configuration),
        ("packages/ta/tally/1.0.0.json", Changed, Forbidden),
        ("packages/ta/tally/1.0.0.json", Removed, Forbidden),
        ("packages/ta/tally/1.0.0.json", Added, Configuration),
        ("packages/ab/abacus/1.0.0.json", Added, NewVersion),
        ("packages/ab/abacus/registration.json", Added, NewPackage),
        ("packages/ab/abacus/registration.json", Changed, Registration),
        ("packages/ta/tally/registration.json", Changed, Registration),
        ("packages/ta/tally/registration.json", Added, Registration),
        ("packages/ta/tally/registration.json", Removed, Configuration),
        // A name under which something is published is not free.
        ("packages/ad/adopted/registration.json", Added, Registration),
        ("overrides/ta/tally/1.0.0.json", Added, Override),
        ("overrides/ta/tally/1.0.0.json", Removed, Override),
        ("status/ta/tally/1.0.0.json", Added, Status(Some(StatusKind::Yanked))),
        ("status/ta/tally/all.json", Added, Status(Some(StatusKind::Deprecated))),
        ("status/ta/tally/1.0.1.json", Added, Status(None)),
        ("status/ta/tally/1.0.0.json", Changed, Status(Some(StatusKind::Yanked))),
        ("status/ta/tally/1.0.0.json", Removed, StatusTakenBack(StatusKind::Deprecated)),
        // What stood there was a quarantine, or is for good, or nobody can tell.
        ("status/ta/tally/1.0.2.json", Changed, Status(None)),
        ("status/ta/tally/1.0.2.json", Removed, Status(None)),
        ("status/ta/tally/1.0.3.json", Changed, Status(None)),
        ("status/ta/tally/1.0.3.json", Removed, Status(None)),
        ("status/ta/tally/all.json", Changed, Status(None)),
        ("status/ta/tally/all.json", Removed, Status(None)),
        ("advisories/CUR-2026-1.json", Added, Advisory),
        ("advisories/README.md", Changed, Configuration),
        ("package-set.json", Changed, PackageSet),
        ("more/package-set.json", Changed, Configuration),
        ("curator.toml", Changed, Configuration),
        ("README.md", Changed, Configuration),
        (".gitattributes", Added, Configuration),
        (".github/workflows/review.yml", Changed, Configuration),
        ("CODEOWNERS", Removed, Configuration),
        // Nothing belongs in these places.
        ("packages/xx/tally/1.1.0.json", Added, Configuration),
        ("packages/ta/tally/1.1.0.JSON", Added, Configuration),
        ("packages/TA/tally/1.0.0.json", Added, Configuration),
        ("packages/ta/tally/evil.sh", Added, Configuration),
        ("status", Added, Configuration),
    ] {
        let changes = classified(&[(path, touch)]);
        assert_eq!(changes.iter().map(|change| change.kind).collect::<Vec<_>>(), [expected], "{touch:?} {path}");
        assert_eq!(changes[0].files, [path]);
        let forbidden = expected == Forbidden;
        assert_eq!(category(&changes), if forbidden { Category::Forbidden } else { Category::One(expected) });
    }
}

#[test]
fn a_new_package_and_its_versions_are_one_change() {
    use Touch::Added;
    let registration = ("packages/ab/abacus/registration.json", Added);
    let first = ("packages/ab/abacus/1.0.0.json", Added);
    let changes = classified(&[first, registration]);
    let expected = ProposedChange {
        kind: ChangeKind::NewPackage,
        package: Some(name("abacus")),
        version: Some(version("1.0.0")),
        files: vec![first.0.to_owned(), registration.0.to_owned()],
    };
    assert_eq!(changes, [expected]);
    let changes = classified(&[first, ("packages/ab/abacus/1.1.0.json", Added), registration]);
    assert_eq!((changes.len(), changes[0].version.clone(), changes[0].files.len()), (1, None, 3));
    assert_eq!(category(&changes), Category::One(ChangeKind::NewPackage));
}

#[test]
fn changes_are_kept_apart_by_package_and_version() {
    use Touch::{Added, Changed};
    let changes = classified(&[
        ("packages/ta/tally/1.1.0.json", Added),
        ("packages/ta/tally/1.2.0.json", Added),
        ("README.md", Changed),
        ("curator.toml", Changed),
        ("packages/se/seedbed/1.0.0.json", Added),
    ]);
    let told: Vec<_> = changes.iter().map(|it| (it.kind, it.package.clone(), it.version.clone())).collect();
    let of = |package, of| (ChangeKind::NewVersion, Some(name(package)), Some(version(of)));
    let rest = (ChangeKind::Configuration, None, None);
    assert_eq!(told, [of("seedbed", "1.0.0"), of("tally", "1.1.0"), of("tally", "1.2.0"), rest]);
    assert_eq!(changes[3].files, ["README.md", "curator.toml"]);
    assert_eq!(category(&changes), Category::Mixed);
    assert_eq!(category(&changes[1..3]), Category::One(ChangeKind::NewVersion), "two versions of one package");
    assert_eq!(category(&changes[..2]), Category::Mixed, "versions of two packages");
    assert_eq!(category(&[]), Category::Nothing);
}

#[test]
fn what_is_beside_the_registry_is_configuration() {
    let beside = [".github/workflows/sync.yml".to_owned(), "packages/ta/tally/1.1.0.json".to_owned()];
    let changes = classify(&touched(&[("packages/ta/tally/1.1.0.json", Touch::Added)]), &beside, &before());
    let kinds: Vec<_> = changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [ChangeKind::NewVersion, ChangeKind::Configuration]);
    assert_eq!(changes[1].files, beside);
    assert_eq!(category(&changes), Category::Mixed);
}

#[test]
fn one_forbidden_change_is_enough() {
    let changes =
        classified(&[("packages/ta/tally/1.1.0.json", Touch::Added), ("packages/ta/tally/1.0.0.json", Touch::Removed)]);
    assert_eq!(category(&changes), Category::Forbidden);
    assert_eq!(changes.len(), 2);
}

#[test]
fn a_package_set_grows_or_it_is_for_a_trustee() {
    let newest = r#"{"version":"1.0.0","compiler":"0.15.15","published":"2026-11-20","packages":{"tally":"1.0.0"}}"#;
    let newest = serde_json::from_str(newest).unwrap();
    for (text, expected) in [
        (r#"{"packages": {"tally": "1.0.1", "abacus": "0.1.0"}}"#, SetChange::Grows),
        (r#"{"packages": {}}"#, SetChange::Grows),
        (r#"{"packages": {"tally": "1.0.0"}}"#, SetChange::Loses),
        (r#"{"packages": {"tally": "0.9.9"}}"#, SetChange::Loses),
        (r#"{"packages": {"tally": null}}"#, SetChange::Loses),
        (r#"{"packages": {"tally": 2}}"#, SetChange::Loses),
        (r#"{"packages": {"Tally": "1.0.1"}}"#, SetChange::Loses),
        (r#"{"packages": {"tally": "1.0.1"}, "compiler": "0.15.16"}"#, SetChange::Loses),
        (r#"{"packages": {"tally": "1.0.1"}, "packages": {"tally": null}}"#, SetChange::Loses),
        (r#"{"packages": ["tally"]}"#, SetChange::Loses),
        ("[]", SetChange::Loses),
        ("", SetChange::Loses),
    ] {
        assert_eq!(set_change(None, Some(text.as_bytes()), TERMS, Some(&newest)), expected, "{text}");
    }
    assert_eq!(set_change(None, Some(br#"{"packages": {"tally": "0.0.1"}}"#), TERMS, None), SetChange::Grows);
}

#[test]
fn only_the_wishes_that_differ_count_and_a_trustees_is_a_trustees_to_take_back() {
    use SetChange::{Grows, Loses};
    let newest = r#"{"version":"1.0.0","compiler":"0.15.15","published":"2026-11-20","packages":{"tally":"1.0.0"}}"#;
    let newest = serde_json::from_str(newest).unwrap();
    for (before, after, expected) in [
        // What was fulfilled may stay, and may go.
        (r#"{"packages": {"tally": "1.0.0"}}"#, Some(r#"{"packages": {"tally": "1.0.0", "abacus": "0.1.0"}}"#), Grows),
        (r#"{"packages": {"tally": "1.0.0"}}"#, Some(r#"{"packages": {"abacus": "0.1.0"}}"#), Grows),
        (r#"{"packages": {"abacus": null}}"#, Some(r#"{"packages": {}}"#), Grows),
        (r#"{"compiler": "0.15.15", "packages": {}}"#, Some(r#"{"packages": {"tally": "1.0.1"}}"#), Grows),
        (
            r#"{"compiler": "0.15.16", "packages": {}}"#,
            Some(r#"{"compiler": "0.15.16", "packages": {"tally": "1.0.1"}}"#),
            Grows,
        ),
        (r#"{"packages": {"tally": "1.0.0"}}"#, None, Grows),
        ("nonsense", Some(r#"{"packages": {}}"#), Grows),
        // A wish for more may become another one.
        (r#"{"packages": {"tally": "2.0.0"}}"#, Some(r#"{"packages": {"tally": "1.1.0"}}"#), Grows),
        (r#"{"packages": {"tally": "2.0.0"}}"#, Some(r#"{"packages": {"tally": null}}"#), Loses),
        (r#"{"packages": {"tally": "2.0.0"}}"#, Some(r#"{"packages": {"tally": "1.0.0"}}"#), Loses),
        // A removal, a lower version and a compiler that are still to come.
        (r#"{"packages": {"tally": null}}"#, Some(r#"{"packages": {"tally": null, "abacus": "0.1.0"}}"#), Grows),
        (r#"{"packages": {"tally": null}}"#, Some(r#"{"packages": {"tally": "2.0.0"}}"#), Loses),
        (r#"{"packages": {"tally": null}}"#, Some(r#"{"packages": {}}"#), Loses),
        (r#"{"packages": {"tally": null}}"#, None, Loses),
        (r#"{"packages": {"tally": "0.9.0"}}"#, Some(r#"{"packages": {}}"#), Loses),
        (r#"{"compiler": "0.15.16", "packages": {}}"#, Some(r#"{"packages": {}}"#), Loses),
        (r#"{"compiler": "0.15.16", "packages": {}}"#, Some(r#"{"compiler": "0.16.0", "packages": {}}"#), Loses),
    ] {
        let change = set_change(Some(before.as_bytes()), after.map(str::as_bytes), TERMS, Some(&newest));
        assert_eq!(change, expected, "{before} {after:?}");
    }
}
