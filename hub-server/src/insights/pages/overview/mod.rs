//! Is today normal? One page of figures, each against the same weekday at the same hour.

use askama::Template;

use crate::kit::Page;
use crate::kit::chart::Chart;
use crate::kit::table::Tone;
use crate::kit::tile::Tile;

mod present;
mod show;

pub use show::show;

/// One line of a short list: who or what, why, how much.
#[derive(Debug, Clone)]
pub struct ShortRow {
    pub name: String,
    pub href: String,
    pub note: String,
    pub value: String,
    pub tone: Option<Tone>,
}

/// The top of a longer list, with the way to all of it.
#[derive(Debug, Clone)]
pub struct ShortList {
    pub title: String,
    pub columns: [String; 2],
    pub rows: Vec<ShortRow>,
    pub empty: String,
    pub href: String,
    pub all: String,
}

#[derive(Debug, Template)]
#[template(path = "insights/pages/overview/overview.html")]
pub struct OverviewPage {
    pub page: Page,
    pub lead: String,
    /// Code, name, chosen.
    pub stores: Vec<(String, String, bool)>,
    /// As asked for; empty shows today.
    pub date: String,
    /// Which tills are missing from today's figures.
    pub partial: String,
    pub tiles: Vec<Tile>,
    pub hours: Option<Chart>,
    pub lists: Vec<ShortList>,
}

#[cfg(test)]
pub mod sample {
    use super::*;
    use crate::kit::Words;
    use crate::kit::chart::{HourBar, hourly_bars};
    use crate::kit::tile::Delta;

    fn tile(words: &Words, key: &str, value: &str, change: Option<(&str, bool)>, n: String) -> Tile {
        let day = words.day("2026-05-10".parse().unwrap());
        Tile {
            label: words.t(key),
            value: value.to_owned(),
            delta: change.map(|(change, better)| Delta {
                text: words.say("overview-delta", &[("change", change), ("day", &day)]),
                better: Some(better),
            }),
            n,
            age: words
                .as_of("2026-05-10T15:42:00Z".parse().unwrap(), "2026-05-10T15:43:00Z".parse().unwrap()),
            past: if change.is_some() { vec![31, 38, 35, 42, 40, 44, 39, 45] } else { Vec::new() },
            past_text: words.t("overview-weeks"),
            ..Tile::default()
        }
    }

    fn list(words: &Words, title: &str, rows: Vec<ShortRow>, empty: &str, all: &str) -> ShortList {
        ShortList {
            title: words.t(title),
            columns: [words.t("overview-name"), words.t("overview-value")],
            rows,
            empty: words.t(empty),
            href: "/stock".to_owned(),
            all: words.t(all),
        }
    }

    fn row(name: &str, note: String, value: String, tone: Option<Tone>) -> ShortRow {
        ShortRow { name: name.to_owned(), href: "/customers/1".to_owned(), note, value, tone }
    }

    pub fn full(words: &Words) -> OverviewPage {
        let n = words.count("overview-n-tickets", 45);
        let overdue = ["Ana María Montoya", "Luis Pérez", "Nubia Esperanza Castellanos de Rodríguez"]
            .iter()
            .zip([31, 12, 9])
            .map(|(name, days)| {
                let note = words.say("overview-usual-gap", &[("days", "5,7")]);
                row(name, note, words.count("overview-days-late", days), Some(Tone::Warn))
            })
            .collect();
        let stock = vec![row(
            "Leche entera 1 L",
            words.say("overview-on-hand", &[("n", "12")]),
            words.count("overview-days-late", 2),
            None,
        )];
        let hours: Vec<HourBar> = (7..21)
            .zip([2, 5, 9, 8, 6, 7, 4, 0, 0, 0, 0, 0, 0, 0])
            .map(|(hour, tickets)| HourBar { hour, tickets, usual: Some((3, 9)), running: hour == 13 })
            .collect();
        let summary = words.say("chart-hours-summary", &[("tickets", "41"), ("weeks", "8")]);
        let subtitle = words.say("chart-hours-subtitle", &[("day", "dom 10 may")]);
        OverviewPage {
            page: Page::sample(words, &words.t("overview-title"), "/").live("sales"),
            lead: words.say("overview-lead", &[("day", words.day("2026-05-10".parse().unwrap()))]),
            stores: vec![("001".to_owned(), "Centro".to_owned(), false)],
            date: String::new(),
            partial: words.say("overview-partial", &[("tills", "Norte 2")]),
            tiles: vec![
                tile(words, "overview-sales", "$ 2.481.350", Some(("+4 %", true)), n.clone()),
                tile(words, "overview-tickets", "45", Some(("−8 %", false)), String::new()),
                tile(words, "overview-basket", "$ 55.141", Some(("+12 %", true)), n.clone()),
                tile(words, "overview-card", "71 %", Some(("+1 %", true)), n),
                tile(words, "overview-points", "24.813", Some(("+4 %", true)), String::new()),
                tile(words, "overview-overdue", "112", None, words.count("overview-n-pattern", 1_153)),
                tile(words, "overview-alerts", "9", None, words.count("overview-n-counted", 1_800)),
                tile(words, "overview-unsent", "0", None, words.count("overview-n-tills", 6)),
            ],
            hours: Some(hourly_bars(words, &hours, summary, subtitle)),
            lists: vec![
                list(
                    words,
                    "overview-list-overdue",
                    overdue,
                    "overview-none-overdue",
                    "overview-all-overdue",
                ),
                list(words, "overview-list-stock", stock, "overview-none-stock", "overview-all-stock"),
                list(words, "overview-list-tills", Vec::new(), "overview-none-tills", "overview-all-tills"),
            ],
        }
    }

    pub fn first_day(words: &Words) -> OverviewPage {
        let full = full(words);
        let tiles = vec![tile(words, "overview-sales", "$ 0", None, words.count("overview-n-tickets", 0))];
        let lists = full.lists.into_iter().map(|list| ShortList { rows: Vec::new(), ..list }).collect();
        OverviewPage { partial: String::new(), hours: None, tiles, lists, ..full }
    }
}
