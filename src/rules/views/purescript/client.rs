//! What spago 1.0.4 cannot read, judged on the JSON that it would get: whatever the index may hold some day, nothing of it
//! comes into this view that its clients would stumble over.
//!
//! A line that they cannot read makes all versions of its package look as if they had no dependencies, with a warning at
//! most. An entry that they cannot read makes the whole package invisible.

use serde_json::{Map, Value};

use crate::model::{CLIENT_DESCRIPTION_LIMIT, LeftOutReason, License, PackageName};

/// Why clients cannot read the metadata of a package as a whole; `None` where they can.
#[must_use]
pub fn unreadable_package(name: &PackageName, metadata: &Value) -> Option<LeftOutReason> {
    let Value::Object(root) = metadata else { return Some(LeftOutReason::Key("metadata")) };
    let owners = |owners: &Value| owners.as_array().is_some_and(|owners| !owners.is_empty());
    let unpublished = |gone: &Value| gone.as_object().is_some_and(|gone| gone.iter().all(|(v, it)| is_gone(v, it)));
    let sound = [
        ("name", is_name(name.as_str())),
        ("location", root.get("location").is_some_and(is_location)),
        ("owners", root.get("owners").is_none_or(owners)),
        ("published", root.get("published").is_some_and(Value::is_object)),
        ("unpublished", root.get("unpublished").is_some_and(unpublished)),
    ];
    first_unsound(&sound)
}

/// Why clients cannot read a version, by its line in the index and its entry in the metadata; `None` where they can.
#[must_use]
pub fn unreadable_version(line: &str, entry: Option<&Value>) -> Option<LeftOutReason> {
    let Ok(Value::Object(line)) = serde_json::from_str(line) else { return Some(LeftOutReason::Key("manifest")) };
    let Some(Value::Object(entry)) = entry else { return Some(LeftOutReason::Key("published")) };
    unreadable_line(&line).or_else(|| {
        let compilers = |list: &Value| {
            list.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(|it| is_text(Some(it), is_version)))
        };
        let reference = entry.get("ref").is_none_or(Value::is_string);
        first_unsound(&[
            ("bytes", entry.get("bytes").is_some_and(Value::is_number)),
            ("compilers", entry.get("compilers").is_some_and(compilers)),
            ("hash", is_text(entry.get("hash"), is_hash)),
            ("publishedTime", is_text(entry.get("publishedTime"), is_time)),
            ("ref", reference),
        ])
    })
}

fn unreadable_line(line: &Map<String, Value>) -> Option<LeftOutReason> {
    if let Some(Value::String(text)) = line.get("description") {
        let chars = text.chars().count();
        if chars > CLIENT_DESCRIPTION_LIMIT {
            return Some(LeftOutReason::Description(chars));
        }
    }
    let range = |(name, range): (&String, &Value)| is_name(name) && is_text(Some(range), is_range);
    let dependencies = line.get("dependencies").and_then(Value::as_object).is_some_and(|all| all.iter().all(range));
    let list = |key: &str| line.get(key).is_none_or(|it| it.as_array().is_some_and(|it| !it.is_empty()));
    first_unsound(&[
        ("name", is_text(line.get("name"), is_name)),
        ("version", is_text(line.get("version"), is_version)),
        ("license", is_text(line.get("license"), |text| text.parse::<License>().is_ok())),
        ("description", line.get("description").is_none_or(Value::is_string)),
        ("location", line.get("location").is_some_and(is_location)),
        ("ref", is_text(line.get("ref"), |text| !text.is_empty())),
        ("owners", list("owners")),
        ("includeFiles", list("includeFiles")),
        ("excludeFiles", list("excludeFiles")),
        ("dependencies", dependencies),
    ])
}

/// Why clients cannot read a package set; `None` where they can.
#[must_use]
pub fn unreadable_set(set: &Value) -> Option<LeftOutReason> {
    let member = |(name, version): (&String, &Value)| is_name(name) && is_text(Some(version), is_version);
    let packages = set.get("packages").and_then(Value::as_object).is_some_and(|all| all.iter().all(member));
    first_unsound(&[
        ("version", is_text(set.get("version"), is_version)),
        ("compiler", is_text(set.get("compiler"), is_version)),
        ("published", is_text(set.get("published"), is_day)),
        ("packages", packages),
    ])
}

fn first_unsound(sound: &[(&'static str, bool)]) -> Option<LeftOutReason> {
    sound.iter().find(|(_, sound)| !sound).map(|(key, _)| LeftOutReason::Key(key))
}

fn is_text(value: Option<&Value>, judge: impl Fn(&str) -> bool) -> bool {
    value.and_then(Value::as_str).is_some_and(judge)
}

/// `^[a-z0-9]+(-[a-z0-9]+)*$`, at most 150 characters.
fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.len() <= 150 && text.split('-').all(|part| !part.is_empty() && part.bytes().all(plain))
}

/// Three decimal numbers below 2^31, without leading zeros.
fn is_version(text: &str) -> bool {
    let place = |place: &str| {
        let digits = !place.is_empty() && place.bytes().all(|byte| byte.is_ascii_digit());
        digits && (place == "0" || !place.starts_with('0')) && place.parse::<i32>().is_ok()
    };
    text.split('.').count() == 3 && text.split('.').all(place)
}

/// `>=A <B`, with one blank and A below B.
fn is_range(text: &str) -> bool {
    let bounds = text.strip_prefix(">=").and_then(|rest| rest.split_once(" <"));
    let numbers = |text: &str| text.split('.').filter_map(|place| place.parse::<i32>().ok()).collect::<Vec<i32>>();
    bounds.is_some_and(|(low, high)| is_version(low) && is_version(high) && numbers(low) < numbers(high))
}

/// A repository on GitHub, or a URL without a port; tried as a URL first.
fn is_location(value: &Value) -> bool {
    let Value::Object(location) = value else { return false };
    let subdir = location.get("subdir").is_none_or(Value::is_string);
    let on_github =
        ["githubOwner", "githubRepo"].iter().all(|key| is_text(location.get(*key), |text| !text.is_empty()));
    subdir && (location.get("gitUrl").map_or(on_github, |url| is_text(Some(url), is_git_url)))
}

fn is_git_url(text: &str) -> bool {
    let rest = ["git://", "https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '@' | '_' | '~' | '-');
    let ends = |rest: &str| rest.split_once(".git").is_none_or(|(_, behind)| matches!(behind, "" | "/"));
    rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(plain) && ends(rest))
}

/// `sha256-`, 43 characters of base64 and `=`.
fn is_hash(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let body = text.strip_prefix("sha256-").and_then(|text| text.strip_suffix('='));
    body.is_some_and(|body| body.len() == 43 && body.bytes().all(plain))
}

fn is_day(text: &str) -> bool {
    has_shape(text, "dddd-dd-dd")
}

/// UTC, written with `Z`, and at most three digits of a second's fraction.
fn is_time(text: &str) -> bool {
    let whole = text.strip_suffix('Z');
    let (clock, fraction) = whole.map(|it| it.split_once('.').unwrap_or((it, "000"))).unwrap_or_default();
    has_shape(clock, "dddd-dd-ddTdd:dd:dd") && ["d", "dd", "ddd"].iter().any(|shape| has_shape(fraction, shape))
}

/// Whether `text` has a digit for every `d` of `shape`, and its other characters.
fn has_shape(text: &str, shape: &str) -> bool {
    let fits = |(byte, shape): (u8, u8)| if shape == b'd' { byte.is_ascii_digit() } else { byte == shape };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}

/// A version that is gone for good, as the metadata has it.
fn is_gone(version: &str, entry: &Value) -> bool {
    let reason = |text: &str| text.chars().count() <= CLIENT_DESCRIPTION_LIMIT;
    is_version(version)
        && is_text(entry.get("reason"), reason)
        && ["publishedTime", "unpublishedTime"].iter().all(|key| is_text(entry.get(*key), is_time))
}
