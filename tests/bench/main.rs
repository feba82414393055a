//! Benchmarks. Each figure is printed beside a reference that was measured in the same run, in turns with
//! it, because a shared machine's speed drifts by a factor of two.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark that cannot go on says so by panicking"
)]

mod affinity;
mod bare;
mod copied;
mod floor;
mod hub;
mod ingest;
mod ledger;
mod measure;
mod painted;
mod paper;
mod scan;
mod storm;
mod tickets;
mod till_file;
#[path = "../it/world/mod.rs"]
#[allow(dead_code, reason = "a benchmark needs less of it than the stories")]
mod world;

use measure::Figure;

fn main() {
    // Cargo adds `--bench` of its own.
    let asked: Vec<String> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with("--") && !arg.contains('=')).collect();
    let all: [(&str, fn() -> Vec<Figure>); 5] = [
        ("affinity", affinity::figures),
        ("ingest", ingest::figures),
        ("ledger", ledger::figures),
        ("scan", scan::figures),
        ("storm", storm::figures),
    ];
    if let Some(unknown) = asked.iter().find(|name| all.iter().all(|(known, _)| known != name)) {
        let known = all.map(|(name, _)| name).join(", ");
        eprintln!("there is no benchmark {unknown:?}; there are: {known}");
        std::process::exit(2);
    }
    println!("{}", Figure::heading());
    for (name, figures) in all {
        if asked.is_empty() || asked.iter().any(|one| one == name) {
            for figure in figures() {
                println!("{figure}");
            }
        }
    }
}
