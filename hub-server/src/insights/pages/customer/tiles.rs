//! The four answers that stand above everything else.

use chrono::NaiveDate;
use domain::time::days_between;

use super::CustomerFigures;
use crate::insights::visits::{Interval, Rhythm};
use crate::kit::Words;
use crate::kit::tile::{Delta, Tile};

pub(super) fn answers(words: &Words, figures: &CustomerFigures, rhythm: &Rhythm) -> Vec<Tile> {
    let age = words.as_of_date(figures.as_of, figures.now);
    let n = words.count("customer-n-visits", rhythm.visits);
    let mut often =
        Tile { label: words.t("customer-rhythm"), n: n.clone(), age: age.clone(), ..Tile::default() };
    let mut next = Tile { label: words.t("customer-next"), n, age: age.clone(), ..Tile::default() };
    if let (Some(interval), Some(expected)) = (rhythm.interval, rhythm.expected_next()) {
        fill_rhythm(words, &mut often, interval);
        fill_next(words, &mut next, expected, figures.as_of);
        if let Some(last) = rhythm.last {
            let when = words.relative(days_between(words.today(figures.now), last));
            often.age = words.say("customer-last", &[("when", when)]);
        }
    } else {
        "—".clone_into(&mut often.value);
        "—".clone_into(&mut next.value);
        often.delta = Some(quiet(words.count("customer-no-pattern", rhythm.visits)));
        next.delta = Some(quiet(words.t("customers-no-pattern")));
    }
    vec![often, next, usual_tile(words, figures, age), balance_tile(words, figures)]
}

fn quiet(text: String) -> Delta {
    Delta { text, better: None }
}

fn fill_rhythm(words: &Words, tile: &mut Tile, interval: Interval) {
    tile.value = words.say("customer-every", &[("days", words.days(interval.mean))]);
    tile.delta = Some(quiet(words.say("customer-median", &[("days", words.days(interval.median))])));
}

fn fill_next(words: &Words, tile: &mut Tile, expected: NaiveDate, as_of: NaiveDate) {
    tile.value = words.day(expected);
    let late = days_between(expected, as_of);
    tile.alarm = late > 0;
    tile.delta = Some(if late > 0 {
        Delta { text: words.count("customer-overdue", late), better: Some(false) }
    } else {
        Delta { text: words.t("customer-on-time"), better: Some(true) }
    });
}

fn usual_tile(words: &Words, figures: &CustomerFigures, age: String) -> Tile {
    let due = i64::try_from(figures.usual.iter().filter(|item| item.due).count()).unwrap_or(i64::MAX);
    let names: Vec<&str> = figures.usual.iter().take(3).map(|item| item.name.as_str()).collect();
    let delta = match (figures.usual.is_empty(), due) {
        (true, _) => words.t("customer-no-usual"),
        (false, 0) => words.t("customer-none-due"),
        (false, due) => words.count("customer-due-count", due),
    };
    Tile {
        label: words.t("customer-usual"),
        value: if names.is_empty() { "—".to_owned() } else { names.join(" · ") },
        delta: Some(quiet(delta)),
        n: words.count("customer-n-visits", i64::try_from(figures.visits.len()).unwrap_or(i64::MAX)),
        age,
        wordy: !names.is_empty(),
        ..Tile::default()
    }
}

fn balance_tile(words: &Words, figures: &CustomerFigures) -> Tile {
    let available = words.say("customer-available", &[("points", words.points(figures.available))]);
    let debt = words.say("customer-debt", &[("points", words.points(figures.debt))]);
    let pending = figures.pending.map(|pending| {
        let [all, first] = [pending.points, pending.first].map(|points| words.points(points));
        let key =
            if pending.points == pending.first { "customer-pending" } else { "customer-pending-several" };
        words.say(key, &[("points", all), ("first", first), ("date", words.date(pending.on))])
    });
    let ending = figures.ending.map(|(points, on)| {
        let date = words.date(on);
        words.say("customer-ending", &[("points", words.points(points)), ("date", date)])
    });
    let debt = Some(debt).filter(|_| !figures.debt.is_zero());
    let text: Vec<String> = [Some(available), pending, debt, ending].into_iter().flatten().collect();
    Tile {
        label: words.t("customer-balance"),
        value: words.points_text(figures.balance),
        delta: Some(quiet(text.join(" · "))),
        age: words.as_of(figures.now, figures.now),
        ..Tile::default()
    }
}
