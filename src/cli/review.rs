//! `curator review`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::ArgGroup;
use serde_json::{Value, json};

use crate::model::{Announcement, Decision, PullNumber, ReviewPlace, Timestamp};
use crate::ops::{self, Outcome, ReviewMode, ReviewRequest, Reviewed, Stop};
use crate::ports::{Curator, Forum, Ports};
use crate::rules::report::{self, review as words};

use super::args::Format;
use super::exit::Exit;
use super::output::Output;

/// What `review` takes.
#[derive(Debug, Clone, clap::Args)]
#[command(group(ArgGroup::new("which").required(true).args(["pull", "open"])))]
pub struct ReviewArgs {
    /// The number of the pull request
    #[arg(long, value_name = "NUMBER")]
    pub pull: Option<u64>,
    /// Every pull request that is open
    #[arg(long)]
    pub open: bool,
    /// Look only: say and merge nothing; a token that reads is enough
    #[arg(long)]
    pub read_only: bool,
    /// What `compile` claims of a head, from another job; where that says nothing of a pull request, and nobody has compiled
    /// it before, it waits
    #[arg(long, value_name = "FILE")]
    pub claim: Option<PathBuf>,
    /// Start this workflow, which compiles, for a pull request that no run has compiled and nobody has asked for yet
    #[arg(long, value_name = "FILE", conflicts_with = "read_only", requires = "claim")]
    pub compile_by: Option<String>,
    /// Start this workflow after a merge: what the token of a workflow merges starts none by itself
    #[arg(long, value_name = "FILE", conflicts_with = "read_only")]
    pub dispatch: Option<String>,
}

/// Reviews pull requests and prints what came of it. After a merge the next one is reviewed by a curator that `reopen`
/// gives: rules, people and names are those of the branch as it is then. Why there is none, it has told.
///
/// # Errors
/// [`Stop`], as the story tells. One of several that could not be reviewed does not hold up the others.
pub async fn review<P: Ports, F: Forum>(
    curator: Arc<Curator<P>>,
    reopen: impl AsyncFn() -> Result<Arc<Curator<P>>, Exit>,
    forge: &F,
    args: &ReviewArgs,
    place: &ReviewPlace,
    now: Timestamp,
    output: &Output,
) -> Result<Exit, Stop> {
    let mode = if args.read_only { ReviewMode::Look } else { ReviewMode::Act };
    let numbers = match args.pull {
        Some(number) => vec![PullNumber(number)],
        None => forge.open(&place.branch).await?.into_iter().map(|pull| pull.number).collect(),
    };
    let (mut exit, mut wakes, mut stopped) = (Exit::Done, false, None);
    let (mut values, mut current) = (Vec::new(), Some(curator));
    for number in numbers {
        let request = ReviewRequest { number, place: place.clone(), mode, asks: args.compile_by.is_some(), now };
        match settled(&mut current, &reopen, forge, &request).await {
            Ok(Ok(reviewed)) => {
                exit = exit.max(tell(number, &reviewed, mode, output));
                values.push(value(number, &reviewed));
                wakes |= reviewed.wakes_sync();
                if let Some(file) = args.compile_by.as_ref().filter(|_| reviewed.wants_compilation()) {
                    forge.dispatch(file, &place.branch, Some(number)).await?;
                }
            }
            Ok(Err(stop)) => {
                output.error(&report::unreviewed(number.0, &stop.to_string()));
                stopped = Some(stop);
            }
            Err(refused) => {
                exit = exit.max(refused);
                break;
            }
        }
    }
    if output.format == Format::Json {
        output.json(&Value::Array(values));
    }
    if let Some(file) = args.dispatch.as_ref().filter(|_| wakes) {
        forge.dispatch(file, &place.branch, None).await?;
    }
    stopped.map_or(Ok(exit), Err)
}

/// How often a pull request is reviewed again because the branch moved on before its merge.
const TRIES: usize = 4;

/// Reviews a pull request until the branch stands still for it. After a merge, and where the branch moved on, the next
/// review needs a curator that is opened anew.
async fn settled<P: Ports, F: Forum>(
    current: &mut Option<Arc<Curator<P>>>,
    reopen: &impl AsyncFn() -> Result<Arc<Curator<P>>, Exit>,
    forge: &F,
    request: &ReviewRequest,
) -> Result<Result<Reviewed, Stop>, Exit> {
    let mut tries = 0;
    loop {
        let curator = match current.take() {
            Some(curator) => curator,
            None => reopen().await?,
        };
        tries += 1;
        match ops::review(&curator, forge, request).await {
            Ok(Reviewed::Overtaken) if tries < TRIES => {}
            Ok(reviewed) => {
                *current = reviewed.leaves_the_branch().then_some(curator);
                return Ok(Ok(reviewed));
            }
            Err(stop) => {
                *current = Some(curator);
                return Ok(Err(stop));
            }
        }
    }
}

/// Prints what a review came to. Whoever only looks wants to know by the exit code, too, whether something is to be
/// mended; who acts has said it at the forge.
fn tell(number: PullNumber, reviewed: &Reviewed, mode: ReviewMode, output: &Output) -> Exit {
    match (reviewed, output.format) {
        (_, Format::Json) => {}
        (Reviewed::Open(outcome), Format::Markdown) => output.text(&words::job_summary(&outcome.review)),
        (Reviewed::Open(outcome), _) => {
            output.findings(&outcome.review.findings, &outcome.review.texts);
            output.line(&words::review_line(&outcome.review));
        }
        (Reviewed::Merged(Some(announced)), Format::Markdown) => {
            output.text(&words::announcement(&announced.announcement));
        }
        (Reviewed::Merged(Some(announced)), _) => output.text(&words::announced_lines(&announced.announcement)),
        (Reviewed::Merged(None) | Reviewed::Closed, _) => output.line(&words::over(number)),
        (Reviewed::Overtaken, _) => output.line(&words::overtaken(number)),
    }
    match reviewed {
        Reviewed::Open(outcome) if mode == ReviewMode::Look => {
            Exit::after(matches!(outcome.review.decision, Decision::Reject(_)), outcome.transient)
        }
        Reviewed::Overtaken => Exit::TryAgain,
        _ => Exit::Done,
    }
}

fn value(number: PullNumber, reviewed: &Reviewed) -> Value {
    match reviewed {
        Reviewed::Open(outcome) => {
            let Outcome { review, merged, .. } = outcome.as_ref();
            let mut value = words::review_json(review);
            if let (Some(fields), Some(commit)) = (value.as_object_mut(), merged) {
                fields.insert("merged".to_owned(), json!(commit));
            }
            value
        }
        Reviewed::Merged(announced) => {
            let announcement: Option<&Announcement> = announced.as_ref().map(|it| &it.announcement);
            words::announcement_json(number, announcement)
        }
        Reviewed::Closed => json!({ "pull": number.0, "stage": "closed" }),
        Reviewed::Overtaken => json!({ "pull": number.0, "stage": "overtaken" }),
    }
}
