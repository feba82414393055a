//! The hub's program.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    kit::cli::finish(hub_server::cli::run(hub_server::cli::Cli::parse()))
}
