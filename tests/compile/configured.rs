//! The table `[verify]`: its reader and its schema take and refuse the same, and nothing in it reaches a file, a shell or
//! the environment.

use std::time::Duration;

use curator::config::Config;
use curator::model::{CompileBounds, CompileRules};
use curator::rules::schema::{SchemaKind, schema};
use serde_json::Value;

fn configuration(rest: &str) -> String {
    format!("[registry]\nname = \"larkspur\"\n{rest}")
}

#[test]
fn schema_and_reader_agree() {
    let schema: Value = serde_json::from_str(schema(SchemaKind::Config)).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let good = [
        "[verify]\n",
        "[verify]\ncompile = \"purs\"\ntime = \"90s\"\nmemory_mib = 64\ndisk_mib = 1\nprocesses = 8\n",
        "[verify.compile]\ncommand = [\"t\", \"{sources}\", \"$(x)\"]\ngraph = [\"t\", \"{package}\", \"{dependencies}\"]\n",
        "[verify]\ncompile = { command = [\"t\"], version = [\"t\", \"--version\"] }\ntime = \"1h\"\n",
        "[verify]\ntime = \"60m\"\n",
    ];
    let bad = [
        "[verify]\ncompile = \"ghc\"\n",
        "[verify]\ncompile = [\"purs\"]\n",
        "[verify]\ncompile = true\n",
        "[verify]\ncompile = {}\n",
        "[verify]\ncompile = { command = [] }\n",
        "[verify]\ncompile = { command = \"purs compile\" }\n",
        "[verify]\ncompile = { command = [\"/bin/sh\", \"-c\", \"x\"] }\n",
        "[verify]\ncompile = { command = [\"../t\"] }\n",
        "[verify]\ncompile = { command = [\"-t\"] }\n",
        "[verify]\ncompile = { command = [\"t\", \"--out={package}\"] }\n",
        "[verify]\ncompile = { command = [\"t\", \"{home}\"] }\n",
        "[verify]\ncompile = { command = [\"t\"], env = [\"HOME\"] }\n",
        "[verify]\ncompile = { command = [\"t\"], graph = [] }\n",
        "[verify]\ntime = \"0s\"\n",
        "[verify]\ntime = \"2h\"\n",
        "[verify]\ntime = \"61m\"\n",
        "[verify]\ntime = \"3601s\"\n",
        "[verify]\ntime = \"1d\"\n",
        "[verify]\ntime = 60\n",
        "[verify]\nmemory_mib = 63\n",
        "[verify]\ndisk_mib = 0\n",
        "[verify]\nprocesses = 5000\n",
        "[verify]\nprocesses = -1\n",
        "[verify]\nnetwork = true\n",
    ];
    for (cases, is_good) in [(&good[..], true), (&bad[..], false)] {
        for rest in cases {
            let text = configuration(rest);
            let value: Value = toml::from_str(&text).unwrap();
            let verdicts = (validator.is_valid(&value), Config::parse(&text).is_ok());
            assert_eq!(verdicts, (is_good, is_good), "(schema, reader) of {text}");
        }
    }
}

#[test]
fn what_is_left_out_has_its_default() {
    let rules = |rest: &str| Config::parse(&configuration(rest)).unwrap().verify.rules();
    assert_eq!(rules(""), None);
    assert_eq!(rules("[verify]\ntime = \"5m\"\n"), None, "bounds alone ask for nothing");
    assert_eq!(rules("[verify]\ncompile = \"purs\"\n"), Some(CompileRules::purs(CompileBounds::default())));
    let bounds = CompileBounds { time: Duration::from_secs(90), memory_bytes: 64 << 20, ..CompileBounds::default() };
    let tight = rules("[verify]\ncompile = \"purs\"\ntime = \"90s\"\nmemory_mib = 64\n");
    assert_eq!(tight, Some(CompileRules::purs(bounds)));
}
