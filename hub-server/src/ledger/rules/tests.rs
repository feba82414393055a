use super::*;

fn sale(n: u8) -> SaleId {
    SaleId::new(i64::from(n), [n; 10])
}

fn posting(kind: PostingKind, n: u8, lot_of: u8, points: i64) -> Posting {
    Posting {
        id: EntryId::new(i64::from(n), [n; 10]),
        account: AccountId::new(0, [0; 10]),
        kind,
        points: Points(points),
        sale: sale(n),
        lot_of: sale(lot_of),
        shares: vec![],
        programme: Some(1),
        expires_on: None,
        over: Points::ZERO,
        reason: String::new(),
        occurred_at: DateTime::UNIX_EPOCH,
        business_date: NaiveDate::default(),
    }
}

fn after(postings: &[Posting]) -> (i64, i64, i64) {
    let mut state = AccountState::new(AccountId::new(0, [0; 10]), DateTime::UNIX_EPOCH, [Points::ZERO; 4]);
    for posting in postings {
        state.post(posting).unwrap();
    }
    let left: Points = state.lots.values().map(|lot| lot.remaining).sum();
    assert_eq!(left.0 - state.debt().0, state.balance.0, "lots less debt is the balance");
    (state.balance.0, left.0, state.debt().0)
}

#[test]
fn any_order_ends_alike() {
    use PostingKind::{Earn, Reverse};
    let a = posting(Earn, 1, 1, 100);
    let b = posting(Earn, 2, 2, 50);
    let back_a = posting(Reverse, 3, 1, 100);
    let loose = posting(Reverse, 4, 4, 70);
    let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]];
    let all = [a, b, back_a, loose];
    for order in orders {
        assert_eq!(after(&order.map(|i: usize| all[i].clone())), (-20, 0, 20), "{order:?}");
    }
}

#[test]
fn what_comes_back_is_taken_from_its_own_lot_first() {
    use PostingKind::{Earn, Reverse};
    let mut state = AccountState::new(AccountId::new(0, [0; 10]), DateTime::UNIX_EPOCH, [Points::ZERO; 4]);
    for p in [posting(Earn, 1, 1, 100), posting(Earn, 2, 2, 50), posting(Reverse, 3, 2, 60)] {
        state.post(&p).unwrap();
    }
    let remaining: Vec<i64> = state.lots.values().map(|lot| lot.remaining.0).collect();
    assert_eq!(remaining, [90, 0]);
}
