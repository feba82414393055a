//! `hub-server till`.

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use domain::codes::{StoreCode, TillCode};
use kit::cli::{Exit, Failure, Shape, print_one, print_rows};
use serde::Serialize;

use super::{Shaped, WHO, db_failure, failure, open};
use crate::access::tills;
use crate::app::App;
use crate::catalogue;
use crate::error::Error;
use crate::settings::Settings;

#[derive(Debug, Args)]
pub struct Till {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Args)]
struct Which {
    #[arg(long)]
    store: StoreCode,
    #[arg(long)]
    till: TillCode,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Registers a till of a store
    Add(Which),
    /// Prints a one-time code for enrolment, good for 10 minutes
    Code {
        #[arg(long, requires = "till")]
        store: Option<StoreCode>,
        #[arg(long, requires = "store")]
        till: Option<TillCode>,
        /// One code for every till that is not enrolled yet
        #[arg(long, conflicts_with = "store", required_unless_present = "store")]
        all: bool,
        #[command(flatten)]
        shape: Shaped,
    },
    /// Every till with what it last said
    List(Shaped),
    /// Shuts a till out from its next request on
    Revoke(Which),
}

#[derive(Debug, Serialize)]
struct CodeRow {
    code: String,
    expires_at: DateTime<Utc>,
    tills: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Row {
    store: String,
    till: String,
    state: &'static str,
    seen_at: Option<DateTime<Utc>>,
    unsent: Option<i64>,
    clock_offset_ms: Option<i64>,
    version: Option<String>,
}

pub async fn till(args: Till, settings: Settings) -> Result<Exit, Failure> {
    let app = open(settings).await?;
    match args.what {
        What::Add(which) => add(&app, &which).await?,
        What::Code { store, till, shape, .. } => {
            let row = code(&app, store.zip(till)).await.map_err(failure)?;
            print_one(&row, Shape::json(shape.json))?;
        }
        What::List(shape) => {
            let mut tx = app.db.read().await.map_err(db_failure)?;
            let all = tills::all(&mut tx).await.map_err(db_failure)?;
            print_rows(&all.into_iter().map(row).collect::<Vec<_>>(), Shape::json(shape.json))?;
        }
        What::Revoke(which) => {
            tills::revoke(&app, WHO, &which.store, &which.till).await.map_err(failure)?;
            eprintln!("till {}/{} is shut out from its next request on", which.store, which.till);
        }
    }
    Ok(Exit::Ok)
}

async fn add(app: &App, which: &Which) -> Result<(), Failure> {
    let Which { store, till } = which;
    let mut tx = app.db.begin().await.map_err(db_failure)?;
    if catalogue::store(&mut tx, store).await.map_err(db_failure)?.is_none() {
        return Err(Failure::new(Exit::NotFound, "no_such_store", format!("there is no store {store}"))
            .fix(format!("hub-server store add {store} --name NAME")));
    }
    tills::add(&mut tx, WHO, store, till, app.clock.now()).await.map_err(db_failure)?;
    tx.commit().await.map_err(db_failure)?;
    eprintln!("till {store}/{till} is there; next: hub-server till code --store {store} --till {till}");
    Ok(())
}

async fn code(app: &App, which: Option<(StoreCode, TillCode)>) -> Result<CodeRow, Error> {
    let mut tx = app.db.read().await?;
    let chosen = match which {
        Some((store, code)) => {
            vec![tills::by_code(&mut tx, &store, &code).await?.ok_or_else(tills::no_such_till)?]
        }
        None => {
            let all = tills::all(&mut tx).await?;
            all.into_iter().filter(|t| t.enrolled_at.is_none() && t.revoked_at.is_none()).collect()
        }
    };
    drop(tx);
    let ids: Vec<_> = chosen.iter().map(|till| till.id).collect();
    let code = tills::make_code(app, WHO, &ids).await?;
    Ok(CodeRow {
        code: format!("{}-{}", &code[..4], &code[4..]),
        expires_at: app.clock.now() + tills::CODE_LIFE,
        tills: chosen.iter().map(|till| format!("{}/{}", till.store, till.code)).collect(),
    })
}

fn row(till: tills::Till) -> Row {
    let state = match (till.revoked_at, till.enrolled_at) {
        (Some(_), _) => "revoked",
        (None, Some(_)) => "enrolled",
        (None, None) => "new",
    };
    Row {
        store: till.store.to_string(),
        till: till.code.to_string(),
        state,
        seen_at: till.seen_at,
        unsent: till.unsent,
        clock_offset_ms: till.clock_offset_ms,
        version: till.version,
    }
}
