//! The page of a customer's points with everything on it, and what its form makes of what people type.

use super::*;
use crate::members::{Consent, Profile};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn adjustment(state: Is, points: i64) -> Adjustment {
    let settled = (state != Is::Waiting).then(|| ("luis".to_owned(), at("2026-05-11T13:10:00Z")));
    Adjustment {
        id: EntryId::new(1, [1; 10]),
        account: domain::ids::AccountId::new(1, [1; 10]),
        points: Points(points),
        cause: if points < 0 { Cause::Mistake } else { Cause::Goodwill },
        note: "Le cobraron dos veces <el pan>".to_owned(),
        sale: None,
        alone: Points(50_000),
        asked_by: "servicio".to_owned(),
        asked_at: at("2026-05-10T20:10:00Z"),
        ends_at: at("2026-05-17T20:10:00Z"),
        state,
        settled_by: settled.as_ref().map(|(who, _)| who.clone()),
        settled_at: settled.map(|(_, when)| when),
        refusal: (state == Is::Refused).then(|| "El recibo es de otra persona".to_owned()),
        entry: None,
    }
}

fn desk() -> Desk {
    let profile = Profile {
        code: "M1".parse().unwrap(),
        first_name: "Ana".to_owned(),
        last_name: "Muñoz".to_owned(),
        email: String::new(),
        phone: String::new(),
        birthday: None,
        consent: Consent::default(),
    };
    let id = domain::ids::MemberId::new(1, [1; 10]);
    let account = domain::ids::AccountId::new(1, [1; 10]);
    Desk {
        member: Member { id, account, profile, created_at: at("2026-01-05T15:00:00Z") },
        standing: Standing { balance: Points(18_450), available: Points(18_450), debt: Points::ZERO },
        receipts: vec![(SaleId::new(7, [7; 10]), "7 may 2026 · Centro · 1204 · $ 82.300".to_owned())],
        earlier: vec![
            adjustment(Is::Waiting, 150_000),
            adjustment(Is::Posted, -20_000),
            adjustment(Is::Refused, 900_000),
        ],
        limits: Limits { alone: Points(50_000), days: 7 },
        day: "2026-05-11".parse().unwrap(),
        now: at("2026-05-11T14:00:00Z"),
    }
}

fn form(changes: &[(&str, &str)]) -> Form {
    let mut form = Form::default();
    let op = EntryId::new(2, [2; 10]).to_string();
    let receipt = SaleId::new(7, [7; 10]).to_string();
    let filled = [
        ("op", op.as_str()),
        ("way", "give"),
        ("points", "1500"),
        ("cause", "goodwill"),
        ("note", "Le cobraron dos veces"),
        ("receipt", receipt.as_str()),
    ];
    for (field, value) in filled.iter().chain(changes) {
        form.set(field, *value);
    }
    form
}

fn page(words: &Words) -> Page {
    Page::sample(words, &words.t("adjust-title"), "/customers/1/points")
}

pub fn full(words: &Words) -> PointsPage {
    points_page(page(words), &desk(), &form(&[]), None)
}

pub fn to_confirm(words: &Words) -> PointsPage {
    let (desk, mut form) = (desk(), form(&[]));
    let ask = read(&mut form, words, &desk, "servicio").unwrap();
    let after = Standing { balance: Points(168_450), available: Points(168_450), debt: Points::ZERO };
    let preview = Preview { before: desk.standing, after, waits: true };
    let confirm = confirm(words, &desk, &form, &ask, &preview);
    points_page(page(words), &desk, &form, Some(confirm))
}

pub fn wrong(words: &Words) -> PointsPage {
    let mut form = form(&[("points", "1.500"), ("way", ""), ("receipt", "gone")]);
    read(&mut form, words, &desk(), "servicio");
    points_page(page(words), &desk(), &form, None)
}

#[test]
fn every_fault_names_its_field_and_a_form_becomes_a_request() {
    let words = Words::sample_es();
    for (changes, wanted) in [
        (&[][..], &[][..]),
        (&[("op", "again")], &[""]),
        (&[("way", "keep")], &["way"]),
        (&[("points", "")], &["points"]),
        (&[("points", "1.500")], &["points"]),
        (&[("points", "-5")], &["points"]),
        (&[("points", "99999999999999999999")], &["points"]),
        (&[("cause", "love")], &["cause"]),
        (&[("receipt", "1")], &["receipt"]),
    ] {
        let mut form = form(changes);
        let ask = read(&mut form, &words, &desk(), "ana");
        let found: Vec<&str> = form.errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!((found.as_slice(), ask.is_some()), (wanted, wanted.is_empty()), "{changes:?}");
    }
    for (text, way, wanted) in [("1500", "give", 150_000), ("12,5", "take", -1_250), ("0.05", "give", 5)] {
        let ask = read(&mut form(&[("points", text), ("way", way), ("receipt", "")]), &words, &desk(), "ana");
        assert_eq!(ask.map(|ask| (ask.points, ask.sale)), Some((Points(wanted), None)));
    }
}

#[test]
fn every_refusal_and_cause_has_a_text() {
    for words in [Words::sample_es(), Words::sample_en()] {
        let refusals = Refusal::ALL.map(|why| format!("adjust-wrong-{}", why.code()));
        let causes = Cause::ALL.map(|cause| format!("adjust-cause-{cause}"));
        for key in refusals.into_iter().chain(causes) {
            assert_ne!(words.t(&key), key);
        }
    }
}
