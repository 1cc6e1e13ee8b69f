//! A signed request: how it is printed, and where it belongs.

use serde_json::{Value, json};

use crate::model::{Authorization, Operation, Owner};

use super::inert::inert_line;

/// What a person is asked who signs with an encrypted key.
#[must_use]
pub fn passphrase_prompt(file: &str) -> String {
    format!("Passphrase of {}: ", inert_line(file))
}

/// A signed request as it stands in a file.
#[must_use]
pub fn authorization_json(authorization: &Authorization) -> Value {
    json!(authorization)
}

/// Where a signed request belongs, and when it counts.
#[must_use]
pub fn authorization_note(operation: &Operation, owner: &Owner) -> String {
    let (file, beside) = place(operation);
    let key = json!({ "keytype": owner.keytype(), "public": owner.public() });
    format!(
        "note: this is the value of \"authorization\" in {file}, beside {beside}\n  \
         it counts once, and only where the published registration of {} has this key among its owners:\n  {key}",
        operation.name(),
    )
}

/// The file that a signed request is for, and what the file says with it.
fn place(operation: &Operation) -> (String, &'static str) {
    let name = operation.name();
    let status = |version: Option<String>| {
        format!("status/{}/{}.json", name.home(), version.unwrap_or_else(|| "all".to_owned()))
    };
    match operation {
        Operation::Unpublish { version, .. } => (status(Some(version.to_string())), "this status and this reason"),
        Operation::SetStatus { version, .. } => {
            (status(version.as_ref().map(ToString::to_string)), "this status, reason and replacement")
        }
        Operation::Transfer { .. } => (format!("packages/{}/registration.json", name.home()), "this location"),
    }
}
