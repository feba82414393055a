//! Sheets of loyalty cards: a grid of cards to cut out, each with the chain's name, its symbol and its number.

use std::collections::BTreeMap;

use super::code::{Code, Symbology};
use super::error::SheetError;
use super::given::{NAME_MAX, printable};

mod layout;

pub(super) use layout::pages;

/// So many wrong rows are said one by one.
const ROWS_SAID: usize = 10;

/// Numbers that all can be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardSheet {
    /// The chain's name, on each card; may be empty.
    pub name: String,
    pub symbology: Symbology,
    pub codes: Vec<Code>,
}

impl CardSheet {
    /// Checks every number before any is drawn. `numbers` come with the row in which they stand.
    pub fn check(name: &str, symbology: Symbology, numbers: &[(usize, String)]) -> Result<Self, SheetError> {
        let mut codes = vec![];
        let mut wrong: Vec<(&'static str, String)> = vec![];
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (row, number) in numbers {
            match Code::card(symbology, number) {
                Err(error) => wrong.push((error.code(), format!("row {row}: {error}"))),
                Ok(code) => match seen.insert(number, *row) {
                    Some(first) => {
                        wrong.push(("number_twice", format!("row {row}: the number of row {first} again")))
                    }
                    None => codes.push(code),
                },
            }
        }
        let name = printable("the name on the cards", name, NAME_MAX)?;
        match wrong.first() {
            Some((code, _)) => Err(refused(code, &wrong, numbers.len())),
            None if codes.is_empty() => {
                Err(SheetError::usage("no_numbers", "there is no card number to print")
                    .fix("firmware-config sheet cards --as ean13 2990000010421 --out FOLDER"))
            }
            None => Ok(Self { name, symbology, codes }),
        }
    }
}

fn refused(code: &'static str, wrong: &[(&'static str, String)], all: usize) -> SheetError {
    let said: Vec<&str> = wrong.iter().take(ROWS_SAID).map(|(_, text)| text.as_str()).collect();
    let more = match wrong.len().saturating_sub(ROWS_SAID) {
        0 => String::new(),
        more => format!("\n  and {more} more"),
    };
    let message =
        format!("{} of {all} numbers cannot be printed\n  {}{more}", wrong.len(), said.join("\n  "));
    SheetError::config(code, message).fix("correct these rows; nothing was written")
}
