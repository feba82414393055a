//! Printed sheets: codes with which a scanner is set up from paper, loyalty cards, and the enrolment of a till.
//!
//! One way for all of them: what is asked for is checked ([`SettingRequest`], [`CardSheet`], [`TillSheet`]),
//! laid out as pages of shapes ([`Page`]), and painted as SVG, PNG or PDF. The layout is in whole dots of
//! 1/300 inch and knows no kind of file.

mod cards;
pub mod cli;
mod code;
mod digits;
mod error;
mod files;
mod font;
mod frame;
mod given;
mod page;
mod pdf;
mod png;
mod settings;
mod svg;
mod symbol;
mod till;
mod words;

pub use cards::CardSheet;
pub use code::{CODE_128_MAX, Code, CodeError, Modules, QR_MAX, Symbology};
pub use error::{SheetError, Wrong};
pub use font::Face;
pub use frame::Look;
pub use page::{DOTS_PER_INCH, Ink, Page, Paper, Shape};
pub use settings::{SettingRequest, SettingSheet, Step, StepRequest, VENDORS, Vendor, Words, of_plan};
pub use till::TillSheet;
pub use words::Lang;

/// A sheet that passed its checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sheet {
    Settings(SettingSheet),
    Cards(CardSheet),
    Till(TillSheet),
}

impl Sheet {
    pub fn pages(&self, look: Look) -> Vec<Page> {
        match self {
            Self::Settings(sheet) => settings::pages(sheet, look),
            Self::Cards(sheet) => cards::pages(sheet, look),
            Self::Till(sheet) => till::pages(sheet, look),
        }
    }

    /// In the order in which they are printed.
    pub fn codes(&self) -> Vec<&Code> {
        match self {
            Self::Settings(sheet) => sheet.steps.iter().map(|step| &step.code).collect(),
            Self::Cards(sheet) => sheet.codes.iter().collect(),
            Self::Till(sheet) => sheet.codes().iter().collect(),
        }
    }

    /// For the title of a file, and for its name if no other is given.
    pub fn title(&self) -> String {
        match self {
            Self::Settings(sheet) => format!("{} {}", sheet.vendor, sheet.model),
            Self::Cards(sheet) => format!("cards {}", sheet.symbology.id()),
            Self::Till(sheet) => format!("till {}", sheet.tills.join(" ")),
        }
    }
}
