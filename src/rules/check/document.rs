//! Whether a file is JSON, and stands where its content says.

use crate::model::Finding;
use crate::rules::report::words;

use super::Case;

/// The file is strict JSON.
pub(super) fn json(case: &Case<'_>) -> Vec<Finding> {
    let Err(errors) = &case.candidate.document else { return Vec::new() };
    errors.iter().map(|error| words::file::not_json(&error.kind).at(case.place().at(error.span.clone()))).collect()
}

/// The path agrees with the name and the version.
pub(super) fn path(case: &Case<'_>) -> Vec<Finding> {
    let Some((name, version)) = &case.candidate.expected else {
        return vec![words::file::stray(&whereto(case)).at(case.place())];
    };
    let Some(parts) = case.parts() else { return Vec::new() };
    let own = (parts.name.as_ref().unwrap_or(name), parts.version.as_ref().unwrap_or(version));
    let Ok(belongs) = format!("packages/{}/{}.json", own.0.home(), own.1).parse() else {
        return Vec::new();
    };
    let differs = |key: &str, in_file: Option<String>, in_path: String| {
        let in_file = in_file.filter(|in_file| *in_file != in_path)?;
        Some(words::file::path_differs(key, &in_file, &in_path, &belongs).at(case.field(key)))
    };
    let name = differs("name", parts.name.as_ref().map(ToString::to_string), name.to_string());
    let version = differs("version", parts.version.as_ref().map(ToString::to_string), version.to_string());
    name.into_iter().chain(version).collect()
}

/// Where a definition in a wrong place belongs, as far as its content tells.
fn whereto(case: &Case<'_>) -> String {
    match case.parts().map(|parts| (&parts.name, &parts.version)) {
        Some((Some(name), Some(version))) => {
            format!("with this content the file belongs at packages/{}/{version}.json", name.home())
        }
        _ => "a definition stands at packages/<ab>/<name>/<version>.json".to_owned(),
    }
}
