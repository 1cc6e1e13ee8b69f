//! Whatever a command prints, no key of a bucket is in it: plain, as base64, or as a part of a URL (threat 32).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::answers::{Answer, Server};
use crate::program::{Ran, curator, finish};
use crate::sample::Sample;

/// A key with characters that are written otherwise in a URL.
const CANARY: &str = "canary/0123456789+key/=~";

/// What must not be printed: the key in each of its spellings, with base64 wherever its three bytes begin.
fn spellings() -> Vec<String> {
    let encoded = CANARY.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D");
    let mut spellings = vec![CANARY.to_owned(), "0123456789".to_owned(), encoded.clone(), encoded.to_lowercase()];
    for at in 0..3 {
        for text in [STANDARD.encode(&CANARY[at..]), URL_SAFE.encode(&CANARY[at..])] {
            // Without the end, which depends on what follows.
            spellings.push(text[..16].to_owned());
        }
    }
    spellings
}

/// Runs a command on the sample with its store in a bucket of `server`; everything is logged.
fn run(sample: &Sample, server: &Server, args: &[&str]) -> Ran {
    let mut command = curator(sample.home());
    command.args(args).env("CURATOR_LOG", "trace").env("AWS_ENDPOINT_URL", server.url());
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
        command.env(name, CANARY);
    }
    finish(command)
}

#[test]
fn no_output_holds_a_key_of_a_bucket() {
    let echo = |status: &'static str| {
        Server::new(move |_, request| {
            Answer::text(status, &format!("<Error><Code>{CANARY}</Code><Message>{request} {CANARY}</Message></Error>"))
        })
    };
    let lost = Server::always(Answer::error("404 x", "NoSuchBucket"));
    let (spellings, sample) = (spellings(), Sample::cloned());
    let mut asked = 0;
    for server in [echo("200 OK"), echo("403 x"), lost] {
        for args in [
            &["sync"][..],
            &["plan"],
            &["plan", "--preview", "--format", "json"],
            &["audit"],
            &["audit", "--format", "json"],
            &["status"],
            &["check"],
            &["explain"],
            &["rebuild", "pipework@1.0.0"],
        ] {
            let ran = run(&sample, &server, &[args, &["--store", "s3://archives/registry"]].concat());
            let said = format!("{}{}", ran.out, ran.err);
            let told = spellings.iter().find(|spelling| said.contains(*spelling));
            assert_eq!(told, None, "{args:?}: {said}");
            // The filter was heard: the client, too, tells what it does.
            assert!(args[0] != "plan" || ran.err.contains("TRACE"), "{args:?}: {said}");
        }
        asked += server.asked();
        let requests = server.requests();
        assert!(!requests.is_empty() && requests.iter().all(|request| request.contains(CANARY)), "{requests:?}");
    }
    assert!(asked >= 9, "{asked}");
}
