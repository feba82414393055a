//! The words and marks of the overview: pure.

use chrono::{DateTime, Timelike, Utc};

use domain::money::{Money, scale_half_up};
use domain::time::plus_days;

use super::{ShortList, ShortRow};
use crate::access::tills::Till;
use crate::catalogue::pages::Screen;
use crate::insights::today::{DayFigures, DaySums};
use crate::insights::visits::Rhythm;
use crate::kit::Words;
use crate::kit::chart::{Chart, HourBar, hourly_bars};
use crate::kit::table::Tone;
use crate::kit::tile::{Delta, Tile};
use crate::members::MemberView;
use crate::stock::StockAlert;

const ROWS: usize = 6;

/// None stands for what the reader may not see.
pub(super) struct Figures {
    pub day: DayFigures,
    pub is_today: bool,
    pub overdue: Option<Overdue>,
    pub alerts: Option<Vec<StockAlert>>,
    pub tills: Option<Vec<Till>>,
    /// Tills not heard of since then are silent.
    pub silent_before: DateTime<Utc>,
    pub now: DateTime<Utc>,
}

pub(super) struct Overdue {
    pub count: usize,
    pub with_pattern: usize,
    /// Who, by how many days, and their rhythm.
    pub first: Vec<(MemberView, i64, Rhythm)>,
}

fn whole(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

pub(super) fn lead(words: &Words, figures: &Figures) -> String {
    let day = format!("{}, {}", words.weekday(figures.day.date), words.date(figures.day.date));
    let key = if figures.is_today { "overview-lead" } else { "overview-lead-past" };
    words.say(key, &[("day", day)])
}

fn is_silent(till: &Till, figures: &Figures) -> bool {
    till.seen_at.is_none_or(|at| at < figures.silent_before)
}

/// Which tills are missing from today's figures.
pub(super) fn partial(screen: &Screen, figures: &Figures) -> String {
    let tills = figures.tills.as_deref().filter(|_| figures.is_today).unwrap_or_default();
    let silent: Vec<String> = tills
        .iter()
        .filter(|till| is_silent(till, figures))
        .map(|till| format!("{} {}", screen.store_name(till.store.as_str()), till.code))
        .collect();
    if silent.is_empty() {
        String::new()
    } else {
        screen.words().say("overview-partial", &[("tills", silent.join(", "))])
    }
}

fn basket(sums: DaySums) -> Option<Money> {
    (sums.tickets > 0).then(|| scale_half_up(sums.paid.0, 1, sums.tickets).ok().map(Money)).flatten()
}

/// Hundredths of a per cent of tickets with a card.
fn card_share(sums: DaySums) -> Option<i64> {
    (sums.tickets > 0).then(|| sums.with_card * 10_000 / sums.tickets / 100 * 100)
}

/// How a change is said: amounts in per cent, shares in percentage points.
#[derive(Clone, Copy)]
enum Unit {
    Amount,
    /// Hundredths of a per cent.
    Share,
}

/// The change against the same weekday a week ago; none while this day has no figure of its own.
fn delta(words: &Words, figures: &Figures, unit: Unit, of: impl Fn(DaySums) -> Option<i64>) -> Option<Delta> {
    let last_week = plus_days(figures.day.date, -7);
    let day = words.day(last_week);
    let now = of(figures.day.sums)?;
    let before = figures.day.before.iter().find(|(date, sums)| *date == last_week && sums.tickets > 0);
    let Some(then) = before.and_then(|(_, sums)| of(*sums)) else {
        let key = if figures.is_today { "overview-nothing-then" } else { "overview-nothing-past" };
        return Some(Delta { text: words.say(key, &[("day", day)]), better: None });
    };
    let change = match unit {
        Unit::Share => scale_half_up(now - then, 1, 100).unwrap_or(0),
        Unit::Amount => scale_half_up(now - then, 100, then.abs().max(1)).unwrap_or(0),
    };
    let sign = if change > 0 { "+" } else { "" };
    let text = match unit {
        Unit::Share => words.say("overview-share-points", &[("n", format!("{sign}{}", words.whole(change)))]),
        Unit::Amount => format!("{sign}{}", words.percent(change * 100)),
    };
    let key = if figures.is_today { "overview-delta" } else { "overview-delta-past" };
    Some(Delta {
        text: words.say(key, &[("change", text), ("day", day)]),
        better: (change != 0).then_some(change > 0),
    })
}

/// The weeks before and this day, oldest first.
fn past(figures: &Figures, of: impl Fn(DaySums) -> Option<i64>) -> Vec<i64> {
    let before = figures.day.before.iter().rev().filter_map(|(_, sums)| of(*sums));
    before.chain(of(figures.day.sums)).collect()
}

fn day_tile(
    words: &Words,
    figures: &Figures,
    (label, unit): (&str, Unit),
    value: String,
    of: impl Fn(DaySums) -> Option<i64> + Copy,
) -> Tile {
    Tile {
        label: words.t(label),
        value,
        delta: delta(words, figures, unit, of),
        n: words.count("overview-n-tickets", figures.day.sums.tickets),
        age: words.as_of(figures.now, figures.now),
        past: past(figures, of),
        past_text: words.t("overview-weeks"),
        ..Tile::default()
    }
}

pub(super) fn tiles(words: &Words, figures: &Figures) -> Vec<Tile> {
    let sums = figures.day.sums;
    let dash = || "—".to_owned();
    let mut tiles = vec![
        day_tile(words, figures, ("overview-sales", Unit::Amount), words.money(sums.paid), |day| {
            Some(day.paid.0)
        }),
        day_tile(words, figures, ("overview-tickets", Unit::Amount), words.whole(sums.tickets), |day| {
            Some(day.tickets)
        }),
        day_tile(
            words,
            figures,
            ("overview-basket", Unit::Amount),
            basket(sums).map_or_else(dash, |m| words.money(m)),
            |day| basket(day).map(|money| money.0),
        ),
        day_tile(
            words,
            figures,
            ("overview-card", Unit::Share),
            card_share(sums).map_or_else(dash, |share| words.percent(share)),
            card_share,
        ),
        Tile {
            label: words.t("overview-points"),
            value: words.points(figures.day.points),
            n: words.count("overview-n-tickets", sums.with_card),
            age: words.as_of(figures.now, figures.now),
            ..Tile::default()
        },
    ];
    tiles.extend(standing_tiles(words, figures));
    tiles
}

/// What stands at this moment, whatever the day.
fn standing_tiles(words: &Words, figures: &Figures) -> Vec<Tile> {
    let age = words.as_of(figures.now, figures.now);
    let tile = |label: &str, value: usize, n: String, href: &str, alarm: bool| Tile {
        label: words.t(label),
        value: words.whole(whole(value)),
        n,
        age: age.clone(),
        href: Some(href.to_owned()),
        alarm: alarm && value > 0,
        ..Tile::default()
    };
    let mut tiles = Vec::new();
    if let Some(overdue) = &figures.overdue {
        let n = words.count("overview-n-pattern", whole(overdue.with_pattern));
        tiles.push(tile("overview-overdue", overdue.count, n, "/customers?state=overdue", false));
    }
    if let Some(alerts) = &figures.alerts {
        tiles.push(tile("overview-alerts", alerts.len(), words.t("overview-n-minimum"), "/stock", true));
    }
    if let Some(tills) = &figures.tills {
        let unsent: i64 = tills.iter().filter_map(|till| till.unsent).sum();
        let n = words.count("overview-n-tills", whole(tills.len()));
        let value = usize::try_from(unsent).unwrap_or(0);
        tiles.push(tile("overview-unsent", value, n, "/tills", true));
    }
    tiles
}

pub(super) fn hours(words: &Words, figures: &Figures) -> Option<Chart> {
    let hours = figures.day.hours.as_ref()?;
    let (first, last) = hours.open()?;
    let running = figures
        .is_today
        .then(|| usize::try_from(figures.now.with_timezone(&words.zone()).hour()).unwrap_or(0));
    let bars: Vec<HourBar> = (first..=last)
        .map(|hour| HourBar {
            hour: u32::try_from(hour).unwrap_or(0),
            tickets: hours.tickets[hour],
            usual: hours.usual(hour),
            running: running == Some(hour),
        })
        .collect();
    let tickets = words.whole(hours.tickets.iter().sum());
    let summary = if hours.before.is_empty() {
        words.say("chart-hours-first", &[("tickets", tickets)])
    } else {
        let weeks = words.whole(whole(hours.before.len()));
        words.say("chart-hours-summary", &[("tickets", tickets), ("weeks", weeks)])
    };
    let key = if figures.is_today { "chart-hours-subtitle" } else { "chart-hours-past" };
    let subtitle = words.say(key, &[("day", words.day(figures.day.date))]);
    Some(hourly_bars(words, &bars, summary, subtitle))
}

pub(super) fn lists(screen: &Screen, figures: &Figures) -> Vec<ShortList> {
    let words = screen.words();
    let list = |title: &str, rows, empty: &str, href: &str, all: &str| ShortList {
        title: words.t(title),
        columns: [words.t("overview-name"), words.t("overview-value")],
        rows,
        empty: words.t(empty),
        href: href.to_owned(),
        all: words.t(all),
    };
    let mut lists = Vec::new();
    if let Some(overdue) = &figures.overdue {
        let rows = overdue.first.iter().map(|row| overdue_row(words, row)).collect();
        let href = "/customers?state=overdue";
        lists.push(list(
            "overview-list-overdue",
            rows,
            "overview-none-overdue",
            href,
            "overview-all-overdue",
        ));
    }
    if let Some(alerts) = &figures.alerts {
        let rows = alerts.iter().take(ROWS).map(|alert| alert_row(screen, alert)).collect();
        lists.push(list("overview-list-stock", rows, "overview-none-stock", "/stock", "overview-all-stock"));
    }
    if let Some(tills) = &figures.tills {
        let rows = tills.iter().take(ROWS).map(|till| till_row(screen, till, figures)).collect();
        lists.push(list("overview-list-tills", rows, "overview-none-tills", "/tills", "overview-all-tills"));
    }
    lists
}

fn overdue_row(words: &Words, (view, days, rhythm): &(MemberView, i64, Rhythm)) -> ShortRow {
    let gap = rhythm.interval.map_or_else(String::new, |interval| {
        words.say("overview-usual-gap", &[("days", words.days(interval.mean))])
    });
    ShortRow {
        name: view.name.clone(),
        href: format!("/customers/{}", view.id),
        note: gap,
        value: words.count("overview-days-late", *days),
        tone: Some(Tone::Warn),
    }
}

fn alert_row(screen: &Screen, alert: &StockAlert) -> ShortRow {
    let words = screen.words();
    let on_hand = words.say("overview-on-hand", &[("n", words.quantity(alert.on_hand))]);
    let late = alert.cover_tenths.is_some_and(|tenths| tenths < alert.lead_days * 10);
    ShortRow {
        name: alert.name.clone(),
        href: format!("/stock?store={}", alert.store),
        note: format!("{} · {on_hand}", screen.store_name(alert.store.as_str())),
        value: alert.cover_tenths.map_or_else(
            || words.t("stock-no-pace"),
            |tenths| words.say("stock-days", &[("days", words.days(tenths * 10))]),
        ),
        tone: Some(if late { Tone::Error } else { Tone::Warn }),
    }
}

fn till_row(screen: &Screen, till: &Till, figures: &Figures) -> ShortRow {
    let words = screen.words();
    let seen = till.seen_at.map_or_else(|| words.t("till-never"), |at| words.ago(at, figures.now));
    let silent = is_silent(till, figures);
    ShortRow {
        name: format!("{} · {}", screen.store_name(till.store.as_str()), till.code),
        href: "/tills".to_owned(),
        note: seen,
        value: words.t(if silent { "till-silent" } else { "till-online" }),
        tone: Some(if silent { Tone::Offline } else { Tone::Ok }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use domain::money::Points;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn figures(paid: i64, before: &[(&str, i64)]) -> Figures {
        let sums = |paid| DaySums { paid: Money(paid), tickets: 4, with_card: 3 };
        Figures {
            day: DayFigures {
                date: day("2026-05-10"),
                sums: sums(paid),
                points: Points(0),
                before: before.iter().map(|(date, paid)| (day(date), sums(*paid))).collect(),
                hours: None,
            },
            is_today: true,
            overdue: None,
            alerts: None,
            tills: None,
            silent_before: DateTime::UNIX_EPOCH,
            now: "2026-05-10T15:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_day_stands_beside_the_same_weekday() {
        let words = Words::sample_en();
        for (paid, before, better, said) in [
            (104, &[("2026-05-03", 100), ("2026-04-26", 1)][..], Some(true), "+4%"),
            (92, &[("2026-05-03", 100)], Some(false), "-8%"),
            (100, &[("2026-05-03", 100)], None, "0%"),
            // Two weeks ago is no comparison for "last week".
            (100, &[("2026-04-26", 50)], None, "No tickets by this hour"),
            (100, &[], None, "No tickets by this hour"),
        ] {
            let delta = delta(&words, &figures(paid, before), Unit::Amount, |day| Some(day.paid.0)).unwrap();
            assert_eq!(delta.better, better, "{paid} {before:?}");
            assert!(delta.text.replace('\u{2212}', "-").contains(said), "{}", delta.text);
        }
    }

    #[test]
    fn what_a_reader_may_not_see_is_not_there() {
        let words = Words::sample_es();
        let tiles = tiles(&words, &figures(100, &[]));
        assert_eq!(tiles.len(), 5);
        assert_eq!((tiles[2].value.contains("0,25"), tiles[3].value.contains("75")), (true, true));
    }

    #[test]
    fn the_line_runs_from_the_oldest_week_to_this_day() {
        let figures = figures(5, &[("2026-05-03", 4), ("2026-04-26", 3)]);
        assert_eq!(past(&figures, |day| Some(day.paid.0)), [3, 4, 5]);
    }
}
