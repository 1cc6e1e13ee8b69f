//! The rules of a repository's branches, as far as the API goes by them: checks without which nothing is merged.

use curator::model::Profile;
use curator::rules::init::{ChecksBy, GitHubSetup, Program, github_registry};
use serde_json::Value;

use super::repository::Repository;

impl Repository {
    /// Imports a ruleset, as `gh api … --input` does.
    pub(crate) fn import_ruleset(&self, ruleset: &Value) {
        assert_eq!(ruleset["enforcement"], "active");
        let mut world = self.shared.world();
        let required = &mut world.repository_mut(self.id).required;
        for rule in ruleset["rules"].as_array().unwrap().iter().filter(|rule| rule["type"] == "required_status_checks")
        {
            for check in rule["parameters"]["required_status_checks"].as_array().unwrap() {
                let name = check["context"].as_str().unwrap().to_owned();
                required.insert(name, check.get("integration_id").map(|app| app.as_u64().unwrap()));
            }
        }
    }

    /// Imports the rules of the branch main that `curator init --github --checks-by WHO` writes.
    pub(crate) fn rule_main(&self, checks: ChecksBy) {
        let program = Program { repository: None, version: "1.0.0".to_owned(), digests: None };
        let setup = GitHubSetup {
            repository: self.full_name().parse().unwrap(),
            folder: None,
            index: None,
            trustees: Vec::new(),
            team: None,
            program,
            checks,
            index_app: checks.app(),
        };
        let files = github_registry("acme", Profile::Purescript, &setup);
        let (_, rules) = files.iter().find(|(path, _)| path.as_str() == ".github/rulesets/main.json").unwrap();
        self.import_ruleset(&serde_json::from_slice(rules).unwrap());
    }
}
