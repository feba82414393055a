//! Finished sales, field by field.

use super::*;

fn sale() -> serde_json::Value {
    serde_json::json!({
        "store": "centro", "till": "1", "seq": 7, "business_date": "2026-03-01",
        "occurred_at": "2026-03-01T10:00:00-05:00", "card": "2990000010421",
        "lines": [
            {"line": 1, "sku": "a", "qty": "2", "unit_price": "1.25", "net": "2.10", "tax": "0.40", "kind": "sale"},
            {"line": 2, "sku": "b", "qty": "0", "unit_price": "0", "net": "0", "tax": "0", "kind": "sale"},
            {"line": 3, "sku": "c", "qty": "99999999", "unit_price": "0.01", "net": "0", "tax": "0", "discount": "1", "kind": "return"},
        ],
    })
}

#[test]
fn free_items_and_strange_quantities_are_sales() {
    let finished: FinishedSale = serde_json::from_value(sale()).unwrap();
    let closed = finished.close().unwrap();
    assert_eq!((closed.total().0, closed.lines.len()), (250, 3));
    assert_eq!(FinishedSale::from(&closed).close().unwrap(), closed, "there and back");
}

#[test]
fn every_wrong_field_is_named() {
    let mut bad = sale();
    bad["store"] = "".into();
    bad["occurred_at"] = "2026-03-01 10:00".into();
    bad["lines"][1]["qty"] = "1,5".into();
    let bad: FinishedSale = serde_json::from_value(bad).unwrap();
    let error = bad.close().unwrap_err();
    let pointers: Vec<_> = error.errors.iter().map(|e| e.pointer.as_str()).collect();
    assert_eq!((error.code, pointers), ("bad_field", vec!["/store", "/occurred_at", "/lines/1/qty"]));
}

#[test]
fn sums_are_proved() {
    let mut mixed = sale();
    mixed["lines"][0]["kind"] = "training".into();
    let mut none = sale();
    none["lines"] = serde_json::json!([]);
    let mut negative = sale();
    negative["lines"][0]["net"] = "-1".into();
    for (body, code) in
        [(mixed, "ticket_training_mixed"), (none, "sale_no_lines"), (negative, "sale_negative_amount")]
    {
        let finished: FinishedSale = serde_json::from_value(body).unwrap();
        assert_eq!(finished.close().unwrap_err().code, code);
    }
}
