//! How often does a customer come: days between visits, in the bins that a shop thinks in.

use super::Chart;
use super::svg::{Anchor, Svg, scale};
use crate::kit::words::Words;

/// First and last day of each bin; the last one is open.
const BINS: [(i64, Option<i64>); 11] = [
    (1, Some(1)),
    (2, Some(2)),
    (3, Some(3)),
    (4, Some(5)),
    (6, Some(7)),
    (8, Some(10)),
    (11, Some(14)),
    (15, Some(21)),
    (22, Some(30)),
    (31, Some(60)),
    (61, None),
];

/// How wide the open bin counts when a line must stand in it.
const OPEN_BIN_DAYS: i64 = 60;

const WIDTH: i64 = 640;
const LEFT: i64 = 36;
const TOP: i64 = 44;
const PLOT_HEIGHT: i64 = 150;
const BIN_WIDTH: i64 = 54;
const BAR_GAP: i64 = 6;

fn bin_name((first, last): (i64, Option<i64>)) -> String {
    match last {
        None => format!("> {}", first - 1),
        Some(last) if last == first => first.to_string(),
        Some(last) => format!("{first}–{last}"),
    }
}

/// How many gaps fall into each bin.
fn count(gaps_days: &[i64]) -> [i64; BINS.len()] {
    let mut counts = [0; BINS.len()];
    for gap in gaps_days {
        if let Some(bin) =
            BINS.iter().position(|(first, last)| gap >= first && last.is_none_or(|last| *gap <= last))
        {
            counts[bin] += 1;
        }
    }
    counts
}

/// Pixels from the left edge of the plot for a number of days, in hundredths.
fn offset(days_hundredths: i64) -> i64 {
    for (i, (first, last)) in BINS.iter().enumerate() {
        let last = last.unwrap_or(first + OPEN_BIN_DAYS);
        // A bin of whole days reaches half a day to both sides.
        let (from, to) = (first * 100 - 50, last * 100 + 50);
        if days_hundredths < to {
            let within = (days_hundredths - from).max(0);
            return i64::try_from(i).unwrap_or(0) * BIN_WIDTH + scale(within, to - from, BIN_WIDTH);
        }
    }
    i64::try_from(BINS.len()).unwrap_or(0) * BIN_WIDTH
}

/// The histogram of the days between visits, with lines at mean and median (hundredths of a day).
pub fn gap_histogram(words: &Words, gaps_days: &[i64], mean: i64, median: i64, period: &str) -> Chart {
    let counts = count(gaps_days);
    let mut svg = Svg::new(WIDTH, TOP + PLOT_HEIGHT + 44);
    draw_bars(&mut svg, &counts);
    draw_line(&mut svg, mean, 14, "chart-mean", &words.say("chart-mean", &[("days", &words.days(mean))]));
    draw_line(
        &mut svg,
        median,
        30,
        "chart-median",
        &words.say("chart-median", &[("days", &words.days(median))]),
    );
    svg.text(
        (LEFT + BIN_WIDTH * 11 / 2, TOP + PLOT_HEIGHT + 40),
        Anchor::Middle,
        "chart-axis",
        &words.t("chart-gaps-axis"),
    );
    let n = i64::try_from(gaps_days.len()).unwrap_or(i64::MAX);
    let most =
        counts.iter().enumerate().max_by_key(|(i, n)| (**n, std::cmp::Reverse(*i))).map_or(0, |(i, _)| i);
    let summary = words.say(
        "chart-gaps-summary",
        &[("bin", &bin_name(BINS[most])), ("mean", &words.days(mean)), ("median", &words.days(median))],
    );
    let subtitle = words.say("chart-gaps-subtitle", &[("n", words.whole(n)), ("period", period.to_owned())]);
    let rows =
        BINS.iter().zip(&counts).map(|(bin, n)| vec![bin_name(*bin), words.whole(*n)]).collect::<Vec<_>>();
    Chart::new(words, words.t("chart-gaps-title"), subtitle, summary, svg)
        .with_table(vec![words.t("chart-gaps-axis"), words.t("chart-gaps-count")], rows)
}

fn draw_bars(svg: &mut Svg, counts: &[i64]) {
    let highest = counts.iter().copied().max().unwrap_or(0);
    let floor = TOP + PLOT_HEIGHT;
    svg.line((LEFT, floor), (LEFT + BIN_WIDTH * 11, floor), "chart-floor");
    for (i, n) in counts.iter().enumerate() {
        let x = LEFT + i64::try_from(i).unwrap_or(0) * BIN_WIDTH;
        let height = scale(*n, highest, PLOT_HEIGHT - 18);
        let label = bin_name(BINS[i]);
        svg.rect_told(
            (x + BAR_GAP / 2, floor - height),
            (BIN_WIDTH - BAR_GAP, height),
            "chart-bar",
            &format!("{label}: {n}"),
        );
        let middle = x + BIN_WIDTH / 2;
        if *n > 0 {
            svg.text((middle, floor - height - 5), Anchor::Middle, "chart-value", &n.to_string());
        }
        svg.text((middle, floor + 18), Anchor::Middle, "chart-axis", &label);
    }
}

/// A line from top to floor with its words beside it, on the side where there is room.
fn draw_line(svg: &mut Svg, days: i64, text_y: i64, class: &str, label: &str) {
    let x = LEFT + offset(days);
    svg.line((x, text_y - 10), (x, TOP + PLOT_HEIGHT), class);
    let label_class = format!("chart-label {class}-label");
    if x > WIDTH / 2 {
        svg.text((x - 6, text_y), Anchor::End, &label_class, label);
    } else {
        svg.text((x + 6, text_y), Anchor::Start, &label_class, label);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gap_falls_into_one_bin() {
        let gaps: Vec<i64> = (1..=100).collect();
        let counts = count(&gaps);
        assert_eq!(counts, [1, 1, 1, 2, 2, 3, 4, 7, 9, 30, 40]);
    }

    #[test]
    fn lines_stand_where_their_days_are() {
        for (days, wanted) in
            [(100, 27), (300, 135), (450, 3 * 54 + 27), (50, 0), (6_050, 540), (99_999, 594)]
        {
            assert_eq!(offset(days), wanted, "{days}");
        }
    }

    #[test]
    fn the_chart_says_what_it_shows() {
        for words in [Words::sample_es(), Words::sample_en()] {
            let chart = gap_histogram(&words, &[5, 6, 6, 7, 6, 30], 1000, 600, "180");
            assert!(chart.summary.contains("6–7"), "{}", chart.summary);
            assert_eq!(chart.rows.len(), BINS.len());
            assert!(!chart.svg.contains("style="), "{}", chart.svg);
        }
    }
}
