use super::*;
use crate::cashier::Right;
use crate::gift_card::GiftCard;
use crate::ids::{EventId, GiftHoldId, RedemptionId};
use crate::readers::{DifferingSetting, FoundSetting, ProfileVerified, ReaderStanding, ReaderState};
use crate::sale::CardEntry;

/// As it was before baskets went to other agents, to the byte.
#[test]
fn an_answer_that_nobody_took_over_has_its_old_shape() {
    let (promotion, member) = (PromotionId::new(1, [1; 10]), MemberId::new(1, [2; 10]));
    let answer = OfferAnswer {
        promotion,
        member,
        sale: Some(SaleId::new(1, [7; 10])),
        response: OfferResponse::Accepted,
        taken_over: None,
    };
    let old = format!(
        r#"{{"promotion":"{promotion}","member":"{member}","sale":"{}","response":"accepted"}}"#,
        SaleId::new(1, [7; 10])
    );
    assert_eq!(Body::OfferAnswer(answer.clone()).encode().unwrap().get(), old);
    let over = OfferAnswer { taken_over: Some(SaleId::new(1, [8; 10])), ..answer };
    let body = Body::OfferAnswer(over);
    let raw = body.encode().unwrap();
    assert!(raw.get().contains(r#""taken_over":"#), "{raw}");
    let ParsedBody::Known(read) = Body::parse("offer_answer", 1, &raw) else { panic!("{raw}") };
    assert_eq!(read.encode().unwrap().get(), raw.get());
}

#[test]
fn what_is_new_has_a_name_that_a_hub_of_before_sets_aside() {
    let attached = CardAttached {
        sale: SaleId::new(1, [7; 10]),
        card: "2990000010421".parse().unwrap(),
        entry: CardEntry::Keyed,
        at: "2026-03-02T10:00:00-05:00".parse().unwrap(),
        sold_at: "2026-03-01T10:00:00-05:00".parse().unwrap(),
        cashier: None,
        approved_by: Some("marta".parse().unwrap()),
    };
    assert_eq!(attached.minutes_after(), 24 * 60);
    let approval = |permission| {
        let by = "marta".parse().unwrap();
        Body::Approval(ApprovalAsked { permission, asked_by: None, by, refused: None })
    };
    let voided = GiftHoldVoided {
        hold: GiftHoldId::new(1, [1; 10]),
        card: GiftCard::read("29800000000000001237").unwrap(),
    };
    let readers = ReadersChecked {
        at: "2026-03-02T10:00:00Z".parse().unwrap(),
        settings: "3f2a90c1be77".to_owned(),
        readers: vec![ReaderState {
            port: "/dev/serial/by-id/usb-scanner".to_owned(),
            profile: "zebra-ssi-raw".to_owned(),
            verified: Some(ProfileVerified::Manual),
            standing: ReaderStanding::Differs,
            why: None,
            differing: vec![DifferingSetting {
                setting: "code_id".to_owned(),
                wanted: "aim".to_owned(),
                found: FoundSetting::Word("none".to_owned()),
            }],
            by_sheet: [("suffix".to_owned(), "cr_lf".to_owned())].into(),
        }],
    };
    let drawer = DrawerOpened {
        id: EventId::new(1, [7; 10]),
        purpose: crate::shift::DrawerPurpose::Change,
        shift: None,
        at: "2026-03-02T10:00:00-05:00".parse().unwrap(),
        cashier: Some("marta".parse().unwrap()),
        approved_by: None,
    };
    for (body, wanted) in [
        (Body::DrawerOpened(drawer), ("drawer_opened", 1)),
        (Body::CardAttached(Box::new(attached)), ("card_attached", 1)),
        (Body::GiftHoldVoided(voided), ("gift_hold_voided", 1)),
        (
            Body::RedemptionVoided(RedemptionVoided {
                redemption: RedemptionId::new(1, [2; 10]),
                member: MemberId::new(1, [3; 10]),
            }),
            ("redemption_voided", 1),
        ),
        (Body::ReadersChecked(readers), ("readers_checked", 1)),
        (approval(Right::Refund.into()), ("approval", 1)),
        (approval(Permission::LateCard), ("approval", 2)),
    ] {
        assert_eq!(body.kind(), wanted);
        let raw = body.encode().unwrap();
        let read = Body::parse(wanted.0, wanted.1, &raw);
        assert!(matches!(read, ParsedBody::Known(read) if read == body), "{raw}");
        assert!(matches!(Body::parse(wanted.0, 3, &raw), ParsedBody::Unknown));
    }
}
