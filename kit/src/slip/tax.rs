//! The table of taxes at the end of a receipt: for each rate the amount it was charged on, and the tax.
//!
//! A sale keeps what was charged, not the rate: the rate is read off the two amounts. A line of a few cents
//! fits many rates. The rate that the catalogue names is believed where it gives these very amounts; it may have changed
//! since the sale, so where it does not, the rates of the ticket's other lines are tried before a rounding is.

use std::collections::BTreeMap;

use domain::Money;
use domain::money::scale_half_up;
use domain::pricing::TaxMode;
use domain::sale::{LineKind, SaleLine};

/// One whole in the unit of a rate, 1/100 of a per cent.
const WHOLE: i64 = 10_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxRow {
    /// In 1/100 of a per cent.
    pub rate: i64,
    /// Both negative where more was given back than sold.
    pub base: Money,
    pub tax: Money,
    /// The numbers of the lines that it was charged on.
    pub lines: Vec<u32>,
}

/// The table for these lines, lowest rate first. `known` is the rate of today's catalogue.
pub fn taxes<'l>(
    lines: impl Iterator<Item = &'l SaleLine>,
    known: impl Fn(&SaleLine) -> Option<i64>,
) -> Vec<TaxRow> {
    let lines: Vec<&SaleLine> = lines.collect();
    let sure: Vec<i64> = lines.iter().copied().filter_map(|line| certain(line, known(line))).collect();
    let mut rows: BTreeMap<i64, TaxRow> = BTreeMap::new();
    for line in lines {
        let sign = if line.kind == LineKind::Return { -1 } else { 1 };
        let rate = rate(line, known(line), &sure);
        let nothing = || TaxRow { rate, base: Money::ZERO, tax: Money::ZERO, lines: vec![] };
        let row = rows.entry(rate).or_insert_with(nothing);
        row.base = Money(row.base.0.saturating_add(sign * line.net.0));
        row.tax = Money(row.tax.0.saturating_add(sign * line.tax.0));
        row.lines.push(line.number);
    }
    rows.into_values().collect()
}

/// The rate of a line where that leaves no doubt: the catalogue's that gives its amounts, or what large amounts show.
fn certain(line: &SaleLine, known: Option<i64>) -> Option<i64> {
    let shown =
        || Some(read_off(line)).filter(|rate| ![rate - 10, rate + 10].iter().any(|near| agrees(line, *near)));
    known.filter(|known| gives(line, *known)).or_else(shown)
}

fn rate(line: &SaleLine, known: Option<i64>, others: &[i64]) -> i64 {
    let exact = known.filter(|known| gives(line, *known));
    let of_others = || others.iter().copied().find(|other| gives(line, *other));
    let near = || known.filter(|known| agrees(line, *known));
    exact.or_else(of_others).or_else(near).unwrap_or_else(|| read_off(line))
}

fn read_off(line: &SaleLine) -> i64 {
    let exact = scale_half_up(line.tax.0, WHOLE, line.net.0).unwrap_or_default();
    // Laws name round figures: whole per cents, then halves, then tenths.
    let round = |step: i64| (exact + step / 2).div_euclid(step) * step;
    [100, 50, 10].map(round).into_iter().find(|near| agrees(line, *near)).unwrap_or(exact)
}

/// Whether the rate gives these very amounts, in prices with tax or in prices without.
fn gives(line: &SaleLine, rate: i64) -> bool {
    let paid = Money(line.net.0.saturating_add(line.tax.0));
    let amounts = Ok((line.net, line.tax));
    TaxMode::Inclusive.split(paid, rate) == amounts || TaxMode::Exclusive.split(line.net, rate) == amounts
}

/// Whether the rate explains the amounts up to the rounding of one minor unit.
fn agrees(line: &SaleLine, rate: i64) -> bool {
    scale_half_up(line.net.0, rate, WHOLE).is_ok_and(|tax| (tax - line.tax.0).abs() <= 1)
}

#[cfg(test)]
mod tests {
    use domain::Quantity;

    use super::*;

    fn line(kind: LineKind, sku: &str, paid: i64, rate: i64) -> SaleLine {
        let (net, tax) = TaxMode::Inclusive.split(Money(paid), rate).unwrap();
        SaleLine {
            number: 1,
            kind,
            sku: sku.parse().unwrap(),
            name: String::new(),
            product_line: String::new(),
            category: String::new(),
            quantity: Quantity::ONE,
            unit_price: Money(paid),
            gross: Money(paid),
            discount: Money::ZERO,
            net,
            tax,
            promotion: None,
            origin: None,
            without_receipt: false,
            read_code: None,
            gift_card: None,
            keeps: vec![],
        }
    }

    fn row(rate: i64, base: i64, tax: i64, lines: &[u32]) -> TaxRow {
        TaxRow { rate, base: Money(base), tax: Money(tax), lines: lines.to_vec() }
    }

    #[test]
    fn lines_of_a_rate_come_together() {
        let lines = [
            line(LineKind::Sale, "a", 1_190, 1_900),
            line(LineKind::Sale, "b", 10_500, 500),
            line(LineKind::Sale, "c", 2_380, 1_900),
            line(LineKind::Sale, "d", 700, 0),
            line(LineKind::Return, "a", 1_190, 1_900),
        ];
        let numbered = (1..).zip(lines).map(|(number, line)| SaleLine { number, ..line });
        let lines: Vec<SaleLine> = numbered.collect();
        let table = taxes(lines.iter(), |_| None);
        let wanted = [row(0, 700, 0, &[4]), row(500, 10_000, 500, &[2]), row(1_900, 2_000, 380, &[1, 3, 5])];
        assert_eq!(table, wanted);
    }

    #[test]
    fn a_rate_is_read_off_the_amounts() {
        for rate in [0, 400, 500, 550, 800, 1_000, 1_050, 1_600, 1_900, 2_100, 2_110] {
            for paid in [50_000, 99_900, 123_457, 9_999_999] {
                let table = taxes([line(LineKind::Sale, "a", paid, rate)].iter(), |_| None);
                assert_eq!(table[0].rate, rate, "{paid}");
            }
        }
    }

    #[test]
    fn the_catalogue_is_believed_where_it_agrees() {
        // 7 minor units: every rate from 8 to 23 per cent gives the same tax.
        let small = [line(LineKind::Sale, "a", 7, 1_900)];
        assert_eq!(taxes(small.iter(), |_| Some(1_900))[0].rate, 1_900);
        // The rate has changed since the sale.
        let large = [line(LineKind::Sale, "a", 1_190_000, 1_900)];
        assert_eq!(taxes(large.iter(), |_| Some(500))[0].rate, 1_900);
        assert_eq!(taxes([line(LineKind::Sale, "a", 0, 0)].iter(), |_| Some(1_900))[0].rate, 1_900);
    }

    #[test]
    fn a_rate_that_changed_since_is_not_read_into_the_small_lines_of_a_ticket() {
        // Of 50 minor units 8 are tax at 19 per cent, and 7 at 16.
        let lines =
            [line(LineKind::Sale, "small", 50, 1_900), line(LineKind::Sale, "large", 1_190_000, 1_900)];
        for known in [1_600, 1_900] {
            let table = taxes(lines.iter(), |_| Some(known));
            let rates: Vec<i64> = table.iter().map(|row| row.rate).collect();
            assert_eq!(rates, [1_900], "{known}");
        }
        // Alone it shows no rate of its own, and the catalogue's is as near as any.
        assert_eq!(taxes(lines[..1].iter(), |_| Some(1_600))[0].rate, 1_600);
    }
}
