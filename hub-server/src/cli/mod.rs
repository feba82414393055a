//! The command line: each command opens the database, calls one operation and prints.

mod backup;
mod cashier;
mod config;
mod doctor;
mod export;
mod health;
mod import;
mod ledger;
mod migrate;
mod price_rules;
mod programme;
mod report;
mod serve;
mod staff;
mod store;
mod till;
mod token;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use kit::cli::{Exit, Failure, LogFormat, set_up_logs};
use kit::settings::{Layers, Loaded, usual_file};

use crate::app::{App, Clock};
use crate::db::DbError;
use crate::error::Error;
use crate::settings::Settings;

/// What audit rows say for changes made here.
const WHO: &str = "command line";

/// The centre of the chain.
#[derive(Debug, Parser)]
#[command(name = "hub-server", version, after_help = Exit::HELP)]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Args)]
pub struct Common {
    /// Settings file; otherwise /etc/hub-server/config.toml, then the one below ~/.config
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of the SQLite file `hub.db`, where --database names nothing else
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// postgres://… or a SQLite file
    #[arg(long, global = true, value_name = "URL|FILE")]
    database: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serves tills, staff and other systems: hub-server serve --listen 127.0.0.1:8080
    Serve(serve::Serve),
    /// Reads a CSV file in: hub-server import products FILE.csv --dry-run
    Import(import::Import),
    /// The answers: hub-server report visits --json
    Report(report::Report),
    /// Branches: hub-server store add centro --name Centro --timezone America/Bogota
    Store(store::Store),
    /// Tills and their one-time codes: hub-server till add --store centro --till 1
    Till(till::Till),
    /// People who log in: hub-server staff add --login ana --role manager --password-file FILE
    Staff(staff::Staff),
    /// People who work at tills: hub-server cashier add marta --pin-file FILE
    Cashier(cashier::Cashier),
    /// Tokens for scripts: hub-server token create --role admin
    Token(token::Token),
    /// Figures and facts as CSV: hub-server export visits visits.csv --for excel
    Export(export::Export),
    /// Checks of the points ledger, and why an entry is what it is: hub-server ledger verify
    Ledger(ledger::Ledger),
    /// Versions of the points rules: hub-server programme show
    Programme(programme::Programme),
    /// What tills take off by themselves: hub-server price-rules set FILE.toml
    PriceRules(price_rules::PriceRulesArgs),
    /// The whole database in one file, and back: hub-server backup create FILE --key FILE
    Backup(backup::Backup),
    /// Brings the database's schema up to date: hub-server migrate
    Migrate,
    /// Asks a running hub whether it is ready: hub-server health
    Health(health::Health),
    /// Checks settings and database, with a fix for each finding; changes nothing: hub-server doctor
    Doctor(Shaped),
    /// Settings and where they come from: hub-server config show
    Config(config::Config),
}

#[derive(Debug, Clone, Copy, Args)]
pub struct Shaped {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Runs one command.
pub fn run(cli: Cli) -> Result<Exit, Failure> {
    let loaded = match (load(&cli), &cli.command) {
        (Err(failure), Command::Doctor(shape)) => return doctor::without_settings(*shape, failure),
        (loaded, _) => loaded?,
    };
    let (format, level) = match &cli.command {
        Command::Serve(serve) => (serve.log_format(), "info"),
        // Reading whole tables takes its time; that is no news.
        Command::Backup(_) => (LogFormat::Plain, "warn,sqlx::query=error"),
        _ => (LogFormat::Plain, "warn"),
    };
    set_up_logs(format, level);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(anyhow::Error::from)?;
    runtime.block_on(dispatch(cli.command, loaded))
}

fn load(cli: &Cli) -> Result<Loaded<Settings>, Failure> {
    let variables =
        std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
    let layers = Layers::new()
        .file(cli.common.config.clone().or_else(|| usual_file("hub-server")))
        .env("HUB", variables)
        .flag("data", cli.common.data.as_ref().map(|path| path.display().to_string()))
        .flag("database", cli.common.database.as_ref());
    let layers = match &cli.command {
        Command::Serve(serve) => serve.layers(layers),
        Command::Backup(backup) => backup.layers(layers),
        _ => layers,
    };
    Ok(layers.load()?)
}

async fn dispatch(command: Command, loaded: Loaded<Settings>) -> Result<Exit, Failure> {
    let settings = loaded.settings.clone();
    match command {
        Command::Serve(_) => serve::serve(settings).await,
        Command::Import(args) => import::import(args, settings).await,
        Command::Report(args) => report::report(args, settings).await,
        Command::Store(args) => store::store(args, settings).await,
        Command::Till(args) => till::till(args, settings).await,
        Command::Staff(args) => staff::staff(args, settings).await,
        Command::Cashier(args) => cashier::cashier(args, settings).await,
        Command::Token(args) => token::token(args, settings).await,
        Command::Export(args) => export::export(args, settings).await,
        Command::Ledger(args) => ledger::ledger(args, settings).await,
        Command::Programme(args) => programme::programme(args, settings).await,
        Command::PriceRules(args) => price_rules::price_rules(args, settings).await,
        Command::Backup(args) => backup::backup(args, &settings).await,
        Command::Migrate => migrate::migrate(settings).await,
        Command::Health(args) => health::health(&args, &settings).await,
        Command::Doctor(shape) => doctor::doctor(shape, &settings).await,
        Command::Config(args) => config::config(&args, &loaded),
    }
}

/// The hub on its database, for a command.
pub async fn open(settings: Settings) -> Result<App, Failure> {
    let fix = if settings.database.as_deref().is_some_and(|target| target.contains("://")) {
        "see that the database server runs and that --database names it"
    } else {
        "name another folder with --data, or a database with --database"
    };
    App::open(settings, Clock::System)
        .await
        .map_err(|e| Failure::new(Exit::Unreachable, "database_unreachable", format!("{e:#}")).fix(fix))
}

/// A refusal as a command says it.
pub fn failure(error: Error) -> Failure {
    match error {
        Error::Refused(problem) => {
            let exit = match problem.status {
                404 => Exit::NotFound,
                401 | 403 => Exit::Auth,
                400 | 422 => Exit::Config,
                _ => Exit::Failed,
            };
            let detail = problem.detail.map(|detail| format!(" ({detail})")).unwrap_or_default();
            // Codes are literals in our own sources; the few of commands are named here.
            Failure::new(exit, refusal_code(&problem.code), format!("{}{detail}", problem.title))
        }
        Error::Busy(error) => Failure::new(Exit::Unreachable, "database_busy", error.to_string()),
        Error::Db(error) => db_failure(error),
        Error::Internal(error) => error.into(),
    }
}

fn refusal_code(code: &str) -> &'static str {
    const CODES: [&str; 13] = [
        "bad_login",
        "login_taken",
        "bad_password",
        "no_such_staff",
        "no_such_till",
        "no_tills",
        "no_such_store",
        "bad_programme",
        "bad_cashier",
        "bad_pin",
        "cashier_taken",
        "badge_taken",
        "no_such_cashier",
    ];
    CODES.into_iter().find(|known| *known == code).unwrap_or("refused")
}

pub fn db_failure(error: DbError) -> Failure {
    if error.is_passing() {
        return Failure::new(Exit::Unreachable, "database_busy", error.to_string())
            .fix("try again in a moment");
    }
    anyhow::Error::from(error).into()
}
