//! What becomes of a pull request, in words: in one line, and as a list of what is missing and who can give it.

use crate::model::{
    Authority, Decision, Need, NeedReason, NonEmpty, PackageName, PullStage, Refusal, Review, Timestamp,
};

use super::super::findings::counted;
use super::super::markdown::{Room, code, fitting};
use super::super::words::listed;

/// What is shown of the list of needs, and of the files in conflict.
const NEEDS: Room = Room { chars: 3_000, items: 40, indent: "" };
const CONFLICTS: Room = Room { chars: 1_500, items: 10, indent: "  " };

/// What an approval is, and what it is worth.
const HOW_TO_APPROVE: &str =
    "\nAn approval is a review that approves this commit; it is void when the pull request gets another one.\n";

/// What becomes of the pull request, in one line without an end mark, in which nothing is from outside.
pub(super) fn headline(review: &Review) -> String {
    match (&review.pull.stage, &review.decision) {
        (PullStage::Merged { .. }, _) => "Merged: what it brings is published next".to_owned(),
        (PullStage::Closed, _) => "Closed without a merge".to_owned(),
        (_, Decision::Merge) if review.obstacle.is_some() => "Ready, and the forge does not merge it".to_owned(),
        (_, Decision::Merge) => "Ready: the curator merges it now".to_owned(),
        (_, Decision::ByHand) => "Ready: a trustee merges it by hand".to_owned(),
        (_, Decision::Needs(needs)) => waits(needs),
        (_, Decision::Reject(refusals)) => refused(refusals),
    }
}

fn waits(needs: &NonEmpty<Need>) -> String {
    if needs.iter().any(|need| matches!(need, Need::Ready)) {
        return "Draft: it waits until its author declares it ready".to_owned();
    }
    if needs.iter().any(|need| matches!(need, Need::Release { .. })) {
        return "Held: it is not merged before it is let go".to_owned();
    }
    let approvals = |of: Authority| {
        let more = needs.iter().filter_map(|need| match need {
            Need::Approval { of: role, more, .. } if *role == of => Some(*more),
            _ => None,
        });
        more.max().map(|more| format!("approval by {}", people(of, more)))
    };
    let until = needs.iter().filter_map(|need| match need {
        Need::Time { until, .. } => Some(*until),
        _ => None,
    });
    let consent = needs.iter().any(|need| matches!(need, Need::Consent { .. }));
    let source = needs.iter().any(|need| matches!(need, Need::Source));
    let compilation = needs.iter().any(|need| matches!(need, Need::Compilation));
    let parts = [
        approvals(Authority::Trustee),
        approvals(Authority::Maintainer),
        consent.then(|| "consent of a reviewer".to_owned()),
        until.max().map(|until| format!("time until {}", when(until))),
        source.then(|| "a source that answers".to_owned()),
        compilation.then(|| "the run that compiles it".to_owned()),
    ];
    format!("Needs {}", listed(parts.into_iter().flatten()))
}

fn people(of: Authority, number: usize) -> String {
    match (of, number) {
        (Authority::Trustee, 1) => "a trustee".to_owned(),
        (Authority::Trustee, number) => format!("{number} trustees"),
        (Authority::Maintainer, 1) => "a maintainer or a trustee".to_owned(),
        (Authority::Maintainer, number) => format!("{number} maintainers or trustees"),
    }
}

/// The gravest refusal speaks for all.
fn refused(refusals: &NonEmpty<Refusal>) -> String {
    let gravest = refusals.iter().min_by_key(|refusal| match refusal {
        Refusal::Forbidden => 0,
        Refusal::TooLarge { .. } => 1,
        Refusal::OtherBranch => 2,
        Refusal::Conflict { .. } => 3,
        Refusal::Findings { .. } => 4,
        Refusal::Nothing => 6,
    });
    match gravest {
        Some(Refusal::TooLarge { most }) => format!("Refused: it changes more than {}", counted(*most, "file")),
        Some(Refusal::OtherBranch) => "Refused: it is for another branch than that of the registry".to_owned(),
        Some(Refusal::Conflict { .. }) => {
            "Conflict: its branch and that of the registry do not fit together".to_owned()
        }
        Some(Refusal::Findings { errors }) => format!("Refused as it is: {} to mend", counted(*errors, "error")),
        Some(Refusal::Nothing) => "Refused: it changes nothing".to_owned(),
        Some(Refusal::Forbidden) | None => "Refused: what is published stays as it is".to_owned(),
    }
}

/// What the merge still needs, and who can give it; nothing where nothing is missing.
pub(super) fn needs(review: &Review) -> String {
    if !matches!(review.pull.stage, PullStage::Open | PullStage::Draft) {
        return String::new();
    }
    match &review.decision {
        Decision::Merge => review.obstacle.as_deref().map(obstacle).unwrap_or_default(),
        Decision::ByHand => "This registry merges such changes by hand: a trustee presses the button.\n".to_owned(),
        Decision::Needs(needs) => {
            let is_approval = needs.iter().any(|need| matches!(need, Need::Approval { .. }));
            let how = if is_approval { HOW_TO_APPROVE } else { "" };
            let unheard = review.unheard.filter(|_| is_approval).map(unheard).unwrap_or_default();
            format!("The merge still needs:\n\n{}{how}{unheard}", fitting(needs.as_slice(), NEEDS, "need", need))
        }
        Decision::Reject(refusals) => {
            format!("What stands against it:\n\n{}", fitting(refusals.as_slice(), NEEDS, "reason", refusal))
        }
    }
}

/// Why it is no approval that somebody opened it whose approval it needs.
fn unheard(of: Authority) -> String {
    let role = match of {
        Authority::Trustee => "a trustee",
        Authority::Maintainer => "a maintainer",
    };
    format!(
        "\nThat {role} opened it is no approval here: its branch is in a repository of another account, where others may \
         push. Somebody else approves this commit, or its author opens it from a fork of their own account.\n"
    )
}

/// Why the forge did not merge what nothing else stands against.
fn obstacle(said: &str) -> String {
    format!(
        "Nothing stands against it, but the merge was refused: {}. Where its head or the branch has just moved, the next \
         review merges it; otherwise a **trustee** looks at the rulesets of the branch and at what the curator's token \
         may do.\n",
        code(said)
    )
}

fn need(need: &Need) -> String {
    let text = match need {
        Need::Approval { of, more, why } => {
            let people = match (of, package(why)) {
                (Authority::Maintainer, Some(name)) if *more == 1 => {
                    format!("a maintainer of {} or a trustee", code(name.as_str()))
                }
                _ => people(*of, *more),
            };
            format!("approval by **{people}**, since {}", reason(why))
        }
        Need::Time { until, why } => {
            // Whoever it comes from: it is no lack of approval that it waits for.
            let why = match why {
                NeedReason::NewVersion(name) => format!("{} gets a new version", code(name.as_str())),
                other => reason(other),
            };
            format!("time until **{}**, since {why}: until then everybody can look at it", when(*until))
        }
        Need::Ready => "that its **author** declares it ready for review".to_owned(),
        Need::Release { by } => {
            format!("that {}, who holds it, or a **trustee** says `/curator release`", code(&by.login))
        }
        Need::Consent { of } => {
            format!("that {}, who asked for changes, approves it, or that this review is dismissed", code(&of.login))
        }
        Need::Source => {
            "a **source** that answers; the curator asks again by itself, and at once after `/curator recheck`"
                .to_owned()
        }
        Need::Compilation => {
            "the **run** that compiles it: where that has ended and nothing came of it, `/curator recheck` begins another"
                .to_owned()
        }
    };
    format!("- {text}\n")
}

fn package(why: &NeedReason) -> Option<&PackageName> {
    match why {
        NeedReason::NewPackage(name)
        | NeedReason::SimilarName(name)
        | NeedReason::NewVersion(name)
        | NeedReason::Override(name)
        | NeedReason::Status(name)
        | NeedReason::Registration(name) => Some(name),
        NeedReason::Advisory | NeedReason::PackageSet | NeedReason::Configuration => None,
    }
}

fn reason(why: &NeedReason) -> String {
    let name = package(why).map(|name| code(name.as_str())).unwrap_or_default();
    match why {
        NeedReason::NewPackage(_) => format!("{name} is a new package"),
        NeedReason::SimilarName(_) => format!("{name} is a new package whose name is close to another's"),
        NeedReason::NewVersion(_) => {
            format!("no maintainer of {name} speaks for this commit, and its source does not vouch for this version")
        }
        NeedReason::Override(_) => format!("it changes the bounds of {name}"),
        NeedReason::Status(_) => format!("it sets a status of {name}"),
        NeedReason::Registration(_) => format!("it changes what {name} stands for, or who speaks for it"),
        NeedReason::Advisory => "it is about an advisory".to_owned(),
        NeedReason::PackageSet => "a package set loses or lowers something by it, or gets another compiler".to_owned(),
        NeedReason::Configuration => "it changes the registry's own rules or programs".to_owned(),
    }
}

fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Findings { errors } => {
            let them = if *errors == 1 { "it" } else { "each of them" };
            format!("- {}, below; a commit that mends {them} is reviewed at once\n", counted(*errors, "error"))
        }
        Refusal::Conflict { files } => {
            let files = fitting(files, CONFLICTS, "file", |file| format!("  - {}\n", code(file)));
            format!("- others changed the same files meanwhile: merge the registry's branch into this one\n{files}")
        }
        Refusal::Forbidden => "- a definition that was merged is never changed or deleted: publish the next version, \
                               or ask for a status\n"
            .to_owned(),
        Refusal::TooLarge { most } => {
            format!("- at most {} are reviewed at once: split it\n", counted(*most, "changed file"))
        }
        Refusal::Nothing => "- it changes no file\n".to_owned(),
        Refusal::OtherBranch => "- choose the registry's branch as its base\n".to_owned(),
    }
}

/// A time as people read it, to the minute.
pub(super) fn when(time: Timestamp) -> String {
    let text = time.to_string();
    format!("{} UTC", text.get(..16).unwrap_or(&text).replace('T', " "))
}
