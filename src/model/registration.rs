//! A registration: what a package's name stands for, and who may speak for it.

use serde::Serialize;

use super::definition::{read_location, read_owners};
use super::fields::{Fields, Reading};
use super::json::Document;
use super::location::Location;
use super::nonempty::NonEmpty;
use super::owner::Owner;
use super::profile::Profile;
use super::status::Authorization;

/// The file `registration.json` of a package. A change of it is a transfer or a change of ownership.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    /// Where the source is; every new definition must say the same.
    pub location: Location,
    /// The forge's numeric id of the repository: a repository re-created under the old name has another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location_id: Option<u64>,
    /// The keys that may unpublish or transfer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owners: Option<NonEmpty<Owner>>,
    /// The forge's numeric ids of the people who may publish. Logins can be renamed and taken over, ids cannot.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub maintainers: Vec<u64>,
    /// An owner's signature under the transfer that brought it to its location.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization: Option<Authorization>,
}

impl Registration {
    /// Reads a registration in a registry of that profile, and everything that is wrong with its fields.
    #[must_use]
    pub fn read(document: &Document, profile: Profile) -> Reading<Self> {
        let mut fields = Fields::of(document.root());
        let location = fields.required_node("location").and_then(|node| {
            let location = fields.adopt("location", read_location(node, profile))?;
            if let Location::Archive { url, sha256: Some(_) } = &location {
                let reason = "a registration names the folder of all archives of the package, without a digest";
                fields.invalid("location", &node.span, url.as_str(), reason);
                return None;
            }
            Some(location)
        });
        let location_id = fields.node("locationId").and_then(|node| fields.integer("locationId", node, 1));
        let owners = read_owners(&mut fields);
        let maintainers = fields.node("maintainers").map_or(Some(Vec::new()), |node| {
            let items = fields.non_empty("maintainers", node)?;
            items.iter().map(|item| fields.integer("maintainers", item, 1)).collect()
        });
        let authorization = fields.node("authorization").and_then(|node| {
            let nested = Authorization::read(node);
            fields.adopt("authorization", nested)
        });
        let registration = location.zip(maintainers).map(|(location, maintainers)| Self {
            location,
            location_id,
            owners,
            maintainers,
            authorization,
        });
        fields.finish(registration)
    }

    /// The registration as a file: indented by two, with a line end.
    ///
    /// # Errors
    /// None in practice: every part of it can be written as JSON.
    pub fn to_file(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}
