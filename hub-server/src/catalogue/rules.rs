//! What an incoming row does to what is there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::Sku;
use domain::time::plus_days;

use super::{Product, Store};

/// What became of one incoming row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    New,
    Changed,
    /// It says what the hub has already: nothing is written.
    Same,
    /// It cannot go in; the text says why.
    Rejected(String),
}

impl Turn {
    /// Compares a row with what is known under its key.
    pub fn of<T: PartialEq>(known: Option<&T>, row: &T) -> Self {
        match known {
            None => Self::New,
            Some(known) if known == row => Self::Same,
            Some(_) => Self::Changed,
        }
    }

    pub fn writes(&self) -> bool {
        matches!(self, Self::New | Self::Changed)
    }
}

/// The last business date that any store may have reached: zones are up to fourteen hours ahead of UTC.
/// What is dated later is a slip, and must not move the chain's day.
pub fn last_date_by(now: DateTime<Utc>) -> NaiveDate {
    plus_days(now.date_naive(), 1)
}

/// The date that is over in no store yet: what lasts through a day lasts until it is over everywhere.
pub fn first_date_at(stores: &[Store], now: DateTime<Utc>) -> NaiveDate {
    let dates = stores.iter().map(|store| now.with_timezone(&store.zone).date_naive());
    dates.min().unwrap_or_else(|| now.date_naive())
}

/// The dates that are today at some store: around midnight more than one, where zones differ.
pub fn dates_at(stores: &[Store], now: DateTime<Utc>) -> BTreeSet<NaiveDate> {
    let dates: BTreeSet<_> = stores.iter().map(|store| now.with_timezone(&store.zone).date_naive()).collect();
    if dates.is_empty() { BTreeSet::from([now.date_naive()]) } else { dates }
}

/// What people call a store; its code where it is none of these.
pub fn name_in(stores: &[Store], code: &str) -> String {
    let found = stores.iter().find(|store| store.code.as_str() == code);
    found.map_or_else(|| code.to_owned(), |store| store.name.clone())
}

/// Of the news those of which the tills still believe what they did when the news were found: another hub may have told
/// them meanwhile. Clocks have no say: one that went back would keep everything from everybody.
pub fn as_found<R: Clone, K: Ord, V: PartialEq>(
    news: &[R],
    key: impl Fn(&R) -> K,
    found: &BTreeMap<K, V>,
    now: &BTreeMap<K, V>,
) -> Vec<R> {
    let is_as_found = |row: &&R| {
        let key = key(row);
        found.get(&key) == now.get(&key)
    };
    news.iter().filter(is_as_found).cloned().collect()
}

/// How many rows took which turn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Tally {
    pub new: u64,
    pub changed: u64,
    pub same: u64,
    pub rejected: u64,
}

impl Tally {
    pub fn add(&mut self, turn: &Turn) {
        *match turn {
            Turn::New => &mut self.new,
            Turn::Changed => &mut self.changed,
            Turn::Same => &mut self.same,
            Turn::Rejected(_) => &mut self.rejected,
        } += 1;
    }
}

/// Decides on one product. The row that comes back has the barcodes of both; `owners` learns them.
pub(super) fn settle_product(
    known: Option<&Product>,
    row: &Product,
    owners: &mut HashMap<String, Sku>,
) -> (Turn, Product) {
    let taken = row.barcodes.iter().find_map(|code| {
        owners.get(code).filter(|owner| **owner != row.sku).map(|owner| (code.clone(), owner.clone()))
    });
    if let Some((code, owner)) = taken {
        return (Turn::Rejected(format!("barcode {code} belongs to product {owner}")), row.clone());
    }
    let mut merged = row.clone();
    merged.barcodes.extend(known.into_iter().flat_map(|p| p.barcodes.iter().cloned()));
    merged.barcodes.sort_unstable();
    merged.barcodes.dedup();
    owners.extend(merged.barcodes.iter().map(|code| (code.clone(), row.sku.clone())));
    (Turn::of(known, &merged), merged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::money::Money;

    fn product(sku: &str, barcodes: &[&str]) -> Product {
        Product {
            sku: sku.parse().unwrap(),
            name: "Milk".to_owned(),
            line: String::new(),
            category: String::new(),
            price: Money(100),
            cost: None,
            tax_rate: 0,
            supplier: String::new(),
            active: true,
            sold: crate::catalogue::Sold::default(),
            barcodes: barcodes.iter().map(|b| (*b).to_owned()).collect(),
        }
    }

    #[test]
    fn a_day_is_over_when_it_is_over_everywhere() {
        let store = |zone: chrono_tz::Tz| Store {
            code: "1".parse().unwrap(),
            name: String::new(),
            area: String::new(),
            zone,
        };
        let (bogota, madrid) = (chrono_tz::America::Bogota, chrono_tz::Europe::Madrid);
        let now = "2026-03-01T03:30:00Z".parse().unwrap();
        for (zones, wanted) in [
            (vec![bogota], "2026-02-28"),
            (vec![madrid], "2026-03-01"),
            (vec![madrid, bogota], "2026-02-28"),
            (vec![], "2026-03-01"),
        ] {
            let stores: Vec<Store> = zones.into_iter().map(store).collect();
            assert_eq!(first_date_at(&stores, now).to_string(), wanted);
            let dates = dates_at(&stores, now);
            assert_eq!(
                (dates.len(), dates.first().unwrap().to_string()),
                (stores.len().max(1), wanted.to_owned())
            );
        }
    }

    #[test]
    fn what_another_hub_told_meanwhile_is_no_news() {
        let found = BTreeMap::from([('a', 1), ('b', 1), ('c', 1)]);
        let now = BTreeMap::from([('a', 1), ('b', 2), ('e', 2)]);
        assert_eq!(as_found(&['a', 'b', 'c', 'd', 'e'], |row| *row, &found, &now), ['a', 'd']);
    }

    #[test]
    fn barcodes_add_up_and_belong_to_one_product() {
        let known = product("1", &["a", "b"]);
        for (row, turn, barcodes) in [
            (product("1", &["b"]), Turn::Same, &["a", "b"][..]),
            (product("1", &[]), Turn::Same, &["a", "b"]),
            (product("1", &["c"]), Turn::Changed, &["a", "b", "c"]),
            (product("1", &["z"]), Turn::Rejected("barcode z belongs to product 9".to_owned()), &["z"]),
        ] {
            let mut owners = HashMap::from([("z".to_owned(), "9".parse().unwrap())]);
            let (got, merged) = settle_product(Some(&known), &row, &mut owners);
            assert_eq!((got, merged.barcodes), (turn, barcodes.iter().map(|b| (*b).to_owned()).collect()));
        }
    }

    #[test]
    fn two_rows_of_one_file_cannot_share_a_barcode() {
        let mut owners = HashMap::new();
        assert_eq!(settle_product(None, &product("1", &["a"]), &mut owners).0, Turn::New);
        let (turn, _) = settle_product(None, &product("2", &["a"]), &mut owners);
        assert_eq!(turn, Turn::Rejected("barcode a belongs to product 1".to_owned()));
    }
}
