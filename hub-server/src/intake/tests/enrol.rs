//! Members who come from a till: with their card, before and after its sales, once.

use domain::enrolment::{ConsentAnswer, MemberEnrolled, Purpose};
use domain::ids::MemberId;

use super::*;
use crate::members;

const NEW: &str = "2990000010445";

/// Ana as a till enrolled her; `n` is the entropy of her id.
fn ana(n: u8, card: &str, phone: &str) -> MemberEnrolled {
    let answer = |purpose, given| ConsentAnswer {
        purpose,
        given,
        text_version: format!("es-{}", Purpose::code(purpose)),
        text: format!("the words of {}", Purpose::code(purpose)),
    };
    MemberEnrolled {
        member: MemberId::new(1_772_377_200_000, [n; 10]),
        card: card.parse().unwrap(),
        first_name: " Ana ".to_owned(),
        last_name: "Morales".to_owned(),
        phone: phone.to_owned(),
        email: "Ana@example.org".to_owned(),
        birthday: Some("02-29".parse().unwrap()),
        consents: vec![answer(Purpose::Programme, true), answer(Purpose::Marketing, true)],
        store: "centro".parse().unwrap(),
        till: "1".parse().unwrap(),
        cashier: Some("marta".parse().unwrap()),
        at: "2026-03-01T10:00:00-05:00".parse().unwrap(),
    }
}

fn event(till: &mut TestTill<'_>, enrolled: &MemberEnrolled) -> Vec<u8> {
    till.event(enrolled.event(), &Body::MemberEnrolled(Box::new(enrolled.clone())))
}

#[tokio::test]
async fn a_member_comes_before_beside_or_after_the_sale_of_the_card() {
    for order in ["member sale", "sale member", "both", "both, sale first"] {
        let hub = TestHub::new().await;
        let mut till = open_till(&hub).await;
        let enrolled = ana(1, NEW, "+57 300 123 4821");
        let sold = Ticket::sold(1, Some(NEW), 5_000).sale();
        let mut events = vec![];
        for what in if order.starts_with("sale") || order.ends_with("first") { [1, 0] } else { [0, 1] } {
            events.push(if what == 0 { event(&mut till, &enrolled) } else { till.sale(&sold) });
        }
        let first_seq = till.head.seq - 1;
        if order.starts_with("both") {
            let reply = till.push(&events).await.unwrap();
            assert_eq!(codes(&reply), [Disposition::Applied, Disposition::Applied], "{order}");
        } else {
            till.push_from(first_seq, &events[..1]).await.unwrap();
            till.push_from(first_seq + 1, &events[1..]).await.unwrap();
        }
        // The same bytes again, as after an answer that was lost.
        till.push(&events).await.unwrap();
        let code = enrolled.code().unwrap();
        assert_eq!(points(&hub, code.as_str()).await, (50, 50, 0), "{order}");
        let mut tx = hub.app.db.read().await.unwrap();
        let member = members::by_card(&mut tx, &NEW.parse().unwrap()).await.unwrap().unwrap();
        assert_eq!((member.id, member.account), (enrolled.member, enrolled.account()), "{order}");
        assert_eq!((member.profile.first_name.as_str(), member.profile.consent.marketing), ("Ana", true));
        assert!(member.profile.consent.may_target() && member.profile.consent.source.contains("centro/1"));
        let consents = members::consents(&mut tx, member.id).await.unwrap();
        let said: Vec<_> = consents.iter().map(|c| (c.purpose.as_str(), c.given, c.words.as_str())).collect();
        assert_eq!(
            said,
            [("marketing", true, "the words of marketing"), ("programme", true, "the words of programme")]
        );
        assert!(consents.iter().all(|c| c.at == enrolled.at.to_utc()), "{consents:?}");
        drop(tx);
        must_hold(&hub).await;
    }
}

#[tokio::test]
async fn a_card_of_somebody_else_is_kept_aside_and_the_sale_stands() {
    let hub = TestHub::new().await;
    hub.member("M1", CARD).await;
    let mut till = open_till(&hub).await;
    let enrolled = ana(1, CARD, "3001234821");
    let events = [event(&mut till, &enrolled), till.sale(&Ticket::sold(1, Some(CARD), 5_000).sale())];
    let reply = till.push(&events).await.unwrap();
    assert_eq!(codes(&reply), [quarantined("card_taken"), Disposition::Applied]);
    assert_eq!(points(&hub, "M1").await, (50, 50, 0), "the card is still its owner's");
    let mut tx = hub.app.db.read().await.unwrap();
    assert!(members::by_id(&mut tx, enrolled.member).await.unwrap().is_none());
    drop(tx);
    must_hold(&hub).await;
}

#[tokio::test]
async fn who_may_be_the_same_person_is_pointed_out_and_not_merged() {
    let hub = TestHub::new().await;
    let mut till = open_till(&hub).await;
    let mut second = ana(2, "2990000010452", "300 123-4821");
    second.email = "otra@example.org".to_owned();
    let mut third = ana(3, "2990000010469", "601 555 0199");
    third.email = "ANA@EXAMPLE.ORG ".trim().to_owned();
    let mut stranger = ana(4, "2990000010476", "601 555 0100");
    stranger.email.clear();
    let all = [ana(1, NEW, "+57 300 123 4821"), second, third, stranger];
    let events: Vec<_> = all.iter().map(|enrolled| event(&mut till, enrolled)).collect();
    let reply = till.push(&events).await.unwrap();
    assert_eq!(codes(&reply), vec![Disposition::Applied; 4]);
    let mut tx = hub.app.db.read().await.unwrap();
    let ids: Vec<_> = all.iter().map(|enrolled| enrolled.member).collect();
    let found = members::duplicates(&mut tx, &ids).await.unwrap();
    let of = |n: usize| {
        let mut rows: Vec<_> = found.get(&ids[n]).map_or(&[][..], Vec::as_slice).iter().collect();
        rows.sort_by_key(|row| row.reason.clone());
        rows.into_iter().map(|row| (row.code.clone(), row.reason.clone())).collect::<Vec<_>>()
    };
    let code = |n: usize| all[n].code().unwrap();
    assert_eq!(of(0), [(code(2), "email".to_owned()), (code(1), "phone".to_owned())]);
    assert_eq!(of(1), [(code(0), "phone".to_owned())]);
    assert_eq!((of(2), of(3)), (vec![(code(0), "email".to_owned())], vec![]));
    assert_eq!(members::count(&mut tx).await.unwrap(), 4);
}

#[tokio::test]
async fn what_no_till_of_ours_sends_is_kept_aside() {
    let hub = TestHub::new().await;
    let mut till = open_till(&hub).await;
    let mut nameless = ana(1, NEW, "3001234821");
    nameless.first_name.clear();
    let mut unasked = ana(2, NEW, "3001234821");
    unasked.consents.clear();
    let mut elsewhere = ana(3, NEW, "3001234821");
    elsewhere.store = "norte".parse().unwrap();
    let other_event = {
        let body = Body::MemberEnrolled(Box::new(ana(4, NEW, "3001234821")));
        till.event(ana(5, NEW, "").event(), &body)
    };
    let mut events = vec![other_event];
    events.extend([&nameless, &unasked, &elsewhere].map(|enrolled| event(&mut till, enrolled)));
    let reply = till.push(&events).await.unwrap();
    let wanted = ["member_id_mismatch", "enrolment_no_first_name", "enrolment_no_programme", "other_till"]
        .map(quarantined);
    assert_eq!(codes(&reply), wanted);
}
