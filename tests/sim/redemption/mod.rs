//! Schedules of four tills and one card: points are put on tickets, taken off, paid with and leased while questions are
//! lost, doubled and late, tills are cut off, killed and started again, and clocks jump. What is decided is
//! `domain::sync::redemption`; disks and messages are kept in memory here.

mod bugs;
mod hub;
mod till;
mod world;

use std::collections::BTreeMap;

pub use bugs::RedemptionBug;
use world::World;

/// Kinds of faults that can strike.
pub const FAULTS: usize = world::Fault::ALL.len();

/// What one schedule came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub findings: Vec<String>,
    pub mode: &'static str,
    /// Sales that points paid for.
    pub redemptions: u64,
    /// Hundredths of points that were spent and had not been there, at the worst moment.
    pub overspent: i64,
    /// What that may come to at most: nothing but by the floor.
    pub bound: i64,
    pub faults: BTreeMap<&'static str, u64>,
    pub trace: Vec<String>,
}

/// Runs the schedule of a seed. The same seed gives the same outcome, to the last line of its trace.
pub fn simulate(seed: u64, bug: Option<RedemptionBug>, is_traced: bool) -> Outcome {
    let mut world = World::new(seed, bug, is_traced);
    world.run();
    world.outcome()
}

/// The first of these seeds whose schedule shows the bug.
pub fn hunt(bug: RedemptionBug, seeds: impl IntoIterator<Item = u64>) -> Option<(u64, Outcome)> {
    seeds
        .into_iter()
        .map(|seed| (seed, simulate(seed, Some(bug), false)))
        .find(|(_, outcome)| !outcome.findings.is_empty())
}

/// What many schedules came to.
#[derive(Debug, Default)]
pub struct Tally {
    pub schedules: u64,
    pub redemptions: u64,
    /// By mode: schedules, the most that was overspent, and how often more than the bound of its schedule.
    pub modes: BTreeMap<&'static str, (u64, i64, u64)>,
    pub faults: BTreeMap<&'static str, u64>,
    /// Seeds that failed, with what was found first.
    pub failed: Vec<(u64, String)>,
}

impl Tally {
    pub fn add(&mut self, seed: u64, outcome: Outcome) {
        self.schedules += 1;
        self.redemptions += outcome.redemptions;
        let (schedules, overspent, beyond) = self.modes.entry(outcome.mode).or_default();
        *schedules += 1;
        *overspent = (*overspent).max(outcome.overspent);
        *beyond += u64::from(outcome.overspent > outcome.bound);
        for (name, times) in outcome.faults {
            *self.faults.entry(name).or_default() += times;
        }
        self.failed.extend(outcome.findings.into_iter().next().map(|finding| (seed, finding)));
    }

    /// What was overspent without the floor.
    pub fn overspent(&self) -> i64 {
        let strict = self.modes.iter().filter(|(mode, _)| **mode != world::FLOOR);
        strict.map(|(_, (_, overspent, _))| *overspent).max().unwrap_or(0)
    }
}
