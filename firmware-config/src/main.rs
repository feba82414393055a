use std::process::ExitCode;

use clap::Parser;
use firmware_config::cli::{Cli, run};

fn main() -> ExitCode {
    kit::cli::finish(run(Cli::parse()))
}
