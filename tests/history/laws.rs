//! What holds of every history, whatever it did.

use std::collections::BTreeSet;

use curator::model::{Deed, Fact, Fate, Subject};
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

use crate::story::{Story, line};

const PATH: &str = "ma/yb/maybe";

/// The file that has these versions, each with the wording that it has then.
fn file(state: &[Option<u8>]) -> String {
    let lines = state.iter().enumerate().filter_map(|(version, wording)| {
        wording.map(|wording| line("maybe", &format!("1.0.{version}"), &format!("Wording {}.", wording % 3)))
    });
    lines.collect()
}

proptest! {
    #[test]
    fn what_is_lost_is_what_was_there_and_is_not(states in proptest::collection::vec(any::<[Option<u8>; 4]>(), 1..12)) {
        let mut story = Story::purescript();
        for (day, state) in (1..).zip(&states) {
            story = story.index(day, &[(PATH, file(state))]);
        }
        let report = story.told();
        let lost: BTreeSet<String> = report
            .incidents
            .iter()
            .filter(|incident| incident.deed == Deed::Vanished)
            .flat_map(|incident| &incident.traces)
            .filter(|trace| trace.fate == Fate::Open && trace.fact == Fact::Line)
            .filter_map(|trace| match &trace.subject {
                Subject::Version(_, version) => Some(version.to_string()),
                _ => None,
            })
            .collect();
        let last = states.last().unwrap();
        let expected: BTreeSet<String> = (0..4)
            .filter(|version| states.iter().any(|state| state[*version].is_some()) && last[*version].is_none())
            .map(|version| format!("1.0.{version}"))
            .collect();
        prop_assert_eq!(lost, expected);
        // Nothing is damaged exactly where every version says today what it said first.
        let first = |version: usize| states.iter().find_map(|state| state[version]).map(|wording| wording % 3);
        let sound = (0..4).all(|version| first(version) == last[version].map(|wording| wording % 3));
        prop_assert_eq!(report.open().next().is_none(), sound);
        // And going back to where each version began heals everything.
        let origin: Vec<Option<u8>> = (0..4).map(first).collect();
        let healed = story.index(30, &[(PATH, file(&origin))]).told();
        prop_assert!(healed.open().next().is_none());
    }
}
