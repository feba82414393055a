use super::*;
use crate::ledger::rules::{AccountState, in_order};

const DAY: &str = "2026-03-01";

fn sale(n: u8) -> SaleId {
    SaleId::new(i64::from(n), [n; 10])
}

/// The nth ticket: goods of that day, or some of `of` that come back later.
fn posting(n: u8, of: Option<u8>, points: i64) -> Posting {
    Posting {
        id: EntryId::new(i64::from(n), [n; 10]),
        account: AccountId::new(0, [0; 10]),
        kind: if of.is_some() { PostingKind::Reverse } else { PostingKind::Earn },
        points: Points(points),
        sale: sale(n),
        lot_of: sale(of.unwrap_or(n)),
        shares: vec![],
        programme: Some(1),
        expires_on: None,
        vests_on: None,
        over: Points::ZERO,
        reason: String::new(),
        occurred_at: DateTime::UNIX_EPOCH + chrono::Duration::hours(i64::from(n)),
        posted_at: DateTime::UNIX_EPOCH,
        business_date: if of.is_some() { "2026-03-09" } else { DAY }.parse().unwrap(),
    }
}

/// At most so many points a day.
fn rules(cap: i64) -> [Programme; 1] {
    let caps = Some(Caps { ticket: None, day: Some(Points(cap)) });
    [Programme { caps, ..Programme::starter(NaiveDate::default()) }]
}

/// Posts one after the other, with what each is corrected by.
fn arrive(postings: &[Posting]) -> Vec<Posting> {
    let mut ledger: Vec<Posting> = vec![];
    for posting in postings {
        let new = [posting.clone()];
        let corrections = corrections(ledger.clone(), &new, &rules(10_000), &Joins::default()).unwrap();
        ledger.extend(new.into_iter().chain(corrections));
    }
    assert_eq!(wrong_days(&ledger, &rules(10_000), &Joins::default()).unwrap(), []);
    ledger
}

/// The balance, and what each sale's lot has left.
fn left(mut postings: Vec<Posting>) -> (i64, Vec<i64>) {
    in_order(&mut postings);
    keep_back(&mut postings, &rules(10_000), &Joins::default()).unwrap();
    let state =
        AccountState::replayed(postings[0].account, DateTime::UNIX_EPOCH, &postings, &Joins::default())
            .unwrap();
    let left: Vec<i64> = state.lots().map(|lot| lot.remaining.0).collect();
    assert_eq!(left.iter().sum::<i64>(), state.balance.0 + state.debt().0);
    assert_eq!(state.balance, postings.iter().map(Posting::signed).sum(), "lots and entries agree");
    (state.balance.0, left)
}

fn gross(posting: &Posting) -> Gross {
    let Posting { account, business_date, programme, points, .. } = *posting;
    Gross { account, business_date, programme, points }
}

#[test]
fn a_day_keeps_its_cap_in_every_order() {
    let (a, b, c) = (|| posting(1, None, 8_000), || posting(2, None, 8_000), || posting(3, None, 500));
    for (postings, wanted) in [
        (vec![a(), c()], (8_500, vec![8_000, 500])),
        (vec![a(), b()], (10_000, vec![8_000, 2_000])),
        // 160 less 80 is below the cap: all of what is left is kept.
        (vec![a(), b(), posting(4, Some(1), 8_000)], (8_000, vec![6_000, 2_000])),
        (vec![a(), b(), posting(4, Some(2), 8_000)], (8_000, vec![8_000, 0])),
        // The day is over the cap without what came back.
        (vec![a(), b(), c(), posting(4, Some(2), 500)], (10_000, vec![8_000, 2_000, 0])),
        (vec![a(), b(), posting(4, Some(1), 8_000), posting(5, Some(2), 8_000)], (0, vec![0, 0])),
    ] {
        for turn in 0..postings.len() {
            let mut arriving = postings.clone();
            arriving.rotate_left(turn);
            // A return is posted with its sale or after it.
            arriving.sort_by_key(|posting| posting.kind);
            assert_eq!(left(arrive(&arriving)), wanted, "from {turn}: {postings:?}");
        }
        let together = corrections(vec![], &postings, &rules(10_000), &Joins::default()).unwrap();
        assert!(together.len() <= 1, "one batch is corrected once");
        let may_be_over = postings.iter().filter(|p| p.kind == PostingKind::Earn).count() > 1;
        // Some of them posted before, as the database sums them up.
        for split in 0..=postings.len() {
            let (before, new) = postings.split_at(split);
            let posted: Vec<Gross> =
                before.iter().filter(|p| p.kind == PostingKind::Earn).map(gross).collect();
            let capped = over_cap(&posted, new, &day_caps(&rules(10_000))).unwrap();
            assert_eq!(
                !capped.is_empty(),
                may_be_over && postings[1].points.0 != 500,
                "{split} {postings:?}"
            );
        }
        assert_eq!(left(postings.into_iter().chain(together).collect()), wanted);
    }
}

#[test]
fn a_correction_that_is_missing_or_twice_is_found() {
    let ledger = arrive(&[posting(1, None, 8_000), posting(2, None, 8_000)]);
    let (last, rest) = ledger.split_last().unwrap();
    let wrong = |postings: &[Posting]| wrong_days(postings, &rules(10_000), &Joins::default()).unwrap();
    assert_eq!(wrong(&ledger), []);
    assert_eq!(wrong(rest)[0].2, Points::ZERO);
    assert_eq!(wrong(&[&ledger[..], std::slice::from_ref(last)].concat())[0].2, Points(-12_000));
    let why = Corrected::of(&last.reason).unwrap();
    let day = DAY.parse().unwrap();
    assert_eq!(why, Corrected { day, cap: Points(10_000), earned: Points(16_000), before: Points::ZERO });
}

/// A till whose clock is years ahead sold before the rules of that day were changed.
#[test]
fn a_day_keeps_the_cap_of_the_version_it_was_posted_by() {
    let [first] = rules(10_000);
    let of = |version, posting: Posting| Posting { programme: Some(version), ..posting };
    for (caps, points) in [([None, first.caps], vec![]), ([first.caps, None], vec![-5_000])] {
        let rules: Vec<Programme> =
            (1..).zip(caps).map(|(version, caps)| Programme { version, caps, ..first.clone() }).collect();
        let sold = of(1, posting(1, None, 15_000));
        let correction =
            corrections(vec![], std::slice::from_ref(&sold), &rules[..1], &Joins::default()).unwrap();
        let corrected: Vec<i64> = correction.iter().map(|posting| posting.points.0).collect();
        assert_eq!(corrected, points);
        let mut ledger: Vec<Posting> = [sold].into_iter().chain(correction).collect();
        let next = [of(2, posting(2, None, 500))];
        assert_eq!(corrections(ledger.clone(), &next, &rules, &Joins::default()).unwrap().len(), 0);
        ledger.extend(next);
        assert_eq!(wrong_days(&ledger, &rules, &Joins::default()).unwrap(), []);
        keep_back(&mut ledger, &rules, &Joins::default()).unwrap();
        let (account, joins) = (ledger[0].account, Joins::default());
        let state = AccountState::replayed(account, DateTime::UNIX_EPOCH, &ledger, &joins).unwrap();
        assert_eq!(state.balance, ledger.iter().map(Posting::signed).sum());
    }
}

#[test]
fn a_correction_names_a_sale_of_its_day() {
    let next_day = Posting { business_date: "2026-03-02".parse().unwrap(), ..posting(3, None, 700) };
    let new = [posting(1, None, 8_000), posting(2, None, 8_000), next_day];
    let corrections = corrections(vec![], &new, &rules(10_000), &Joins::default()).unwrap();
    assert_eq!(corrections.iter().map(|posting| posting.sale).collect::<Vec<_>>(), [sale(2)]);
}

/// No version that caps a day posted it.
#[test]
fn a_correction_of_a_day_without_a_cap_is_found() {
    let ledger = arrive(&[posting(1, None, 8_000), posting(2, None, 8_000)]);
    let endless = rules(10_000).map(|rules| Programme { caps: None, ..rules });
    let wrong = wrong_days(&ledger, &endless, &Joins::default()).unwrap();
    assert_eq!(wrong.iter().map(|(.., kept, wanted)| (kept.0, wanted.0)).collect::<Vec<_>>(), [(-6_000, 0)]);
}
