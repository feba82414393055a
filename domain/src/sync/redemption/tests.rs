use chrono::NaiveDate;

use super::*;
use crate::ids::{AccountId, MemberId, RedemptionId, TillId};

const HUNDRED: Points = Points(10_000);

fn till(n: u8) -> TillId {
    TillId::new(1, [n; 10])
}

fn log(n: u8) -> LogId {
    LogId::new(1, [n; 10])
}

fn id(n: u8) -> RedemptionId {
    RedemptionId::new(1, [n; 10])
}

fn lease_id(n: u8) -> LeaseId {
    LeaseId::new(1, [n; 10])
}

fn moment(boot: &str, mono_ms: i64) -> Moment {
    Moment { boot: boot.to_owned(), mono_ms, utc_ms: 1_000_000_000 + mono_ms }
}

fn place(n: u8, seq: i64, mono_ms: i64) -> Place {
    Place { log: log(n), seq, moment: moment("b", mono_ms) }
}

fn ask(n: u8, of: u8, points: i64) -> Ask {
    Ask { id: id(n), till: till(of), points: Points(points), intent: place(of, 5, 1_000) }
}

fn spend(n: u8, of: u8, points: i64) -> Spend {
    Spend { id: id(n), till: till(of), points: Points(points), lease: None }
}

fn account(balance: i64) -> Account {
    Account::of(Points(balance), [].into(), [].into()).unwrap()
}

/// Available, reserved, leased, overdraft.
fn figures(account: &Account) -> [i64; 4] {
    [account.available(), account.reserved(), account.leased(), account.overdraft()].map(|points| points.0)
}

#[test]
fn two_tills_ask_for_the_last_points_and_one_gets_them() {
    let mut account = account(100);
    assert_eq!(account.reserve(&ask(1, 1, 100), 0), Ok(Answer::Held));
    assert_eq!(account.reserve(&ask(2, 2, 100), 0), Ok(Answer::NotEnough { available: Points::ZERO }));
    // The answer was lost, and the till asks again.
    assert_eq!(account.reserve(&ask(1, 1, 100), 9), Ok(Answer::Held));
    assert_eq!(account.reserve(&ask(1, 1, 50), 9), Ok(Answer::Differs));
    assert_eq!(account.reserve(&ask(1, 2, 100), 9), Ok(Answer::Differs));
    assert_eq!(figures(&account), [0, 100, 0, 0]);
}

#[test]
fn a_reservation_ends_once_and_in_one_way() {
    let mut committed = account(100);
    committed.reserve(&ask(1, 1, 80), 0).unwrap();
    let taken = committed.commit(spend(1, 1, 60), 1).unwrap();
    assert_eq!((taken.from_reservation, taken.overdrawn), (Points(60), Points::ZERO));
    assert_eq!(figures(&committed), [40, 0, 0, 0], "what was not taken is free again");
    assert!(committed.commit(spend(1, 1, 60), 2).unwrap().is_repeat);
    committed.void(id(1), till(1), 3).unwrap();
    assert_eq!(figures(&committed), [40, 0, 0, 0]);

    let mut voided = account(100);
    voided.reserve(&ask(1, 1, 80), 0).unwrap();
    voided.void(id(1), till(2), 0).unwrap();
    assert_eq!(figures(&voided), [20, 80, 0, 0], "another till's void is none");
    voided.void(id(1), till(1), 0).unwrap();
    voided.void(id(1), till(1), 0).unwrap();
    assert_eq!(figures(&voided), [100, 0, 0, 0]);
    assert_eq!(voided.reserve(&ask(1, 1, 80), 1), Ok(Answer::Ended));
}

#[test]
fn a_question_that_arrives_after_its_void_reserves_nothing() {
    let mut account = account(100);
    account.void(id(1), till(1), 0).unwrap();
    assert_eq!(account.reserve(&ask(1, 1, 80), 1), Ok(Answer::Ended));
    assert_eq!(figures(&account), [100, 0, 0, 0]);
}

#[test]
fn a_reservation_runs_out_by_the_log_of_its_till_alone() {
    for (reached, runs_out) in [
        (place(1, 6, 1_000 + HELD_MS - 1), false),
        (place(1, 6, 1_000 + HELD_MS), true),
        // Before the intent, or in another log.
        (place(1, 4, 1_000 + HELD_MS), false),
        (place(2, 6, 1_000 + HELD_MS), false),
        // Started again, or put back to a copy of its memory: the till takes nothing over that.
        (Place { moment: moment("c", 0), ..place(1, 6, 0) }, true),
        (place(1, 6, 999), true),
    ] {
        let mut account = account(100);
        account.reserve(&ask(1, 1, 80), 0).unwrap();
        let ended = account.passed(&reached).unwrap();
        assert_eq!(ended == [id(1)], runs_out, "{reached:?}");
        let wanted = if runs_out { [100, 0, 0, 0] } else { [20, 80, 0, 0] };
        assert_eq!(figures(&account), wanted, "{reached:?}");
    }
}

#[test]
fn two_people_release_what_a_silent_till_holds_after_a_day() {
    let mut account = account(100);
    account.reserve(&ask(1, 1, 80), 1_000).unwrap();
    let day = 1_000 + RELEASE_AFTER_MS;
    assert_eq!(account.release(id(1), day - 1, ("ana", "luis")), Err(NotReleased::TooEarly));
    assert_eq!(account.release(id(1), day, ("ana", "ana")), Err(NotReleased::SamePerson));
    assert_eq!(account.release(id(2), day, ("ana", "luis")), Err(NotReleased::NotHeld));
    assert_eq!(account.release(id(1), day, ("ana", "luis")), Ok(Points(80)));
    // The till sold by it after all, and somebody else took the points meanwhile.
    account.commit(spend(2, 2, 100), day).unwrap();
    let late = account.commit(spend(1, 1, 80), day).unwrap();
    assert_eq!(late.overdrawn, Points(80));
    assert_eq!(figures(&account), [0, 0, 0, 80]);
    assert_eq!(account.reserve(&ask(3, 1, 1), day), Ok(Answer::NotEnough { available: Points::ZERO }));
    account.add(Points(100)).unwrap();
    assert_eq!(figures(&account), [20, 0, 0, 0], "what comes in pays the debt first");
}

#[test]
fn a_lease_is_nobody_elses_until_its_till_returns_it() {
    let mut account = account(1_000);
    let (life, day) = ((0, LEASE_MS_MAX), LEASE_MS_MAX);
    account.lease(lease_id(1), (till(1), log(1)), Points(150), life).unwrap();
    for (lease, of, points, life_ms, why) in [
        (2, 1, 10, day, NoLease::HasOne),
        (1, 2, 10, day, NoLease::HasOne),
        (2, 2, 51, day, NoLease::TooMuch),
        (2, 2, 50, day + 1, NoLease::TooLong),
        (2, 2, 50, 0, NoLease::TooLong),
        (2, 2, 0, day, NoLease::NotThere),
        (2, 2, 851, day, NoLease::NotThere),
    ] {
        let found = account.lease(lease_id(lease), (till(of), log(of)), Points(points), (0, life_ms));
        assert_eq!(found, Err(why), "{lease} {of} {points} {life_ms}");
    }
    assert_eq!(account.reserve(&ask(1, 2, 851), 0), Ok(Answer::NotEnough { available: Points(850) }));

    let part = |points| Some(LeaseUse { lease: lease_id(1), points: Points(points) });
    let taken = account.commit(Spend { lease: part(40), ..spend(1, 1, 40) }, 1).unwrap();
    assert_eq!((taken.from_lease, taken.from_available), (Points(40), Points::ZERO));
    let stolen = account.commit(Spend { lease: part(30), ..spend(2, 2, 30) }, 1).unwrap();
    assert_eq!(stolen.from_lease, Points::ZERO, "another till has nothing of it");
    assert_eq!(figures(&account), [820, 0, 110, 0]);
    assert_eq!(account.return_lease(lease_id(1), (till(2), log(1)), Points(110)), Ok(Points::ZERO));
    assert_eq!(account.return_lease(lease_id(1), (till(1), log(2)), Points(110)), Ok(Points::ZERO));
    assert_eq!(account.return_lease(lease_id(1), (till(1), log(1)), Points(110)), Ok(Points(110)));
    assert_eq!(account.return_lease(lease_id(1), (till(1), log(1)), Points(110)), Ok(Points::ZERO));
    assert_eq!(figures(&account), [930, 0, 0, 0]);
}

#[test]
fn what_a_till_spent_and_the_hub_does_not_count_yet_is_not_given_back() {
    let mut account = account(1_000);
    account.lease(lease_id(1), (till(1), log(1)), Points(200), (0, 1_000)).unwrap();
    // A sale of 60 waits in quarantine.
    assert_eq!(account.return_lease(lease_id(1), (till(1), log(1)), Points(140)), Ok(Points(140)));
    assert_eq!(figures(&account), [940, 0, 60, 0]);
    let part = Some(LeaseUse { lease: lease_id(1), points: Points(60) });
    account.commit(Spend { lease: part, ..spend(1, 1, 60) }, 1).unwrap();
    assert_eq!(figures(&account), [940, 0, 0, 0]);
}

#[test]
fn a_lease_that_never_comes_back_is_reclaimed_by_two_people_after_weeks() {
    let mut account = account(1_000);
    account.lease(lease_id(1), (till(1), log(1)), Points(200), (0, 1_000)).unwrap();
    let from = 1_000 + RECLAIM_AFTER_MS;
    assert_eq!(account.reclaim(lease_id(1), from - 1, ("ana", "luis")), Err(NotReleased::TooEarly));
    assert_eq!(account.reclaim(lease_id(1), from, ("ana", "ana")), Err(NotReleased::SamePerson));
    assert_eq!(account.reclaim(lease_id(1), from, ("ana", "luis")), Ok(Points(200)));
    assert_eq!(account.reclaim(lease_id(1), from, ("ana", "luis")), Err(NotReleased::NotHeld));
    assert_eq!(figures(&account), [1_000, 0, 0, 0]);
}

#[test]
fn the_ledger_is_what_is_free_and_promised() {
    let held = Reservation {
        till: till(1),
        points: Points(70),
        state: ReservationState::Held,
        intent: None,
        at_ms: 0,
    };
    let ended = Reservation { state: ReservationState::Committed, ..held.clone() };
    let rows = std::collections::BTreeMap::from([(id(1), held), (id(2), ended)]);
    let account = Account::of(Points(100), rows.clone(), [].into()).unwrap();
    assert_eq!(figures(&account), [30, 70, 0, 0]);
    assert_eq!(account.balance(), Ok(Points(100)));
    // Points ended or goods came back while they were promised.
    let short = Account::of(Points(40), rows, [].into()).unwrap();
    assert_eq!((figures(&short), short.balance()), ([0, 70, 0, 30], Ok(Points(40))));
}

#[test]
fn home_tills_share_a_fifth() {
    for (balance, tills, wanted) in [
        (100_000, 1, 20_000),
        (100_000, 3, 6_600),
        (450, 1, 0),
        (-5, 1, 0),
        (100_000, 0, 0),
        (i64::MAX / LEASE_PERCENT_MAX, 1, i64::MAX / LEASE_PERCENT_MAX / 5 / 100 * 100),
    ] {
        assert_eq!(lease_offer(Points(balance), tills), Ok(Points(wanted)), "{balance} {tills}");
    }
    assert_eq!(lease_offer(Points(i64::MAX), 1), Err(AmountError::Overflow));
}

#[test]
fn points_on_a_ticket_are_taken_only_while_they_are_held() {
    let lease = Some(LeaseUse { lease: lease_id(1), points: HUNDRED });
    let intent = moment("b", 1_000);
    let held = OnTicket { id: id(1), reserve: HUNDRED, lease, intent, is_held: true, is_passed: false };
    assert_eq!(held.points(), Points(20_000));
    for (boot, mono_ms, wanted) in [
        ("b", 1_000, Ok(())),
        ("b", 999 + HELD_MS, Ok(())),
        ("b", 1_000 + HELD_MS, Err(NotClosing::TooLate)),
        ("b", 999, Err(NotClosing::TooLate)),
        ("c", 2_000, Err(NotClosing::TooLate)),
    ] {
        assert_eq!(held.may_close(&moment(boot, mono_ms)), wanted, "{boot} {mono_ms}");
    }
    // The clock goes back behind an event that has let them go, and comes by once more.
    for (passed, wanted) in [
        (moment("b", 999 + HELD_MS), Ok(())),
        (moment("b", 1_000 + HELD_MS), Err(NotClosing::TooLate)),
        (moment("b", 999), Err(NotClosing::TooLate)),
        (moment("c", 1_000), Err(NotClosing::TooLate)),
    ] {
        let mut ticket = held.clone();
        ticket.pass(&passed);
        ticket.pass(&moment("b", 1_500));
        assert_eq!(ticket.may_close(&moment("b", 2_000)), wanted, "{passed:?}");
    }
    let asked = OnTicket { is_held: false, ..held.clone() };
    assert_eq!(asked.may_close(&moment("b", 1_001)), Err(NotClosing::NotHeld));
    let of_lease = OnTicket { reserve: Points::ZERO, ..asked };
    assert_eq!(of_lease.may_close(&moment("c", 0)), Ok(()), "the lease was looked at when it was taken");
}

fn held_lease(life_ms: i64) -> HeldLease {
    let row = LeaseRow { lease: lease_id(1), log: log(1), points: HUNDRED, life_ms };
    HeldLease { spent: Points(4_000), ..HeldLease::take_up(row, moment("b", 1_000)) }
}

#[test]
fn a_lease_ends_by_the_tills_own_clocks() {
    let lease = held_lease(5_000);
    let back = |mono_ms, by| Moment { utc_ms: 1_000_001_000 - by, ..moment("b", mono_ms) };
    for (now, of, wanted) in [
        (moment("b", 1_000), 1, Ok(5_000)),
        (moment("b", 5_999), 1, Ok(1)),
        (moment("b", 6_000), 1, Err(LeaseOver::Age)),
        (moment("c", 1_000), 1, Err(LeaseOver::Boot)),
        (moment("b", 999), 1, Err(LeaseOver::ClockBack)),
        (back(2_000, CLOCK_SLACK_MS), 1, Ok(4_000)),
        (back(2_000, CLOCK_SLACK_MS + 1), 1, Err(LeaseOver::ClockBack)),
        (moment("b", 1_000), 2, Err(LeaseOver::OtherLog)),
    ] {
        assert_eq!(lease.life_left(log(of), &now), wanted, "{now:?} {of}");
    }
    // What was looked at later is not looked at earlier.
    let seen = HeldLease { seen: moment("b", 3_000), ..lease.clone() };
    assert_eq!(seen.life_left(log(1), &moment("b", 2_999)), Err(LeaseOver::ClockBack));
    let returned = HeldLease { is_returned: true, ..lease };
    assert_eq!(returned.life_left(log(1), &moment("b", 1_000)), Err(LeaseOver::Returned));
}

#[test]
fn the_mode_says_what_may_be_spent_without_the_hub() {
    let (lease, now) = (held_lease(5_000), moment("b", 2_000));
    let spent = HeldLease { spent: HUNDRED, ..lease.clone() };
    let limits = Floor { per_card: Points(500), per_session: 3, hours: 24 };
    let nothing = |why| Allowance { points: Points::ZERO, by: By::Nothing(why) };
    let lease_left = Allowance { points: Points(6_000), by: By::Lease { left_ms: 4_000 } };
    let cases = [
        (Mode::Online, Some(&lease), nothing(WhyNothing::OnlineOnly)),
        (Mode::OnlineAndLease, Some(&lease), lease_left),
        (Mode::OnlineAndLease, Some(&spent), nothing(WhyNothing::LeaseSpent)),
        (Mode::OnlineAndLease, None, nothing(WhyNothing::NoLease)),
        (Mode::Floor(limits), Some(&lease), Allowance { points: Points(500), by: By::Floor }),
    ];
    for (mode, lease, wanted) in cases {
        let lease = lease.map(|lease| (lease, log(1)));
        assert_eq!(Allowance::alone(mode, lease, |floor| Ok(floor.per_card), &now), wanted, "{mode:?}");
    }
    let over =
        Allowance::alone(Mode::OnlineAndLease, Some((&lease, log(1))), |_| Ok(HUNDRED), &moment("c", 0));
    assert_eq!(over, nothing(WhyNothing::LeaseOver(LeaseOver::Boot)));
    // With the hub, its word and the lease together.
    let online = |now: &Moment| Allowance::online(Points(700), Some((&lease, log(1))), now).points;
    assert_eq!((online(&now), online(&moment("c", 0))), (Points(6_700), Points(700)));
    assert_eq!(Allowance::online(Points(-5), None, &now), Allowance { points: Points::ZERO, by: By::Hub });
}

#[test]
fn the_floor_is_bounded_by_card_by_session_and_by_age() {
    let floor = Floor { per_card: Points(500), per_session: 2, hours: 1 };
    let (account, now) = (AccountId::new(1, [1; 10]), moment("b", HOUR_MS));
    let day: NaiveDate = "2026-03-02".parse().unwrap();
    let snapshot = |available| Snapshot { available: Points(available), received: moment("b", 0), covers: 7 };
    let fresh = OfflineSession::default();
    let allows = |session: &OfflineSession, available, since, now: &Moment| {
        let of = snapshot(available);
        floor_allows(&floor, session, (account, &of, Points(since)), (day, now))
    };
    assert_eq!(allows(&fresh, 1_000, 0, &now), Ok(Points(500)));
    assert_eq!(allows(&fresh, 1_000, 800, &now), Ok(Points(200)));
    assert_eq!(allows(&fresh, 999, 0, &now), Err(WhyNothing::SnapshotLow));
    assert_eq!(allows(&fresh, 1_000, 0, &moment("b", HOUR_MS + 1)), Err(WhyNothing::SnapshotOld));
    // The machine was started again: the wall clock tells, unless it went back.
    let started = |utc_ms| Moment { utc_ms, ..moment("c", 5) };
    assert_eq!(allows(&fresh, 1_000, 0, &started(1_000_000_000 + HOUR_MS)), Ok(Points(500)));
    assert_eq!(allows(&fresh, 1_000, 0, &started(0)), Err(WhyNothing::SnapshotOld));

    let mut session = OfflineSession::default();
    session.note(account, Points(300), (8, day, &now)).unwrap();
    assert_eq!(allows(&session, 1_000, 300, &now), Ok(Points(200)));
    session.note(account, Points(200), (9, day, &now)).unwrap();
    assert_eq!(allows(&session, 1_000, 500, &now), Err(WhyNothing::SessionLimit));
    session.heard(&Snapshot { covers: 8, ..snapshot(1_000) });
    assert_eq!(allows(&session, 1_000, 0, &now), Err(WhyNothing::SessionLimit), "the hub lacks the second");
    session.heard(&Snapshot { covers: 9, ..snapshot(1_000) });
    assert_eq!(allows(&session, 1_000, 0, &now), Err(WhyNothing::CardLimit), "of this date");
    let alone = OfflineSession { since: Some(moment("b", -1)), ..OfflineSession::default() };
    assert_eq!(allows(&alone, 1_000, 0, &now), Err(WhyNothing::AloneTooLong));
}

#[test]
fn the_worst_case_is_tills_times_redemptions_times_limit() {
    let floor = Floor { per_card: Points(50_000), per_session: 3, hours: 24 };
    assert_eq!(floor.worst_case(4), Ok(Points(600_000)));
    assert_eq!(floor.worst_case(0), Ok(Points::ZERO));
    assert_eq!(Floor { per_card: Points(i64::MAX), ..floor }.worst_case(1), Err(AmountError::Overflow));
}

#[test]
fn the_mode_keeps_its_shape() {
    let floor = Mode::Floor(Floor { per_card: Points(500), per_session: 2, hours: 24 });
    for (mode, text) in [
        (Mode::Online, r#"{"mode":"online"}"#),
        (Mode::OnlineAndLease, r#"{"mode":"online_and_lease"}"#),
        (floor, r#"{"mode":"floor","per_card":500,"per_session":2,"hours":24}"#),
    ] {
        assert_eq!(serde_json::to_string(&mode).unwrap(), text);
        assert_eq!(serde_json::from_str::<Mode>(text).unwrap(), mode);
    }
}

#[test]
fn what_goes_over_the_wire_keeps_its_shape() {
    let (id, member, log) =
        (RedemptionId::new(1, [1; 10]), MemberId::new(1, [2; 10]), LogId::new(1, [3; 10]));
    let request = ReserveRequest {
        redemption: id,
        member,
        points: Points(5_000),
        log,
        seq: 7,
        intent: Moment { boot: "b".to_owned(), mono_ms: 8, utc_ms: 9 },
        voided: vec![],
    };
    let wanted = format!(
        r#"{{"redemption":"{id}","member":"{member}","points":5000,"log":"{log}","seq":7,"intent":{{"boot":"b","mono_ms":8,"utc_ms":9}}}}"#
    );
    assert_eq!(serde_json::to_string(&request).unwrap(), wanted);
    for (reply, wanted) in [
        (ReserveReply::Held { left: Points(1) }, r#"{"is":"held","left":1}"#),
        (ReserveReply::NotEnough { available: Points(1) }, r#"{"is":"not_enough","available":1}"#),
        (ReserveReply::Ended, r#"{"is":"ended"}"#),
        (ReserveReply::Unknown, r#"{"is":"unknown"}"#),
    ] {
        assert_eq!(serde_json::to_string(&reply).unwrap(), wanted);
    }
}
