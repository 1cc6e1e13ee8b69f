//! Doing many pieces of work at once, a few at a time, with the answers in the order of the pieces.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

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
    let (room, work) = (Arc::new(Semaphore::new(at_once)), Arc::new(work));
    let mut tasks = JoinSet::new();
    for (at, item) in items.into_iter().enumerate() {
        let (room, work) = (Arc::clone(&room), Arc::clone(&work));
        tasks.spawn(async move {
            let _place = room.acquire_owned().await;
            (at, work(item).await)
        });
    }
    let mut answers = Vec::with_capacity(tasks.len());
    while let Some(done) = tasks.join_next().await {
        let (at, answer) = done.map_err(|error| Stop::Bug(error.to_string()))?;
        answers.push((at, answer?));
    }
    answers.sort_by_key(|(at, _)| *at);
    Ok(answers.into_iter().map(|(_, answer)| answer).collect())
}
