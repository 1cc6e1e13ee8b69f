//! A loopback web server of plain files, with tags and conditional requests, which can be told to misbehave. It ends with
//! the test.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use curator::model::Sha256;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tempfile::TempDir;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What the server does with a request instead of its work.
#[derive(Debug, Clone)]
pub(crate) enum Trouble {
    /// It answers with this status and these headers, each with its line end.
    Status(u16, String),
    /// It redirects there.
    Redirect(String),
    /// It answers 200 and a page for people.
    Page,
    /// It answers 200 and these bytes, whatever the file holds.
    Bytes(Vec<u8>),
    /// It answers 200 and a gzip stream, unasked.
    Zipped,
    /// It says nothing for as long as the other side waits.
    Hang,
    /// It sends the headers, and then a byte now and then.
    Dribble,
    /// It sends bytes without end, as fast as they are taken.
    Endless,
    /// It sends half of the file, and ends the connection.
    Cut,
    /// It sends the file with a length that is too short.
    Short,
    /// It sends the file in chunks, without its length, and ends the connection in the middle.
    CutChunks,
}

/// A request, and what was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The path.
    pub(crate) path: String,
    /// The status of the answer.
    pub(crate) status: u16,
    /// How many bytes of a body came with it.
    pub(crate) bytes: usize,
    /// The headers of the request, names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
}

#[derive(Default)]
struct State {
    files: BTreeMap<String, Vec<u8>>,
    /// What happens next at a path; the last of them for ever, where it is to stay.
    troubles: BTreeMap<String, VecDeque<Trouble>>,
    lasting: BTreeMap<String, Trouble>,
    asked: Vec<Asked>,
    most_at_once: usize,
    at_once: usize,
    pause: Duration,
}

/// A web server.
pub(crate) struct Shelf {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    home: Option<TempDir>,
}

impl Shelf {
    /// One that speaks in the clear and has no files.
    pub(crate) fn new() -> Self {
        Self::start(None, None)
    }

    /// One that speaks TLS, as `localhost`.
    pub(crate) fn with_tls() -> Self {
        let home = TempDir::new().unwrap();
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(home.path().join("ca.pem"), cert.pem()).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        Self::start(Some(Arc::new(config)), Some(home))
    }

    fn start(tls: Option<Arc<ServerConfig>>, home: Option<TempDir>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let (state, tls) = (Arc::clone(&shared), tls.clone());
                thread::spawn(move || {
                    let _ = connection.set_nodelay(true);
                    match tls {
                        Some(config) => {
                            let session = ServerConnection::new(config).unwrap();
                            converse(StreamOwned::new(session, connection), &state);
                        }
                        None => converse(connection, &state),
                    }
                });
            }
        });
        Self { address, state, home }
    }

    /// The URL of the server's root.
    pub(crate) fn url(&self) -> String {
        match self.home {
            Some(_) => format!("https://localhost:{}/", self.address.port()),
            None => format!("http://{}/", self.address),
        }
    }

    /// The certificate to trust.
    pub(crate) fn certificate(&self) -> PathBuf {
        self.home.as_ref().unwrap().path().join("ca.pem")
    }

    /// Puts a file there.
    pub(crate) fn put(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.state.lock().unwrap().files.insert(path.to_owned(), bytes.into());
    }

    /// Takes a file away.
    pub(crate) fn remove(&self, path: &str) {
        self.state.lock().unwrap().files.remove(path);
    }

    /// Puts the list of the index files there, as they are now.
    pub(crate) fn list(&self) {
        let mut state = self.state.lock().unwrap();
        let files = state.files.iter().filter(|(path, _)| path.starts_with("/index/"));
        let lines = files.map(|(path, bytes)| format!("{}  {}\n", Sha256::of(bytes).to_hex(), &path[1..]));
        let list: String = lines.collect();
        state.files.insert("/index.sha256".to_owned(), list.into_bytes());
    }

    /// The next requests for `path` meet these, one each.
    pub(crate) fn trouble(&self, path: &str, troubles: impl IntoIterator<Item = Trouble>) {
        self.state.lock().unwrap().troubles.entry(path.to_owned()).or_default().extend(troubles);
    }

    /// Every further request for `path` meets this.
    pub(crate) fn lasting_trouble(&self, path: &str, trouble: Trouble) {
        self.state.lock().unwrap().lasting.insert(path.to_owned(), trouble);
    }

    /// Thinks for so long before each answer.
    pub(crate) fn think(&self, pause: Duration) {
        self.state.lock().unwrap().pause = pause;
    }

    /// What was asked since this was called last.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }

    /// The most requests that were there at the same time.
    pub(crate) fn most_at_once(&self) -> usize {
        self.state.lock().unwrap().most_at_once
    }
}

/// Answers requests until the other side has had enough.
fn converse(stream: impl Read + Write, state: &Mutex<State>) {
    let mut stream = BufReader::new(stream);
    while let Ok(Some((path, headers))) = request(&mut stream) {
        let pause = {
            let mut state = state.lock().unwrap();
            state.at_once += 1;
            state.most_at_once = state.most_at_once.max(state.at_once);
            state.pause
        };
        thread::sleep(pause);
        let stays = answer(stream.get_mut(), &path, headers, state);
        if !stays.unwrap_or(false) {
            break;
        }
    }
}

fn request(stream: &mut impl io::BufRead) -> io::Result<Option<(String, BTreeMap<String, String>)>> {
    let mut first = String::new();
    if stream.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { return Ok(Some((path, headers))) };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
}

/// An answer that is being sent.
struct Reply<'a, S> {
    stream: &'a mut S,
    path: &'a str,
    headers: BTreeMap<String, String>,
    state: &'a Mutex<State>,
}

impl<S: Write> Reply<'_, S> {
    /// Sends status, headers (each with its line end) and body, and notes it.
    fn write(&mut self, status: u16, extra: &str, length: usize, body: &[u8]) -> io::Result<()> {
        self.state.lock().unwrap().asked.push(Asked {
            path: self.path.to_owned(),
            status,
            bytes: body.len(),
            headers: std::mem::take(&mut self.headers),
        });
        let length = if extra.contains("chunked") { String::new() } else { format!("Content-Length: {length}\r\n") };
        self.stream.write_all(format!("HTTP/1.1 {status} So\r\n{extra}{length}\r\n").as_bytes())?;
        self.stream.write_all(body)?;
        self.stream.flush()
    }

    /// Sends `part` again and again.
    fn repeat(&mut self, part: &[u8], pause: Duration) -> io::Result<()> {
        loop {
            self.stream.write_all(part)?;
            self.stream.flush()?;
            thread::sleep(pause);
        }
    }

    /// Makes trouble with a file of these bytes; whether another request may follow.
    fn make(&mut self, trouble: Trouble, bytes: &[u8]) -> io::Result<bool> {
        let half = bytes.get(..bytes.len() / 2).unwrap_or_default();
        match trouble {
            Trouble::Status(status, extra) => self.write(status, &extra, 0, b"")?,
            Trouble::Redirect(to) => self.write(302, &format!("Location: {to}\r\n"), 0, b"")?,
            Trouble::Page => {
                let page = b"<!doctype html>\n<title>Sign in</title>\n";
                self.write(200, "Content-Type: text/html; charset=utf-8\r\n", page.len(), page)?;
            }
            Trouble::Bytes(bytes) => self.write(200, "", bytes.len(), &bytes)?,
            Trouble::Zipped => self.write(200, "Content-Encoding: gzip\r\n", 4, b"\x1f\x8b\x08\x00")?,
            Trouble::Hang => thread::sleep(Duration::from_mins(10)),
            Trouble::Dribble => {
                self.write(200, "", 1 << 30, b"")?;
                self.repeat(b"x", Duration::from_millis(20))?;
            }
            Trouble::Endless => {
                self.write(200, "Transfer-Encoding: chunked\r\n", 0, b"")?;
                self.repeat(&[b"10000\r\n", vec![b'x'; 1 << 16].as_slice(), b"\r\n"].concat(), Duration::ZERO)?;
            }
            Trouble::Cut => {
                self.write(200, "", bytes.len(), half)?;
                return Ok(false);
            }
            Trouble::Short => {
                self.write(200, "", half.len(), bytes)?;
                return Ok(false);
            }
            Trouble::CutChunks => {
                let chunk = format!("{:x}\r\n{}\r\n", half.len(), String::from_utf8_lossy(half));
                self.write(200, "Transfer-Encoding: chunked\r\n", 0, chunk.as_bytes())?;
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Answers one request; whether another may follow.
fn answer(
    stream: &mut impl Write,
    path: &str,
    headers: BTreeMap<String, String>,
    state: &Mutex<State>,
) -> io::Result<bool> {
    let (file, trouble) = {
        let mut state = state.lock().unwrap();
        state.at_once -= 1;
        let next = state.troubles.get_mut(path).and_then(VecDeque::pop_front);
        (state.files.get(path).cloned(), next.or_else(|| state.lasting.get(path).cloned()))
    };
    let tag = file.as_ref().map(|bytes| format!("\"{}\"", Sha256::of(bytes).to_hex()));
    let is_same = tag.is_some() && headers.get("if-none-match") == tag.as_ref();
    let mut reply = Reply { stream, path, headers, state };
    if let Some(trouble) = trouble {
        return reply.make(trouble, &file.unwrap_or_default());
    }
    match (file, tag) {
        (Some(_), Some(tag)) if is_same => reply.write(304, &format!("ETag: {tag}\r\n"), 0, b"")?,
        (Some(bytes), Some(tag)) => reply.write(200, &format!("ETag: {tag}\r\n"), bytes.len(), &bytes)?,
        _ => reply.write(404, "", 4, b"gone")?,
    }
    Ok(true)
}
