//! What the schema says of `curator.toml`, and what its reader takes.

use curator::config::Config;
use curator::rules::schema::SchemaKind;
use serde_json::{Value, json};

use crate::validator;

/// How every configuration begins.
const HEAD: &str = "[registry]\nname = \"larkspur\"\n";

/// Asserts that schema and reader take and refuse the same configurations.
fn agree(cases: &[(&str, bool)]) {
    let validator = validator(SchemaKind::Config);
    for &(rest, is_good) in cases {
        let text = format!("{HEAD}{rest}");
        let value: Value = toml::from_str(&text).unwrap();
        assert_eq!((validator.is_valid(&value), Config::parse(&text).is_ok()), (is_good, is_good), "{text}");
    }
}

#[test]
fn schema_and_reader_agree_on_fetches() {
    agree(&[
        (
            "[fetch]\nallow_hosts = []\npass_env = [\"HTTPS_PROXY\"]\n[fetch.replace]\n\"https://x/a.git\" = \"a/b\"\n",
            true,
        ),
        ("[fetch]\npass_env = [\"GIT_SSL_CAINFO\"]\ncredentials = { \"a.org\" = \"CURATOR_CREDENTIAL_A\" }\n", true),
        ("[fetch]\npass_env = [\"GIT_SSL_NO_VERIFY\"]\n", false),
        ("[fetch]\npass_env = [\"GIT_CONFIG_PARAMETERS\"]\n", false),
        ("[fetch]\ncredentials = { \"a.org\" = \"GITHUB_TOKEN\" }\n", false),
        ("[fetch]\ncredentials = { \"a.org\" = \"CURATOR_SIGNING_KEY\" }\n", false),
        ("[fetch]\ncredentials = { \"A.org\" = \"CURATOR_CREDENTIAL_A\" }\n", false),
        ("[fetch]\nallow_hosts = \"github.com\"\n", false),
        ("[fetch.replace]\n\"https://x/a.git\" = \"../a\"\n", false),
        ("[fetch.replace]\n\"https://x/a.git\" = \"/a\"\n", false),
    ]);
}

#[test]
fn schema_and_reader_agree_on_policies() {
    agree(&[
        ("[policy]\nupper_bounds = true\nsequential_versions = false\nnew_package = \"wait\"\n", true),
        ("[policy]\nnew_package_wait = \"72h\"\nnew_version_wait = \"0s\"\nmerge = \"never\"\n", true),
        ("[policy]\nnew_package_wait = \"99999d\"\nnew_version_wait = \"5m\"\nmerge = \"squash\"\n", true),
        ("[policy]\nupper_bounds = \"yes\"\n", false),
        ("[policy]\nnew_package = \"anybody\"\n", false),
        ("[policy]\nnew_package_wait = 72\n", false),
        ("[policy]\nnew_package_wait = \"72\"\n", false),
        ("[policy]\nnew_package_wait = \"h\"\n", false),
        ("[policy]\nnew_package_wait = \"+1h\"\n", false),
        ("[policy]\nnew_package_wait = \"100000d\"\n", false),
        ("[policy]\nnew_version_wait = \"1h 30m\"\n", false),
        ("[policy]\nnew_version_wait = \"1é\"\n", false),
        ("[policy]\nmerge = \"Merge\"\n", false),
        ("[policy]\ntrustees = [1]\n", false),
        ("[trustees]\npeople = [41880213, 1]\nteam = \"larkspur-labs/registry\"\n", true),
        ("[trustees]\n", true),
        ("[trustees]\npeople = [\"larkspur\"]\n", false),
        ("[trustees]\npeople = [0]\n", false),
        ("[trustees]\npeople = [-1]\n", false),
        ("[trustees]\nteam = \"larkspur-labs\"\n", false),
        ("[trustees]\nteam = \"larkspur-labs/..\"\n", false),
        ("[trustees]\nteam = \"a/b/c\"\n", false),
        ("[trustees]\nteam = \"-a/b\"\n", false),
        ("[trustees]\nlogins = [\"larkspur\"]\n", false),
        ("[review]\n", true),
        ("[review]\nlock_files = [\"curator.lock\", \"locks/app.lock\"]\n", true),
        ("[review]\nlock_files = \"curator.lock\"\n", false),
        ("[review]\nlock_files = [\"/etc/curator.lock\"]\n", false),
        ("[review]\nlock_files = [\"../curator.lock\"]\n", false),
        ("[review]\nlocks = []\n", false),
    ]);
}

#[test]
fn schema_and_reader_agree_on_documentation() {
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
    agree(&cases.iter().map(|(text, expected)| (text.as_str(), *expected)).collect::<Vec<_>>());
}

#[test]
fn schema_and_reader_agree_on_the_files_of_packages() {
    agree(&[
        ("profile = \"generic\"\n", true),
        (
            "profile = \"generic\"\n[package]\nmanifest = \"rock.json\"\nalways = [\"doc/*\"]\nignore = []\nrequired = [\"**/*.lua\"]\n",
            true,
        ),
        ("profile = \"generic\"\n[package]\nmanifest = \"a/b.json\"\n", false),
        ("profile = \"generic\"\n[package]\nmanifest = \"\"\n", false),
        ("profile = \"generic\"\n[package]\nalways = [\"\"]\n", false),
        ("profile = \"generic\"\n[package]\nalso = []\n", false),
    ]);
}

#[test]
fn schema_and_reader_agree_on_configurations() {
    agree(&[
        ("", true),
        ("profile = \"purescript\"\n[index]\npath = \"../index\"\n", true),
        (
            "[[store]]\nname = \"a\"\npath = \"b\"\nurl = \"https://x/{name}\"\n[archive]\nencoder = \"gnu-gzip-6\"\n",
            true,
        ),
        ("[policy]\nreserved_names = [\"prim\"]\n", true),
        ("profile = \"haskell\"\n", false),
        ("[index]\ngit = \"https://x/a.git\"\nbranch = \"published\"\n", true),
        ("[index]\ngit = \"ssh://git@x/a.git\"\n", true),
        ("[index]\nbranch = \"published\"\n", true),
        ("[index]\npath = \"../index\"\ngit = \"https://x/a.git\"\n", false),
        ("[index]\ngit = \"file:///srv/index.git\"\n", false),
        ("[index]\ngit = \"/srv/index.git\"\n", false),
        ("[index]\nbranch = \"\"\n", false),
        ("[[store]]\nname = \"a\"\n", false),
        ("[store]\nname = \"a\"\npath = \"b\"\n", false),
        (
            "[[store]]\nname = \"a\"\nbucket = \"abc\"\nprefix = \"x/y\"\nregion = \"auto\"\n\
             endpoint = \"https://s3.example.org\"\ncredentials = \"R2\"\n",
            true,
        ),
        ("[[store]]\nname = \"a\"\nbucket = \"abc\"\nendpoint = \"http://127.0.0.1:9000/\"\n", true),
        ("[[store]]\nname = \"a\"\nbucket = \"abc\"\npath = \"b\"\n", false),
        ("[[store]]\nname = \"a\"\npath = \"b\"\nprefix = \"x\"\n", false),
        ("[[store]]\nname = \"a\"\nbucket = \"ab\"\n", false),
        ("[[store]]\nname = \"a\"\nbucket = \"abc\"\nprefix = \"..\"\n", false),
        ("[[store]]\nname = \"a\"\nbucket = \"abc\"\nregion = \"\"\n", false),
        ("[[store]]\nname = \"a\"\nbucket = \"abc\"\nendpoint = \"https://a/b\"\n", false),
        ("[[store]]\nname = \"a\"\nbucket = \"abc\"\ncredentials = \"aws\"\n", false),
        ("[[store]]\nname = \"a\"\ngithub = \"acme/registry\"\n", true),
        (
            "[[store]]\nname = \"a\"\ngithub = \"acme/_x.y-\"\nlayout = \"per-version\"\nurl = \"https://x/{release}\"\n",
            true,
        ),
        ("[[store]]\nname = \"a\"\ngithub = \"acme/registry\"\nlayout = \"per-package\"\n", true),
        ("[[store]]\nname = \"a\"\ngithub = \"acme/registry\"\nlayout = \"per-day\"\n", false),
        ("[[store]]\nname = \"a\"\ngithub = \"acme\"\n", false),
        ("[[store]]\nname = \"a\"\ngithub = \"acme/a/b\"\n", false),
        ("[[store]]\nname = \"a\"\ngithub = \"acme/..\"\n", false),
        ("[[store]]\nname = \"a\"\ngithub = \"./acme\"\n", false),
        ("[[store]]\nname = \"a\"\ngithub = \"-a/acme\"\n", false),
        ("[[store]]\nname = \"a\"\ngithub = \"acme/registry\"\npath = \"b\"\n", false),
        ("[[store]]\nname = \"a\"\ngithub = \"acme/registry\"\nbucket = \"abc\"\n", false),
        ("[[store]]\nname = \"a\"\ngithub = \"acme/registry\"\nregion = \"auto\"\n", false),
        ("[[store]]\nname = \"a\"\npath = \"b\"\nlayout = \"per-package\"\n", false),
        ("[[store]]\nname = \"a\"\nbucket = \"abc\"\nlayout = \"per-package\"\n", false),
        ("[[adopted]]\nname = \"a\"\nurl = \"https://x/{name}\"\n", true),
        ("[[adopted]]\nname = \"a\"\n", false),
        ("[archive]\nencoder = \"zip\"\n", false),
        ("[policy]\nreserved_names = [\"Prim\"]\n", false),
        ("[polcy]\n", false),
    ]);
    let validator = validator(SchemaKind::Config);
    assert!(!validator.is_valid(&json!({})) && Config::parse("").is_err());
    // Only the reader counts the names.
    let twice = format!("{HEAD}{}", "[[store]]\nname = \"a\"\npath = \"b\"\n".repeat(2));
    let value: Value = toml::from_str(&twice).unwrap();
    assert!(validator.is_valid(&value) && Config::parse(&twice).is_err());
}

#[test]
fn schema_and_reader_agree_on_views() {
    let spago = |rest: &str| format!("[[view]]\nname = \"spago\"\nformat = \"purescript-registry\"\n{rest}");
    let other = |format: &str, rest: &str| format!("[[view]]\nname = \"x.1_y-z\"\nformat = \"{format}\"\n{rest}");
    let (to, two) = ("to = { path = \"../a\" }\n", "index = { path = \"../i\" }\nregistry = { path = \"../r.git\" }\n");
    let cases = [
        (spago(two), true),
        (spago(&format!("{two}archives = {{ git = \"ssh://git@a.org/b\", branch = \"www\" }}\n")), true),
        (spago(&format!("{two}{to}")), false),
        (spago("index = { path = \"../i\" }\n"), false),
        (spago("registry = { path = \"../i\" }\n"), false),
        (spago(""), false),
        (other("ricochet-static-registry-v1", to), true),
        (other("0x0-index", "to = { git = \"https://a.org/b.git\", branch = \"view\" }\n"), true),
        (other("0x0-remote-registry-v1", to), true),
        (other("0x0-remote-registry-v1", ""), false),
        (other("0x0-remote-registry-v1", two), false),
        (other("0x0-index", &format!("{to}archives = {{ path = \"../b\" }}\n")), false),
        (other("0x0", to), false),
        (other("0x0-index", "to = \"../a\"\n"), false),
        (other("0x0-index", "to = {}\n"), false),
        (other("0x0-index", "to = { branch = \"main\" }\n"), false),
        (other("0x0-index", "to = { path = \"\" }\n"), false),
        (other("0x0-index", "to = { path = \"../a\", git = \"https://a.org/b\" }\n"), false),
        (other("0x0-index", "to = { git = \"git@a.org:b\" }\n"), false),
        (other("0x0-index", "to = { git = \"../a\" }\n"), false),
        (other("0x0-index", "to = { git = \"file:///a\" }\n"), false),
        (format!("[[view]]\nname = \"X\"\nformat = \"0x0-index\"\n{to}"), false),
        (format!("[[view]]\nname = \"\"\nformat = \"0x0-index\"\n{to}"), false),
        (format!("[[view]]\nformat = \"0x0-index\"\n{to}"), false),
    ];
    agree(&cases.iter().map(|(text, is_good)| (text.as_str(), *is_good)).collect::<Vec<_>>());
}

/// What one view cannot know of the others, no schema says.
#[test]
fn two_views_share_neither_a_name_nor_a_place() {
    let view = |name: &str, path: &str| {
        format!("[[view]]\nname = \"{name}\"\nformat = \"0x0-index\"\nto = {{ path = \"{path}\" }}\n")
    };
    for (second, message) in [
        (view("a", "../b"), "two views have the name 'a'"),
        (view("b", "../a"), "the views 'a' and 'b' have a place in common"),
    ] {
        let text = format!("{HEAD}{}{second}", view("a", "../a"));
        assert_eq!(Config::parse(&text).unwrap_err().message, message);
        assert!(validator(SchemaKind::Config).is_valid(&toml::from_str::<Value>(&text).unwrap()));
    }
}
