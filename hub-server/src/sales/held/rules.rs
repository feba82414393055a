//! Who gets a basket that was put aside. Pure.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::ids::TillId;
use domain::sync::{HeldState, TakeHow, TakeOutcome};
use domain::time::business_date;

use super::HeldRow;

/// What is to be written besides the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    Nothing,
    /// The row is the asking till's.
    Take,
    /// A row that was never shared: it must not be given to anybody when it arrives late.
    Reserve,
    /// Both sold it; somebody has to see that.
    NoteTwice,
}

/// When a basket that comes now is nobody's any more: at the end of the store's day.
pub fn ends_at(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let today = business_date(now, zone, NaiveTime::MIN);
    let midnight = today.checked_add_days(Days::new(1)).map(|day| day.and_time(NaiveTime::MIN));
    // Where the clock is put forward at midnight the day begins an hour later.
    let begins = |day: chrono::NaiveDateTime| {
        let hours = [0, 1, 2].map(TimeDelta::hours);
        hours.into_iter().find_map(|later| (day + later).and_local_timezone(zone).earliest())
    };
    midnight.and_then(begins).map_or(now + TimeDelta::days(1), |begins| begins.to_utc())
}

/// What a till that put it aside is told of it.
pub fn state(row: Option<&HeldRow>, now: DateTime<Utc>) -> HeldState {
    match row {
        None => HeldState::Unknown,
        Some(HeldRow { taken: Some(taken), .. }) => {
            HeldState::Taken { till: taken.till.clone(), at: taken.at }
        }
        Some(row) if row.ends_at <= now => HeldState::Ended,
        Some(_) => HeldState::Waiting,
    }
}

/// What a till that wants a basket is told. The content is the caller's to add.
pub fn decide(
    row: Option<&HeldRow>,
    asker: TillId,
    how: TakeHow,
    shape: i64,
    now: DateTime<Utc>,
) -> (TakeOutcome, Then) {
    let yours = TakeOutcome::Yours { body: None };
    let is_own = how != TakeHow::Others;
    let Some(row) = row else {
        return if is_own { (yours, Then::Reserve) } else { (TakeOutcome::Gone, Then::Nothing) };
    };
    match &row.taken {
        Some(taken) if taken.by == asker => (yours, Then::Nothing),
        Some(taken) => {
            let twice = how == TakeHow::OwnUnasked && row.also_at.is_none();
            let then = if twice { Then::NoteTwice } else { Then::Nothing };
            (TakeOutcome::Elsewhere { till: taken.till.clone(), at: taken.at }, then)
        }
        None if is_own => (yours, Then::Take),
        None if row.ends_at <= now || row.shape > shape => (TakeOutcome::Gone, Then::Nothing),
        None => (yours, Then::Take),
    }
}

#[cfg(test)]
mod tests {
    use domain::codes::TillCode;

    use super::super::Taken;
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn till(n: u8) -> TillId {
        TillId::new(1, [n; 10])
    }

    fn row(taken_by: Option<u8>, also: bool) -> HeldRow {
        let then = at("2026-03-02T15:00:00Z");
        let code = |n: u8| n.to_string().parse::<TillCode>().unwrap();
        HeldRow {
            taken: taken_by.map(|n| Taken { by: till(n), till: code(n), at: then }),
            shape: 1,
            ends_at: at("2026-03-03T05:00:00Z"),
            also_at: also.then_some(then),
        }
    }

    #[test]
    fn a_basket_is_given_out_once() {
        use TakeHow::{Others, Own, OwnUnasked};
        let (day, night) = (at("2026-03-02T16:00:00Z"), at("2026-03-03T05:00:00Z"));
        let waiting = row(None, false);
        let (taken, twice) = (row(Some(2), false), row(Some(2), true));
        for (row, asker, how, shape, now, wanted, then) in [
            (Some(&waiting), 3, Others, 1, day, "Yours", Then::Take),
            (Some(&waiting), 3, Others, 2, day, "Yours", Then::Take),
            (Some(&waiting), 3, Others, 0, day, "Gone", Then::Nothing),
            (Some(&waiting), 3, Others, 1, night, "Gone", Then::Nothing),
            (Some(&waiting), 1, Own, 1, night, "Yours", Then::Take),
            (Some(&waiting), 1, OwnUnasked, 1, day, "Yours", Then::Take),
            // A lost answer, and the one who came second.
            (Some(&taken), 2, Others, 1, day, "Yours", Then::Nothing),
            (Some(&taken), 3, Others, 1, day, "Elsewhere(2)", Then::Nothing),
            (Some(&taken), 1, Own, 1, day, "Elsewhere(2)", Then::Nothing),
            (Some(&taken), 1, OwnUnasked, 1, day, "Elsewhere(2)", Then::NoteTwice),
            (Some(&twice), 1, OwnUnasked, 1, day, "Elsewhere(2)", Then::Nothing),
            // One that never arrived must not be given out when it does.
            (None, 1, Own, 1, day, "Yours", Then::Reserve),
            (None, 1, OwnUnasked, 1, day, "Yours", Then::Reserve),
            (None, 3, Others, 1, day, "Gone", Then::Nothing),
        ] {
            let (outcome, does) = decide(row, till(asker), how, shape, now);
            assert_eq!((format!("{outcome:?}").as_str(), does), (wanted, then), "{asker} {how:?} {now}");
        }
    }

    #[test]
    fn what_became_of_it() {
        let (day, night) = (at("2026-03-02T16:00:00Z"), at("2026-03-03T05:00:00Z"));
        let taken = HeldState::Taken { till: "2".parse().unwrap(), at: at("2026-03-02T15:00:00Z") };
        for (row, now, wanted) in [
            (None, day, HeldState::Unknown),
            (Some(row(None, false)), day, HeldState::Waiting),
            (Some(row(None, false)), night, HeldState::Ended),
            (Some(row(Some(2), false)), night, taken),
        ] {
            assert_eq!(state(row.as_ref(), now), wanted);
        }
    }

    #[test]
    fn the_day_ends_where_the_store_is() {
        for (now, zone, wanted) in [
            ("2026-03-02T15:00:00Z", chrono_tz::America::Bogota, "2026-03-03T05:00:00Z"),
            ("2026-03-03T04:59:59Z", chrono_tz::America::Bogota, "2026-03-03T05:00:00Z"),
            ("2026-03-03T05:00:00Z", chrono_tz::America::Bogota, "2026-03-04T05:00:00Z"),
            // Midnight is left out on that night.
            ("2026-09-05T20:00:00Z", chrono_tz::America::Santiago, "2026-09-06T04:00:00Z"),
        ] {
            assert_eq!(ends_at(at(now), zone), at(wanted), "{now} {zone}");
        }
    }
}
