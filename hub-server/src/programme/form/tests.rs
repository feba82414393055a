//! A draft as a form and back.

use domain::codes::StoreCode;
use domain::money::{Money, Points, Quantity};
use domain::points::{Caps, EarnRule, EndOf, Expiry, Gives, Multiplier, Only, Programme, Rate};

use super::super::pages::sample;
use super::*;
use crate::kit::Words;

/// Longer than any code.
const LONG: &str = "11111111111111111111111111111111111111111111111111111111111111111";

fn stores() -> Vec<StoreCode> {
    ["centro", "norte"].map(|code| code.parse().unwrap()).into()
}

fn back(words: &Words, rules: &Programme) -> Programme {
    let mut form = filled(words, rules);
    read(&mut form, words, rules, &stores()).unwrap_or_else(|| panic!("{:?}", form.errors))
}

/// What the form shows is what it reads, in either language.
#[test]
fn a_programme_survives_the_form() {
    let all = Only {
        skus: vec!["1001".parse().unwrap(), "1002".parse().unwrap()],
        categories: vec!["fresco".to_owned()],
        stores: vec!["centro".parse().unwrap()],
        from: "2026-07-01".parse().ok(),
        until: "2026-07-31".parse().ok(),
        full_price: true,
        min_amount: Some(Money(123_456)),
        min_quantity: Some(Quantity(1_500)),
        ..sample::rules().earn[0].only.clone()
    };
    let everything = Programme {
        decimals: 2,
        base: Rate { points: 150, per: 123_456 },
        excluded_lines: vec!["tabaco".to_owned()],
        multipliers: vec![Multiplier {
            name: "Doble".to_owned(),
            product_lines: vec!["pan".to_owned()],
            factor: 1_050,
        }],
        earn: vec![EarnRule {
            name: "Todo".to_owned(),
            gives: Gives::Amount(Rate { points: 25, per: 100_000 }),
            only: all,
        }],
        caps: Some(Caps { ticket: Some(Points(50_050)), day: Some(Points(1_000_000)) }),
        vest_days: 14,
        earns_on_points: true,
        even_exchange: true,
        expiry: Some(Expiry { days: 365, end_of: EndOf::Month, grace_days: 15 }),
        ..sample::rules()
    };
    for words in [Words::sample_es(), Words::sample_en()] {
        for rules in [Programme::starter("2026-06-01".parse().unwrap()), sample::rules(), everything.clone()]
        {
            assert_eq!(back(&words, &rules), rules);
        }
    }
}

/// What an older till can read is written in the older way.
#[test]
fn a_plain_factor_is_a_multiplier() {
    let only = Only { product_lines: vec!["pan".to_owned()], ..Only::default() };
    let one = EarnRule { name: "Doble".to_owned(), gives: Gives::Factor(100), only };
    let rules = Programme { earn: vec![one], ..Programme::starter("2026-06-01".parse().unwrap()) };
    let read = back(&Words::sample_es(), &rules);
    assert_eq!((read.multipliers.len(), read.earn.len()), (1, 0));
}

#[test]
fn every_fault_names_its_field() {
    let words = Words::sample_es();
    for (field, value, wanted) in [
        ("valid_from", "mañana", "valid_from"),
        ("base_points", "", "base_points"),
        ("base_per", "0", "base_points"),
        ("base_per", "mucho", "base_per"),
        ("cap_ticket", "1,5", "cap_ticket"),
        ("cap_day", "-1", "cap_day"),
        ("vest_days", "x", "vest_days"),
        ("value_money", "", "value_points"),
        ("expiry_days", "0", "expiry_days"),
        ("grace_days", "x", "grace_days"),
        ("not_skus", LONG, "not_skus"),
        ("r0-name", "", "r0-name"),
        ("r0-name", "Botellas", "r2-name"),
        ("r0-points", "12,5", "r0-points"),
        ("r1-points", "1,5", "r1-points"),
        ("r2-per", "", "r2-per"),
        ("r0-before", "10:00", "r0-before"),
        ("r0-after", "", "r0-after"),
        ("r0-stores", "centro, sur", "r0-stores"),
        ("r1-amount", "0", "r1-amount"),
        ("r1-from", "31/5", "r1-from"),
    ] {
        let mut form = filled(&words, &sample::rules());
        form.set("expiry_days", "30");
        form.set(field, value);
        let rules = read(&mut form, &words, &sample::rules(), &stores());
        let fields: Vec<&str> = form.errors.iter().map(|error| error.field.as_str()).collect();
        assert!(rules.is_none() && fields == [wanted], "{field}={value}: {fields:?}");
        assert_eq!(form.value(field), value, "what was typed stays");
    }
}

#[test]
fn rules_are_added_and_taken_out() {
    let words = Words::sample_es();
    let mut form = filled(&words, &sample::rules());
    without_rule(&mut form, 0);
    let names = |form: &Form| -> Vec<String> {
        (0..rows(form)).map(|row| form.value(&of_row(row, "name")).to_owned()).collect()
    };
    assert_eq!(names(&form), ["Ticket grande", "Botellas"]);
    // Nothing of the one before is left in the row.
    assert_eq!((form.value("r0-tue"), form.value("r0-lines"), form.value("r1-full")), ("", "", ""));
    without_rule(&mut form, 9);
    blank_rule(&mut form);
    assert_eq!(names(&form), ["Ticket grande", "Botellas", ""]);
    form.set("rows", "100000");
    assert_eq!(rows(&form), ROWS_MAX);
}

#[test]
fn every_rule_and_every_name_comes_back_as_it_was() {
    let words = Words::sample_es();
    let mut wanted = sample::rules();
    let names = ["Tabaco, licores", "di \"hola\"", "", " al borde ", "pan"];
    wanted.excluded_lines = names.map(str::to_owned).to_vec();
    let multiplier =
        |n: i64| Multiplier { name: format!("M{n}"), product_lines: vec![format!("a, {n}")], factor: n };
    wanted.multipliers = (1..=90).map(multiplier).collect();
    let mut form = filled(&words, &wanted);
    assert_eq!(read(&mut form, &words, &sample::rules(), &stores()), Some(wanted), "{:?}", form.errors);
}
