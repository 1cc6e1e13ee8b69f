//! The encoders give the bytes that their names promise, or none.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};
use std::thread;

use curator::adapters::Encoders;
use curator::model::{EncoderName, Limits};
use curator::ports::{EncodeError, Encoder as _};
use curator::rules::pack::{gunzip, tar};

use crate::trees::every_shape;

/// What `tar … | gzip --name` makes, as the PureScript registry runs it.
fn gzip_name(input: &[u8]) -> Vec<u8> {
    let mut command = Command::new("gzip");
    let mut child = command.arg("--name").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input).unwrap());
        child.wait_with_output().unwrap().stdout
    })
}

#[test]
fn gnu_gzip_6_is_what_the_purescript_registry_runs() {
    let encoders = Encoders::default();
    // The last is larger than all pipes together: it hangs where nobody reads while we write.
    let noise: Vec<u8> =
        (0..4_000_000_u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_be_bytes()).collect();
    for input in [&[][..], b"x", &tar("pkg-1.0.0", &every_shape()), &noise] {
        let archive = encoders.encode(EncoderName::GnuGzip, input).unwrap();
        assert!(archive == gzip_name(input), "{} bytes", input.len());
    }
}

#[test]
fn both_encoders_keep_the_tar_and_write_the_same_header() {
    let limits = Limits::default();
    let input = tar("pkg-1.0.0", &every_shape());
    for encoder in EncoderName::ALL {
        let archive = Encoders::default().encode(encoder, &input).unwrap();
        assert_eq!(archive[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3], "{encoder}");
        assert_eq!(gunzip(&archive, &limits).unwrap(), input, "{encoder}");
    }
}

#[test]
fn another_gzip_is_refused_once_and_for_all() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("gzip");
    symlink(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packing/fake-gzip.sh"), &program).unwrap();
    let encoders = Encoders::with_gzip(&program);
    for _ in 0..2 {
        let error = encoders.encode(EncoderName::GnuGzip, b"x").unwrap_err();
        assert!(matches!(error, EncodeError::KnownAnswer { encoder: EncoderName::GnuGzip, .. }), "{error}");
    }
    let noted = |what: &str| fs::read_to_string(folder.path().join(format!("gzip.{what}"))).unwrap();
    assert_eq!(noted("arguments"), "-6 -n\n", "it is asked once");
    // The shell adds PWD, SHLVL and `_`; Cargo's own variables show that nothing of our environment came through.
    let environment = noted("environment");
    let own = |line: &&str| !["PATH=", "PWD=", "OLDPWD=", "SHLVL=", "_="].iter().any(|name| line.starts_with(name));
    assert_eq!(environment.lines().filter(own).collect::<Vec<_>>(), Vec::<&str>::new());
    assert!(encoders.encode(EncoderName::Libdeflate, b"x").is_ok());
}

#[test]
fn a_gzip_that_is_not_there_is_missing() {
    let error = Encoders::with_gzip("/nonexistent/gzip").encode(EncoderName::GnuGzip, b"x").unwrap_err();
    assert!(matches!(&error, EncodeError::Missing { program, .. } if program == "/nonexistent/gzip"), "{error}");
}

#[test]
fn a_gzip_that_fails_is_no_gzip() {
    for program in ["false", "true"] {
        let error = Encoders::with_gzip(program).encode(EncoderName::GnuGzip, b"x").unwrap_err();
        assert!(matches!(error, EncodeError::Failed { .. } | EncodeError::KnownAnswer { .. }), "{error}");
    }
}
