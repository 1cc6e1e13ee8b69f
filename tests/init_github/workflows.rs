//! What each workflow starts on, and what each job may do.

use serde_json::{Value, json};

use crate::{apart, shared, steps, yaml};

/// Every job of a workflow.
fn jobs(workflow: &Value) -> Vec<(&String, &Value)> {
    workflow["jobs"].as_object().unwrap().iter().collect()
}

#[test]
fn no_job_may_more_than_it_needs() {
    let write = ["contents", "pull-requests", "issues"].map(|scope| (scope.to_owned(), json!("write")));
    let decides = ["checks", "statuses", "actions"].map(|scope| (scope.to_owned(), json!("write")));
    for setup in [shared(), apart()] {
        let mut seen = Vec::new();
        for (name, workflow) in yaml(&setup).into_iter().filter(|(_, file)| file.get("jobs").is_some()) {
            assert_eq!(workflow["permissions"], json!({}), "{name}");
            assert!(workflow["concurrency"]["group"].is_string(), "{name}");
            for (job, text) in jobs(&workflow) {
                let permissions = text["permissions"].as_object().unwrap().clone();
                match job.as_str() {
                    "signal" | "compile" => assert_eq!(permissions, serde_json::Map::new()),
                    "check" => assert!(permissions.values().all(|level| level == "read")),
                    "decide" => assert_eq!(permissions, write.iter().chain(&decides).cloned().collect()),
                    _ => assert_eq!(permissions, write.iter().cloned().collect()),
                }
                let publishes = matches!(job.as_str(), "sync" | "heal");
                assert_eq!(text["environment"] == "publish", publishes, "{job}");
                // A secret belongs to an environment, and so to the branch main.
                assert!(publishes || !text.to_string().contains("secrets."), "{job}");
                assert!(text["timeout-minutes"].is_u64(), "{job}");
                seen.push(job.clone());
            }
        }
        assert_eq!(seen, ["heal", "check", "compile", "decide", "signal", "compile", "sync"]);
    }
}

#[test]
fn review_runs_from_the_default_branch_and_takes_nothing_of_a_pull_request_but_its_number() {
    for setup in [shared(), apart()] {
        let files = yaml(&setup);
        let triggers: Vec<&String> = files["review"]["on"].as_object().unwrap().keys().collect();
        let wanted = ["issue_comment", "pull_request_target", "schedule", "workflow_dispatch", "workflow_run"];
        assert_eq!(triggers.len(), wanted.len());
        assert!(wanted.iter().all(|trigger| triggers.iter().any(|is| is == trigger)), "{triggers:?}");
        assert_eq!(files["review"]["on"]["workflow_run"]["workflows"], json!(["signal"]));
        assert_eq!(files["signal"]["on"].as_object().unwrap().keys().next().unwrap(), "pull_request_review");
        for (name, file) in &files {
            let of_jobs = file["jobs"].as_object().into_iter().flat_map(serde_json::Map::values);
            let all = of_jobs.chain(file.get("runs")).flat_map(steps);
            for step in all {
                assert!(!step["run"].as_str().unwrap_or_default().contains("${{"), "{name}: {step}");
                for (_, value) in step["env"].as_object().into_iter().flatten() {
                    assert!(
                        !["title", "body", "head", "ref", "login"]
                            .iter()
                            .any(|text| value.as_str().unwrap().contains(text))
                    );
                }
                let Some(uses) = step["uses"].as_str() else { continue };
                let commit = uses.split_once('@').map_or("", |(_, commit)| commit);
                let is_pinned = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
                let is_own = matches!(uses, "$/.github/actions/curator" | "$/.github/actions/compiler");
                assert!(is_own || is_pinned, "{name}: {uses}");
                assert!(!uses.starts_with("actions/checkout") && !uses.starts_with("actions/cache"), "{name}: {uses}");
            }
        }
    }
}

#[test]
fn runs_about_one_pull_request_wait_for_each_other_and_idle_talk_takes_nobody_s_place() {
    let review = &yaml(&shared())["review"];
    let group = review["concurrency"]["group"].as_str().unwrap();
    let alternatives: Vec<&str> = group.split("||").map(str::trim).collect();
    let [idle, about @ ..] = alternatives.as_slice() else { panic!("{group}") };
    assert_eq!(
        about,
        ["github.event.pull_request.number", "github.event.issue.number", "github.event.inputs.pull", "'open' }}"],
        "whatever tells of one pull request leads to its group"
    );
    // The very comments of which `decide` makes nothing.
    let decide = review["jobs"]["decide"]["if"].as_str().unwrap();
    let (_, heard) = decide.split_once("|| (").unwrap();
    assert!(idle.contains(heard.trim_end_matches(')')), "{idle}\n{heard}");
    assert!(
        idle.starts_with("review-${{ github.event_name == 'issue_comment' && !(") && idle.ends_with("github.run_id")
    );
    assert_eq!(review["concurrency"]["cancel-in-progress"], false);
}

#[test]
fn what_compiles_has_no_rights_and_what_it_claims_arrives() {
    for setup in [shared(), apart()] {
        let files = yaml(&setup);
        for (workflow, believer) in [("review", "decide"), ("sync", "sync")] {
            let jobs = &files[workflow]["jobs"];
            let (compile, believer) = (&jobs["compile"], &jobs[believer]);
            assert!(!compile.to_string().contains("github.token") && !compile.to_string().contains("secrets."));
            // Whatever came of it, and also where it did not run.
            assert_eq!(believer["needs"], "compile");
            assert!(believer["if"].as_str().unwrap().contains("!cancelled()"));
            let with = |job: &Value, action: &str| {
                let is_it = |step: &&Value| step["uses"].as_str().is_some_and(|uses| uses.starts_with(action));
                steps(job).iter().find(is_it).unwrap()["with"].clone()
            };
            let sent = with(compile, "actions/upload-artifact@");
            let got = with(believer, "actions/download-artifact@");
            assert_eq!(sent["name"], got["name"]);
            let (file, folder) = (sent["path"].as_str().unwrap(), got["path"].as_str().unwrap());
            assert_eq!(file.replace("claim.json", "claim"), folder);
            // A step that takes too long fails, and what it left is sent; a job that does is gone with everything.
            let step = steps(compile).iter().find(|step| step["name"] == "compile").unwrap();
            assert!(step["timeout-minutes"].as_u64() < compile["timeout-minutes"].as_u64());
        }
        // Whoever asks for a pull request by a comment has it compiled.
        let [compile, decide] = ["compile", "decide"].map(|job| files["review"]["jobs"][job]["if"].as_str().unwrap());
        let heard = "github.event.issue.pull_request && contains(github.event.comment.body, '/curator')";
        assert!(compile.contains(heard) && decide.contains(heard), "{compile}\n{decide}");
    }
}
