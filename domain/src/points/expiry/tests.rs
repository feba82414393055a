use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn rule(days: i64, end_of: EndOf) -> Expiry {
    Expiry { days, end_of, grace_days: 30 }
}

#[test]
fn points_live_through_their_last_day() {
    use EndOf::{Day, Month, Year};
    for (days, end_of, earned, last) in [
        (1, Day, "2026-02-28", "2026-03-01"),
        (30, Day, "2026-03-01", "2026-03-31"),
        (365, Day, "2026-03-01", "2027-03-01"),
        (0, Month, "2026-02-28", "2026-02-28"),
        (0, Month, "2026-02-01", "2026-02-28"),
        (0, Month, "2028-02-01", "2028-02-29"),
        (365, Month, "2026-12-15", "2027-12-31"),
        (30, Month, "2026-12-15", "2027-01-31"),
        (0, Year, "2026-12-31", "2026-12-31"),
        (0, Year, "2026-01-01", "2026-12-31"),
        (365, Year, "2026-06-30", "2027-12-31"),
    ] {
        assert_eq!(rule(days, end_of).last_day(date(earned)), date(last), "{days} {end_of:?} {earned}");
    }
}

#[test]
fn what_comes_late_still_has_its_grace() {
    use EndOf::{Day, Month};
    for (days, end_of, earned, given, last) in [
        (30, Day, "2026-03-01", "2026-03-01", "2026-03-31"),
        // The next day is in time.
        (30, Day, "2026-03-01", "2026-03-02", "2026-03-31"),
        (0, Month, "2026-01-31", "2026-02-01", "2026-01-31"),
        // 40 days late: its own date has passed.
        (30, Day, "2026-03-01", "2026-04-10", "2026-05-10"),
        (60, Day, "2026-03-01", "2026-04-10", "2026-05-10"),
        (365, Day, "2026-03-01", "2026-04-10", "2027-03-01"),
        // No longer than it would have lived in time.
        (7, Day, "2026-03-01", "2026-04-10", "2026-04-17"),
        // A till's clock that is ahead.
        (30, Day, "2026-03-09", "2026-03-01", "2026-04-08"),
    ] {
        let found = rule(days, end_of).last_day_given(date(earned), date(given));
        assert_eq!(found, date(last), "{days} {end_of:?} {earned} {given}");
    }
    let grace = |back, given| rule(1, Day).last_day_of_grace(date(back), date(given));
    assert_eq!(grace("2026-04-10", "2026-04-11"), date("2026-05-10"));
    assert_eq!(grace("2026-04-10", "2026-04-20"), date("2026-05-20"));
}

#[test]
fn a_rule_is_checked() {
    use EndOf::{Day, Month};
    for (days, end_of, grace_days, wanted) in [
        (1, Day, 0, Ok(())),
        (0, Month, 30, Ok(())),
        (3_653, Day, 3_653, Ok(())),
        (0, Day, 30, Err(ExpiryError::Days)),
        (-1, Month, 30, Err(ExpiryError::Days)),
        (3_654, Day, 30, Err(ExpiryError::Days)),
        (1, Day, -1, Err(ExpiryError::Grace)),
        (1, Day, 3_654, Err(ExpiryError::Grace)),
    ] {
        assert_eq!(Expiry { days, end_of, grace_days }.check(), wanted, "{days} {end_of:?} {grace_days}");
    }
}
