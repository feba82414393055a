//! Points that are spent and given back, on a real database, in any order of arrival.

use domain::ids::EntryId;
use domain::money::Points;
use proptest::prelude::*;
use proptest::sample::Index;
use sqlx::query_as;

use super::*;

/// The same sale, part of it paid (below zero: given back) with so many points of 1.00 each.
pub(super) fn with_points(sale: Sale, points: i64) -> Sale {
    let total = sale.total();
    let mut draft = SaleDraft::from(sale);
    draft.tenders = vec![Tender::of_points(Points(points * 100), Money(points * 100))];
    draft.tenders.push(Tender::new(TenderKind::Cash, total.minus(Money(points * 100)).unwrap()));
    Sale::close(draft).unwrap()
}

/// Hours after the others, so that the order of what happened is plain.
pub(super) fn later(sale: Sale, hours: i64) -> Sale {
    let mut draft = SaleDraft::from(sale);
    draft.occurred_at += chrono::Duration::hours(hours);
    Sale::close(draft).unwrap()
}

/// What an account's rows say: balance, debt and burned, lots by sale with what is left, allocations.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct State {
    pub(super) sums: (i64, i64, i64),
    lots: Vec<(EntryId, i64, i64)>,
    allocations: Vec<(EntryId, EntryId, i64)>,
}

impl State {
    /// Points left in lots.
    pub(super) fn left(&self) -> i64 {
        self.lots.iter().map(|(_, _, remaining)| remaining).sum()
    }
}

/// Posts batches and reads what they left; the ledger must verify after each.
async fn after(batches: &[Vec<&Sale>]) -> State {
    after_under(&[], batches).await
}

/// The same under further versions of the programme.
pub(super) async fn after_under(programmes: &[Programme], batches: &[Vec<&Sale>]) -> State {
    let (db, _folder) = hub().await;
    let mut tx = db.begin().await.unwrap();
    for programme in programmes {
        add_programme(&mut tx, programme, DateTime::UNIX_EPOCH).await.unwrap();
    }
    tx.commit().await.unwrap();
    for batch in batches {
        let mut tx = db.begin().await.unwrap();
        for sale in batch {
            write_rows(&mut tx, sale).await;
        }
        let jobs: Vec<SaleJob<'_>> =
            batch.iter().map(|sale| SaleJob { sale, account: Some(account()) }).collect();
        post_sales(&mut tx, &jobs, DateTime::UNIX_EPOCH).await.unwrap();
        assert_eq!(verify(&mut tx).await.unwrap().differences, []);
        tx.commit().await.unwrap();
    }
    let mut tx = db.read().await.unwrap();
    let sums =
        on!(&mut tx, c => query_as("select balance, debt, burned from account").fetch_one(c).await).unwrap();
    let lots =
        on!(&mut tx, c => query_as("select id, earned, remaining from lot order by id").fetch_all(c).await)
            .unwrap();
    let allocations = on!(&mut tx, c => query_as("select burn, lot, points from burn_allocation order by burn, lot").fetch_all(c).await).unwrap();
    State { sums, lots, allocations }
}

/// Each sale in a batch of its own.
async fn one_by_one(sales: &[&Sale]) -> State {
    after(&sales.iter().map(|sale| vec![*sale]).collect::<Vec<_>>()).await
}

#[tokio::test]
async fn goods_come_back_after_their_points_were_spent() {
    let earned = sale(1, LineKind::Sale, 1, 10_000, None);
    let redeemed = later(with_points(sale(2, LineKind::Sale, 1, 6_000, None), 60), 1);
    let back = later(sale(3, LineKind::Return, 1, 10_000, Some(1)), 2);
    let next = later(sale(4, LineKind::Sale, 1, 10_000, None), 3);
    let owing = one_by_one(&[&earned, &redeemed, &back]).await;
    assert_eq!((owing.sums, owing.left()), ((-6_000, 6_000, 6_000), 0));
    let repaid = one_by_one(&[&earned, &redeemed, &back, &next]).await;
    assert_eq!((repaid.sums, repaid.left()), ((4_000, 0, 6_000), 4_000));
    assert_eq!(repaid.allocations.iter().map(|row| row.2).sum::<i64>(), 6_000, "the next lot paid them");
    // The goods of the redemption come back too: nothing is owed any more.
    let given = later(with_points(sale(5, LineKind::Return, 1, 6_000, Some(2)), -60), 4);
    let whole = one_by_one(&[&earned, &redeemed, &back, &next, &given]).await;
    assert_eq!((whole.sums, whole.left(), whole.allocations), ((10_000, 0, 0), 10_000, vec![]));
}

#[tokio::test]
async fn a_return_undoes_what_its_sale_earned_and_spent() {
    let start = sale(1, LineKind::Sale, 1, 20_000, None);
    let bought = later(with_points(sale(2, LineKind::Sale, 2, 22_000, None), 150), 1);
    assert_eq!(one_by_one(&[&start, &bought]).await.sums, (12_000, 0, 15_000), "200 + 70 - 150");
    let half = |n| later(with_points(sale(n, LineKind::Return, 1, 11_000, Some(2)), -75), i64::from(n));
    let (first, second) = (half(3), half(4));
    assert_eq!(one_by_one(&[&start, &bought, &first]).await.sums, (16_000, 0, 7_500), "-35 and +75");
    let before = one_by_one(&[&start]).await;
    for returns in [vec![&first, &second], vec![&second, &first]] {
        let sales: Vec<&Sale> = [&start, &bought].into_iter().chain(returns).collect();
        let state = one_by_one(&sales).await;
        assert_eq!((state.sums, &state.allocations), (before.sums, &before.allocations));
        assert!(before.lots.iter().all(|lot| state.lots.contains(lot)), "{state:?}");
        assert_eq!(state.left(), before.left());
    }
    let all = later(with_points(sale(3, LineKind::Return, 2, 22_000, Some(2)), -150), 2);
    assert_eq!(one_by_one(&[&start, &bought, &all]).await.sums, before.sums);
}

#[tokio::test]
async fn points_given_back_without_a_sale_that_spent_them_are_a_lot() {
    let loose = with_points(sale(1, LineKind::Return, 1, 5_000, None), -50);
    let state = one_by_one(&[&loose]).await;
    assert_eq!((state.sums, state.left()), ((5_000, 0, -5_000), 5_000));
    // What waits for its original is posted with it, even where that one was paid with money alone.
    let early = later(with_points(sale(2, LineKind::Return, 1, 5_000, Some(3)), -50), 1);
    let original = sale(3, LineKind::Sale, 1, 5_000, None);
    assert_eq!(one_by_one(&[&early]).await.sums, (0, 0, 0));
    assert_eq!(one_by_one(&[&early, &original]).await, one_by_one(&[&original, &early]).await);
    assert_eq!(one_by_one(&[&early, &original]).await.sums, (5_000, 0, -5_000));
}

/// Two thirds of a line that earned 152.00 come back, one of them by a clock that is behind: who takes 50.66 and
/// who 50.67 is not a matter of which till was faster.
#[tokio::test]
async fn the_hundredth_that_cannot_be_divided_does_not_ask_who_came_first() {
    let start = sale(1, LineKind::Sale, 2, 38_400, None);
    let bought = later(with_points(sale(3, LineKind::Sale, 3, 89_100, None), 739), 2);
    let third = |n, hours| later(with_points(sale(n, LineKind::Return, 1, 29_700, Some(3)), -246), hours);
    let (late, early) = (third(4, 4), third(5, -1));
    let plain = one_by_one(&[&start, &bought, &late, &early]).await;
    for order in [[&start, &bought, &early, &late], [&early, &start, &late, &bought]] {
        assert_eq!(one_by_one(&order).await, plain);
    }
    let mut month = vec![&start, &bought, &late, &early];
    let [next, back] =
        [sale(6, LineKind::Sale, 1, 2_900, None), sale(7, LineKind::Return, 1, 2_900, Some(6))];
    let (next, back) = (later(with_points(next, 24), 5), later(with_points(back, -24), 7));
    month.extend([&next, &back]);
    let plain = one_by_one(&month).await;
    month.swap(2, 3);
    assert_eq!(one_by_one(&month).await, plain);
}

#[tokio::test]
async fn a_card_that_becomes_known_later_spends_once() {
    let (db, _folder) = hub().await;
    let spent = with_points(sale(1, LineKind::Sale, 1, 4_000, None), 40);
    let back = later(with_points(sale(2, LineKind::Return, 1, 4_000, Some(1)), -40), 1);
    let mut tx = db.begin().await.unwrap();
    for (sale, known) in [(&spent, None), (&back, None), (&spent, Some(account())), (&back, Some(account()))]
    {
        if known.is_none() {
            write_rows(&mut tx, sale).await;
            on!(&mut tx, c => query("update sale set account = null").execute(c).await.map(|_| ())).unwrap();
        }
        post_sales(&mut tx, &[SaleJob { sale, account: known }], DateTime::UNIX_EPOCH).await.unwrap();
    }
    let mut points: Vec<i64> =
        entries(&mut tx, account(), 9).await.unwrap().iter().map(|e| e.points.0).collect();
    points.sort_unstable();
    assert_eq!(points, [-4_000, 4_000]);
    assert_eq!(verify(&mut tx).await.unwrap().differences, []);
}

#[tokio::test]
async fn a_changed_lot_or_allocation_of_a_spender_is_found() {
    let (db, _folder) = hub().await;
    let start = sale(1, LineKind::Sale, 1, 20_000, None);
    let spent = later(with_points(sale(2, LineKind::Sale, 1, 9_000, None), 50), 1);
    let mut tx = db.begin().await.unwrap();
    for sale in [&start, &spent] {
        write_rows(&mut tx, sale).await;
        post_sales(&mut tx, &[SaleJob { sale, account: Some(account()) }], DateTime::UNIX_EPOCH)
            .await
            .unwrap();
    }
    assert_eq!(verify(&mut tx).await.unwrap().differences, []);
    for (spoil, mend, check) in [
        (
            "update lot set remaining = remaining + case when sale = (select min(sale) from sale_line) then 100 else -100 end",
            "update lot set remaining = remaining - case when sale = (select min(sale) from sale_line) then 100 else -100 end",
            "lots_by_entries",
        ),
        (
            "update burn_allocation set points = points + 1",
            "update burn_allocation set points = points - 1",
            "allocations_by_entries",
        ),
    ] {
        on!(&mut tx, c => query(spoil).execute(c).await.map(|_| ())).unwrap();
        let found: Vec<&str> = verify(&mut tx).await.unwrap().differences.iter().map(|d| d.check).collect();
        assert_eq!(found, [check]);
        on!(&mut tx, c => query(mend).execute(c).await.map(|_| ())).unwrap();
    }
}

/// A month of one member: sales that earn and spend, goods that come back whole or in part, and a few
/// points given back without a receipt.
pub(super) fn month() -> impl Strategy<Value = Vec<Sale>> {
    let sale_of = (1_i64..4, 10_i64..300, 0_i64..100, 0_i64..3, any::<bool>());
    prop::collection::vec(sale_of, 2..6).prop_map(|rows| {
        let mut sales = vec![];
        let mut n = 0_u8;
        for (quantity, each, share, back, loose) in rows {
            n += 1;
            let (original, hour) = (n, i64::from(n));
            let points = quantity * each * share / 100;
            let bought = sale(n, LineKind::Sale, quantity, quantity * each * 100, None);
            sales.push(later(if points > 0 { with_points(bought, points) } else { bought }, hour));
            for piece in 0..back.min(quantity) {
                n += 1;
                let returned = sale(n, LineKind::Return, 1, each * 100, Some(original));
                let part = points * (piece + 1) / quantity - points * piece / quantity;
                // Every other hour the clock of the till that takes it back is behind.
                let at = if piece == 1 { hour - 3 } else { hour + 2 };
                sales.push(later(if part > 0 { with_points(returned, -part) } else { returned }, at));
            }
            if loose {
                n += 1;
                sales.push(later(with_points(sale(n, LineKind::Return, 1, 700, None), -3), hour));
            }
        }
        sales
    })
}

/// The sales in another order, some of them together.
pub(super) fn shuffled<'a>(sales: &'a [Sale], picks: &[Index], sizes: &[usize]) -> Vec<Vec<&'a Sale>> {
    let mut shuffled: Vec<&Sale> = sales.iter().collect();
    for (place, pick) in picks.iter().enumerate().take(shuffled.len()) {
        let other = pick.index(shuffled.len());
        shuffled.swap(place, other);
    }
    let mut batches: Vec<Vec<&Sale>> = vec![];
    let mut rest = &shuffled[..];
    for size in sizes {
        let (batch, after) = rest.split_at((*size).min(rest.len()));
        if !batch.is_empty() {
            batches.push(batch.to_vec());
        }
        rest = after;
    }
    batches.extend((!rest.is_empty()).then(|| rest.to_vec()));
    batches
}

/// So many hours of the month's are one day.
pub(super) fn by_days(sale: &Sale, hours_a_day: i64) -> Sale {
    let mut draft = SaleDraft::from(sale.clone());
    let first: DateTime<chrono::FixedOffset> = "2026-03-01T10:00:00-05:00".parse().unwrap();
    let hours = (draft.occurred_at - first).num_hours();
    let days = chrono::Duration::days(hours / hours_a_day);
    draft.business_date += days;
    draft.occurred_at = first + days + chrono::Duration::hours(hours % hours_a_day);
    Sale::close(draft).unwrap()
}

/// What is left under a programme when the sales arrive one by one, and when they arrive shuffled.
pub(super) fn both_orders(
    rules: &Programme,
    sales: &[Sale],
    picks: &[Index],
    sizes: &[usize],
) -> (State, State) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let in_order: Vec<Vec<&Sale>> = sales.iter().map(|sale| vec![sale]).collect();
    let left = |batches: &[Vec<&Sale>]| runtime.block_on(after_under(std::slice::from_ref(rules), batches));
    (left(&in_order), left(&shuffled(sales, picks, sizes)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever arrives first, and in whichever batches, the rows end alike.
    #[test]
    fn every_order_of_arrival_ends_in_the_same_state(
        sales in month(),
        picks in prop::collection::vec(any::<Index>(), 40),
        sizes in prop::collection::vec(1_usize..4, 40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let plain = runtime.block_on(one_by_one(&sales.iter().collect::<Vec<_>>()));
        let batches = shuffled(&sales, &picks, &sizes);
        // Lots are only alike where somebody spent: that is what computes them anew.
        let state = runtime.block_on(after(&batches));
        if sales.iter().any(|sale| !sale.points_spent().unwrap().is_zero()) {
            prop_assert_eq!(state, plain);
        } else {
            prop_assert_eq!(state.sums, plain.sums);
        }
    }
}
