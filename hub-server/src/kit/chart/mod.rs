//! Charts drawn on the hub as SVG. Each has a sentence above that says what it shows and its figures as a
//! table below, so that nobody depends on seeing it.

use askama::Template;

use super::words::Words;

mod bars;
mod histogram;
mod matrix;
mod spark;
mod strip;
pub mod svg;

pub use bars::{CoverBar, HourBar, cover_bars, hourly_bars};
pub use histogram::gap_histogram;
pub use matrix::{Pair, affinity_matrix};
pub use spark::sparkline;
pub use strip::{NextVisit, next_visit_strip};

/// A drawing with what is needed to understand it.
#[derive(Debug, Template)]
#[template(path = "kit/chart.html")]
pub struct Chart {
    pub title: String,
    /// The n and the period.
    pub subtitle: String,
    /// One sentence with what the drawing shows.
    pub summary: String,
    pub svg: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// The words on the switch to the figures.
    pub see_table: String,
}

impl Chart {
    fn new(words: &Words, title: String, subtitle: String, summary: String, svg: svg::Svg) -> Self {
        let svg = svg.image(&summary);
        Self {
            title,
            subtitle,
            summary,
            svg,
            columns: Vec::new(),
            rows: Vec::new(),
            see_table: words.t("chart-see-table"),
        }
    }

    fn with_table(mut self, columns: Vec<String>, rows: Vec<Vec<String>>) -> Self {
        self.columns = columns;
        self.rows = rows;
        self
    }
}
