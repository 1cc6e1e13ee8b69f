//! Compares our tar with that of GNU tar, byte for byte.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use curator::model::{Files, Mode};
use curator::rules::pack::tar;

use crate::trees::every_shape;

/// Exactly the flags of the PureScript registry.
const FLAGS: [&str; 6] = [
    "--sort=name",
    "--mtime=@0",
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    "--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime",
];

#[test]
fn our_tar_is_that_of_gnu_tar_under_any_umask_time_zone_and_locale() {
    let folder = tempfile::tempdir().unwrap();
    let files = every_shape();
    write(&files, &folder.path().join("pkg-1.0.0"));
    let ours = tar("pkg-1.0.0", &files);
    for (umask, zone, locale) in [("022", "UTC", "C"), ("077", "Asia/Tokyo", "C.UTF-8"), ("000", "EST5EDT", "POSIX")] {
        let theirs = gnu_tar(folder.path(), umask, zone, locale);
        assert_same(&ours, &theirs, locale);
    }
}

#[test]
fn an_empty_package_is_its_top_folder() {
    let folder = tempfile::tempdir().unwrap();
    write(&Files::new(), &folder.path().join("pkg-1.0.0"));
    assert_same(&tar("pkg-1.0.0", &Files::new()), &gnu_tar(folder.path(), "022", "UTC", "C"), "C");
}

/// Writes the files in reverse order, so that the file system's order is not ours.
fn write(files: &Files, top: &Path) {
    fs::create_dir_all(top).unwrap();
    for (path, file) in files.iter().rev() {
        let place = top.join(path.as_str());
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(&place, &file.bytes).unwrap();
        let mode = if file.mode == Mode::Executable { 0o755 } else { 0o644 };
        fs::set_permissions(&place, fs::Permissions::from_mode(mode)).unwrap();
        for folder in place.ancestors().skip(1).take_while(|folder| folder.starts_with(top)) {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
}

fn gnu_tar(folder: &Path, umask: &str, zone: &str, locale: &str) -> Vec<u8> {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("umask {umask}; exec tar \"$@\""), "tar"]).args(FLAGS).args(["-cf", "-", "pkg-1.0.0"]);
    command.current_dir(folder).env("TZ", zone).env("LC_ALL", locale);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    without_device_numbers(output.stdout)
}

/// GNU tar up to 1.34 writes the device numbers of plain files as `0000000`, later ones leave them empty, as every
/// published archive does: empties them, and mends the checksums.
fn without_device_numbers(mut tar: Vec<u8>) -> Vec<u8> {
    let mut at = 0;
    while tar[at] != 0 {
        let header = &mut tar[at..at + 512];
        header[329..345].fill(0);
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().copied().map(u32::from).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let size = usize::from_str_radix(str::from_utf8(&header[124..135]).unwrap(), 8).unwrap();
        at += 512 + size.next_multiple_of(512);
    }
    tar
}

fn assert_same(ours: &[u8], theirs: &[u8], locale: &str) {
    let differing = ours.chunks(512).zip(theirs.chunks(512)).position(|(ours, theirs)| ours != theirs);
    if let Some(block) = differing {
        let show = |tar: &[u8]| tar[block * 512..(block + 1) * 512].escape_ascii().to_string();
        panic!("block {block} differs under {locale}\n  ours: {}\ntheirs: {}", show(ours), show(theirs));
    }
    assert_eq!(ours.len(), theirs.len(), "under {locale}");
}
