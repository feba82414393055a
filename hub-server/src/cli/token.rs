//! `hub-server token`.

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use kit::cli::{Exit, Failure, Shape, print_rows};
use serde::Serialize;

use super::{Shaped, WHO, db_failure, failure, open};
use crate::access::{Role, staff};
use crate::settings::Settings;

#[derive(Debug, Args)]
pub struct Token {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Prints a new token: the only time that it is shown
    Create {
        /// cashier, manager, marketing, service or admin
        #[arg(long)]
        role: Role,
        /// What it is for, to find it again
        #[arg(long, default_value = "script")]
        name: String,
    },
    /// Every token, without its secret
    List(Shaped),
    /// Ends the tokens of a name
    Revoke { name: String },
}

#[derive(Debug, Serialize)]
struct Row {
    name: String,
    role: String,
    created_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
}

pub async fn token(args: Token, settings: Settings) -> Result<Exit, Failure> {
    let app = open(settings).await?;
    match args.what {
        What::Create { role, name } => {
            println!("{}", staff::make_token(&app, WHO, &name, role).await.map_err(failure)?);
        }
        What::List(shape) => {
            let mut tx = app.db.read().await.map_err(db_failure)?;
            let all = staff::tokens(&mut tx).await.map_err(db_failure)?;
            let row = |t: staff::ApiToken| Row {
                name: t.name,
                role: t.role,
                created_at: t.created_at,
                revoked_at: t.revoked_at,
            };
            print_rows(&all.into_iter().map(row).collect::<Vec<_>>(), Shape::json(shape.json))?;
        }
        What::Revoke { name } => {
            if staff::revoke_token(&app, WHO, &name).await.map_err(failure)? == 0 {
                return Err(Failure::new(
                    Exit::NotFound,
                    "no_such_token",
                    format!("no token {name} is in use"),
                )
                .fix("hub-server token list"));
            }
        }
    }
    Ok(Exit::Ok)
}
