//! Versions that were chosen together, in a package set or in a lock file.

use std::collections::BTreeMap;

use curator::model::{BreachKind, LockFile, LockedVersion, PackageSet, Pinning, PinningPlace, Sha256, StatusKind};
use curator::rules::impact::{Offer, Pinned, impact};

use crate::brute::{Packages, offer};
use crate::{dependencies, name, packages, town, version};

fn set(versions: &[(&str, &str)]) -> PackageSet {
    PackageSet {
        version: version("80.8.0"),
        compiler: version("0.15.15"),
        published: "2026-01-01".parse().unwrap(),
        packages: versions.iter().map(|(of, at)| (name(of), version(at))).collect(),
    }
}

const WHOLE: [(&str, &str); 4] = [("app", "1.0.0"), ("core", "2.0.0"), ("lists", "2.0.0"), ("maps", "1.0.0")];

fn after<'t>(town: &'t Packages, set: &PackageSet, change: impl FnOnce(&mut Offer<'t>)) -> Pinning {
    let before = offer(town);
    let mut after = before.clone();
    change(&mut after);
    let found = impact(&before, &after, &[Pinned::by_set(set)]);
    let [pinning] = <[Pinning; 1]>::try_from(found.pinnings.clone()).unwrap();
    assert!(pinning.is_as_before() || !found.is_none());
    pinning
}

#[test]
fn a_set_breaks_where_a_range_leaves_its_member_out() {
    let (lists, newest) = (name("lists"), version("2.0.0"));
    let narrow = dependencies(&[("core", ">=1.0.0 <2.0.0")]);
    let pinning = after(&town(), &set(&WHOLE), |offer| offer.put(&lists, &newest, &narrow));
    assert_eq!((pinning.packages, pinning.mended.len()), (4, 0));
    let [breach] = pinning.broken.as_slice() else { panic!("{pinning:?}") };
    assert_eq!((breach.name.as_str(), breach.version.to_string().as_str()), ("lists", "2.0.0"));
    let range = ">=1.0.0 <2.0.0".parse().unwrap();
    assert_eq!(breach.kind, BreachKind::OutOfRange { dependency: name("core"), range, chosen: version("2.0.0") });
    // Without core, the set was not closed before and is not after: the change has no part in that.
    let open = set(&[("lists", "2.0.0")]);
    let pinning = after(&town(), &open, |offer| offer.mark(&name("maps"), None, StatusKind::Yanked));
    assert!(pinning.is_as_before() && pinning.unchanged == 1);
}

#[test]
fn a_set_is_mended_where_a_range_takes_its_member_in() {
    let town = packages(&[("core@2.0.0", &[]), ("lists@1.0.0", &[("core", ">=1.0.0 <2.0.0")])]);
    let (lists, first) = (name("lists"), version("1.0.0"));
    let wide = dependencies(&[("core", ">=1.0.0 <3.0.0")]);
    let members = set(&[("core", "2.0.0"), ("lists", "1.0.0")]);
    let pinning = after(&town, &members, |offer| offer.put(&lists, &first, &wide));
    assert_eq!((pinning.broken.len(), pinning.mended.len()), (0, 1));
}

#[test]
fn what_is_withdrawn_is_told_by_its_status() {
    for kind in [StatusKind::Yanked, StatusKind::Quarantined, StatusKind::Unpublished] {
        let pinning = after(&town(), &set(&WHOLE), |offer| offer.mark(&name("maps"), None, kind));
        let kinds: Vec<_> = pinning.broken.iter().map(|breach| (breach.name.as_str(), breach.kind.clone())).collect();
        assert_eq!(kinds, [("maps", BreachKind::Withdrawn(kind))]);
    }
    let pinning = after(&town(), &set(&WHOLE), |offer| offer.mark(&name("maps"), None, StatusKind::Deprecated));
    assert!(pinning.is_as_before());
}

#[test]
fn a_lock_file_is_held_to_the_same() {
    let town = town();
    let locked = |at: &str| LockedVersion { version: version(at), hash: Sha256::of(b"archive") };
    let packages = BTreeMap::from([(name("core"), locked("3.0.0")), (name("lists"), locked("2.0.0"))]);
    let lock = LockFile { index: None, packages };
    let file = "locks/app.lock".parse().unwrap();
    let pinned = Pinned::by_lock(&file, &lock);
    let before = offer(&town);
    let kinds: Vec<_> = pinned.breaches(&before).into_iter().map(|breach| breach.kind).collect();
    let range = ">=1.0.0 <3.0.0".parse().unwrap();
    let outside = BreachKind::OutOfRange { dependency: name("core"), range, chosen: version("3.0.0") };
    assert_eq!(kinds, [BreachKind::Absent, outside]);
    // It appears.
    let (core, third, nothing) = (name("core"), version("3.0.0"), dependencies(&[]));
    let mut later = before.clone();
    later.put(&core, &third, &nothing);
    let found = impact(&before, &later, &[pinned]);
    let [pinning] = found.pinnings.as_slice() else { panic!("{found:?}") };
    assert_eq!(pinning.place, PinningPlace::LockFile(file));
    assert_eq!(pinning.mended.iter().map(|it| it.kind.clone()).collect::<Vec<_>>(), [BreachKind::Absent]);
}
