//! Which limits in total are reached: pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use domain::codes::Sku;
use domain::points::{GiftLimit, Programme};
use domain::snapshot::GiftGoneRow;

/// How often each gift was handed over on which dates.
pub(super) type ByDate = HashMap<Sku, Vec<(NaiveDate, i64)>>;

/// A limit in total of the programme of a date that is today at some store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Limited {
    pub sku: Sku,
    pub on: NaiveDate,
    pub limit: GiftLimit,
}

/// The limits in total of the dates that are today somewhere: between two zones there are two.
pub(super) fn limited(programmes: &[Programme], today: &BTreeSet<NaiveDate>) -> Vec<Limited> {
    let mut limited = vec![];
    for on in today {
        let Some(programme) = Programme::on(programmes, *on) else { continue };
        for gift in &programme.gifts {
            let one = |limit| Limited { sku: gift.sku.clone(), on: *on, limit };
            limited.extend(gift.in_total.map(one));
        }
    }
    limited
}

/// Whether a gift was handed over as often as it may be in the period of the limit's own date: whatever other dates tills
/// wrote, by a slip too.
fn is_reached(limited: &Limited, dates: &ByDate) -> bool {
    let Limited { sku, on, limit } = limited;
    let dates = dates.get(sku).map(Vec::as_slice).unwrap_or_default();
    let same = dates.iter().filter(|(date, _)| limit.per.is_same(*date, *on));
    same.fold(0_i64, |sum, (_, times)| sum.saturating_add(*times)) >= limit.times
}

/// What tills have to hear: `told` are the gifts that they believe to be gone, and until when.
pub(super) fn news(
    limited: &[Limited],
    dates: &ByDate,
    mut told: BTreeMap<Sku, Option<NaiveDate>>,
) -> Vec<GiftGoneRow> {
    let mut gone: BTreeMap<&Sku, Option<NaiveDate>> = BTreeMap::new();
    for one in limited.iter().filter(|one| is_reached(one, dates)) {
        let until = one.limit.per.end(one.on);
        // The longest of them; what has no end is longest.
        let longest = |before: &mut Option<NaiveDate>| *before = before.zip(until).map(|(a, b)| a.max(b));
        gone.entry(&one.sku).and_modify(longest).or_insert(until);
    }
    let mut news = vec![];
    for (sku, until) in gone {
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
    use domain::money::Points;
    use domain::points::{Gift, GiftPeriod};

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn sku(text: &str) -> Sku {
        text.parse().unwrap()
    }

    fn limit(text: &str, on: &str, times: i64, per: GiftPeriod) -> Limited {
        Limited { sku: sku(text), on: date(on), limit: GiftLimit { times, per } }
    }

    /// What is told of one gift, handed over on these dates, where tills believe nothing of it.
    fn told_of(limited: &[Limited], dates: &[(&str, i64)]) -> Option<(bool, Option<NaiveDate>)> {
        let dates = dates.iter().map(|(on, times)| (date(on), *times)).collect();
        let news = news(limited, &HashMap::from([(sku("cup"), dates)]), BTreeMap::new());
        news.first().map(|row| (row.gone, row.until))
    }

    #[test]
    fn each_period_is_counted_by_itself() {
        let march = [limit("cup", "2026-03-10", 2, GiftPeriod::Month)];
        let gone = |until: &str| Some((true, Some(date(until))));
        let slip = [("2026-03-01", 2), ("2026-04-09", 1)];
        assert_eq!(told_of(&march, &slip), gone("2026-03-31"), "one of next month hides none of this one");
        assert_eq!(told_of(&march, &[("2026-03-01", 1), ("2026-04-09", 1)]), None);
        // Five past midnight in Madrid, five past eleven in Las Palmas.
        let [madrid, las_palmas] =
            ["2026-03-10", "2026-03-09"].map(|on| limit("cup", on, 1, GiftPeriod::Day));
        let both = [las_palmas, madrid];
        assert_eq!(told_of(&both, &[("2026-03-09", 1)]), gone("2026-03-09"));
        assert_eq!(told_of(&both, &[("2026-03-09", 1), ("2026-03-10", 1)]), gone("2026-03-10"));
        assert_eq!(told_of(&both, &[("2026-03-08", 9)]), None);
        let without_end = [march[0].clone(), limit("cup", "2026-04-01", 1, GiftPeriod::Ever)];
        assert_eq!(told_of(&without_end, &[("2026-03-01", 2)]), Some((true, None)));
    }

    #[test]
    fn limits_are_those_of_the_programme_of_each_date() {
        let cup = |times| {
            let in_total = Some(GiftLimit { times, per: GiftPeriod::Day });
            Gift { in_total, ..Gift::new(sku("cup"), Points(100)) }
        };
        let first = Programme { gifts: vec![cup(1)], ..Programme::starter(date("2026-01-01")) };
        let second = Programme {
            version: 2,
            gifts: vec![cup(2), Gift::new(sku("bag"), Points(100))],
            ..Programme::starter(date("2026-03-10"))
        };
        let today = ["2026-03-09", "2026-03-10"].map(date).into();
        let wanted =
            [limit("cup", "2026-03-09", 1, GiftPeriod::Day), limit("cup", "2026-03-10", 2, GiftPeriod::Day)];
        assert_eq!(limited(&[first, second], &today), wanted);
    }

    #[test]
    fn only_what_changed_is_told() {
        let limit = |text: &str, times, per| limit(text, "2026-03-10", times, per);
        let limited = [
            limit("few", 3, GiftPeriod::Month),
            limit("gone", 2, GiftPeriod::Month),
            limit("ever", 1, GiftPeriod::Ever),
            limit("told", 1, GiftPeriod::Ever),
            limit("new_month", 1, GiftPeriod::Month),
        ];
        let two = vec![(date("2026-03-01"), 1), (date("2026-03-09"), 1)];
        let dates = HashMap::from([
            (sku("few"), two.clone()),
            (sku("gone"), two.clone()),
            (sku("ever"), two.clone()),
            (sku("told"), two),
            (sku("new_month"), vec![(date("2026-02-28"), 1)]),
        ]);
        let told = BTreeMap::from([
            (sku("told"), None),
            (sku("new_month"), Some(date("2026-02-28"))),
            (sku("unlimited_now"), None),
        ]);
        let said: Vec<(String, bool, Option<NaiveDate>)> = news(&limited, &dates, told)
            .into_iter()
            .map(|row| (row.sku.to_string(), row.gone, row.until))
            .collect();
        let wanted = [
            ("ever", true, None),
            ("gone", true, Some(date("2026-03-31"))),
            ("new_month", false, None),
            ("unlimited_now", false, None),
        ];
        assert_eq!(said, wanted.map(|(sku, gone, until)| (sku.to_owned(), gone, until)));
    }
}
