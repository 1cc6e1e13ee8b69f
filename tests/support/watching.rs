//! The program that watches, from its start to its end.

use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::visitor::{Answer, ask};

/// Longer than a sync takes on a busy machine, and than one is put off by those before it.
pub(crate) const PATIENCE: Duration = Duration::from_mins(3);

/// A watching program, and the lines that it prints.
pub(crate) struct Watching {
    pub(crate) child: Child,
    pub(crate) lines: mpsc::Receiver<String>,
    said: Vec<String>,
}

impl Watching {
    pub(crate) fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (send, lines) = mpsc::channel();
        let outputs: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for output in outputs {
            let send = send.clone();
            thread::spawn(move || {
                BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| send.send(line))
            });
        }
        Self { child, lines, said: Vec::new() }
    }

    /// Waits for a line with `text` in it.
    #[track_caller]
    pub(crate) fn waits_for(&mut self, text: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|_| panic!("{text:?} was never said, only {:#?}", self.said));
            self.said.push(line.clone());
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Waits until it listens, and gives the place.
    pub(crate) fn door(&mut self) -> SocketAddr {
        let line = self.waits_for("listening at ");
        let (_, address) = line.split_once("listening at ").unwrap();
        address.chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect::<String>().parse().unwrap()
    }

    pub(crate) fn ask_to_end(&self) {
        assert!(Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Asks it to end; gives its exit code and every line that it said.
    pub(crate) fn end(mut self) -> (Option<i32>, Vec<String>) {
        self.ask_to_end();
        let code = self.child.wait().unwrap().code();
        self.said.extend(self.lines.iter());
        (code, self.said)
    }
}

/// Asks for the page until it is so.
#[track_caller]
pub(crate) fn waits_until(door: SocketAddr, path: &str, is_so: impl Fn(&Answer) -> bool) -> Answer {
    let began = Instant::now();
    loop {
        let answer = ask(door, path);
        if is_so(&answer) {
            return answer;
        }
        assert!(began.elapsed() < PATIENCE, "{answer:?}");
        thread::sleep(Duration::from_millis(50));
    }
}
