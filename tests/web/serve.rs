//! `curator serve`: the real program, asked by hand and by the reader of indexes.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};
use std::time::Duration;

use curator::adapters::{Door, ServedFolder, Visits};
use curator::model::Sha256;
use curator::ports::IndexSource as _;
use flate2::read::GzDecoder;
use tempfile::TempDir;

use super::program::{curator, run};
use super::scene::{COMMIT, FILES, everything, fetch, patience, read_all, reader, store};
use super::serving::Serving;

/// A mirror on the disk.
fn mirror() -> TempDir {
    let top = TempDir::new().unwrap();
    let mut list = String::new();
    let put = |path: &str, bytes: &[u8]| {
        let file = top.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    };
    for (path, text) in FILES {
        put(&format!("index/{path}"), text.as_bytes());
        list.extend([format!("{}  index/{path}\n", Sha256::of(text.as_bytes()).to_hex())]);
    }
    put("index.sha256", list.as_bytes());
    let mirror = format!("{{\"format\": 1, \"registry\": \"a\", \"source\": \"b\", \"commit\": \"{COMMIT}\"}}\n");
    put("mirror.json", mirror.as_bytes());
    put("store/abacus/abacus-1.0.0.tar.gz", &archive());
    put("store/abacus/abacus-1.0.0.tar.gz.sha256", b"digest\n");
    put("index/lo/ng/longer", long().as_bytes());
    put(".secret", b"secret\n");
    put(".git/config", b"secret\n");
    top
}

/// An archive of many parts.
fn archive() -> Vec<u8> {
    (0..3_000_000_u32).map(|number| number.to_le_bytes()[usize::from(number % 7 == 0)]).collect()
}

/// A file that is worth compressing.
fn long() -> String {
    (0..500).fold(String::new(), |text, number| text + &format!("{{\"line\": {number}}}\n"))
}

impl Serving {
    fn get(&self, path: &str, headers: &[&str]) -> Answer {
        ask(self.address, "GET", path, headers)
    }

    fn tell(&self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success());
    }
}

/// What came back.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// Sends one request, as it is written here, on a connection of its own.
fn ask(address: SocketAddr, method: &str, path: &str, headers: &[&str]) -> Answer {
    let mut connection = TcpStream::connect(address).unwrap();
    let headers: String = headers.iter().flat_map(|header| [*header, "\r\n"]).collect();
    let request = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n");
    connection.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    connection.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers =
        lines.map(|line| line.split_once(": ").unwrap()).map(|(name, value)| (name.to_owned(), value.to_owned()));
    Answer { status, headers: headers.collect(), body: bytes[end + 4..].to_vec() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_served_can_be_read() {
    let (top, cache) = (mirror(), TempDir::new().unwrap());
    let serving = Serving::start(top.path());
    let index = reader(&serving.url(), Some(cache.path()));
    assert_eq!(index.open().await.unwrap().unwrap().to_string(), COMMIT);
    assert_eq!(read_all(&index).await.unwrap(), everything());
    let archives = store(&index.mirror_store().unwrap(), patience());
    assert_eq!(fetch(&archives, 3_000_000).await.unwrap().unwrap(), archive());
    // Served as an index alone, from the folder of the mirror.
    let alone = Serving::start(&top.path().join("index"));
    let index = reader(&alone.url(), Some(cache.path()));
    assert_eq!(index.open().await.unwrap(), None);
    assert_eq!(index.mirror_store(), None);
}

#[test]
fn a_file_comes_with_what_caches_need() {
    let top = mirror();
    let serving = Serving::start(top.path());
    let archive_path = "/store/abacus/abacus-1.0.0.tar.gz";
    for (path, kind, kept, bytes) in [
        ("/mirror.json", "application/json", "no-cache", fs::read(top.path().join("mirror.json")).unwrap()),
        ("/index/ab/ac/abacus", "text/plain; charset=utf-8", "no-cache", FILES[1].1.into()),
        (archive_path, "application/gzip", "public, max-age=31536000, immutable", archive()),
        ("/store/abacus/abacus-1.0.0.tar.gz.sha256", "text/plain; charset=utf-8", "no-cache", b"digest\n".to_vec()),
    ] {
        let tag = format!("\"{}\"", Sha256::of(&bytes).to_hex());
        let length = bytes.len().to_string();
        // An archive is never compressed again.
        for headers in [&["Accept-Encoding: gzip"][..], &[]] {
            let answer = serving.get(path, headers);
            assert_eq!((answer.status, answer.header("etag")), (200, Some(tag.as_str())), "{path}");
            assert!(answer.body == bytes, "{path}");
            assert_eq!(answer.header("content-type"), Some(kind));
            assert_eq!(answer.header("cache-control"), Some(kept));
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(answer.header("accept-ranges"), Some("bytes"));
            assert_eq!(answer.header("content-encoding"), None);
        }
        let head = ask(serving.address, "HEAD", path, &[]);
        assert_eq!((head.status, head.header("content-length")), (200, Some(length.as_str())));
        assert_eq!(head.body, b"");
        for same in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            let answer = serving.get(path, &[&format!("If-None-Match: {same}")]);
            assert_eq!((answer.status, answer.body.len()), (304, 0), "{same}");
            assert_eq!((answer.header("etag"), answer.header("cache-control")), (Some(tag.as_str()), Some(kept)));
        }
        assert_eq!(serving.get(path, &["If-None-Match: \"x\""]).status, 200);
    }
    assert_eq!(serving.get("/mirror.json?x=1", &[]).status, 200);
}

#[test]
fn parts_of_a_file_can_be_had() {
    let top = mirror();
    let serving = Serving::start(top.path());
    let (path, bytes) = ("/store/abacus/abacus-1.0.0.tar.gz", archive());
    let tag = format!("\"{}\"", Sha256::of(&bytes).to_hex());
    for (range, from, to) in [
        ("0-0", 0, 1),
        ("65535-65536", 65_535, 65_537),
        ("1000000-2000000", 1_000_000, 2_000_001),
        ("2999999-", 2_999_999, 3_000_000),
        ("-70000", 2_930_000, 3_000_000),
    ] {
        let range = format!("Range: bytes={range}");
        let answer = serving.get(path, &[&range, &format!("If-Range: {tag}")]);
        assert_eq!(answer.status, 206);
        let named = format!("bytes {from}-{}/3000000", to - 1);
        assert_eq!(answer.header("content-range"), Some(named.as_str()));
        assert!(answer.body == bytes[from..to], "{range}");
        assert_eq!(serving.get(path, &[&range, "If-Range: \"x\""]).status, 200);
    }
    let answer = serving.get(path, &["Range: bytes=3000000-"]);
    assert_eq!((answer.status, answer.header("content-range")), (416, Some("bytes */3000000")));
    let answer = serving.get("/index/lo/ng/longer", &["Range: bytes=2-5", "Accept-Encoding: gzip"]);
    assert_eq!((answer.status, answer.body.as_slice()), (206, &long().as_bytes()[2..6]));
    assert_eq!(answer.header("content-encoding"), None);
}

#[test]
fn files_of_the_index_are_compressed_for_who_wants_it() {
    let top = mirror();
    let serving = Serving::start(top.path());
    let path = "/index/lo/ng/longer";
    let plain = serving.get(path, &[]);
    assert_eq!(plain.body, long().as_bytes());
    let zipped = serving.get(path, &["Accept-Encoding: br, gzip;q=0.5"]);
    assert_eq!((zipped.status, zipped.header("content-encoding")), (200, Some("gzip")));
    assert!(zipped.body.len() < plain.body.len() / 2);
    let mut text = String::new();
    GzDecoder::new(zipped.body.as_slice()).read_to_string(&mut text).unwrap();
    assert_eq!(text, long());
    let tag = zipped.header("etag").unwrap();
    assert_ne!(Some(tag), plain.header("etag"));
    for answer in [&plain, &zipped] {
        assert_eq!(answer.header("vary"), Some("Accept-Encoding"));
    }
    let same = format!("If-None-Match: {tag}");
    let answer = serving.get(path, &["Accept-Encoding: gzip", &same]);
    assert_eq!((answer.status, answer.header("vary")), (304, Some("Accept-Encoding")));
    assert_eq!(serving.get(path, &[&same]).status, 200);
}

#[test]
fn nothing_else_is_given_out() {
    let top = mirror();
    let outside = TempDir::new().unwrap();
    fs::write(outside.path().join("file"), "secret\n").unwrap();
    symlink(outside.path().join("file"), top.path().join("index/link")).unwrap();
    symlink(outside.path(), top.path().join("index/folder")).unwrap();
    symlink("ab", top.path().join("index/inner")).unwrap();
    let fifo = top.path().join("index/fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let name = top.path().file_name().unwrap().to_str().unwrap().to_owned();
    let serving = Serving::start(top.path());
    for absent in [
        "/",
        "/index",
        "/index/",
        "/store/abacus/",
        "//mirror.json",
        "/none",
        "/.secret",
        "/%2esecret",
        "/.git/config",
        "/index/../.secret",
        "/index/../mirror.json",
        "/..",
        "/%2e%2e/",
        &format!("/../{name}/mirror.json"),
        "/index/link",
        "/index/folder/file",
        "/index/inner/ac/abacus",
        "/index/fifo",
        "/mirror.json/x",
        &format!("/{}", "x".repeat(300)),
    ] {
        let answer = serving.get(absent, &[]);
        assert_eq!((answer.status, answer.header("etag")), (404, None), "{absent}");
        assert!(!String::from_utf8_lossy(&answer.body).contains("secret"), "{absent}");
    }
    for bad in
        ["/index%2fconfig.json", "/index%5cconfig.json", "/mirror.json%00", "/..%2f..%2fetc%2fpasswd", "/%ff", "/%"]
    {
        assert_eq!(serving.get(bad, &[]).status, 400, "{bad}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "BREW"] {
        let answer = ask(serving.address, method, "/mirror.json", &["Content-Length: 0"]);
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{method}");
    }
}

#[test]
fn a_file_that_changes_has_another_tag() {
    let top = mirror();
    let serving = Serving::start(top.path());
    let file = top.path().join("index/ab/ac/abacus");
    let tag_of = |bytes: &[u8]| format!("\"{}\"", Sha256::of(bytes).to_hex());
    // In place, with the same length, faster than clocks tell.
    for round in 0..20_u8 {
        let bytes = [b'a' + round; 18];
        fs::write(&file, bytes).unwrap();
        let answer = serving.get("/index/ab/ac/abacus", &[]);
        assert_eq!(answer.header("etag"), Some(tag_of(&bytes).as_str()));
        assert_eq!(answer.body, bytes);
    }
    // The whole folder is exchanged for another one.
    let next = mirror();
    fs::write(next.path().join("index/ab/ac/abacus"), "next\n").unwrap();
    fs::rename(top.path(), top.path().with_extension("old")).unwrap();
    fs::rename(next.path(), top.path()).unwrap();
    assert_eq!(serving.get("/index/ab/ac/abacus", &[]).body, b"next\n");
    fs::remove_dir_all(top.path().with_extension("old")).unwrap();
}

#[test]
fn asked_to_end_it_ends_well_and_finishes_what_it_began() {
    for signal in ["-TERM", "-INT"] {
        let top = mirror();
        let mut serving = Serving::start(top.path());
        // A reader that keeps its connection, and has nothing to ask.
        let mut idle = TcpStream::connect(serving.address).unwrap();
        idle.write_all(b"GET /mirror.json HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        idle.read_exact(&mut [0; 64]).unwrap();
        let mut busy = TcpStream::connect(serving.address).unwrap();
        let request = "GET /store/abacus/abacus-1.0.0.tar.gz HTTP/1.1\r\nHost: x\r\n\r\n";
        busy.write_all(request.as_bytes()).unwrap();
        let mut begun = vec![0; 1000];
        busy.read_exact(&mut begun).unwrap();
        serving.tell(signal);
        busy.read_to_end(&mut begun).unwrap();
        assert!(begun.ends_with(&archive()), "{signal}: {}", begun.len());
        assert_eq!(serving.child.wait().unwrap().code(), Some(0), "{signal}");
        assert!(TcpStream::connect(serving.address).is_err());
    }
}

#[test]
fn what_cannot_be_served_is_refused() {
    let top = TempDir::new().unwrap();
    fs::create_dir(top.path().join("empty")).unwrap();
    symlink(top.path().join("none"), top.path().join("empty/config.json")).unwrap();
    run(top.path(), ["serve", "empty"]).ends(3).complains(&[
        "empty holds neither mirror.json nor config.json: it is no mirror and no index",
        "name a folder that `curator mirror` made",
    ]);
    run(top.path(), ["serve", "none"]).ends(3).complains(&["none cannot be served: there is no such folder"]);
    let mirror = mirror();
    let dir = mirror.path().to_str().unwrap();
    run(top.path(), ["serve", dir, "--listen", "0.0.0.0:0"])
        .ends(3)
        .complains(&["--listen 0.0.0.0:0 can be reached from other machines", "--public"]);
    let serving = Serving::start(mirror.path());
    let taken = serving.address.to_string();
    run(top.path(), ["serve", dir, "--listen", &taken]).ends(3).complains(&["nobody can listen at", &taken]);
}

#[test]
fn who_serves_everybody_is_told_what_that_means() {
    let top = mirror();
    let mut command = curator(top.path());
    command.args(["serve", ".", "--listen", "0.0.0.0:0", "--public", "--format", "json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut out, mut err) = (String::new(), String::new());
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    while !out.trim_end().ends_with('}') {
        assert!(lines.read_line(&mut out).unwrap() > 0, "{out}");
    }
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut err).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let said: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(said["serving"], ".");
    assert!(said["url"].as_str().unwrap().starts_with("http://0.0.0.0:"), "{out}");
    assert!(err.contains("can read every file") && err.contains("no TLS"), "{err}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn visitors_who_ask_or_take_too_slowly_must_go() {
    let top = mirror();
    fs::write(top.path().join("store/large"), vec![b'x'; 32 << 20]).unwrap();
    let visits = Visits { most: 2, longest: Duration::from_mins(1), quiet: Duration::from_millis(300) };
    let door = Door::open("127.0.0.1:0".parse().unwrap(), visits).await.unwrap();
    let address = door.address().unwrap();
    let router = ServedFolder::open(top.path()).unwrap().router();
    tokio::spawn(door.serve(router));
    let asked = tokio::task::spawn_blocking(move || {
        // Both places are taken: by one who never ends his question, and by one who does not take the answer.
        let mut asking = TcpStream::connect(address).unwrap();
        asking.write_all(b"GET /mirror.json HTTP/1.1\r\nX: ").unwrap();
        let mut deaf = TcpStream::connect(address).unwrap();
        deaf.write_all(b"GET /store/large HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let answer = ask(address, "GET", "/mirror.json", &[]);
        assert_eq!(answer.status, 200);
        std::thread::sleep(Duration::from_secs(1));
        let mut taken = Vec::new();
        let _ = deaf.read_to_end(&mut taken);
        assert!(taken.len() < 32 << 20);
        // Who takes it slowly, and does take it, stays for longer than that.
        let mut slow = TcpStream::connect(address).unwrap();
        slow.write_all(b"GET /store/large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let (mut part, mut taken) = (vec![0; 1 << 20], 0);
        loop {
            let read = slow.read(&mut part).unwrap();
            if read == 0 {
                return taken;
            }
            taken += read;
            std::thread::sleep(Duration::from_millis(u64::from(taken < 20 << 20) * 10));
        }
    });
    assert!(asked.await.unwrap() > 32 << 20);
}
