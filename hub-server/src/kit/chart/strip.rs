//! When will they come next: the visits of the past as dots, the expected stretch as a bar, today as a line.

use chrono::{Datelike, NaiveDate};
use domain::time::{days_between, plus_days};

use super::Chart;
use super::svg::{Anchor, Svg, scale};
use crate::kit::words::Words;

/// What the strip is drawn from.
#[derive(Debug, Clone)]
pub struct NextVisit<'a> {
    /// Any order; older ones than the strip reaches are left out.
    pub visits: &'a [NaiveDate],
    pub expected: NaiveDate,
    /// First and last day of the stretch in which four of five intervals would end.
    pub likely: (NaiveDate, NaiveDate),
    /// The date that late is judged by, and its name: "today" where it is.
    pub today: NaiveDate,
    pub today_name: String,
}

const WIDTH: i64 = 640;
const HEIGHT: i64 = 112;
const LEFT: i64 = 12;
const PLOT_WIDTH: i64 = WIDTH - 2 * LEFT;
const ROW: i64 = 56;
const PAST_DAYS: i64 = 90;
const MARGIN_DAYS: i64 = 4;

struct Axis {
    first: NaiveDate,
    days: i64,
}

impl Axis {
    fn x(&self, date: NaiveDate) -> i64 {
        LEFT + scale(days_between(self.first, date), self.days, PLOT_WIDTH)
    }
}

/// The strip for one customer with a pattern.
pub fn next_visit_strip(words: &Words, next: &NextVisit<'_>) -> Chart {
    let first = plus_days(next.today, -PAST_DAYS);
    let last = next.likely.1.max(next.expected).max(next.today);
    let axis = Axis { first, days: days_between(first, last) + MARGIN_DAYS };
    let mut svg = Svg::new(WIDTH, HEIGHT);
    draw_months(&mut svg, &axis, words);
    let overdue = days_between(next.likely.1, next.today).max(0);
    draw_forecast(&mut svg, &axis, next, overdue > 0, words);
    let shown: Vec<NaiveDate> = next.visits.iter().copied().filter(|day| *day >= first).collect();
    for day in &shown {
        svg.circle((axis.x(*day), ROW), 5, "chart-dot");
    }
    let expected = words.date(next.expected);
    let summary = if overdue > 0 {
        words.say(
            "chart-next-overdue",
            &[("date", &expected), ("days", &words.whole(days_between(next.expected, next.today)))],
        )
    } else {
        words.say(
            "chart-next-summary",
            &[("date", &expected), ("from", &words.date(next.likely.0)), ("to", &words.date(next.likely.1))],
        )
    };
    let n = i64::try_from(shown.len()).unwrap_or(i64::MAX);
    let subtitle = words.count("chart-next-subtitle", n);
    let mut days = shown;
    days.sort_unstable_by(|a, b| b.cmp(a));
    Chart::new(words, words.t("chart-next-title"), subtitle, summary, svg)
        .with_table(vec![words.t("visits-day")], days.into_iter().map(|day| vec![words.date(day)]).collect())
}

fn draw_months(svg: &mut Svg, axis: &Axis, words: &Words) {
    svg.line((LEFT, ROW), (LEFT + PLOT_WIDTH, ROW), "chart-floor");
    for offset in 0..=axis.days {
        let day = plus_days(axis.first, offset);
        if day.day() == 1 {
            let x = axis.x(day);
            svg.line((x, ROW + 10), (x, ROW + 18), "chart-tick");
            // A month that begins at the edge has no room for its name.
            if offset + 8 < axis.days {
                svg.text((x + 4, ROW + 24), Anchor::Start, "chart-axis", &words.month(day));
            }
        }
    }
}

fn draw_forecast(svg: &mut Svg, axis: &Axis, next: &NextVisit<'_>, overdue: bool, words: &Words) {
    let class = if overdue { "chart-late" } else { "chart-forecast" };
    let (from, to) = (axis.x(next.likely.0), axis.x(next.likely.1));
    svg.rect((from, ROW - 9), ((to - from).max(6), 18), class);
    let x = axis.x(next.expected);
    svg.line((x, ROW - 13), (x, ROW + 13), "chart-expected");
    let today = axis.x(next.today);
    svg.line((today, 18), (today, ROW + 20), "chart-today");
    let (anchor, at) =
        if today > WIDTH * 3 / 4 { (Anchor::End, today - 5) } else { (Anchor::Start, today + 5) };
    svg.text((at, 24), anchor, "chart-label", &next.today_name);
    let label = if overdue { words.t("chart-late") } else { words.t("chart-expected") };
    let (anchor, at) = if x > WIDTH * 3 / 4 { (Anchor::End, WIDTH - LEFT) } else { (Anchor::Start, x) };
    let label_class = if overdue { "chart-label chart-late-label" } else { "chart-label" };
    svg.text((at, HEIGHT - 8), anchor, label_class, &format!("{label}: {}", words.date(next.expected)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn overdue_is_said_in_words() {
        let visits = [day("2026-05-01"), day("2026-05-07")];
        let mut next = NextVisit {
            visits: &visits,
            expected: day("2026-05-13"),
            likely: (day("2026-05-12"), day("2026-05-15")),
            today: day("2026-05-10"),
            today_name: "today".to_owned(),
        };
        let words = Words::sample_en();
        let calm = next_visit_strip(&words, &next);
        assert!(!calm.svg.contains("chart-late"), "{}", calm.svg);
        next.today = day("2026-05-20");
        let late = next_visit_strip(&words, &next);
        assert!(late.svg.contains("chart-late"), "{}", late.svg);
        assert!(late.summary.contains('7'), "{}", late.summary);
    }

    #[test]
    fn everything_stays_inside_the_drawing() {
        let visits = [day("2020-01-01"), day("2026-05-07")];
        let next = NextVisit {
            visits: &visits,
            expected: day("2026-09-01"),
            likely: (day("2026-08-12"), day("2026-10-15")),
            today: day("2026-05-10"),
            today_name: "today".to_owned(),
        };
        let axis = Axis { first: day("2026-02-09"), days: 252 };
        assert!(axis.x(next.likely.1) <= WIDTH - LEFT);
        assert_eq!(next_visit_strip(&Words::sample_es(), &next).rows.len(), 1);
    }
}
