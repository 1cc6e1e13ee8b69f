//! The doors: listeners on this machine, in a thread that ends with the world.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::{Mutex, OnceLock, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use tokio::sync::oneshot;

use super::Shared;
use super::asked::{Asked, Door, Reply, not_found};
use super::exchange::{Ending, exchange};
use super::routes::web;

/// The most bytes of a request.
const MOST_BYTES: usize = 256 << 20;

/// Listeners, until they are dropped.
pub(crate) struct Gate {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Gate {
    pub(crate) fn open(doors: Vec<(TcpListener, Router)>) -> Self {
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                for (listener, router) in doors {
                    listener.set_nonblocking(true).unwrap();
                    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                    tokio::spawn(async move { axum::serve(listener, router).await });
                }
                let _ = stopped.await;
            });
            runtime.shutdown_background();
        });
        Self { stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// A free port of this machine.
pub(crate) fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    (listener, address)
}

/// What answers at a door of one world.
pub(crate) fn door(shared: &Weak<Shared>, door: Door) -> Router {
    let shared = shared.clone();
    Router::new().fallback(move |request: Request| {
        let shared = shared.upgrade();
        async move {
            match shared {
                Some(shared) => converse(&shared, door, request, "").await,
                None => response(not_found()),
            }
        }
    })
}

/// What answers where people and downloads come.
pub(crate) fn web_door(shared: &Weak<Shared>) -> Router {
    let shared = shared.clone();
    Router::new().fallback(move |request: Request| {
        let shared = shared.upgrade();
        async move {
            let asked = read(Door::Either, request, "").await;
            let reply = shared.map(|shared| web::answer(&mut shared.world.lock().unwrap(), &asked));
            response(reply.unwrap_or_else(not_found))
        }
    })
}

/// The worlds behind the proxy that checks every exchange: one proxy for all of a program, since it takes seconds to
/// start, so that each world has a folder `/wN` of it.
struct Crowd {
    worlds: Mutex<BTreeMap<String, Weak<Shared>>>,
    api: String,
    uploads: String,
    _gate: Gate,
}

static CROWD: OnceLock<Option<Crowd>> = OnceLock::new();

/// Answers what the proxy forwards.
async fn meet(request: Request) -> Response {
    let folder = request.uri().path().split('/').nth(1).unwrap_or_default().to_owned();
    let crowd = CROWD.get().and_then(Option::as_ref);
    let shared = crowd.and_then(|crowd| crowd.worlds.lock().unwrap().get(&folder).and_then(Weak::upgrade));
    match shared {
        Some(shared) => converse(&shared, Door::Either, request, &format!("/{folder}")).await,
        None => response(not_found()),
    }
}

/// Where a world is behind the proxy, if there is one: `CURATOR_TEST_GITHUB_PROXY` holds its ports for the API and for
/// uploads, and the port that it forwards to.
pub(crate) fn behind_proxy(shared: &Weak<Shared>) -> Option<(String, String)> {
    let crowd = CROWD.get_or_init(|| {
        let ports = std::env::var("CURATOR_TEST_GITHUB_PROXY").ok()?;
        let ports: Vec<&str> = ports.split_whitespace().collect();
        let [api, uploads, own] = ports.as_slice() else { panic!("three ports, not {ports:?}") };
        let listener = TcpListener::bind(format!("127.0.0.1:{own}")).unwrap();
        let router = Router::new().fallback(|request: Request| async { meet(request).await });
        Some(Crowd {
            worlds: Mutex::default(),
            api: format!("http://127.0.0.1:{api}"),
            uploads: format!("http://127.0.0.1:{uploads}"),
            _gate: Gate::open(vec![(listener, router)]),
        })
    });
    let crowd = crowd.as_ref()?;
    let mut worlds = crowd.worlds.lock().unwrap();
    let folder = format!("w{}", worlds.len() + 1);
    worlds.insert(folder.clone(), shared.clone());
    Some((format!("{}/{folder}", crowd.api), format!("{}/{folder}", crowd.uploads)))
}

/// Somebody who is being answered. A client may go away at any time.
struct Presence<'a>(&'a Shared);

impl<'a> Presence<'a> {
    fn new(shared: &'a Shared) -> Self {
        shared.world.lock().unwrap().watch.arrive();
        Self(shared)
    }
}

impl Drop for Presence<'_> {
    fn drop(&mut self) {
        if let Ok(mut world) = self.0.world.lock() {
            world.watch.at_once -= 1;
        }
    }
}

async fn read(door: Door, request: Request, folder: &str) -> Asked {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MOST_BYTES).await.unwrap_or_default();
    let target = parts.uri.path_and_query().map_or("/", |it| it.as_str());
    let target = target.strip_prefix(folder).unwrap_or(target);
    let headers = parts.headers.iter();
    let headers =
        headers.map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    Asked::new(door, parts.method.as_str(), target, headers.collect(), body.to_vec())
}

async fn converse(shared: &Shared, door: Door, request: Request, folder: &str) -> Response {
    // Servers that are strict refuse that; the proxy does.
    let counts = ["user-agent", "authorization", "content-type", "accept"];
    let counts = counts.map(|name| (name, request.headers().get_all(name).iter().count()));
    let doubled = counts.into_iter().find(|(_, count)| *count > 1);
    let asked = read(door, request, folder).await;
    let latency = *shared.latency.lock().unwrap();
    let _presence = Presence::new(shared);
    if latency > Duration::ZERO {
        tokio::time::sleep(latency).await;
    } else {
        tokio::task::yield_now().await;
    }
    if let Some((name, count)) = doubled {
        shared
            .world
            .lock()
            .unwrap()
            .watch
            .violation(format!("{} {} says {name} {count} times", asked.method, asked.path));
    }
    let (reply, ending) = exchange(&mut shared.world.lock().unwrap(), &asked);
    match ending {
        Ending::Whole => response(reply),
        Ending::Cut => cut(reply),
        // The task of the connection ends with it, and no word of it is printed.
        Ending::Closed => std::panic::resume_unwind(Box::new("the connection ends here")),
    }
}

fn response(reply: Reply) -> Response {
    let mut builder = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        builder = builder.header(*name, value);
    }
    builder.body(Body::from(reply.body)).unwrap()
}

/// The first half of an answer whose length says that there is more.
fn cut(mut reply: Reply) -> Response {
    let whole = reply.body.len().to_string();
    let half = Bytes::copy_from_slice(reply.body.get(..reply.body.len() / 2).unwrap_or_default());
    reply.body.clear();
    let (parts, _) = response(reply.with("content-length", whole)).into_parts();
    let pieces = [Ok(half), Err(std::io::Error::other("cut"))];
    Response::from_parts(parts, Body::from_stream(futures_util::stream::iter(pieces)))
}
