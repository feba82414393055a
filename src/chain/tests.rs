//! The planted effects, found again by the plainest computation.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::sale::LineKind;

use super::*;

fn chain() -> Chain {
    generate(SEED, "2025-11-24".parse().unwrap()).unwrap()
}

/// Distinct business dates with a sale line, per card.
fn visits(chain: &Chain) -> BTreeMap<&str, BTreeSet<NaiveDate>> {
    let mut visits: BTreeMap<&str, BTreeSet<NaiveDate>> = BTreeMap::new();
    for sale in chain.sales.iter().filter(|sale| sale.has_sale_line()) {
        if let Some(card) = &sale.card {
            visits.entry(card.as_str()).or_default().insert(sale.business_date);
        }
    }
    visits
}

fn intervals(days: &BTreeSet<NaiveDate>) -> Vec<i64> {
    let days: Vec<NaiveDate> = days.iter().copied().collect();
    days.windows(2).map(|pair| domain::time::days_between(pair[0], pair[1])).collect()
}

/// Names of what was sold on a ticket.
fn sold(sale: &Sale) -> BTreeSet<&str> {
    sale.counted_lines().filter(|line| line.kind == LineKind::Sale).map(|line| line.name.as_str()).collect()
}

#[test]
fn the_same_seed_and_date_give_the_same_chain() {
    let first = chain();
    assert_eq!(first, chain());
    assert_ne!(first, generate(SEED + 1, "2025-11-24".parse().unwrap()).unwrap());
}

#[test]
fn the_chain_is_as_large_as_announced() {
    let chain = chain();
    let tills: usize = chain.stores.iter().map(|s| s.tills.len()).sum();
    assert_eq!((chain.stores.len(), tills, chain.members.len(), chain.products.len()), (3, 6, 1_200, 147));
    let lines: usize = chain.sales.iter().map(|s| s.lines.len()).sum();
    let returns = chain.sales.iter().flat_map(|s| &s.lines).filter(|l| l.kind == LineKind::Return).count();
    assert_eq!((chain.sales.len(), lines, returns), (23_444, 93_069, 148));
    let first = chain.sales.iter().map(|s| s.business_date).min().unwrap();
    let last = chain.sales.iter().map(|s| s.business_date).max().unwrap();
    assert_eq!((first.to_string(), last.to_string()), ("2025-05-28".to_owned(), "2025-11-23".to_owned()));
}

#[test]
fn no_number_is_given_twice() {
    let chain = chain();
    let cards: BTreeSet<&str> = chain.members.iter().map(|m| m.card.as_str()).collect();
    let codes: BTreeSet<&str> = chain.products.iter().map(|p| p.barcode.as_str()).collect();
    assert_eq!((cards.len(), codes.len()), (chain.members.len(), chain.products.len()));
    for code in cards.into_iter().chain(codes) {
        assert_eq!(ean13(&code[..12]), code);
    }
    let ids: BTreeSet<_> = chain.sales.iter().map(|s| s.id).collect();
    let receipts: BTreeSet<_> =
        chain.sales.iter().map(|s| (&s.store, &s.till, s.business_date, s.receipt_no)).collect();
    assert_eq!((ids.len(), receipts.len()), (chain.sales.len(), chain.sales.len()));
}

#[test]
fn ana_and_luis_keep_their_rhythm() {
    let chain = chain();
    let visits = visits(&chain);
    let figures = |card: &str| {
        let days = &visits[card];
        let mut gaps = intervals(days);
        gaps.sort_unstable();
        let mean_tenths = gaps.iter().sum::<i64>() * 10 / i64::try_from(gaps.len()).unwrap();
        (days.len(), mean_tenths, gaps[gaps.len() / 2], days.last().unwrap().to_string())
    };
    assert_eq!(chain.members[0].card.as_str(), "2990000010421");
    assert_eq!(figures("2990000010421"), (31, 57, 6, "2025-11-21".to_owned()));
    assert_eq!(figures(chain.members[1].card.as_str()), (11, 146, 14, "2025-10-31".to_owned()));
    let ana: Vec<&Sale> =
        chain.sales.iter().filter(|s| s.card.as_ref() == Some(&chain.members[0].card)).collect();
    let took = |sale: &Sale, name: &str| sale.counted_lines().any(|l| l.name == name);
    let share = |name| ana.iter().filter(|sale| took(sale, name)).count();
    let shares = ["Leche entera 1 L", "Pan tajado 500 g", "Café molido 500 g"].map(share);
    assert_eq!(shares, [31, 30, 20]);
    assert!(!took(ana.last().unwrap(), "Café molido 500 g"), "she forgot it the last time");
}

#[test]
fn nearly_all_have_a_rhythm_and_some_are_overdue() {
    let chain = chain();
    let visits = visits(&chain);
    let today: NaiveDate = "2025-11-24".parse().unwrap();
    let (known, new): (Vec<_>, Vec<_>) = visits.values().partition(|days| days.len() >= 3);
    assert_eq!((known.len(), new.len()), (1_153, 47));
    let long_gone = |days: &&&BTreeSet<NaiveDate>| {
        let gaps = intervals(days);
        let since = domain::time::days_between(*days.last().unwrap(), today);
        // More than one and a half times the mean interval.
        since * 2 * i64::try_from(gaps.len()).unwrap() > 3 * gaps.iter().sum::<i64>()
    };
    assert_eq!(known.iter().filter(long_gone).count(), 88);
}

#[test]
fn the_planted_pairs_are_the_strongest() {
    let chain = chain();
    let baskets: Vec<BTreeSet<&str>> = chain.sales.iter().map(sold).filter(|set| !set.is_empty()).collect();
    let mut single: HashMap<&str, u32> = HashMap::new();
    let mut both: HashMap<(&str, &str), u32> = HashMap::new();
    for basket in &baskets {
        for a in basket {
            *single.entry(a).or_default() += 1;
            for b in basket.range(*a..).skip(1) {
                *both.entry((a, b)).or_default() += 1;
            }
        }
    }
    let mut pairs: Vec<(f64, &str, &str)> = both
        .iter()
        .filter(|(_, count)| **count >= 200)
        .map(|(&(a, b), &n)| {
            let expected = f64::from(single[a]) * f64::from(single[b]) / baskets.len() as f64;
            (f64::from(n) / expected, a, b)
        })
        .collect();
    pairs.sort_by(|x, y| y.0.total_cmp(&x.0));
    assert_eq!((pairs[0].1, pairs[0].2), ("Pañales etapa 3 30 un", "Toallitas húmedas 100 un"));
    assert!((3.6..4.4).contains(&pairs[0].0), "{:?}", pairs[0]);
    assert_eq!((pairs[1].1, pairs[1].2), ("Azúcar 1 kg", "Café molido 500 g"));
    assert!((1.8..2.4).contains(&pairs[1].0), "{:?}", pairs[1]);
}

#[test]
fn milk_at_centro_runs_out_first() {
    let chain = chain();
    let since: NaiveDate = "2025-10-27".parse().unwrap();
    let mut sold: HashMap<(&str, &str), i64> = HashMap::new();
    for sale in chain.sales.iter().filter(|sale| sale.business_date >= since) {
        for line in sale.counted_lines().filter(|line| line.kind == LineKind::Sale) {
            *sold.entry((sale.store.as_str(), line.sku.as_str())).or_default() += line.quantity.0;
        }
    }
    let cover = |level: &StockLevel| {
        let sold = sold.get(&(level.store.as_str(), level.sku.as_str())).copied().unwrap_or(0);
        level.on_hand.0 as f64 * 28.0 / sold as f64
    };
    assert_eq!(chain.stock.len(), 3 * 147);
    let low: Vec<&StockLevel> = chain.stock.iter().filter(|l| l.on_hand <= l.reorder_point).collect();
    assert_eq!(low.len(), 15);
    let first = low.iter().min_by(|a, b| cover(a).total_cmp(&cover(b))).unwrap();
    assert_eq!((first.store.as_str(), first.sku.as_str()), ("centro", "1017"));
    assert!((1.5..2.0).contains(&cover(first)), "{}", cover(first));
}
