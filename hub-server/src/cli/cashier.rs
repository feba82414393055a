//! `hub-server cashier`. PINs come from a file or from stdin, never as a flag.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use domain::cashier::{CashierRole, Right};
use domain::codes::{CashierCode, StoreCode};
use kit::cli::{Exit, Failure, Shape, print_rows};
use serde::Serialize;

use super::staff::read_password;
use super::{Shaped, WHO, db_failure, failure, open};
use crate::catalogue::cashiers::{self, NewCashier};
use crate::settings::Settings;

#[derive(Debug, Args)]
pub struct Cashier {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Args)]
struct Added {
    /// The alias, as on receipts
    code: CashierCode,
    /// As screens show it; the alias where none is given
    #[arg(long)]
    name: Option<String>,
    /// cashier, supervisor or manager
    #[arg(long, default_value = "cashier")]
    role: CashierRole,
    /// A permission besides the role's: `price_override`, refund, `refund_without_receipt`, `void_after_total`,
    /// training, `open_shift`, `close_shift` or drawer; may be given several times
    #[arg(long, value_name = "PERMISSION")]
    allow: Vec<Right>,
    /// One of the role's that this cashier has not
    #[arg(long, value_name = "PERMISSION")]
    deny: Vec<Right>,
    /// Largest discount in whole per cent
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(i64).range(0..=100))]
    discount_max: Option<i64>,
    /// A store whose tills they may work at; may be given several times; none means all
    #[arg(long = "store")]
    stores: Vec<StoreCode>,
    /// File with the PIN of 6 digits in its first line; - is stdin
    #[arg(long, value_name = "FILE")]
    pin_file: Option<PathBuf>,
    /// What a reader reads from their badge
    #[arg(long, required_unless_present = "pin_file")]
    badge: Option<String>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Adds somebody who works at tills
    Add(Added),
    /// Sets another PIN
    SetPin {
        code: CashierCode,
        #[arg(long, value_name = "FILE")]
        pin_file: PathBuf,
    },
    /// Everybody
    List(Shaped),
    /// Keeps somebody out, as soon as the tills hear of it
    Remove { code: CashierCode },
}

#[derive(Debug, Serialize)]
struct Row {
    code: String,
    name: String,
    role: String,
    discount_max: String,
    permissions: String,
    pin: bool,
    badge: bool,
    stores: String,
    active: bool,
}

pub async fn cashier(args: Cashier, settings: Settings) -> Result<Exit, Failure> {
    let app = open(settings).await?;
    match args.what {
        What::Add(added) => cashiers::add(&app, WHO, new(added)?).await.map_err(failure)?,
        What::SetPin { code, pin_file } => {
            cashiers::set_pin(&app, WHO, &code, &read_password(&pin_file)?).await.map_err(failure)?;
        }
        What::Remove { code } => cashiers::remove(&app, WHO, &code).await.map_err(failure)?,
        What::List(shape) => {
            let mut tx = app.db.read().await.map_err(db_failure)?;
            let all = cashiers::all(&mut tx).await.map_err(db_failure)?;
            print_rows(&all.into_iter().map(row).collect::<Vec<_>>(), Shape::json(shape.json))?;
        }
    }
    Ok(Exit::Ok)
}

fn new(added: Added) -> Result<NewCashier, Failure> {
    let Added { code, name, role, allow, deny, discount_max, stores, pin_file, badge } = added;
    let mut grants = role.grants();
    grants.rights.extend(allow);
    grants.rights.retain(|right| !deny.contains(right));
    if let Some(percent) = discount_max {
        grants.discount_max = percent * 100;
    }
    let pin = pin_file.as_deref().map(read_password).transpose()?;
    let name = name.unwrap_or_else(|| code.to_string());
    Ok(NewCashier { code, name, role, grants, pin, badge, stores })
}

fn row(cashier: domain::snapshot::CashierRow) -> Row {
    let list = |words: Vec<&str>| words.join(" ");
    Row {
        discount_max: format!("{} %", cashier.grants.discount_max / 100),
        permissions: list(cashier.grants.rights.iter().map(|right| right.code()).collect()),
        stores: list(cashier.stores.iter().map(StoreCode::as_str).collect()),
        code: cashier.code.to_string(),
        name: cashier.name,
        role: cashier.role.code().to_owned(),
        pin: cashier.pin_hash.is_some(),
        badge: cashier.badge.is_some(),
        active: cashier.active,
    }
}
