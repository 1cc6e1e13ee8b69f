//! A real git server over https, one repository on it, and a fetcher that may reach it.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use curator::adapters::git::{Credentials, GitSettings, GitSources, Lookup, Mirror, NetworkSettings, Resolver};
use curator::model::{Limits, Location};
use curator::ports::{FetchError, Proof, SourceFetcher, SourceRequest};

use crate::https::GitServer;
use crate::repos::Repo;
use crate::{everything, id};

/// A resolver that gives its answers one after the other, and the last one forever.
pub(crate) struct Scripted {
    answers: Vec<Vec<&'static str>>,
    /// How often it was asked.
    pub(crate) asked: AtomicUsize,
}

impl Scripted {
    pub(crate) fn new(answers: &[&[&'static str]]) -> Arc<Self> {
        Arc::new(Self { answers: answers.iter().map(|answer| answer.to_vec()).collect(), asked: AtomicUsize::new(0) })
    }
}

impl Resolver for Scripted {
    fn lookup<'a>(&'a self, _host: &'a str) -> Lookup<'a> {
        let at = self.asked.fetch_add(1, Ordering::SeqCst).min(self.answers.len() - 1);
        let answer: Vec<IpAddr> = self.answers[at].iter().map(|text| text.parse().unwrap()).collect();
        Box::pin(async move { if answer.is_empty() { Err(io::Error::other("no such host")) } else { Ok(answer) } })
    }
}

/// A server with one repository, and what a fetcher must know to reach it.
pub(crate) struct Scene {
    pub(crate) repo: Repo,
    pub(crate) server: GitServer,
    pub(crate) settings: GitSettings,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let (repo, server) = (Repo::new(), GitServer::start());
        server.serve("/larkspur/tally.git", &repo.path());
        let network = NetworkSettings {
            allow_hosts: BTreeSet::new(),
            allow_addresses: vec!["127.0.0.0/8".parse().unwrap()],
            credentials: Credentials::default(),
            mirror: Some(Mirror::parse(&server.template("git.test")).unwrap()),
            resolver: Scripted::new(&[&["127.0.0.1"]]),
        };
        let settings = GitSettings {
            replace: BTreeMap::new(),
            pass_env: server.trust().map(|(name, value)| (name.into(), value.into())).to_vec(),
            limits: Limits { fetch_time: Duration::from_secs(20), ..Limits::default() },
            git: PathBuf::from("git"),
            network,
        };
        Self { repo, server, settings }
    }

    /// With two versions and a branch that is ahead of them.
    pub(crate) fn with_versions() -> (Self, [String; 3]) {
        let scene = Self::new();
        let first = scene.repo.commit_files(&[("README", "one\n")], &[]);
        let second = scene.repo.commit_files(&[("README", "two\n")], &[&first]);
        let third = scene.repo.commit_files(&[("README", "three\n")], &[&second]);
        scene.repo.tag("v1.0.0", &first);
        scene.repo.git(["tag", "-a", "-m", "annotated", "v2.0.0", &second]);
        scene.repo.git(["update-ref", "refs/heads/main", &third]);
        (scene, [first, second, third])
    }

    pub(crate) fn sources(&self) -> GitSources {
        GitSources::new(self.settings.clone())
    }

    pub(crate) async fn refusal(&self, request: &SourceRequest) -> FetchError {
        let error = self.sources().fetch(request, &everything).await.unwrap_err();
        assert!(!error.to_string().contains(|c: char| c.is_control()), "{error}");
        error
    }
}

pub(crate) fn location() -> Location {
    let name = |text: &str| text.parse().unwrap();
    Location::GitHub { github_owner: name("larkspur"), github_repo: name("tally"), subdir: None }
}

pub(crate) fn request(tag: &str, commit: Option<&str>, proof: Proof) -> SourceRequest {
    SourceRequest { location: location(), reference: tag.parse().unwrap(), commit: commit.map(id), proof }
}

pub(crate) fn plain(tag: &str) -> SourceRequest {
    request(tag, None, Proof::Reviewed)
}
