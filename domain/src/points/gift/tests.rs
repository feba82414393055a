use super::*;
use crate::points::{Redemption, Value};

fn programme(redemption: bool, gifts: &[(&str, i64)]) -> Programme {
    let rules = Redemption {
        value: Value { points: 100, money: 25 },
        step: Points::ONE,
        minimum: Points(5_000),
        offline_cap: Points(20_000),
        offline_days: 7,
        offline_redemptions: None,
    };
    Programme {
        redemption: redemption.then_some(rules),
        gifts: gifts.iter().map(|(sku, n)| Gift::new(sku.parse().unwrap(), Points(*n))).collect(),
        ..Programme::starter("2026-01-01".parse().unwrap())
    }
}

#[test]
fn a_gift_costs_something_and_stands_there_once() {
    assert_eq!(programme(false, &[("cup", 1), ("pan", 1_000_000_000_000)]).check(), Ok(()));
    for (gifts, wanted) in [
        (&[("cup", 0)][..], "gift cup: it must cost"),
        (&[("cup", -5)], "gift cup: it must cost"),
        (&[("cup", 1_000_000_000_001)], "gift cup: it must cost"),
        (&[("cup", 5), ("pan", 5), ("cup", 6)], "gift cup stands there twice"),
    ] {
        let why = programme(false, gifts).check().unwrap_err().to_string();
        assert!(why.starts_with(wanted), "{why}");
    }
}

#[test]
fn a_gift_is_handed_over_when_the_points_are_within_reach() {
    let at = |online, balance, spent, age_days| Standing {
        balance: Points(balance),
        spent_since: Points(spent),
        online,
        age_days,
        unheard: 0,
    };
    let (with, without) = (programme(true, &[]), programme(false, &[]));
    for (programme, standing, points, wanted) in [
        (&with, at(true, 10_000, 0, 0), 10_000, None),
        (&with, at(true, 10_000, 0, 0), 10_001, Some(WhyLess::Balance)),
        (&with, at(true, 10_000, 9_000, 0), 1_001, Some(WhyLess::Balance)),
        // A gift is no part of an amount: the least that a payment takes does not hold for it.
        (&with, at(true, 10_000, 0, 0), 100, None),
        (&with, at(false, 90_000, 0, 7), 20_000, None),
        (&with, at(false, 90_000, 0, 7), 20_001, Some(WhyLess::OfflineCap)),
        (&with, at(false, 90_000, 20_000, 7), 1, Some(WhyLess::OfflineCap)),
        (&with, at(false, 90_000, 0, 8), 1, Some(WhyLess::SnapshotOld)),
        (&without, at(true, 10_000, 4_000, 0), 6_000, None),
        (&without, at(true, 10_000, 4_000, 0), 6_001, Some(WhyLess::Balance)),
        (&without, at(false, 10_000, 0, 0), 1, Some(WhyLess::OnlineOnly)),
    ] {
        assert_eq!(programme.why_no_gift(Points(points), standing), Ok(wanted), "{standing:?} {points}");
    }
}

#[test]
fn a_limit_is_read_and_must_let_somebody_have_it() {
    let gift = |text: &str| toml::from_str::<Gift>(&format!("sku = \"cup\"\npoints = 5\n{text}"));
    let with = |gift: Gift| Programme { gifts: vec![gift], ..programme(false, &[]) };
    let read =
        gift("per_member = { times = 1, per = \"month\" }\nin_total = { times = 500, per = \"ever\" }")
            .unwrap();
    assert_eq!(read.per_member, Some(GiftLimit { times: 1, per: GiftPeriod::Month }));
    assert_eq!(with(read.clone()).check(), Ok(()));
    assert_eq!(serde_json::to_string(&gift("").unwrap()).unwrap(), r#"{"sku":"cup","points":5}"#);
    for wrong in ["in_total = { times = 0, per = \"day\" }", "per_member = { times = -1, per = \"ever\" }"] {
        let why = with(gift(wrong).unwrap()).check().unwrap_err().to_string();
        assert!(why.starts_with("gift cup: a limit is 1 to"), "{why}");
    }
    assert!(gift("per_member = { times = 1, per = \"week\" }").is_err());
    let why = |had, is_gone| read.why_limited(had, is_gone).map(WhyNoGift::code);
    assert_eq!((why(0, false), why(1, false)), (None, Some("gift_member_limit")));
    assert_eq!((why(0, true), why(1, true)), (Some("gift_total_limit"), Some("gift_total_limit")));
    assert_eq!(gift("").unwrap().why_limited(1_000, true), None);
}
