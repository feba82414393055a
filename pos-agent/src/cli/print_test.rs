//! `pos-agent print-test`: a strip that shows at a glance whether a printer is set up right.

use clap::Args;
use kit::cli::{Exit, Failure, Shape, print_rows};
use serde::Serialize;

use crate::printer::link::{Patience, PrintError, Session, state};
use crate::printer::{Printer, printers};
use crate::receipt::calibration;
use crate::receipt::escpos::status::Condition;
use crate::settings::Settings;
use crate::ui::view::PrinterState;

#[derive(Debug, Args)]
pub struct PrintTest {
    /// The id of a printer under [[printers]]; may be left out if there is only one
    #[arg(long, value_name = "ID")]
    printer: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the printer's own independent flags")]
struct Said {
    printer: String,
    connection: String,
    profile: String,
    state: &'static str,
    /// Whether it was asked and answered; without it the flags say nothing.
    answered: bool,
    offline: bool,
    cover_open: bool,
    paper_out: bool,
    paper_low: bool,
    error: bool,
    drawer_pin: bool,
}

pub async fn print_test(args: &PrintTest, settings: &Settings) -> Result<Exit, Failure> {
    let all = printers(&settings.printers, &settings.data).map_err(|error| {
        Failure::new(Exit::Config, "bad_printer", error.to_string()).fix("mend [[printers]]")
    })?;
    let printer = chosen(all, args.printer.as_deref())?;
    let said = tokio::task::spawn_blocking(move || strip(&printer)).await.map_err(anyhow::Error::from)??;
    let prints = said.state == PrinterState::Ok.code() || said.state == PrinterState::PaperLow.code();
    print_rows(&[said], Shape::json(args.json))?;
    Ok(if prints { Exit::Ok } else { Exit::Failed })
}

fn chosen(mut all: Vec<Printer>, wanted: Option<&str>) -> Result<Printer, Failure> {
    let known = all.iter().map(|printer| printer.id.clone()).collect::<Vec<_>>().join(", ");
    let at = match wanted {
        Some(wanted) => all.iter().position(|printer| printer.id == wanted),
        None => (all.len() == 1).then_some(0),
    };
    match at {
        Some(at) => Ok(all.swap_remove(at)),
        None if all.is_empty() => {
            Err(Failure::new(Exit::NotFound, "no_printer", "the settings name no printer")
                .fix("add [[printers]] with connection = \"tcp:HOST:9100\", serial:PATH or file:PATH"))
        }
        None => Err(Failure::new(Exit::NotFound, "no_such_printer", format!("there are printers {known}"))
            .fix("name one with --printer")),
    }
}

/// Asks, prints the strip if it can be printed, and asks again.
fn strip(printer: &Printer) -> Result<Said, Failure> {
    let asks = printer.profile.status;
    let mut session =
        Session::open(&printer.address, asks, Patience::default()).map_err(|e| failure(printer, &e))?;
    let before = session.condition().map_err(|e| failure(printer, &e))?;
    if !state(before).prints() {
        return Ok(said(printer, before));
    }
    let lines = [format!("status: {}", if asks { state(before).code() } else { "-" })];
    session.print(&calibration(&printer.profile, &printer.id, &lines)).map_err(|e| failure(printer, &e))?;
    let after = session.condition().map_err(|e| failure(printer, &e))?;
    Ok(said(printer, after))
}

fn said(printer: &Printer, condition: Condition) -> Said {
    let Condition { offline, cover_open, paper_out, paper_low, error, drawer_pin } = condition;
    Said {
        printer: printer.id.clone(),
        connection: printer.address.to_string(),
        profile: printer.profile.id.clone(),
        state: state(condition).code(),
        answered: printer.profile.status,
        offline,
        cover_open,
        paper_out,
        paper_low,
        error,
        drawer_pin,
    }
}

fn failure(printer: &Printer, error: &PrintError) -> Failure {
    let message = format!("printer {} at {}: {error}", printer.id, printer.address);
    let (code, fix) = match error {
        PrintError::Missing(_) => ("printer_missing", "see that it is switched on and plugged in"),
        PrintError::Silent => ("printer_silent", "try status = false in its profile"),
        PrintError::NotReady(_) => ("printer_not_ready", "look at paper and cover"),
        PrintError::Lost { .. } => ("printer_lost", "look at the cable, then try again"),
    };
    Failure::new(Exit::Unreachable, code, message).fix(fix)
}
