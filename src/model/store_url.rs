//! The URLs of archives in stores: templates that name what differs from archive to archive.

use std::fmt::Write as _;

use super::name::PackageName;
use super::release::ReleaseTag;
use super::version::Version;

/// Where an archive is by the template of a store: with the package in the place of `{name}`, its version in that of
/// `{version}`, and in that of `{release}` the tag of the release that holds it. As a part of the file's own name `{name}` is
/// without its scope, as in a store of folders: `{name}/{name}-{version}.tar.gz` is `@tide/clock/clock-0.3.0.tar.gz`.
///
/// `None` where the template wants a release, and there is none, or a placeholder that nobody knows.
#[must_use]
pub fn archive_url(
    template: &str,
    name: &PackageName,
    version: &Version,
    release: Option<&ReleaseTag>,
) -> Option<String> {
    let path = template.split(['?', '#']).next().unwrap_or(template);
    let file = path.rfind('/').unwrap_or(0)..path.len();
    let (mut url, mut rest) = (String::with_capacity(template.len() + 32), template);
    while let Some((before, after)) = rest.split_once('{') {
        url.push_str(before);
        let (placeholder, after) = after.split_once('}')?;
        let at = template.len() - rest.len() + before.len();
        match placeholder {
            "name" if file.contains(&at) => push_encoded(&mut url, name.stem()),
            "name" => push_encoded(&mut url, name.as_str()),
            "version" => push_encoded(&mut url, &version.to_string()),
            "release" => push_encoded(&mut url, &release?.to_string()),
            _ => return None,
        }
        rest = after;
    }
    url.push_str(rest);
    Some(url)
}

/// Adds a text as parts of a path: slashes separate the parts of a release's tag and of a scoped name, and stay.
fn push_encoded(url: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'@' => {
                url.push(char::from(byte));
            }
            _ => drop(write!(url, "%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::archive_url;

    fn fill(template: &str, name: &str, release: Option<&str>) -> Option<String> {
        let release = release.map(|tag| tag.parse().unwrap());
        archive_url(template, &name.parse().unwrap(), &"1.0.0-rc.1".parse().unwrap(), release.as_ref())
    }

    #[test]
    fn placeholders_are_filled_with_what_stands_there() {
        for (template, plain, scoped) in [
            (
                "https://h/{name}/{version}.tgz",
                "https://h/clock/1.0.0-rc.1.tgz",
                "https://h/@tide/clock/1.0.0-rc.1.tgz",
            ),
            (
                "https://h/{name}/{name}-{version}.tgz",
                "https://h/clock/clock-1.0.0-rc.1.tgz",
                "https://h/@tide/clock/clock-1.0.0-rc.1.tgz",
            ),
            ("https://h/{name}", "https://h/clock", "https://h/clock"),
            ("https://h/get?of=a/{name}", "https://h/get?of=a/clock", "https://h/get?of=a/@tide/clock"),
            ("https://h/all", "https://h/all", "https://h/all"),
        ] {
            assert_eq!(fill(template, "clock", None).as_deref(), Some(plain), "{template}");
            assert_eq!(fill(template, "@tide/clock", None).as_deref(), Some(scoped), "{template}");
        }
    }

    #[test]
    fn a_release_is_one_that_there_is() {
        let template = "https://h/{release}/{name}-{version}";
        assert_eq!(
            fill(template, "@tide/clock", Some("pkg/@tide/clock/1")).as_deref(),
            Some("https://h/pkg/@tide/clock/1/clock-1.0.0-rc.1")
        );
        assert_eq!(fill(template, "clock", None), None);
    }

    #[test]
    fn what_is_no_placeholder_is_no_url() {
        for template in ["https://h/{Name}", "https://h/{name", "https://h/{}", "https://h/{{name}}", "{"] {
            assert_eq!(fill(template, "clock", None), None, "{template}");
        }
    }
}
