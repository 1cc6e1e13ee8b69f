//! Deliveries that are lost, come twice, or late.

use crate::github::courier::Fate;
use crate::watch::{News, Watch};

#[test]
fn lost_doubled_and_late_deliveries_change_nothing() {
    let mut watch = Watch::over("", News::Both);
    let fates = [Fate::Twice, Fate::Late, Fate::Lost, Fate::Delivered, Fate::Late, Fate::Twice, Fate::Lost];
    watch.town.github.fates(fates.into_iter().cycle().take(200));
    let mut wishes = Vec::new();
    for number in 0..4 {
        wishes.push(watch.town.wish(number));
        let told = watch.town.github.told();
        if let Some(old) = told.get(number * 2) {
            watch.town.github.redeliver(old);
        }
    }
    watch.waits_for(&wishes);
    watch.ends(&wishes);
}
