//! `hub-server import`: master rows and sales from CSV files, and what tills without a network wrote to a file.
//!
//! A bad row is reported and the others go in; the same file again changes nothing, and a column that the
//! file lacks changes nothing either.

mod absent;
mod master;
mod queue;
mod rows;
mod sales;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use kit::cli::{Exit, Failure, Shape, print_one};
use kit::table::{ErrorFile, RowError, TableError, TableReader};
use serde::Serialize;

use super::open;
use crate::catalogue::Tally;
use crate::settings::Settings;

#[derive(Debug, Args)]
pub struct Import {
    /// What the file holds
    #[arg(value_enum)]
    what: What,
    /// CSV in UTF-8, with , or ; and a first line that names the columns; for a queue, the file of the till
    file: PathBuf,
    /// Tell what would happen and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Write the rows that do not go in to this file, each with its reason
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum What {
    Stores,
    Products,
    Members,
    Cards,
    Stock,
    Sales,
    /// What pos-agent queue export wrote at a till without a network
    Queue,
}

/// What one run did. For sales the counts are tickets; rejected ones are counted in rows.
#[derive(Debug, Serialize)]
struct Summary {
    what: What,
    new: u64,
    changed: u64,
    same: u64,
    rejected: u64,
    dry_run: bool,
}

pub async fn import(args: Import, settings: Settings) -> Result<Exit, Failure> {
    let app = open(settings).await?;
    let tally = match args.what {
        What::Stores => master::read::<rows::StoreRow>(&app, &args).await?,
        What::Products => master::read::<rows::ProductRow>(&app, &args).await?,
        What::Members => master::read::<rows::MemberRow>(&app, &args).await?,
        What::Cards => master::read::<rows::CardRow>(&app, &args).await?,
        What::Stock => master::read::<rows::StockRow>(&app, &args).await?,
        What::Sales => sales::read(&app, &args).await?,
        What::Queue => return queue::import(&app, &args.file, args.dry_run, args.json).await,
    };
    let Tally { new, changed, same, rejected } = tally;
    print_one(
        &Summary { what: args.what, new, changed, same, rejected, dry_run: args.dry_run },
        Shape::json(args.json),
    )?;
    if rejected == 0 {
        return Ok(Exit::Ok);
    }
    match &args.errors {
        Some(file) => eprintln!("{rejected} rows did not go in; mend {} and import it", file.display()),
        None => eprintln!("{rejected} rows did not go in; --errors FILE keeps them with their reasons"),
    }
    Ok(Exit::Partial)
}

fn open_file(path: &Path) -> std::io::Result<BufReader<File>> {
    Ok(BufReader::with_capacity(1 << 18, File::open(path)?))
}

fn cannot_read(path: &Path, error: TableError) -> Failure {
    let exit = match &error {
        TableError::Io(e) if e.kind() == std::io::ErrorKind::NotFound => Exit::NotFound,
        _ => Exit::Config,
    };
    let code = error.code();
    Failure::new(exit, code, format!("{}: {error}", path.display()))
        .fix("the README lists the columns of each file")
}

/// Reasons printed in full; the rest is counted, and kept in the error file.
const SHOWN: u64 = 20;

/// Where rejected rows go.
struct Rejects {
    file: Option<ErrorFile<File>>,
    path: PathBuf,
    count: u64,
}

impl Rejects {
    fn new(args: &Import, table: &TableReader<BufReader<File>>) -> Result<Self, Failure> {
        for column in table.unknown_columns() {
            eprintln!("notice: column {column:?} is not known and was not read");
        }
        let path = args.errors.clone().unwrap_or_else(|| args.file.clone());
        let create = |path: &PathBuf| table.create_error_file(&args.file, path);
        let file = args.errors.as_ref().map(create).transpose().map_err(|e| cannot_read(&path, e))?;
        Ok(Self { file, path, count: 0 })
    }

    fn add(&mut self, cells: &[String], error: &RowError) -> Result<(), Failure> {
        self.count += 1;
        if self.count <= SHOWN {
            eprintln!("{error} ({})", error.code);
        }
        if self.count == SHOWN + 1 {
            eprintln!("… more reasons are not printed");
        }
        match &mut self.file {
            Some(file) => file.write(cells, error).map_err(|e| cannot_read(&self.path, e)),
            None => Ok(()),
        }
    }

    fn finish(self) -> Result<u64, Failure> {
        if let Some(file) = self.file {
            let out = file.finish().map_err(|e| cannot_read(&self.path, e))?;
            out.sync_all().map_err(|e| cannot_read(&self.path, e.into()))?;
        }
        Ok(self.count)
    }
}
