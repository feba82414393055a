//! What goes with what: how much more often two things are bought together than by chance.

use super::Chart;
use super::svg::{Anchor, Svg, shorten};
use crate::kit::words::Words;

/// Two things bought together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub a: String,
    pub b: String,
    /// Tickets with both.
    pub count: i64,
    /// Hundredths: 100 is what chance would give.
    pub lift: i64,
}

pub const MATRIX_SIZE: usize = 15;

/// Below this many tickets a lift says little; its cell is grey.
pub const FEW: i64 = 30;

const CELL: (i64, i64) = (44, 28);
const LEFT: i64 = 170;
const TOP: i64 = 110;

/// The shade of a lift: chance and below, and four steps above it.
fn step(lift: i64) -> usize {
    match lift {
        ..=100 => 1,
        101..=150 => 2,
        151..=200 => 3,
        201..=300 => 4,
        _ => 5,
    }
}

/// The things that take part in most tickets of the pairs, at most [`MATRIX_SIZE`].
fn axis(pairs: &[Pair]) -> Vec<&str> {
    let mut weights: Vec<(&str, i64)> = Vec::new();
    for pair in pairs {
        for name in [pair.a.as_str(), pair.b.as_str()] {
            match weights.iter_mut().find(|(known, _)| *known == name) {
                Some((_, weight)) => *weight += pair.count,
                None => weights.push((name, pair.count)),
            }
        }
    }
    weights.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    weights.into_iter().take(MATRIX_SIZE).map(|(name, _)| name).collect()
}

/// The matrix of the strongest names; every cell prints its lift.
pub fn affinity_matrix(words: &Words, pairs: &[Pair], subtitle: String) -> Chart {
    let names = axis(pairs);
    let size = i64::try_from(names.len()).unwrap_or(0);
    let mut svg = Svg::new(LEFT + size * CELL.0 + 70, TOP + size * CELL.1 + 8);
    draw_names(&mut svg, &names);
    let mut rows = Vec::new();
    for (i, a) in names.iter().enumerate() {
        for (j, b) in names.iter().enumerate() {
            let at = (LEFT + index(j) * CELL.0, TOP + index(i) * CELL.1);
            let Some(pair) = find(pairs, a, b) else {
                let class = if i == j { "heat-self" } else { "heat-none" };
                svg.rect((at.0 + 1, at.1 + 1), (CELL.0 - 2, CELL.1 - 2), class);
                continue;
            };
            draw_cell(&mut svg, at, pair, words);
            if i < j {
                rows.push((
                    pair.lift,
                    vec![pair.a.clone(), pair.b.clone(), words.whole(pair.count), words.ratio(pair.lift)],
                ));
            }
        }
    }
    rows.sort_by_key(|(lift, _)| std::cmp::Reverse(*lift));
    let strongest = pairs.iter().filter(|p| p.count >= FEW).max_by_key(|p| p.lift).or(pairs.first());
    let summary = strongest.map_or_else(
        || words.t("affinity-none"),
        |p| {
            words.say(
                "chart-affinity-summary",
                &[("a", &p.a), ("b", &p.b), ("lift", &words.ratio(p.lift)), ("n", &words.whole(p.count))],
            )
        },
    );
    let columns = ["affinity-a", "affinity-b", "affinity-count", "affinity-lift"].map(|key| words.t(key));
    Chart::new(words, words.t("chart-affinity-title"), subtitle, summary, svg)
        .with_table(columns.to_vec(), rows.into_iter().map(|(_, row)| row).collect())
}

fn index(i: usize) -> i64 {
    i64::try_from(i).unwrap_or(0)
}

fn find<'a>(pairs: &'a [Pair], a: &str, b: &str) -> Option<&'a Pair> {
    pairs.iter().find(|p| (p.a == a && p.b == b) || (p.a == b && p.b == a))
}

fn draw_names(svg: &mut Svg, names: &[&str]) {
    for (i, name) in names.iter().enumerate() {
        let row = TOP + index(i) * CELL.1 + 19;
        svg.text((LEFT - 8, row), Anchor::End, "chart-axis", &shorten(name, 22));
        svg.text_slanted((LEFT + index(i) * CELL.0 + 20, TOP - 8), "chart-axis", &shorten(name, 18));
    }
}

fn draw_cell(svg: &mut Svg, at: (i64, i64), pair: &Pair, words: &Words) {
    let class = if pair.count < FEW { "heat-few".to_owned() } else { format!("heat-{}", step(pair.lift)) };
    let told =
        format!("{} + {}: {} (n = {})", pair.a, pair.b, words.ratio(pair.lift), words.whole(pair.count));
    svg.rect_told((at.0 + 1, at.1 + 1), (CELL.0 - 2, CELL.1 - 2), &class, &told);
    svg.text(
        (at.0 + CELL.0 / 2, at.1 + 19),
        Anchor::Middle,
        &format!("{class}-text"),
        &words.ratio_short(pair.lift),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(a: &str, b: &str, count: i64, lift: i64) -> Pair {
        Pair { a: a.to_owned(), b: b.to_owned(), count, lift }
    }

    #[test]
    fn the_axis_holds_the_weightiest_names() {
        let pairs: Vec<Pair> = (0..20).map(|i| pair("bread", &format!("p{i:02}"), 100 - i, 120)).collect();
        let names = axis(&pairs);
        assert_eq!(names.len(), MATRIX_SIZE);
        assert_eq!(names[..2], ["bread", "p00"]);
    }

    #[test]
    fn shades_follow_the_lift() {
        for (lift, wanted) in [(50, 1), (100, 1), (101, 2), (180, 3), (300, 4), (410, 5)] {
            assert_eq!(step(lift), wanted, "{lift}");
        }
    }

    #[test]
    fn few_tickets_are_grey_and_do_not_lead_the_summary() {
        let pairs = [pair("a", "b", 40, 150), pair("a", "c", 3, 900)];
        let chart = affinity_matrix(&Words::sample_en(), &pairs, String::new());
        assert!(chart.svg.contains("heat-few"), "{}", chart.svg);
        assert!(chart.summary.contains('b') && !chart.summary.contains('9'), "{}", chart.summary);
        assert_eq!(chart.rows.len(), 2);
    }
}
