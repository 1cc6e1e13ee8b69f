//! A folder of plain files, served to whoever asks: what a mirror or an index needs of a web server, and nothing else.
//! Only files below the folder are given out, never through a link, and never one whose name begins with a dot.

mod asked;
mod body;
mod choice;
mod file;
mod remembered;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;

use crate::model::{MirrorConfig, TreePath};

use asked::asked;
use body::body;
use choice::{Choice, Encoding, choose, encoding};
use file::{Opened, Opening};
use remembered::Remembered;

/// The file by which an index is known.
const CONFIG: &str = "config.json";

/// How long others may keep an archive: for ever, since a version is published once.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// How long others may keep everything else: until they asked again.
const NOT_AT_ALL: &str = "no-cache";

/// A folder that can be served.
#[derive(Debug)]
pub struct ServedFolder {
    root: PathBuf,
    remembered: Arc<Remembered>,
}

/// Why a folder cannot be served.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// It holds nothing by which a mirror or an index is known.
    #[error("{0} holds neither mirror.json nor config.json: it is no mirror and no index")]
    Unknown(String),
    /// It cannot be read.
    #[error("{place} cannot be served: {message}")]
    Unusable {
        /// The folder.
        place: String,
        /// What the operating system said.
        message: String,
    },
}

impl ServedFolder {
    /// The folder at `root`.
    ///
    /// # Errors
    /// [`ServeError`] where it is no mirror and no index.
    pub fn open(root: &Path) -> Result<Self, ServeError> {
        let place = root.display().to_string();
        let unusable = |error: io::Error| ServeError::Unusable { place: place.clone(), message: error.to_string() };
        let root = std::path::absolute(root).map_err(unusable)?;
        for file in [MirrorConfig::FILE, CONFIG] {
            let path = file.parse::<TreePath>().map_err(|error| unusable(io::Error::other(error)))?;
            match Opened::of(&root, path).map_err(unusable)? {
                Opening::Opened(_) => return Ok(Self { root, remembered: Arc::default() }),
                Opening::NoRoot => return Err(unusable(io::Error::other("there is no such folder"))),
                Opening::Absent => {}
            }
        }
        Err(ServeError::Unknown(place))
    }

    /// What answers for it.
    pub fn router(self) -> Router {
        Router::new().fallback(answer).with_state(Arc::new(self))
    }

    /// The answer to a question: it looks at the disk, so it is not for a thread that others wait for.
    fn answer(&self, method: &Method, path: &str, headers: &HeaderMap) -> io::Result<Response> {
        if !matches!(*method, Method::GET | Method::HEAD) {
            let mut response = plain(StatusCode::METHOD_NOT_ALLOWED);
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return Ok(response);
        }
        let path = match asked(path) {
            Ok(path) => path,
            Err(status) => return Ok(plain(status)),
        };
        let Opening::Opened(file) = Opened::of(&self.root, path)? else { return Ok(plain(StatusCode::NOT_FOUND)) };
        self.give(method, file, headers)
    }

    fn give(&self, method: &Method, file: Opened, headers: &HeaderMap) -> io::Result<Response> {
        let is_archive = file.is_archive();
        let digest = self.remembered.digest(&file)?;
        let encoding = if file.can_be_zipped() { encoding(headers) } else { Encoding::Identity };
        let zipped = match encoding {
            Encoding::Gzip => Some(self.remembered.zipped(&file, digest)?),
            Encoding::Identity => None,
        };
        let tag = match encoding {
            Encoding::Gzip => format!("\"{}-gzip\"", digest.to_hex()),
            Encoding::Identity => format!("\"{}\"", digest.to_hex()),
        };
        let length = zipped.as_ref().map_or(file.size, |zipped| zipped.len() as u64);
        let mut response = Response::builder()
            .header(header::ETAG, &tag)
            .header(header::CACHE_CONTROL, if is_archive { FOREVER } else { NOT_AT_ALL })
            .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        if file.can_be_zipped() {
            response = response.header(header::VARY, "Accept-Encoding");
        }
        let choice = choose(method, headers, &tag, length);
        let (status, part) = match choice {
            Choice::Same => {
                return response.status(StatusCode::NOT_MODIFIED).body(Body::empty()).map_err(io::Error::other);
            }
            Choice::Beyond => {
                let range = format!("bytes */{length}");
                let response = response.status(StatusCode::RANGE_NOT_SATISFIABLE).header(header::CONTENT_RANGE, range);
                return response.body(Body::empty()).map_err(io::Error::other);
            }
            Choice::Part(part) => {
                let range = format!("bytes {}-{}/{length}", part.start, part.end.saturating_sub(1));
                response = response.header(header::CONTENT_RANGE, range);
                (StatusCode::PARTIAL_CONTENT, part)
            }
            Choice::Whole => (StatusCode::OK, 0..length),
        };
        if encoding == Encoding::Gzip {
            response = response.header(header::CONTENT_ENCODING, "gzip");
        }
        let response = response
            .status(status)
            .header(header::ACCEPT_RANGES, "bytes")
            .header(header::CONTENT_TYPE, file.kind())
            .header(header::CONTENT_LENGTH, part.end - part.start);
        let body = if *method == Method::HEAD { Body::empty() } else { body(file, zipped, part)? };
        response.body(body).map_err(io::Error::other)
    }
}

async fn answer(State(folder): State<Arc<ServedFolder>>, request: Request) -> Response {
    let (method, path, headers) =
        (request.method().clone(), request.uri().path().to_owned(), request.headers().clone());
    let answer = tokio::task::spawn_blocking(move || folder.answer(&method, &path, &headers)).await;
    match answer.map_err(io::Error::other).flatten() {
        Ok(response) => response,
        Err(error) => {
            tracing::warn!(%error, "a file could not be served");
            plain(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

/// An answer without a file.
fn plain(status: StatusCode) -> Response {
    let mut response = Response::new(Body::from(format!("{status}\n")));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(NOT_AT_ALL));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
