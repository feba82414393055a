//! `simulate --redemption`: schedules of tills that spend the points of one card.

use std::time::Instant;

use clap::ValueEnum;
use domain::Points;
use sim::redemption::{RedemptionBug, Tally, hunt, simulate};

use super::Arguments;

/// True when everything holds, or each planted bug is found.
pub fn run(arguments: &Arguments) -> bool {
    let seeds = arguments.first..arguments.first + arguments.seeds;
    if arguments.bugs {
        return plant_all(seeds);
    }
    if let Some(seed) = arguments.seed {
        let outcome = simulate(seed, None, arguments.trace);
        outcome.trace.iter().chain(&outcome.findings).for_each(|line| println!("{line}"));
        println!("seed {seed}, {}: {} redemptions", outcome.mode, outcome.redemptions);
        return outcome.findings.is_empty();
    }
    let begun = Instant::now();
    let mut tally = Tally::default();
    seeds.for_each(|seed| tally.add(seed, simulate(seed, None, false)));
    print(&tally, begun);
    tally.failed.is_empty()
}

fn print(tally: &Tally, begun: Instant) {
    tally.failed.iter().for_each(|(seed, finding)| println!("seed {seed}: {finding}"));
    tally.faults.iter().for_each(|(name, times)| println!("{name:<42}{times:>10}"));
    for (mode, (schedules, overspent, beyond)) in &tally.modes {
        let overspent = Points(*overspent);
        println!(
            "{mode:<18}{schedules:>9} schedules, at most {overspent} overspent, {beyond} beyond the bound"
        );
    }
    let minutes = begun.elapsed().as_secs_f64() / 60.0;
    println!(
        "{} schedules of 4 tills and one card, {} redemptions, overspent = {} without the floor, {:.0} a minute",
        tally.schedules,
        tally.redemptions,
        Points(tally.overspent()),
        tally.schedules as f64 / minutes
    );
    let holds = tally.failed.is_empty();
    println!("{}", if holds { "holds" } else { "DOES NOT HOLD: simulate --redemption --seed N --trace" });
}

fn plant_all(seeds: std::ops::Range<u64>) -> bool {
    let mut all_found = true;
    for bug in RedemptionBug::value_variants() {
        match hunt(*bug, seeds.clone()) {
            Some((seed, outcome)) => {
                let schedules = seed - seeds.start + 1;
                println!("{:<28}{schedules:>6}  {}", bug.name(), outcome.findings[0]);
            }
            None => {
                all_found = false;
                println!("{:<28}  NOT FOUND", bug.name());
            }
        }
    }
    all_found
}
