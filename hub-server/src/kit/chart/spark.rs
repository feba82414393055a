//! A line without axes beside a figure.

use super::svg::{Svg, scale};

const WIDTH: i64 = 96;
const HEIGHT: i64 = 28;
const PAD: i64 = 4;

/// The line of `values`, oldest first, with a dot on the last; nothing where there is no line to draw.
pub fn sparkline(values: &[i64], title: &str) -> String {
    if values.len() < 2 {
        return String::new();
    }
    let highest = values.iter().copied().max().unwrap_or(0).max(1);
    let last = i64::try_from(values.len() - 1).unwrap_or(1);
    let points: Vec<(i64, i64)> = values
        .iter()
        .zip(0..)
        .map(|(value, i)| {
            let height = scale((*value).max(0), highest, HEIGHT - 2 * PAD);
            (PAD + scale(i, last, WIDTH - 2 * PAD), HEIGHT - PAD - height)
        })
        .collect();
    let mut svg = Svg::new(WIDTH, HEIGHT);
    svg.polyline(&points, "spark-line");
    if let Some(end) = points.last() {
        svg.circle(*end, 3, "spark-end");
    }
    svg.ornament(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_is_no_line() {
        assert_eq!(sparkline(&[3], "x"), "");
        let svg = sparkline(&[0, 5, 10], "t");
        assert!(svg.contains("4,24 48,14 92,4"), "{svg}");
    }
}
