//! Verdicts beside commits on GitHub: check runs, and commit statuses where the token may not write those.

use std::sync::atomic::Ordering;

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::model::{Annotation, AnnotationLevel, CommitId, Conclusion, PullNumber, Timestamp, Verdict};
use crate::ports::{ForgeError, Given, People as _, Verdicts};

use super::auth::Keys;
use super::failure::Failure;
use super::repository::{Account, Done, GitHubRepository, cut, encoded};
use super::request::Request;

/// What a verdict is called.
const NAME: &str = "curator";
/// The most annotations of one request.
const BATCH: usize = 50;
/// The longest summary of a check run, in bytes.
const LONGEST_SUMMARY: usize = 65_535;
/// The longest title, in characters.
const LONGEST_TITLE: usize = 255;
/// The longest message of an annotation: GitHub takes 64 kB.
const LONGEST_MESSAGE: usize = 16_000;
/// The longest description of a status.
const LONGEST_DESCRIPTION: usize = 140;
/// The app that workflows speak as.
const ACTIONS_APP: &str = "github-actions";

#[derive(Deserialize)]
struct Runs {
    check_runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    id: u64,
    external_id: Option<String>,
    started_at: Option<Timestamp>,
    completed_at: Option<Timestamp>,
    app: Option<App>,
}

#[derive(Deserialize)]
struct App {
    id: u64,
    slug: Option<String>,
}

#[derive(Deserialize)]
struct Created {
    id: u64,
}

#[derive(Deserialize)]
struct RunNow {
    output: Output,
}

#[derive(Deserialize)]
struct Output {
    annotations_count: usize,
}

#[derive(Deserialize)]
struct Status {
    id: u64,
    context: String,
    target_url: Option<String>,
    creator: Option<Account>,
    created_at: Timestamp,
}

/// A verdict that was given: when, its number, and the print that it was given with.
type Past = (Timestamp, u64, String);

impl GitHubRepository {
    /// The check runs that this curator made about `head`.
    async fn runs(&self, head: &CommitId) -> Result<Vec<Past>, Failure> {
        // The token of a person may write none: all of them are somebody else's.
        if !matches!(self.github.client.keys, Keys::App(_) | Keys::Actions(_)) {
            return Ok(Vec::new());
        }
        let route = self.route(&format!("commits/{head}/check-runs?check_name={NAME}&filter=all&per_page=100"));
        let pages = self.github.client.pages::<Runs>(&route).await?;
        let is_mine = |run: &Run| match (&self.github.client.keys, &run.app) {
            (Keys::App(keys), Some(app)) => app.id == keys.id(),
            (Keys::Actions(_), Some(app)) => app.slug.as_deref() == Some(ACTIONS_APP),
            _ => false,
        };
        let runs = pages.into_iter().flat_map(|page| page.check_runs).filter(is_mine);
        Ok(runs
            .filter_map(|run| Some((run.started_at.or(run.completed_at)?, run.id, run.external_id.unwrap_or_default())))
            .collect())
    }

    /// The statuses that this curator gave `head`.
    async fn statuses(&self, head: &CommitId) -> Result<Vec<Past>, Failure> {
        let me = self.me().await?;
        let statuses = self.github.client.list::<Status>(&self.route(&format!("commits/{head}/statuses"))).await?;
        let past = |status: Status| {
            let is_mine = status.context == NAME && status.creator.is_some_and(|creator| creator.id == me.id);
            is_mine.then(|| (status.created_at, status.id, fingerprint(&status.target_url.unwrap_or_default())))
        };
        Ok(statuses.into_iter().filter_map(past).collect())
    }

    async fn given_run(&self, head: &CommitId, print: &str) -> Result<Option<Created>, Failure> {
        let newest = self.runs(head).await?.into_iter().max();
        Ok(newest.filter(|(.., found)| found == print).map(|(_, id, _)| Created { id }))
    }

    async fn given_status(&self, head: &CommitId, print: &str) -> Result<Option<Done>, Failure> {
        let newest = self.statuses(head).await?.into_iter().max();
        Ok(newest.filter(|(.., found)| found == print).map(|_| Done))
    }

    async fn annotated(&self, run: u64, number: usize) -> Result<Option<Done>, Failure> {
        let now = self.github.client.get::<RunNow>(&self.route(&format!("check-runs/{run}"))).await?;
        Ok((now.output.annotations_count >= number).then_some(Done))
    }

    async fn give_run(&self, head: &CommitId, verdict: &Verdict, print: &str) -> Result<(), Failure> {
        let conclusion = match verdict.conclusion {
            Conclusion::Passed => "success",
            Conclusion::Waiting => "action_required",
            Conclusion::Failed => "failure",
        };
        let mut batches = verdict.annotations.chunks(BATCH);
        let content = json!({
            "name": NAME,
            "head_sha": head.to_string(),
            "external_id": print,
            "status": "completed",
            "conclusion": conclusion,
            "output": output(verdict, batches.next().unwrap_or_default()),
        });
        let request = Request::json(Method::POST, self.route("check-runs"), &content);
        let run: Created = self.github.client.write(&request, || self.given_run(head, print)).await?;
        let mut number = BATCH;
        for batch in batches {
            number += batch.len();
            let content = json!({ "output": output(verdict, batch) });
            let request = Request::json(Method::PATCH, self.route(&format!("check-runs/{}", run.id)), &content);
            let Done = self.github.client.write(&request, || self.annotated(run.id, number)).await?;
        }
        Ok(())
    }

    async fn give_status(&self, head: &CommitId, verdict: &Verdict, print: &str) -> Result<(), Failure> {
        let state = match verdict.conclusion {
            Conclusion::Passed => "success",
            Conclusion::Waiting => "pending",
            Conclusion::Failed => "failure",
        };
        let web = self.github.client.address.web();
        let fragment = encoded(print);
        let content = json!({
            "state": state,
            "context": NAME,
            "description": cut(&verdict.title, LONGEST_DESCRIPTION),
            "target_url": format!("{web}/{}/commit/{head}#{NAME}={fragment}", self.name),
        });
        let request = Request::json(Method::POST, self.route(&format!("statuses/{head}")), &content);
        let Done = self.github.client.write(&request, || self.given_status(head, print)).await?;
        Ok(())
    }
}

impl Verdicts for GitHubRepository {
    async fn given(&self, number: PullNumber, head: &CommitId) -> Result<Option<Given>, ForgeError> {
        let mut past = match self.runs(head).await {
            // Not to be seen: then it was not written either.
            Err(Failure::Refused(refusal)) if refusal.status == 403 => Vec::new(),
            other => other?,
        };
        // Only where there is no run: with a token that writes runs, this would be a question for every review.
        let is_statuses = self.known.without_checks.load(Ordering::Relaxed);
        if is_statuses || past.is_empty() && matches!(self.github.client.keys, Keys::Token(_)) {
            past.extend(self.statuses(head).await?);
        }
        let mine = |print: &str| print.strip_prefix(&prefix(number)).map(str::to_owned);
        past.sort_unstable();
        let is_shown = past.last().is_some_and(|(.., print)| mine(print).is_some());
        let own = past.into_iter().filter_map(|(at, _, print)| Some((at, mine(&print)?)));
        let (times, fingerprints): (Vec<Timestamp>, Vec<String>) = own.unzip();
        Ok(times.into_iter().next().map(|first| Given { first, fingerprints, is_shown }))
    }

    async fn give(&self, number: PullNumber, head: &CommitId, verdict: &Verdict) -> Result<(), ForgeError> {
        let print = prefix(number) + &verdict.fingerprint;
        if !self.known.without_checks.load(Ordering::Relaxed) {
            match self.give_run(head, verdict, &print).await {
                Err(Failure::Refused(refusal)) if refusal.status == 403 => {
                    tracing::debug!(message = refusal.message, "no check runs: statuses instead");
                    self.known.without_checks.store(true, Ordering::Relaxed);
                }
                other => return Ok(other?),
            }
        }
        Ok(self.give_status(head, verdict, &print).await?)
    }
}

/// How the prints of what is given for a pull request begin: verdicts stand beside commits, which several may have.
fn prefix(number: PullNumber) -> String {
    format!("{}:", number.0)
}

fn output(verdict: &Verdict, annotations: &[Annotation]) -> Value {
    let annotations: Vec<Value> = annotations.iter().map(annotation).collect();
    // Counted in bytes, of which no character has fewer than one.
    let mut summary = cut(&verdict.summary, LONGEST_SUMMARY);
    while summary.len() > LONGEST_SUMMARY {
        summary = cut(summary, summary.chars().count() * LONGEST_SUMMARY / summary.len());
    }
    json!({ "title": cut(&verdict.title, LONGEST_TITLE), "summary": summary, "annotations": annotations })
}

fn annotation(annotation: &Annotation) -> Value {
    let level = match annotation.level {
        AnnotationLevel::Failure => "failure",
        AnnotationLevel::Warning => "warning",
    };
    let mut value = json!({
        "path": annotation.file,
        "start_line": annotation.first_line,
        "end_line": annotation.last_line,
        "annotation_level": level,
        "title": cut(&annotation.title, LONGEST_TITLE),
        "message": cut(&annotation.message, LONGEST_MESSAGE),
    });
    // GitHub takes columns only within one line.
    if annotation.first_line == annotation.last_line
        && let (Some((first, last)), Some(fields)) = (annotation.columns, value.as_object_mut())
    {
        fields.insert("start_column".to_owned(), first.into());
        fields.insert("end_column".to_owned(), last.into());
    }
    value
}

/// The fingerprint that stands at the end of a status's address.
fn fingerprint(url: &str) -> String {
    let fragment = url.split_once('#').map_or("", |(_, fragment)| fragment);
    let mut pairs = form_urlencoded::parse(fragment.as_bytes());
    pairs.find(|(name, _)| name == NAME).map(|(_, print)| print.into_owned()).unwrap_or_default()
}
