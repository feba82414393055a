//! The till's program.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    kit::cli::finish(pos_agent::cli::run(pos_agent::cli::Cli::parse()))
}
