//! `simulate`: many schedules of faults, one seed each.

mod redeeming;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
use std::{fs, io};

use clap::{Parser, ValueEnum};
use sim::{Bug, KEPT, hunt, kept, simulate};

/// Simulates tills, network and hub under faults and checks that nothing is lost, counted twice or stuck.
#[derive(Debug, Parser)]
struct Arguments {
    /// Schedules to run, one seed each.
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    #[arg(long, default_value_t = 1)]
    first: u64,
    /// Runs this seed alone.
    #[arg(long)]
    seed: Option<u64>,
    /// Prints everything that happens in the schedule of --seed.
    #[arg(long, requires = "seed")]
    trace: bool,
    /// Plants this bug.
    #[arg(long)]
    bug: Option<Bug>,
    /// Plants each bug in turn and says which schedule shows it; --seeds bounds the search.
    #[arg(long)]
    bugs: bool,
    /// Schedules of four tills that spend the points of one card, instead of those of sales; with --seeds, --first,
    /// --seed, --trace and --bugs.
    #[arg(long, conflicts_with = "bug")]
    redemption: bool,
    /// Where seeds that failed are kept: they run first, always.
    #[arg(long, default_value = KEPT)]
    kept: PathBuf,
}

fn main() -> io::Result<ExitCode> {
    let arguments = Arguments::parse();
    let holds = if arguments.redemption {
        redeeming::run(&arguments)
    } else if arguments.bugs {
        plant_all(&arguments)?
    } else if let Some(seed) = arguments.seed {
        replay(seed, &arguments)
    } else {
        run_many(&arguments)?
    };
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn replay(seed: u64, arguments: &Arguments) -> bool {
    let outcome = simulate(seed, arguments.bug, arguments.trace);
    outcome.trace.iter().chain(&outcome.findings).for_each(|line| println!("{line}"));
    println!("seed {seed}: {} sales, {} findings", outcome.sales, outcome.findings.len());
    outcome.findings.is_empty()
}

fn run_many(arguments: &Arguments) -> io::Result<bool> {
    let begun = Instant::now();
    let (mut faults, mut sales, mut failed, mut run) = (BTreeMap::<&str, u64>::new(), 0, vec![], 0_u64);
    let kept = kept(&arguments.kept)?;
    for seed in kept.into_iter().chain(arguments.first..arguments.first + arguments.seeds) {
        let outcome = simulate(seed, arguments.bug, false);
        run += 1;
        sales += outcome.sales;
        outcome.faults.into_iter().for_each(|(name, times)| *faults.entry(name).or_default() += times);
        if let Some(first) = outcome.findings.first() {
            println!("seed {seed}: {first}");
            failed.push(seed);
        }
    }
    if arguments.bug.is_none() {
        for seed in &failed {
            fs::write(arguments.kept.join(format!("{seed}.seed")), "")?;
        }
    }
    faults.iter().for_each(|(name, times)| println!("{name:<32}{times:>10}"));
    let minutes = begun.elapsed().as_secs_f64() / 60.0;
    println!("{run} schedules, {sales} sales, {:.0} schedules a minute", run as f64 / minutes);
    println!("{}", if failed.is_empty() { "holds" } else { "DOES NOT HOLD: simulate --seed N --trace" });
    Ok(failed.is_empty())
}

fn plant_all(arguments: &Arguments) -> io::Result<bool> {
    let mut all_found = true;
    let kept = kept(&arguments.kept)?;
    let drawn = arguments.first..arguments.first + arguments.seeds;
    for bug in Bug::value_variants() {
        // The kept ones last: the figure is how many it takes without knowing where to look.
        match hunt(*bug, drawn.clone().chain(kept.iter().copied())) {
            Some((seed, outcome)) => {
                let schedules = if drawn.contains(&seed) {
                    (seed - arguments.first + 1).to_string()
                } else {
                    "kept".to_owned()
                };
                println!("{:<28}{schedules:>6}  seed {seed}: {}", bug.name(), outcome.findings[0]);
            }
            None => {
                all_found = false;
                println!("{:<28}  NOT FOUND in {} schedules", bug.name(), arguments.seeds);
            }
        }
    }
    Ok(all_found)
}
