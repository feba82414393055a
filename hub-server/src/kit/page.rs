//! The frame of every page: title, navigation by permission, language and theme, help in its one place.

use askama::Template;

use super::assets;
use super::chart::Chart;
use super::table::Table;
use super::words::Words;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// What the device says.
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Anything unknown follows the device.
    pub fn parse(text: &str) -> Self {
        match text {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Auto,
        }
    }
}

/// One entry of the navigation; only those that the reader may open are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavItem {
    pub href: &'static str,
    pub label: String,
    pub current: bool,
}

/// What the frame shows. Fields that are empty draw nothing.
#[derive(Debug, Clone)]
pub struct Page {
    pub words: Words,
    pub title: String,
    /// The address of this page with its query, to come back to.
    pub path: String,
    pub theme: &'static str,
    /// Empty where nobody is signed in.
    pub staff: String,
    pub role: String,
    pub csrf: String,
    pub nav: Vec<NavItem>,
    pub crumbs: Vec<(String, String)>,
    /// What this page listens to; empty where nothing on it moves.
    pub topic: String,
    pub notice: String,
    /// A form of this page came back: the title says so first.
    pub failed: bool,
}

impl Page {
    /// A page without a signed-in reader.
    pub fn plain(words: Words, title: String, path: String, theme: Theme) -> Self {
        Self {
            words,
            title,
            path,
            theme: theme.code(),
            staff: String::new(),
            role: String::new(),
            csrf: String::new(),
            nav: Vec::new(),
            crumbs: Vec::new(),
            topic: String::new(),
            notice: String::new(),
            failed: false,
        }
    }

    #[must_use]
    pub fn live(mut self, topic: impl Into<String>) -> Self {
        self.topic = topic.into();
        self
    }

    #[must_use]
    pub fn under(mut self, href: &str, name: String) -> Self {
        self.crumbs.push((href.to_owned(), name));
        self
    }

    #[must_use]
    pub fn failed(mut self, failed: bool) -> Self {
        self.failed = failed;
        self
    }

    #[must_use]
    pub fn noticed(mut self, notice: String) -> Self {
        self.notice = notice;
        self
    }

    pub fn signed_in(&self) -> bool {
        !self.staff.is_empty()
    }

    pub fn asset(&self, name: &str) -> String {
        assets::href(name)
    }

    /// Each language by its own name.
    pub fn languages(&self) -> [(&'static str, &'static str); 2] {
        [("es", "Español"), ("en", "English")]
    }

    pub fn themes(&self) -> [(&'static str, String); 3] {
        [
            ("auto", self.words.t("theme-auto")),
            ("light", self.words.t("theme-light")),
            ("dark", self.words.t("theme-dark")),
        ]
    }
}

/// A page that is one list, with a chart above it where one helps.
#[derive(Debug, Template)]
#[template(path = "kit/list.html")]
pub struct ListPage {
    pub page: Page,
    pub lead: String,
    /// Where to and in which words.
    pub action: Option<(String, String)>,
    pub chart: Option<Chart>,
    pub table: Table,
}

/// What went wrong, and what to do next.
#[derive(Debug, Template)]
#[template(path = "kit/fault.html")]
pub struct FaultPage {
    pub page: Page,
    pub what: String,
    pub next: String,
    pub href: String,
    pub link: String,
    /// Stable name for whoever is asked for help.
    pub code: String,
}

#[cfg(test)]
pub mod sample {
    use super::*;
    use crate::kit::chart::{CoverBar, cover_bars};
    use crate::kit::table::{Cell, Column, Empty, Filter, Kind, TableState, Tone};

    fn columns(words: &Words) -> Vec<Column> {
        [
            ("name", "customers-name", Kind::Text),
            ("visits", "customers-visits", Kind::Number),
            ("late", "customers-late", Kind::Text),
        ]
        .into_iter()
        .map(|(key, label, kind)| Column { key, label: words.t(label), kind, sortable: true })
        .collect()
    }

    fn row(words: &Words, name: &str, visits: i64) -> Vec<Cell> {
        vec![
            Cell::text(name).linked("/customers/1".to_owned()).noted("2990000010421".to_owned()),
            Cell::number(words.whole(visits), visits.to_string()),
            Cell::text(words.count("overview-days-late", visits)).toned(Tone::Warn),
        ]
    }

    fn table(words: &Words, rows: Vec<Vec<Cell>>) -> Table {
        Table {
            words: words.clone(),
            id: "customers",
            caption: words.t("customers-caption"),
            age: words.say("as-of", &[("time", "10:42")]),
            columns: columns(words),
            total: 1_041,
            rows,
            state: TableState::read("/customers", Some("q=ana"), "-visits"),
            filters: vec![Filter::Text {
                key: "q",
                label: words.t("customers-search"),
                value: "ana".to_owned(),
            }],
            exports: true,
            empty: Empty {
                why: words.t("table-nothing"),
                action: Some(("/customers".to_owned(), words.t("table-clear"))),
            },
        }
    }

    fn with(words: &Words, rows: Vec<Vec<Cell>>, chart: Option<Chart>) -> ListPage {
        ListPage {
            page: Page::sample(words, &words.t("customers-title"), "/customers")
                .noticed(words.t("promotion-started")),
            lead: words.t("customers-lead"),
            action: Some(("/promotions/new".to_owned(), words.t("promotions-new"))),
            chart,
            table: table(words, rows),
        }
    }

    pub fn list(words: &Words) -> ListPage {
        let bars: Vec<CoverBar> =
            [("Leche entera 1 L", 180, 3), ("Pan tajado", 250, 1), ("Arroz 5 kg", 960, 7)]
                .into_iter()
                .map(|(name, cover, lead_days)| CoverBar { name: name.to_owned(), cover, lead_days })
                .collect();
        let chart = cover_bars(words, &bars, words.count("stock-subtitle", 3));
        let rows =
            ["Ana María Montoya", "Luis Pérez", "Nubia Esperanza Castellanos de Rodríguez", "Eva <b>R."];
        with(
            words,
            rows.iter().zip([31, 12, 9, 1]).map(|(name, n)| row(words, name, n)).collect(),
            Some(chart),
        )
    }

    pub fn list_empty(words: &Words) -> ListPage {
        with(words, Vec::new(), None)
    }

    pub fn fault(words: &Words) -> FaultPage {
        FaultPage {
            page: Page::plain(words.clone(), words.t("fault-404-title"), "/x".to_owned(), Theme::Auto),
            what: words.t("fault-404-what"),
            next: words.t("fault-404-next"),
            href: "/".to_owned(),
            link: words.t("fault-home"),
            code: "not_found".to_owned(),
        }
    }
}

#[cfg(test)]
impl Page {
    /// As an administrator sees it.
    pub fn sample(words: &Words, title: &str, current: &str) -> Self {
        let item =
            |href: &'static str, key: &str| NavItem { href, label: words.t(key), current: href == current };
        Self {
            staff: "Marta Rincón".to_owned(),
            role: words.t("role-admin"),
            csrf: "csrf-token".to_owned(),
            nav: vec![
                item("/", "nav-overview"),
                item("/customers", "nav-customers"),
                item("/adjustments", "nav-adjustments"),
                item("/affinity", "nav-affinity"),
                item("/stock", "nav-stock"),
                item("/promotions", "nav-promotions"),
                item("/tills", "nav-tills"),
                item("/signals", "nav-signals"),
                item("/quarantine", "nav-quarantine"),
            ],
            ..Self::plain(words.clone(), title.to_owned(), current.to_owned(), Theme::Auto)
        }
    }
}
