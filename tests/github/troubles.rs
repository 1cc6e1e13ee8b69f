//! Everything that goes wrong with everything that writes: nothing is done twice, and nothing is left undone.

use std::collections::BTreeSet;

use curator::adapters::github::Patience;
use curator::model::{Conclusion, MergeMethod, Suggestion};
use curator::ports::{Conversation as _, ForgeError, People as _, PullRequests as _, Verdicts as _};

use crate::desk::{BOT, Desk, head, number, patience};
use crate::github::GitHub;
use crate::github::troubles::{Fault, Faults};
use crate::people::WORKFLOW;
use crate::verdicts::verdict;

const ALL: [Fault; 7] = [
    Fault::BadGateway,
    Fault::ClosedAfter,
    Fault::BadGatewayAfter,
    Fault::SecondaryLimit,
    Fault::TooMany,
    Fault::CutBody,
    Fault::Page,
];

/// Does `deed` once for each fault, which hits the request after the first `passed` ones, and then `check`.
fn each_fault(desk: &Desk, passed: usize, deed: impl Fn(usize), check: impl Fn(usize)) {
    desk.github.retry_after(1);
    for (turn, fault) in ALL.into_iter().enumerate() {
        desk.github.pass_next(passed);
        desk.github.fail_next(1, fault);
        deed(turn);
        check(turn);
        desk.github.no_faults();
        assert_eq!(desk.github.violations(), [""; 0], "{fault:?}");
    }
}

#[test]
fn a_comment_is_said_once() {
    let desk = Desk::unjudged();
    let pull = desk.pull("a.json");
    let say = |turn: usize| desk.ask(desk.forge.say(number(&pull), &[], &format!("turn {turn}\n\nline\n\n")));
    each_fault(&desk, 0, say, |turn| assert_eq!(pull.comments().len(), turn + 1));
    let id = desk.ask(desk.forge.remarks(number(&pull)))[0].id;
    let edit = |turn: usize| desk.ask(desk.forge.say(number(&pull), &[id], &format!("edit {turn}")));
    each_fault(&desk, 0, edit, |turn| {
        assert_eq!((pull.comments()[0].text.as_str(), pull.comments().len()), (&*format!("edit {turn}"), 7));
    });
}

#[test]
fn labels_are_as_they_should_be() {
    let desk = Desk::unjudged();
    let pull = desk.pull("a.json");
    let there = || pull.labels().into_iter().collect::<BTreeSet<_>>();
    let names = |turn: usize| BTreeSet::from([format!("label-{turn}"), "ready".to_owned()]);
    let label = |turn: usize| desk.ask(desk.forge.label(number(&pull), &there(), &names(turn)));
    // The second time, one is taken off first.
    for passed in [0, 1] {
        each_fault(&desk, passed, label, |turn| assert_eq!(there(), names(turn)));
    }
    let trustee = desk.github.person("tess");
    desk.repository.admit(&trustee);
    let clear = |_: usize| {
        pull.label(&trustee, "a b/ü?");
        desk.ask(desk.forge.label(number(&pull), &there(), &BTreeSet::new()));
    };
    each_fault(&desk, 0, clear, |_| assert_eq!(pull.labels(), [""; 0]));
}

#[test]
fn an_edit_is_offered_once() {
    let desk = Desk::unjudged();
    let pull = desk.pull("a.json");
    let suggest = |turn: usize| {
        let text = format!("```suggestion\n{turn}\n```");
        let file = "a.json".to_owned();
        let all = [2, 3].map(|line| {
            let (file, text) = (file.clone(), text.clone());
            Suggestion { file, first_line: line, last_line: line, text }
        });
        desk.ask(desk.forge.suggest(number(&pull), &head(&pull), &all));
    };
    each_fault(&desk, 1, suggest, |turn| assert_eq!(pull.suggestions().len(), 2 * (turn + 1)));
}

#[test]
fn a_verdict_is_given_once_with_all_its_annotations() {
    let desk = Desk::unjudged();
    let pull = desk.pull("a.json");
    for passed in 0..3 {
        let give = |turn: usize| {
            let verdict = verdict(Conclusion::Failed, 120, &format!("{passed} {turn}"));
            desk.ask(desk.forge.give(number(&pull), &head(&pull), &verdict));
        };
        each_fault(&desk, passed, give, |turn| {
            let checks = pull.checks();
            assert_eq!(checks.len(), 7 * passed + turn + 1);
            assert_eq!(checks.last().unwrap().annotations.len(), 120);
        });
    }
}

#[test]
fn a_verdict_that_returns_is_not_taken_for_the_one_before() {
    let desk = Desk::unjudged();
    let pull = desk.pull("a.json");
    for (turn, print) in ["a", "b", "a"].into_iter().enumerate() {
        desk.github.fail_next(1, Fault::BadGateway);
        desk.ask(desk.forge.give(number(&pull), &head(&pull), &verdict(Conclusion::Passed, 0, print)));
        assert_eq!(pull.checks().len(), turn + 1);
    }
}

#[test]
fn a_status_is_set_once() {
    let (desk, _) = Desk::personal(GitHub::start_unjudged());
    let pull = desk.pull("a.json");
    desk.ask(desk.forge.give(number(&pull), &head(&pull), &verdict(Conclusion::Waiting, 0, "before")));
    let give = |turn: usize| {
        desk.ask(desk.forge.give(number(&pull), &head(&pull), &verdict(Conclusion::Passed, 0, &turn.to_string())));
    };
    each_fault(&desk, 0, give, |turn| assert_eq!(pull.statuses().len(), turn + 2));
}

#[test]
fn a_merge_is_made_once() {
    let desk = Desk::unjudged();
    let pulls: Vec<_> = (0..ALL.len()).map(|at| desk.pull(&format!("{at}.json"))).collect();
    let merge = |turn: usize| {
        let pull = &pulls[turn];
        let commit = desk.ask(desk.forge.merge(number(pull), &head(pull), MergeMethod::Squash, "Merge it"));
        assert_eq!(Some(commit.to_string()), pull.merge_commit());
    };
    each_fault(&desk, 0, merge, |turn| {
        let bare = git2::Repository::open_bare(desk.repository.bare()).unwrap();
        let mut walk = bare.revwalk().unwrap();
        walk.push_ref("refs/heads/main").unwrap();
        assert_eq!(walk.count(), turn + 2);
    });
}

#[test]
fn a_workflow_is_started_at_least_once() {
    let desk = Desk::unjudged();
    desk.repository.commit("main", &[(WORKFLOW, Some(b"on: workflow_dispatch\n"))]);
    let dispatch = |_: usize| desk.ask(desk.forge.dispatch("sync.yml", "main", None));
    each_fault(&desk, 0, dispatch, |turn| assert!(desk.repository.dispatches().len() > turn));
    assert!(desk.repository.dispatches().len() <= ALL.len() + 3, "only lost answers are doubted");
}

#[test]
fn what_stays_broken_is_told_and_may_have_been_done() {
    let desk = Desk::unjudged();
    let pull = desk.pull("a.json");
    for fault in [Fault::BadGateway, Fault::Page, Fault::ClosedAfter, Fault::BadGatewayAfter, Fault::CutBody] {
        desk.github.fail_next(9, fault);
        let error = desk.fails(desk.forge.say(number(&pull), &[], &format!("{fault:?}")));
        assert!(matches!(error, ForgeError::Unreachable { .. }), "{error}");
        desk.github.no_faults();
        // Said again when all is well, it stands there once.
        desk.ask(desk.forge.remarks(number(&pull)));
        assert_eq!(
            pull.comments().iter().filter(|it| it.text == format!("{fault:?}")).count(),
            usize::from(fault.has_effect())
        );
    }
    desk.is_well_behaved();
}

#[test]
fn in_a_storm_everything_is_done_and_nothing_twice() {
    let desk = Desk::with(Patience { tries: 12, ..patience() }, curator::adapters::github::Pace::default());
    let pulls: Vec<_> = (0..6).map(|at| desk.pull(&format!("{at}.json"))).collect();
    desk.github.faults(Faults { seed: 7, share: 0.3, retry_after: 0 });
    for pull in &pulls {
        let (number, head) = (number(pull), head(pull));
        desk.ask(desk.forge.open("main"));
        desk.ask(desk.forge.say(number, &[], "sticky"));
        desk.ask(desk.forge.give(number, &head, &verdict(Conclusion::Failed, 60, "x")));
        desk.ask(desk.forge.label(number, &BTreeSet::new(), &BTreeSet::from(["ready".to_owned()])));
        let remark = desk.ask(desk.forge.remarks(number))[0].id;
        desk.ask(desk.forge.say(number, &[remark], "ready"));
        desk.ask(desk.forge.merge(number, &head, MergeMethod::Merge, "Merge it"));
    }
    desk.github.no_faults();
    for pull in &pulls {
        assert_eq!(pull.sticky(BOT).unwrap(), "ready");
        assert_eq!(pull.checks().iter().map(|it| it.annotations.len()).collect::<Vec<_>>(), [60]);
        assert_eq!((pull.labels(), pull.is_merged()), (vec!["ready".to_owned()], true));
    }
    desk.is_well_behaved();
}
