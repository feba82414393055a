//! Which reader of which till is not set as the chain wants it.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::readers::{DifferingSetting, FoundSetting, ProfileVerified, ReaderStanding, ReaderState};

use super::{TillReaders, all, is_wrong};
use crate::access::Actor;
use crate::access::pages::list_answer;
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::kit::Words;
use crate::kit::page::ListPage;
use crate::kit::table::{Cell, Kind, Table, TableState, Tone};

const SORTS: [&str; 3] = ["state", "till", "checked"];
const BY_DEFAULT: &str = "state";
/// Key, label and kind of each.
const COLUMNS: [(&str, &str, Kind); 7] = [
    ("till", "tills-till", Kind::Text),
    ("reader", "readers-reader", Kind::Text),
    ("verified", "readers-verified", Kind::Text),
    ("state", "tills-state", Kind::Text),
    ("differs", "readers-differences", Kind::Text),
    ("checked", "readers-checked", Kind::Text),
    ("settings", "readers-settings", Kind::Text),
];

/// A line of the table: a reader, or a till without any.
#[derive(Debug, Clone)]
struct Line {
    till: String,
    code: String,
    checked: Option<(DateTime<Utc>, String)>,
    reader: Option<ReaderState>,
}

impl Line {
    fn of(screen: &Screen, till: TillReaders) -> Vec<Self> {
        let line = Self {
            till: format!("{} · {}", screen.store_name(till.store.as_str()), till.till),
            code: format!("{}/{}", till.store, till.till),
            checked: till.checked.as_ref().map(|checked| (checked.at, checked.settings.clone())),
            reader: None,
        };
        let readers = till.checked.map(|checked| checked.readers).unwrap_or_default();
        if readers.is_empty() {
            return vec![line];
        }
        readers.into_iter().map(|reader| Self { reader: Some(reader), ..line.clone() }).collect()
    }

    /// What somebody should look at comes first: readers that are wrong, tills that nobody looked at, the rest.
    fn rank(&self) -> (u8, Option<ReaderStanding>) {
        let standing = self.reader.as_ref().map(|reader| reader.standing);
        let rank = match standing {
            Some(standing) if is_wrong(standing) => 0,
            None if self.checked.is_none() => 1,
            Some(_) => 2,
            None => 3,
        };
        (rank, standing)
    }
}

/// `GET /readers`
pub async fn list(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response, Error> {
    let mut state = TableState::read("/readers", uri.query(), BY_DEFAULT);
    state.keep_sort_in(&SORTS, BY_DEFAULT);
    let mut screen = Screen::open(&app, &actor, &uri, "readers-title").await?;
    let store = screen.asked(state.filter("store"));
    let mut tills = all(&mut screen.tx).await?;
    tills.retain(|till| {
        actor.scope.allows(till.store.as_str()) && store.as_ref().is_none_or(|asked| till.store == *asked)
    });
    let mut lines: Vec<Line> = tills.into_iter().flat_map(|till| Line::of(&screen, till)).collect();
    sort(&mut lines, &state);
    let (shown, total) = Table::page_of(lines, &state);
    let rows = shown.iter().map(|line| row(&screen, line)).collect();
    let table = screen.by_store("readers", &SORTS, &COLUMNS, state, (rows, total));
    let lead = screen.words().t("readers-lead");
    list_answer(&ListPage { lead, action: None, chart: None, table, page: screen.page.live("tills") })
}

/// Lines come by till; the sort keeps that where it says nothing.
fn sort(lines: &mut [Line], state: &TableState) {
    lines.sort_by(|a, b| {
        let ordering = match state.sort.as_str() {
            "till" => a.code.cmp(&b.code),
            "checked" => a.checked.as_ref().map(|c| c.0).cmp(&b.checked.as_ref().map(|c| c.0)),
            _ => a.rank().cmp(&b.rank()),
        };
        if state.descending { ordering.reverse() } else { ordering }
    });
}

fn row(screen: &Screen, line: &Line) -> Vec<Cell> {
    let words = screen.words();
    let none = || Cell::none("—");
    let reader = line.reader.as_ref();
    vec![
        Cell::text(line.till.clone()).noted(line.code.clone()),
        reader.map_or_else(none, |reader| Cell::text(reader.profile.clone()).noted(reader.port.clone())),
        reader.and_then(|reader| reader.verified).map_or_else(none, |verified| {
            Cell::text(words.t(match verified {
                ProfileVerified::No => "readers-verified-no",
                ProfileVerified::Manual => "readers-verified-manual",
                ProfileVerified::Bench => "readers-verified-bench",
            }))
        }),
        standing(words, line),
        reader.map_or_else(none, |reader| match differences(words, reader) {
            text if text.is_empty() => none(),
            text => Cell::text(text),
        }),
        line.checked.as_ref().map_or_else(
            || Cell::none(words.t("readers-never")),
            |(at, _)| Cell { show: words.ago(*at, screen.now), ..Cell::code(at.to_rfc3339()) },
        ),
        line.checked.as_ref().map_or_else(none, |(_, settings)| Cell::code(settings.clone())),
    ]
}

fn standing(words: &Words, line: &Line) -> Cell {
    let Some(reader) = &line.reader else {
        let (key, tone) = match &line.checked {
            None => ("readers-not-checked", Tone::Offline),
            Some(_) => ("readers-no-reader", Tone::Plain),
        };
        return Cell::text(words.t(key)).toned(tone);
    };
    let (key, tone) = match reader.standing {
        ReaderStanding::AsWanted => ("readers-as-wanted", Tone::Ok),
        ReaderStanding::NotMeant => ("readers-not-meant", Tone::Plain),
        ReaderStanding::Differs => ("readers-differs", Tone::Error),
        ReaderStanding::Silent => ("readers-silent", Tone::Error),
        ReaderStanding::NotOpen => ("readers-not-open", Tone::Error),
        ReaderStanding::NoProfile => ("readers-no-profile", Tone::Error),
        ReaderStanding::Unclear => ("readers-unclear", Tone::Warn),
        ReaderStanding::CannotAsk => ("readers-cannot-ask", Tone::Warn),
    };
    let cell = Cell::text(words.t(key)).toned(tone);
    match by_sheet(words, reader) {
        Some(note) => cell.noted(note),
        None => cell,
    }
}

/// What was not compared, as the maker's sheet sets it: "as wanted" says nothing of it.
fn by_sheet(words: &Words, reader: &ReaderState) -> Option<String> {
    let each = reader.by_sheet.iter().map(|(setting, word)| format!("{setting} = {word}"));
    let settings = each.collect::<Vec<_>>().join(", ");
    (!settings.is_empty()).then(|| words.say("readers-by-sheet", &[("settings", settings)]))
}

/// Why it was not asked, or setting by setting what it has instead of what is wanted.
fn differences(words: &Words, reader: &ReaderState) -> String {
    let why = reader.why.clone();
    why.into_iter()
        .chain(reader.differing.iter().map(|one| difference(words, one)))
        .collect::<Vec<_>>()
        .join("; ")
}

fn difference(words: &Words, differing: &DifferingSetting) -> String {
    let found = match &differing.found {
        FoundSetting::Word(word) => words.say("readers-found-word", &[("word", word.clone())]),
        FoundSetting::Other(phrase) => words.say("readers-found-other", &[("phrase", phrase.clone())]),
        FoundSetting::Unknown => words.t("readers-found-unknown"),
        FoundSetting::CannotAsk => words.t("readers-found-cannot-ask"),
        FoundSetting::Silent => words.t("readers-found-silent"),
        FoundSetting::NotAsked => words.t("readers-found-not-asked"),
    };
    let args =
        [("setting", differing.setting.clone()), ("wanted", differing.wanted.clone()), ("found", found)];
    words.say("readers-difference", &args)
}
