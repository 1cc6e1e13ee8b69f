//! What the administrator of a new registry on GitHub does by hand, once: no token may do it that a workflow has.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::{RepositoryName, TreePath};
use crate::rules::init::{ChecksBy, GitHubSetup};

/// A step, and what is typed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupStep {
    /// What is done, and why.
    pub what: String,
    /// The commands, in the folder of the repository. `gh` is GitHub's command line.
    pub commands: Vec<String>,
}

/// The file that pins the program.
const ACTION: &str = ".github/actions/curator/action.yml";

/// The steps, in the order in which they are taken. `kept` are the files that were there before.
#[must_use]
pub fn setup_steps(setup: &GitHubSetup, kept: &[TreePath]) -> Vec<SetupStep> {
    let repository = &setup.repository;
    let mut steps = Vec::new();
    steps.extend(settings_kept(setup, kept));
    steps.extend(unnamed_trustees(setup));
    let is_service = setup.checks != ChecksBy::Actions;
    steps.extend(unpinned_program(setup).filter(|_| !is_service));
    let url = format!("https://github.com/{repository}.git");
    steps.push(SetupStep {
        what: "Push everything as the branch main, before the rules forbid it. It must be the default branch."
            .to_owned(),
        commands: vec![
            "git init --initial-branch=main && git add --all && git commit -m 'Begin the registry'".to_owned(),
            format!("git push {url} HEAD:main"),
        ],
    });
    steps.push(SetupStep {
        what: "Let workflows only read, where they do not ask for more.".to_owned(),
        commands: vec![format!(
            "gh api --method PUT repos/{repository}/actions/permissions/workflow -f default_workflow_permissions=read -F \
             can_approve_pull_request_reviews=false"
        )],
    });
    if is_service {
        steps.push(service(setup));
    } else {
        steps.push(environment(repository));
        steps.extend(setup.index.is_some().then(|| app(setup)));
    }
    // After the App: GitHub takes only what is installed as whom a rule does not hold for.
    steps.push(rulesets(setup));
    steps.push(SetupStep {
        what:
            "Give the write role to trustees alone, and ask them for two factors: whoever may write may merge. Authors \
               need no role."
                .to_owned(),
        commands: Vec::new(),
    });
    steps
}

/// The steps as a person reads them.
#[must_use]
pub fn setup_text(setup: &GitHubSetup, steps: &[SetupStep]) -> String {
    let mut text =
        format!("To do by hand, once, as an administrator of {} (gh is GitHub's command line):\n", setup.repository);
    for (at, step) in steps.iter().enumerate() {
        let _ = writeln!(text, "{}. {}", at.saturating_add(1), step.what);
        for command in &step.commands {
            let _ = writeln!(text, "     {command}");
        }
    }
    text
}

/// The steps for a program.
#[must_use]
pub fn setup_json(steps: &[SetupStep]) -> Value {
    steps.iter().map(|step| json!({ "what": step.what, "commands": step.commands })).collect()
}

fn settings_kept(setup: &GitHubSetup, kept: &[TreePath]) -> Option<SetupStep> {
    let config = kept.iter().find(|path| path.file_name() == "curator.toml")?;
    let (repository, branch) = (setup.index_repository(), setup.index_branch());
    let what = format!(
        "{config} was there and stays: give it [index] git = \"https://github.com/{repository}.git\" and branch = \
         \"{branch}\", a [[store]] with github = \"{}\", and [trustees].",
        setup.repository
    );
    Some(SetupStep { what, commands: Vec::new() })
}

fn unnamed_trustees(setup: &GitHubSetup) -> Option<SetupStep> {
    let what = "Name the trustees in curator.toml: until then nobody can let in what a trustee must let in.".to_owned();
    let commands = vec!["gh api user --jq .id".to_owned()];
    (!setup.has_trustees()).then_some(SetupStep { what, commands })
}

fn unpinned_program(setup: &GitHubSetup) -> Option<SetupStep> {
    let program = &setup.program;
    if program.digests.is_some() && program.repository.is_some() {
        return None;
    }
    let what = format!(
        "Fill in what {ACTION} says FILL-IN for: the repository whose releases have the curator, and the digests in its \
         SHA256SUMS. (`init` does that with --program and --sums.) Until then no workflow runs it."
    );
    let from = program.repository.as_ref().map_or_else(|| "OWNER/NAME".to_owned(), ToString::to_string);
    let command = format!("gh release download v{} --repo {from} --pattern SHA256SUMS --output -", program.version);
    Some(SetupStep { what, commands: vec![command] })
}

fn environment(repository: &RepositoryName) -> SetupStep {
    let path = format!("repos/{repository}/environments/publish");
    SetupStep {
        what: "Make the environment publish, which lets in the branch main alone: what publishes runs in it."
            .to_owned(),
        commands: vec![
            format!(
                "gh api --method PUT {path} -F 'deployment_branch_policy[protected_branches]=false' -F \
                 'deployment_branch_policy[custom_branch_policies]=true'"
            ),
            format!("gh api --method POST {path}/deployment-branch-policies -f name=main"),
        ],
    }
}

fn rulesets(setup: &GitHubSetup) -> SetupStep {
    let import = |repository: &RepositoryName, name: &str| {
        format!("gh api --method POST repos/{repository}/rulesets --input .github/rulesets/{name}.json")
    };
    let writer = setup.index_app.map(|_| import(setup.index_repository(), "index-writer"));
    let above = match setup.index_app {
        Some(app) => format!("The index is written by the App {app} alone; of the other rules nobody is above any."),
        None => "Nobody is above them.".to_owned(),
    };
    let commands = [
        import(&setup.repository, "main"),
        import(&setup.repository, "tags"),
        import(setup.index_repository(), "index"),
    ];
    SetupStep {
        what: format!(
            "Import the rules of branches and tags: main takes pull requests with a verdict alone, and no history is \
             rewritten. {above}"
        ),
        commands: commands.into_iter().chain(writer).collect(),
    }
}

fn app(setup: &GitHubSetup) -> SetupStep {
    let repository = &setup.repository;
    let restrict = match setup.index_app {
        Some(_) => "",
        None => " In the index's rules, restrict updates to it; with --index-app, `init` writes that rule.",
    };
    SetupStep {
        what: format!(
            "Make a GitHub App that may write contents and do nothing else, install it on {repository} and {}, and give its \
             client id and its key to the environment publish.{restrict}",
            setup.index_repository()
        ),
        commands: vec![
            format!("gh variable set CURATOR_APP_CLIENT_ID --repo {repository} --env publish"),
            format!("gh secret set CURATOR_APP_KEY --repo {repository} --env publish < the-app.private-key.pem"),
        ],
    }
}

/// What a service speaks as.
fn service(setup: &GitHubSetup) -> SetupStep {
    let places = match &setup.index {
        Some(index) => format!("{} and {index}", setup.repository),
        None => setup.repository.to_string(),
    };
    let what = match setup.checks.app() {
        Some(app) => format!(
            "Install the App {app} on {places}. It must be allowed to write checks, contents, issues and pull requests, and \
             to read members where a team are trustees. Give the service CURATOR_APP_ID={app} and CURATOR_APP_KEY."
        ),
        None => format!(
            "Give the service a fine-grained token as GITHUB_TOKEN, of somebody who may write to {places}: it must be \
             allowed to write commit statuses, contents, issues and pull requests."
        ),
    };
    SetupStep { what, commands: Vec::new() }
}
