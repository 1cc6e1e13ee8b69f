//! What people tell the curator in comments: what is a command, and whose command it is.

use std::collections::BTreeSet;

use curator::model::{ChangeKind, Code};
use curator::rules::review::{Asked, Command, commands, retries};
use proptest::prelude::{ProptestConfig, prop, prop_assert, prop_assert_eq, proptest};

use super::scene::{AUTHOR, MAINTAINER, OTHER_TRUSTEE, STRANGER, Scene, TRUSTEE, at};

#[test]
fn a_command_is_a_line_of_its_own() {
    let one = |command| vec![command];
    for (text, expected) in [
        ("/curator recheck", one(Command::Recheck)),
        ("/curator hold", one(Command::Hold)),
        ("/curator RELEASE", one(Command::Release)),
        ("/Curator Retry  ", one(Command::Retry)),
        ("/curator explain R009", one(Command::Explain(Code::SimilarName))),
        ("/curator explain r009", one(Command::Explain(Code::SimilarName))),
        ("I am not sure.\r\n/curator hold\r\nLet us wait.", one(Command::Hold)),
        ("/curator hold\n/curator explain R001", vec![Command::Hold, Command::Explain(Code::Json)]),
        ("> why?\n\n/curator recheck", one(Command::Recheck)),
        ("```\ncode\n```\n/curator recheck", one(Command::Recheck)),
        ("`code`, <b>\n/curator recheck", one(Command::Recheck)),
        ("<!-- hidden --> text\n/curator recheck", one(Command::Recheck)),
        ("`a` and ``b ` c``\n/curator recheck", one(Command::Recheck)),
        ("~~~\n```\n~~~\n/curator recheck", one(Command::Recheck)),
    ] {
        assert_eq!(commands(text), expected, "{text:?}");
    }
}

#[test]
fn everything_else_is_none() {
    for text in [
        "",
        "/curator",
        "/curator merge",
        "/curator approve",
        "/curator explain",
        "/curator explain R999",
        "/curator explain R001 R002",
        "/curator hold please",
        "/curator release.",
        " /curator release",
        "\t/curator release",
        "please /curator release",
        "- /curator release",
        "# /curator release",
        "\\/curator release",
        "/curatorrelease",
        "/curator-release",
        "/ curator release",
        "／curator release",
        "/curаtor release",
        "/curator\u{a0}release",
        "\u{feff}/curator release",
        "\u{202e}/curator release",
        // Quoted.
        "> /curator release",
        ">/curator release",
        "> > /curator release",
        "> he said\n/curator release",
        "   > he said\nand so on\n/curator release",
        "<blockquote>\n\n/curator release\n\n</blockquote>",
        // Code.
        "`/curator release`",
        "`\n/curator release\n`",
        "``a `\n/curator release\nb``",
        "    /curator release",
        "```\n/curator release\n```",
        "```text\n/curator release\n```",
        "~~~\n/curator release\n~~~",
        "````\n```\n/curator release\n````",
        "```\n\n/curator release",
        "   ```\n/curator release\n   ```",
        "```\n    ```\n/curator release\n```",
        "```\n``` no end\n/curator release\n```",
        "<pre>\n/curator release\n</pre>",
        "<CODE>\n/curator release\n</CODE>",
        "<textarea>\n\n/curator release",
        // Hidden.
        "<!--\n/curator release\n-->",
        "<!-- a\n\n/curator release -->",
        "text <!-- a\n```\n-->\n```\n/curator release",
        // The curator's own words.
        "<!-- curator -->\nTell me:\n\n/curator release",
    ] {
        assert_eq!(commands(text), [], "{text:?}");
    }
}

fn sound() -> Scene {
    Scene::of(&[ChangeKind::NewVersion]).approved_by(MAINTAINER)
}

#[test]
fn a_hold_stands_until_it_is_released() {
    let told = |remarks: &[(u64, &str)]| {
        let scene = remarks.iter().fold(sound(), |scene, (by, verb)| scene.comments(*by, &format!("/curator {verb}")));
        scene.told()
    };
    assert_eq!(told(&[]), "merge");
    for id in [TRUSTEE, MAINTAINER, AUTHOR] {
        assert_eq!(told(&[(id, "hold")]), format!("release by {id}"));
        assert_eq!(told(&[(id, "hold"), (id, "release")]), "merge");
        assert_eq!(told(&[(id, "hold"), (OTHER_TRUSTEE, "release")]), "merge");
        assert_eq!(told(&[(id, "hold"), (STRANGER, "release")]), format!("release by {id}"));
    }
    assert_eq!(told(&[(STRANGER, "hold")]), "merge");
    assert_eq!(told(&[(TRUSTEE, "hold"), (MAINTAINER, "release"), (AUTHOR, "release")]), "release by 11");
    assert_eq!(told(&[(AUTHOR, "hold"), (MAINTAINER, "hold"), (AUTHOR, "release")]), "release by 21");
    assert_eq!(told(&[(TRUSTEE, "release"), (OTHER_TRUSTEE, "hold")]), "release by 12");
    assert_eq!(told(&[(AUTHOR, "release"), (AUTHOR, "hold")]), "release by 31");
}

#[test]
fn an_edited_comment_is_void() {
    let edited = |mut scene: Scene| {
        scene.remarks.last_mut().unwrap().edited = Some(at(160));
        scene
    };
    let held = sound().comments(TRUSTEE, "/curator hold");
    // Whoever may edit the comment of a trustee is not the trustee.
    assert_eq!(edited(held.clone().comments(TRUSTEE, "/curator release")).told(), "release by 11");
    assert_eq!(edited(held).told(), "merge");
    let quoted = sound().comments(TRUSTEE, "/curator hold").comments(TRUSTEE, "> /curator release\n\nNo.");
    assert_eq!(quoted.told(), "release by 11");
}

#[test]
fn anybody_may_ask_for_pages_and_gets_the_last_few() {
    let scene = sound().comments(STRANGER, "/curator explain R009\n/curator explain R001\n/curator explain R009");
    assert_eq!(scene.ruling().explained, [Code::Json, Code::SimilarName]);
    let all: Vec<String> = Code::ALL.iter().map(|code| format!("/curator explain {code}")).collect();
    let all = all.join("\n");
    let last = &Code::ALL[Code::ALL.len() - 5..];
    assert_eq!(sound().comments(STRANGER, &all).ruling().explained, last);
}

#[test]
fn a_new_try_is_for_those_who_may() {
    let may = BTreeSet::from([TRUSTEE, AUTHOR]);
    let asked = |by: u64, since| retries(&sound().comments(by, "/curator retry").remarks, since, &may);
    assert_eq!(asked(TRUSTEE, None), Asked::At(at(150)));
    assert_eq!(asked(AUTHOR, Some(at(149))), Asked::At(at(150)));
    assert_eq!(asked(AUTHOR, Some(at(150))), Asked::ByNobody, "that one was heard already");
    assert_eq!(asked(STRANGER, None), Asked::ByNobody);
    let mut remarks = sound().comments(TRUSTEE, "/curator retry").remarks;
    remarks[0].edited = Some(at(151));
    assert_eq!(retries(&remarks, None, &may), Asked::ByNobody);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whoever quotes, shows or hides a text says nothing of what is in it.
    #[test]
    fn what_is_repeated_is_not_said(lines in prop::collection::vec("[-`~<>! a]{0,8}|/curator hold|", 0..8)) {
        let text = lines.join("\n");
        let quoted: String = lines.iter().flat_map(|line| ["> ", line, "\n"]).collect();
        prop_assert_eq!(commands(&quoted), []);
        prop_assert_eq!(commands(&format!("`````````\n{text}\n`````````")), []);
        prop_assert_eq!(commands(&format!("<!--\n{}", text.replace("-->", ""))), []);
        let indented: String = lines.iter().flat_map(|line| ["    ", line, "\n"]).collect();
        prop_assert_eq!(commands(&indented), []);
        prop_assert!(commands(&text).len() <= text.matches("/curator hold").count());
        // A paragraph before it that opens nothing hides nothing.
        let plain = text.replace(['`', '~', '<', '>'], "");
        prop_assert_eq!(commands(&plain).len(), plain.lines().filter(|line| *line == "/curator hold").count());
    }
}
