//! The page as tests and pictures show it.

use super::show::{MergePage, merge_page};
use super::*;
use crate::kit::{Page, Words};
use crate::members::{Consent, Profile};

fn member(n: u8, first: &str, marketing: bool) -> Member {
    let at = "2026-01-05T15:00:00Z".parse().unwrap();
    let profile = Profile {
        code: format!("M{n}").parse().unwrap(),
        first_name: first.to_owned(),
        last_name: "Muñoz <de la Cruz>".to_owned(),
        email: String::new(),
        phone: String::new(),
        birthday: None,
        consent: Consent { marketing, at: Some(at), source: "form".to_owned() },
    };
    let account = domain::ids::AccountId::new(1, [n; 10]);
    Member { id: MemberId::new(1, [n; 10]), account, profile, created_at: at }
}

fn side(member: Member, lots: &[(Option<&str>, i64)]) -> Side {
    let balance = lots.iter().map(|(_, points)| points * 100).sum();
    Side {
        cards: vec![format!("299000001042{}", member.profile.code.as_str().trim_start_matches('M'))],
        balance: domain::money::Points(balance),
        debt: domain::money::Points(0),
        lots: lots
            .iter()
            .map(|(day, points)| (day.map(|day| day.parse().unwrap()), domain::money::Points(points * 100)))
            .collect(),
        tier: Some("Plata".to_owned()),
        member,
    }
}

fn page(words: &Words, desk: &Desk, form: &Form) -> MergePage {
    merge_page(Page::sample(words, &words.t("merge-title"), "/customers/1/merge"), desk, form)
}

fn row() -> Row {
    let (survivor, loser) = (member(1, "Ana", true), member(2, "Anita", false));
    Row {
        id: Uuid::nil(),
        survivor: survivor.id,
        loser: loser.id,
        survivor_account: survivor.account,
        loser_account: loser.account,
        at: "2026-05-10T20:10:00Z".parse().unwrap(),
        on_date: "2026-05-10".parse().unwrap(),
        reason: "Mismo documento".to_owned(),
        merged_by: "servicio".to_owned(),
    }
}

pub fn compared(words: &Words) -> MergePage {
    let (own, other) = (member(1, "Ana", true), member(2, "Anita", false));
    let (june, december) = (Some("2026-06-30"), Some("2026-12-31"));
    let mut form = Form::default();
    form.wrong("reason", words.t("merge-wrong-reason"));
    let with = other.id;
    let sides = [side(own.clone(), &[(june, 100)]), side(other, &[(december, 200), (None, 5)])];
    let cards = sides.iter().flat_map(|side| side.cards.clone()).collect();
    let after = side(member(1, "Ana", false), &[(june, 100), (december, 200), (None, 5)]);
    let planned = Planned::Merge { with, sides, after: Side { cards, ..after } };
    page(words, &Desk { member: own, planned: Some(planned), hits: vec![], merged: vec![] }, &form)
}

pub fn undone(words: &Words) -> MergePage {
    let (own, other) = (member(1, "Ana", true), member(2, "Anita", false));
    let december = Some("2026-12-31");
    let planned = Planned::Undo {
        merge: row().id,
        sides: [side(own.clone(), &[(december, 150)])],
        after: [side(own.clone(), &[]), side(other, &[(december, 150)])],
    };
    let desk = Desk { member: own, planned: Some(planned), hits: vec![], merged: vec![] };
    page(words, &desk, &Form::default())
}

pub fn found(words: &Words) -> MergePage {
    let desk = Desk {
        member: member(1, "Ana", true),
        planned: None,
        hits: vec![member(3, "Ana María", true)],
        merged: vec![(row(), member(2, "Anita", false))],
    };
    page(words, &desk, &Form::default())
}

#[test]
fn every_refusal_has_a_text() {
    for words in [Words::sample_es(), Words::sample_en()] {
        let all = [
            MergeRefusal::Unknown,
            MergeRefusal::NoMerge,
            MergeRefusal::Changed,
            MergeRefusal::NoReason,
            MergeRefusal::LongReason,
        ];
        for key in all.map(key_of) {
            assert_ne!(words.t(key), key);
        }
    }
}
