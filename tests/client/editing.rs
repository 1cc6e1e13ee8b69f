//! Adding and removing packages in each of the three files.

use crate::scene::{Market, toml};
use crate::trees::assert_same;

#[test]
fn the_first_addition_begins_a_project() {
    let market = Market::new();
    let project = market.project("new", "README.md", "# mine\n");
    let ran = project.run(&["add", "tool-kit", "plain@*"]).ends(0);
    ran.prints(&["curator.project.toml asks for tool-kit >=1.0.0 <2.0.0", "asks for plain in any version"]);
    assert_eq!(project.read("curator.project.toml"), "[dependencies]\ntool-kit = \">=1.0.0 <2.0.0\"\nplain = \"*\"\n");
    assert_eq!(project.locked(), ["base 1.1.0", "middle 1.1.0", "plain 1.1.0", "tool-kit 1.0.0"]);
    assert_eq!(project.names(), ["base", "middle", "plain", "tool-kit"]);
    let json = project.run(&["add", "fancy", "--format", "json"]).ends(0).json();
    assert_eq!(json["file"], "curator.project.toml");
    assert_eq!(json["added"][0]["range"], ">=1.1.0 <2.0.0");
    assert_eq!(json["installed"]["fancy"], "1.1.0");
    project.assert_no_drafts();
}

#[test]
fn what_nothing_uses_any_more_is_taken_away() {
    let market = Market::new();
    let project = market.asking("leaving", &[("plain", "*"), ("tool-kit", "*")]);
    project.run(&["install"]).ends(0);
    assert_eq!(project.names(), ["base", "middle", "plain", "tool-kit"]);
    let ran = project.run(&["remove", "tool-kit"]).ends(0);
    ran.prints(&["does not ask for tool-kit any more", "removed base", "removed middle", "removed tool-kit"]);
    assert_eq!(project.names(), ["plain"]);
    assert_eq!(project.locked(), ["plain 1.1.0"]);
    let ran = project.run(&["remove", "tool-kit"]).ends(1);
    ran.complains(&["the project does not use tool-kit", "`curator tree` shows what it uses"]);
    project.run(&["remove", "plain"]).ends(0);
    assert_eq!(project.names(), [""; 0]);
    assert_eq!(project.read("curator.project.toml"), "[dependencies]\n");
}

#[test]
fn an_alias_is_a_name_of_the_project_alone() {
    let market = Market::new();
    let project = market.asking("calling", &[]);
    project.run(&["add", "middle", "--as", "centre"]).ends(0).prints(&["asks for middle >=2.0.0 <3.0.0 as centre"]);
    let text = project.read("curator.project.toml");
    assert!(text.contains("centre = { package = \"middle\", version = \">=2.0.0 <3.0.0\" }"), "{text}");
    assert_eq!(project.names(), ["base", "centre"]);
    assert_eq!(project.locked(), ["base 2.0.0", "middle 2.0.0"]);
    project.run(&["tree"]).ends(0).prints(&["middle 2.0.0 (called centre)\n  base 2.0.0"]);
    // It keeps its name, whatever is asked of it later.
    project.run(&["add", "middle@>=1.0.0 <2.0.0"]).ends(0);
    let text = project.read("curator.project.toml");
    assert!(text.contains("centre = { package = \"middle\", version = \">=1.0.0 <2.0.0\" }"), "{text}");
    project.run(&["update", "centre"]).ends(0);
    assert_eq!(project.names(), ["base", "centre"]);
    project.run(&["remove", "centre"]).ends(0);
    assert_eq!(project.names(), [""; 0]);
}

#[test]
fn an_alias_hides_no_other_package() {
    let market = Market::new();
    let project = market.asking("hiding", &[]);
    let before = project.everything();
    // `base` is what middle needs.
    let ran = project.run(&["add", "middle", "plain", "--as", "base"]).ends(3);
    ran.complains(&["--as is for one package"]);
    project.write(
        "curator.project.toml",
        "[dependencies]\nbase = { package = \"plain\", version = \"*\" }\nmiddle = \"*\"\n",
    );
    let ran = project.run(&["install"]).ends(1);
    ran.complains(&["the project cannot call plain by the name base: it uses another package that is called so"]);
    project.write("curator.project.toml", "[dependencies]\n");
    assert_same(&before, &project.everything());
    project.run(&["add", "plain", "--as", "base"]).ends(0);
    let before = project.everything();
    project.run(&["add", "middle"]).ends(1).complains(&["cannot call plain by the name base"]);
    project.run(&["add", "base"]).ends(1).complains(&["cannot call plain by the name base"]);
    project.run(&["add", "plain", "--as", "other"]).ends(1).complains(&["plain stands twice, as base and as other"]);
    assert_same(&before, &project.everything());
}

#[test]
fn purs_json_and_spago_yaml_are_changed_where_they_stand() {
    let market = Market::new();
    let json = "{\n    \"name\": \"mine\",\n    \"dependencies\": {\n        \"base\": \">=1.0.0 <2.0.0\"\n    }\n}\n";
    let project = market.project("json", "purs.json", json);
    project.run(&["add", "middle@>=1.0.0 <2.0.0"]).ends(0);
    let wanted = json.replace("<2.0.0\"", "<2.0.0\",\n        \"middle\": \">=1.0.0 <2.0.0\"");
    assert_eq!(project.read("purs.json"), wanted);
    let before = project.everything();
    let ran = project.run(&["add", "plain", "--as", "simple"]).ends(1);
    ran.complains(&["purs.json knows no aliases: simple cannot stand for plain there", "leave --as out"]);
    project.run(&["add", "plain@*"]).ends(1).complains(&["purs.json knows no '*': plain needs a range there"]);
    assert_same(&before, &project.everything());
    project.run(&["remove", "middle"]).ends(0);
    assert_eq!(project.read("purs.json"), json);

    let yaml = "# mine\r\npackage:\r\n  name: mine # so\r\n  dependencies:\r\n    - base: \">=1.0.0 <2.0.0\" # why\r\n    - plain\r\nworkspace: {}\r\n";
    let project = market.project("yaml", "spago.yaml", yaml);
    project.run(&["add", "middle@>=1.0.0 <2.0.0", "base@1.0.0"]).ends(0);
    let wanted = yaml.replace(
        "    - base: \">=1.0.0 <2.0.0\" # why\r\n",
        "    - base: \">=1.0.0 <1.0.1\" # why\r\n    - middle: \">=1.0.0 <2.0.0\"\r\n",
    );
    assert_eq!(project.read("spago.yaml"), wanted);
    assert_eq!(project.locked(), ["base 1.0.0", "middle 1.1.0", "plain 1.1.0"]);
    project.run(&["add", "fancy", "--as", "simple"]).ends(1).complains(&["spago.yaml knows no aliases"]);
    // The curator's own file counts, where there are several.
    project.write("curator.project.toml", toml(&[("plain", "*")]));
    project.run(&["install"]).ends(0);
    assert_eq!(project.locked(), ["plain 1.1.0"]);
}

#[test]
fn a_project_that_cannot_be_read_is_refused_and_left_alone() {
    let market = Market::new();
    let long =
        format!("[dependencies]\n{}", (0..1 << 20).map(|at| format!("p{at}=\"*\"")).collect::<Vec<_>>().join("\n"));
    let deep = format!("{{\"dependencies\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_toml = format!("a = {}1{}\n", "[".repeat(100_000), "]".repeat(100_000));
    let deep_yaml = format!("package: {}1{}\n", "[".repeat(100_000), "]".repeat(100_000));
    let bomb: Vec<String> = (0..30).map(|at| format!("a{}: &a{} [*a{at}, *a{at}]", at + 1, at + 1)).collect();
    let bomb = bomb.join("\n");
    for (file, text, said) in [
        ("curator.project.toml", "[dependencies]\nbase = \"*\"\nbase = \"*\"\n", "line 3: duplicate key"),
        ("curator.project.toml", "[dependencies]\nBase = \"*\"\n", "curator.project.toml: line 2"),
        ("curator.project.toml", "[dependencies]\n\"../x\" = \"*\"\n", "curator.project.toml: line 2"),
        ("curator.project.toml", "[dependencies]\nbase = \"^^1\"\n", "base: "),
        ("purs.json", "{\"dependencies\": {\"base\": \"^1\"}}", "dependency base: "),
        (
            "curator.project.toml",
            "[dependencies]\nbase = { version = \"*\", path = \"/\" }\n",
            "a dependency is a range",
        ),
        ("curator.project.toml", "[dependency]\n", "unknown field `dependency`"),
        ("curator.project.toml", &long, "it has more than 1048576 bytes"),
        ("curator.project.toml", &deep_toml, "curator.project.toml: line 1"),
        ("purs.json", "[]", "purs.json: it is not an object"),
        ("purs.json", "{\"dependencies\": []}", "\"dependencies\" is not an object"),
        (
            "purs.json",
            "{\"dependencies\": {\"base\": \">=1.0.0 <2.0.0\", \"base\": \">=1.0.0 <2.0.0\"}}",
            "purs.json: line 1",
        ),
        ("purs.json", "{\"dependencies\": {\"\\u001b[31m\": \">=1.0.0 <2.0.0\"}}", "purs.json: dependency"),
        ("purs.json", &deep, "purs.json: line 1"),
        ("spago.yaml", "package:\n  dependencies:\n    - base\n    - base\n", "dependency base stands twice"),
        ("spago.yaml", "package:\n  dependencies:\n    base: \"*\"\n", "the dependencies of the package are no list"),
        ("spago.yaml", "package:\n  dependencies:\n    - [base]\n", "a dependency is a name"),
        ("spago.yaml", "package:\n  name: a\n  name: b\n", "spago.yaml: "),
        ("spago.yaml", &deep_yaml, "spago.yaml: "),
        ("spago.yaml", &format!("a0: &a0 1\n{bomb}"), "spago.yaml: "),
        ("curator.lock", "format = 2\n", "curator.lock: the file has format 2"),
        ("curator.lock", "<<<<<<< HEAD\n", "curator.lock: line 1"),
    ] {
        let project = market.project("unreadable", file, text);
        if file == "curator.lock" {
            project.write("curator.project.toml", "[dependencies]\n");
            // Who only looks at the registry has no use for it.
            project.run(&["search", "plain"]).ends(0).prints(&["plain"]);
        }
        let before = project.everything();
        for args in [&["install"][..], &["add", "plain"], &["tree"]] {
            project.run(args).ends(1).complains(&[said]);
        }
        assert_same(&before, &project.everything());
        std::fs::remove_dir_all(&project.folder).unwrap();
    }
    let project = market.project("unreadable", "spago.yaml", "");
    project.write("spago.yaml", b"package: \xff");
    project.run(&["install"]).ends(1).complains(&["spago.yaml: it is not UTF-8 text"]);
}

/// Nothing of it could be changed without changing more.
#[test]
fn a_text_that_cannot_be_changed_alone_is_left_alone() {
    let market = Market::new();
    let project = market.project("flowing", "spago.yaml", "package:\n  name: mine\n  dependencies: [base, plain]\n");
    let before = project.everything();
    let ran = project.run(&["add", "middle@*"]).ends(1);
    ran.complains(&[
        "spago.yaml is written in a way that cannot be changed here",
        "by hand, then run `curator install`",
    ]);
    assert_same(&before, &project.everything());
}
