//! `hub-server store`.

use chrono_tz::Tz;
use clap::{Args, Subcommand};
use domain::codes::StoreCode;
use kit::cli::{Exit, Failure, Shape, print_rows};
use serde::Serialize;

use super::{Shaped, db_failure, open};
use crate::catalogue::{self, Turn};
use crate::settings::Settings;

#[derive(Debug, Args)]
pub struct Store {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Adds a store, or changes the one with this code
    Add {
        code: StoreCode,
        #[arg(long)]
        name: String,
        /// The chain's own grouping of stores
        #[arg(long, default_value = "")]
        zone: String,
        /// IANA name; decides the business dates
        #[arg(long, default_value = "America/Bogota")]
        timezone: Tz,
    },
    /// Every store
    List(Shaped),
}

#[derive(Debug, Serialize)]
struct Row {
    store: String,
    name: String,
    zone: String,
    timezone: &'static str,
}

pub async fn store(args: Store, settings: Settings) -> Result<Exit, Failure> {
    let app = open(settings).await?;
    match args.what {
        What::Add { code, name, zone, timezone } => {
            let row = catalogue::Store { code: code.clone(), name, area: zone, zone: timezone };
            let mut tx = app.db.begin().await.map_err(db_failure)?;
            let turns =
                catalogue::upsert_stores(&mut tx, &[row], app.clock.now()).await.map_err(db_failure)?;
            tx.commit().await.map_err(db_failure)?;
            if let Some(Turn::Rejected(why)) = turns.first() {
                return Err(Failure::new(Exit::Config, "store_rejected", why.clone()));
            }
            eprintln!("store {code} is there; next: hub-server till add --store {code} --till 1");
        }
        What::List(shape) => {
            let mut tx = app.db.read().await.map_err(db_failure)?;
            let stores = catalogue::stores(&mut tx).await.map_err(db_failure)?;
            let rows: Vec<Row> = stores
                .into_iter()
                .map(|s| Row {
                    store: s.code.to_string(),
                    name: s.name,
                    zone: s.area,
                    timezone: s.zone.name(),
                })
                .collect();
            print_rows(&rows, Shape::json(shape.json))?;
        }
    }
    Ok(Exit::Ok)
}
