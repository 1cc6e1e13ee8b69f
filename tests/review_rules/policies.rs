//! What curator.toml says of reviews.

use std::collections::BTreeSet;
use std::time::Duration;

use curator::config::Config;
use curator::model::{Demand, MergeMethod, NewPackagePolicy, Policy, ReviewPolicy};

fn policy(text: &str) -> Policy {
    Config::parse(&format!("[registry]\nname = \"larkspur\"\n{text}")).unwrap().policy()
}

#[test]
fn without_a_word_new_packages_are_for_trustees() {
    let policy = policy("");
    assert_eq!(policy.review, ReviewPolicy::default());
    assert_eq!(policy.review.new_package, NewPackagePolicy::Trustee);
    assert_eq!(policy.review.new_package_wait, Duration::from_hours(72));
    assert_eq!(policy.review.new_version_wait, Duration::ZERO);
    assert_eq!(policy.review.merge, Some(MergeMethod::Merge));
    assert_eq!(policy.review.trustees, BTreeSet::new());
    assert_eq!((policy.upper_bounds, policy.sequential_versions), (Demand::Free, Demand::Free));
}

#[test]
fn what_it_says_holds() {
    let text = r#"
[policy]
upper_bounds = true
sequential_versions = true
new_package = "wait"
new_package_wait = "3d"
new_version_wait = "10m"
merge = "never"

[trustees]
people = [12, 11, 12]
team = "larkspur-labs/registry"

[review]
lock_files = ["locks/shop.lock", "locks/app.lock"]
"#;
    let policy = policy(text);
    assert_eq!((policy.upper_bounds, policy.sequential_versions), (Demand::Required, Demand::Required));
    let expected = ReviewPolicy {
        trustees: BTreeSet::from([11, 12]),
        trustee_team: Some("larkspur-labs/registry".to_owned()),
        new_package: NewPackagePolicy::Wait,
        new_package_wait: Duration::from_hours(72),
        new_version_wait: Duration::from_mins(10),
        merge: None,
        lock_files: ["locks/app.lock", "locks/shop.lock"].map(|file| file.parse().unwrap()).into(),
    };
    assert_eq!(policy.review, expected);
}

#[test]
fn durations_have_one_unit() {
    for (text, seconds) in [("0s", 0), ("30s", 30), ("5m", 300), ("72h", 259_200), ("3d", 259_200), ("007d", 604_800)] {
        let policy = policy(&format!("[policy]\nnew_version_wait = \"{text}\"\n"));
        assert_eq!(policy.review.new_version_wait, Duration::from_secs(seconds), "{text}");
    }
    for merge in [("squash", MergeMethod::Squash), ("rebase", MergeMethod::Rebase), ("merge", MergeMethod::Merge)] {
        assert_eq!(policy(&format!("[policy]\nmerge = \"{}\"\n", merge.0)).review.merge, Some(merge.1));
    }
}

#[test]
fn a_misspelt_rule_is_refused_in_plain_words() {
    for (text, message) in [
        (
            "[policy]\nnew_package_wait = \"2 weeks\"\n",
            "'2 weeks' is no duration: write up to 5 digits and a unit, as 30s, 5m, 72h or 3d",
        ),
        ("[policy]\nnew_package = \"nobody\"\n", "'nobody' is none of \"trustee\", \"wait\""),
        ("[policy]\nmerge = \"fast\"\n", "'fast' is none of \"merge\", \"squash\", \"rebase\", \"never\""),
        ("[trustees]\nteam = \"registry\"\n", "'registry' is no team: write it as organisation/team"),
    ] {
        let error = Config::parse(&format!("[registry]\nname = \"larkspur\"\n{text}")).unwrap_err();
        assert_eq!(error.message, message);
        assert!(error.span.is_some(), "{message}");
    }
    let unknown = Config::parse("[registry]\nname = \"larkspur\"\n[policy]\nupper_bound = true\n").unwrap_err();
    assert!(unknown.message.contains("upper_bound"), "{}", unknown.message);
}
