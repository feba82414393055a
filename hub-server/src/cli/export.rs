//! `hub-server export`: figures and facts as CSV files.

use std::fs::{File, rename};
use std::io::{BufWriter, Stdout, Write, stdout};
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, ValueEnum};
use domain::codes::StoreCode;
use kit::cli::{Exit, Failure};
use kit::table::Dialect;

use super::{db_failure, open};
use crate::db::Tx;
use crate::insights::{self, export};
use crate::settings::Settings;

#[derive(Debug, Args)]
pub struct Export {
    /// What to write
    #[arg(value_enum)]
    what: What,
    /// Where to; - is stdout
    file: PathBuf,
    /// Who reads it: programs get commas and decimal points, excel gets a byte order mark, semicolons and
    /// decimal commas
    #[arg(long = "for", value_enum, default_value_t = Readers::Programs)]
    readers: Readers,
    /// One store only: visits to it, or its sales
    #[arg(long)]
    store: Option<StoreCode>,
    /// First business date of sales
    #[arg(long)]
    from: Option<NaiveDate>,
    /// Last business date of sales
    #[arg(long)]
    to: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    Visits,
    Members,
    Sales,
    Ledger,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Readers {
    Programs,
    Excel,
}

impl From<Readers> for Dialect {
    fn from(readers: Readers) -> Self {
        match readers {
            Readers::Programs => Self::Programs,
            Readers::Excel => Self::Excel,
        }
    }
}

pub async fn export(args: Export, settings: Settings) -> Result<Exit, Failure> {
    let app = open(settings).await?;
    let mut tx = app.db.read().await.map_err(db_failure)?;
    let now = app.clock.now();
    if args.file == Path::new("-") {
        let out: BufWriter<Stdout> = BufWriter::new(stdout());
        return finish(write(&mut tx, &args, now, out).await?.flush(), &args.file);
    }
    // Under another name until it is whole: a reader never sees half a file.
    let part = with_suffix(&args.file);
    let file = File::create(&part).map_err(|e| cannot_write(&part, &e))?;
    let mut out = write(&mut tx, &args, now, BufWriter::new(file)).await?;
    finish(out.flush(), &part)?;
    finish(rename(&part, &args.file), &args.file)
}

fn with_suffix(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

fn finish(done: std::io::Result<()>, file: &Path) -> Result<Exit, Failure> {
    done.map(|()| Exit::Ok).map_err(|e| cannot_write(file, &e))
}

fn cannot_write(file: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Exit::Failed, "file_io", format!("{}: {error}", file.display()))
        .fix("name a file in a folder that you may write to, or - for stdout")
}

async fn write<W: Write>(tx: &mut Tx, args: &Export, now: DateTime<Utc>, out: W) -> Result<W, Failure> {
    let dialect = Dialect::from(args.readers);
    let written = match args.what {
        What::Visits => {
            let as_of = insights::as_of(tx, now).await.map_err(db_failure)?.unwrap_or_default();
            export::visits(tx, args.store.as_ref(), as_of, out, dialect).await
        }
        What::Members => export::members(tx, out, dialect).await,
        What::Sales => {
            let slice = export::Slice { store: args.store.clone(), from: args.from, to: args.to };
            export::sales(tx, &slice, out, dialect).await
        }
        What::Ledger => export::ledger(tx, out, dialect).await,
    };
    written.map_err(|error| match error {
        export::ExportError::Db(error) => db_failure(error),
        export::ExportError::Table(error) => anyhow::Error::from(error).into(),
    })
}
