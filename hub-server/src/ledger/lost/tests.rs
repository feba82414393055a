use super::*;
use crate::ledger::rules::tests::{posting, sale};

fn then(state: CardState) -> CardsThen {
    let was = Since { state, since: DateTime::UNIX_EPOCH };
    HashMap::from([(sale(1), CardThen { card: "C1".parse().unwrap(), was })])
}

/// What the store is charged with, and what is then kept back of each posting.
fn charged(postings: &[Posting], then: &CardsThen) -> (i64, Vec<i64>) {
    let sales = BTreeSet::from([sale(1)]);
    let new = transfers(postings, &sales, then, DateTime::UNIX_EPOCH).unwrap();
    let mut all = [postings, &new[..]].concat();
    assert_eq!(
        transfers(&all, &sales, then, DateTime::UNIX_EPOCH).unwrap().len(),
        0,
        "nothing is charged twice"
    );
    assert_eq!(wrong(&all, then).unwrap(), []);
    keep_back(&mut all, then).unwrap();
    let sum = all.iter().filter(|p| p.kind == PostingKind::Transfer).map(|p| p.points.0).sum();
    (sum, all.iter().filter(|p| !p.kind.corrects()).map(|p| p.over.0).collect())
}

#[test]
fn what_a_store_is_charged_with() {
    use CardState::{Active, Blocked, Lost, Replaced, Stolen};
    use PostingKind::{Burn, GiveBack, Transfer};
    let burn = || posting(Burn, 1, 1, 30);
    let back = |n, points| posting(GiveBack, n, 1, points);
    let before = |points| posting(Transfer, 1, 1, points);
    let cases: [(Vec<Posting>, CardState, (i64, Vec<i64>)); 12] = [
        (vec![burn()], Lost, (30, vec![30])),
        (vec![burn()], Stolen, (30, vec![30])),
        (vec![burn()], Blocked, (30, vec![30])),
        (vec![burn()], Active, (0, vec![0])),
        // Its owner had it.
        (vec![burn()], Replaced, (0, vec![0])),
        // Nothing that the member did not spend is given back to them.
        (vec![burn(), back(2, 10)], Lost, (20, vec![30, 10])),
        (vec![burn(), back(2, 10), back(3, 20)], Lost, (0, vec![30, 10, 20])),
        (vec![burn(), back(2, 10), back(3, 25)], Lost, (0, vec![30, 10, 20])),
        (vec![burn(), back(2, 10)], Active, (0, vec![0, 0])),
        // Charged before: goods came back since, or it was a mistake.
        (vec![burn(), before(30), back(2, 10)], Lost, (20, vec![30, 10])),
        (vec![burn(), before(30)], Active, (0, vec![0])),
        (vec![posting(PostingKind::Earn, 1, 1, 30)], Lost, (0, vec![0])),
    ];
    for (postings, state, wanted) in cases {
        assert_eq!(charged(&postings, &then(state)), wanted, "{state} {postings:?}");
    }
    assert_eq!(charged(&[burn()], &CardsThen::new()), (0, vec![0]), "nothing was said of the card");
}

#[test]
fn a_transfer_that_nothing_asks_for_is_found() {
    use PostingKind::{Burn, Transfer};
    let found = |postings: &[Posting], state| -> Vec<(i64, i64)> {
        wrong(postings, &then(state))
            .unwrap()
            .into_iter()
            .map(|(_, posted, wanted)| (posted.0, wanted.0))
            .collect()
    };
    let (burn, transfer) = (posting(Burn, 1, 1, 30), posting(Transfer, 1, 1, 29));
    assert_eq!(found(&[burn.clone(), transfer.clone()], CardState::Lost), [(29, 30)]);
    assert_eq!(found(std::slice::from_ref(&burn), CardState::Lost), [(0, 30)]);
    assert_eq!(found(&[burn, transfer.clone()], CardState::Active), [(29, 0)]);
    assert_eq!(found(&[transfer], CardState::Lost), [(29, 0)]);
}
