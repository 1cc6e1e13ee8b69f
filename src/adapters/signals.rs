//! Being interrupted: by a person at the keyboard, or by whoever stops a service.

use std::future;

use tokio::signal;

/// Ends when somebody asks the program to end: SIGINT, and on Unix also SIGTERM. Never, where signals cannot be had.
pub async fn interrupted() {
    tokio::select! {
        result = signal::ctrl_c() => if result.is_err() { future::pending::<()>().await },
        () = terminated() => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    match signal::unix::signal(signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => drop(terminate.recv().await),
        Err(_) => future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    future::pending().await
}
