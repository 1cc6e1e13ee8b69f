//! SPDX expressions: what is read, how it is respelled, and what a new manifest may hold.

use std::collections::BTreeSet;

use curator::model::{License, LicenseError};

use super::keeps;

const CANONICAL: [&str; 12] = [
    "MIT",
    "BSD-3-Clause",
    "CC-BY-1.0",
    "Apache-2.0",
    "LGPL-2.1-only",
    "MIT AND Apache-2.0",
    "MIT AND (LGPL-2.1-only OR BSD-3-Clause)",
    "GPL-2.0-only WITH Classpath-exception-2.0",
    "MIT AND (Apache-2.0 OR BSD-3-Clause)",
    "MIT AND Apache-2.0 OR ISC",
    "(MIT OR ISC) AND (Apache-2.0 OR BSD-3-Clause)",
    "GPL-2.0-only WITH Classpath-exception-2.0 OR MIT",
];

/// What is read, and how it is spelled today.
const RESPELLED: [(&str, &str); 32] = [
    ("AGPL-3.0", "AGPL-3.0-only"),
    ("AGPL-3.0+", "AGPL-3.0-or-later"),
    ("eCos-2.0", "GPL-2.0-or-later WITH eCos-exception-2.0"),
    ("LGPL-2.1", "LGPL-2.1-only"),
    ("LGPL-3.0", "LGPL-3.0-only"),
    ("LGPL-3.0+", "LGPL-3.0-or-later"),
    ("GPL-3.0", "GPL-3.0-only"),
    ("GPL-2.0+", "GPL-2.0-or-later"),
    ("GPL-3.0-only+", "GPL-3.0-or-later"),
    ("GPL-2.0-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0"),
    ("GPL-2.0-with-GCC-exception", "GPL-2.0-only WITH GCC-exception-2.0"),
    ("GPL-2.0-with-autoconf-exception", "GPL-2.0-only WITH Autoconf-exception-2.0"),
    ("GPL-2.0-with-bison-exception", "GPL-2.0-only WITH Bison-exception-2.2"),
    ("GPL-2.0-with-font-exception", "GPL-2.0-only WITH Font-exception-2.0"),
    ("GPL-3.0-with-GCC-exception", "GPL-3.0-only WITH GCC-exception-3.1"),
    ("GPL-3.0-with-autoconf-exception", "GPL-3.0-only WITH Autoconf-exception-3.0"),
    ("GPL-3.0 AND MIT", "GPL-3.0-only AND MIT"),
    ("LGPL-2.1 AND LGPL-2.1-only", "LGPL-2.1-only AND LGPL-2.1-only"),
    ("GFDL-1.3+", "GFDL-1.3-or-later"),
    ("BSD-2-Clause-NetBSD", "BSD-2-Clause"),
    ("bzip2-1.0.5", "bzip2-1.0.6"),
    ("StandardML-NJ", "SMLNJ"),
    ("wxWindows", "LGPL-2.0-or-later WITH WxWindows-exception-3.1"),
    ("(GPL-3.0-only OR MIT)", "GPL-3.0-only OR MIT"),
    ("((MIT))", "MIT"),
    ("(MIT AND ISC) OR Apache-2.0", "MIT AND ISC OR Apache-2.0"),
    ("MIT AND (ISC AND Apache-2.0)", "MIT AND ISC AND Apache-2.0"),
    ("MIT OR (ISC OR Apache-2.0)", "MIT OR ISC OR Apache-2.0"),
    ("ISC AND (GPL-3.0 OR (MIT))", "ISC AND (GPL-3.0-only OR MIT)"),
    ("MIT or Apache-2.0", "MIT OR Apache-2.0"),
    ("  MIT  OR  Apache-2.0 ", "MIT OR Apache-2.0"),
    ("GPL-2.0 WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
];

/// Deprecated, and nobody can say for the author which id is meant.
const UNSETTLED: [&str; 7] =
    ["GFDL-1.1", "GFDL-1.2", "GFDL-1.3", "Net-SNMP", "Nunit", "BSD-2-Clause-FreeBSD", "MIT OR GFDL-1.3"];

const MALFORMED: [&str; 27] = [
    "",
    " ",
    "Apache",
    "Apache-2",
    "Apache 2",
    "BSD-3",
    "MIT AND BSD-3",
    "MIT AN BSD-3-Clause",
    "MIT OR (Apache-2.0",
    "MIT OR APACHE-2.0",
    "mit",
    "MIT OR",
    "OR MIT",
    "MIT MIT",
    "()",
    "MIT)",
    "MIT WITH MIT",
    "WITH Classpath-exception-2.0",
    "Classpath-exception-2.0",
    "MIT+",
    "GPL-3.0 +",
    "GPL-3.0-or-later+",
    "wxWindows+",
    "MIT/Apache-2.0",
    "LicenseRef-Mine",
    "NOASSERTION",
    "GFDL-1.3-invariants",
];

#[test]
fn licenses_print_as_they_were_written() {
    keeps::<License>(&CANONICAL);
    keeps::<License>(&RESPELLED.map(|(written, _)| written));
    keeps::<License>(&UNSETTLED);
}

#[test]
fn canonical_licenses() {
    for text in CANONICAL {
        let license = License::parse_canonical(text).unwrap();
        assert_eq!(license.canonical(), text);
        assert!(license.is_canonical());
    }
}

#[test]
fn malformed_licenses() {
    for text in MALFORMED {
        let error = text.parse::<License>().expect_err(text);
        assert!(!error.to_string().contains('\n'), "{error}");
    }
    assert_eq!("MIT AND BSD-3".parse::<License>(), Err(LicenseError::Unlisted("BSD-3".to_owned())));
    assert_eq!("MIT+".parse::<License>(), Err(LicenseError::Plus("MIT")));
    let twice = "GPL-2.0-with-GCC-exception WITH Classpath-exception-2.0";
    assert_eq!(twice.parse::<License>(), Err(LicenseError::TwoExceptions("GPL-2.0-with-GCC-exception")));
}

#[test]
fn old_licenses_are_respelled_and_refused_in_new_manifests() {
    for (written, canonical) in RESPELLED {
        let license: License = written.parse().unwrap();
        assert_eq!(license.canonical(), canonical, "{written}");
        assert!(!license.is_canonical());
        let error = License::parse_canonical(written).unwrap_err();
        assert!(error.to_string().contains(canonical), "{error}");
        assert!(License::parse_canonical(canonical).is_ok());
    }
}

#[test]
fn unsettled_licenses_are_kept_and_refused_in_new_manifests() {
    for written in UNSETTLED {
        let license: License = written.parse().unwrap();
        assert_eq!(license.canonical(), written);
        assert!(!license.is_canonical());
        let error = License::parse_canonical(written).unwrap_err();
        assert!(error.to_string().contains("unambiguous canonical replacement"), "{error}");
    }
}

#[test]
fn equality_goes_by_the_written_text() {
    let [old, new] = ["GPL-3.0", "GPL-3.0-only"].map(|text| text.parse::<License>().unwrap());
    assert_ne!(old, new);
    assert_eq!(old.canonical(), new.canonical());
}

#[test]
fn ids_are_upper_case_and_without_exceptions() {
    let ids = |text: &str| text.parse::<License>().unwrap().ids();
    let set = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(ids("MIT AND (Apache-2.0 OR BSD-3-Clause)"), set(&["MIT", "APACHE-2.0", "BSD-3-CLAUSE"]));
    assert_eq!(ids("AGPL-3.0"), set(&["AGPL-3.0-ONLY"]));
    assert_eq!(ids("eCos-2.0 OR MIT"), set(&["GPL-2.0-OR-LATER", "MIT"]));
    assert_eq!(ids("GFDL-1.3"), set(&["GFDL-1.3"]));
}

#[test]
fn hostile_expressions_are_refused_quickly() {
    for text in ["(".repeat(100_000), "MIT OR ".repeat(100_000), format!("{}MIT{}", "(".repeat(999), ")".repeat(999))] {
        assert_eq!(text.parse::<License>(), Err(LicenseError::TooLong));
    }
    let nested = format!("{}MIT{}", "(".repeat(400), ")".repeat(400));
    assert_eq!(nested.parse::<License>().unwrap().canonical(), "MIT");
}
