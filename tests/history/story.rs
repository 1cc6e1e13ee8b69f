//! A history made by hand: commits of a registry and its index, a day after each other.

use std::collections::BTreeMap;

use curator::model::{Area, Fate, HistoryReport, PastCommit, Subject, Timestamp};
use curator::rules::audit::history::{Chronicle, Layout, Today, compare};
use curator::rules::report::history_findings;
use serde_json::{Value, json};

/// The files that a commit writes; it removes those whose text is [`GONE`].
pub(crate) type Files<'f> = &'f [(&'f str, String)];

/// The text of a file that is removed.
pub(crate) const GONE: String = String::new();

/// A commit, before it is entered anywhere.
pub(crate) struct Step {
    pub(crate) area: Area,
    pub(crate) day: u8,
    pub(crate) author: String,
    pub(crate) files: Vec<(String, Option<String>)>,
}

/// A history of both repositories.
pub(crate) struct Story {
    /// Where metadata and package sets are.
    pub(crate) facts: Area,
    pub(crate) steps: Vec<Step>,
}

impl Story {
    /// One in the layout of the PureScript registry.
    pub(crate) fn purescript() -> Self {
        Self { facts: Area::Registry, steps: Vec::new() }
    }

    /// One in the curator's own layout.
    pub(crate) fn curator() -> Self {
        Self { facts: Area::Index, steps: Vec::new() }
    }

    /// A commit to the index on the day `day` of 2026-03.
    pub(crate) fn index(mut self, day: u8, files: Files<'_>) -> Self {
        self.add(Area::Index, day, files);
        self
    }

    /// A commit to the registry on the day `day` of 2026-03.
    pub(crate) fn registry(mut self, day: u8, files: Files<'_>) -> Self {
        self.add(Area::Registry, day, files);
        self
    }

    fn add(&mut self, area: Area, day: u8, files: Files<'_>) {
        let files =
            files.iter().map(|(path, text)| ((*path).to_owned(), Some(text.clone()).filter(|text| *text != GONE)));
        let files = files.collect();
        self.steps.push(Step { area, day, author: "Bot <bot@example.org>".to_owned(), files });
    }

    /// What the history tells, where the commits before `first` are not looked at.
    pub(crate) fn since(&self, first: u8) -> HistoryReport {
        let mut chronicle = Chronicle::default();
        for area in [Area::Registry, Area::Index] {
            let layout = Layout { area, facts: self.facts };
            let mut state: BTreeMap<String, String> = BTreeMap::new();
            for (at, step) in self.steps.iter().enumerate().filter(|(_, step)| step.area == area) {
                let mut compared = Vec::new();
                for (path, text) in &step.files {
                    let before = match text {
                        Some(text) => state.insert(path.clone(), text.clone()),
                        None => state.remove(path),
                    };
                    let bytes = |text: &String| text.clone().into_bytes();
                    let path = path.parse().unwrap();
                    compared.push(compare(layout, &path, before.as_ref().map(bytes), text.as_ref().map(bytes)));
                }
                if step.day >= first {
                    chronicle.enter(layout, step.commit(at), compared);
                }
            }
        }
        let today = self.today(&chronicle);
        chronicle.report(&today, None, Vec::new())
    }

    /// What the history tells.
    pub(crate) fn told(&self) -> HistoryReport {
        self.since(0)
    }

    fn today(&self, chronicle: &Chronicle) -> BTreeMap<curator::model::PackageName, Today> {
        let mut state: BTreeMap<&str, Option<&String>> = BTreeMap::new();
        let steps = self.steps.iter().filter(|step| step.area == self.facts);
        for (path, text) in steps.flat_map(|step| &step.files) {
            state.insert(path, text.as_ref());
        }
        let mut today = BTreeMap::new();
        for name in chronicle.in_question() {
            let places = [format!("metadata/{name}.json"), format!("metadata/{}/{name}.json", name.shard())];
            let texts = places.iter().filter_map(|place| state.get(place.as_str()).copied().flatten());
            today.extend(texts.map(|text| (name.clone(), Today::read(text.as_bytes()))));
        }
        today
    }

    /// The findings, each as `code file message`, with what names the commit cut off.
    pub(crate) fn found(&self) -> Vec<String> {
        let findings = history_findings(&self.told());
        let one = |it: &curator::model::Finding| format!("{} {}: {}", it.code, it.place.file, it.message);
        findings.iter().map(one).collect()
    }
}

impl Step {
    /// The time of the commit: noon of its day, and a second later for the index.
    pub(crate) fn time(&self) -> Timestamp {
        let second = u8::from(self.area == Area::Index);
        format!("2026-03-{:02}T12:00:0{second}Z", self.day).parse().unwrap()
    }

    fn commit(&self, at: usize) -> PastCommit {
        PastCommit {
            area: self.area,
            id: format!("commit-{at}"),
            time: self.time(),
            author: self.author.clone(),
            message: "a commit".to_owned(),
        }
    }
}

/// The line of a version, which says `description`.
pub(crate) fn line(name: &str, version: &str, description: &str) -> String {
    json!({
        "name": name,
        "version": version,
        "license": "MIT",
        "description": description,
        "location": {"githubOwner": "example", "githubRepo": name},
        "ref": format!("v{version}"),
        "dependencies": {},
    })
    .to_string()
        + "\n"
}

/// The lines of these versions.
pub(crate) fn lines(name: &str, versions: &[&str]) -> String {
    versions.iter().map(|version| line(name, version, "")).collect()
}

/// The entry of a version whose archive is `archive`.
pub(crate) fn entry(archive: &str) -> Value {
    json!({
        "bytes": archive.len(),
        "compilers": ["0.15.15"],
        "hash": curator::model::Sha256::of(archive.as_bytes()),
        "publishedTime": "2026-01-01T00:00:00.000Z",
        "ref": "",
    })
}

/// The metadata of a package: these entries, and records of these versions.
pub(crate) fn metadata(published: &[(&str, Value)], unpublished: &[&str]) -> String {
    let published: BTreeMap<_, _> = published.iter().cloned().collect();
    let record = json!({
        "publishedTime": "2026-01-01T00:00:00.000Z",
        "reason": "A leak.",
        "unpublishedTime": "2026-03-02T00:00:00.000Z",
    });
    let unpublished: BTreeMap<_, _> = unpublished.iter().map(|version| (*version, record.clone())).collect();
    let location = json!({"githubOwner": "example", "githubRepo": "example"});
    let file = json!({"location": location, "published": published, "unpublished": unpublished});
    serde_json::to_string_pretty(&file).unwrap() + "\n"
}

/// Every trace as `deed fact subject: fate`, with the places of commits as the ids that they have in the story.
pub(crate) fn traces(report: &HistoryReport) -> Vec<String> {
    let id = |at: usize| report.commits[at].id.clone();
    let mut shown = Vec::new();
    for incident in &report.incidents {
        for trace in &incident.traces {
            let subject = match &trace.subject {
                Subject::Version(name, version) => format!("{name}@{version}"),
                Subject::Package(name) => name.to_string(),
                Subject::Set(version) => version.to_string(),
                Subject::File(path) => path.to_string(),
            };
            let fate = match trace.fate {
                Fate::Open => "open".to_owned(),
                Fate::Restored(at) => format!("restored by {}", id(at)),
                Fate::Replaced(at) => format!("replaced by {}", id(at)),
                Fate::Unpublished(at) => format!("unpublished by {}", at.map_or_else(|| "nobody seen".to_owned(), id)),
                Fate::Gone(at) => format!("gone with {}", id(at)),
            };
            let (deed, fact, by) = (incident.deed.as_str(), trace.fact.as_str(), id(incident.commit));
            shown.push(format!("{by} {deed} {fact} {subject}: {fate}"));
        }
    }
    shown
}
