//! A door that listens for visitors: a bounded number at a time, each for a bounded time.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep};

/// The wait after a visitor could not be let in because the machine has nothing left for them.
const BREATH: Duration = Duration::from_millis(200);

/// How many visitors are let in, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visits {
    /// The most at a time. Others wait outside, where the machine keeps them.
    pub most: usize,
    /// The longest visit.
    pub longest: Duration,
    /// The longest time in which nothing can be sent to a visitor: who asks too slowly, or does not listen, must go.
    pub quiet: Duration,
}

impl Default for Visits {
    /// GitHub itself hangs up after 10 s, and each visitor asks one thing.
    /// <https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks>
    fn default() -> Self {
        Self { most: 64, longest: Duration::from_secs(10), quiet: Duration::from_secs(10) }
    }
}

impl Visits {
    /// Of readers, who stay for many files and may have a slow line.
    #[must_use]
    pub fn of_readers() -> Self {
        Self { most: 256, longest: Duration::from_mins(10), quiet: Duration::from_secs(15) }
    }
}

/// A door that listens.
#[derive(Debug)]
pub struct Door {
    listener: TcpListener,
    places: Arc<Semaphore>,
    visits: Visits,
}

/// The door cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nobody can listen at {address}: {message}")]
pub struct DoorError {
    address: SocketAddr,
    message: String,
}

impl Door {
    /// A door at `address`; port 0 is any that is free.
    ///
    /// # Errors
    /// [`DoorError`] where somebody listens there already, or where that is no address of this machine.
    pub async fn open(address: SocketAddr, visits: Visits) -> Result<Self, DoorError> {
        let listener = TcpListener::bind(address).await;
        let listener = listener.map_err(|error| DoorError { address, message: error.to_string() })?;
        Ok(Self { listener, places: Arc::new(Semaphore::new(visits.most)), visits })
    }

    /// Where it is.
    ///
    /// # Errors
    /// What the machine says.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers visitors, for ever.
    pub async fn serve(self, router: Router) {
        // It never gives up by itself.
        let _ = axum::serve(self, router).await;
    }

    /// Answers visitors until `end`, and those who are inside to the end of what they asked.
    pub async fn serve_until(self, router: Router, end: impl Future<Output = ()> + Send + 'static) {
        let _ = axum::serve(self, router).with_graceful_shutdown(end).await;
    }
}

impl Listener for Door {
    type Io = Visit;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Visit, SocketAddr) {
        loop {
            let place = Arc::clone(&self.places).acquire_owned().await.ok();
            match self.listener.accept().await {
                Ok((stream, from)) => {
                    // Otherwise the second half of an answer waits until the first half was acknowledged: 40 ms on Linux.
                    let _ = stream.set_nodelay(true);
                    let Visits { longest, quiet, .. } = self.visits;
                    let (end, heard) = (Box::pin(sleep(longest)), Box::pin(sleep(quiet)));
                    return (Visit { stream, end, heard, quiet, _place: place }, from);
                }
                // Whoever hung up at once, or too many open files: the next one may do better.
                Err(error) => {
                    tracing::debug!(%error, "a visitor could not be let in");
                    sleep(BREATH).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.address()
    }
}

/// A visitor, who must go when the time is over: who sends or reads a byte a minute would keep the others out.
#[derive(Debug)]
pub struct Visit {
    stream: TcpStream,
    end: Pin<Box<Sleep>>,
    heard: Pin<Box<Sleep>>,
    quiet: Duration,
    _place: Option<OwnedSemaphorePermit>,
}

impl Visit {
    /// Whether the time is over; wakes the visitor's task when it is.
    fn is_over(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        match (self.end.as_mut().poll(context), self.heard.as_mut().poll(context)) {
            (Poll::Pending, Poll::Pending) => Ok(()),
            _ => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

impl AsyncRead for Visit {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.is_over(cx)?;
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Visit {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.is_over(cx)?;
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if let Poll::Ready(Ok(1..)) = written {
            let next = Instant::now() + self.quiet;
            self.heard.as_mut().reset(next);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.is_over(cx)?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
