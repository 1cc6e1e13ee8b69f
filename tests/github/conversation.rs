//! What is said about a pull request: read whole, and said once.

use std::collections::BTreeSet;

use curator::model::{CommitId, LabelDeed, RemarkId, Suggestion};
use curator::ports::Conversation as _;

use crate::desk::{BOT, Desk, head, number};

fn labels(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn suggestion(file: &str, lines: (usize, usize), text: &str) -> Suggestion {
    let text = format!("Better:\n```suggestion\n{text}\n```\n");
    Suggestion { file: file.to_owned(), first_line: lines.0, last_line: lines.1, text }
}

#[test]
fn a_long_conversation_is_read_to_its_end() {
    let desk = Desk::new();
    let pull = desk.pull("a.json");
    let ann = desk.github.person("ann");
    for turn in 0..230 {
        pull.comment(&ann, &format!("comment {turn}"));
    }
    let remarks = desk.ask(desk.forge.remarks(number(&pull)));
    assert_eq!(remarks.len(), 230);
    assert!(remarks.iter().enumerate().all(|(at, it)| it.text == format!("comment {at}") && it.by.id == ann.id));
    assert_eq!(desk.asked("GET", "/comments"), 3);
}

#[test]
fn an_edit_is_seen() {
    let desk = Desk::new();
    desk.github.set_time("2026-11-20T12:00:00Z");
    let (pull, ann) = (desk.pull("a.json"), desk.github.person("ann"));
    let id = pull.comment(&ann, "/curator hold");
    assert_eq!(desk.ask(desk.forge.remarks(number(&pull)))[0].edited, None);
    desk.github.set_time("2026-11-20T12:05:00Z");
    pull.edit_comment(&ann, id, "/curator release");
    let remarks = desk.ask(desk.forge.remarks(number(&pull)));
    assert_eq!((remarks[0].id, remarks[0].text.as_str()), (RemarkId(id), "/curator release"));
    assert_eq!(remarks[0].posted.to_string(), "2026-11-20T12:00:00.000Z");
    assert_eq!(remarks[0].edited.unwrap().to_string(), "2026-11-20T12:05:00.000Z");
}

#[test]
fn a_comment_is_edited_or_said_anew_where_it_is_gone() {
    let desk = Desk::new();
    let pull = desk.pull("a.json");
    desk.ask(desk.forge.say(number(&pull), &[], "first"));
    assert_eq!(pull.sticky(BOT).unwrap(), "first");
    let id = desk.ask(desk.forge.remarks(number(&pull)))[0].id;
    desk.ask(desk.forge.say(number(&pull), &[id], "second"));
    assert_eq!(pull.sticky(BOT).unwrap(), "second");
    assert_eq!(desk.asked("POST", "/comments"), 1);
    pull.delete_comment(id.0);
    desk.ask(desk.forge.say(number(&pull), &[id], "third"));
    assert_eq!(pull.sticky(BOT).unwrap(), "third");
    // GitHub refuses a text that is longer.
    desk.ask(desk.forge.say(number(&pull), &[], &"ä".repeat(70_000)));
    assert_eq!(pull.comments().last().unwrap().text.chars().count(), 65_536);
    desk.is_well_behaved();
}

#[test]
fn labels_are_set_where_they_differ_and_their_history_is_read() {
    let desk = Desk::new();
    let (pull, tess) = (desk.pull("a.json"), desk.github.person("tess"));
    desk.repository.admit(&tess);
    pull.label(&tess, "Ready");
    let label = |before: &[&str], after: &[&str]| {
        desk.ask(desk.forge.label(number(&pull), &labels(before), &labels(after)));
        pull.labels().into_iter().collect::<BTreeSet<_>>()
    };
    assert_eq!(label(&["Ready"], &["ready"]), labels(&["Ready"]));
    assert_eq!(desk.github.requests(), [], "letter cases make no difference to GitHub");
    pull.label(&tess, "hold");
    let both = ["new-package", "needs-trustee"];
    assert_eq!(label(&["ready"], &both), labels(&["hold", "new-package", "needs-trustee"]), "nobody read of the hold");
    assert_eq!(label(&["hold", "new-package", "needs-trustee", "long-gone"], &[]), labels(&[]));
    let history = desk.ask(desk.forge.course(number(&pull))).labellings;
    let history: Vec<_> = history.iter().map(|it| (it.label.as_str(), it.by.id, it.deed)).collect();
    assert_eq!(history.first(), Some(&("Ready", tess.id, LabelDeed::Put)));
    let gone: Vec<_> = history.iter().filter(|it| it.2 == LabelDeed::Taken).map(|it| (it.0, it.1)).collect();
    assert_eq!(gone.len(), 4, "{history:?}");
    assert!(gone.iter().all(|(_, by)| *by == BOT));
}

#[test]
fn an_edit_is_offered_once_for_each_head() {
    let desk = Desk::new();
    let pull = desk.pull("a.json");
    let two = [suggestion("a.json", (2, 3), "  \"a\": 2"), suggestion("a.json", (2, 2), "  \"a\": 3,")];
    let suggest = |head: &CommitId, some: &[Suggestion]| desk.ask(desk.forge.suggest(number(&pull), head, some));
    suggest(&head(&pull), &two);
    suggest(&head(&pull), &two);
    assert_eq!((pull.suggestions().len(), desk.asked("POST", "/reviews")), (2, 1));
    assert_eq!(pull.suggestions()[0].first_line, Some(2));
    assert_eq!(pull.suggestions()[1].first_line, None);
    suggest(&head(&pull), &[two[0].clone(), suggestion("a.json", (4, 4), "}")]);
    assert_eq!(pull.suggestions().len(), 3);
    desk.github.forget_requests();
    suggest(&head(&pull), &[]);
    assert_eq!(desk.github.requests(), []);
    desk.is_well_behaved();
}

#[test]
fn an_edit_that_nobody_can_be_shown_holds_up_no_other() {
    let desk = Desk::new();
    let pull = desk.pull("a.json");
    let beyond = suggestion("a.json", (90, 90), "}");
    let elsewhere = suggestion("README.md", (1, 1), "# Hi");
    let sound = suggestion("a.json", (2, 2), "  \"a\": 3,");
    desk.ask(desk.forge.suggest(number(&pull), &head(&pull), &[beyond.clone(), sound.clone(), elsewhere]));
    assert_eq!(pull.suggestions().iter().map(|it| it.text.clone()).collect::<Vec<_>>(), [sound.text]);
    desk.ask(desk.forge.suggest(number(&pull), &head(&pull), &[beyond]));
    assert_eq!(pull.suggestions().len(), 1);
}

#[test]
fn what_two_runs_say_first_stands_once_and_the_oldest_stays() {
    let desk = Desk::new();
    let pull = desk.pull("a.json");
    let said = |text: &str| pull.shared.world().say(pull.repository, pull.number, BOT, text).id;
    // Another run, between this one's look and its word; and something else that the account said.
    let (other, oldest) = (said("Something else\n"), said("<!-- mine -->\nfirst\n"));
    let own = || desk.ask(desk.forge.remarks(number(&pull))).into_iter().map(|it| it.id.0).collect::<Vec<_>>();
    desk.ask(desk.forge.say(number(&pull), &[], "<!-- mine -->\nsecond"));
    assert_eq!(own(), [other, oldest]);
    assert_eq!(pull.comments()[1].text, "<!-- mine -->\nsecond");
    // Those that are known to stand there go as well, also where the first was deleted meanwhile.
    let (gone, left, more) = (oldest, said("<!-- mine -->\n3"), said("<!-- mine -->\n4"));
    pull.delete_comment(gone);
    desk.ask(desk.forge.say(number(&pull), &[gone, left, more].map(RemarkId), "<!-- mine -->\nlast"));
    assert_eq!(own(), [other, left]);
    assert_eq!(pull.comments()[1].text, "<!-- mine -->\nlast");
    desk.is_well_behaved();
}
