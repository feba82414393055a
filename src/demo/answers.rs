//! The two answers that everything else is about, as a table for a terminal.

use std::sync::LazyLock;

use chrono::NaiveDate;
use domain::Quantity;
use kit::{Arg, Locale, Texts, format};

pub static TEXTS: LazyLock<Texts> =
    LazyLock::new(|| Texts::embedded(&[include_str!("texts/es.ftl")], &[include_str!("texts/en.ftl")]));

/// What the hub's reports say, reduced to what the table shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    pub as_of: NaiveDate,
    /// The members that are shown.
    pub rows: Vec<MemberAnswer>,
    pub cards: i64,
    /// Members with enough visits for a rhythm.
    pub known: i64,
    pub overdue: i64,
    pub visits_needed: i64,
    pub pairs: Vec<PairAnswer>,
    /// The low shelf with the fewest days of cover.
    pub runs_out: Option<ShelfAnswer>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct MemberAnswer {
    pub card: String,
    /// First name and initial.
    pub name: String,
    pub visits: i64,
    /// Mean and median in hundredths of a day; none below the minimum of visits.
    pub interval: Option<(i64, i64)>,
    pub expected_next: Option<NaiveDate>,
    /// Above zero only where the expected day has passed.
    pub overdue_days: Option<i64>,
    pub usual: Vec<UsualAnswer>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct UsualAnswer {
    pub name: String,
    /// Not bought on the last visit.
    pub missed: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PairAnswer {
    pub a: String,
    pub b: String,
    pub count: i64,
    pub lift: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ShelfAnswer {
    pub product: String,
    pub store: String,
    /// In hundredths of a day.
    pub days_of_cover: i64,
}

impl Answers {
    /// The table and the two lines under it, each line ended.
    pub fn render(&self, locale: Locale) -> String {
        let say = |key: &str, args: &[(&str, Arg<'_>)]| TEXTS.say(locale, key, args);
        let as_of = say("as-of", &[("date", format::day(locale, self.as_of).into())]);
        let heading =
            ["col-card", "col-name", "col-visits", "col-every", "col-next", "col-usual"].map(|k| say(k, &[]));
        let mut cells = vec![heading];
        cells.extend(self.rows.iter().map(|row| self.cells(locale, row)));
        let summary = say(
            "summary",
            &[
                ("cards", self.cards.into()),
                ("known", self.known.into()),
                ("overdue", self.overdue.into()),
                ("fresh", (self.cards - self.known).into()),
            ],
        );
        format!(
            "{}        {as_of}\n{} …  {summary}        {}\n{}    {}\n",
            say("question", &[]),
            aligned(&cells),
            say("all-rows", &[]),
            self.together(locale),
            self.shelf(locale),
        )
    }

    fn cells(&self, locale: Locale, row: &MemberAnswer) -> [String; 6] {
        let say = |key: &str, args: &[(&str, Arg<'_>)]| TEXTS.say(locale, key, args);
        let every = row.interval.map_or_else(
            || "—".to_owned(),
            |(mean, median)| {
                let mean = format::one_decimal(locale, mean);
                let median = format::quantity(locale, Quantity(median * 10));
                say("every", &[("mean", mean.into()), ("median", median.into())])
            },
        );
        let next = match (row.expected_next, row.overdue_days) {
            (Some(_), Some(days)) if days > 0 => say("overdue", &[("n", days.into())]),
            (Some(date), _) => format::day(locale, date),
            (None, _) => say("no-pattern", &[("n", self.visits_needed.into())]),
        };
        let usual: Vec<String> = row
            .usual
            .iter()
            .map(|product| {
                if product.missed {
                    format!("{} {}", product.name, say("missed", &[]))
                } else {
                    product.name.clone()
                }
            })
            .collect();
        [row.card.clone(), row.name.clone(), row.visits.to_string(), every, next, usual.join(" · ")]
    }

    fn together(&self, locale: Locale) -> String {
        let pairs: Vec<String> = self.pairs.iter().map(|pair| pair_text(locale, pair)).collect();
        let list = if pairs.is_empty() { TEXTS.get(locale, "together-none") } else { pairs.join(" · ") };
        format!("{} {list}", TEXTS.get(locale, "together"))
    }

    fn shelf(&self, locale: Locale) -> String {
        let text = match &self.runs_out {
            None => TEXTS.get(locale, "runs-out-none"),
            Some(shelf) => {
                let days = format::one_decimal(locale, shelf.days_of_cover);
                let args = [
                    ("product", (&shelf.product).into()),
                    ("store", (&shelf.store).into()),
                    ("days", days.into()),
                ];
                TEXTS.say(locale, "shelf", &args)
            }
        };
        format!("{} {text}", TEXTS.get(locale, "runs-out"))
    }
}

fn pair_text(locale: Locale, pair: &PairAnswer) -> String {
    // Rounded for reading only; the report has the exact figure.
    #[expect(clippy::cast_possible_truncation, reason = "a lift is far below i64::MAX / 100")]
    let lift = format::one_decimal(locale, (pair.lift * 100.0).round() as i64);
    let args =
        [("a", (&pair.a).into()), ("b", (&pair.b).into()), ("lift", lift.into()), ("n", pair.count.into())];
    TEXTS.say(locale, "pair", &args)
}

/// Columns as wide as their widest cell; the number of visits stands to the right, the last column ends
/// where its text ends. A row without usual products leaves the column before it unbounded.
fn aligned(rows: &[[String; 6]]) -> String {
    const RIGHT: usize = 2;
    let width = |column: usize| {
        let cells = rows.iter().filter(|row| column < 4 || !row[5].is_empty());
        cells.map(|row| row[column].chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..5).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, width) in widths.iter().enumerate() {
            let (cell, width) = (&row[column], *width);
            line.push(' ');
            line.push_str(&if column == RIGHT {
                format!("{cell:>width$}")
            } else {
                format!("{cell:<width$}")
            });
            line.push(' ');
        }
        line.push(' ');
        line.push_str(&row[5]);
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual(name: &str, missed: bool) -> UsualAnswer {
        UsualAnswer { name: name.to_owned(), missed }
    }

    fn answers() -> Answers {
        let row = |card: &str, name: &str, visits, interval, expected: Option<&str>, overdue_days, usual| {
            let expected_next = expected.map(|date| date.parse().unwrap());
            MemberAnswer {
                card: card.to_owned(),
                name: name.to_owned(),
                visits,
                interval,
                expected_next,
                overdue_days,
                usual,
            }
        };
        Answers {
            as_of: "2025-11-23".parse().unwrap(),
            rows: vec![
                row(
                    "2990000010421",
                    "Ana M.",
                    31,
                    Some((570, 600)),
                    Some("2025-11-27"),
                    Some(-4),
                    vec![usual("Leche", false), usual("Café", true)],
                ),
                row("2990000010438", "Luis P.", 11, Some((1460, 1450)), Some("2025-11-14"), Some(9), vec![]),
                row("2990000010445", "Eva R.", 2, None, None, None, vec![]),
            ],
            cards: 1_200,
            known: 1_153,
            overdue: 112,
            visits_needed: 3,
            pairs: vec![PairAnswer {
                a: "Pañales".to_owned(),
                b: "Toallitas".to_owned(),
                count: 1612,
                lift: 4.06,
            }],
            runs_out: Some(ShelfAnswer {
                product: "Leche".to_owned(),
                store: "Centro".to_owned(),
                days_of_cover: 180,
            }),
        }
    }

    #[test]
    fn the_table_is_written_in_both_languages() {
        let english = "\
How often do they come, and what do they usually take?        (as of Sun, Nov 23)
 card           name     visits  every (mean/median)  next visit   usually takes
 2990000010421  Ana M.       31  5.7 d / 6 d          Thu, Nov 27  Leche · Café (missing last time)
 2990000010438  Luis P.      11  14.6 d / 14.5 d      overdue by 9 d
 2990000010445  Eva R.        2  —                    no pattern yet (needs 3 visits)
 …  1,200 cards: 1,153 with a pattern (112 overdue) · 47 new        all rows: start with --data DIR, then hub-server report visits --data DIR --json
Goes together: Pañales + Toallitas lift 4.1 (n=1,612)    Runs out first: Leche, Centro, 1.8 days
";
        let spanish = "\
¿Cada cuánto vienen y qué suelen comprar?        (a dom 23 nov)
 tarjeta        nombre   visitas  cada (media/mediana)  próxima visita  suele comprar
 2990000010421  Ana M.        31  5,7 d / 6 d           jue 27 nov      Leche · Café (faltó la última vez)
 2990000010438  Luis P.       11  14,6 d / 14,5 d       atrasada 9 d
 2990000010445  Eva R.         2  —                     aún sin ritmo (hacen falta 3 visitas)
 …  1.200 tarjetas: 1.153 con ritmo (112 atrasadas) · 47 nuevas        todas las filas: arranque con --data CARPETA y luego hub-server report visits --data CARPETA --json
Van juntos: Pañales + Toallitas lift 4,1 (n=1.612)    Lo primero que se agota: Leche, Centro, 1,8 días
";
        for (locale, wanted) in [(Locale::EnUs, english), (Locale::EsCo, spanish)] {
            let text = answers().render(locale);
            assert_eq!(text, wanted, "\n{text}");
        }
    }

    #[test]
    fn an_empty_chain_says_why_there_is_nothing() {
        let empty = Answers { rows: vec![], pairs: vec![], runs_out: None, cards: 0, known: 0, ..answers() };
        let text = empty.render(Locale::EnUs);
        assert!(text.contains("no pair often enough yet") && text.contains("nothing is below"), "{text}");
    }

    #[test]
    fn both_languages_have_the_same_texts() {
        let (es, en) = (include_str!("texts/es.ftl"), include_str!("texts/en.ftl"));
        assert_eq!(kit::text::check_same_keys(es, en), Vec::<String>::new());
    }
}
