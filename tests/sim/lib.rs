//! Tills, network and hub of one seed: faults strike while sales are made, then everything heals, and what was
//! promised is checked. The pure pieces are the product's (`domain::sync`, the points rules); what its shells do
//! with SQL and HTTP is done in memory here, in the same order.
#![expect(clippy::expect_used, reason = "a simulation whose own pieces do not fit must stop")]

mod bugs;
mod checks;
mod faults;
mod hub;
mod network;
mod pusher;
pub mod redemption;
mod selling;
mod till;
mod world;

use std::collections::BTreeMap;
use std::path::Path;

pub use bugs::Bug;
use world::World;

/// Kinds of faults that can strike.
pub const FAULTS: usize = faults::Fault::ALL.len();

/// Where seeds that failed are kept, an empty file each.
pub const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sim/seeds");

/// Seeds that failed once.
pub fn kept(folder: &Path) -> std::io::Result<Vec<u64>> {
    let mut seeds = vec![];
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        seeds.extend(path.file_stem().and_then(|stem| stem.to_string_lossy().parse::<u64>().ok()));
    }
    seeds.sort_unstable();
    Ok(seeds)
}

/// What one schedule came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub findings: Vec<String>,
    /// How often each fault struck.
    pub faults: BTreeMap<&'static str, u64>,
    pub sales: u64,
    pub trace: Vec<String>,
}

/// Runs the schedule of a seed. The same seed gives the same outcome, to the last line of its trace.
pub fn simulate(seed: u64, bug: Option<Bug>, is_traced: bool) -> Outcome {
    let mut world = World::new(seed, bug, is_traced);
    world.run();
    let findings = world.check();
    Outcome { findings, faults: world.counts, sales: world.sold, trace: world.trace.unwrap_or_default() }
}

/// The first of these seeds whose schedule shows the bug.
pub fn hunt(bug: Bug, seeds: impl IntoIterator<Item = u64>) -> Option<(u64, Outcome)> {
    seeds
        .into_iter()
        .map(|seed| (seed, simulate(seed, Some(bug), false)))
        .find(|(_, outcome)| !outcome.findings.is_empty())
}
