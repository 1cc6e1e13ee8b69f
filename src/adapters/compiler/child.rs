//! A sandbox as a child process: waited for until its time is over, and listened to until it says too much.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::{Instant, timeout_at};

use crate::adapters::git::program::{Group, listen};
use crate::model::{CompileBounds, RunEnd};

/// What is waited beyond the time of a run for what ends it from the inside.
const GRACE: Duration = Duration::from_secs(2);

/// Runs a sandbox to its end, or ends it.
pub(super) async fn run(mut command: Command, bounds: &CompileBounds) -> io::Result<RunEnd> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A group of its own, so that nobody of the sandbox outlives the run.
    command.process_group(0).kill_on_drop(true);
    let deadline = Instant::now() + bounds.time;
    let mut child = command.spawn()?;
    let group = Group::led_by(&child)?;
    let end = match timeout_at(deadline, converse(&mut child, bounds.output_bytes)).await {
        Err(_) => RunEnd::Late,
        Ok(Err(error)) if error.kind() == io::ErrorKind::FileTooLarge => RunEnd::Flooded,
        Ok(Err(error)) => return Err(error),
        Ok(Ok((status, printed, words))) => {
            group.has_ended();
            return Ok(if status.success() { RunEnd::Well(printed) } else { RunEnd::Badly { words, printed } });
        }
    };
    drop(group);
    // What sudo started is ended by its own clock.
    timeout_at(deadline + GRACE, child.wait()).await.map_err(|_| io::Error::other("the sandbox does not end"))??;
    Ok(end)
}

/// Listens until it ends: its status, what it printed and what it wrote to standard error.
async fn converse(child: &mut Child, most: u64) -> io::Result<(ExitStatus, Vec<u8>, Vec<u8>)> {
    let (mut stdout, mut stderr) = (child.stdout.take(), child.stderr.take());
    let (printed, words) = tokio::try_join!(bounded(&mut stdout, most), bounded(&mut stderr, most))?;
    Ok((child.wait().await?, printed, words))
}

/// All that comes, if that is not more than `most` bytes.
async fn bounded(from: &mut Option<impl tokio::io::AsyncRead + Unpin>, most: u64) -> io::Result<Vec<u8>> {
    let Some(from) = from else { return Ok(Vec::new()) };
    let heard = listen(from, most.saturating_add(1)).await?;
    if heard.len() as u64 > most { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(heard) }
}
