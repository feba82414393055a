use super::*;
use domain::ids::AccountId;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn asked() -> Ask {
    Ask {
        id: EntryId::new(1, [1; 10]),
        account: AccountId::new(2, [2; 10]),
        points: Points(5_000),
        cause: Cause::Goodwill,
        note: " bread twice ".to_owned(),
        sale: None,
        by: "ana".to_owned(),
    }
}

#[test]
fn what_may_be_asked_for() {
    let whole = Programme::starter(NaiveDate::default());
    let fine = Programme { decimals: 2, ..whole.clone() };
    let long = "x".repeat(NOTE_CHARS);
    let cases: [(Ask, Option<Refusal>); 8] = [
        (asked(), None),
        (Ask { points: Points(-5_000), ..asked() }, None),
        (Ask { points: Points::ZERO, ..asked() }, Some(Refusal::NoPoints)),
        (Ask { points: Points(MOST.0 + 100), ..asked() }, Some(Refusal::TooMany)),
        (Ask { points: Points(-MOST.0 - 100), ..asked() }, Some(Refusal::TooMany)),
        (Ask { note: "  ".to_owned(), ..asked() }, Some(Refusal::NoNote)),
        (Ask { note: format!("{long}x"), ..asked() }, Some(Refusal::LongNote)),
        (Ask { by: "token:nightly".to_owned(), ..asked() }, Some(Refusal::Script)),
    ];
    for (ask, wanted) in cases {
        assert_eq!(refusal(&ask, Some(&whole)), wanted, "{ask:?}");
    }
    let half = Ask { points: Points(50), note: long, ..asked() };
    assert_eq!(refusal(&half, Some(&whole)), Some(Refusal::Fraction));
    assert_eq!((refusal(&half, Some(&fine)), refusal(&half, None)), (None, None));
}

#[test]
fn what_one_person_does_alone() {
    for (points, before, alone, second) in [
        (100, 0, 0, true),
        (5_000, 0, 5_000, false),
        (5_001, 0, 5_000, true),
        (-5_000, 0, 5_000, false),
        (-5_001, 0, 5_000, true),
        // Cut into small ones.
        (3_000, 2_000, 5_000, false),
        (3_000, 2_001, 5_000, true),
        (i64::MIN, i64::MAX, i64::MAX - 1, true),
    ] {
        let limits = Limits { alone: Points(alone), days: 7 };
        assert_eq!(needs_second(Points(points), Points(before), limits), second, "{points} {before} {alone}");
    }
}

#[test]
fn who_settles_what() {
    let now = at("2026-03-08T10:00:00Z");
    let waits = request(&asked(), Points(1_000), at("2026-03-01T10:00:00Z"), at("2026-03-08T10:00:01Z"));
    let ended = Adjustment { ends_at: now, ..waits.clone() };
    let by = |state, who: &str| Adjustment { state, settled_by: Some(who.to_owned()), ..waits.clone() };
    let alone = Adjustment { state: State::Posted, ..waits.clone() };
    let agreed = Verdict::Agreed;
    let refused = |why: &str| Verdict::Refused { why: why.to_owned() };
    for (kept, who, verdict, wanted) in [
        (&waits, "luis", &agreed, Ok(true)),
        (&waits, "ana", &agreed, Err(Refusal::Own)),
        (&waits, "token:nightly", &agreed, Err(Refusal::Script)),
        (&waits, "luis", &refused("no receipt"), Ok(true)),
        (&waits, "luis", &refused(" "), Err(Refusal::NoNote)),
        // Withdrawn.
        (&waits, "ana", &refused("my mistake"), Ok(true)),
        (&ended, "luis", &agreed, Err(Refusal::Ended)),
        (&ended, "luis", &refused("late"), Err(Refusal::Ended)),
        (&by(State::Posted, "luis"), "luis", &agreed, Ok(false)),
        (&by(State::Posted, "luis"), "eva", &agreed, Err(Refusal::Settled)),
        (&by(State::Posted, "luis"), "luis", &refused("after all"), Err(Refusal::Settled)),
        (&by(State::Refused, "luis"), "luis", &refused("again"), Ok(false)),
        (&by(State::Refused, "luis"), "eva", &agreed, Err(Refusal::Settled)),
        (&alone, "ana", &agreed, Err(Refusal::Settled)),
    ] {
        assert_eq!(settling(kept, who, verdict, now), wanted, "{kept:?} {who} {verdict:?}");
    }
}

#[test]
fn a_form_that_comes_again_says_the_same() {
    let now = at("2026-03-01T10:00:00Z");
    let kept = request(&asked(), Points::ZERO, now, now);
    let others = [
        Ask { account: AccountId::new(3, [3; 10]), ..asked() },
        Ask { points: Points(-5_000), ..asked() },
        Ask { cause: Cause::Other, ..asked() },
        Ask { note: "bread".to_owned(), ..asked() },
        Ask { sale: Some(SaleId::new(1, [1; 10])), ..asked() },
        Ask { by: "luis".to_owned(), ..asked() },
    ];
    assert!(is_same(&kept, &asked()));
    assert_eq!(others.iter().filter(|ask| is_same(&kept, ask)).count(), 0);
}

#[test]
fn an_entry_says_who_and_why() {
    let now = at("2026-03-02T10:00:00Z");
    let day: NaiveDate = "2026-03-02".parse().unwrap();
    let programme = Programme { vest_days: 14, ..Programme::starter(NaiveDate::default()) };
    for (points, kind) in [(5_000, PostingKind::Given), (-5_000, PostingKind::Taken)] {
        let of = request(&Ask { points: Points(points), ..asked() }, Points(1_000), now, now);
        let entry = posting(&of, Some("luis"), Some(&programme), day, now).unwrap();
        assert_eq!((entry.kind, entry.points, entry.signed()), (kind, Points(5_000), Points(points)));
        assert_eq!((entry.vests_on, entry.ticket(), entry.business_date), (None, None, day));
        let why = ByHand::of(&entry.reason).unwrap();
        assert_eq!((why.adjustment, why.note.as_str(), why.day), (of.id, "bread twice", day));
        assert_eq!((why.asked_by.as_str(), why.agreed_by.as_deref()), ("ana", Some("luis")));
        assert_eq!(posting(&of, None, None, day, now).unwrap().id, entry.id);
    }
}
