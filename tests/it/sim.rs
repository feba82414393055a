//! The simulator finds nothing in the product, and everything that is planted.

use std::path::Path;

use ::sim::redemption::{self, RedemptionBug, Tally};
use ::sim::{Bug, KEPT, hunt, simulate};
use clap::ValueEnum;

/// Schedules of a test; `simulate --seeds` runs as many as there is time for.
const SCHEDULES: u64 = 600;
/// Within so many schedules each planted bug shows.
const SCHEDULES_OF_A_BUG: u64 = 250;

/// Seeds that failed once.
fn kept() -> Vec<u64> {
    ::sim::kept(Path::new(KEPT)).unwrap()
}

#[test]
fn schedules_of_faults_lose_nothing_and_count_nothing_twice() {
    let mut faults = std::collections::BTreeMap::<&str, u64>::new();
    let seeds: Vec<u64> = kept().into_iter().chain(1..=SCHEDULES).collect();
    for seed in seeds {
        let outcome = simulate(seed, None, false);
        assert!(outcome.findings.is_empty(), "simulate --seed {seed} --trace: {:#?}", outcome.findings);
        outcome.faults.into_iter().for_each(|(name, times)| *faults.entry(name).or_default() += times);
    }
    // A fault that never struck proves nothing.
    assert_eq!(faults.len(), ::sim::FAULTS, "{faults:#?}");
}

#[test]
fn each_planted_bug_is_found() {
    let missed: Vec<String> = Bug::value_variants()
        .iter()
        .filter(|bug| hunt(**bug, kept().into_iter().chain(1..=SCHEDULES_OF_A_BUG)).is_none())
        .map(|bug| bug.name())
        .collect();
    assert!(missed.is_empty(), "not found within {SCHEDULES_OF_A_BUG} schedules: {missed:?}");
}

/// Schedules of tills that spend the points of one card; `YAPA_SCHEDULES` says how many, and a million is what
/// `simulate --redemption --seeds 1000000` is for.
const SPENDING_SCHEDULES: u64 = 2_000;

#[test]
fn no_schedule_spends_more_than_there_was_or_than_the_floor_says() {
    let asked = std::env::var("YAPA_SCHEDULES").ok();
    let schedules = asked.map_or(SPENDING_SCHEDULES, |text| text.parse().unwrap());
    let mut tally = Tally::default();
    (1..=schedules).for_each(|seed| tally.add(seed, redemption::simulate(seed, None, false)));
    assert!(tally.failed.is_empty(), "simulate --redemption --seed N --trace: {:#?}", tally.failed);
    assert_eq!((tally.overspent(), tally.modes.len()), (0, 3), "{:#?}", tally.modes);
    // What never happened proves nothing.
    assert_eq!(tally.faults.len(), redemption::FAULTS, "{:#?}", tally.faults);
    assert!(tally.redemptions > schedules, "{}", tally.redemptions);
    assert!(tally.modes["floor"].1 > 0, "by the floor more is spent than there was: {:#?}", tally.modes);
}

#[test]
fn each_bug_planted_in_redemption_is_found() {
    let missed: Vec<String> = RedemptionBug::value_variants()
        .iter()
        .filter(|bug| redemption::hunt(**bug, 1..=SPENDING_SCHEDULES).is_none())
        .map(|bug| bug.name())
        .collect();
    assert!(missed.is_empty(), "not found within {SPENDING_SCHEDULES} schedules: {missed:?}");
}

#[test]
fn a_schedule_of_redemption_replays_to_the_last_line() {
    for seed in 1..=25 {
        let first = redemption::simulate(seed, None, true);
        assert!(first.trace.len() > 5, "seed {seed} has a schedule");
        assert_eq!(first, redemption::simulate(seed, None, true), "seed {seed}");
    }
}

#[test]
fn a_seed_replays_to_the_last_line() {
    for seed in 1..=25 {
        let first = simulate(seed, None, true);
        assert!(first.trace.len() > 20, "seed {seed} has a schedule");
        assert_eq!(first, simulate(seed, None, true), "seed {seed}");
    }
}
