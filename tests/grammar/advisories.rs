//! The ids of advisories, and the words of severity.

use curator::model::{AdvisoryId, AdvisoryIdError, Ecosystem, SeverityLevel};

use super::{keeps, refuses, refuses_with};

#[test]
fn ids() {
    let longest = format!("A-{}", "1".repeat(98));
    keeps::<AdvisoryId>(&[
        "OSV-2020-111",
        "CVE-2021-3114",
        "GHSA-vp9c-fpxx-744v",
        "openSUSE-SU-2024-0001-1",
        "V8-advisory",
        "x-1",
        "a_b-c_d",
        &longest,
    ]);
    refuses_with::<AdvisoryId>(&[
        ("", AdvisoryIdError::Shape),
        ("CVE", AdvisoryIdError::Shape),
        ("-1", AdvisoryIdError::Shape),
        ("CVE-", AdvisoryIdError::Shape),
        ("CVE--1", AdvisoryIdError::Shape),
        ("CVE-_-1", AdvisoryIdError::Shape),
        ("RLSA-2021:1234", AdvisoryIdError::Alphabet),
        (&format!("{longest}1"), AdvisoryIdError::TooLong),
    ]);
    refuses::<AdvisoryId>(&[
        "CVE-1 ",
        "CVE-1.2",
        "CVE-1/2",
        "../CVE-1",
        "CVE-1\n",
        "ＣVE-1",
        "CVE-1\u{200b}",
        "CVE\\-1",
        "C:VE-1",
    ]);
}

#[test]
fn severities() {
    keeps::<SeverityLevel>(&["unknown", "low", "medium", "high", "critical"]);
    for (text, level) in
        [("MODERATE", SeverityLevel::Medium), ("None", SeverityLevel::Low), ("CRITICAL", SeverityLevel::Critical)]
    {
        assert_eq!(text.parse(), Ok(level), "{text}");
    }
    refuses::<SeverityLevel>(&["", "severe", "critical ", "9.8"]);
    assert!(SeverityLevel::Critical > SeverityLevel::High && SeverityLevel::Low > SeverityLevel::Unknown);
}

#[test]
fn an_ecosystem_has_the_name_of_the_profile_and_that_of_the_registry() {
    let ecosystem = Ecosystem::of_registry("Larkspur");
    for text in ["PureScript", "purescript", "larkspur", "LARKSPUR"] {
        assert!(ecosystem.is_named(text), "{text}");
    }
    for text in ["", "npm", "PureScript:1", " PureScript", "Lark", "ＰureScript"] {
        assert!(!ecosystem.is_named(text), "{text}");
    }
}
