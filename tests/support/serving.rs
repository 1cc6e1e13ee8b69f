//! A folder that the program itself serves by HTTP.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Stdio};

use super::program::curator;

/// The program while it serves.
pub(crate) struct Serving {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
}

impl Serving {
    pub(crate) fn start(dir: &Path) -> Self {
        let mut command = curator(dir.parent().unwrap());
        command.arg("serve").arg(dir).args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stdin(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let (said, address) = line.trim_end().split_once(" at http://").unwrap();
        assert_eq!(said, format!("serving {}", dir.display()));
        let address = address.trim_end_matches('/').parse().unwrap();
        Self { child, address }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
