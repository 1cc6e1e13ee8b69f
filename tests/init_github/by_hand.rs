//! What is left to do by hand: the rules that are imported, the steps that are printed, what is typed for `init`.

use curator::rules::init::{ChecksBy, Digests, DigestsError, GitHubSetup, Program, Team, Trustee};
use curator::rules::report::{setup_json, setup_steps, setup_text};
use serde_json::{Value, json};

use crate::{AARCH64, X86_64, apart, shared, texts, yaml};

fn ruleset(setup: &GitHubSetup, name: &str) -> Value {
    serde_json::from_str(&texts(setup)[&format!(".github/rulesets/{name}.json")]).unwrap()
}

#[test]
fn the_rules_of_branches_and_tags_are_those_of_the_design() {
    for (setup, index) in [(shared(), "refs/heads/index"), (apart(), "refs/heads/main")] {
        let kept = [json!({ "type": "deletion" }), json!({ "type": "non_fast_forward" })];
        for (name, target, refs) in
            [("main", "branch", "refs/heads/main"), ("index", "branch", index), ("tags", "tag", "~ALL")]
        {
            let ruleset = ruleset(&setup, name);
            assert_eq!((&ruleset["name"], &ruleset["target"]), (&json!(name), &json!(target)));
            assert_eq!(ruleset["enforcement"], "active");
            assert_eq!(ruleset["bypass_actors"], json!([]), "nobody is above {name}");
            assert_eq!(ruleset["conditions"], json!({ "ref_name": { "include": [refs], "exclude": [] } }));
            let rules = ruleset["rules"].as_array().unwrap();
            assert_eq!(rules[..2], kept, "{name}");
            // The curator pushes into the index and makes tags: pull requests are for main alone.
            assert_eq!(rules.len(), if name == "main" { 4 } else { 2 }, "{name}");
        }
        let rules = &ruleset(&setup, "main")["rules"];
        assert_eq!(rules[2]["type"], "pull_request");
        assert_eq!(rules[2]["parameters"]["required_approving_review_count"], 0);
        assert_eq!(rules[3]["type"], "required_status_checks");
        let checks = &rules[3]["parameters"]["required_status_checks"];
        // The number of GitHub Actions among apps: another's check of that name does not count.
        assert_eq!(*checks, json!([{ "context": "curator", "integration_id": 15368 }]));
    }
    // A job of that name would be such a check, whatever it says.
    for (name, workflow) in yaml(&shared()) {
        for (key, job) in workflow["jobs"].as_object().into_iter().flatten() {
            assert!(key != "curator" && job["name"] != "curator", "{name}");
        }
    }
}

#[test]
fn the_check_is_that_of_whoever_reviews() {
    let by = |who: &str| GitHubSetup { checks: who.parse().unwrap(), ..shared() };
    for (who, check) in [
        ("actions", json!({ "context": "curator", "integration_id": 15368 })),
        ("app:424242", json!({ "context": "curator", "integration_id": 424_242 })),
        ("anyone", json!({ "context": "curator" })),
    ] {
        let main = ruleset(&by(who), "main");
        assert_eq!(main["rules"][3]["parameters"]["required_status_checks"], json!([check]), "{who}");
        assert_eq!(main["bypass_actors"], json!([]), "{who}");
        // A service and workflows would review one after the other, each in a comment of its own.
        let workflows = texts(&by(who)).into_keys().filter(|path| path.contains("/workflows/")).count();
        assert_eq!(workflows, if who == "actions" { 4 } else { 0 }, "{who}");
        let said = setup_text(&by(who), &setup_steps(&by(who), &[]));
        assert_eq!(said.contains("environments/publish"), who == "actions", "{said}");
        assert_eq!(said.contains("CURATOR_APP_ID=424242"), who == "app:424242", "{said}");
        assert_eq!(said.contains("write commit statuses"), who == "anyone", "{said}");
    }
    for text in ["", "app", "app:", "app:0", "app:+1", "app:x", "Actions", "15368", "anyone:1"] {
        assert!(text.parse::<ChecksBy>().is_err(), "{text}");
    }
}

#[test]
fn with_an_app_only_it_updates_the_index() {
    let app = "424242".parse().unwrap();
    for (setup, index) in [(shared(), "refs/heads/index"), (apart(), "refs/heads/main")] {
        assert!(!texts(&setup).contains_key(".github/rulesets/index-writer.json"));
        let setup = GitHubSetup { index_app: Some(app), ..setup };
        let writer = ruleset(&setup, "index-writer");
        let above = json!([{ "actor_id": 424_242, "actor_type": "Integration", "bypass_mode": "always" }]);
        assert_eq!(writer["bypass_actors"], above);
        assert_eq!(writer["conditions"], json!({ "ref_name": { "include": [index], "exclude": [] } }));
        assert_eq!(writer["rules"], json!([{ "type": "creation" }, { "type": "update" }]));
        // Who is above a ruleset is above all of it: not even the App rewrites or deletes.
        let kept = ruleset(&setup, "index");
        assert_eq!(kept["bypass_actors"], json!([]));
        assert_eq!(kept["rules"], json!([{ "type": "deletion" }, { "type": "non_fast_forward" }]));
        let steps = setup_steps(&setup, &[]);
        let import = format!("repos/{}/rulesets --input .github/rulesets/index-writer.json", setup.index_repository());
        assert!(steps.iter().flat_map(|step| &step.commands).any(|command| command.ends_with(&import)), "{steps:#?}");
    }
}

fn digits(text: &str) -> String {
    text.repeat(64 / text.len())
}

#[test]
fn digests_are_read_as_sha256sum_prints_them() {
    let (one, two) = (digits("0f"), digits("e1"));
    let good = [
        format!("{one}  {X86_64}\n{two}  {AARCH64}\n"),
        format!("{two} *{AARCH64}\r\n{one} *{X86_64}\r\n"),
        format!("{}  other.tar.gz\n{}  {X86_64}\n{two}  {AARCH64}", digits("3"), one.to_uppercase()),
    ];
    let wanted = Digests::read(&good[0]).unwrap();
    let setup = GitHubSetup { program: Program { digests: Some(wanted.clone()), ..shared().program }, ..shared() };
    let inputs = &yaml(&setup)["curator"]["inputs"];
    assert_eq!((&inputs["x86_64"]["default"], &inputs["aarch64"]["default"]), (&json!(one), &json!(two)));
    for sums in &good {
        assert_eq!(Digests::read(sums).unwrap(), wanted, "{sums}");
    }
    let bad = [
        (String::new(), DigestsError::Missing(X86_64)),
        (format!("{one}  {X86_64}.sha256\n{two}  {AARCH64}\n"), DigestsError::Missing(X86_64)),
        (format!("{one}  {X86_64}\n{two}  folder/{AARCH64}\n"), DigestsError::Missing(AARCH64)),
        (format!("{one}  {X86_64}\n{two}  {AARCH64}\n{one}  {AARCH64}\n"), DigestsError::Twice(AARCH64)),
        (format!("{}  {X86_64}\n{two}  {AARCH64}\n", &one[1..]), DigestsError::NoDigest(X86_64)),
        (format!("{one}  {X86_64}\n{}  {AARCH64}\n", digits("$(")), DigestsError::NoDigest(AARCH64)),
    ];
    for (sums, error) in bad {
        assert_eq!(Digests::read(&sums).unwrap_err(), error, "{sums}");
    }
}

#[test]
fn trustees_are_numbers_and_teams_belong_to_an_organisation() {
    for text in ["1", "583231=octocat", "18446744073709551615"] {
        text.parse::<Trustee>().unwrap();
    }
    for text in [
        "",
        "0",
        "octocat",
        "+1",
        "-1",
        "1.5",
        "1=",
        "=octocat",
        "1=@octocat",
        "1=a b",
        "octocat=1",
        "18446744073709551616",
    ] {
        assert!(text.parse::<Trustee>().is_err(), "{text}");
    }
    "acme/keepers".parse::<Team>().unwrap();
    for text in ["", "acme", "acme/", "/keepers", "@acme/keepers", "acme/a/b", "acme/a b", "acme/\"\nx = 1"] {
        assert!(text.parse::<Team>().is_err(), "{text}");
    }
}

#[test]
fn what_is_left_to_do_is_said_in_the_order_of_doing() {
    let commands = |setup: &GitHubSetup| -> Vec<String> {
        setup_steps(setup, &[]).into_iter().flat_map(|step| step.commands).collect()
    };
    let import = |repository: &str, name: &str| {
        format!("gh api --method POST repos/{repository}/rulesets --input .github/rulesets/{name}.json")
    };
    let shared_commands = commands(&shared());
    let at = |wanted: &str| shared_commands.iter().position(|is| is == wanted).unwrap_or_else(|| panic!("no {wanted}"));
    // What is pushed after the rules would need a pull request.
    assert!(at("git push https://github.com/acme/registry.git HEAD:main") < at(&import("acme/registry", "main")));
    assert!(shared_commands.contains(&import("acme/registry", "tags")));
    assert!(shared_commands.contains(&import("acme/registry", "index")));
    assert!(shared_commands.iter().all(|command| !command.contains("FILL-IN") && !command.contains("CURATOR_APP")));
    for name in ["main", "index", "tags"] {
        assert!(texts(&shared()).contains_key(&format!(".github/rulesets/{name}.json")));
    }

    let text = setup_text(&apart(), &setup_steps(&apart(), &[]));
    for said in ["Name the trustees", "FILL-IN", "gh release download v1.2.3 --repo OWNER/NAME", "CURATOR_APP_KEY"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(commands(&apart()).contains(&import("acme/index", "index")));
    let action = &texts(&apart())[".github/actions/curator/action.yml"];
    assert_eq!(action.matches("\"FILL-IN\"").count(), 2, "{action}");

    let json = setup_json(&setup_steps(&shared(), &[]));
    assert_eq!(json.as_array().unwrap().len(), setup_steps(&shared(), &[]).len());
    assert!(json[0]["what"].is_string() && json[0]["commands"].is_array());
}
