//! Till and hub as pure machines, under thousands of seeded schedules of faults. After peace every sale
//! that some disk holds is at the hub exactly once, and nobody is stuck. Each fault is shown to strike, and
//! planted bugs are shown to be found.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a drill that fails by unwrapping says where")]

mod hub;
mod till;
mod world;

use world::{Fired, Mutant, Verdict, World};

/// `DRILL_SCHEDULES=20000 cargo test -p domain --test sync_drill` searches longer.
fn schedules() -> u64 {
    std::env::var("DRILL_SCHEDULES").ok().and_then(|text| text.parse().ok()).unwrap_or(500)
}

fn add(sum: &mut Fired, one: Fired) {
    let Fired { lost, duplicated, reordered, timeouts, ignored, till_crashes, .. } = one;
    sum.lost += lost;
    sum.duplicated += duplicated;
    sum.reordered += reordered;
    sum.timeouts += timeouts;
    sum.ignored += ignored;
    sum.till_crashes += till_crashes;
    sum.hub_crashes_before += one.hub_crashes_before;
    sum.hub_crashes_after += one.hub_crashes_after;
    sum.tills_restored += one.tills_restored;
    sum.tills_cloned += one.tills_cloned;
    sum.hubs_restored += one.hubs_restored;
    sum.anchors += one.anchors;
    sum.reopened += one.reopened;
    sum.carried += one.carried;
    sum.gaps += one.gaps;
    sum.refusals += one.refusals;
}

#[test]
fn no_sale_is_lost_or_doubled_and_nobody_is_stuck() {
    let mut fired = Fired::default();
    let schedules = schedules();
    for seed in 0..schedules {
        let (verdict, one) = World::new(seed, Mutant::None).run();
        assert_eq!(verdict, Verdict::default(), "schedule {seed}: {one:?}");
        add(&mut fired, one);
    }
    let all = format!("{fired:?}");
    println!("{schedules} schedules: {all}");
    assert!(!all.contains(": 0,") && !all.contains(": 0 }"), "a fault never struck: {all}");
}

#[test]
fn every_planted_bug_is_found() {
    for mutant in [
        Mutant::HubAnswersBeforeCommit,
        Mutant::HubForgetsIds,
        Mutant::HubSkipsTheGap,
        Mutant::HubSkipsTheHash,
        Mutant::TillTrustsAnyAck,
        Mutant::TillCarriesNothing,
        Mutant::TillMakesNewIds,
        Mutant::TillForgetsSealedLogs,
        Mutant::TillIgnoresTheEpoch,
    ] {
        let found = (0..schedules()).find(|seed| {
            let caught = std::panic::catch_unwind(|| World::new(*seed, mutant).run().0);
            caught.map_or(true, |verdict| verdict != Verdict::default())
        });
        println!("{mutant:?}: {found:?}");
        assert!(found.is_some(), "{mutant:?} went unnoticed");
    }
}
