use super::*;

#[test]
fn a_return_leaves_the_points() {
    let sale = sold(1, 0);
    let with = |change: fn(&mut Ticket)| {
        let mut ticket = back(2, 60, Some(&sale));
        change(&mut ticket);
        says(&week(vec![sale.clone(), ticket]), Rule::ReturnKeeps)
    };
    assert_eq!(with(|t| t.taken_back = Points(4_998)), points(2, 0, &[2]));
    assert_eq!(with(|t| t.taken_back = Points(4_999)), vec![], "a hundredth of a point a line is rounding");
    assert_eq!(with(|_| {}), vec![]);
    assert_eq!(with(|t| (t.taken_back, t.voided) = (Points::ZERO, true)), vec![]);
    let nobodys = Ticket { card: None, account: None, ..back(2, 60, None) };
    let money = (Measure::Money(Money(5_000)), Measure::Money(Money::ZERO), vec![2]);
    assert_eq!(says(&week(vec![nobodys]), Rule::ReturnKeeps), vec![money]);
    assert_eq!(says(&week(vec![back(2, 60, None)]), Rule::ReturnKeeps), vec![], "the card gave some back");
}

#[test]
fn a_return_names_no_original() {
    let sale = sold(1, 0);
    let with = |change: fn(&mut Ticket), limit| {
        let mut ticket = back(2, 60, Some(&sale));
        change(&mut ticket);
        says_with(
            &week(vec![sale.clone(), ticket]),
            Rule::ReturnUnnamed,
            &Limits { unnamed: limit, ..Limits::default() },
        )
    };
    assert_eq!(with(|t| t.returned[0].origin = None, 0), counts(1, 0, &[2]));
    assert_eq!(with(|t| t.returned[0].is_known = false, 0), counts(1, 0, &[2]));
    assert_eq!(with(|t| t.returned[0].origin = None, 1), vec![]);
    assert_eq!(with(|_| {}, 0), vec![]);
}

#[test]
fn goods_come_back_again_and_again_right_after_their_sale() {
    let (one, two) = (sold(1, 0), sold(3, 300));
    let pairs = |after: i64, second: i64, named: bool| {
        let of = |sale| named.then_some(sale);
        let tickets =
            vec![one.clone(), back(2, after, of(&one)), two.clone(), back(4, 300 + second, of(&two))];
        says(&week(tickets), Rule::SaleReturn)
    };
    assert_eq!(pairs(9, 9, true), counts(2, 1, &[1, 2, 3, 4]));
    assert_eq!(pairs(9, 9, false), counts(2, 1, &[1, 2, 3, 4]), "by the card");
    assert_eq!(pairs(9, 10, true), vec![]);
    assert_eq!(pairs(9, -10, true), vec![], "before the sale");
}
