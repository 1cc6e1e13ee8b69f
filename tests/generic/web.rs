//! A server of files on 127.0.0.1 over https, which answers what it is told. It stops when it is dropped.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// What the server answers for a path.
#[derive(Debug, Clone)]
pub(crate) enum Page {
    /// These bytes.
    Bytes(Vec<u8>),
    /// A status without a body.
    Status(u16),
    /// A redirect to this place.
    To(String),
    /// The first half of these bytes, with the length of all of them.
    Cut(Vec<u8>),
    /// A length, and nothing for as long as the other side waits.
    Long(u64),
}

/// A server of files.
pub(crate) struct Web {
    port: u16,
    pages: Arc<Mutex<BTreeMap<String, Page>>>,
    asked: Arc<Mutex<Vec<String>>>,
    home: TempDir,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Web {
    pub(crate) fn start() -> Self {
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
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (pages, asked) = (Arc::new(Mutex::new(BTreeMap::new())), Arc::new(Mutex::new(Vec::new())));
        let (stop, stopped) = oneshot::channel();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let (theirs, log) = (Arc::clone(&pages), Arc::clone(&asked));
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::from_std(listener).unwrap();
                tokio::select! { () = serve(listener, acceptor, theirs, log) => {}, _ = stopped => {} }
            });
        });
        Self { port, pages, asked, home, stop: Some(stop), thread: Some(thread) }
    }

    /// The host, as a URL names it.
    pub(crate) fn host(&self) -> String {
        format!("localhost:{}", self.port)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://{}{path}", self.host())
    }

    pub(crate) fn put(&self, path: &str, page: Page) {
        self.pages.lock().unwrap().insert(path.to_owned(), page);
    }

    /// What was asked for, since this was last asked.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// The certificate that makes a program trust it.
    pub(crate) fn certificate(&self) -> PathBuf {
        self.home.path().join("ca.pem")
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        drop(self.stop.take());
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

async fn serve(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    pages: Arc<Mutex<BTreeMap<String, Page>>>,
    asked: Arc<Mutex<Vec<String>>>,
) {
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, pages, asked) = (acceptor.clone(), Arc::clone(&pages), Arc::clone(&asked));
        tokio::spawn(async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let mut stream = BufReader::new(stream);
            let (mut first, mut line) = (String::new(), String::from("x"));
            if stream.read_line(&mut first).await.is_err() {
                return;
            }
            while !line.trim().is_empty() {
                line.clear();
                if stream.read_line(&mut line).await.is_err() {
                    return;
                }
            }
            let path = first.split_whitespace().nth(1).unwrap_or_default().to_owned();
            let page = pages.lock().unwrap().get(&path).cloned().unwrap_or(Page::Status(404));
            asked.lock().unwrap().push(path);
            let head = |status: &str, length: u64| {
                format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n").into_bytes()
            };
            let ended = |head: Vec<u8>, more: &str| [head, more.as_bytes().to_vec(), b"\r\n".to_vec()].concat();
            let answer = match &page {
                Page::Bytes(bytes) => [ended(head("200 OK", bytes.len() as u64), ""), bytes.clone()].concat(),
                Page::Status(status) => ended(head(&format!("{status} So"), 0), ""),
                Page::To(to) => ended(head("302 Found", 0), &format!("Location: {to}\r\n")),
                Page::Cut(bytes) => {
                    [ended(head("200 OK", bytes.len() as u64), ""), bytes[..bytes.len() / 2].to_vec()].concat()
                }
                Page::Long(length) => ended(head("200 OK", *length), ""),
            };
            let _ = stream.get_mut().write_all(&answer).await;
            let _ = stream.get_mut().flush().await;
            if matches!(page, Page::Long(_)) {
                std::future::pending::<()>().await;
            }
            let _ = stream.get_mut().shutdown().await;
        });
    }
}
