//! `hub-server staff`. Passwords come from a file or from stdin, never as a flag: flags stand in process
//! lists and shell histories.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use domain::codes::StoreCode;
use kit::cli::{Exit, Failure, Shape, print_rows};
use serde::Serialize;

use super::{Shaped, WHO, db_failure, failure, open};
use crate::access::Role;
use crate::access::staff::{self, NewStaff};
use crate::settings::Settings;

#[derive(Debug, Args)]
pub struct Staff {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Adds somebody
    Add {
        #[arg(long)]
        login: String,
        /// As screens show it; the log-in name where none is given
        #[arg(long)]
        name: Option<String>,
        /// cashier, manager, marketing, service or admin
        #[arg(long)]
        role: Role,
        /// A store that they may see; may be given several times; none means all
        #[arg(long = "store")]
        stores: Vec<StoreCode>,
        /// File with the password in its first line; - is stdin
        #[arg(long, value_name = "FILE")]
        password_file: PathBuf,
    },
    /// Sets another password and ends the sessions
    Password {
        login: String,
        #[arg(long, value_name = "FILE")]
        password_file: PathBuf,
    },
    /// Keeps somebody out, at once
    Disable { login: String },
    /// Lets somebody in again
    Enable { login: String },
    /// Everybody
    List(Shaped),
}

#[derive(Debug, Serialize)]
struct Row {
    login: String,
    name: String,
    role: String,
    active: bool,
}

pub async fn staff(args: Staff, settings: Settings) -> Result<Exit, Failure> {
    let app = open(settings).await?;
    match args.what {
        What::Add { login, name, role, stores, password_file } => {
            let password = read_password(&password_file)?;
            let name = name.unwrap_or_else(|| login.clone());
            let new = NewStaff { login, name, password, role, stores: stores.into_iter().collect() };
            staff::add(&app, WHO, new).await.map_err(failure)?;
        }
        What::Password { login, password_file } => {
            let password = read_password(&password_file)?;
            staff::set_password(&app, WHO, &login, password).await.map_err(failure)?;
        }
        What::Disable { login } => staff::set_active(&app, WHO, &login, false).await.map_err(failure)?,
        What::Enable { login } => staff::set_active(&app, WHO, &login, true).await.map_err(failure)?,
        What::List(shape) => {
            let mut tx = app.db.read().await.map_err(db_failure)?;
            let all = staff::all(&mut tx).await.map_err(db_failure)?;
            let row = |s: staff::Staff| Row { login: s.login, name: s.name, role: s.role, active: s.active };
            print_rows(&all.into_iter().map(row).collect::<Vec<_>>(), Shape::json(shape.json))?;
        }
    }
    Ok(Exit::Ok)
}

pub(super) fn read_password(path: &Path) -> Result<String, Failure> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    let text = text.map_err(|e| {
        Failure::new(Exit::NotFound, "password_file", format!("{}: {e}", path.display()))
            .fix("name another file, or - for stdin")
    })?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
