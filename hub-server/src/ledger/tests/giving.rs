//! What a ticket spends and to whom it gives points back.

use domain::money::Points;

use super::*;

/// 40.00 of sale 1 and 60.00 of sale 2 come back, and 50.00 is sold.
fn exchange(tenders: Vec<Tender>) -> Sale {
    let parts = [
        sale(9, LineKind::Return, 1, 4_000, Some(1)),
        sale(9, LineKind::Return, 1, 6_000, Some(2)),
        sale(9, LineKind::Sale, 1, 5_000, None),
    ];
    let line = |(number, part): (u32, &Sale)| SaleLine { number, ..part.lines[0].clone() };
    let lines = (1..).zip(&parts).map(line).collect();
    let paid: i64 = tenders.iter().map(|tender| tender.amount.0).sum();
    let rest = Tender::new(TenderKind::Cash, Money(-5_000 - paid));
    let tenders = tenders.into_iter().chain([rest]).collect();
    Sale::close(SaleDraft { lines, tenders, ..parts[2].clone().into() }).unwrap()
}

fn id(n: u8) -> SaleId {
    SaleId::new(i64::from(n), [n; 10])
}

fn back(points: i64, origin: Option<u8>) -> Tender {
    Tender { origin: origin.map(id), ..Tender::of_points(Points(-points), Money(-points)) }
}

#[test]
fn points_go_back_to_the_sale_that_spent_them() {
    let taken = || Tender::of_points(Points(900), Money(900));
    for (what, tenders, spends, gives) in [
        ("the tender names it", vec![back(1_000, Some(2))], 0, vec![(2, 1_000)]),
        ("each its own", vec![back(10, Some(1)), back(90, Some(2))], 0, vec![(1, 10), (2, 90)]),
        ("none is named: by what came back", vec![back(1_000, None)], 0, vec![(1, 400), (2, 600)]),
        (
            "what pays the rest is spent all the same",
            vec![back(1_000, Some(2)), taken()],
            900,
            vec![(2, 1_000)],
        ),
        ("unnamed it is one sum", vec![back(1_000, None), taken()], 0, vec![(1, 40), (2, 60)]),
        ("two tenders of one sale", vec![back(10, Some(2)), back(5, Some(2))], 0, vec![(2, 15)]),
        ("nothing", vec![], 0, vec![]),
    ] {
        let sale = exchange(tenders);
        assert_eq!(spent(&sale), Ok(Points(spends)), "{what}");
        let wanted: Vec<_> = gives.into_iter().map(|(n, points)| (id(n), Points(points))).collect();
        assert_eq!(given_back(&sale), Ok(wanted), "{what}");
    }
}
