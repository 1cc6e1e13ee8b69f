//! The three files of a project: what is read of them, and that a change of one changes nothing else.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what does not read as it was written is a failed test"
)]

use std::collections::BTreeMap;

use curator::model::{PackageName, Project, ProjectFile, Range, Requirement};
use curator::rules::project::{Edit, ProjectError, edited, read};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::select;

fn name(text: &str) -> PackageName {
    text.parse().unwrap()
}

fn requirement(package: &str, range: &str) -> Requirement {
    Requirement { package: name(package), range: (range != "*").then(|| range.parse().unwrap()) }
}

fn put(package: &str, range: &str) -> Edit {
    Edit::Put(name(package), requirement(package, range))
}

fn drop_of(package: &str) -> Edit {
    Edit::Drop(name(package))
}

#[test]
fn everything_that_the_own_file_can_say_is_read() {
    let text = r#"
index = "https://packages.example.org/"
stores = ["../archives", "https://example.org/{name}/{version}"]
compiler = "0.15.15"
allow_advisories = ["ACME-2026-1"]

[dependencies]
text-kit = ">=1.0.0 <2.0.0"
seedbed = "*"
wrap = { package = "text-wrap", version = ">=1.0.0 <2.0.0" }
"#;
    let requirements = [
        ("text-kit", requirement("text-kit", ">=1.0.0 <2.0.0")),
        ("seedbed", requirement("seedbed", "*")),
        ("wrap", requirement("text-wrap", ">=1.0.0 <2.0.0")),
    ];
    let project = Project {
        index: Some("https://packages.example.org/".to_owned()),
        stores: vec!["../archives".to_owned(), "https://example.org/{name}/{version}".to_owned()],
        compiler: Some("0.15.15".parse().unwrap()),
        allowed_advisories: ["ACME-2026-1".parse().unwrap()].into(),
        requirements: requirements.map(|(alias, it)| (name(alias), it)).into(),
    };
    assert_eq!(read(ProjectFile::Curator, text).unwrap(), project);
    assert_eq!(project.called(&name("text-wrap")), &name("wrap"));
    assert_eq!(read(ProjectFile::Curator, "").unwrap(), Project::default());
    let twice = "[dependencies]\nwrap = \"*\"\nother = { package = \"wrap\", version = \"*\" }\n";
    assert!(matches!(read(ProjectFile::Curator, twice), Err(ProjectError::Twice { .. })));
}

/// Asserts what becomes of each text.
#[track_caller]
fn assert_edits<const N: usize>(file: ProjectFile, cases: [(&str, Edit, Option<&str>); N]) {
    for (text, edit, wanted) in cases {
        match (edited(file, text, &edit), wanted) {
            (Ok(found), Some(wanted)) => assert_eq!(found, wanted, "{edit:?}"),
            (Err(ProjectError::Uneditable { .. }), None) => {}
            (found, _) => panic!("{text}\n{edit:?}: {found:?}"),
        }
    }
}

const WIDE: &str = ">=1.0.0 <3.0.0";

#[test]
fn the_own_file_keeps_its_comments_and_its_shape() {
    let text = "# top\nindex = \"i\" # where\n\n[dependencies] # all\n# about a\na = \"*\" # so\n\n# about b\n'b' = { version = \"*\", package = \"bb\" } # alias\n\n# end\n";
    assert_edits(
        ProjectFile::Curator,
        [
            (text, put("a", WIDE), Some(&text.replace("a = \"*\"", "a = \">=1.0.0 <3.0.0\""))),
            (text, drop_of("a"), Some(&text.replace("a = \"*\" # so\n", ""))),
            (text, drop_of("b"), Some(&text.replace("'b' = { version = \"*\", package = \"bb\" } # alias\n", ""))),
            (
                text,
                Edit::Put(name("b"), requirement("bb", WIDE)),
                Some(&text.replace("version = \"*\"", "version = \">=1.0.0 <3.0.0\"")),
            ),
            (text, put("c", "*"), Some(&text.replace("# alias\n", "# alias\nc = \"*\"\n"))),
            ("", put("c", "*"), Some("[dependencies]\nc = \"*\"\n")),
            ("index = \"i\"\n", put("c", "*"), Some("index = \"i\"\n\n[dependencies]\nc = \"*\"\n")),
            ("[dependencies]\r\na = \"*\"\r\n", put("a", WIDE), Some("[dependencies]\r\na = \">=1.0.0 <3.0.0\"\r\n")),
            ("[dependencies]\r\na = \"*\"\r\n", put("b", "*"), Some("[dependencies]\r\na = \"*\"\r\nb = \"*\"\r\n")),
            // Half of the lines end otherwise: a change would have to take a side.
            ("[dependencies]\r\na = \"*\"\n", put("b", "*"), None),
            ("dependencies = { a = \"*\" }\n", drop_of("a"), Some("dependencies = {}\n")),
            ("dependencies.a = \"*\"\n", put("a", WIDE), Some("dependencies.a = \">=1.0.0 <3.0.0\"\n")),
            (
                "[dependencies.w]\npackage = \"ww\" # so\nversion = \"*\"\n",
                Edit::Put(name("w"), requirement("ww", WIDE)),
                Some("[dependencies.w]\npackage = \"ww\" # so\nversion = \">=1.0.0 <3.0.0\"\n"),
            ),
        ],
    );
}

#[test]
fn purs_json_keeps_its_shape() {
    let text = "{\n\t\"name\": \"x\",\n\t\"dependencies\": {\n\t\t\"b\": \">=1.0.0 <2.0.0\",\n\t\t\"d\": \">=1.0.0 <2.0.0\"\n\t},\n\t\"license\": \"MIT\"\n}";
    let line = |name: &str, range: &str| format!("\t\t\"{name}\": \"{range}\"");
    let (b, d) = (line("b", ">=1.0.0 <2.0.0"), line("d", ">=1.0.0 <2.0.0"));
    let with = |name: &str| line(name, WIDE);
    assert_edits(
        ProjectFile::PursJson,
        [
            (text, put("b", WIDE), Some(&text.replace(&b, &with("b")))),
            (text, put("a", WIDE), Some(&text.replace(&b, &format!("{},\n{b}", with("a"))))),
            (text, put("c", WIDE), Some(&text.replace(&b, &format!("{b},\n{}", with("c"))))),
            (text, put("e", WIDE), Some(&text.replace(&d, &format!("{d},\n{}", with("e"))))),
            (text, drop_of("b"), Some(&text.replace(&format!("{b},\n"), ""))),
            (text, drop_of("d"), Some(&text.replace(&format!(",\n{d}"), ""))),
            ("{\"dependencies\":{}}", put("a", WIDE), Some("{\"dependencies\":{ \"a\": \">=1.0.0 <3.0.0\" }}")),
            (
                "{\"name\":\"x\"}",
                put("a", WIDE),
                Some("{\"name\":\"x\", \"dependencies\": { \"a\": \">=1.0.0 <3.0.0\" }}"),
            ),
            ("{\"dependencies\":{\"a\":\">=1.0.0 <2.0.0\"}}", drop_of("a"), Some("{\"dependencies\":{}}")),
            (
                "{\n  \"name\": \"x\"\n}\n",
                put("a", WIDE),
                Some("{\n  \"name\": \"x\",\n  \"dependencies\": {\n    \"a\": \">=1.0.0 <3.0.0\"\n  }\n}\n"),
            ),
            (
                "{\n    \"dependencies\": {}\n}\n",
                put("a", WIDE),
                Some("{\n    \"dependencies\": {\n        \"a\": \">=1.0.0 <3.0.0\"\n    }\n}\n"),
            ),
            ("{}", put("a", WIDE), None),
        ],
    );
}

#[test]
fn spago_yaml_keeps_its_comments_and_its_shape() {
    let text = "package:\n  name: x\n  test:\n    dependencies:\n      - spec\n  dependencies: # all\n  # first\n  - a\n  - c: \">=1.0.0 <2.0.0\" # so\n  - d:\n      \"*\"\n  description: |\n    dependencies:\n      - no\nworkspace:\n  extraPackages: {}";
    let wide = format!("\"{WIDE}\"");
    assert_edits(
        ProjectFile::SpagoYaml,
        [
            (text, put("c", WIDE), Some(&text.replace("\">=1.0.0 <2.0.0\"", &wide))),
            (text, put("b", "*"), Some(&text.replace("  - a\n", "  - a\n  - b\n"))),
            (text, put("e", WIDE), Some(&text.replace("      \"*\"\n", &format!("      \"*\"\n  - e: {wide}\n")))),
            (text, drop_of("a"), Some(&text.replace("  - a\n", ""))),
            (text, drop_of("d"), Some(&text.replace("  - d:\n      \"*\"\n", ""))),
            // It is written on two lines.
            (text, put("d", WIDE), None),
            (
                "package:\n  dependencies: # all\n    - a # so\n",
                drop_of("a"),
                Some("package:\n  dependencies: [] # all\n"),
            ),
            (
                "package:\n  dependencies: [] # none\n",
                put("a", "*"),
                Some("package:\n  dependencies: # none\n    - a\n"),
            ),
            (
                "package:\n    name: x\n\n# end\n",
                put("a", "*"),
                Some("package:\n    name: x\n    dependencies:\n      - a\n\n# end\n"),
            ),
            ("package: { name: x }\n", put("a", "*"), None),
            ("workspace: {}\n", put("a", "*"), None),
            ("package:\n  dependencies: [a, b]\n", drop_of("a"), None),
            (
                "package:\n  dependencies:\n    - \"a\": \"*\"\n",
                put("a", WIDE),
                Some("package:\n  dependencies:\n    - a: \">=1.0.0 <3.0.0\"\n"),
            ),
        ],
    );
}

#[test]
fn what_a_file_has_no_place_for_is_refused_as_such() {
    let alias = Edit::Put(name("w"), requirement("ww", WIDE));
    for (file, text) in
        [(ProjectFile::PursJson, "{\"dependencies\": {}}"), (ProjectFile::SpagoYaml, "package:\n  dependencies: []\n")]
    {
        assert!(matches!(edited(file, text, &alias), Err(ProjectError::NoAlias { .. })));
    }
    let any = put("a", "*");
    assert!(matches!(edited(ProjectFile::PursJson, "{\"dependencies\": {}}", &any), Err(ProjectError::NoAny { .. })));
    let text = "[dependencies]\na = \"*\"\n";
    let twice = Edit::Put(name("b"), requirement("a", "*"));
    assert!(matches!(edited(ProjectFile::Curator, text, &twice), Err(ProjectError::Twice { .. })));
}

/// A dependency with the way in which it is written.
#[derive(Debug, Clone)]
struct Line {
    name: u8,
    range: Option<u8>,
    comment: bool,
    above: bool,
}

fn ranged(range: Option<u8>) -> Option<Range> {
    range.map(|major| format!(">={major}.0.0 <{}.0.0", major + 1).parse().unwrap())
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let line = (0..12_u8, proptest::option::of(1..5_u8), any::<bool>(), any::<bool>());
    let line = line.prop_map(|(name, range, comment, above)| Line { name, range, comment, above });
    (proptest::collection::vec(line, 0..7), any::<bool>()).prop_map(|(mut lines, is_sorted)| {
        let mut seen = std::collections::BTreeSet::new();
        lines.retain(|line| seen.insert(line.name));
        if is_sorted {
            lines.sort_by_key(|line| line.name);
        }
        lines
    })
}

/// How a file is written.
#[derive(Debug, Clone)]
struct Style {
    indent: &'static str,
    end: &'static str,
    ends_with_line: bool,
}

fn styles() -> impl Strategy<Value = Style> {
    let indents = select(vec!["  ", "    ", "\t"]);
    (indents, select(vec!["\n", "\r\n"]), any::<bool>()).prop_map(|(indent, end, ends_with_line)| Style {
        indent,
        end,
        ends_with_line,
    })
}

fn package(number: u8) -> String {
    format!("zz{}", char::from(b'a' + number))
}

fn range_text(line: &Line) -> String {
    ranged(line.range).map_or_else(|| "*".to_owned(), |range| range.to_string())
}

/// The text of a file, line by line, with comments where it knows them.
fn written(file: ProjectFile, lines: &[Line], style: &Style) -> String {
    let mut text: Vec<String> = Vec::new();
    // YAML knows no tabs there.
    let step = if file == ProjectFile::SpagoYaml { style.indent.replace('\t', "  ") } else { style.indent.to_owned() };
    match file {
        ProjectFile::Curator => {
            text.extend(["# mine".to_owned(), "index = \"x\" # where".to_owned(), "[dependencies]".to_owned()]);
        }
        ProjectFile::PursJson => {
            text.extend(["{".to_owned(), format!("{step}\"name\": \"mine\","), format!("{step}\"dependencies\": {{")]);
        }
        ProjectFile::SpagoYaml => text.extend([
            "# mine".to_owned(),
            "package:".to_owned(),
            format!("{step}name: mine"),
            format!("{step}dependencies:"),
        ]),
    }
    for (at, line) in lines.iter().enumerate() {
        let (name, range) = (package(line.name), range_text(line));
        let comment = if line.comment { " # so" } else { "" };
        match file {
            ProjectFile::Curator => {
                text.extend(line.above.then(|| format!("# about {name}")));
                text.push(format!("{name} = \"{range}\"{comment}"));
            }
            ProjectFile::PursJson => {
                let comma = if at + 1 == lines.len() { "" } else { "," };
                text.push(format!("{step}{step}\"{name}\": \"{range}\"{comma}"));
            }
            ProjectFile::SpagoYaml => {
                text.extend(line.above.then(|| format!("{step}{step}# about {name}")));
                let range = line.range.map(|_| format!(": \"{range}\"")).unwrap_or_default();
                text.push(format!("{step}{step}- {name}{range}{comment}"));
            }
        }
    }
    match file {
        ProjectFile::Curator => text.extend(["# end".to_owned()]),
        ProjectFile::PursJson => text.extend([format!("{step}}}"), "}".to_owned()]),
        ProjectFile::SpagoYaml => {
            text.extend([format!("{step}publish: {{}}"), "workspace: {} # last".to_owned()]);
            if lines.is_empty() {
                let is_head = |line: &&mut String| line.trim() == "dependencies:";
                if let Some(head) = text.iter_mut().find(is_head) {
                    head.push_str(" []");
                }
            }
        }
    }
    text.join(style.end) + if style.ends_with_line { style.end } else { "" }
}

/// Every line without what is around it, so that a comma more or less does not count.
fn bare(text: &str) -> Vec<String> {
    let bare = |line: &str| line.trim_end_matches('\r').trim_end_matches(',').to_owned();
    text.split('\n').map(bare).collect()
}

/// The lines of `before` that are not in `after`, and the other way round, by their order.
fn differences(before: &[String], after: &[String]) -> (Vec<String>, Vec<String>) {
    let start = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (before, after) = (&before[start..], &after[start..]);
    let end = before.iter().rev().zip(after.iter().rev()).take_while(|(a, b)| a == b).count();
    (before[..before.len() - end].to_vec(), after[..after.len() - end].to_vec())
}

fn files() -> impl Strategy<Value = ProjectFile> {
    prop_oneof![Just(ProjectFile::Curator), Just(ProjectFile::PursJson), Just(ProjectFile::SpagoYaml)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn a_change_is_exactly_the_change(
        file in files(), mut lines in lines(), style in styles(), at in 0..12_u8, range in proptest::option::of(1..5_u8), is_put in any::<bool>()
    ) {
        let range = if file == ProjectFile::PursJson {
            for line in &mut lines {
                line.range = line.range.or(Some(1));
            }
            range.or(Some(2))
        } else {
            range
        };
        let text = written(file, &lines, &style);
        let requirements = |lines: &[Line]| -> BTreeMap<PackageName, Requirement> {
            let one = |line: &Line| (name(&package(line.name)), Requirement { package: name(&package(line.name)), range: ranged(line.range) });
            lines.iter().map(one).collect()
        };
        let before = read(file, &text).unwrap();
        prop_assert_eq!(&before.requirements, &requirements(&lines));
        let present = lines.iter().position(|line| line.name == at);
        let edit = if is_put {
            let requirement = Requirement { package: name(&package(at)), range: ranged(range) };
            Edit::Put(name(&package(at)), requirement)
        } else {
            Edit::Drop(name(&package(at)))
        };
        let after = edited(file, &text, &edit).unwrap();
        let mut wanted = lines.clone();
        match (is_put, present) {
            (true, Some(present)) => wanted[present].range = range,
            (true, None) => wanted.push(Line { name: at, range, comment: false, above: false }),
            (false, Some(present)) => drop(wanted.remove(present)),
            (false, None) => {}
        }
        let project = read(file, &after).unwrap();
        prop_assert_eq!(&project.requirements, &requirements(&wanted));
        prop_assert_eq!(&project.index, &before.index);
        // One line came, went or changed: the one of the package. An empty list is written otherwise than one with items.
        let (gone, come) = differences(&bare(&text), &bare(&after));
        let about = |line: &&String| line.contains(&package(at));
        let count = |lines: &[String]| (lines.iter().filter(about).count(), lines.iter().filter(|line| !about(line)).count());
        let ((gone, others_gone), (come, others_come)) = (count(&gone), count(&come));
        let most = if lines.is_empty() || wanted.is_empty() { 2 } else { 0 };
        prop_assert!(gone <= 1.max(most) && come <= 1.max(most), "{text}\n{after}");
        prop_assert!(others_gone <= most && others_come <= most, "{text}\n{after}");
        // Comments stay: but for the one on a line that went.
        let comments = |text: &str| text.matches('#').count();
        let lost = usize::from(!is_put && file != ProjectFile::PursJson && present.is_some_and(|present| lines[present].comment));
        prop_assert_eq!(comments(&after), comments(&text) - lost, "{}\n{}", text, after);
        // The ends of the lines stay.
        prop_assert_eq!(after.matches('\r').count() > 0, text.matches('\r').count() > 0);
        prop_assert_eq!(after.replace("\r\n", "").matches(['\r', '\n']).count() == 0, style.end == "\r\n" || !text.contains('\n'));
        prop_assert_eq!(after.ends_with('\n'), text.ends_with('\n'));
    }

    /// Whatever a text holds, it is read or refused, and so is a change of it.
    #[test]
    fn no_text_breaks_anything(file in files(), text in "[\\[\\]{}:=\",a-c\\-# \n\r\t*&!|>'0-9.]{0,60}") {
        let _ = read(file, &text);
        let _ = edited(file, &text, &put("a", ">=1.0.0 <2.0.0"));
        let _ = edited(file, &text, &drop_of("a"));
    }
}
