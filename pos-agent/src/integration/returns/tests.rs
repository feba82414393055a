//! Partial returns, by table.

use domain::money::Money;

use super::*;

fn original() -> Sale {
    let key = TicketKey {
        store: "centro".parse().unwrap(),
        till: "1".parse().unwrap(),
        business_date: "2026-03-01".parse().unwrap(),
        receipt_no: 1,
    };
    let row = |line: u32, qty: i64, net: i64, kind: RowKind| TicketRow {
        key: key.clone(),
        occurred_at: "2026-03-01T10:00:00-05:00".parse().unwrap(),
        cashier: None,
        card: Some("2990000010421".parse().unwrap()),
        line,
        sku: "milk".parse().unwrap(),
        quantity: Quantity(qty),
        unit_price: Money(100),
        net: Money(net),
        tax: Money(10),
        discount: Money(5),
        kind,
    };
    let rows =
        [row(1, 3_000, 100, RowKind::Sale), row(2, 500, 50, RowKind::Sale), row(3, 1_000, 9, RowKind::Void)];
    Sale::close(draft(&rows).unwrap().unwrap()).unwrap()
}

fn back(lines: &[(u32, i64)]) -> Return {
    let original = original();
    let TicketKey { store, till, business_date, .. } = TicketKey {
        store: original.store.clone(),
        till: original.till.clone(),
        business_date: original.business_date,
        receipt_no: 0,
    };
    Return {
        key: TicketKey { store, till, business_date, receipt_no: 2 },
        occurred_at: "2026-03-01T12:00:00-05:00".parse().unwrap(),
        cashier: None,
        original: Original::Sale(original.id),
        lines: lines.iter().map(|(line, qty)| ReturnLine { line: *line, quantity: Quantity(*qty) }).collect(),
    }
}

#[test]
fn partial_returns_add_up_to_what_was_paid() {
    let original = original();
    let mut returned = vec![];
    let (mut nets, mut sum) = (vec![], (0, 0, 0, 0));
    for _ in 0..3 {
        let sale = close(&back(&[(1, 1_000)]), &original, &returned).unwrap();
        let line = &sale.lines[0];
        nets.push(line.net.0);
        assert_eq!(line.origin, Some(Origin { sale: original.id, line: 1 }));
        assert_eq!(
            (sale.total().0, sale.card.as_ref()),
            (-(line.net.0 + line.tax.0), original.card.as_ref())
        );
        let SaleLine { quantity, discount, net, tax, .. } = *line;
        sum = (sum.0 + quantity.0, sum.1 + net.0, sum.2 + tax.0, sum.3 + discount.0);
        let (quantity, paid) = (Quantity(sum.0), Money(sum.1 + sum.2));
        returned = vec![ReturnedRow { line: 1, quantity, paid, moved: Quantity::ZERO }];
    }
    assert_eq!(sum, (3_000, 100, 10, 5));
    assert!(nets.iter().all(|net| (33..=34).contains(net)), "{nets:?}");
    let more = close(&back(&[(1, 1)]), &original, &returned).unwrap_err();
    assert_eq!(more, NoReturn::TooMuch { line: 0, number: 1, open: Quantity::ZERO });
}

#[test]
fn what_was_not_sold_does_not_come_back() {
    for (lines, code, pointer) in [
        (vec![(1, 3_001)], "return_more_than_sold", "/lines/0/qty"),
        (vec![(2, 500), (1, 0)], "return_quantity", "/lines/1/qty"),
        (vec![(2, -500)], "return_quantity", "/lines/0/qty"),
        (vec![(3, 1_000)], "return_no_such_line", "/lines/0/line"),
        (vec![(7, 1_000)], "return_no_such_line", "/lines/0/line"),
        (vec![(1, 1_000), (1, 1_000)], "return_line_twice", "/lines/1/line"),
        (vec![], "sale_no_lines", "/lines"),
        (vec![(1, i64::MAX)], "return_more_than_sold", "/lines/0/qty"),
    ] {
        let why = close(&back(&lines), &original(), &[]).unwrap_err();
        assert_eq!((why.code(), why.pointer().as_str()), (code, pointer), "{lines:?}");
    }
}
