//! The fixes that a machine may make: applied, they leave nothing to find.

use curator::model::{Demand, Finding, Fix};

use super::clean::Surroundings;
use super::{BROKEN, Variant, pairs, said};

/// The text with the fixes of all findings in it, as `ops::fix` makes them.
fn fixed(text: &str, findings: &[Finding]) -> String {
    let mut fixes: Vec<&Fix> = findings.iter().filter_map(|finding| finding.fix.as_ref()).collect();
    fixes.sort_by_key(|fix| std::cmp::Reverse(fix.span));
    let mut mended = text.to_owned();
    for fix in fixes {
        mended.replace_range(fix.span.start..fix.span.end, &fix.replacement);
    }
    mended
}

fn mended(variant: &Variant) -> (String, Vec<String>) {
    let text = fixed(&variant.text, &variant.findings());
    let mut surroundings = Surroundings::clean();
    variant.changes.iter().for_each(|change| change(&mut surroundings));
    let rest = surroundings.findings(variant.at, text.as_bytes());
    (text, rest.iter().map(|finding| finding.code.to_string()).collect())
}

#[test]
fn what_was_understood_is_spelled_strictly() {
    let cases = [
        (said("\"1.1.0\"", "\"v1.1.0\""), "\"version\": \"1.1.0\""),
        (said("\"1.1.0\"", "\" 01.1.00 \""), "\"version\": \"1.1.0\""),
        (said("\"0.15.15\"", "\"v0.15.15\""), "\"compiler\": \"0.15.15\""),
        (said("\"MIT\"", "\"(MIT OR GPL-3.0)\""), "\"license\": \"MIT OR GPL-3.0-only\""),
        (said("\"MIT\"", "\"MIT AND ((LGPL-2.1))\""), "\"license\": \"MIT AND LGPL-2.1-only\""),
        (said(">=1.1.0 <2.0.0", "^1.1.0"), "\"seedbed\": \">=1.1.0 <2.0.0\""),
        (said(">=1.1.0 <2.0.0", "1.1.0 - 1.9.0"), "\"seedbed\": \">=1.1.0 <1.9.1\""),
        (said(">=1.1.0 <2.0.0", "~1.1"), "\"seedbed\": \">=1.1.0 <1.2.0\""),
        (
            said(",\n  \"commit\": \"3ea3d2be28bb5b00c247cc84771ba10439afa16d\"", ""),
            "\"ref\": \"v1.1.0\",\n  \"commit\": \"3ea3d2be28bb5b00c247cc84771ba10439afa16d\",",
        ),
    ];
    for (variant, expected) in cases {
        let (text, rest) = mended(&variant);
        assert!(text.contains(expected), "{text}");
        assert_eq!(rest, [""; 0], "{text}");
    }
}

#[test]
fn a_range_without_a_bound_ends_after_the_newest_version() {
    let variant = said(">=1.1.0 <2.0.0", ">=1.1.0 <9.0.0").around(|it| it.policy.upper_bounds = Demand::Required);
    let (text, rest) = mended(&variant);
    assert!(text.contains("\"seedbed\": \">=1.1.0 <3.0.0\""), "{text}");
    assert_eq!(rest, [""; 0], "{text}");
}

#[test]
fn several_fixes_go_into_one_file_at_once() {
    let variant = said("\"MIT\"", "\"(MIT)\"").and(">=1.1.0 <2.0.0", "^1.1.0").and("0.15.15", "v0.15.15");
    let (text, rest) = mended(&variant);
    for part in [">=1.1.0 <2.0.0", "\"0.15.15\"", "\"license\": \"MIT\""] {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(rest, [""; 0], "{text}");
}

#[test]
fn what_was_not_understood_is_left_to_people() {
    let cases = [
        said("\"1.1.0\"", "\"1.1.0-rc.1\""),
        // The path says another version: which of the two is meant?
        said("\"1.1.0\"", "\"v1.2.0\""),
        said("\"MIT\"", "\"MIT OR GFDL-1.3\""),
        said(">=1.1.0 <2.0.0", "*"),
        said(">=1.1.0 <2.0.0", ">=1.1.0"),
        said("\"tally\"", "\"Tally\""),
    ];
    for variant in cases {
        let findings = variant.findings();
        assert!(!findings.is_empty() && findings.iter().all(|finding| finding.fix.is_none()), "{}", variant.text);
    }
}

#[test]
fn no_fix_makes_things_worse() {
    for ((breaks, ..), findings) in pairs().iter().zip(BROKEN.iter()) {
        let fixable: Vec<_> = findings.iter().filter(|finding| finding.fix.is_some()).map(|it| it.code).collect();
        if !fixable.is_empty() {
            let (text, rest) = mended(breaks);
            assert!(rest.len() < findings.len(), "{rest:?} after {fixable:?}:\n{text}");
        }
    }
}
