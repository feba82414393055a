//! `hub-server config`.

use clap::{Args, Subcommand};
use kit::cli::{Exit, Failure, Shape, print_rows};
use kit::settings::Loaded;
use serde::Serialize;

use super::Shaped;
use crate::app::without_password;
use crate::settings::Settings;

#[derive(Debug, Args)]
pub struct Config {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Every setting, its value and where it comes from
    Show(Shaped),
    /// Reads the settings and says whether they hold; exit 4 with line and column if not
    Check,
}

#[derive(Debug, Serialize)]
struct Row {
    key: &'static str,
    value: String,
    origin: String,
}

pub fn config(args: &Config, loaded: &Loaded<Settings>) -> Result<Exit, Failure> {
    match args.what {
        // Settings that do not hold have ended the program already, with their place.
        What::Check => println!("ok"),
        What::Show(shape) => print_rows(&rows(loaded), Shape::json(shape.json))?,
    }
    Ok(Exit::Ok)
}

fn rows(loaded: &Loaded<Settings>) -> Vec<Row> {
    let s = &loaded.settings;
    let origin = |key: &str| loaded.origin(key).map_or("default".to_owned(), ToString::to_string);
    let settings = [
        ("data", s.data.display().to_string()),
        ("database", without_password(&s.database_target())),
        ("listen", s.listen.to_string()),
        ("internal", s.internal.map(|at| at.to_string()).unwrap_or_default()),
        ("internal_anywhere", s.internal_anywhere.to_string()),
        ("grace_seconds", s.grace_seconds.to_string()),
        ("sync_at_once", s.sync_at_once.map(|n| n.to_string()).unwrap_or_default()),
        ("sync_waiting", s.sync_waiting.to_string()),
        ("redis", s.redis.as_deref().map(without_password).unwrap_or_default()),
        ("chain", s.chain.clone()),
        ("currency", s.currency.clone()),
        ("locale", s.locale.clone()),
        ("behind_tls", s.behind_tls.to_string()),
        ("public_url", s.public_url.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("adjust_alone", s.adjust_alone.to_string()),
        ("adjust_days", s.adjust_days.to_string()),
        ("backup_key", s.backup_key.as_ref().map(|path| path.display().to_string()).unwrap_or_default()),
    ];
    let all = settings.into_iter().chain(s.signals.rows());
    all.map(|(key, value)| Row { key, value, origin: origin(key) }).collect()
}
