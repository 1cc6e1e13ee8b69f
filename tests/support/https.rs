//! A git server on 127.0.0.1 over https: git's own CGI program behind a real TLS listener, which can be told to
//! misbehave. It stops when it is dropped.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// The names that the server's certificate is for.
const NAMES: [&str; 2] = ["git.test", "localhost"];

/// What the server answers.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// What git says.
    Serve,
    /// A status without a body.
    Status(u16),
    /// A redirect to this place.
    Redirect(String),
    /// A page for people, with status 200.
    Page,
    /// Nothing, for as long as the other side waits.
    Hang,
    /// What git says, a byte at a time, forever.
    Dribble,
    /// The first half of what git says with objects; the connection ends there, as its length says it must not.
    Cut,
    /// What git says with objects, with a length that is too short.
    Short,
}

/// What is known of the server, and what it is told.
#[derive(Default)]
struct State {
    repositories: BTreeMap<String, PathBuf>,
    first: VecDeque<Answer>,
    then: Option<Answer>,
    asked: Vec<String>,
    authorization: Option<String>,
    is_old: bool,
}

/// A git server.
pub(crate) struct GitServer {
    port: u16,
    state: Arc<Mutex<State>>,
    home: TempDir,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl GitServer {
    /// A server without repositories.
    pub(crate) fn start() -> Self {
        let home = TempDir::new().unwrap();
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(NAMES.map(str::to_owned)).unwrap();
        std::fs::write(home.path().join("ca.pem"), cert.pem()).unwrap();
        std::fs::create_dir(home.path().join("authorities")).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State::default()));
        let (stop, stopped) = oneshot::channel();
        let (acceptor, shared) = (TlsAcceptor::from(Arc::new(config)), Arc::clone(&state));
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                tokio::select! {
                    _ = stopped => {}
                    () = listen(listener, acceptor, shared) => {}
                }
            });
            runtime.shutdown_background();
        });
        Self { port, state, home, stop: Some(stop), thread: Some(thread) }
    }

    /// Serves the bare repository at `directory` under `path`, which begins with a slash.
    pub(crate) fn serve(&self, path: &str, directory: &Path) {
        self.state.lock().unwrap().repositories.insert(path.to_owned(), directory.to_owned());
    }

    /// Answers every request so, after those of [`Self::answer_first`].
    pub(crate) fn answer(&self, answer: Answer) {
        self.state.lock().unwrap().then = Some(answer);
    }

    /// Answers the next requests so, one after the other.
    pub(crate) fn answer_first(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state.lock().unwrap().first.extend(answers);
    }

    /// Lets in only who sends this header.
    pub(crate) fn want_authorization(&self, header: &str) {
        self.state.lock().unwrap().authorization = Some(header.to_owned());
    }

    /// Speaks the first protocol of git alone, in which ids are not given out.
    pub(crate) fn be_old(&self) {
        self.state.lock().unwrap().is_old = true;
    }

    /// What was asked so far: method and target of each request.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.state.lock().unwrap().asked.clone()
    }

    /// What a program must be told to trust this server, and nobody else: to read the machine's own authorities takes
    /// git 40 ms each time.
    pub(crate) fn trust(&self) -> [(&'static str, PathBuf); 3] {
        let (certificate, nobody) = (self.home.path().join("ca.pem"), self.home.path().join("authorities"));
        [("GIT_SSL_CAINFO", certificate.clone()), ("GIT_SSL_CAPATH", nobody), ("SSL_CERT_FILE", certificate)]
    }

    /// The URL of what is at `path`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    /// The mirror that this server is, by one of its names. Everybody resolves `localhost`, and nobody `git.test`.
    pub(crate) fn template(&self, host: &str) -> String {
        format!("https://{host}:{}/{{owner}}/{{repo}}.git", self.port)
    }
}

impl Drop for GitServer {
    fn drop(&mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

async fn listen(listener: std::net::TcpListener, acceptor: TlsAcceptor, state: Arc<Mutex<State>>) {
    let listener = TcpListener::from_std(listener).unwrap();
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (acceptor, state) = (acceptor.clone(), Arc::clone(&state));
        tokio::spawn(async move {
            // A client may go away at any time.
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let _ = converse(&mut stream, &state).await;
                let _ = stream.shutdown().await;
            }
        });
    }
}

/// A request: its first line, its headers with names in lower case, its body.
struct Request {
    method: String,
    path: String,
    query: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

/// One request and its answer; the connection ends with it.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, state: &Mutex<State>) -> io::Result<()> {
    let request = read(stream).await?;
    let (answer, is_let_in, is_old) = {
        let mut state = state.lock().unwrap();
        state.asked.push(format!("{} {}?{}", request.method, request.path, request.query));
        let answer = state.first.pop_front().or_else(|| state.then.clone()).unwrap_or(Answer::Serve);
        let header = request.headers.get("authorization");
        (answer, state.authorization.is_none() || state.authorization.as_ref() == header, state.is_old)
    };
    if !is_let_in {
        return write(stream, "401 Unauthorized", "WWW-Authenticate: Basic realm=\"git\"\r\n", b"", 0).await;
    }
    match answer {
        Answer::Status(status) => write(stream, &format!("{status} So"), "", b"", 0).await,
        Answer::Redirect(to) => write(stream, "302 Found", &format!("Location: {to}\r\n"), b"", 0).await,
        Answer::Page => {
            let page = b"<!doctype html>\n<title>Sign in</title>\n<p>Who are you?\n";
            write(stream, "200 OK", "Content-Type: text/html\r\n", page, page.len()).await
        }
        Answer::Hang => std::future::pending().await,
        Answer::Serve | Answer::Dribble | Answer::Cut | Answer::Short => {
            let (status, headers, body) = git(&request, state, is_old).await?;
            let brings_objects = request.method == "POST";
            let half = body.get(..body.len() / 2).unwrap_or_default();
            match answer {
                Answer::Cut if brings_objects => write(stream, &status, &headers, half, body.len()).await,
                Answer::Short if brings_objects => write(stream, &status, &headers, &body, half.len()).await,
                Answer::Dribble => {
                    write(stream, &status, &headers, b"", 1 << 30).await?;
                    for byte in body.iter().cycle() {
                        stream.write_all(&[*byte]).await?;
                        stream.flush().await?;
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                    Ok(())
                }
                _ => write(stream, &status, &headers, &body, body.len()).await,
            }
        }
    }
}

async fn write<S: AsyncWrite + Unpin>(
    stream: &mut S,
    status: &str,
    headers: &str,
    body: &[u8],
    length: usize,
) -> io::Result<()> {
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    stream.flush().await
}

/// Reads one request, with a body of known length or in chunks.
async fn read<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> io::Result<Request> {
    let mut reader = BufReader::new(stream);
    let first = line(&mut reader).await?;
    let mut words = first.split(' ');
    let (method, target) = (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (path, query) = (path.to_owned(), query.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let line = line(&mut reader).await?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    if headers.contains_key("expect") {
        reader.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        reader.flush().await?;
    }
    let mut body = Vec::new();
    if headers.get("transfer-encoding").is_some_and(|encoding| encoding == "chunked") {
        loop {
            let length = usize::from_str_radix(&line(&mut reader).await?, 16).map_err(io::Error::other)?;
            let mut chunk = vec![0; length];
            reader.read_exact(&mut chunk).await?;
            body.extend(chunk);
            line(&mut reader).await?;
            if length == 0 {
                break;
            }
        }
    } else if let Some(length) = headers.get("content-length").and_then(|length| length.parse().ok()) {
        body = vec![0; length];
        reader.read_exact(&mut body).await?;
    }
    Ok(Request { method, path, query, headers, body })
}

async fn line<R: AsyncBufReadExt + Unpin>(reader: &mut R) -> io::Result<String> {
    let mut line = String::new();
    reader.read_line(&mut line).await?;
    Ok(line.trim_end().to_owned())
}

/// What `git http-backend` answers: status, headers, body (RFC 3875).
async fn git(request: &Request, state: &Mutex<State>, is_old: bool) -> io::Result<(String, String, Vec<u8>)> {
    let translated = state.lock().unwrap().repositories.iter().find_map(|(path, directory)| {
        let rest = request.path.strip_prefix(path.as_str()).filter(|rest| rest.starts_with('/'))?;
        Some(format!("{}{rest}", directory.display()))
    });
    let Some(translated) = translated else { return Ok(("404 Not Found".to_owned(), String::new(), Vec::new())) };
    let header = |name: &str| request.headers.get(name).cloned().unwrap_or_default();
    let mut command = tokio::process::Command::new("git");
    command.arg("http-backend").env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command.envs([
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_HTTP_EXPORT_ALL", "1"),
        ("REMOTE_USER", "tester"),
        ("REMOTE_ADDR", "127.0.0.1"),
        ("REQUEST_METHOD", &request.method),
        ("PATH_TRANSLATED", &translated),
        ("QUERY_STRING", &request.query),
        ("CONTENT_TYPE", &header("content-type")),
        ("CONTENT_LENGTH", &request.body.len().to_string()),
        ("HTTP_CONTENT_ENCODING", &header("content-encoding")),
        ("GIT_PROTOCOL", if is_old { "" } else { request.headers.get("git-protocol").map_or("", String::as_str) }),
    ]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn()?;
    let mut stdin = child.stdin.take().unwrap();
    let body = request.body.clone();
    let tell = tokio::spawn(async move { stdin.write_all(&body).await });
    let output = child.wait_with_output().await?.stdout;
    let _ = tell.await;
    let end = output.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap_or(output.len());
    let head = String::from_utf8_lossy(output.get(..end).unwrap_or_default()).into_owned();
    let body = output.get(end + 4..).unwrap_or_default().to_vec();
    let status = head.lines().find_map(|line| line.strip_prefix("Status: ")).unwrap_or("200 OK").to_owned();
    let headers = head.lines().filter(|line| !line.starts_with("Status: ")).flat_map(|line| [line, "\r\n"]).collect();
    Ok((status, headers, body))
}
