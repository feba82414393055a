//! `firmware-config sheet`: what it makes is in [`crate::sheet`].

use kit::cli::{Exit, Failure, print_text};

use super::note;
use crate::registry::Registry;
use crate::sheet::cli::{SheetArgs, run};
use crate::sheet::{SheetError, Wrong};

pub fn sheet(args: &SheetArgs, registry: &Registry) -> Result<Exit, Failure> {
    let report = run(args, registry, kit::clock::now().date_naive()).map_err(failure)?;
    print_text(&report.text().map_err(failure)?)?;
    note(&report.note());
    Ok(Exit::Ok)
}

fn failure(error: SheetError) -> Failure {
    let exit = match error.wrong {
        Wrong::Failed => Exit::Failed,
        Wrong::Usage => Exit::Usage,
        Wrong::NotFound => Exit::NotFound,
        Wrong::Config => Exit::Config,
    };
    let failure = Failure::new(exit, error.code, error.message);
    match error.fix {
        Some(fix) => failure.fix(fix),
        None => failure,
    }
}
