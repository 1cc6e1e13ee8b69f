//! The files of a new registry of profile `generic`: those of every registry, with what is particular to PureScript said
//! otherwise.

use crate::model::Profile;
use crate::rules::schema::{SchemaKind, schema_of};

use super::{schema_file, texts};

/// What stands in the files of a PureScript registry, and what stands there instead.
const INSTEAD: [(&str, &str); 6] = [
    ("# profile = \"purescript\"\n", concat!("profile = \"generic\"\n", "\n", include_str!("package.toml"))),
    (
        "reserved_names = [\"curator\", \"metadata\", \"package-sets\", \"pending\", \"prim\", \"purs\"]",
        "reserved_names = [\"curator\", \"metadata\", \"package-sets\", \"pending\"]",
    ),
    ("what people would take for a part of the language", "what people would take for a part of the registry"),
    ("{ \"prelude\": \">=6.0.0 <6.1.0\" }", "{ \"prelude\": \">=6.0.0, <6.1.0\" }"),
    ("\"ecosystem\": \"PureScript\"", "\"ecosystem\": @NAME@"),
    ("The ecosystem is `PureScript` or the name of the registry", "The ecosystem is the name of the registry"),
];

/// The files of a new registry of profile `generic` called `name`, `curator.toml` last.
pub(super) fn generic_texts(name: &str) -> Vec<(String, String)> {
    let quoted = serde_json::Value::from(name).to_string();
    let instead = |(path, text): (String, String)| {
        let schema = SchemaKind::ALL.into_iter().find(|kind| schema_file(*kind) == path);
        let text = match (schema, path.as_str()) {
            (Some(kind), _) => schema_of(kind, Profile::Generic),
            (None, "packages/README.md") => include_str!("packages-generic.md").to_owned(),
            (None, ".vscode/settings.json") => super::editor_settings(Profile::Generic),
            (None, _) => {
                INSTEAD.iter().fold(text, |text, (from, to)| text.replace(from, &to.replace("@NAME@", &quoted)))
            }
        };
        (path, text)
    };
    texts(name, "").into_iter().map(instead).collect()
}
