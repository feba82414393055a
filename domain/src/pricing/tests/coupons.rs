//! What coupons take off a ticket, and that no order changes it.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::codes::CouponCode;

/// A coupon as tests write it.
#[derive(Debug, Clone)]
struct Paper {
    code: CouponCode,
    worth: Worth,
    reach: Reach,
    minimum: Money,
    with_promotions: bool,
}

fn paper(code: &str, worth: Worth) -> Paper {
    let code = code.parse().unwrap();
    Paper { code, worth, reach: Reach::default(), minimum: Money::ZERO, with_promotions: true }
}

fn off(code: &str, amount: i64) -> Paper {
    paper(code, Worth::Amount(Money(amount)))
}

fn only(skus: &[&str], paper: Paper) -> Paper {
    let products = skus.iter().map(|sku| sku.parse().unwrap()).collect();
    Paper { reach: Reach { products, ..Reach::default() }, ..paper }
}

fn with_papers(items: &[Item], rules: &[Rule], papers: &[Paper]) -> (Vec<Priced>, Vec<Outcome>) {
    let coupons: Vec<Coupon<'_>> = (1_u32..)
        .zip(papers)
        .map(|(number, paper)| Coupon {
            number,
            code: &paper.code,
            worth: paper.worth,
            reach: &paper.reach,
            minimum: paper.minimum,
            with_promotions: paper.with_promotions,
        })
        .collect();
    price_with_coupons(&ring_up(items), rules, &coupons, TaxMode::Inclusive).unwrap()
}

/// What each line costs, and what each coupon took or why not.
fn result(items: &[Item], rules: &[Rule], papers: &[Paper]) -> (Vec<i64>, Vec<Result<i64, Idle>>) {
    let (lines, outcomes) = with_papers(items, rules, papers);
    let taken = outcomes.iter().map(|outcome| outcome.taken.map(|money| money.0)).collect();
    (lines.iter().map(|line| line.paid.0).collect(), taken)
}

#[test]
fn a_coupon_takes_its_worth_off_the_goods_that_it_is_for() {
    let goods = [item("milk", 3, 400), item("bread", 1, 600)];
    let weighed = Item { quantity: Quantity(1_500), ..item("cheese", 1, 1_000) };
    let line = |name: &str, paper: Paper| Paper {
        reach: Reach { product_lines: vec![name.to_owned()], ..Reach::default() },
        ..paper
    };
    let free = || paper("free", Worth::FreePiece);
    for (papers, wanted) in [
        (vec![off("a", 900)], (vec![600, 300], vec![Ok(900)])),
        (vec![off("a", 1)], (vec![1_199, 600], vec![Ok(1)])),
        (vec![off("a", 9_999)], (vec![0, 0], vec![Ok(1_800)])),
        (vec![paper("a", Worth::Percent(1_000))], (vec![1_080, 540], vec![Ok(180)])),
        (vec![only(&["milk"], off("a", 100))], (vec![1_100, 600], vec![Ok(100)])),
        (vec![only(&["tea"], off("a", 100))], (vec![1_200, 600], vec![Err(Idle::NoGoods)])),
        (vec![line("dairy", off("a", 180))], (vec![1_080, 540], vec![Ok(180)])),
        (vec![line("drinks", off("a", 180))], (vec![1_200, 600], vec![Err(Idle::NoGoods)])),
        // A free piece is the cheapest, one each.
        (vec![free()], (vec![800, 600], vec![Ok(400)])),
        (vec![only(&["bread"], free())], (vec![1_200, 0], vec![Ok(600)])),
        (vec![free(), free(), free(), free(), free()], {
            (vec![0, 0], vec![Ok(400), Ok(400), Ok(400), Ok(600), Err(Idle::NothingLeft)])
        }),
        // For some goods before for all.
        (vec![off("a", 1_200), only(&["bread"], off("b", 600))], (vec![0, 0], vec![Ok(1_200), Ok(600)])),
        (vec![Paper { minimum: Money(1_800), ..off("a", 90) }], (vec![1_140, 570], vec![Ok(90)])),
        (vec![Paper { minimum: Money(1_801), ..off("a", 90) }], {
            (vec![1_200, 600], vec![Err(Idle::Minimum)])
        }),
        // Two with a minimum: the first does not lower the sum that the second asks for.
        (
            vec![
                Paper { minimum: Money(1_800), ..off("a", 900) },
                Paper { minimum: Money(1_800), ..off("b", 900) },
            ],
            { (vec![0, 0], vec![Ok(900), Ok(900)]) },
        ),
    ] {
        let wanted: (Vec<i64>, Vec<Result<i64, Idle>>) = wanted;
        assert_eq!(result(&goods, &[], &papers), wanted, "{papers:?}");
    }
    // Free pieces, then amounts, then per cents, whatever was scanned first: 1,800 less a piece of 400 less 400.
    let papers = [paper("p", Worth::Percent(5_000)), off("a", 400), free()];
    assert_eq!(result(&goods, &[], &papers), (vec![286, 214], vec![Ok(500), Ok(400), Ok(400)]));
    assert_eq!(result(&[weighed], &[], &[free()]), (vec![1_500], vec![Err(Idle::NothingLeft)]));
    assert_eq!(result(&[], &[], &[off("a", 1)]), (vec![], vec![Err(Idle::NoGoods)]));
}

#[test]
fn the_full_price_is_free_but_never_less_and_returns_are_left_alone() {
    let back = Item { kind: LineKind::Return, ..item("milk", 1, 400) };
    let void = Item { kind: LineKind::Void, ..item("milk", 1, 400) };
    let (paid, taken) = result(&[back.clone(), void.clone()], &[], &[off("a", 100)]);
    assert_eq!((paid, taken), (vec![400, 400], vec![Err(Idle::NoGoods)]));
    let all = paper("a", Worth::Percent(10_000));
    let (paid, taken) = result(&[item("milk", 1, 400), back], &[], &[all.clone(), off("b", 1)]);
    assert_eq!((paid, taken), (vec![0, 400], vec![Ok(399), Ok(1)]));
    assert_eq!(result(&[item("milk", 1, 0)], &[], &[all]).1, [Err(Idle::NothingLeft)]);
}

#[test]
fn coupons_come_after_every_rule_and_may_keep_off_promoted_goods() {
    let goods = [item("milk", 1, 1_000), item("bread", 1, 1_000)];
    let tenth = rule("o", Phase::Item, sku("milk"), Benefit::Percent(1_000));
    let by_hand = Rule {
        source: Source::Cashier { cashier: None, approved_by: None, reason: None },
        ..rule("h", Phase::Order, Scope::All, Benefit::Percent(1_000))
    };
    let alone = Paper { with_promotions: false, ..paper("a", Worth::Percent(5_000)) };
    for (rules, papers, wanted) in [
        (vec![tenth.clone()], vec![off("a", 190)], (vec![810, 900], vec![Ok(190)])),
        (vec![tenth.clone()], vec![alone.clone()], (vec![900, 500], vec![Ok(500)])),
        (vec![by_hand], vec![alone.clone()], (vec![450, 450], vec![Ok(900)])),
        (vec![tenth], vec![only(&["milk"], alone)], (vec![900, 1_000], vec![Err(Idle::Promoted)])),
    ] {
        assert_eq!(result(&goods, &rules, &papers), wanted, "{rules:?} {papers:?}");
    }
}

#[test]
fn a_line_says_which_coupon_took_what() {
    let (lines, _) = with_papers(&[item("milk", 3, 1)], &[], &[off("a", 1), off("a", 1)]);
    let (first, second) = (coupon_rule_id(1), coupon_rule_id(2));
    assert_eq!(steps(&lines[0]), [(first.as_str(), 1), (second.as_str(), 1)]);
    assert_eq!(lines[0].applied[0].source, Source::Coupon("a".parse().unwrap()));
    assert_eq!(lines[0].applied[0].phase, Phase::Coupon);
}

fn any_paper() -> impl Strategy<Value = Paper> {
    let worth = prop_oneof![
        Just(Worth::FreePiece),
        (0_i64..3_000).prop_map(|amount| Worth::Amount(Money(amount))),
        (0_i64..=10_000).prop_map(Worth::Percent),
    ];
    let reach = select(vec![
        Reach::default(),
        Reach { products: vec!["milk".parse().unwrap()], product_lines: vec![] },
        Reach { products: vec![], product_lines: vec!["dairy".to_owned()] },
        Reach { products: vec!["tea".parse().unwrap()], product_lines: vec!["bakery".to_owned()] },
    ]);
    let codes = select(vec!["one", "two", "three"]);
    (codes, worth, reach, select(vec![0_i64, 1_000, 20_000]), any::<bool>()).prop_map(
        |(code, worth, reach, minimum, with_promotions)| Paper {
            code: code.parse().unwrap(),
            worth,
            reach,
            minimum: Money(minimum),
            with_promotions,
        },
    )
}

/// What each article costs, and what coupons that are alike took: what nobody can tell apart is summed.
fn tally(items: &[Item], rules: &[Rule], papers: &[Paper]) -> (Vec<(String, i64)>, Vec<(String, i64)>) {
    let (lines, outcomes) = with_papers(items, rules, papers);
    let mut goods: Vec<(String, i64)> =
        items.iter().zip(&lines).map(|(item, line)| (format!("{item:?}"), line.paid.0)).collect();
    let mut coupons: Vec<(String, i64)> = papers
        .iter()
        .zip(&outcomes)
        .map(|(paper, outcome)| (format!("{paper:?}"), outcome.taken.map_or(0, |money| money.0)))
        .collect();
    goods.sort();
    coupons.sort();
    (goods, coupons)
}

proptest! {
    #[test]
    fn coupons_and_goods_may_be_scanned_in_any_order(
        items in prop::collection::vec(super::order_free::any_item(), 0..7).prop_shuffle(),
        papers in prop::collection::vec(any_paper(), 0..5),
        seed in any::<prop::sample::Index>(),
        promoted in any::<bool>(),
    ) {
        let rules = if promoted { vec![rule("o", Phase::Item, sku("milk"), Benefit::Percent(1_000))] } else { vec![] };
        let wanted = tally(&items, &rules, &papers);
        let (mut goods, mut others) = (items.clone(), papers.clone());
        goods.reverse();
        others.reverse();
        if !goods.is_empty() {
            let turn = seed.index(goods.len());
            goods.rotate_left(turn);
        }
        if !others.is_empty() {
            let turn = seed.index(others.len());
            others.rotate_left(turn);
        }
        prop_assert_eq!(tally(&goods, &rules, &others), wanted);
    }

    #[test]
    fn a_coupon_lowers_no_line_below_nothing_and_says_what_it_took(
        items in prop::collection::vec(super::order_free::any_item(), 0..7),
        papers in prop::collection::vec(any_paper(), 0..5),
    ) {
        let (lines, outcomes) = with_papers(&items, &[], &papers);
        let plain = priced(&items, &[]);
        let mut lowered = 0;
        for ((item, line), plain) in items.iter().zip(&lines).zip(&plain) {
            prop_assert!(line.paid.0 >= 0 && line.net.0 >= 0 && line.tax.0 >= 0);
            prop_assert!(item.kind == LineKind::Sale || line == plain);
            lowered += plain.paid.0 - line.paid.0;
        }
        let taken: i64 = outcomes.iter().filter_map(|outcome| outcome.taken.ok()).map(|money| money.0).sum();
        prop_assert_eq!(taken, lowered);
        for (paper, outcome) in papers.iter().zip(&outcomes) {
            if let (Worth::Amount(most), Ok(taken)) = (paper.worth, outcome.taken) {
                prop_assert!(Money::ZERO < taken && taken <= most);
            }
        }
    }
}
