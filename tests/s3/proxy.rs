//! A wire to the server that breaks as a test wishes.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What is wrong with the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// So many puts are done, and their answers are lost.
    LoseAnswers(usize),
    /// So many puts are cut in the middle.
    CutPuts(usize),
    /// Answers come in parts of so many bytes, with a pause after each.
    Slow(usize, Duration),
    /// After so many puts, the server is gone: connections end, and there are no new ones.
    DieAfterPuts(usize),
}

/// A wire.
pub(crate) struct Proxy {
    address: SocketAddr,
    wire: Arc<Wire>,
}

struct Wire {
    server: String,
    fault: Mutex<Fault>,
    puts: AtomicUsize,
    dead: AtomicBool,
}

impl Proxy {
    /// A wire to `endpoint`.
    pub(crate) fn new(endpoint: &str, fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = endpoint.strip_prefix("http://").unwrap().trim_end_matches('/').to_owned();
        let wire = Arc::new(Wire { server, fault: Mutex::new(fault), puts: 0.into(), dead: false.into() });
        let shared = Arc::clone(&wire);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let wire = Arc::clone(&shared);
                thread::spawn(move || wire.serve(&client));
            }
        });
        Self { address, wire }
    }

    /// Where it begins.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Mends it.
    pub(crate) fn mend(&self) {
        *self.wire.fault.lock().unwrap() = Fault::None;
        self.wire.dead.store(false, Ordering::SeqCst);
    }

    /// How many puts were begun.
    pub(crate) fn puts(&self) -> usize {
        self.wire.puts.load(Ordering::SeqCst)
    }
}

impl Wire {
    fn serve(&self, client: &TcpStream) {
        if self.dead.load(Ordering::SeqCst) {
            return;
        }
        let server = TcpStream::connect(&self.server).unwrap();
        let lose = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                self.upload(client, &server, &lose);
                let _ = server.shutdown(Shutdown::Both);
            });
            self.download(&server, client, &lose);
            let _ = client.shutdown(Shutdown::Both);
        });
    }

    fn upload(&self, mut client: &TcpStream, mut server: &TcpStream, lose: &AtomicBool) {
        let mut part = [0; 16 << 10];
        while let Ok(read @ 1..) = client.read(&mut part) {
            let fault = *self.fault.lock().unwrap();
            if part.starts_with(b"PUT ") {
                let puts = self.puts.fetch_add(1, Ordering::SeqCst);
                match fault {
                    Fault::LoseAnswers(many) => lose.store(puts < many, Ordering::SeqCst),
                    Fault::CutPuts(many) if puts < many => {
                        let _ = server.write_all(&part[..read / 2]);
                        return;
                    }
                    Fault::DieAfterPuts(many) if puts >= many => self.dead.store(true, Ordering::SeqCst),
                    _ => {}
                }
            }
            if self.dead.load(Ordering::SeqCst) || server.write_all(&part[..read]).is_err() {
                return;
            }
        }
    }

    fn download(&self, mut server: &TcpStream, mut client: &TcpStream, lose: &AtomicBool) {
        let mut part = [0; 16 << 10];
        while let Ok(read @ 1..) = server.read(&mut part) {
            let fault = *self.fault.lock().unwrap();
            if lose.load(Ordering::SeqCst) || self.dead.load(Ordering::SeqCst) {
                return;
            }
            let (step, pause) = match fault {
                Fault::Slow(step, pause) => (step, pause),
                _ => (read, Duration::ZERO),
            };
            for bytes in part[..read].chunks(step) {
                if client.write_all(bytes).is_err() {
                    return;
                }
                thread::sleep(pause);
            }
        }
    }
}
