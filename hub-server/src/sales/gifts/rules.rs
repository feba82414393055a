//! Which limits in total are reached: pure.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use domain::codes::Sku;
use domain::points::{GiftCount, GiftLimit, Programme};
use domain::snapshot::GiftGoneRow;

/// The gifts of a date's programme that have a limit in total.
pub(super) fn limited(programmes: &[Programme], today: NaiveDate) -> Vec<(Sku, GiftLimit)> {
    let gifts = Programme::on(programmes, today).map(|programme| &programme.gifts[..]).unwrap_or_default();
    gifts.iter().filter_map(|gift| Some((gift.sku.clone(), gift.in_total?))).collect()
}

/// What tills have to hear: `told` are the gifts that they believe to be gone, and until when.
pub(super) fn news(
    limited: &[(Sku, GiftLimit)],
    dates: &HashMap<Sku, Vec<NaiveDate>>,
    mut told: BTreeMap<Sku, Option<NaiveDate>>,
    today: NaiveDate,
) -> Vec<GiftGoneRow> {
    let mut news = vec![];
    for (sku, limit) in limited {
        let count = dates.get(sku).and_then(|dates| GiftCount::of(dates));
        if count.is_none_or(|count| count.within(limit.per, today) < limit.times) {
            continue;
        }
        let until = limit.per.end(today);
        if told.remove(sku) != Some(until) {
            news.push(GiftGoneRow { sku: sku.clone(), gone: true, until });
        }
    }
    let again = |(sku, _)| GiftGoneRow { sku, gone: false, until: None };
    news.extend(told.into_iter().map(again));
    news
}

#[cfg(test)]
mod tests {
    use domain::points::GiftPeriod;

    use super::*;

    #[test]
    fn only_what_changed_is_told() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let sku = |text: &str| text.parse::<Sku>().unwrap();
        let limit = |text: &str, times, per| (sku(text), GiftLimit { times, per });
        let limited = [
            limit("few", 3, GiftPeriod::Month),
            limit("gone", 2, GiftPeriod::Month),
            limit("ever", 1, GiftPeriod::Ever),
            limit("told", 1, GiftPeriod::Ever),
            limit("new_month", 1, GiftPeriod::Month),
        ];
        let two = vec![date("2026-03-01"), date("2026-03-09")];
        let dates = HashMap::from([
            (sku("few"), two.clone()),
            (sku("gone"), two.clone()),
            (sku("ever"), two.clone()),
            (sku("told"), two),
            (sku("new_month"), vec![date("2026-02-28")]),
        ]);
        let told = BTreeMap::from([
            (sku("told"), None),
            (sku("new_month"), Some(date("2026-02-28"))),
            (sku("unlimited_now"), None),
        ]);
        let said: Vec<(String, bool, Option<NaiveDate>)> = news(&limited, &dates, told, date("2026-03-10"))
            .into_iter()
            .map(|row| (row.sku.to_string(), row.gone, row.until))
            .collect();
        let wanted = [
            ("gone", true, Some(date("2026-03-31"))),
            ("ever", true, None),
            ("new_month", false, None),
            ("unlimited_now", false, None),
        ];
        assert_eq!(said, wanted.map(|(sku, gone, until)| (sku.to_owned(), gone, until)));
    }
}
