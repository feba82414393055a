//! What runs out, and is today normal: bars from zero.

use super::Chart;
use super::svg::{Anchor, Svg, scale, shorten};
use crate::kit::words::Words;

/// One product on the shelf of one store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverBar {
    pub name: String,
    /// Hundredths of a day that the stock lasts at the present pace.
    pub cover: i64,
    /// Days until an order arrives.
    pub lead_days: i64,
}

const WIDTH: i64 = 640;
const NAME_WIDTH: i64 = 210;
const BAR_WIDTH: i64 = WIDTH - NAME_WIDTH - 80;
const ROW: i64 = 26;
const TOP: i64 = 8;

/// Days of cover, most urgent first as given; a tick where a new order would arrive.
pub fn cover_bars(words: &Words, bars: &[CoverBar], subtitle: String) -> Chart {
    let rows = i64::try_from(bars.len()).unwrap_or(0);
    let mut svg = Svg::new(WIDTH, TOP + rows * ROW + 30);
    let longest = bars.iter().map(|b| b.cover.max(b.lead_days * 100)).max().unwrap_or(0).max(100);
    for (bar, i) in bars.iter().zip(0..) {
        draw_cover(&mut svg, bar, TOP + i * ROW, longest, words);
    }
    let key_y = TOP + rows * ROW + 20;
    svg.line((NAME_WIDTH, key_y - 10), (NAME_WIDTH, key_y + 4), "chart-lead");
    svg.text((NAME_WIDTH + 6, key_y), Anchor::Start, "chart-axis", &words.t("chart-cover-lead"));
    let late = bars.iter().filter(|b| b.cover < b.lead_days * 100).count();
    let summary = if late == 0 {
        words.t("chart-cover-none")
    } else {
        words.count("chart-cover-summary", i64::try_from(late).unwrap_or(i64::MAX))
    };
    let table =
        bars.iter().map(|b| vec![b.name.clone(), words.days(b.cover), words.whole(b.lead_days)]).collect();
    let columns = ["stock-product", "stock-cover", "stock-lead-days"].map(|key| words.t(key));
    Chart::new(words, words.t("chart-cover-title"), subtitle, summary, svg)
        .with_table(columns.to_vec(), table)
}

fn draw_cover(svg: &mut Svg, bar: &CoverBar, y: i64, longest: i64, words: &Words) {
    let late = bar.cover < bar.lead_days * 100;
    let class = if late { "chart-bar-late" } else { "chart-bar" };
    svg.text((NAME_WIDTH - 8, y + 17), Anchor::End, "chart-axis", &shorten(&bar.name, 30));
    let width = scale(bar.cover.max(0), longest, BAR_WIDTH);
    let cover = words.days(bar.cover);
    svg.rect_told((NAME_WIDTH, y + 4), (width.max(2), ROW - 8), class, &format!("{}: {cover}", bar.name));
    let lead = NAME_WIDTH + scale(bar.lead_days * 100, longest, BAR_WIDTH);
    svg.line((lead, y + 1), (lead, y + ROW - 1), "chart-lead");
    let label = NAME_WIDTH + width.max(lead - NAME_WIDTH) + 8;
    svg.text((label, y + 17), Anchor::Start, "chart-value", &cover);
}

/// One hour of trading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourBar {
    pub hour: u32,
    /// Tickets today.
    pub tickets: i64,
    /// Least and most on the same weekday of the weeks before; none without such weeks.
    pub usual: Option<(i64, i64)>,
    /// The hour is still running.
    pub running: bool,
}

const HOURS_HEIGHT: i64 = 140;
const HOURS_TOP: i64 = 16;
const HOURS_LEFT: i64 = 8;

/// Tickets by hour against the band of the same weekday; a running hour is hatched.
pub fn hourly_bars(words: &Words, hours: &[HourBar], summary: String, subtitle: String) -> Chart {
    let mut svg = Svg::new(WIDTH, HOURS_TOP + HOURS_HEIGHT + 26);
    svg.hatch("hour-running");
    let slot = (WIDTH - 2 * HOURS_LEFT) / i64::try_from(hours.len().max(1)).unwrap_or(1);
    let highest = hours.iter().map(|h| h.tickets.max(h.usual.map_or(0, |u| u.1))).max().unwrap_or(0).max(1);
    let floor = HOURS_TOP + HOURS_HEIGHT;
    for (hour, i) in hours.iter().zip(0..) {
        draw_hour(&mut svg, *hour, HOURS_LEFT + i * slot, slot, highest);
    }
    svg.line((HOURS_LEFT, floor), (WIDTH - HOURS_LEFT, floor), "chart-floor");
    let table = hours
        .iter()
        .map(|h| {
            let usual = h.usual.map_or_else(|| "—".to_owned(), |(least, most)| format!("{least}–{most}"));
            vec![format!("{:02}:00", h.hour), words.whole(h.tickets), usual]
        })
        .collect();
    let columns = ["chart-hour", "overview-tickets", "chart-hour-usual"].map(|key| words.t(key));
    Chart::new(words, words.t("chart-hours-title"), subtitle, summary, svg)
        .with_table(columns.to_vec(), table)
}

fn draw_hour(svg: &mut Svg, hour: HourBar, x: i64, slot: i64, highest: i64) {
    let floor = HOURS_TOP + HOURS_HEIGHT;
    let y = |n: i64| floor - scale(n, highest, HOURS_HEIGHT - 14);
    if let Some((least, most)) = hour.usual {
        svg.rect((x + 1, y(most)), (slot - 2, (y(least) - y(most)).max(2)), "chart-band");
    }
    let told = format!("{:02}:00: {}", hour.hour, hour.tickets);
    let (at, size) = ((x + slot / 4, y(hour.tickets)), (slot / 2, floor - y(hour.tickets)));
    if hour.running {
        svg.rect_hatched(at, size, "hour-running");
    } else {
        svg.rect_told(at, size, "chart-bar", &told);
    }
    if hour.tickets > 0 {
        svg.text(
            (x + slot / 2, y(hour.tickets) - 4),
            Anchor::Middle,
            "chart-value",
            &hour.tickets.to_string(),
        );
    }
    svg.text((x + slot / 2, floor + 18), Anchor::Middle, "chart-axis", &format!("{}", hour.hour));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stock_that_ends_before_an_order_arrives_is_marked() {
        let bar = |name: &str, cover| CoverBar { name: name.to_owned(), cover, lead_days: 3 };
        let chart = cover_bars(
            &Words::sample_en(),
            &[bar("milk", 180), bar("bread", 300), bar("rice", 900)],
            String::new(),
        );
        assert_eq!(chart.svg.matches("chart-bar-late").count(), 1, "{}", chart.svg);
        assert!(chart.summary.contains('1'), "{}", chart.summary);
    }

    #[test]
    fn a_running_hour_is_hatched() {
        let hour = |hour, running| HourBar { hour, tickets: 4, usual: Some((2, 6)), running };
        let chart =
            hourly_bars(&Words::sample_es(), &[hour(9, false), hour(10, true)], String::new(), String::new());
        assert_eq!(chart.svg.matches("url(#hour-running)").count(), 1);
        assert_eq!(chart.rows[0][2], "2–6");
    }
}
