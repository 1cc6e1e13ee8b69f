//! How often the forge is asked where nothing goes wrong. `benches/forge.rs` prints the numbers.

use curator::adapters::github::{Pace, Patience};

use crate::github::GitHub;
use crate::hall::Hall;
use crate::town::{PACKAGES, Town};

/// Does `work`; gives the requests that it made, and how many of them wrote.
fn asked(hall: &Hall, work: impl FnOnce()) -> (usize, usize) {
    hall.town.github.forget_requests();
    work();
    let requests = hall.town.github.requests();
    (requests.len(), requests.iter().filter(|it| it.method != "GET").count())
}

#[test]
fn neither_a_review_nor_a_publication_asks_much() {
    let hall = Hall::new(Town::new(GitHub::start_unjudged()), Patience::default(), Pace::default());
    let mut wishes = Vec::new();
    for number in 0..=PACKAGES.len() {
        let wish = hall.town.wish(number);
        let review = || drop(hall.review(wish.pull.number).unwrap());
        wish.pull.draft();
        let (all, _) = asked(&hall, review);
        assert!(all <= 12, "{all} for a first review");
        let (all, writes) = asked(&hall, review);
        assert!(all <= 8 && writes == 0, "{all} for a review where nothing changed, {writes} of them write");
        wish.pull.ready();
        let (all, _) = asked(&hall, || {
            review();
            hall.wake().unwrap();
        });
        assert!(all <= 12, "{all} for a review that merges");
        let (all, _) = asked(&hall, || {
            let retry = hall.asked().unwrap();
            hall.publish(retry).unwrap();
            hall.announce(retry).unwrap();
        });
        // The first version of a package makes its release.
        assert!(all <= 10 + usize::from(number < PACKAGES.len()), "{all} for a publication");
        wishes.push(wish);
    }
    hall.town.assert_granted_once(&wishes);
}
