//! `pos-agent label`: labels for shelves and cards, as ZPL in a file or on the label printer.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use domain::codes::CardNumber;
use kit::cli::{Exit, Failure};

use super::storage;
use crate::printer::link::PrintError;
use crate::printer::{Address, labels};
use crate::receipt::zpl::{self, CardLabel, LabelSize, ShelfLabel};
use crate::settings::Settings;
use crate::store::labels::ChainRow;
use crate::store::reading::Reading;

#[derive(Debug, Args)]
pub struct Label {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Name, price and bar code: pos-agent label shelf 1001 7702001000013 --printer
    Shelf {
        /// Article numbers or barcodes
        #[arg(required = true, value_name = "SKU")]
        skus: Vec<String>,
        #[command(flatten)]
        to: To,
    },
    /// A card's number as QR code and bar code: pos-agent label card 2990000010421 --out cards.zpl
    Card {
        #[arg(required = true, value_name = "NUMBER")]
        numbers: Vec<String>,
        #[command(flatten)]
        to: To,
    },
}

#[derive(Debug, Args)]
#[group(multiple = false)]
struct To {
    /// Write to a file; otherwise to the standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Send to the label printer of the settings
    #[arg(long)]
    printer: bool,
}

pub async fn label(args: &Label, settings: &Settings) -> Result<Exit, Failure> {
    let reading = Reading::open(&settings.data).await.map_err(|error| {
        storage(error).fix("name the folder of an enrolled agent with --data, or pos-agent enrol")
    })?;
    let chain = reading.chain().await.map_err(storage)?.ok_or_else(|| {
        Failure::new(Exit::Config, "not_enrolled", "this agent is not enrolled yet")
            .fix("pos-agent enrol --hub URL --code CODE")
    })?;
    let size = settings.labels.size;
    let (made, to) = match &args.what {
        What::Shelf { skus, to } => {
            let mut made = vec![];
            for sku in skus {
                let label = zpl::shelf(&shelf(&reading, &chain, sku).await?, size);
                tell_what_is_missing(sku, &label, size);
                made.push(label.zpl);
            }
            (made, to)
        }
        What::Card { numbers, to } => {
            let mut made = vec![];
            for number in numbers {
                let label = zpl::card(&card(&chain, number)?, size);
                tell_what_is_missing(number, &label, size);
                made.push(label.zpl);
            }
            (made, to)
        }
    };
    deliver(&made.concat(), to, settings).await?;
    eprintln!("ok: {} labels", made.len());
    Ok(Exit::Ok)
}

/// A bar code is left away where it would run off the label.
fn tell_what_is_missing(code: &str, label: &zpl::Label, LabelSize { width_mm, height_mm, .. }: LabelSize) {
    let left = match (label.bars, label.qr) {
        (true, _) => return,
        (false, true) => "its bar code does not fit, so it has a QR code alone",
        (false, false) => "no code fits, so it has its number in letters alone",
    };
    eprintln!("notice: {code} on {width_mm} × {height_mm} mm: {left}; size in [labels] is the label's");
}

async fn shelf(reading: &Reading, chain: &ChainRow, sku: &str) -> Result<ShelfLabel, Failure> {
    let row = reading.label(sku).await.map_err(storage)?.ok_or_else(|| {
        Failure::new(Exit::NotFound, "no_such_product", format!("this till knows no product {sku:?}"))
            .fix("pos-agent sync, then look the number up again")
    })?;
    Ok(labels::shelf_label(row, &chain.locale, &chain.currency))
}

fn card(chain: &ChainRow, number: &str) -> Result<CardLabel, Failure> {
    let number: CardNumber = number.parse().map_err(|error: domain::codes::CodeError| {
        // A payment card's number is not said again.
        Failure::new(Exit::Config, "bad_card_number", format!("the card's number {error}"))
    })?;
    Ok(CardLabel { chain: chain.chain.clone(), number: number.to_string() })
}

async fn deliver(zpl: &str, to: &To, settings: &Settings) -> Result<(), Failure> {
    if let Some(path) = &to.out {
        return std::fs::write(path, zpl).map_err(|error| {
            Failure::new(Exit::Failed, "cannot_write", format!("{}: {error}", path.display()))
                .fix("name another file with --out")
        });
    }
    if !to.printer {
        print!("{zpl}");
        return Ok(());
    }
    let Some(address) = settings.labels.connection.clone() else {
        return Err(Failure::new(Exit::Config, "no_label_printer", "the settings name no label printer")
            .fix("add [labels] with connection = \"tcp:HOST:9100\", or use --out FILE"));
    };
    let job = zpl.to_owned();
    let sent = tokio::task::spawn_blocking(move || {
        labels::send(&address, job.as_bytes()).map_err(|error| not_printed(&address, &error))
    });
    sent.await.map_err(anyhow::Error::from)?
}

fn not_printed(address: &Address, error: &PrintError) -> Failure {
    Failure::new(Exit::Unreachable, "label_printer", format!("label printer {address}: {error}"))
        .fix("see that it is switched on and plugged in")
}
