//! What a definition says of itself: shape, keys, names, versions, licence, description, globs.

use curator::model::{Demand, PackageName};

use super::clean::Surroundings;
use super::{Pair, Variant, clean, said};

pub(super) fn pairs() -> Vec<Pair> {
    [shape(), identity(), description()].into_iter().flatten().collect()
}

fn shape() -> Vec<Pair> {
    let without = |line: &str| said(line, "");
    vec![
        // A missing field has no place of its own.
        (without("  \"name\": \"tally\",\n"), &["R002"], clean()),
        (without("  \"version\": \"1.1.0\",\n"), &["R002"], clean()),
        (without("  \"license\": \"MIT\",\n"), &["R002"], clean()),
        (without("  \"ref\": \"v1.1.0\",\n"), &["R002"], clean()),
        (
            said(",\n  \"dependencies\": {\n    \"seedbed\": \">=1.1.0 <2.0.0\"\n  }", ""),
            &["R002"],
            said("\"seedbed\": \">=1.1.0 <2.0.0\"", ""),
        ),
        (said("\"1.1.0\"", "1.1"), &["R002 3:14"], clean()),
        (said("\"MIT\"", "[\"MIT\"]"), &["R002 4:14"], clean()),
        (said("\"Counts things\"", "null"), &["R002 5:18"], said("  \"description\": \"Counts things\",\n", "")),
        (said("\">=1.1.0 <2.0.0\"", "true"), &["R002 14:16"], clean()),
        (
            said("\"ref\"", "\"excludedFiles\": [\"a\"],\n  \"ref\""),
            &["R003 10:3"],
            said("\"ref\"", "\"excludeFiles\": [\"a\"],\n  \"ref\""),
        ),
        (said("\"ref\"", "\"Ref\""), &["R002", "R003 10:3"], clean()),
    ]
}

/// The clean definition as another version.
fn next(version: &str) -> Variant {
    let at = format!("packages/ta/tally/{version}.json");
    said("\"1.1.0\"", &format!("\"{version}\"")).at(String::leak(at))
}

/// The registry asks for sequential versions.
fn in_order(surroundings: &mut Surroundings) {
    surroundings.policy.sequential_versions = Demand::Required;
}

fn identity() -> Vec<Pair> {
    let abacus = || {
        said("\"tally\"", "\"abacus\"").and("purescript-tally", "purescript-abacus").at("packages/ab/abacus/1.1.0.json")
    };
    vec![
        // The path.
        (clean().at("packages/ta/tally/1.2.0.json"), &["R004 3:14"], clean()),
        (clean().at("packages/ab/abacus/1.1.0.json"), &["R004 2:11"], clean()),
        (clean().at("packages/xx/tally/1.1.0.json"), &["R004"], clean()),
        (clean().at("packages/ta/tally/more/1.1.0.json"), &["R004"], clean()),
        (clean().at("packages/ta/tally/v1.1.0.json"), &["R004"], clean()),
        // Names.
        (said("\"tally\"", "\"Tally\""), &["R006 2:11"], clean()),
        (said("\"tally\"", "\"purescript-tally\""), &["R006 2:11"], clean()),
        (said("\"seedbed\"", "\"seed--bed\""), &["R006 14:5"], clean()),
        // A reserved name can stay in use, but not come into use.
        (
            abacus().around(|it| it.policy.reserved_names.extend(["abacus".parse::<PackageName>().unwrap()])),
            &["R007 2:11"],
            clean().around(|it| it.policy.reserved_names.extend(["tally".parse::<PackageName>().unwrap()])),
        ),
        // Versions.
        (said("\"1.1.0\"", "\"1.1\""), &["R010 3:14"], clean()),
        (said("\"1.1.0\"", "\"1.1.0-rc.1\""), &["R010 3:14"], clean()),
        (
            said("\"1.1.0\"", "\"1.1.2147483648\""),
            &["R010 3:14"],
            said("\"1.1.0\"", "\"1.1.2147483647\"").at("packages/ta/tally/1.1.2147483647.json"),
        ),
        (
            said("\"1.1.0\"", "\"1.0.1\"").at("packages/ta/tally/1.0.1.json"),
            &["R012 3:14"],
            said("\"1.1.0\"", "\"1.0.2\"").at("packages/ta/tally/1.0.2.json"),
        ),
        // The order of versions, where the registry asks for it.
        (next("1.2.0").around(in_order), &["R044 3:14"], next("1.0.2").around(in_order)),
        (next("3.0.0").around(in_order), &["R044 3:14"], next("2.0.0").around(in_order)),
        (next("1.1.1").around(in_order), &["R044 3:14"], next("3.0.0")),
        // The first versions are free.
        (next("0.9.9").around(in_order), &["R044 3:14"], abacus().around(in_order)),
        // What is published is held to one rule.
        (published().and("\"MIT\"", "\"Apache-2.0\""), &["R011"], published()),
        (published().and("seedbed", "cons-list"), &["R011"], published()),
        (published().and("\"ref\": \"v1.0.0\"", "\"ref\": \"v1.0.1\""), &["R011"], published()),
        (published().and("\"name\"", "name"), &["R011"], published()),
        // Of adopted versions only the index remembers anything, and overrides change ranges there.
        (
            published().and("\"MIT\"", "\"MIT OR Apache-2.0\""),
            &["R011"],
            published().and(">=1.1.0 <2.0.0", ">=1.0.0 <2.0.0"),
        ),
    ]
}

/// The definition of the version that is published.
fn published() -> super::Variant {
    said("\"version\": \"1.1.0\"", "\"version\": \"1.0.0\"").and("v1.1.0", "v1.0.0").at("packages/ta/tally/1.0.0.json")
}

fn description() -> Vec<Pair> {
    let described = |text: &str| said("Counts things", text);
    let glob = |key: &str, globs: &str| said("\"compiler\"", &format!("\"{key}\": {globs},\n  \"compiler\""));
    let many = |number: usize| format!("[{}]", vec!["\"a\""; number].join(","));
    vec![
        (said("\"0.15.15\"", "\"latest\""), &["R022 12:15"], said("\"0.15.15\"", "\"0.15.16\"")),
        (said("  \"compiler\": \"0.15.15\",\n", ""), &["R022"], clean()),
        // Licences.
        (said("\"MIT\"", "\"BSD3\""), &["R023 4:14"], said("\"MIT\"", "\"MIT OR BSD-3-Clause\"")),
        (said("\"MIT\"", "\"mit\""), &["R023 4:14"], clean()),
        (said("\"MIT\"", "\"MIT OR GPL-3.0\""), &["R024 4:14"], said("\"MIT\"", "\"MIT OR GPL-3.0-or-later\"")),
        (said("\"MIT\"", "\"(MIT)\""), &["R024 4:14"], clean()),
        (said("\"MIT\"", "\"MIT OR GFDL-1.3\""), &["R024 4:14"], said("\"MIT\"", "\"MIT OR GFDL-1.3-only\"")),
        // Descriptions are counted in code points.
        (described(&"🍝".repeat(301)), &["R026 5:18"], described(&"🍝".repeat(300))),
        (described(&"x".repeat(501)), &["R026 5:18"], described("")),
        // Globs.
        (glob("includeFiles", "[\"a\", \"../b\"]"), &["R031 12:25"], glob("includeFiles", "[\"a\", \"b/**/*.md\"]")),
        (glob("excludeFiles", "[\"/etc/*\"]"), &["R031 12:20"], glob("excludeFiles", "[\"docs/*\"]")),
        (glob("excludeFiles", "[\"!a\", \"{a\"]"), &["R031 12:20", "R031 12:26"], glob("excludeFiles", "[\"{a,b}\"]")),
        (glob("excludeFiles", "[\"\"]"), &["R031 12:20"], glob("excludeFiles", "[\"?\"]")),
        (glob("excludeFiles", "[]"), &["R031 12:19"], glob("excludeFiles", "[\"a\"]")),
        (glob("includeFiles", &many(101)), &["R031 12:19"], glob("includeFiles", &many(100))),
    ]
}
