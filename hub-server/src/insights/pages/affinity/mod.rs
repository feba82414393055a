//! What goes with what: the strongest pairs as a matrix, all of them as a table.

use askama::Template;

use crate::kit::Page;
use crate::kit::chart::Chart;
use crate::kit::table::Table;

mod show;

pub use show::show;

#[derive(Debug, Template)]
#[template(path = "insights/pages/affinity/affinity.html")]
pub struct AffinityPage {
    pub page: Page,
    pub lead: String,
    /// None where no pair reaches the minimum.
    pub chart: Option<Chart>,
    pub table: Table,
}

#[cfg(test)]
pub mod sample {
    use super::*;
    use crate::kit::Words;
    use crate::kit::chart::{Pair, affinity_matrix};
    use crate::kit::table::{Cell, Column, Empty, Filter, Kind, TableState};

    const NAMES: [&str; 8] = [
        "Pañales etapa 3 × 50",
        "Toallitas húmedas",
        "Café molido 500 g",
        "Azúcar blanca 1 kg",
        "Leche entera 1 L",
        "Pan tajado",
        "Arroz 5 kg",
        "Detergente líquido lavanda 3 L",
    ];

    fn pairs() -> Vec<Pair> {
        let lifts = [410, 230, 175, 140, 95, 310, 120];
        let mut pairs = Vec::new();
        for (i, a) in NAMES.iter().enumerate() {
            for (j, b) in NAMES.iter().enumerate().skip(i + 1) {
                if (i + j) % 3 != 0 {
                    let count = i64::try_from(700 - 80 * i - 12 * j).unwrap();
                    pairs.push(Pair { a: (*a).into(), b: (*b).into(), count, lift: lifts[(i + j) % 7] });
                }
            }
        }
        pairs[3].count = 12;
        pairs
    }

    fn table(words: &Words, pairs: &[Pair]) -> Table {
        let column = |key, label: &str, kind| Column { key, label: words.t(label), kind, sortable: true };
        Table {
            words: words.clone(),
            id: "pairs",
            caption: words.t("affinity-caption"),
            age: words.say("as-of", &[("time", "10:42")]),
            columns: vec![
                column("a", "affinity-a", Kind::Text),
                column("b", "affinity-b", Kind::Text),
                column("count", "affinity-count", Kind::Number),
                column("lift", "affinity-lift", Kind::Number),
            ],
            rows: pairs
                .iter()
                .map(|pair| {
                    vec![
                        Cell::text(&*pair.a),
                        Cell::text(&*pair.b),
                        Cell::number(words.whole(pair.count), pair.count.to_string()),
                        Cell::number(words.ratio(pair.lift), pair.lift.to_string()),
                    ]
                })
                .collect(),
            total: 1_041,
            state: TableState::read("/affinity", Some("min=30&sort=-lift"), "-lift"),
            filters: vec![
                Filter::Choice {
                    key: "level",
                    label: words.t("affinity-level"),
                    value: "sku".to_owned(),
                    options: vec![
                        ("sku".to_owned(), words.t("affinity-sku")),
                        ("line".to_owned(), words.t("affinity-line")),
                    ],
                },
                Filter::Date { key: "from", label: words.t("affinity-from"), value: "2026-01-01".to_owned() },
                Filter::Text { key: "min", label: words.t("affinity-min"), value: "30".to_owned() },
            ],
            exports: true,
            empty: Empty { why: words.count_of::<&str>("affinity-why", 30, &[]), action: None },
        }
    }

    fn page(words: &Words, pairs: &[Pair]) -> AffinityPage {
        let subtitle = words.say("affinity-lead", &[("tickets", "24.318"), ("period", "180 d")]);
        AffinityPage {
            page: Page::sample(words, &words.t("affinity-title"), "/affinity"),
            lead: subtitle.clone(),
            chart: (!pairs.is_empty()).then(|| affinity_matrix(words, pairs, subtitle)),
            table: table(words, pairs),
        }
    }

    pub fn full(words: &Words) -> AffinityPage {
        page(words, &pairs())
    }

    pub fn none(words: &Words) -> AffinityPage {
        page(words, &[])
    }
}
