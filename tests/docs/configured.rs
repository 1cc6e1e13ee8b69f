//! The table `[docs]`: its reader and its schema take and refuse the same.

use curator::config::Config;
use curator::rules::schema::{SchemaKind, schema};
use serde_json::Value;

#[test]
fn schema_and_reader_agree() {
    let schema: Value = serde_json::from_str(schema(SchemaKind::Config)).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let pursuit = "pursuit = \"https://pursuit.purescript.org/packages\"\ncredential = \"CURATOR_CREDENTIAL_P\"\n";
    let with = |command: &str, place: &str| format!("[docs]\ncommand = {command}\n{place}");
    let cases = [
        (with("\"purs\"", pursuit), true),
        (with("[\"doc\", \"{package}\", \"{resolutions}\"]", pursuit), true),
        (with("\"purs\"", "put = \"https://docs.example.org/{name}/{version}.json\"\n"), true),
        (
            with(
                "\"purs\"",
                "post = \"http://127.0.0.1:80/{name}/{version}?x=1\"\ncredential = \"CURATOR_CREDENTIAL\"\n",
            ),
            true,
        ),
        (with("[\"doc\", \"{dependencies}\", \"{out}\"]", "path = \"../docs\"\n"), true),
        ("[docs]\n".to_owned(), false),
        (format!("[docs]\n{pursuit}"), false),
        (with("\"purs\"", ""), false),
        (with("\"ghc\"", pursuit), false),
        (with("[]", pursuit), false),
        (with("[\"/bin/doc\"]", pursuit), false),
        (with("[\"doc\", \"{globs}\"]", pursuit), false),
        (with("[\"doc\", \"--out={out}\"]", "path = \"../docs\"\n"), false),
        (with("[\"doc\", \"{out}\"]", pursuit), false),
        (with("\"purs\"", "pursuit = \"https://pursuit.purescript.org/packages\"\n"), false),
        (with("\"purs\"", &format!("{pursuit}path = \"../docs\"\n")), false),
        (with("\"purs\"", "path = \"../docs\"\ncredential = \"CURATOR_CREDENTIAL_P\"\n"), false),
        (with("\"purs\"", &pursuit.replace("CURATOR_CREDENTIAL_P", "GITHUB_TOKEN")), false),
        (with("\"purs\"", &pursuit.replace("https:", "http:")), false),
        (with("\"purs\"", &pursuit.replace("packages", "{name}")), false),
        (with("\"purs\"", "put = \"https://docs.example.org/{name}.json\"\n"), false),
        (with("\"purs\"", "put = \"https://{name}.example.org/{version}.json\"\n"), false),
        (with("\"purs\"", "post = \"https://u:p@docs.example.org/{name}/{version}\"\n"), false),
        (with("\"purs\"", "delete = \"https://docs.example.org/{name}/{version}\"\n"), false),
    ];
    for (rest, is_good) in cases {
        let text = format!("[registry]\nname = \"larkspur\"\n{rest}");
        let value: Value = toml::from_str(&text).unwrap();
        let verdicts = (validator.is_valid(&value), Config::parse(&text).is_ok());
        assert_eq!(verdicts, (is_good, is_good), "(schema, reader) of {text}");
    }
}
