//! GitHub's own example payloads of every event that counts.
//!
//! `.ci/webhooks` fetches them: `api.github.com/index.json` of the npm package `@octokit/webhooks-examples`, whose path
//! is in `CURATOR_WEBHOOK_EXAMPLES`.

use std::collections::BTreeMap;
use std::fs;

use curator::model::{Hint, Hints, PullNumber};
use serde_json::Value;

use crate::front::Opened;
use crate::visitor::{Delivery, SECRET};

#[test]
#[ignore = "needs the example payloads, which .ci/webhooks fetches"]
fn every_example_of_github_is_understood() {
    let file = std::env::var("CURATOR_WEBHOOK_EXAMPLES").unwrap();
    let events: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let door = Opened::new(Some(SECRET), None);
    let mut understood = BTreeMap::new();
    for event in events.as_array().unwrap() {
        let name = event["name"].as_str().unwrap();
        for (number, example) in event["examples"].as_array().unwrap().iter().enumerate() {
            let body = serde_json::to_vec(example).unwrap();
            let sent = Delivery::new(name, &format!("{name}-{number}"), body.clone()).send(door.address);
            assert_eq!(sent.status, 202, "{name} {number}: {sent:?}");
            let Some(hints) = Hints::read(name, &body).unwrap() else { continue };
            let of = |path: &str| example.pointer(path).and_then(Value::as_u64).map(|it| Hint::Pull(PullNumber(it)));
            let expected = match name {
                "issue_comment" if example.pointer("/issue/pull_request").is_none() => None,
                "issue_comment" => of("/issue/number"),
                _ => of("/pull_request/number"),
            };
            let found = hints.hints.iter().find(|hint| matches!(hint, Hint::Pull(_))).copied();
            if !name.starts_with("check_") {
                assert_eq!(found, expected, "{name} {number}");
            }
            let repository = example.pointer("/repository/full_name").and_then(Value::as_str);
            assert_eq!(hints.repository.as_deref(), repository, "{name} {number}");
            *understood.entry(name).or_insert(0) += 1;
        }
    }
    let counted: Vec<&str> = understood.keys().copied().collect();
    let all = ["check_run", "check_suite", "issue_comment", "pull_request"];
    let more = ["pull_request_review", "pull_request_review_comment", "push"];
    assert_eq!(counted, [&all[..], &more[..]].concat());
}
