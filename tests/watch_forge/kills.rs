//! The program, killed while it watches: the next one begins without any memory, and completes everything, once.

use std::thread;
use std::time::Duration;

use crate::watch::{News, Watch};

/// How often it is killed, unless `CURATOR_KILLS` says otherwise.
const KILLS: usize = 2;

#[test]
fn who_comes_after_somebody_who_was_killed_completes_everything() {
    let kills = std::env::var("CURATOR_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let mut watch = Watch::over("", News::Both);
    watch.town.github.latency(Duration::from_millis(10));
    watch.town.without_pace();
    let mut wishes = Vec::new();
    for kill in 0..kills {
        wishes.push(watch.town.wish(wishes.len()));
        wishes.push(watch.town.wish(wishes.len()));
        watch.town.github.forget_requests();
        // After ever more requests, of which a pull request and its publication take about twenty.
        let (github, enough) = (&watch.town.github, 3 + kill * 7 % 38);
        for _ in 0..1500 {
            if github.requests().len() >= enough {
                break;
            }
            thread::sleep(Duration::from_millis(2));
        }
        watch.kill();
    }
    watch.waits_for(&wishes);
    watch.ends(&wishes);
}
