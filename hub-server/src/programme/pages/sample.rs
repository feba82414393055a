//! The pages of this room as they can look.

use domain::money::{Money, Points, Quantity};
use domain::points::{EarnRule, Exclusions, Gives, Only, Rate, Redemption, Value};

use super::super::form::{blank_rule, filled, read};
use super::super::{Change, Draft, MemberChange, RuleChange, StoreChange, Trial};
use super::draft::{DraftPage, page_of};
use super::trial::{Shown, TrialPage};
use super::*;
use crate::kit::form::Form;

pub fn rules() -> Programme {
    let redemption = Redemption {
        value: Value { points: 100, money: 50 },
        step: Points::ONE,
        minimum: Points(5_000),
        offline_cap: Points(50_000),
        offline_days: 7,
        offline_redemptions: Some(3),
    };
    let only = Only {
        product_lines: vec!["fruta".to_owned()],
        weekdays: vec![chrono::Weekday::Tue],
        hours: "10:00-14:00".parse().ok(),
        ..Only::default()
    };
    let big = Only { min_amount: Some(Money(5_000_000)), full_price: true, ..Only::default() };
    let bottles = Only {
        skus: vec!["7702011".parse().unwrap()],
        min_quantity: Some(Quantity(3_000)),
        ..Only::default()
    };
    let rule = |name: &str, gives, only| EarnRule { name: name.to_owned(), gives, only };
    Programme {
        version: 2,
        earn: vec![
            rule("Martes de fruta", Gives::Factor(100), only),
            rule("Ticket grande", Gives::Ticket(Points(1_000)), big),
            rule("Botellas", Gives::Unit(Rate { points: 200, per: 1_000 }), bottles),
        ],
        exclusions: Some(Exclusions { categories: vec!["bonos".to_owned()], ..Exclusions::default() }),
        redemption: Some(redemption),
        ..Programme::starter("2026-06-01".parse().unwrap())
    }
}

fn frame(words: &Words, title: &str) -> Page {
    Page::sample(words, &words.t(title), "/programme")
}

pub fn versions(words: &Words) -> VersionsPage {
    let versions = [Programme::starter(NaiveDate::default()), rules()];
    VersionsPage {
        page: frame(words, "programme-title"),
        action: Some(("/programme/new", words.t("programme-new"))),
        versions: cards(words, &versions, "2026-05-10".parse().unwrap(), 4),
    }
}

fn drafted(words: &Words, form: &Form, draft: &Draft) -> DraftPage {
    let saved = words.say("programme-saved-by", &[("who", "marketing"), ("time", "10:42")]);
    page_of(
        frame(words, "programme-new"),
        draft,
        form,
        saved,
        &["centro", "norte"].map(|code| code.parse().unwrap()),
    )
}

pub fn draft(words: &Words) -> DraftPage {
    let draft = Draft { rules: rules(), typed: None, saved: None };
    drafted(words, &filled(words, &draft.rules), &draft)
}

pub fn wrong(words: &Words) -> DraftPage {
    let draft = Draft { rules: rules(), typed: None, saved: None };
    let mut form = filled(words, &draft.rules);
    blank_rule(&mut form);
    for (field, value) in
        [("base_per", "much"), ("r0-before", "10:00"), ("valid_from", ""), ("vest_days", "x")]
    {
        form.set(field, value);
    }
    read(&mut form, words, &draft.rules, &[]);
    drafted(words, &form, &draft)
}

pub fn tried(words: &Words) -> TrialPage {
    let change = |now, then| Change { now: Points(now), then: Points(then) };
    let member = |code: &str, points| MemberChange {
        id: domain::ids::MemberId::new(1, [1; 10]),
        member: code.parse().unwrap(),
        points,
    };
    let rule =
        |rule: &str, points| RuleChange { rule: rule.to_owned(), points, tickets_now: 1, tickets_then: 1 };
    let points = change(5_230_000, 5_444_400);
    let trial = Trial {
        from: "2026-04-11".parse().unwrap(),
        until: "2026-05-10".parse().unwrap(),
        tickets: 1_941,
        changed: 310,
        unread: 0,
        points,
        change: points.percent(),
        cost_now: None,
        cost_then: Some(Money(2_722_200)),
        members: 812,
        winners: 240,
        losers: 3,
        most: vec![member("M104", change(1_200, 4_200))],
        least: vec![member("M7", change(1_200, 900))],
        rules: vec![rule("base", change(5_230_000, 5_200_000)), rule("Martes de fruta", change(0, 244_400))],
        stores: vec![StoreChange { store: "centro".parse().unwrap(), points }],
    };
    let may = Shown { may_publish: true, is_linked: true, seen: "a1".to_owned(), tills: 4 };
    super::trial::page_of(frame(words, "programme-trial"), &rules(), &trial, &Form::default(), may)
}
