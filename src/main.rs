//! `yapa`: without configuration it starts the demo chain on loopback.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use kit::cli::{Exit, Failure};
use kit::{Lang, cli};
use yapa::demo::{self, Options};

/// Hub and one till in one process. Without options: the demo chain «Almacenes La Ceiba», on this machine
/// only, in a temporary folder.
#[derive(Debug, Parser)]
#[command(version, after_help = Exit::HELP)]
struct Args {
    /// Keeps the demo's files here; a second start goes on with them
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Prints the table and ends; so it does wherever its output is not a terminal
    #[arg(long)]
    once: bool,
    /// Which chain is made up
    #[arg(long, default_value_t = yapa::chain::SEED)]
    seed: u64,
    /// es or en; without it as LANG says, otherwise English
    #[arg(long, value_parser = language)]
    lang: Option<Lang>,
}

fn language(text: &str) -> Result<Lang, String> {
    Lang::parse(text).ok_or_else(|| "es and en are the languages".to_owned())
}

fn main() -> ExitCode {
    let args = Args::parse();
    cli::set_up_logs(cli::LogFormat::Plain, "warn");
    cli::finish(run(args))
}

fn run(args: Args) -> Result<Exit, Failure> {
    let lang = args.lang.or_else(Lang::from_env).unwrap_or(Lang::En);
    let options = Options { data: args.data, once: args.once, seed: args.seed, locale: lang.into() };
    let runtime = tokio::runtime::Runtime::new().map_err(anyhow::Error::from)?;
    let result = runtime.block_on(demo::run(options));
    // An open page holds its event stream for ever; nobody waits for that.
    runtime.shutdown_background();
    result
}
