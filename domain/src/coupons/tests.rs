use super::*;

const TODAY: &str = "2026-03-02";

fn table() -> CouponTable {
    let text = |t: &str| Some(t.to_owned());
    let terms = vec![
        CouponTerms {
            name: "Maker".to_owned(),
            issuer: text("3765"),
            per_ticket: Some(3),
            ..Default::default()
        },
        CouponTerms {
            name: "Maker's coffee".to_owned(),
            issuer: text("3765"),
            reference: text("07"),
            products: vec!["coffee".parse().unwrap()],
            ..Default::default()
        },
        CouponTerms {
            name: "Spring".to_owned(),
            code: Some("SPRING10".parse().unwrap()),
            worth: Some(Worth::Percent(1_000)),
            from: Some("2026-03-01".parse().unwrap()),
            until: Some("2026-03-31".parse().unwrap()),
            not_with_promotions: true,
            ..Default::default()
        },
        CouponTerms {
            name: "Letter".to_owned(),
            prefix: text("LT"),
            worth: Some(Worth::Amount(Money(500))),
            minimum: Money(2_000),
            ..Default::default()
        },
        CouponTerms {
            name: "Golden letter".to_owned(),
            prefix: text("LTG"),
            worth: Some(Worth::FreePiece),
            ..Default::default()
        },
    ];
    CouponTable::new(terms).unwrap()
}

fn valued(code: &str, issuer: &str, reference: &str, value: CouponValue) -> ValuedCoupon {
    let (issuer, reference) = (issuer.to_owned(), reference.to_owned());
    ValuedCoupon { code: code.parse().unwrap(), issuer, reference, value }
}

#[test]
fn a_valued_coupon_is_taken_by_its_issuer_and_the_nearest_reference() {
    let off = CouponValue::Off(Money(10));
    for (issuer, reference, value, wanted) in [
        ("3765", "03", off, Ok(("Maker", Worth::Amount(Money(10)), 3))),
        ("3765", "07", off, Ok(("Maker's coffee", Worth::Amount(Money(10)), 1))),
        ("3765", "07", CouponValue::FreeGoods, Ok(("Maker's coffee", Worth::FreePiece, 1))),
        ("2850", "03", off, Err(CouponRefusal::NotTaken)),
    ] {
        let read = valued("9813765030011", issuer, reference, value);
        let taken = table().take_valued(&read, TODAY.parse().unwrap());
        let taken = taken.as_ref().map(|c| (c.name.as_str(), c.worth, c.per_ticket)).map_err(|why| *why);
        assert_eq!(taken, wanted, "{issuer} {reference}");
    }
}

#[test]
fn own_coupons_are_taken_by_code_or_beginning_in_their_days() {
    let on = |date: &str, code: &str| {
        let taken = table().take_own(&code.parse().unwrap(), date.parse().unwrap());
        taken.map(|c| (c.name, c.code.to_string(), c.is_unique)).map_err(CouponRefusal::code)
    };
    let taken = |name: &str, code: &str, is_unique| Ok((name.to_owned(), code.to_owned(), is_unique));
    for (date, code, wanted) in [
        (TODAY, "SPRING10", taken("Spring", "SPRING10", false)),
        (TODAY, "spring10", taken("Spring", "SPRING10", false)),
        ("2026-03-01", "SPRING10", taken("Spring", "SPRING10", false)),
        ("2026-03-31", "SPRING10", taken("Spring", "SPRING10", false)),
        ("2026-02-28", "SPRING10", Err("coupon_not_yet")),
        ("2026-04-01", "SPRING10", Err("coupon_expired")),
        (TODAY, "SPRING1", Err("coupon_not_taken")),
        (TODAY, "lt0001", taken("Letter", "LT0001", true)),
        (TODAY, "LTG7", taken("Golden letter", "LTG7", true)),
        (TODAY, "LTG", taken("Letter", "LTG", true)),
        (TODAY, "LT", Err("coupon_not_taken")),
        (TODAY, "Ñ", Err("coupon_not_taken")),
    ] {
        assert_eq!(on(date, code), wanted, "{date} {code}");
    }
    assert!(table().has_own("ltg7") && !table().has_own("7702001000013"));
}

#[test]
fn what_is_taken_keeps_its_terms() {
    let spring = table().take_own(&"SPRING10".parse().unwrap(), TODAY.parse().unwrap()).unwrap();
    assert!(!spring.with_promotions && spring.reach.is_all() && spring.minimum.is_zero());
    let letter = table().take_own(&"LT1".parse().unwrap(), TODAY.parse().unwrap()).unwrap();
    assert_eq!((letter.minimum, letter.with_promotions), (Money(2_000), true));
    let text = serde_json::to_string(&letter).unwrap();
    assert_eq!(serde_json::from_str::<TakenCoupon>(&text).unwrap(), letter);
}

#[test]
fn terms_that_do_not_hold_are_named() {
    let own = CouponTerms {
        name: "A".to_owned(),
        code: Some("A".parse().unwrap()),
        worth: Some(Worth::FreePiece),
        ..Default::default()
    };
    let of_issuer = |issuer: &str, reference: Option<&str>| CouponTerms {
        name: "B".to_owned(),
        issuer: Some(issuer.to_owned()),
        reference: reference.map(str::to_owned),
        ..Default::default()
    };
    let date = |text: &str| Some(text.parse().unwrap());
    for (terms, wanted) in [
        (CouponTerms { name: String::new(), ..own.clone() }, "coupon_terms_name"),
        (CouponTerms { name: "a\nb".to_owned(), ..own.clone() }, "coupon_terms_name"),
        (CouponTerms { code: None, ..own.clone() }, "coupon_terms_which"),
        (CouponTerms { prefix: Some("A".to_owned()), ..own.clone() }, "coupon_terms_which"),
        (CouponTerms { code: None, prefix: Some(" ".to_owned()), ..own.clone() }, "coupon_terms_prefix"),
        (of_issuer("376", None), "coupon_terms_issuer"),
        (of_issuer("3765", Some("7")), "coupon_terms_issuer"),
        (CouponTerms { reference: Some("07".to_owned()), ..own.clone() }, "coupon_terms_issuer"),
        (
            CouponTerms { worth: Some(Worth::FreePiece), ..of_issuer("3765", None) },
            "coupon_terms_worth_twice",
        ),
        (CouponTerms { worth: None, ..own.clone() }, "coupon_terms_worth"),
        (CouponTerms { worth: Some(Worth::Amount(Money(0))), ..own.clone() }, "coupon_terms_worth"),
        (CouponTerms { worth: Some(Worth::Percent(10_001)), ..own.clone() }, "coupon_terms_worth"),
        (CouponTerms { product_lines: vec![" ".to_owned()], ..own.clone() }, "coupon_terms_product_line"),
        (CouponTerms { minimum: Money(-1), ..own.clone() }, "coupon_terms_minimum"),
        (
            CouponTerms { from: date("2026-03-02"), until: date("2026-03-01"), ..own.clone() },
            "coupon_terms_days",
        ),
        (CouponTerms { per_ticket: Some(0), ..own.clone() }, "coupon_terms_per_ticket"),
        (CouponTerms { per_ticket: Some(101), ..own.clone() }, "coupon_terms_per_ticket"),
    ] {
        let error = CouponTable::new(vec![terms.clone()]).unwrap_err();
        assert_eq!(error.code(), wanted, "{terms:?}");
    }
    let small = CouponTerms { code: Some("a".parse().unwrap()), ..own.clone() };
    assert_eq!(CouponTable::new(vec![own, small]).unwrap_err().code(), "coupon_terms_twice");
}
