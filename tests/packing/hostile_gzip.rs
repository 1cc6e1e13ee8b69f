//! Hostile gzip streams.

use std::io::Write as _;

use curator::adapters::Encoders;
use curator::model::{EncoderName, Limits};
use curator::ports::Encoder as _;
use curator::rules::pack::{UnpackError, gunzip, tar, unpack};
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};

use crate::trees::files;

fn honest_tar() -> Vec<u8> {
    tar("p", &files([("x", "content")]))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    Encoders::default().encode(EncoderName::Libdeflate, bytes).unwrap()
}

#[test]
fn a_bomb_is_stopped_at_the_limit() {
    // 64 MiB of zeros in 64 KiB.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let zeros = vec![0; 1 << 20];
    for _ in 0..64 {
        encoder.write_all(&zeros).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    let limits = Limits { entries: 10, tree_bytes: 1 << 20, ..Limits::default() };
    let limit = (1 << 20) + 10 * 1024;
    assert_eq!(gunzip(&bomb, &limits), Err(UnpackError::TooLarge { limit }));
    // A claimed length (the last four bytes) is not believed.
    let mut liar = bomb.clone();
    let length = liar.len();
    liar[length - 4..].copy_from_slice(&[1, 0, 0, 0]);
    assert_eq!(gunzip(&liar, &limits), Err(UnpackError::TooLarge { limit }));
}

#[test]
fn what_inflates_to_the_limit_passes() {
    let limits = Limits { entries: 0, tree_bytes: 5000, ..Limits::default() };
    assert_eq!(gunzip(&gzip(&[7; 5000]), &limits).unwrap().len(), 5000);
    assert_eq!(gunzip(&gzip(&[7; 5001]), &limits), Err(UnpackError::TooLarge { limit: 5000 }));
}

#[test]
fn nothing_may_follow_the_stream() {
    let archive = gzip(&honest_tar());
    let member = gzip(b"evil");
    for tail in [&member[..], b"\0", b"\0\0\0\0\0\0\0\0", b"garbage"] {
        let error = UnpackError::AfterGzip { bytes: tail.len() };
        assert_eq!(unpack(&[&archive, tail].concat(), &Limits::default()), Err(error));
    }
}

#[test]
fn a_cut_stream_is_refused_wherever_it_is_cut() {
    let archive = gzip(&honest_tar());
    for length in 0..archive.len() {
        assert_eq!(unpack(&archive[..length], &Limits::default()), Err(UnpackError::Truncated), "{length}");
    }
}

#[test]
fn crc_and_length_are_checked() {
    let archive = gzip(&honest_tar());
    for from_end in 1..=8 {
        let mut changed = archive.clone();
        changed[archive.len() - from_end] ^= 1;
        let error = unpack(&changed, &Limits::default()).unwrap_err();
        assert!(matches!(&error, UnpackError::Gzip { message } if message.contains("checksum")), "{error}");
    }
}

#[test]
fn other_formats_are_refused() {
    let plain = honest_tar();
    let zstd = b"\x28\xb5\x2f\xfd\x04\x00\x01\x00\x00\x99\xe9\xd8\x51";
    for bytes in [&plain[..], b"<!doctype html><title>404</title>", zstd] {
        let error = unpack(bytes, &Limits::default()).unwrap_err();
        assert!(matches!(error, UnpackError::Gzip { .. }), "{error}");
    }
}

#[test]
fn a_name_and_a_time_in_the_gzip_header_have_no_say() {
    let mut encoder =
        GzBuilder::new().filename("evil/../x").comment("c").extra("e").mtime(1).write(Vec::new(), Compression::best());
    encoder.write_all(&honest_tar()).unwrap();
    let (_, unpacked) = unpack(&encoder.finish().unwrap(), &Limits::default()).unwrap();
    assert_eq!(unpacked, files([("x", "content")]));
}

#[test]
fn an_endless_name_in_the_gzip_header_is_refused() {
    let mut archive = vec![0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3];
    archive.resize(64 << 20, b'n');
    let error = unpack(&archive, &Limits::default()).unwrap_err();
    assert!(matches!(error, UnpackError::Gzip { .. }), "{error}");
}
