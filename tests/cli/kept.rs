//! What a registry must keep of what is published, and what it may ask for in vain: told by every command that looks.

use std::fs;

use crate::program::run;
use crate::sample::Sample;

const SEEDBED: &str = "packages/se/seedbed";

/// Every command that compares the registry with the index says `expected` and ends with `code`.
fn everyone_says(sample: &Sample, expected: &str, code: i32) {
    for args in [&["check", "--offline"][..], &["plan"], &["plan", "--preview"], &["sync"]] {
        sample.run(args).ends(code).prints(&[expected]);
    }
    sample.run(&["plan", "--format", "markdown"]).ends(code).prints(&["- **"]);
}

#[test]
fn a_deleted_definition_is_missed_and_nothing_published_goes_with_it() {
    let sample = Sample::published();
    fs::remove_file(sample.registry().join(SEEDBED).join("1.0.0.json")).unwrap();
    let before = sample.everything();
    everyone_says(&sample, "error[A011]: seedbed@1.0.0 is published, but its definition is gone", 1);
    crate::trees::assert_same(&before, &sample.everything());
}

#[test]
fn a_changed_definition_is_told_by_everyone() {
    let sample = Sample::published();
    let file = sample.registry().join(SEEDBED).join("2.0.0.json");
    fs::write(&file, fs::read_to_string(&file).unwrap().replace("MIT", "ISC")).unwrap();
    everyone_says(&sample, "error[R011]: seedbed@2.0.0 is published, and its definition differs", 1);
}

#[test]
fn what_cannot_be_done_is_told() {
    let sample = Sample::published();
    let write = |path: &str, text: &str| {
        let file = sample.registry().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    };
    write("status/se/seedbed/9.9.9.json", r#"{"status": "yanked", "reason": "wrong results"}"#);
    everyone_says(&sample, "error[R049]: the path names a package or a version that nobody published or defined", 1);
    fs::remove_dir_all(sample.registry().join("status")).unwrap();
    write("status/se/seedbed/1.0.0.json", r#"{"status": "deprecated", "reason": "old", "replacement": "nothing"}"#);
    everyone_says(&sample, "error[R049]: there is no package nothing to replace it", 1);
    fs::remove_dir_all(sample.registry().join("status")).unwrap();
    let bounds = |revision: u32, range: &str| {
        format!(r#"{{"revision": {revision}, "dependencies": {{"seedbed": "{range}"}}, "reason": "works"}}"#)
    };
    let file = "overrides/zi/zipper-list/0.2.0.json";
    write(file, &bounds(2, ">=1.0.0 <2.0.0"));
    sample.run(&["sync"]).ends(0).prints(&["done: revise zipper-list@0.2.0 to revision 2"]);
    write(file, &bounds(2, ">=1.0.0 <1.5.0"));
    everyone_says(&sample, "error[R048]: revision 2 is not new: the bounds of this version are at revision 2", 1);
    write(file, &bounds(1, ">=1.0.0 <1.5.0"));
    everyone_says(&sample, "error[R048]: revision 1 is not new: the bounds of this version are at revision 2", 1);
    fs::remove_file(sample.registry().join(file)).unwrap();
    everyone_says(&sample, "error[R042]: the file was deleted, and something published rests on it", 1);
}

#[test]
fn an_index_belongs_to_one_registry() {
    let sample = Sample::published();
    let config = sample.registry().join("curator.toml");
    fs::write(&config, fs::read_to_string(&config).unwrap().replace("name = \"larkspur\"", "name = \"foxglove\""))
        .unwrap();
    let before = sample.everything();
    for args in [&["plan"][..], &["sync"]] {
        sample
            .run(args)
            .ends(3)
            .complains(&["the index belongs to the registry 'larkspur', and this one is 'foxglove'"]);
    }
    crate::trees::assert_same(&before, &sample.everything());
}

#[test]
fn a_mirror_is_audited_without_a_registry() {
    let sample = Sample::published();
    let mirror = tempfile::tempdir().unwrap();
    let (index, store) = (sample.index(), sample.store());
    let args = ["audit", "--index", index.to_str().unwrap(), "--store", store.to_str().unwrap()];
    run(mirror.path(), args).ends(0).prints(&["13 archives audited: all agree."]);
    fs::write(store.join("seedbed/seedbed-1.0.0.tar.gz"), "other bytes").unwrap();
    run(mirror.path(), args).ends(1).prints(&["A009"]);
}

#[test]
fn an_index_that_is_not_there_is_not_sound() {
    let sample = Sample::wanted();
    for command in [&["audit"][..], &["rebuild", "--all"]] {
        let nowhere = command.iter().copied().chain(["--index", "nowhere"]);
        run(sample.home(), nowhere).ends(3).complains(&["error: "]);
    }
}

#[test]
fn an_audit_looks_into_the_archives() {
    let sample = Sample::published();
    let file = sample.index().join("metadata/me/al/mealy.json");
    let text = fs::read_to_string(&file).unwrap();
    let recorded = text.split("\"contentHash\": \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let other = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    fs::write(&file, text.replace(recorded, other)).unwrap();
    sample.run(&["audit"]).ends(1).prints(&["error[A009]: the tar in the archive of mealy@1.0.0 has the hash", other]);
    sample.run(&["rebuild", "--all"]).ends(1).prints(&["mealy@1.0.0  differs"]);
}

#[test]
fn a_link_in_the_place_of_a_published_definition_holds_up_nothing_else() {
    let sample = Sample::published();
    let (outside, file) = (sample.home().join("outside.json"), sample.registry().join(SEEDBED).join("1.0.0.json"));
    fs::rename(&file, &outside).unwrap();
    std::os::unix::fs::symlink(&outside, &file).unwrap();
    fs::remove_dir_all(sample.store()).unwrap();
    for args in [&["check", "--offline"][..], &["plan"]] {
        sample.run(args).ends(1).prints(&["error[R005]", "packages/se/seedbed/1.0.0.json"]).prints_no(&["A011"]);
    }
    sample.run(&["sync"]).ends(1).prints(&["error[R005]", "13 restocked"]);
}
