//! A review for programs: `curator review --format json`.

use serde_json::{Value, json};

use crate::model::{
    AnnouncedVersion, Announcement, Authority, Category, ChangeKind, Compilation, Decision, Dependant, Mergeable, Need,
    NeedReason, PackageBefore, PackageName, Person, ProposedChange, PullNumber, PullStage, Refusal, Review, StatusKind,
    Version, VersionOutcome,
};

use super::super::amendment::amendment_json;
use super::super::findings::view;
use super::super::impact::impact_json;
use super::super::plan::publication_json;
use super::decision::headline;

/// A review for a program. Texts from outside are in it as they are: it is shown through `inert_json`.
#[must_use]
pub fn review_json(review: &Review) -> Value {
    let pull = &review.pull;
    let lifts = review.lifts.iter().map(|lift| json!({ "code": lift.code.as_str(), "by": person(&lift.by) }));
    let explained = review.explained.iter().map(|code| code.as_str());
    json!({
        "pull": {
            "number": pull.number.0,
            "title": pull.title,
            "author": person(&pull.author),
            "head": pull.head,
            "base": pull.base,
            "baseCommit": pull.base_commit,
            "stage": stage(pull.stage),
            "mergeable": match pull.mergeable {
                Mergeable::Yes => Some(true),
                Mergeable::Conflicting => Some(false),
                Mergeable::Unknown => None,
            },
            "labels": pull.labels,
        },
        "category": category(review.category),
        "decision": decision(&review.decision),
        "says": headline(review),
        "changes": review.changes.iter().map(change).collect::<Vec<_>>(),
        "findings": review.findings.iter().map(|finding| json!(view(finding, &review.texts))).collect::<Vec<_>>(),
        "prepared": review.prepared.iter().map(|it| publication_json(&it.publication, Some(it))).collect::<Vec<_>>(),
        "compiled": review.compiled.versions.iter().map(compiled).collect::<Vec<_>>(),
        "amendments": review.amendments.iter().map(amendment_json).collect::<Vec<_>>(),
        "packages": review.subjects.iter().map(subject).collect::<Vec<_>>(),
        "impact": review.impact.as_ref().map(impact_json),
        "lifted": lifts.collect::<Vec<_>>(),
        "explained": explained.collect::<Vec<_>>(),
    })
}

/// What a merged pull request was told, for a program.
#[must_use]
pub fn announcement_json(number: PullNumber, announcement: Option<&Announcement>) -> Value {
    let version = |it: &AnnouncedVersion| {
        let outcome = match &it.outcome {
            VersionOutcome::Installable { hash, since } => json!({ "installable": since, "hash": hash }),
            VersionOutcome::Owed { why, next } => json!({ "owed": why, "next": next }),
            VersionOutcome::Waiting => json!("waiting"),
        };
        json!({ "name": it.name, "version": it.version, "outcome": outcome })
    };
    let versions = announcement.iter().flat_map(|it| &it.versions).map(version);
    json!({ "pull": number.0, "stage": "merged", "versions": versions.collect::<Vec<_>>() })
}

fn compiled(((name, version), known): (&(PackageName, Version), &Compilation)) -> Value {
    let tool = match known {
        Compilation::Compiled(tool) => Some(tool),
        Compilation::Failed => None,
    };
    let tool = tool.map(|tool| json!({ "program": tool.program.as_str(), "version": tool.version }));
    json!({ "name": name, "version": version, "compiled": tool.is_some(), "with": tool })
}

fn person(person: &Person) -> Value {
    json!({ "id": person.id, "login": person.login })
}

fn stage(stage: PullStage) -> Value {
    match stage {
        PullStage::Draft => json!("draft"),
        PullStage::Open => json!("open"),
        PullStage::Closed => json!("closed"),
        PullStage::Merged { commit, at } => json!({ "merged": commit, "at": at }),
    }
}

fn category(category: Category) -> &'static str {
    match category {
        Category::One(one) => one.as_str(),
        Category::Mixed => "mixed",
        Category::Forbidden => "forbidden",
        Category::Nothing => "nothing",
    }
}

fn change(change: &ProposedChange) -> Value {
    let status = match change.kind {
        ChangeKind::Status(status) => status.map(StatusKind::as_str),
        _ => None,
    };
    json!({
        "kind": change.kind.as_str(),
        "status": status,
        "name": change.package,
        "version": change.version,
        "files": change.files,
    })
}

fn decision(decision: &Decision) -> Value {
    match decision {
        Decision::Merge => json!({ "decision": "merge" }),
        Decision::ByHand => json!({ "decision": "by-hand" }),
        Decision::Needs(needs) => {
            json!({ "decision": "needs", "needs": needs.iter().map(need).collect::<Vec<_>>() })
        }
        Decision::Reject(refusals) => {
            json!({ "decision": "reject", "refusals": refusals.iter().map(refusal).collect::<Vec<_>>() })
        }
    }
}

fn need(need: &Need) -> Value {
    match need {
        Need::Approval { of, more, why } => {
            let of = match of {
                Authority::Trustee => "trustee",
                Authority::Maintainer => "maintainer",
            };
            json!({ "need": "approval", "of": of, "more": more, "why": reason(why) })
        }
        Need::Time { until, why } => json!({ "need": "time", "until": until, "why": reason(why) }),
        Need::Ready => json!({ "need": "ready" }),
        Need::Release { by } => json!({ "need": "release", "by": person(by) }),
        Need::Consent { of } => json!({ "need": "consent", "of": person(of) }),
        Need::Source => json!({ "need": "source" }),
        Need::Compilation => json!({ "need": "compilation" }),
    }
}

fn reason(why: &NeedReason) -> Value {
    let (kind, name) = match why {
        NeedReason::NewPackage(name) => ("new-package", Some(name)),
        NeedReason::SimilarName(name) => ("similar-name", Some(name)),
        NeedReason::NewVersion(name) => ("new-version", Some(name)),
        NeedReason::Override(name) => ("override", Some(name)),
        NeedReason::Status(name) => ("status", Some(name)),
        NeedReason::Registration(name) => ("registration", Some(name)),
        NeedReason::Advisory => ("advisory", None),
        NeedReason::PackageSet => ("package-set", None),
        NeedReason::Configuration => ("configuration", None),
    };
    json!({ "kind": kind, "name": name })
}

fn refusal(refusal: &Refusal) -> Value {
    match refusal {
        Refusal::Findings { errors } => json!({ "refusal": "findings", "errors": errors }),
        Refusal::Conflict { files } => json!({ "refusal": "conflict", "files": files }),
        Refusal::Forbidden => json!({ "refusal": "forbidden" }),
        Refusal::TooLarge { most } => json!({ "refusal": "too-large", "most": most }),
        Refusal::Nothing => json!({ "refusal": "nothing" }),
        Refusal::OtherBranch => json!({ "refusal": "other-branch" }),
    }
}

fn subject((name, before): (&PackageName, &PackageBefore)) -> Value {
    let PackageBefore { previous, registered, registering, dependants } = before;
    let previous =
        previous.as_ref().map(|it| json!({ "version": it.version, "license": it.license, "location": it.location }));
    let dependant = |it: &Dependant| json!({ "name": it.name, "version": it.version, "range": it.range });
    json!({
        "name": name,
        "previous": previous,
        "registered": registered,
        "registering": registering,
        "dependants": dependants.iter().map(dependant).collect::<Vec<_>>(),
    })
}
