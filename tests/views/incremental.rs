//! A view that followed the index step by step is the one that is made of the index anew.

use proptest::prelude::{Just, Strategy, prop_oneof, proptest};
use proptest::test_runner::Config;

use crate::scene::Scene;

/// Something that happens to a registry.
#[derive(Debug, Clone)]
enum Event {
    Publish(usize),
    Revise(usize),
    Mark(usize, &'static str),
    Unmark(usize),
}

const NAMES: [&str; 3] = ["abacus", "tally", "zebra"];

fn event() -> impl Strategy<Value = Event> {
    let status = prop_oneof![Just("yanked"), Just("deprecated"), Just("quarantined"), Just("unpublished")];
    prop_oneof![
        3 => (0..NAMES.len()).prop_map(Event::Publish),
        1 => (0..9_usize).prop_map(Event::Revise),
        4 => (0..9_usize, status).prop_map(|(which, status)| Event::Mark(which, status)),
        1 => (0..9_usize).prop_map(Event::Unmark),
    ]
}

/// A version that was wanted.
struct Item {
    name: &'static str,
    version: String,
    /// How often it was revised.
    revision: u64,
    status: Option<&'static str>,
}

/// The versions that were wanted.
#[derive(Default)]
struct Wanted(Vec<Item>);

impl Wanted {
    fn happen(&mut self, scene: &mut Scene, event: &Event) {
        let wanted = self.0.len();
        match event {
            Event::Publish(name) => {
                let name = NAMES[*name];
                let number = self.0.iter().filter(|item| item.name == name).count();
                let version = format!("1.{number}.0");
                let dependencies = if name == "abacus" { Vec::new() } else { vec![("abacus", ">=1.0.0 <2.0.0")] };
                scene.want(name, &version, &dependencies);
                self.0.push(Item { name, version, revision: 0, status: None });
            }
            Event::Revise(which) => {
                let Item { name, version, revision, status } = &mut self.0[which % wanted];
                if *name != "abacus" && *status != Some("unpublished") {
                    *revision += 1;
                    scene.revise(name, version, *revision, &[("abacus", &format!(">=1.0.0 <{}.0.0", *revision + 2))]);
                }
            }
            Event::Mark(which, status) => self.0[which % wanted].mark(scene, Some(status)),
            Event::Unmark(which) => self.0[which % wanted].mark(scene, None),
        }
    }

    /// Asserts that the index says what was wanted: a view of an index in which nothing happens proves nothing.
    #[track_caller]
    fn assert_published(&self, scene: &Scene) {
        for Item { name, version, revision, status } in &self.0 {
            let facts = scene.remotes.facts(name, version);
            let marks = ["yanked", "deprecated", "quarantined"].into_iter().find(|mark| facts.get(mark).is_some());
            assert_eq!(
                (facts.is_null(), marks),
                (*status == Some("unpublished"), status.filter(|it| *it != "unpublished"))
            );
            assert!(facts.is_null() || facts["revision"].as_u64().unwrap_or_default() == *revision, "{facts}");
        }
    }
}

impl Item {
    fn mark(&mut self, scene: &Scene, status: Option<&'static str>) {
        // What is gone never comes back, and the first version that others need stays.
        let is_needed = self.name == "abacus" && self.version == "1.0.0" && status.is_some();
        if self.status != Some("unpublished") && !is_needed {
            self.status = status;
            scene.mark(self.name, &self.version, status);
        }
    }
}

proptest! {
    #![proptest_config(Config { cases: 3, max_shrink_iters: 12, failure_persistence: None, ..Config::default() })]
    #[test]
    fn a_view_that_followed_is_the_one_that_is_made_anew(
        steps in proptest::collection::vec(proptest::collection::vec(event(), 1..4), 3..6)
    ) {
        let (mut scene, mut wanted) = (Scene::new(), Wanted::default());
        wanted.happen(&mut scene, &Event::Publish(0));
        for step in &steps {
            for event in step {
                wanted.happen(&mut scene, event);
            }
            // What is wanted and broken is held back; the views show what is published.
            let ran = scene.sync();
            assert!(ran.code <= 1 && !ran.err.contains("view"), "{ran:?}");
            wanted.assert_published(&scene);
            scene.assert_shown();
        }
        assert_eq!(scene.places(), scene.made_anew());
        scene.run(&["view", "--full", "--dry-run"]).ends(0).prints_no(&["would update"]);
    }
}

/// One life in which everything happens, each view followed from one state of the index to the next, and what was looked
/// at was no more than what changed.
#[test]
fn a_view_follows_everything_that_happens_to_a_version() {
    let mut scene = Scene::new();
    scene.want("abacus", "1.0.0", &[]);
    scene.want("tally", "1.0.0", &[("abacus", ">=1.0.0 <2.0.0")]);
    scene.sync().ends(0).prints(&["updated view 'spago' registry: 3 files written"]);
    assert_eq!(scene.assert_shown().len(), 2);

    let mut last = scene.places();
    let mut follow = |scene: &Scene, packages: usize, shown: usize| {
        let ran = scene.run(&["sync", "--published-time", &scene.merge(), "--format", "json"]).ends(0);
        let views = ran.json()["views"].as_array().unwrap().clone();
        assert_eq!(views.len(), 4);
        for view in views {
            assert_eq!(view["packages"], packages, "{view}");
        }
        assert_eq!(scene.assert_shown().len(), shown);
        let places = scene.places();
        assert_eq!(places, scene.made_anew());
        let changed = places != last;
        last = places;
        changed
    };
    scene.want("tally", "1.1.0", &[("abacus", ">=1.0.0 <2.0.0")]);
    assert!(follow(&scene, 1, 3));
    scene.revise("tally", "1.0.0", 1, &[("abacus", ">=1.0.0 <3.0.0")]);
    assert!(follow(&scene, 1, 3));
    scene.mark("tally", "1.0.0", Some("yanked"));
    assert!(follow(&scene, 1, 3));
    scene.mark("tally", "1.0.0", Some("quarantined"));
    assert!(follow(&scene, 1, 2));
    scene.mark("tally", "1.0.0", None);
    assert!(follow(&scene, 1, 3));
    scene.mark("tally", "1.1.0", Some("unpublished"));
    assert!(follow(&scene, 1, 2));
    // All of a package at once, while another one comes.
    scene.mark("tally", "1.0.0", Some("quarantined"));
    scene.want("zebra", "1.0.0", &[]);
    assert!(follow(&scene, 2, 2));
    // Nothing.
    assert!(!follow(&scene, 0, 2));
}
