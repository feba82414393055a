//! The command line. What it prints and how it ends is here; what it does is in the rest of the crate.

mod apply;
mod compare;
mod defaults;
mod devices;
mod record;
mod sheet;
mod show;
mod simulate;
mod target;
mod verify;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use kit::cli::{Exit, Failure};

use crate::registry::{Registry, RegistryError};

/// For the end of a `--help` text: the codes of all our programs, with what the sixth means here.
const EXITS: &str = "Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 configuration, \
    5 not allowed, 6 not as wanted, 7 unreachable, 130 interrupted";

/// Sets the scanners and readers of a chain up the same, and shows that they are.
#[derive(Debug, Parser)]
#[command(name = "firmware-config", version, after_help = EXITS)]
pub struct Cli {
    /// Folder with profiles of your own, besides those that are built in
    #[arg(long, global = true, value_name = "DIR")]
    profiles: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists the devices that are known: firmware-config list
    List(Shaped),
    /// Lists serial ports, without speaking to them: firmware-config detect
    Detect(devices::Detect),
    /// Shows a profile, or with --port what is set in a device: firmware-config show zebra-ssi-raw
    Show(show::Show),
    /// Compares a device with the settings of the chain: firmware-config diff --profile gm65 --port /dev/ttyUSB0 --settings chain.toml
    Diff(compare::Compare),
    /// Shows what would be said to a device: firmware-config plan --profile gm65 --port /dev/ttyUSB0 --settings chain.toml
    Plan(compare::Compare),
    /// Sets a device up; shows only what it would do without --write: firmware-config apply --profile gm65 --port /dev/ttyUSB0 --settings chain.toml --write
    Apply(apply::Apply),
    /// Brings a device back to what its factory set; shows only what it would say without --write --yes: firmware-config defaults --profile zebra-ssi-raw --port /dev/ttyUSB0 --write --yes
    Defaults(defaults::Defaults),
    /// Ends with 6 if a device is not as it should be: firmware-config verify --all /etc/pos-agent/config.toml --settings chain.toml
    Verify(verify::Verify),
    /// Prints what is read with the device itself, cards, and the code of a till: firmware-config sheet settings scanner.toml --out sheets
    Sheet(crate::sheet::cli::SheetArgs),
    /// Serves a device that is not there, with or without faults: firmware-config simulate honeywell --link /tmp/scanner
    Simulate(simulate::Simulate),
    /// Says why a port cannot be used, and the command that mends it: firmware-config doctor
    Doctor(devices::Doctor),
}

#[derive(Debug, Args)]
struct Shaped {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs one command.
pub fn run(cli: Cli) -> Result<Exit, Failure> {
    let registry = registry(cli.profiles.as_deref())?;
    match cli.command {
        Command::List(shape) => devices::list(&registry, shape.json),
        Command::Detect(detect) => devices::detect(&detect, &registry),
        Command::Show(show) => show::show(&show, &registry),
        Command::Diff(compare) => compare::diff(&compare, &registry),
        Command::Plan(compare) => compare::plan(&compare, &registry),
        Command::Apply(apply) => apply::apply(&apply, &registry),
        Command::Defaults(defaults) => defaults::defaults(&defaults, &registry),
        Command::Verify(verify) => verify::verify(&verify, &registry, cli.profiles.as_deref()),
        Command::Sheet(args) => sheet::sheet(&args, &registry),
        Command::Simulate(simulate) => simulate::simulate(&simulate, &registry),
        Command::Doctor(doctor) => devices::doctor(&doctor, &registry),
    }
}

fn registry(folder: Option<&std::path::Path>) -> Result<Registry, Failure> {
    match folder {
        Some(folder) => Registry::with_folder(folder),
        None => Registry::built_in(),
    }
    .map_err(|error| bad_profile(&error))
}

fn bad_profile(error: &RegistryError) -> Failure {
    Failure::new(Exit::Config, "bad_profile", error.to_string()).fix("mend that profile")
}

/// A line for people on stderr, where it disturbs nothing that reads stdout.
fn note(text: &str) {
    use std::io::Write;
    // Nobody is left to tell if stderr is closed.
    let _ = writeln!(std::io::stderr(), "{text}");
}
