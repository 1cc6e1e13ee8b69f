//! Whether the source lies where the package is registered, on a host that the registry allows.

use crate::model::{Finding, Location};
use crate::rules::report::words;

use super::Case;

/// The location is the registered one, or in the registered folder of archives.
pub(super) fn registered(case: &Case<'_>) -> Vec<Finding> {
    let Some(location) = case.parts().and_then(|parts| parts.location.as_ref()) else { return Vec::new() };
    let Some(registration) = case.registration() else { return Vec::new() };
    if registration.location.covers(location) {
        return Vec::new();
    }
    let wording = words::definition::location_differs(&location.to_string(), &registration.location.to_string());
    vec![wording.at(case.field("location"))]
}

/// The host is allowed, and the way to it is protected.
pub(super) fn host(case: &Case<'_>) -> Vec<Finding> {
    let Some(location) = case.parts().and_then(|parts| parts.location.as_ref()) else { return Vec::new() };
    let host = match location {
        Location::GitHub { .. } => "github.com",
        Location::Git { git_url, .. } => {
            let Some(rest) = git_url.as_str().strip_prefix("https://") else {
                return vec![words::definition::insecure_url().at(case.field("location"))];
            };
            rest.split('/').next().unwrap_or_default()
        }
        Location::Archive { url, .. } => url.host(),
    };
    if case.policy.allow_hosts.contains(host) {
        return Vec::new();
    }
    let allowed: Vec<&str> = case.policy.allow_hosts.iter().map(String::as_str).collect();
    vec![words::definition::host(host, &allowed).at(case.field("location"))]
}
