//! What is said of a folder that is served.

use super::inert::inert_line;

/// The URL of a server at `address`.
#[must_use]
pub fn served_url(address: &str) -> String {
    format!("http://{address}/")
}

/// What is served where.
#[must_use]
pub fn serving(dir: &str, address: &str) -> String {
    format!("serving {} at {}", inert_line(dir), served_url(address))
}

/// That other machines can read along.
#[must_use]
pub fn public(dir: &str) -> String {
    format!(
        "every machine that reaches this address can read every file below {}, and anybody on the way can change what it \
         reads: there is no TLS",
        inert_line(dir)
    )
}

/// Why nothing is served at `address`, and the way out.
#[must_use]
pub fn not_public(address: &str) -> (String, &'static str) {
    (
        format!("--listen {address} can be reached from other machines"),
        "listen at 127.0.0.1 and let a web server with TLS pass requests on, or say --public",
    )
}
