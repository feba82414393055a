//! The table that every list of the hub uses: order and filters in the address, pages, export of exactly
//! this view, and cards where the window is narrow.

use askama::Template;
use chrono::NaiveDate;

use super::words::Words;

pub mod csv;
mod state;

pub use state::{CsvMode, PAGE_SIZES, TableState};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Set flush right, with figures of one width.
    Number,
}

#[derive(Debug, Clone)]
pub struct Column {
    /// The name in addresses and in files for programs.
    pub key: &'static str,
    pub label: String,
    pub kind: Kind,
    pub sortable: bool,
}

impl Column {
    pub fn is_number(&self) -> bool {
        self.kind == Kind::Number
    }
}

/// What a file says in place of what the screen says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileValue {
    Empty,
    /// Free text: guarded against formulas.
    Text(String),
    /// A plain decimal with a point.
    Number(String),
    /// Dates and codes of ours, as they are.
    Exact(String),
}

/// How a word in a cell is coloured. The word itself always says it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Ok,
    Warn,
    Error,
    Offline,
}

impl Tone {
    pub fn class(self) -> &'static str {
        match self {
            Self::Plain => "chip",
            Self::Ok => "chip ok",
            Self::Warn => "chip warn",
            Self::Error => "chip error",
            Self::Offline => "chip offline",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Cell {
    pub show: String,
    pub file: FileValue,
    pub href: Option<String>,
    pub tone: Option<Tone>,
    /// A second, quieter line.
    pub note: String,
}

impl Cell {
    fn new(show: String, file: FileValue) -> Self {
        Self { show, file, href: None, tone: None, note: String::new() }
    }

    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        Self::new(text.clone(), FileValue::Text(text))
    }

    /// `show` in the reader's locale, `plain` as a decimal with a point.
    pub fn number(show: String, plain: String) -> Self {
        Self::new(show, FileValue::Number(plain))
    }

    pub fn date(show: String, date: NaiveDate) -> Self {
        Self::new(show, FileValue::Exact(date.to_string()))
    }

    /// A code of ours: shown and written as it is.
    pub fn code(code: impl Into<String>) -> Self {
        let code = code.into();
        Self::new(code.clone(), FileValue::Exact(code))
    }

    /// There is no figure, and `why` says so.
    pub fn none(why: impl Into<String>) -> Self {
        Self::new(why.into(), FileValue::Empty)
    }

    #[must_use]
    pub fn linked(mut self, href: String) -> Self {
        self.href = Some(href);
        self
    }

    #[must_use]
    pub fn toned(mut self, tone: Tone) -> Self {
        self.tone = Some(tone);
        self
    }

    #[must_use]
    pub fn noted(mut self, note: String) -> Self {
        self.note = note;
        self
    }

    pub fn chip(&self) -> &'static str {
        self.tone.map_or("", Tone::class)
    }
}

#[derive(Debug, Clone)]
pub enum Filter {
    Text {
        key: &'static str,
        label: String,
        value: String,
    },
    /// A short field with a figure keyboard.
    Figure {
        key: &'static str,
        label: String,
        value: String,
    },
    Date {
        key: &'static str,
        label: String,
        value: String,
    },
    Choice {
        key: &'static str,
        label: String,
        value: String,
        options: Vec<(String, String)>,
    },
}

/// What to say in place of rows: what would stand here, why it does not, and what to do.
#[derive(Debug, Clone, Default)]
pub struct Empty {
    pub why: String,
    pub action: Option<(String, String)>,
}

#[derive(Debug, Clone, Template)]
#[template(path = "kit/table.html")]
pub struct Table {
    pub words: Words,
    pub id: &'static str,
    pub caption: String,
    /// When the figures were computed.
    pub age: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
    pub total: i64,
    pub state: TableState,
    pub filters: Vec<Filter>,
    pub empty: Empty,
    /// The reader may take these rows away as a file.
    pub exports: bool,
}

impl Table {
    /// The rows of `all` that the address asks for, and how many there are.
    pub fn page_of<T>(all: Vec<T>, state: &TableState) -> (Vec<T>, i64) {
        let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
        if state.csv.is_some() {
            return (all, total);
        }
        let skip = usize::try_from(state.offset()).unwrap_or(usize::MAX);
        let take = usize::try_from(state.limit()).unwrap_or(0);
        (all.into_iter().skip(skip).take(take).collect(), total)
    }

    /// "1–25 de 1.041"
    pub fn counted(&self) -> String {
        let shown = i64::try_from(self.rows.len()).unwrap_or(i64::MAX);
        let (from, to) = (self.state.offset() + 1, self.state.offset() + shown);
        self.words.say(
            "table-rows",
            &[
                ("from", &self.words.whole(from)),
                ("to", &self.words.whole(to)),
                ("total", &self.words.whole(self.total)),
            ],
        )
    }

    pub fn href_previous(&self) -> Option<String> {
        (self.state.page > 1).then(|| self.state.href_page(self.state.page - 1))
    }

    pub fn href_next(&self) -> Option<String> {
        (self.state.page * self.state.size < self.total).then(|| self.state.href_page(self.state.page + 1))
    }

    pub fn href_excel(&self) -> String {
        self.state.href_csv(CsvMode::Excel)
    }

    pub fn href_programs(&self) -> String {
        self.state.href_csv(CsvMode::Programs)
    }

    pub fn sizes(&self) -> Vec<(i64, String, bool)> {
        PAGE_SIZES.iter().map(|size| (*size, self.state.href_size(*size), *size == self.state.size)).collect()
    }
}
