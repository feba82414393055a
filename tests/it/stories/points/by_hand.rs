//! Points that customer service gives and takes: asked for by one, agreed to by another, each sent twice, at any moment
//! between tickets that happened before and after.

use domain::ids::EntryId;
use domain::points::{Caps, EndOf, Expiry};
use hub_server::intake::{adjustments, verify};
use hub_server::ledger::adjustments::{Ask, Asked, Cause, Refusal, Settled, Verdict};
use hub_server::{App, ledger, members};

use super::hub::code;
use super::*;
use crate::stories::on_both;
use crate::world::databases::Kind;

on_both!(
    what_is_taken_beyond_the_balance_is_repaid_by_what_is_earned_next,
    what_is_given_is_spent_and_does_not_come_back_with_goods,
    a_day_keeps_its_cap_beside_what_is_given,
    a_rank_is_for_purchases,
    of_two_that_agree_at_once_one_does,
);

/// 100 earned, 150 taken, 80 earned on the next day.
async fn what_is_taken_beyond_the_balance_is_repaid_by_what_is_earned_next(kind: Kind) {
    let first = ring(1, [sold("a", 1, 10_000)]).shows(10_000, 0);
    let next = ring(2, [sold("a", 1, 8_000)]).on("2026-03-02").shows(8_000, 0);
    let example = Example::of(rules(), [first, next]).by_hand(1, -15_000);
    let ends = Figures { balance: 3_000, earned: 3_000, ..Figures::default() };
    let entries = [("earn", 10_000), ("adjust", -15_000), ("earn", 8_000)];
    example.ends(ends).posts(entries).holds(kind).await;
}

/// 100 earned, 50 given, 120 spent on the next day; then the goods of the first come back: 70 are owed.
async fn what_is_given_is_spent_and_does_not_come_back_with_goods(kind: Kind) {
    let expiry = Expiry { days: 30, end_of: EndOf::Day, grace_days: 30 };
    let ending = || Programme { expiry: Some(expiry), ..rules() };
    let first = || ring(1, [sold("a", 1, 10_000)]).shows(10_000, 0);
    let pays =
        || ring(2, [sold("b", 1, 12_000)]).on("2026-03-02").spends(12_000, offline(15_000, 1)).shows(0, 0);
    let back = ring(3, [back(1, 1, 1)]).on("2026-03-02").at(13, 0).shows(0, 10_000);
    let stays = Figures { balance: 3_000, earned: 15_000, burned: 12_000, ..Figures::default() };
    Example::of(ending(), [first(), pays()]).by_hand(1, 5_000).ends(stays).holds(kind).await;
    let owes = Figures { balance: -7_000, debt: 7_000, earned: 5_000, burned: 12_000, ..Figures::default() };
    Example::of(ending(), [first(), pays(), back]).by_hand(1, 5_000).ends(owes).holds(kind).await;
}

/// 100 of a day that gives 50, and 20 by hand.
async fn a_day_keeps_its_cap_beside_what_is_given(kind: Kind) {
    let capped = Programme { caps: Some(Caps { ticket: None, day: Some(Points(5_000)) }), ..rules() };
    let sells = ring(1, [sold("a", 1, 10_000)]).shows(5_000, 0);
    let ends = Figures { balance: 7_000, earned: 7_000, ..Figures::default() };
    let entries = [("earn", 10_000), ("adjust", -5_000), ("adjust", 2_000)];
    Example::of(capped, [sells]).by_hand(1, 2_000).ends(ends).posts(entries).holds(kind).await;
}

/// 600 earned and 600 given are no 1,000 points of purchases.
async fn a_rank_is_for_purchases(kind: Kind) {
    let sells = ring(1, [sold("a", 1, 60_000)]).shows(60_000, 0);
    let example = Example::of(super::tiers::tiered(), [sells]).by_hand(0, 60_000);
    example.ranks("2026-03-01", "Base").holds(kind).await;
}

/// Two forms at once are one request, two that agree at once one effect.
async fn of_two_that_agree_at_once_one_does(kind: Kind) {
    let sells = ring(1, [sold("a", 1, 10_000)]).shows(10_000, 0);
    let example = Example::of(rules(), [sells]).ends(Figures::default());
    let (app, _kept) = example.hub(kind).await;
    for member in 0..20 {
        let asked = by_hand(&app, member, 0, 5_000).await;
        let (one, two) = tokio::join!(adjustments::ask(&app, &asked), adjustments::ask(&app, &asked));
        assert_eq!((one.expect("asked"), two.expect("asked")), (Asked::Waits, Asked::Waits));
        let agreed = Verdict::Agreed;
        let (one, two) = tokio::join!(
            adjustments::settle(&app, asked.id, "luis", &agreed),
            adjustments::settle(&app, asked.id, "eva", &agreed)
        );
        let mut both = [one.expect("settled"), two.expect("settled")];
        both.sort_by_key(|settled| matches!(settled, Settled::Refused(_)));
        assert_eq!(both, [Settled::Done(asked.account), Settled::Refused(Refusal::Settled)]);
        let mut tx = app.db.read().await.expect("the database");
        let entries = ledger::entries(&mut tx, asked.account, 9).await.expect("entries");
        let found: Vec<_> = entries.iter().map(|row| (row.kind.as_str(), row.points.0)).collect();
        assert_eq!(found, [("adjust", 5_000)]);
        assert_eq!(verify(&mut tx).await.expect("the ledger").differences, []);
    }
}

/// A request of the member's nth form.
pub async fn by_hand(app: &App, member: u16, n: usize, points: i64) -> Ask {
    let mut tx = app.db.read().await.expect("the database");
    let found = members::by_code(&mut tx, &code(member).parse().expect("a code")).await.expect("members");
    let form = u8::try_from(n).expect("a form");
    Ask {
        id: EntryId::new(i64::from(member), [form; 10]),
        account: found.expect("is one").account,
        points: Points(points),
        cause: Cause::Goodwill,
        note: "the bread was paid twice".to_owned(),
        sale: None,
        by: "ana".to_owned(),
    }
}

/// One asks and another agrees; each sends it twice.
pub async fn adjust(app: &App, asked: &Ask) {
    for wanted in [Asked::Waits, Asked::Waits] {
        assert_eq!(adjustments::ask(app, asked).await.expect("the database"), wanted);
    }
    for wanted in [Settled::Done(asked.account), Settled::Same(asked.account)] {
        let settled = adjustments::settle(app, asked.id, "luis", &Verdict::Agreed).await;
        assert_eq!(settled.expect("the database"), wanted);
    }
    assert_eq!(adjustments::ask(app, asked).await.expect("the database"), Asked::Posted);
}
