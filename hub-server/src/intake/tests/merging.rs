//! Members who are one person: their points, lots, cards, sales and visits, in any order of arrival.

use chrono::{DateTime, Utc};
use domain::ids::{AccountId, EntryId};
use domain::money::Points;
use domain::points::{Caps, EndOf, Expiry, Programme};
use domain::sale::{Sale, SaleDraft, Tender};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::*;
use crate::access::audit;
use crate::catalogue::feed::{Reader, feed};
use crate::ledger;
use crate::ledger::adjustments::{self, Ask, Asked, Cause, Limits, Settled, Verdict};
use crate::members::merging::{Merge, MergeRefusal, Merged};
use crate::members::{self, Consent, Profile};

const OTHER: &str = "2990000010452";
const THIRD: &str = "2990000010469";

/// Ana, who is known twice, and under a third number too. Points live a year and to the end of that month.
async fn known_twice() -> TestHub {
    let hub = TestHub::new().await;
    for (code, card) in [("M1", CARD), ("M2", OTHER), ("M3", THIRD)] {
        hub.member(code, card).await;
    }
    let expiry = Expiry { days: 365, end_of: EndOf::Month, grace_days: 30 };
    let rules =
        Programme { version: 2, expiry: Some(expiry), ..Programme::starter("2025-01-01".parse().unwrap()) };
    let mut tx = hub.app.db.begin().await.unwrap();
    ledger::add_programme(&mut tx, &rules, hub.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    hub
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

async fn id(hub: &TestHub, code: &str) -> domain::ids::MemberId {
    let mut tx = hub.app.db.read().await.unwrap();
    members::by_codes(&mut tx, &[code.parse().unwrap()]).await.unwrap()[code].id
}

async fn account(hub: &TestHub, code: &str) -> AccountId {
    let mut tx = hub.app.db.read().await.unwrap();
    members::by_codes(&mut tx, &[code.parse().unwrap()]).await.unwrap()[code].account
}

async fn merge(hub: &TestHub, survivor: &str, loser: &str, when: &str) -> Merged {
    let asked = Merge {
        survivor: id(hub, survivor).await,
        loser: id(hub, loser).await,
        reason: "same person".to_owned(),
        by: "servicio".to_owned(),
    };
    let mut tx = hub.app.db.begin().await.unwrap();
    let merged = crate::intake::merging::merge(&mut tx, &asked, at(when)).await.unwrap();
    tx.commit().await.unwrap();
    merged
}

async fn unmerge(hub: &TestHub, merged: &Merged, when: &str) -> Merged {
    let Merged::Done(row) = merged else { panic!("nothing was merged: {merged:?}") };
    let mut tx = hub.app.db.begin().await.unwrap();
    let said = ("two sisters", "servicio");
    let undone = crate::intake::merging::unmerge(&mut tx, row.id, said, at(when)).await.unwrap();
    tx.commit().await.unwrap();
    undone
}

/// What each lot has left in hundredths, by its last day.
async fn lots(hub: &TestHub, code: &str) -> Vec<(String, i64)> {
    let account = account(hub, code).await;
    let mut tx = hub.app.db.read().await.unwrap();
    let endings = ledger::endings(&mut tx, &[account]).await.unwrap();
    endings.iter().map(|row| (row.on.to_string(), row.points.0)).collect()
}

/// Everything that may not depend on the order of arrival: of each number its sums, its lots and its visits.
type State = Vec<((i64, i64, i64), Vec<(String, i64)>, usize)>;

async fn state(hub: &TestHub) -> State {
    let mut state = vec![];
    for code in ["M1", "M2", "M3"] {
        let account = account(hub, code).await;
        let mut tx = hub.app.db.read().await.unwrap();
        let day = hub.app.clock.now().date_naive();
        let row = insights::points(&mut tx, Some(&code.parse().unwrap()), day).await.unwrap().remove(0);
        let visits = insights::visit_days(&mut tx, account).await.unwrap().days().len();
        drop(tx);
        state.push(((row.balance.0, row.available.0, row.debt.0), lots(hub, code).await, visits));
    }
    state
}

fn sold(n: u8, card: &'static str, points: i64, date: &'static str) -> Sale {
    Ticket { date, ..Ticket::sold(n, Some(card), points * 100) }.sale()
}

/// Goods that points paid: nothing is earned with them.
fn spent(n: u8, card: &'static str, points: i64, date: &'static str) -> Sale {
    let mut draft: SaleDraft = Ticket { date, ..Ticket::sold(n, Some(card), points * 100) }.draft();
    let money = draft.tenders[0].amount;
    draft.tenders = vec![Tender::of_points(domain::money::Points(points * 100), money)];
    Sale::close(draft).unwrap()
}

async fn push(till: &mut TestTill<'_>, sale: &Sale) {
    let event = till.sale(sale);
    // The same bytes twice, as after an answer that was lost.
    for _ in 0..2 {
        till.applies(std::slice::from_ref(&event)).await;
    }
}

const JUNE: &str = "2026-06-30";
const DECEMBER: &str = "2026-12-31";
const MERGED: &str = "2026-03-02T16:00:00Z";
const PARTED: &str = "2026-03-09T16:00:00Z";

/// A has 100 until June and B 200 until December.
fn bought() -> [Sale; 2] {
    [sold(1, CARD, 100, "2025-06-10"), sold(2, OTHER, 200, "2025-12-05")]
}

fn dated(lots: &[(&str, i64)]) -> Vec<(String, i64)> {
    lots.iter().map(|(day, points)| ((*day).to_owned(), points * 100)).collect()
}

#[tokio::test]
async fn merge_keeps_two_lots() {
    let hub = known_twice().await;
    let mut till = open_till(&hub).await;
    for sale in &bought() {
        push(&mut till, sale).await;
    }
    assert!(matches!(merge(&hub, "M1", "M2", MERGED).await, Merged::Done(_)));
    assert_eq!(points(&hub, "M1").await, (300, 300, 0));
    assert_eq!(points(&hub, "M2").await, (0, 0, 0));
    assert_eq!(lots(&hub, "M1").await, dated(&[(JUNE, 100), (DECEMBER, 200)]));
    assert_eq!(state(&hub).await[0].2, 2, "the visits of both");
    must_hold(&hub).await;
    // Of one's own alias, or of oneself, nothing is merged.
    for (survivor, loser) in [("M1", "M2"), ("M2", "M1"), ("M1", "M1")] {
        assert_eq!(merge(&hub, survivor, loser, MERGED).await, Merged::Same);
    }
    let mut tx = hub.app.db.read().await.unwrap();
    let told = audit::latest(&mut tx, 1).await.unwrap().remove(0);
    assert_eq!((told.who.as_str(), told.action.as_str()), ("servicio", "member.merged"));
    assert_eq!((told.subject.as_str(), told.detail.as_str()), ("M1", "M2: same person"));
}

#[tokio::test]
async fn unmerge_after_spending_gives_back_the_lots_that_are_left() {
    let hub = known_twice().await;
    let mut till = open_till(&hub).await;
    for sale in &bought() {
        push(&mut till, sale).await;
    }
    let merged = merge(&hub, "M1", "M2", MERGED).await;
    push(&mut till, &spent(3, CARD, 150, "2026-03-05")).await;
    assert_eq!(lots(&hub, "M1").await, dated(&[(DECEMBER, 150)]));
    assert!(matches!(unmerge(&hub, &merged, PARTED).await, Merged::Done(_)));
    assert_eq!(points(&hub, "M1").await, (0, 0, 0));
    assert_eq!(points(&hub, "M2").await, (150, 150, 0));
    assert_eq!(lots(&hub, "M2").await, dated(&[(DECEMBER, 150)]));
    assert_eq!(unmerge(&hub, &merged, PARTED).await, Merged::Same);
    must_hold(&hub).await;
    // Goods that A paid with 50 points of B bring them back to B.
    let back = Ticket { date: "2026-03-12", ..Ticket::returned(4, Some(CARD), 15_000, Some(3)) };
    let mut draft = back.draft();
    draft.tenders = vec![Tender::of_points(domain::money::Points(-15_000), domain::money::Money(-15_000))];
    push(&mut till, &Sale::close(draft).unwrap()).await;
    assert_eq!(lots(&hub, "M1").await, dated(&[(JUNE, 100)]));
    assert_eq!(lots(&hub, "M2").await, dated(&[(DECEMBER, 200)]));
    must_hold(&hub).await;
}

#[tokio::test]
async fn a_late_sale_of_the_old_card_lands_on_the_survivor_once() {
    let hub = known_twice().await;
    let mut till = open_till(&hub).await;
    push(&mut till, &bought()[0]).await;
    merge(&hub, "M1", "M2", MERGED).await;
    hub.app.clock.advance(Duration::days(2));
    till.at = hub.app.clock.now();
    push(&mut till, &sold(5, OTHER, 70, "2026-03-02")).await;
    assert_eq!(points(&hub, "M1").await, (170, 170, 0));
    assert_eq!(points(&hub, "M2").await, (0, 0, 0));
    assert_eq!(state(&hub).await[0].2, 2);
    assert_eq!(sales(&hub).await, 2);
    must_hold(&hub).await;
}

/// A file that names the old number again, with one card that is known and one that is new.
#[tokio::test]
async fn cards_of_the_old_number_are_the_survivors_until_they_part() {
    const NEW: &str = "2990000010476";
    let hub = known_twice().await;
    let merged = merge(&hub, "M1", "M2", MERGED).await;
    let rows = [OTHER, NEW].map(|card| (card.parse().unwrap(), "M2".parse().unwrap()));
    let mut tx = hub.app.db.begin().await.unwrap();
    let written = members::add_cards(&mut tx, &rows, hub.app.clock.now()).await.unwrap();
    assert_eq!(written.turns, [catalogue::Turn::Same, catalogue::Turn::New]);
    tx.commit().await.unwrap();
    let owner = async || {
        let mut tx = hub.app.db.read().await.unwrap();
        members::by_card(&mut tx, &NEW.parse().unwrap()).await.unwrap().unwrap().profile.code.to_string()
    };
    assert_eq!(owner().await, "M1");
    unmerge(&hub, &merged, PARTED).await;
    assert_eq!(owner().await, "M2");
}

/// The till's row of the card points to the survivor.
#[tokio::test]
async fn the_tills_hear_whose_the_card_is() {
    let hub = known_twice().await;
    let owner = async || {
        let mut tx = hub.app.db.read().await.unwrap();
        let changes = feed(&mut tx, 0, 1_000, Reader::default()).await.unwrap().changes;
        let of = |change: domain::snapshot::Change| match change {
            domain::snapshot::Change::Card(row) if row.card.as_str() == OTHER => Some(row.member),
            _ => None,
        };
        changes.into_iter().filter_map(of).next_back().unwrap()
    };
    let merged = merge(&hub, "M1", "M2", MERGED).await;
    assert_eq!(owner().await, id(&hub, "M1").await);
    unmerge(&hub, &merged, PARTED).await;
    assert_eq!(owner().await, id(&hub, "M2").await);
}

/// What happens, and what is entered at the desk.
#[derive(Clone)]
enum Step {
    Sale(Box<Sale>),
    Merge,
    Unmerge,
}

async fn after(steps: &[&Step]) -> State {
    let hub = known_twice().await;
    // Late on the same day, whenever it arrived: the last of them is over.
    hub.app.clock.advance(Duration::days(14));
    let mut till = open_till(&hub).await;
    let mut merged = None;
    for step in steps {
        match step {
            Step::Sale(sale) => push(&mut till, sale).await,
            Step::Merge => merged = Some(merge(&hub, "M1", "M2", MERGED).await),
            Step::Unmerge => {
                unmerge(&hub, merged.as_ref().unwrap(), PARTED).await;
            }
        }
    }
    must_hold(&hub).await;
    state(&hub).await
}

/// Both buy before they are one; while they are, A spends 150, and B's card buys for 50, brings all of an earlier sale
/// back and spends 30; and A buys once more when they have parted.
fn steps(parts: bool) -> Vec<Step> {
    let [june, december] = bought();
    let back = Ticket { date: "2026-03-06", ..Ticket::returned(5, Some(OTHER), 20_000, Some(2)) }.sale();
    let sales = [
        june,
        december,
        spent(3, CARD, 150, "2026-03-05"),
        sold(4, OTHER, 50, "2026-03-04"),
        back,
        spent(6, OTHER, 30, "2026-03-07"),
        sold(7, CARD, 10, "2026-03-12"),
    ];
    let mut steps: Vec<Step> = sales.into_iter().map(|sale| Step::Sale(Box::new(sale))).collect();
    steps.push(Step::Merge);
    if parts {
        steps.push(Step::Unmerge);
    }
    steps
}

/// The example of a merge in a hundred orders of arrival, each event twice: one state, to the last hundredth.
#[tokio::test(flavor = "multi_thread")]
async fn any_order_of_arrival_ends_alike() {
    let mut runner = TestRunner::deterministic();
    for parts in [false, true] {
        let steps = steps(parts);
        let wanted = after(&steps.iter().collect::<Vec<_>>()).await;
        for _ in 0..50 {
            let places: Vec<usize> = (0..steps.len()).collect();
            let mut order = Just(places).prop_shuffle().new_tree(&mut runner).unwrap().current();
            // What was not said cannot be taken back.
            let said = |order: &[usize], n: usize| order.iter().position(|place| *place == n);
            if let (Some(merge), Some(unmerge)) = (said(&order, 7), said(&order, 8))
                && unmerge < merge
            {
                order.swap(merge, unmerge);
            }
            let shuffled: Vec<&Step> = order.iter().map(|place| &steps[*place]).collect();
            assert_eq!(after(&shuffled).await, wanted, "{order:?}");
        }
    }
}

/// Three numbers of one person: whichever two are merged first, and whoever stays, it is one account with all lots.
#[tokio::test]
async fn three_become_one_in_any_order_of_merging() {
    let mut found = vec![];
    for pairs in [[("M1", "M2"), ("M1", "M3")], [("M2", "M3"), ("M1", "M2")], [("M2", "M3"), ("M1", "M3")]] {
        let hub = known_twice().await;
        let mut till = open_till(&hub).await;
        for sale in bought().iter().chain([&sold(8, THIRD, 40, "2026-02-10")]) {
            push(&mut till, sale).await;
        }
        for (n, (survivor, loser)) in (1..).zip(pairs) {
            assert!(matches!(
                merge(&hub, survivor, loser, &format!("2026-03-02T16:0{n}:00Z")).await,
                Merged::Done(_)
            ));
        }
        // A card of the last in the chain pays from all of them.
        push(&mut till, &spent(9, THIRD, 320, "2026-03-05")).await;
        assert_eq!(points(&hub, "M1").await, (20, 20, 0));
        must_hold(&hub).await;
        found.push(state(&hub).await);
    }
    assert!(found.windows(2).all(|pair| pair[0] == pair[1]), "{found:?}");
}

/// A day keeps 100 points: what both cards bought on it counts together while they are one.
#[tokio::test]
async fn a_day_of_both_cards_is_one_day() {
    for order in [[0, 1], [1, 0]] {
        let hub = known_twice().await;
        let caps = Caps { ticket: None, day: Some(domain::money::Points(10_000)) };
        let starter = Programme::starter("2026-03-04".parse().unwrap());
        let mut tx = hub.app.db.begin().await.unwrap();
        let rules = Programme { version: 3, caps: Some(caps), ..starter };
        ledger::add_programme(&mut tx, &rules, hub.app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let mut till = open_till(&hub).await;
        let merged = merge(&hub, "M1", "M2", MERGED).await;
        let mut later = SaleDraft::from(sold(2, OTHER, 80, "2026-03-05"));
        later.occurred_at += Duration::hours(1);
        let bought = [sold(1, CARD, 80, "2026-03-05"), Sale::close(later).unwrap()];
        for n in order {
            push(&mut till, &bought[n]).await;
        }
        assert_eq!(points(&hub, "M1").await, (100, 100, 0), "{order:?}");
        must_hold(&hub).await;
        unmerge(&hub, &merged, PARTED).await;
        assert_eq!((points(&hub, "M1").await.0, points(&hub, "M2").await.0), (80, 20), "{order:?}");
        must_hold(&hub).await;
    }
}

#[tokio::test]
async fn a_debt_that_the_other_paid_is_owed_again_when_they_part() {
    let hub = known_twice().await;
    let mut till = open_till(&hub).await;
    push(&mut till, &spent(1, CARD, 60, "2026-02-01")).await;
    push(&mut till, &bought()[1]).await;
    let before = state(&hub).await;
    assert_eq!(before[0].0, (-6_000, 0, 6_000));
    let merged = merge(&hub, "M1", "M2", MERGED).await;
    assert_eq!(points(&hub, "M1").await, (140, 140, 0));
    must_hold(&hub).await;
    unmerge(&hub, &merged, PARTED).await;
    assert_eq!(state(&hub).await, before, "as if they had never been one");
    must_hold(&hub).await;
}

#[tokio::test]
async fn the_stricter_consent_holds_until_a_later_one_and_a_search_finds_who_stays() {
    let hub = known_twice().await;
    let told = |code: &str, marketing, day: &str| Profile {
        code: code.parse().unwrap(),
        first_name: "Ana".to_owned(),
        last_name: code.to_owned(),
        email: String::new(),
        phone: if code == "M2" { "300 123 4567".to_owned() } else { String::new() },
        birthday: None,
        consent: Consent { marketing, at: Some(at(&format!("{day}T12:00:00Z"))), source: "form".to_owned() },
    };
    let write = async |profile: Profile| {
        let mut tx = hub.app.db.begin().await.unwrap();
        members::upsert_members(&mut tx, &[profile], hub.app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    };
    let may = async || {
        let mut tx = hub.app.db.read().await.unwrap();
        members::by_code(&mut tx, &"M2".parse().unwrap()).await.unwrap().unwrap().profile.consent.may_target()
    };
    write(told("M1", true, "2026-01-01")).await;
    write(told("M2", false, "2026-01-02")).await;
    let merged = merge(&hub, "M1", "M2", MERGED).await;
    assert!(!may().await, "M2 stands for M1, who said yes, and then no under the other number");
    let mut tx = hub.app.db.read().await.unwrap();
    for words in ["M2", "300123"] {
        let found = members::search(&mut tx, words, true, 5, 0).await.unwrap();
        assert_eq!(found.iter().map(|m| m.profile.code.as_str()).collect::<Vec<_>>(), ["M1"], "{words}");
    }
    assert_eq!(members::count(&mut tx).await.unwrap(), 2);
    assert_eq!(insights::visits(&mut tx, None).await.unwrap().len(), 2);
    drop(tx);
    write(told("M1", true, "2026-03-03")).await;
    assert!(may().await, "asked again since");
    write(told("M1", true, "2026-01-01")).await;
    unmerge(&hub, &merged, PARTED).await;
    let mut tx = hub.app.db.read().await.unwrap();
    let codes = ["M1", "M2"].map(|code| code.parse().unwrap());
    let mut own = vec![];
    for code in &codes {
        own.push(members::by_code(&mut tx, code).await.unwrap().unwrap().profile.consent.may_target());
    }
    assert_eq!(own, [true, false]);
}

#[tokio::test]
async fn what_cannot_be_merged_says_why() {
    let hub = known_twice().await;
    let mut tx = hub.app.db.begin().await.unwrap();
    let nobody = domain::ids::MemberId::new(9, [9; 10]);
    let asked =
        Merge { survivor: nobody, loser: nobody, reason: "same".to_owned(), by: "servicio".to_owned() };
    for (asked, wanted) in [
        (Merge { reason: " ".to_owned(), ..asked.clone() }, MergeRefusal::NoReason),
        (asked, MergeRefusal::Unknown),
    ] {
        let merged = crate::intake::merging::merge(&mut tx, &asked, at(MERGED)).await.unwrap();
        assert_eq!(merged, Merged::Refused(wanted));
    }
    let undone =
        crate::intake::merging::unmerge(&mut tx, uuid::Uuid::nil(), ("x", "servicio"), at(MERGED)).await;
    assert_eq!(undone.unwrap(), Merged::Refused(MergeRefusal::NoMerge));
}

/// Whoever is merged into whom is checked, and so is every entry's row.
#[tokio::test]
async fn a_flipped_bit_is_found() {
    let hub = known_twice().await;
    let mut till = open_till(&hub).await;
    for sale in &bought() {
        push(&mut till, sale).await;
    }
    let merged = merge(&hub, "M1", "M2", MERGED).await;
    push(&mut till, &spent(3, CARD, 150, "2026-03-05")).await;
    unmerge(&hub, &merged, PARTED).await;
    must_hold(&hub).await;
    for (change, check) in [
        ("update ledger_entry set points = points + 1 where sale is null", "entry_digest"),
        ("update lot set account = (select account from member where code = 'M1')", "lots_by_entries"),
        ("update card set member = (select id from member where code = 'M1')", "merged_into"),
        (
            "update member set merged_into = (select id from member where code = 'M3') where code = 'M2'",
            "merged_into",
        ),
        ("delete from member_unmerge", "merged_into"),
        (
            "update account set family = null where id = (select account from member where code = 'M2')",
            "merged_into",
        ),
    ] {
        let mut tx = hub.app.db.begin().await.unwrap();
        crate::on!(&mut tx, c => sqlx::query(change).execute(c).await.map(|_| ())).unwrap();
        let found = verify(&mut tx).await.unwrap().differences;
        let checks: Vec<&str> = found.iter().map(|difference| difference.check).collect();
        assert!(checks.contains(&check), "{change}: {checks:?}");
    }
}

#[tokio::test]
async fn points_by_hand_go_by_the_person_and_not_by_the_number() {
    let hub = known_twice().await;
    merge(&hub, "M1", "M2", "2026-03-01T12:00:00Z").await;
    let limits = Limits { alone: Points(10_000), days: 7 };
    let now = hub.app.clock.now();
    let day = now.date_naive();
    let [one, other] = [account(&hub, "M1").await, account(&hub, "M2").await];
    let mut tx = hub.app.db.begin().await.unwrap();
    for (n, account, wanted) in [(1, one, Asked::Posted), (2, other, Asked::Waits)] {
        let asked = Ask {
            id: EntryId::new(1, [n; 10]),
            account,
            points: Points(8_000),
            cause: Cause::Goodwill,
            note: "bread twice".to_owned(),
            sale: None,
            by: "ana".to_owned(),
        };
        assert_eq!(adjustments::ask(&mut tx, &asked, limits, day, now).await.unwrap(), wanted, "{n}");
    }
    let settled =
        adjustments::settle(&mut tx, EntryId::new(1, [2; 10]), "eva", &Verdict::Agreed, day, now).await;
    assert_eq!(settled.unwrap(), Settled::Done(other));
    let concerned = adjustments::concerned(&mut tx, other).await.unwrap();
    assert!(concerned.contains(&one) && concerned.contains(&other), "{concerned:?}");
    let balance =
        async |tx: &mut Tx, account| adjustments::standing_of(tx, account, day).await.unwrap().balance;
    assert_eq!(balance(&mut tx, one).await, Points(16_000));
    assert_eq!(crate::intake::verify(&mut tx).await.unwrap().differences, []);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn only_who_was_looked_at_becomes_one() {
    let hub = known_twice().await;
    let [one, two, three] = [id(&hub, "M1").await, id(&hub, "M2").await, id(&hub, "M3").await];
    let said = |survivor, loser| Merge {
        survivor,
        loser,
        reason: "same person".to_owned(),
        by: "servicio".to_owned(),
    };
    let merge = async |survivor, loser| {
        crate::intake::merging::merge_one(&hub.app, &said(survivor, loser)).await.unwrap()
    };
    assert!(matches!(merge(two, three).await, Merged::Done(_)));
    // Somebody has M3 beside M1 on the screen, and somebody else M1 beside M3: by now that is M2, whom neither saw.
    for (survivor, loser) in [(one, three), (three, one)] {
        assert_eq!(merge(survivor, loser).await, Merged::Refused(MergeRefusal::Changed));
    }
    assert_eq!(merge(three, two).await, Merged::Same, "sent twice");
    assert!(matches!(merge(one, two).await, Merged::Done(_)));
}
