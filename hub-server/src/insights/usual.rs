//! What a member usually takes: pure figures over the dates on which each product was bought.

use std::cmp::Reverse;

use chrono::NaiveDate;
use domain::codes::Sku;
use domain::time::plus_days;

use super::visits::{PATTERN_FROM, VisitDays};

/// A product and the dates on which one account bought it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bought {
    pub sku: Sku,
    pub name: String,
    pub days: VisitDays,
}

/// A product that belongs to somebody's habit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usual {
    pub sku: Sku,
    pub name: String,
    /// Visits on which it was bought.
    pub visits: i64,
    /// All visits of the account: `visits / of_visits` is the share.
    pub of_visits: i64,
    /// Mean days between purchases, in hundredths.
    pub interval_mean: i64,
    pub last_bought: NaiveDate,
    /// Last purchase plus the product's own median interval is not after the as-of date.
    pub due: bool,
}

impl Usual {
    pub fn share(&self) -> f64 {
        self.visits as f64 / self.of_visits.max(1) as f64
    }
}

/// The usual products of an account with `of_visits` visits: those bought on at least three of them,
/// the largest share first, ties by SKU.
pub fn usual(of_visits: i64, products: &[Bought], as_of: NaiveDate) -> Vec<Usual> {
    let mut usual: Vec<Usual> =
        products.iter().filter_map(|product| habit(of_visits, product, as_of)).collect();
    usual.sort_by(|x, y| (Reverse(x.visits), &x.sku).cmp(&(Reverse(y.visits), &y.sku)));
    usual
}

fn habit(of_visits: i64, product: &Bought, as_of: NaiveDate) -> Option<Usual> {
    let rhythm = product.days.finish();
    if rhythm.visits < PATTERN_FROM {
        return None;
    }
    let (last_bought, interval) = (rhythm.last?, rhythm.interval?);
    Some(Usual {
        sku: product.sku.clone(),
        name: product.name.clone(),
        visits: rhythm.visits,
        of_visits,
        interval_mean: interval.mean,
        last_bought,
        due: plus_days(last_bought, interval.median_days()) <= as_of,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bought(sku: &str, offsets: &[i64]) -> Bought {
        let start: NaiveDate = "2026-01-01".parse().unwrap();
        let days = offsets.iter().map(|o| plus_days(start, *o)).collect();
        Bought { sku: sku.parse().unwrap(), name: sku.to_uppercase(), days }
    }

    #[test]
    fn three_visits_make_a_habit_and_share_ranks() {
        let products = [
            bought("tea", &[0, 10]),
            bought("milk", &[0, 7, 14, 21]),
            bought("bread", &[0, 7, 21]),
            bought("apple", &[0, 14, 21]),
        ];
        let rows = usual(5, &products, "2026-01-29".parse().unwrap());
        let seen: Vec<_> = rows.iter().map(|u| (u.sku.as_str(), u.visits, u.interval_mean, u.due)).collect();
        assert_eq!(seen, [("milk", 4, 700, true), ("apple", 3, 1050, false), ("bread", 3, 1050, false)]);
        assert!((rows[0].share() - 0.8).abs() < 1e-12);
    }

    #[test]
    fn due_on_the_day_itself() {
        let milk = [bought("milk", &[0, 7, 14])];
        for (as_of, due) in [("2026-01-21", false), ("2026-01-22", true)] {
            assert_eq!(usual(3, &milk, as_of.parse().unwrap())[0].due, due, "{as_of}");
        }
    }
}
