//! How points come about, and what the cap of a ticket leaves of them.

use proptest::prelude::*;

use super::*;

/// By which rule, on which base, exactly what, rounded to what, and which line got it.
#[test]
fn the_working_says_how_points_come_about() {
    let mut rules = programme(100, 300, 0);
    rules.excluded_lines = vec!["tobacco".to_owned()];
    rules.multipliers = vec![multiplier("fruit", &["fruit"], 50), multiplier("none", &["meat"], 100)];
    let goods = sold(&[("fruit", 4_000), ("tobacco", 5_000), ("bread", 6_000)]);
    let working = work(&rules, &with_points(goods, 3_000)).unwrap();
    let said: Vec<_> = working
        .rules
        .iter()
        .map(|r| (r.rule.as_str(), r.gives, r.base.0, r.exact.to_string(), r.points.0, by_rule(r)))
        .collect();
    assert_eq!(
        said,
        [
            ("base", Gives::Factor(100), 7_000, "23.333333…".to_owned(), 2_300, vec![(1, 920), (3, 1_380)]),
            ("fruit", Gives::Factor(50), 2_800, "4.666666…".to_owned(), 400, vec![(1, 400)]),
            ("none", Gives::Factor(100), 0, "0.00".to_owned(), 0, vec![]),
        ]
    );
    let lines: Vec<_> = working.lines.iter().map(|l| (l.line, l.net.0, l.base.0, l.points.0)).collect();
    assert_eq!(lines, [(1, 4_000, 2_800, 1_320), (3, 6_000, 4_200, 1_380)]);
    let earned = working.earned();
    assert_eq!((earned.sold(), earned.rules.len()), (Points(2_700), 2), "what gives nothing is not posted");
}

fn by_rule(rule: &RuleWorking) -> Vec<(u32, i64)> {
    rule.lines.iter().map(|line| (line.line, line.points.0)).collect()
}

/// 60 points of three lines, of which a ticket gives 50: what each line keeps is what its return takes back.
#[test]
fn a_ticket_gives_no_more_than_its_cap() {
    let caps = |ticket, day| Some(Caps { ticket, day });
    let capped = |points| Programme { caps: caps(Some(Points(points)), None), ..programme(100, 100, 2) };
    let goods = || sold(&[("a", 1_000), ("a", 2_000), ("a", 3_000)]);
    for (cap, wanted) in [
        (6_001, [1_000, 2_000, 3_000]),
        (6_000, [1_000, 2_000, 3_000]),
        (5_999, [1_000, 2_000, 2_999]),
        (5_000, [833, 1_667, 2_500]),
        (1, [0, 0, 1]),
    ] {
        let earned = earn(&capped(cap), &goods()).unwrap();
        let lines: Vec<i64> =
            (1..=3).map(|n| earned.lines.iter().find(|l| l.line == n).map_or(0, |l| l.points.0)).collect();
        assert_eq!((lines, earned.sold().0), (wanted.to_vec(), cap.min(6_000)), "{cap}");
        let rules: i64 = earned.rules.iter().map(|rule| rule.points.0).sum();
        assert_eq!(rules, earned.sold().0, "{cap}: what the rules give less what the cap takes");
    }
    // After all multipliers, and goods that come back on the same ticket are another matter.
    let doubled = Programme { multipliers: vec![multiplier("double", &[], 100)], ..capped(5_000) };
    assert_eq!(earn(&doubled, &sold(&[("a", 3_000)])).unwrap().sold(), Points(5_000));
    let back = ticket(SaleStatus::Completed, vec![line(1, LineKind::Return, "a", 9_000)]);
    assert_eq!(earn(&capped(5_000), &back).unwrap().returned(), Points(9_000));
    let whole = |caps| Programme { caps, ..programme(100, 100, 0) }.check();
    for (caps, wanted) in [
        (caps(Some(Points(100)), Some(Points(100))), Ok(())),
        (caps(None, Some(Points(100))), Ok(())),
        (caps(None, None), Err(CapsError::Empty)),
        (caps(Some(Points(150)), None), Err(CapsError::Ticket)),
        (caps(Some(Points(0)), None), Err(CapsError::Ticket)),
        (caps(None, Some(Points(-100))), Err(CapsError::Day)),
        (caps(Some(Points(200)), Some(Points(100))), Err(CapsError::DayBelowTicket)),
    ] {
        assert_eq!(whole(caps), wanted.map_err(ProgrammeError::Caps), "{caps:?}");
    }
    // A till that does not know what a programme caps must not compute without it.
    let text = serde_json::to_string(&capped(5_000)).unwrap();
    assert_eq!(serde_json::from_str::<Programme>(&text).unwrap(), capped(5_000));
    for unknown in [text.replace("\"ticket\"", "\"week\""), text.replace("\"caps\"", "\"limits\"")] {
        assert!(serde_json::from_str::<Programme>(&unknown).is_err(), "{unknown}");
    }
}

proptest! {
    /// Whatever the lines, the split adds up to what the rules granted, and partial returns to the line.
    #[test]
    fn lines_and_returns_add_up(
        nets in prop::collection::vec(0_i64..1_000_000, 1..12),
        (points, per, decimals) in (1_i64..500, 1_i64..5_000, prop::sample::select(vec![0, 2])),
        pieces in 1_i64..20,
        by_points in 0_i64..100,
        cap in prop::option::of(1_i64..100_000),
    ) {
        let mut rules = programme(points, per, decimals);
        rules.multipliers = vec![multiplier("odd", &["1"], 50)];
        rules.caps = cap.map(|cap| Caps { ticket: Some(Points(cap)), day: None });
        let names: Vec<String> = (0..nets.len()).map(|n| (n % 2).to_string()).collect();
        let lines: Vec<(&str, i64)> = names.iter().map(String::as_str).zip(nets).collect();
        let sale = sold(&lines);
        let by_points = sale.total().0 * by_points / 100;
        let working = work(&rules, &if by_points > 0 { with_points(sale, by_points) } else { sale }).unwrap();
        let earned = working.earned();
        let granted: i64 = earned.rules.iter().map(|r| r.points.0).sum();
        prop_assert_eq!(earned.sold().0, granted);
        prop_assert!(cap.is_none_or(|cap| granted <= cap));
        for line in &working.lines {
            let of_rules = working.rules.iter().flat_map(by_rule).filter(|(number, _)| *number == line.line);
            let cut = working.cut.iter().flat_map(|cut| &cut.lines).find(|cut| cut.line == line.line);
            let cut = cut.map_or(0, |cut| cut.points.0);
            prop_assert_eq!(of_rules.map(|(_, points)| points).sum::<i64>() - cut, line.points.0);
        }
        for line in &earned.lines {
            prop_assert!(line.points.0 > 0);
            let taken: i64 = (0..pieces).map(|n| returned_share(line.points, pieces * 1_000, n * 1_000, 1_000).0).sum();
            prop_assert_eq!(taken, line.points.0);
        }
    }
}
