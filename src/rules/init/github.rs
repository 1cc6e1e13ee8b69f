//! What a registry on GitHub has besides its files: workflows, rulesets and the other things that GitHub reads.

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::str::FromStr;

use crate::model::{GitHubName, RepositoryName, TreePath};

use super::checks::ChecksBy;

/// What the administrator of a registry on GitHub says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitHubSetup {
    /// The repository of the registry.
    pub repository: RepositoryName,
    /// The folder of the repository in which the registry stands; `None` where that is all of it.
    pub folder: Option<TreePath>,
    /// The repository of the index, where that is another one.
    pub index: Option<RepositoryName>,
    /// Those who look after the registry.
    pub trustees: Vec<Trustee>,
    /// The team whose members are trustees, too.
    pub team: Option<Team>,
    /// The program that the workflows run.
    pub program: Program,
    /// Who gives the check without which nothing is merged.
    pub checks: ChecksBy,
    /// The App that alone may write the index, where it is one.
    pub index_app: Option<NonZeroU64>,
}

/// Somebody who looks after a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trustee {
    /// GitHub's number of the account: it alone counts (threat 36).
    pub id: u64,
    /// What the account is called, for GitHub to ask it for reviews.
    pub login: Option<GitHubName>,
}

/// Why a text names no trustee.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("write the number of the account, or number=login: `gh api users/LOGIN --jq .id` prints it")]
pub struct TrusteeError;

impl FromStr for Trustee {
    type Err = TrusteeError;

    fn from_str(text: &str) -> Result<Self, TrusteeError> {
        let (id, login) = text.split_once('=').map_or((text, None), |(id, login)| (id, Some(login)));
        // `parse` takes a sign, too; nobody has the number 0.
        let id = id.bytes().all(|byte| byte.is_ascii_digit()).then(|| id.parse().ok()).flatten();
        let id = id.filter(|id| *id != 0).ok_or(TrusteeError)?;
        Ok(Self { id, login: login.map(str::parse).transpose().map_err(|_| TrusteeError)? })
    }
}

/// A team of an organisation, as `organisation/team`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team(String);

/// A text that names no team.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("write a team as organisation/team")]
pub struct TeamError;

impl FromStr for Team {
    type Err = TeamError;

    fn from_str(text: &str) -> Result<Self, TeamError> {
        let (organisation, team) = text.split_once('/').ok_or(TeamError)?;
        let sound = [organisation, team].iter().all(|part| part.parse::<GitHubName>().is_ok());
        sound.then(|| Self(text.to_owned())).ok_or(TeamError)
    }
}

/// The program that the workflows install.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The repository whose releases have it, where that is known.
    pub repository: Option<RepositoryName>,
    /// Its version.
    pub version: String,
    /// The SHA-256 of its builds, where they are known.
    pub digests: Option<Digests>,
}

/// The SHA-256 of the static builds of the program, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digests {
    x86_64: String,
    aarch64: String,
}

/// Why a list of digests cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DigestsError {
    /// A build is not on it.
    #[error("it has no line for {0}")]
    Missing(&'static str),
    /// A build is on it more than once.
    #[error("it has two lines for {0}")]
    Twice(&'static str),
    /// What stands before the name is no SHA-256.
    #[error("its line for {0} does not begin with 64 hexadecimal digits")]
    NoDigest(&'static str),
}

impl Digests {
    const X86_64: &'static str = "curator-x86_64-unknown-linux-musl";
    const AARCH64: &'static str = "curator-aarch64-unknown-linux-musl";

    /// Reads the file SHA256SUMS of a release, as `sha256sum` prints it.
    ///
    /// # Errors
    /// [`DigestsError`] where it does not name each build once.
    pub fn read(sums: &str) -> Result<Self, DigestsError> {
        Ok(Self { x86_64: Self::of(sums, Self::X86_64)?, aarch64: Self::of(sums, Self::AARCH64)? })
    }

    fn of(sums: &str, build: &'static str) -> Result<String, DigestsError> {
        // A star before the name says that the file was read as bytes.
        let named = |line: &'_ &str| {
            line.split_once(' ').is_some_and(|(_, name)| name.trim_start_matches([' ', '*']).trim_end() == build)
        };
        let mut lines = sums.lines().filter(named);
        let line = lines.next().ok_or(DigestsError::Missing(build))?;
        if lines.next().is_some() {
            return Err(DigestsError::Twice(build));
        }
        let digest = line.split(' ').next().unwrap_or_default().to_ascii_lowercase();
        let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_digest.then_some(digest).ok_or(DigestsError::NoDigest(build))
    }
}

/// What stands where a person has to fill something in.
const FILL_IN: &str = "FILL-IN";

/// The branch of an index that has a repository of its own, and of one that shares it with the registry.
const INDEX_BRANCHES: [&str; 2] = ["main", "index"];

impl GitHubSetup {
    /// Whether the folder of the registry can stand in a script, as it is: letters, digits, `.`, `_`, `-` and `/`, and no
    /// option.
    #[must_use]
    pub fn has_plain_folder(&self) -> bool {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
        self.folder
            .as_ref()
            .is_none_or(|folder| folder.as_str().chars().all(is_plain) && !folder.as_str().starts_with('-'))
    }

    /// Whether somebody looks after the registry.
    #[must_use]
    pub fn has_trustees(&self) -> bool {
        !self.trustees.is_empty() || self.team.is_some()
    }

    /// The repository that holds the index.
    #[must_use]
    pub fn index_repository(&self) -> &RepositoryName {
        self.index.as_ref().unwrap_or(&self.repository)
    }

    /// The branch that holds the index.
    #[must_use]
    pub fn index_branch(&self) -> &'static str {
        let [alone, shared] = INDEX_BRANCHES;
        if self.index.is_some() { alone } else { shared }
    }

    /// The files that GitHub reads, as paths in the repository.
    pub(super) fn files(&self) -> Vec<(String, String)> {
        let always = [
            ("pull_request_template.md", include_str!("github/pull_request_template.md")),
            ("rulesets/index.json", include_str!("github/index.json")),
            ("rulesets/main.json", include_str!("github/main.json")),
            ("rulesets/tags.json", include_str!("github/tags.json")),
        ];
        let writer = ("rulesets/index-writer.json", include_str!("github/index-writer.json"));
        let of_actions = [
            ("actions/compiler/action.yml", include_str!("github/compiler.yml")),
            ("actions/curator/action.yml", include_str!("github/action.yml")),
            ("dependabot.yml", include_str!("github/dependabot.yml")),
            ("workflows/heal.yml", include_str!("github/heal.yml")),
            ("workflows/review.yml", include_str!("github/review.yml")),
            ("workflows/signal.yml", include_str!("github/signal.yml")),
            ("workflows/sync.yml", include_str!("github/sync.yml")),
        ];
        let written = always.into_iter().chain(self.index_app.map(|_| writer));
        let written = written.chain(of_actions.into_iter().filter(|_| self.checks == ChecksBy::Actions));
        let mut files: Vec<(String, String)> =
            written.map(|(path, text)| (format!(".github/{path}"), self.fill(text))).collect();
        files.extend(self.code_owners().map(|text| (".github/CODEOWNERS".to_owned(), text)));
        files
    }

    /// A template with what is particular to this registry in its places.
    fn fill(&self, template: &str) -> String {
        let digest =
            |of: fn(&Digests) -> &String| self.program.digests.as_ref().map_or(FILL_IN, |all| of(all)).to_owned();
        let unknown = || format!("{FILL_IN}-OWNER/{FILL_IN}-NAME");
        let program = self.program.repository.as_ref().map_or_else(unknown, ToString::to_string);
        let place = self.folder.as_ref().map(|folder| format!(" --registry-path {folder}")).unwrap_or_default();
        let (step, token) = if self.index.is_some() { (self.app_step(), APP_TOKEN) } else { (String::new(), "") };
        let values = BTreeMap::from([
            ("@AARCH64@", digest(|all| &all.aarch64)),
            ("@APP@", step),
            ("@INDEX_APP@", self.index_app.map_or_else(String::new, |app| app.to_string())),
            ("@INDEX_BRANCH@", self.index_branch().to_owned()),
            ("@INTEGRATION@", self.checks.integration().map_or_else(String::new, integration)),
            ("@PLACE@", place),
            ("@PROGRAM@", program),
            ("@TOKEN@", token.to_owned()),
            ("@VERSION@", self.program.version.clone()),
            ("@X86_64@", digest(|all| &all.x86_64)),
        ]);
        values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(name, value))
    }

    /// The step that gets the token of the App, which may write into registry and index.
    fn app_step(&self) -> String {
        let index = self.index_repository();
        // The App has a token for each account; that of the index's account reads a registry elsewhere if it is public.
        let is_near = index.owner().eq_ignore_ascii_case(self.repository.owner());
        let near = if is_near { format!("{},", self.repository.name()) } else { String::new() };
        let step = include_str!("github/app.yml").replace("@INDEX_OWNER@", index.owner());
        step.replace("@REPOSITORIES@", &format!("{near}{}", index.name()))
    }

    /// Whom GitHub asks to look at what only trustees decide; `None` where nobody's name is known.
    fn code_owners(&self) -> Option<String> {
        let logins = self.trustees.iter().filter_map(|trustee| trustee.login.as_ref()).map(|login| format!("@{login}"));
        let team = self.team.iter().map(|Team(team)| format!("@{team}"));
        let owners: Vec<String> = team.chain(logins).collect();
        if owners.is_empty() {
            return None;
        }
        let folder = self.folder.as_ref().map(|folder| format!("/{folder}")).unwrap_or_default();
        let of_registry = ["curator.toml", "schemas/", "overrides/", "advisories/"];
        let guarded = of_registry.map(|path| format!("{folder}/{path}"));
        let lines: Vec<String> = std::iter::once("/.github/".to_owned())
            .chain(guarded)
            .map(|path| format!("{path} {}", owners.join(" ")))
            .collect();
        Some(include_str!("github/CODEOWNERS").replace("@LINES@", &lines.join("\n")))
    }

    /// `curator.toml` with the places of this registry instead of folders, and its trustees. The tests look for each.
    pub(super) fn configure(&self, config: &str) -> String {
        let people: Vec<String> = self.trustees.iter().map(|trustee| trustee.id.to_string()).collect();
        let index = format!(
            "git = \"https://github.com/{}.git\"\nbranch = \"{}\"\n",
            self.index_repository(),
            self.index_branch()
        );
        let store = include_str!("github/store.toml").replace("@REPOSITORY@", &self.repository.to_string());
        let mut config = config
            .replace("path = \"../index\"\n", &index)
            .replace("name = \"local\"\npath = \"../.curator/store\"\n", &store)
            .replace("# people = []\n", &format!("people = [{}]\n", people.join(", ")));
        if let Some(Team(team)) = &self.team {
            config = config.replace("# team = \"ORGANISATION/TEAM\"\n", &format!("team = \"{team}\"\n"));
        }
        config
    }
}

/// What says in a ruleset whose check counts.
fn integration(app: u64) -> String {
    format!(", \"integration_id\": {app}")
}

/// The line that gives git the token of the App.
const APP_TOKEN: &str = "          CURATOR_GIT_TOKEN: ${{ steps.app.outputs.token }}\n";
