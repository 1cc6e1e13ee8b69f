//! Where releases are and how they are tagged, as texts.

use curator::config::{Config, StorePlace};
use curator::model::{Metadata, Published, ReleaseLayout, ReleaseTag, Releases};
use curator::rules::index::{MetadataFile, MetadataFileError};

#[test]
fn a_tag_has_one_spelling() {
    for text in ["pkg/maybe/1", "pkg/maybe/990", "pkg/maybe/6.0.0", "pkg/a/4294967295", "pkg/1/1.0.0"] {
        assert_eq!(text.parse::<ReleaseTag>().unwrap().to_string(), text);
    }
    let refused = [
        "pkg/maybe",
        "pkg/maybe/",
        "pkg/maybe/0",
        "pkg/maybe/01",
        "pkg/maybe/+1",
        "pkg/maybe/-1",
        "pkg/maybe/4294967296",
        "pkg/maybe/1/2",
        "pkg/maybe/1.0",
        "pkg/maybe/v1.0.0",
        "pkg/Maybe/1",
        "pkg//1",
        "PKG/maybe/1",
        "v1.0.0",
        "maybe/1",
        "",
        "pkg/maybe/1 ",
        "pkg/maybe/01.0.0",
        "pkg/../1",
    ];
    for text in refused {
        assert!(text.parse::<ReleaseTag>().is_err(), "{text}");
    }
}

#[test]
fn a_number_and_a_version_are_never_the_same_tag() {
    let number: ReleaseTag = "pkg/maybe/6".parse().unwrap();
    let version: ReleaseTag = "pkg/maybe/6.0.0".parse().unwrap();
    assert!(matches!(number, ReleaseTag::Package { .. }) && matches!(version, ReleaseTag::Version { .. }));
    assert_eq!([number.package().as_str(), version.package().as_str()], ["maybe", "maybe"]);
    assert_eq!([number.title(), version.title()], ["maybe (6)", "maybe 6.0.0"]);
}

#[test]
fn a_store_is_the_releases_of_a_repository() {
    let parse = |more: &str| {
        let text =
            format!("[registry]\nname = \"acme\"\n[[store]]\nname = \"far\"\ngithub = \"acme/registry\"\n{more}");
        Config::parse(&text).unwrap().store.remove(0)
    };
    let (plain, each) = (parse(""), parse("layout = \"per-version\"\nurl = \"https://x/{release}/{version}\"\n"));
    let releases = |layout| Releases { repository: "acme/registry".parse().unwrap(), layout };
    assert_eq!(plain.place, StorePlace::Releases(releases(ReleaseLayout::PerPackage)));
    assert_eq!(each.place, StorePlace::Releases(releases(ReleaseLayout::PerVersion)));
    let url = "https://github.com/acme/registry/releases/download/{release}/{name}-{version}.tar.gz";
    assert_eq!(plain.download_url().unwrap(), url);
    assert_eq!(each.download_url().unwrap(), "https://x/{release}/{version}");
    assert_eq!("github:acme/registry".parse(), Ok(releases(ReleaseLayout::PerPackage)));
    assert_eq!(releases(ReleaseLayout::PerVersion).to_string(), "github:acme/registry");
    for text in
        ["github:acme", "github://acme/registry", "acme/registry", "github:acme/registry/x", "github:../registry"]
    {
        assert!(text.parse::<Releases>().is_err(), "{text}");
    }
}

#[test]
fn the_release_stands_among_the_other_facts_in_alphabetical_order() {
    let text = "{\n  \"location\": {\n    \"githubOwner\": \"a\",\n    \"githubRepo\": \"b\"\n  },\n  \"published\": {\n    \
        \"6.0.0\": {\n      \"bytes\": 1,\n      \"compilers\": [\n        \"0.15.15\"\n      ],\n      \"hash\": \
        \"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\",\n      \"publishedTime\": \"2024-01-01T00:00:00.000Z\",\n      \
        \"ref\": \"\",\n      \"release\": \"pkg/maybe/1\",\n      \"revision\": 2\n    }\n  },\n  \"unpublished\": {}\n}\n";
    let metadata: Metadata = serde_json::from_str(text).unwrap();
    assert_eq!(metadata.to_file().unwrap(), text);
    let release = metadata.published.values().next().unwrap().release.clone().unwrap();
    assert_eq!(release, "pkg/maybe/1".parse().unwrap());
}

#[test]
fn a_move_to_another_release_leaves_every_other_byte() {
    let entry = |more: &str| {
        format!(
            "{{\"location\": {{\"githubOwner\":\"a\", \"githubRepo\":\"b\"}},\n \"published\": {{\n    \"6.0.0\": {{\"bytes\": 1e0, \
             \"compilers\": [\"0.15.15\"],\n      \"hash\": \"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\",\n      \
             \"publishedTime\": \"2024-01-01T00:00:00.000Z\"{more}}}\n  }},\n  \"unpublished\": {{}}}}\n"
        )
    };
    let tag: ReleaseTag = "pkg/maybe/2".parse().unwrap();
    let version = "6.0.0".parse().unwrap();
    let cases = [
        ("", ",\n      \"release\": \"pkg/maybe/2\""),
        (",\n      \"ref\": \"\"", ",\n      \"ref\": \"\",\n      \"release\": \"pkg/maybe/2\""),
        (
            ",\n      \"ref\": \"\",\n      \"revision\": 2",
            ",\n      \"ref\": \"\",\n      \"release\": \"pkg/maybe/2\",\n      \"revision\": 2",
        ),
        (
            ",\n      \"release\" :  \"pkg/maybe/6.0.0\",\n      \"revision\": 2",
            ",\n      \"release\" :  \"pkg/maybe/2\",\n      \"revision\": 2",
        ),
    ];
    for (before, after) in cases {
        let mut file = MetadataFile::parse(entry(before).as_bytes()).unwrap();
        let facts = Published { release: Some(tag.clone()), ..file.metadata().published[&version].clone() };
        file.update(&version, &facts).unwrap();
        assert_eq!(file.text(), entry(after));
        assert_eq!(MetadataFile::parse(file.text().as_bytes()).unwrap().metadata(), file.metadata());
        assert_eq!(file.metadata().published[&version].release.as_ref(), Some(&tag));
        let other = "6.0.1".parse().unwrap();
        assert_eq!(file.update(&other, &facts), Err(MetadataFileError::Unpublished(other)));
    }
}
