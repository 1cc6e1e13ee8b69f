//! Doing many pieces of work at once, a few at a time, with the answers in the order of the pieces.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinSet;
use tokio::task::coop::consume_budget;

use super::Stop;

/// How many pieces are under way at once: each may hold a source and an archive in memory.
const AT_ONCE: usize = 8;

/// Does `work` on every item and gives the answers in the order of the items. The first stop ends it all.
pub(super) async fn in_order<T, A, F, W>(items: Vec<T>, work: W) -> Result<Vec<A>, Stop>
where
    T: Send + 'static,
    A: Send + 'static,
    F: Future<Output = Result<A, Stop>> + Send,
    W: Fn(T) -> F + Send + Sync + 'static,
{
    in_order_of(AT_ONCE, items, work).await
}

/// The same with another number of pieces under way at once.
pub(super) async fn in_order_of<T, A, F, W>(at_once: usize, items: Vec<T>, work: W) -> Result<Vec<A>, Stop>
where
    T: Send + 'static,
    A: Send + 'static,
    F: Future<Output = Result<A, Stop>> + Send,
    W: Fn(T) -> F + Send + Sync + 'static,
{
    let workers = at_once.min(items.len());
    let (items, work) = (Arc::new(Mutex::new(items.into_iter().enumerate())), Arc::new(work));
    let mut tasks = JoinSet::new();
    for _ in 0..workers {
        let (items, work) = (Arc::clone(&items), Arc::clone(&work));
        tasks.spawn(async move {
            let mut answers = Vec::new();
            // The lock is let go of before the work begins.
            while let Some((at, item)) = { items.lock().unwrap_or_else(PoisonError::into_inner).next() } {
                answers.push((at, work(item).await?));
                // Work that never waits would keep signals and timers waiting.
                consume_budget().await;
            }
            Ok::<_, Stop>(answers)
        });
    }
    let mut answers = Vec::new();
    while let Some(done) = tasks.join_next().await {
        answers.append(&mut done.map_err(|error| Stop::Bug(error.to_string()))??);
    }
    answers.sort_unstable_by_key(|(at, _)| *at);
    Ok(answers.into_iter().map(|(_, answer)| answer).collect())
}
